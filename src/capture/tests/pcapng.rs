//! pcapng: sections, interfaces, kinds of packet blocks, times.

use pcap_parser::traits::PcapNGPacketBlock as _;
use pcap_parser::{Block, parse_block_be, parse_block_le};

use super::build::Out;
use super::*;

fn offset(order: Order, seconds: i64) -> (u16, Vec<u8>) {
    (14, Out::new(order).i64(seconds).bytes)
}

#[test]
fn interfaces_have_their_own_link_type_and_clock() {
    for order in ORDERS {
        let file = Out::new(order).section().interface(1, 0, &[]).interface(113, 0, &[(9, vec![9])]);
        let file = file.interface(101, 0, &[(9, vec![0x8A]), offset(order, 1_000_000)]);
        let file = file.interface(0, 0, &[(2, b"lo0".to_vec()), (9, vec![3]), offset(order, -10)]);
        let file = file.enhanced(0, 1_700_000_000_000_001, 3, b"abc").enhanced(1, 0x1_0000_0001, 3, b"def");
        let file = file.enhanced(2, 1536, 3, b"ghi").enhanced(3, 1, 3, b"jkl");
        let packets = packets(&file.bytes);
        let seen: Vec<_> = packets.iter().map(|p| (p.interface, p.link, p.ts.unwrap())).collect();
        let expected = [
            (0, 1, 1_700_000_000_000_001_000),
            (1, 113, 4_294_967_297),
            (2, 101, 1_000_001_500_000_000),
            (3, 0, -9_999_000_000),
        ];
        assert_eq!(seen, expected);
    }
}

#[test]
fn a_section_starts_anew() {
    for (first, second) in [(Order::Little, Order::Big), (Order::Big, Order::Little)] {
        let file = Out::new(first).section().interface(1, 0, &[]).interface(113, 0, &[]);
        let file = file.enhanced(1, 5, 1, b"a").section_in(second).interface(276, 0, &[(9, vec![9])]);
        let packets = packets(&file.clone().enhanced(0, 7, 1, b"b").bytes);
        let seen: Vec<_> = packets.iter().map(|p| (p.no, p.link, p.ts.unwrap())).collect();
        assert_eq!(seen, [(1, 113, 5000), (2, 276, 7)]);
        // The second interface was the first section's.
        let (count, text) = problem(&file.enhanced(1, 7, 1, b"b").bytes);
        assert_eq!(count, 1);
        assert!(text.contains("is of interface 1, but only 1 are described"), "{text}");
    }
}

#[test]
fn simple_packets_are_cut_and_have_no_time() {
    for order in ORDERS {
        let file = Out::new(order).section().interface(1, 5, &[]).interface(113, 0, &[]);
        let file = file.simple(3, b"abc").simple(9, b"defgh").section().interface(12, 0, &[]);
        let (packets, info) = read(&file.simple(6, b"ijklmn").bytes);
        let seen: Vec<_> =
            packets.iter().map(|p| (p.ts, p.link, p.wire_len, String::from_utf8_lossy(&p.data))).collect();
        let expected =
            [(None, 1, 3, "abc".into()), (None, 1, 9, "defgh".into()), (None, 12, 6, "ijklmn".into())];
        assert_eq!(seen, expected);
        assert_eq!((info.untimed_packets, info.truncated_packets, info.complete), (3, 1, true));
    }
}

#[test]
fn obsolete_packet_blocks() {
    for order in ORDERS {
        let file = Out::new(order).section().interface(1, 0, &[]).interface(113, 0, &[]);
        let packets = packets(&file.obsolete(1, 0x2_0000_0000, 60, b"abc").bytes);
        let expected = Kept {
            no: 1,
            ts: Some(0x2_0000_0000 * 1000),
            link: 113,
            interface: 1,
            wire_len: 60,
            data: b"abc".to_vec(),
        };
        assert_eq!(packets, [expected]);
    }
}

#[test]
fn other_blocks_are_passed_and_not_counted() {
    for order in ORDERS {
        let file = Out::new(order).section().interface(1, 0, &[]).enhanced(0, 1, 1, b"a");
        // Statistics, names, custom, journal, and one nobody knows; their contents make no sense.
        let body = Out::new(order).raw(&[0xFF; 40]);
        let file =
            [5, 4, 0xBAD, 0x4000_0BAD, 9, 0x8000_0001, 0x7777].iter().fold(file, |f, k| f.block(*k, &body));
        let file = file.enhanced(0, 2, 1, b"b");
        assert_eq!(packets(&file.bytes).iter().map(|p| p.no).collect::<Vec<_>>(), [1, 2]);
    }
}

#[test]
fn key_logs_are_kept_within_bounds() {
    let tls = 0x544C_534B;
    for order in ORDERS {
        let file =
            Out::new(order).section().interface(1, 0, &[]).secrets(tls, b"one\n").secrets(tls, b"one\n");
        let file = file.secrets(0x5747_4B4C, b"other").secrets(tls, b"two\n").enhanced(0, 1, 1, b"a").bytes;
        let mut capture = open(&file).unwrap();
        assert_eq!(all(&mut capture).len(), 1);
        assert_eq!(capture.secrets(), [b"one\n".to_vec(), b"two\n".to_vec()]);
        assert_eq!(capture.secrets_dropped(), 0);

        let small = Limits { block_bytes: 100, ..Limits::default() };
        let mut capture = Capture::from_reader("test", Cursor::new(file), &small).unwrap();
        assert_eq!(all(&mut capture).len(), 1);
        assert_eq!((capture.secrets().len(), capture.secrets_dropped()), (1, 1 + 1));
    }
}

/// The packet blocks are taken apart here; the crate that parses the others says the same of them.
#[test]
fn the_parser_agrees_about_packet_blocks() {
    let options: [&[u8]; 3] = [b"", &[0, 0, 0, 0], &[0, 1, 0, 2, b'h', b'i', 0, 0, 0, 0, 0, 0]];
    for order in ORDERS {
        for size in 0..9_usize {
            for options in options {
                let data = &b"abcdefgh"[..size];
                let empty = Out::new(order);
                let block = empty.enhanced_with(0, 0x1234_5678_9ABC, size + 1, data, options).bytes;
                let parsed = match order {
                    Order::Little => parse_block_le(&block),
                    Order::Big => parse_block_be(&block),
                };
                let Ok((_, Block::EnhancedPacket(theirs))) = parsed else { panic!("not parsed") };
                let mut file = Out::new(order).section().interface(1, 0, &[]).bytes;
                file.extend_from_slice(&block);
                let ours = &packets(&file)[0];
                assert_eq!(ours.data, theirs.packet_data());
                assert_eq!((ours.wire_len, ours.interface), (theirs.origlen, theirs.if_id));
                let units = u64::from(theirs.ts_high) << 32 | u64::from(theirs.ts_low);
                assert_eq!(ours.ts, i64::try_from(units * 1000).ok());
            }
        }
    }
}

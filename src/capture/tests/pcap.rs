//! pcap in both byte orders and every variant.

use super::build::Out;
use super::*;

#[test]
fn both_orders_and_both_fractions() {
    for order in ORDERS {
        for (magic, fraction_ns) in [(0xA1B2_C3D4, 123_456_000), (0xA1B2_3C4D, 123_456)] {
            let file = Out::pcap(order, magic, 1).record(1_700_000_000, 123_456, 1500, b"abc");
            let expected = Kept {
                no: 1,
                ts: Some(1_700_000_000_000_000_000 + fraction_ns),
                link: 1,
                interface: 0,
                wire_len: 1500,
                data: b"abc".to_vec(),
            };
            assert_eq!(packets(&file.bytes), [expected]);
        }
    }
}

#[test]
fn modified_format() {
    for order in ORDERS {
        let file = Out::pcap(order, 0xA1B2_CD34, 1).modified_record(5, 6, 3, b"abc");
        let file = file.modified_record(7, 8, 10, b"defg").modified_record(9, 0, 0, b"").bytes;
        let packets = packets(&file);
        let seen: Vec<_> = packets.iter().map(|p| (p.ts.unwrap(), p.wire_len, p.data.as_slice())).collect();
        let expected: [(i64, u32, &[u8]); 3] =
            [(5_000_006_000, 3, b"abc"), (7_000_008_000, 10, b"defg"), (9_000_000_000, 0, b"")];
        assert_eq!(seen, expected);
    }
}

#[test]
fn seconds_are_unsigned() {
    let file = Out::pcap(Order::Little, 0xA1B2_C3D4, 1).record(u32::MAX, u32::MAX, 0, b"");
    assert_eq!(packets(&file.bytes)[0].ts, Some(4_294_967_295_000_000_000 + 4_294_967_295_000));
}

#[test]
fn check_sequence_bits_are_no_part_of_the_link_type() {
    let file = Out::pcap(Order::Big, 0xA1B2_C3D4, 0xF400_0114).record(1, 0, 1, b"a");
    assert_eq!(packets(&file.bytes)[0].link, 276);
}

#[test]
fn only_a_header_is_a_capture_of_nothing() {
    let (packets, info) = read(&Out::pcap(Order::Little, 0xA1B2_C3D4, 1).bytes);
    assert!(packets.is_empty());
    assert_eq!((info.complete, info.first_packet, info.bytes), (true, None, 24));
    assert_eq!((info.format, info.compression), ("pcap", None));
}

#[test]
fn counts_what_the_snap_length_cut() {
    let file = Out::pcap(Order::Little, 0xA1B2_C3D4, 1).record(1, 0, 5, b"abc").record(1, 0, 3, b"abc");
    let (_, info) = read(&file.bytes);
    assert_eq!((info.packets, info.truncated_packets, info.untimed_packets), (2, 1, 0));
}

#[test]
fn a_packet_longer_than_the_snap_length_is_read() {
    let file = Out::pcap(Order::Little, 0xA1B2_C3D4, 1).record(1, 0, 70_000, &vec![1; 70_000]);
    assert_eq!(packets(&file.bytes)[0].data.len(), 70_000);
}

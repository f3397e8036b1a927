//! Garbage and mutations: never a panic, never a ledger that does not add up, never more than the limits.

use super::build::{PAYLOAD, Random, ipv4_with, samples, tcp};
use super::check_ledger;
use crate::base::limits::Limits;
use crate::base::time::CaptureTime;
use crate::link::decoder::LinkDecoder;
use crate::link::options::TcpOptions;
use crate::link::segment::Decoded;

const LINKS: [u32; 12] = [0, 1, 9, 12, 14, 50, 101, 108, 113, 228, 229, 276];

fn small() -> Limits {
    Limits { fragmented_datagrams: 8, ..Limits::default() }
}

/// Decodes and checks; gives whether it was a segment.
fn feed(decoder: &mut LinkDecoder, random: &mut Random, link: u32, frame: &[u8]) -> bool {
    let wire = match random.below(4) {
        0 => u32::try_from(random.next() >> 32).unwrap(),
        1 => 0,
        _ => u32::try_from(frame.len() + random.below(100)).unwrap(),
    };
    let at = (random.below(3) != 0).then(|| CaptureTime(random.next().cast_signed() >> 26));
    let seen = match decoder.decode(link, wire, frame, at) {
        Decoded::Tcp(s) => {
            check_ledger(&s);
            let options = s.tcp_options();
            assert!(options.sack_blocks().count() <= 5);
            true
        }
        _ => false,
    };
    assert!(decoder.fragmented_datagrams() <= 8);
    seen
}

#[test]
fn garbage() {
    let mut random = Random(0x5EED_0003);
    let mut decoder = LinkDecoder::new(&small());
    for round in 0..40_000 {
        let mut frame: Vec<u8> = (0..random.below(300)).map(|_| random.byte()).collect();
        // Half of it starts like IP, or like an Ethernet frame with IP in it.
        if round % 2 == 0 {
            let start: &[u8] =
                if round % 4 == 0 { &[0x45] } else { &[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 8, 0, 0x45] };
            let n = start.len().min(frame.len());
            frame[..n].copy_from_slice(&start[..n]);
        }
        feed(&mut decoder, &mut random, LINKS[round % LINKS.len()], &frame);
    }
}

#[test]
fn mutations_of_every_kind_of_frame() {
    let mut random = Random(0x5EED_0004);
    let mut decoder = LinkDecoder::new(&small());
    let samples = samples();
    let mut segments = 0;
    for round in 0..60_000 {
        let sample = &samples[round % samples.len()];
        let mut frame = sample.frame.clone();
        for _ in 0..=random.below(4) {
            let at = random.below(frame.len() - PAYLOAD.len());
            frame[at] = match random.below(3) {
                0 => random.byte(),
                1 => frame[at] ^ 1 << random.below(8),
                _ => [0, 4, 6, 17, 41, 44, 47, 51, 60, 255][random.below(10)],
            };
        }
        if random.below(4) == 0 {
            frame.truncate(random.below(frame.len()));
        }
        segments += u32::from(feed(&mut decoder, &mut random, sample.link, &frame));
    }
    assert!(segments > 10_000, "{segments}");
}

#[test]
fn a_flood_of_fragments_stays_within_the_limits() {
    let mut random = Random(0x5EED_0005);
    let mut decoder = LinkDecoder::new(&small());
    let data = tcp(&[9; 200]);
    for _ in 0..10_000 {
        let len = random.below(data.len());
        let field = u16::try_from(random.below(0x4000)).unwrap();
        let field = if random.below(3) == 0 { field & 0x2007 } else { field };
        let protocol = [6, 17, 47, 4, 41, 51][random.below(6)];
        let id = u16::try_from(random.below(20)).unwrap();
        let frame = ipv4_with(protocol, id, field, &[], &data[..len]);
        feed(&mut decoder, &mut random, 101, &frame);
    }
    let stats = decoder.finish();
    assert!(stats.evicted > 0 && stats.reassembled > 0, "{stats:?}");
    assert_eq!(decoder.fragmented_datagrams(), 0);
}

#[test]
fn options_of_any_bytes() {
    let mut random = Random(0x5EED_0006);
    for _ in 0..50_000 {
        let raw: Vec<u8> = (0..random.below(41)).map(|_| random.byte() >> random.below(6)).collect();
        let options = TcpOptions::parse(&raw);
        assert!(options.sack_blocks().count() <= 5);
    }
}

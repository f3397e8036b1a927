//! The assembler against an obviously correct model.

use super::*;
use crate::base::time::CaptureTime;

const AT: PacketRef = PacketRef { no: 1, ts: CaptureTime(0), acked: 0 };

/// Collects deliveries as bytes; `None` for a byte of a gap. Checks that offsets follow each other.
#[derive(Default)]
struct Sink(Vec<Option<u8>>);

impl Sink {
    fn take(&mut self, delivery: Delivery<'_>) {
        match delivery {
            Delivery::Data { pos, bytes, .. } => {
                assert_eq!(pos, self.0.len() as u64);
                assert!(!bytes.is_empty());
                self.0.extend(bytes.iter().copied().map(Some));
            }
            Delivery::Gap { pos, len, .. } => {
                assert_eq!(pos, self.0.len() as u64);
                assert!(len > 0);
                self.0.extend(std::iter::repeat_n(None, usize::try_from(len).unwrap()));
            }
        }
    }
}

fn xorshift(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state >> 33).unwrap()
}

#[test]
fn any_pattern_of_loss_order_and_overlap_gives_the_first_bytes() {
    for seed in 1..400_u64 {
        let mut rng = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let size = 1 + xorshift(&mut rng) % 300;
        let mut model: Vec<Option<u8>> = vec![None; size];
        let mut assembler = Assembler::default();
        let mut sink = Sink::default();
        let (mut fresh, mut total, mut accounted) = (0, 0, 0);
        for step in 0..40_u8 {
            let pos = xorshift(&mut rng) % size;
            let len = 1 + xorshift(&mut rng) % (size - pos).min(60);
            let bytes = vec![step; len];
            // The model: the first bytes win, except where the stream has already gone past.
            for (i, slot) in model.iter_mut().enumerate().skip(pos).take(len) {
                if slot.is_none() && i as u64 >= assembler.next() {
                    *slot = Some(step);
                }
            }
            let taken = assembler.push(pos as u64, &bytes, 0, AT, &mut |d| sink.take(d));
            fresh += taken.fresh;
            total += len as u64;
            accounted += taken.fresh + taken.old + taken.late;
            if xorshift(&mut rng).is_multiple_of(16) {
                assembler.give_up(&mut |d| sink.take(d));
            }
        }
        assembler.flush(size as u64, AT, &mut |d| sink.take(d));
        assert_eq!(sink.0, model, "seed {seed}");
        assert_eq!(total, accounted, "seed {seed}");
        assert_eq!(fresh, sink.0.iter().flatten().count() as u64, "seed {seed}");
        assert_eq!(assembler.held_bytes(), 0);
    }
}

#[test]
fn conflicting_bytes_are_counted_and_the_first_win() {
    let mut assembler = Assembler::default();
    let mut sink = Sink::default();
    assembler.push(4, b"EFGH", 0, AT, &mut |d| sink.take(d));
    let taken = assembler.push(0, b"abcdEXGH", 0, AT, &mut |d| sink.take(d));
    assert_eq!((taken.fresh, taken.old, taken.conflicting), (4, 4, 1));
    let text: Vec<u8> = sink.0.iter().map(|b| b.unwrap()).collect();
    assert_eq!(text, b"abcdEFGH");
    assembler.push(12, b"MN", 0, AT, &mut |d| sink.take(d));
    let taken = assembler.push(12, b"MX", 0, AT, &mut |d| sink.take(d));
    assert_eq!((taken.old, taken.conflicting), (2, 1));
}

#[test]
fn cut_off_tails_are_gaps_in_place() {
    let mut assembler = Assembler::default();
    let mut seen = Vec::new();
    assembler.push(10, b"xy", 8, AT, &mut |_| panic!("early"));
    assembler.push(0, b"ab", 8, AT, &mut |d| {
        seen.push(match d {
            Delivery::Data { pos, bytes, .. } => (pos, bytes.len() as u64, false),
            Delivery::Gap { pos, len, snapped, .. } => (pos, len, snapped),
        });
    });
    assert_eq!(seen, [(0, 2, false), (2, 8, true), (10, 2, false), (12, 8, true)]);
}

#[test]
fn late_bytes_are_told_from_repeated_ones() {
    let mut assembler = Assembler::default();
    let mut sink = Sink::default();
    assembler.push(0, b"abc", 0, AT, &mut |d| sink.take(d));
    assembler.push(6, b"ghi", 0, AT, &mut |d| sink.take(d));
    assembler.give_up(&mut |d| sink.take(d));
    let taken = assembler.push(2, b"cdef", 0, AT, &mut |d| sink.take(d));
    assert_eq!((taken.fresh, taken.old, taken.late), (0, 1, 3));
}

/// Pieces in packets of these numbers; what is delivered has the packets behind them.
#[test]
fn each_delivery_has_the_packet_with_which_it_could_be_read() {
    let at = |no| PacketRef { no, ts: CaptureTime(no.cast_signed()), acked: 0 };
    let mut assembler = Assembler::default();
    let mut seen = Vec::new();
    let mut take = |d: Delivery<'_>| seen.push((matches!(d, Delivery::Gap { .. }), d.at().no));
    for (no, pos) in [(1, 0), (2, 20), (3, 40), (4, 30), (5, 60), (6, 10)] {
        assembler.push(pos, &[7; 10], 0, at(no), &mut take);
    }
    assembler.give_up(&mut take);
    assembler.push(70, &[7; 10], 0, at(9), &mut take);
    // 10 filled the hole in front of 20, 30 and 40; nothing filled the one in front of 60.
    assert_eq!(
        seen,
        [(false, 1), (false, 6), (false, 6), (false, 6), (false, 6), (true, 6), (false, 6), (false, 9)]
    );
    let mut assembler = Assembler::default();
    let mut seen = Vec::new();
    let mut take = |d: Delivery<'_>| seen.push((matches!(d, Delivery::Gap { .. }), d.at().no));
    // Nothing filled the holes in front of 20 and 50. What came before the bytes in front of it has their packet.
    for (no, pos) in [(1, 0), (2, 30), (3, 50), (4, 20), (5, 60)] {
        assembler.push(pos, &[7; 10], 0, at(no), &mut take);
    }
    assembler.flush(90, at(8), &mut take);
    assert_eq!(
        seen,
        [(false, 1), (true, 4), (false, 4), (false, 4), (true, 4), (false, 4), (false, 5), (true, 8)]
    );
}

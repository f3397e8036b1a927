//! Chunk decoding against bytes written by hand: what other decoders get wrong stands here by name.

use super::super::dialect::Choice;
use super::super::fact::Fact;
use super::*;
use crate::base::time::CaptureTime;

mod dialects;
mod facts;
mod holes;
mod joined;
mod script;
mod units;

const AT: PacketRef = PacketRef { no: 1, ts: CaptureTime(0), acked: 0 };

/// What a test wants to see of a message.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    csid: u32,
    kind: u8,
    time: u32,
    stream_id: u32,
    complete: bool,
    body: Vec<u8>,
}

#[derive(Default)]
struct Sink {
    messages: Vec<Seen>,
    facts: Vec<Fact>,
    aborted: Vec<(u32, u32)>,
    bytes: u64,
}

impl Sink {
    fn take(&mut self, output: Output<'_>) {
        match output {
            Output::Message { header, body, .. } => {
                self.bytes += u64::from(header.received);
                self.messages.push(Seen {
                    csid: header.csid,
                    kind: header.kind.0,
                    time: header.timestamp,
                    stream_id: header.stream_id,
                    complete: header.complete,
                    body: body.to_vec(),
                });
            }
            Output::Fact { fact, .. } => self.facts.push(fact),
            Output::Aborted { csid, dropped, .. } => self.aborted.push((csid, dropped)),
            Output::ChunkSize { .. } => {}
        }
    }
}

/// Decodes `bytes` in pieces of `cut`; every byte must be accounted for.
fn run(bytes: &[u8], cut: usize) -> Sink {
    let mut decoder = Decoder::default();
    let mut sink = Sink::default();
    let limits = Limits::default();
    let mut pos = 0;
    for piece in bytes.chunks(cut) {
        decoder.data(pos, piece, AT, &limits, &mut |o| sink.take(o));
        pos += piece.len() as u64;
    }
    decoder.finish(pos, AT, &limits, &mut |o| sink.take(o));
    let accounted = decoder.header_bytes() + decoder.skipped_bytes() + sink.bytes;
    assert_eq!(accounted, bytes.len() as u64, "cut {cut}");
    sink
}

/// Basic header in the smallest form.
fn basic(fmt: u8, csid: u32) -> Vec<u8> {
    match csid {
        0..64 => vec![fmt << 6 | u8::try_from(csid).unwrap()],
        64..320 => vec![fmt << 6, u8::try_from(csid - 64).unwrap()],
        _ => {
            let [low, high] = u16::try_from(csid - 64).unwrap().to_le_bytes();
            vec![fmt << 6 | 1, low, high]
        }
    }
}

fn u24(n: u32) -> [u8; 3] {
    let [_, a, b, c] = n.to_be_bytes();
    [a, b, c]
}

/// A format 0 header.
fn fmt0(csid: u32, time: u32, len: usize, kind: u8, stream_id: u32) -> Vec<u8> {
    let mut h = basic(0, csid);
    h.extend(u24(time.min(0xFF_FFFF)));
    h.extend(u24(u32::try_from(len).unwrap()));
    h.push(kind);
    h.extend(stream_id.to_le_bytes());
    if time >= 0xFF_FFFF {
        h.extend(time.to_be_bytes());
    }
    h
}

fn body(len: usize, seed: u8) -> Vec<u8> {
    (0..len).map(|i| u8::try_from(i % 251).unwrap().wrapping_add(seed)).collect()
}

fn cat(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn seen(csid: u32, kind: u8, time: u32, body: &[u8]) -> Seen {
    Seen { csid, kind, time, stream_id: 1, complete: true, body: body.to_vec() }
}

#[test]
fn interleaved_messages_on_two_chunk_streams() {
    let (a, b) = (body(300, 1), body(200, 7));
    let bytes = cat(&[
        &fmt0(4, 10, 300, 18, 1),
        &a[..128],
        &fmt0(5, 20, 200, 18, 1),
        &b[..128],
        &basic(3, 4),
        &a[128..256],
        &basic(3, 5),
        &b[128..],
        &basic(3, 4),
        &a[256..],
    ]);
    let want = [seen(5, 18, 20, &b), seen(4, 18, 10, &a)];
    for cut in 1..bytes.len() {
        let sink = run(&bytes, cut);
        assert_eq!(sink.messages, want, "cut {cut}");
        assert!(sink.facts.is_empty());
    }
    for end in 0..bytes.len() {
        run(&bytes[..end], 7);
    }
}

#[test]
fn the_specification_s_two_examples() {
    // Four audio messages of 32 bytes at 1000, 1020, 1040, 1060: formats 0, 2, 3, 3 (5.3.2.1).
    let b = body(32, 0);
    let one =
        cat(&[&fmt0(3, 1000, 32, 8, 1), &b, &basic(2, 3), &u24(20), &b, &basic(3, 3), &b, &basic(3, 3), &b]);
    assert_eq!(one.len(), 44 + 36 + 33 + 33);
    let times: Vec<u32> = run(&one, 5).messages.iter().map(|m| m.time).collect();
    assert_eq!(times, [1000, 1020, 1040, 1060]);
    // One video message of 307 bytes in three chunks (5.3.2.2).
    let b = body(307, 0);
    let two =
        cat(&[&fmt0(4, 1000, 307, 18, 1), &b[..128], &basic(3, 4), &b[128..256], &basic(3, 4), &b[256..]]);
    assert_eq!(two.len(), 140 + 129 + 52);
    assert_eq!(run(&two, 50).messages, [seen(4, 18, 1000, &b)]);
}

#[test]
fn type_3_after_type_0_repeats_the_timestamp_as_delta() {
    let b = [1, 2];
    let bytes = cat(&[&fmt0(4, 40, 2, 18, 1), &b, &basic(3, 4), &b, &basic(3, 4), &b]);
    let sink = run(&bytes, 1);
    assert_eq!(sink.messages.iter().map(|m| m.time).collect::<Vec<_>>(), [40, 80, 120]);
    let choice = Choice::Type3AfterType0 { same_time: false };
    let fact = Fact::DeltaFromAbsolute { csid: 4, timestamp: 40, before: 0, read_as: 80 };
    assert_eq!(sink.facts, [fact, Fact::TimestampDialect { csid: 4, choice }]);
}

#[test]
fn type_3_after_a_continued_absolute_timestamp_means_the_same_time() {
    // 10 000 follows 9 960; a delta of 10 000 would tear the track.
    let b = [1, 2];
    let bytes = cat(&[&fmt0(4, 9960, 2, 18, 1), &b, &fmt0(4, 10_000, 2, 18, 1), &b, &basic(3, 4), &b]);
    let times: Vec<u32> = run(&bytes, 3).messages.iter().map(|m| m.time).collect();
    assert_eq!(times, [9960, 10_000, 10_000]);
}

#[test]
fn extended_timestamps_repeated_and_absent_on_type_3() {
    for time in [0xFF_FFFE_u32, 0xFF_FFFF, 0x0100_0000, 0xFFFF_FFFF] {
        let b = body(300, 9);
        let ext: &[u8] = if time >= 0xFF_FFFF { &time.to_be_bytes() } else { &[] };
        let head = fmt0(6, time, 300, 18, 1);
        let repeated =
            cat(&[&head, &b[..128], &basic(3, 6), ext, &b[128..256], &basic(3, 6), ext, &b[256..]]);
        let absent = cat(&[&head, &b[..128], &basic(3, 6), &b[128..256], &basic(3, 6), &b[256..]]);
        for cut in 1..40 {
            let sink = run(&repeated, cut);
            assert_eq!(sink.messages, [seen(6, 18, time, &b)], "time {time:#x} cut {cut}");
            let told = |fact: &Fact| {
                matches!(
                    fact,
                    Fact::TimestampDialect { csid: 6, choice: Choice::Type3Extended { repeated: true } }
                )
            };
            assert!(sink.facts.iter().all(told) && sink.facts.len() == usize::from(!ext.is_empty()));
            assert_eq!(run(&absent, cut).messages, [seen(6, 18, time, &b)], "time {time:#x} cut {cut}");
        }
    }
}

#[test]
fn absent_extended_timestamp_with_a_body_shorter_than_four_bytes() {
    let b = body(130, 3);
    let time = 0x0200_0000;
    let bytes =
        cat(&[&fmt0(6, time, 130, 18, 1), &b[..128], &basic(3, 6), &b[128..], &fmt0(7, 5, 1, 18, 1), &[9]]);
    for cut in 1..bytes.len() {
        assert_eq!(run(&bytes, cut).messages, [seen(6, 18, time, &b), seen(7, 18, 5, &[9])], "cut {cut}");
    }
    // And at the very end of the stream.
    assert_eq!(run(&bytes[..bytes.len() - 13], 4).messages, [seen(6, 18, time, &b)]);
}

#[test]
fn extended_delta_wraps_the_clock() {
    let b = [0];
    let delta = 0xFFFF_FFFE_u32;
    let bytes = cat(&[
        &fmt0(4, 1000, 1, 18, 1),
        &b,
        &basic(1, 4),
        &u24(0xFF_FFFF),
        &u24(1),
        &[18],
        &delta.to_be_bytes(),
        &b,
        &basic(2, 4),
        &u24(5),
        &b,
    ]);
    let times: Vec<u32> = run(&bytes, 2).messages.iter().map(|m| m.time).collect();
    assert_eq!(times, [1000, 998, 1003]);
}

#[test]
fn set_chunk_size_in_the_middle_of_another_message() {
    let b = body(400, 2);
    let bytes = cat(&[
        &fmt0(4, 0, 400, 18, 1),
        &b[..128],
        &fmt0(2, 0, 4, 1, 0),
        &[0, 0, 1, 0],
        &basic(3, 4),
        &b[128..384],
        &basic(3, 4),
        &b[384..],
    ]);
    for cut in [1, 9, 1000] {
        let sink = run(&bytes, cut);
        assert_eq!(sink.messages[1], seen(4, 18, 0, &b));
    }
}

#[test]
fn invalid_chunk_sizes_change_nothing() {
    for value in [0_u32, 0x8000_0000] {
        let b = body(130, 2);
        let bytes = cat(&[
            &fmt0(2, 0, 4, 1, 0),
            &value.to_be_bytes(),
            &fmt0(4, 0, 130, 18, 1),
            &b[..128],
            &basic(3, 4),
            &b[128..],
        ]);
        let sink = run(&bytes, 10);
        assert_eq!(sink.facts, []);
        assert_eq!(sink.messages[1].body, b);
    }
}

#[test]
fn abort_drops_the_partial_message() {
    let b = body(200, 2);
    let bytes = cat(&[
        &fmt0(4, 0, 200, 18, 1),
        &b[..128],
        &fmt0(2, 0, 4, 2, 0),
        &[0, 0, 0, 4],
        &fmt0(4, 7, 3, 18, 1),
        &[1, 2, 3],
    ]);
    let sink = run(&bytes, 11);
    assert_eq!((sink.facts, sink.aborted), (vec![], vec![(4, 128)]));
    assert_eq!(sink.messages.iter().map(|m| m.complete).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(sink.messages[2], seen(4, 18, 7, &[1, 2, 3]));
}

#[test]
fn chunk_stream_ids_at_every_boundary() {
    let mut bytes = Vec::new();
    let ids = [2, 3, 63, 64, 319, 320, 65_599];
    for id in ids {
        bytes.extend(fmt0(id, 1, 1, 18, 1));
        bytes.push(5);
    }
    for id in ids {
        bytes.extend(basic(3, id));
        bytes.push(6);
    }
    let seen: Vec<u32> = run(&bytes, 2).messages.iter().map(|m| m.csid).collect();
    assert_eq!(seen, [ids, ids].concat());
}

#[test]
fn zero_length_messages_end_at_their_header() {
    let bytes = cat(&[&fmt0(4, 5, 0, 8, 1), &basic(3, 4), &fmt0(5, 6, 1, 18, 1), &[1]]);
    let sink = run(&bytes, 1);
    assert_eq!(sink.messages, [seen(4, 8, 5, &[]), seen(4, 8, 10, &[]), seen(5, 18, 6, &[1])]);
}

#[test]
fn a_new_header_in_the_middle_of_a_message() {
    let b = body(200, 2);
    let same = cat(&[&fmt0(4, 0, 200, 18, 1), &b[..128], &basic(1, 4), &u24(0), &u24(200), &[18], &b[128..]]);
    let sink = run(&same, 9);
    assert_eq!(sink.messages, [seen(4, 18, 0, &b)]);
    assert!(matches!(sink.facts[..], [Fact::HeaderMidMessage { same_message: true, missing: 72, .. }]));
    let other = cat(&[&fmt0(4, 0, 200, 18, 1), &b[..128], &fmt0(4, 9, 2, 18, 1), &[1, 2]]);
    let sink = run(&other, 9);
    assert!(!sink.messages[0].complete);
    assert_eq!(sink.messages[1], seen(4, 18, 9, &[1, 2]));
}

#[test]
fn garbage_loses_sync_and_says_where() {
    let bytes = cat(&[&fmt0(4, 0, 1, 18, 1), &[1], &basic(3, 9), &[0xEE; 50]]);
    let sink = run(&bytes, 6);
    assert_eq!(sink.messages.len(), 1);
    let why = LossCause::UnknownChunkStream;
    assert_eq!(sink.facts, [Fact::LostSync { csid: 9, fmt: 3, why }]);
}

#[test]
fn random_bytes_never_panic_and_are_all_accounted_for() {
    let mut state = 0x1234_5678_9ABC_DEF0_u64;
    for round in 0..2000 {
        let mut bytes = if round % 2 == 0 { fmt0(4, 0xFFFF_FF00, 600, 18, 1) } else { Vec::new() };
        for _ in 0..300 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.push(state.to_le_bytes()[3]);
        }
        run(&bytes, 1 + round % 37);
    }
}

#[test]
fn a_hole_inside_a_body_costs_that_message_only() {
    let (a, b) = (body(100, 1), body(50, 9));
    let bytes = cat(&[&fmt0(4, 0, 100, 18, 1), &a, &fmt0(5, 3, 50, 18, 1), &b]);
    for snapped in [false, true] {
        let mut decoder = Decoder::default();
        let mut sink = Sink::default();
        let limits = Limits::default();
        decoder.data(0, &bytes[..40], AT, &limits, &mut |o| sink.take(o));
        decoder.gap(40, 50, snapped, AT, &limits, &mut |o| sink.take(o));
        decoder.data(90, &bytes[90..], AT, &limits, &mut |o| sink.take(o));
        assert!(sink.facts.is_empty());
        assert!(!sink.messages[0].complete);
        assert_eq!(sink.messages[0].body, a[..28]);
        assert_eq!(sink.messages[1], seen(5, 18, 3, &b));
        let on_wire = bytes.len() as u64 - if snapped { 0 } else { 50 };
        assert_eq!(decoder.header_bytes() + sink.bytes, on_wire);
    }
}

#[test]
fn a_hole_over_a_header_loses_sync_once() {
    let a = body(100, 1);
    let mut decoder = Decoder::default();
    let mut sink = Sink::default();
    let limits = Limits::default();
    let bytes = cat(&[&fmt0(4, 0, 100, 18, 1), &a]);
    decoder.data(0, &bytes[..40], AT, &limits, &mut |o| sink.take(o));
    decoder.gap(40, 80, false, AT, &limits, &mut |o| sink.take(o));
    decoder.data(120, &[0xC4; 500], AT, &limits, &mut |o| sink.take(o));
    decoder.finish(620, AT, &limits, &mut |o| sink.take(o));
    assert!(matches!(sink.facts[..], [Fact::LostSync { why: LossCause::Hole, .. }]), "{:?}", sink.facts);
    assert!(!decoder.in_sync());
    // Messages on a known chunk stream could be there, but nothing says so.
    assert_eq!(sink.messages.len(), 1);
    assert!(!sink.messages[0].complete);
    assert_eq!(decoder.skipped_bytes(), 500);
}

#[test]
fn a_hole_right_behind_a_format_3_header_takes_its_extended_timestamp() {
    let b = body(300, 9);
    let ext = 0x0100_0000_u32.to_be_bytes();
    let bytes = cat(&[
        &fmt0(6, 0x0100_0000, 300, 18, 1),
        &b[..128],
        &basic(3, 6),
        &ext,
        &b[128..256],
        &basic(3, 6),
        &ext,
        &b[256..],
        &fmt0(7, 5, 1, 18, 1),
        &[9],
    ]);
    let header = fmt0(6, 0x0100_0000, 300, 18, 1).len() + 128;
    for seen in 1..=4 {
        let (from, to) = (header + seen, header + seen + 40);
        let mut decoder = Decoder::default();
        let mut sink = Sink::default();
        let limits = Limits::default();
        decoder.data(0, &bytes[..from], AT, &limits, &mut |o| sink.take(o));
        decoder.gap(from as u64, 40, false, AT, &limits, &mut |o| sink.take(o));
        decoder.data(to as u64, &bytes[to..], AT, &limits, &mut |o| sink.take(o));
        let complete: Vec<bool> = sink.messages.iter().map(|m| m.complete).collect();
        assert_eq!(complete, [false, true], "{seen} bytes of the header");
        assert_eq!(sink.messages[1], seen_message(&[9]));
    }
}

fn seen_message(body: &[u8]) -> Seen {
    seen(7, 18, 5, body)
}

#[test]
fn messages_in_the_making_share_a_bound() {
    let limits = Limits { partial_bytes: 1000, ..Limits::default() };
    let mut decoder = Decoder::default();
    let mut sink = Sink::default();
    let b = body(200, 3);
    // Ten messages side by side want 1280 bytes kept at once: seven fit.
    let begun: Vec<Vec<u8>> = (10..20).map(|csid| cat(&[&fmt0(csid, 0, 200, 18, 1), &b[..128]])).collect();
    let ended: Vec<Vec<u8>> = (10..20).map(|csid| cat(&[&basic(3, csid), &b[128..]])).collect();
    let bytes = [begun.concat(), ended.concat()].concat();
    decoder.data(0, &bytes, AT, &limits, &mut |o| sink.take(o));
    let kept: Vec<usize> = sink.messages.iter().map(|m| m.body.len()).collect();
    assert_eq!(kept, [200, 200, 200, 200, 200, 200, 200, 0, 0, 0]);
    assert_eq!(decoder.cut_messages(), 3);
    // Later ones are kept again.
    let later = cat(&[&fmt0(10, 0, 100, 18, 1), &b[..100]]);
    decoder.data(bytes.len() as u64, &later, AT, &limits, &mut |o| sink.take(o));
    assert_eq!(sink.messages[10].body, b[..100]);
}

/// Of a media message only the head is kept; the rest of a long piece does not count against the bound.
#[test]
fn what_is_kept_does_not_depend_on_the_cut() {
    let limits = Limits { partial_bytes: 300, ..Limits::default() };
    let set = cat(&[&fmt0(2, 0, 4, 1, 0), &1000_u32.to_be_bytes()]);
    let frame = cat(&[&fmt0(6, 0, 900, 9, 1), &[0x27, 1], &body(898, 3)]);
    let bytes = cat(&[&set, &frame]);
    for cut in [1, 100, bytes.len()] {
        let mut decoder = Decoder::default();
        let mut sink = Sink::default();
        for (n, piece) in bytes.chunks(cut).enumerate() {
            decoder.data((n * cut) as u64, piece, AT, &limits, &mut |o| sink.take(o));
        }
        let kept: Vec<usize> = sink.messages.iter().map(|m| m.body.len()).collect();
        assert_eq!((kept, decoder.cut_messages()), (vec![4, 64], 0), "in pieces of {cut} bytes");
    }
}

/// A header in two packets is known with the second one, and so is what follows from it.
#[test]
fn what_a_split_header_says_is_said_with_the_packet_that_completes_it() {
    let at = |no| PacketRef { no, ..AT };
    let header = fmt0(5, 7, 0, 18, 1);
    for cut in 1..header.len() {
        let mut decoder = Decoder::default();
        let mut spans = Vec::new();
        let mut out = |output: Output<'_>| {
            if let Output::Message { header, .. } = output {
                spans.push((header.span.first.no, header.span.last.no));
            }
        };
        let (front, back) = header.split_at(cut);
        decoder.data(0, front, at(3), &Limits::default(), &mut out);
        decoder.data(cut as u64, back, at(8), &Limits::default(), &mut out);
        assert_eq!(spans, [(3, 8)], "cut at {cut}");
    }
}

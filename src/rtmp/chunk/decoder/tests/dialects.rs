//! Timestamps as programs write them: each manner, whole and cut anywhere, and at random.

use super::super::super::dialect::Choice;
use super::*;
use crate::base::time::CaptureTime;
use crate::rtmp::message::kind::{TimeReading, Timing};

/// What a sender does with the extended timestamp of format 3.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Type3 {
    /// Repeats the field of the header.
    Field,
    /// Writes the absolute timestamp of the message.
    Time,
    Omits,
}

/// How a sender writes timestamps.
#[derive(Copy, Clone, Debug)]
struct Manner {
    inside: Type3,
    at_start: Type3,
    /// Formats 1 and 2 have the absolute timestamp in the extended field.
    absolute: bool,
}

const SPEC: Manner = Manner { inside: Type3::Field, at_start: Type3::Field, absolute: false };
const OMITS: Manner = Manner { inside: Type3::Omits, at_start: Type3::Omits, absolute: false };
const ALL: [Manner; 7] = [
    SPEC,
    OMITS,
    Manner { at_start: Type3::Omits, ..SPEC },
    Manner { inside: Type3::Time, at_start: Type3::Time, absolute: false },
    Manner { absolute: true, ..SPEC },
    Manner { absolute: true, ..OMITS },
    Manner { inside: Type3::Field, at_start: Type3::Time, absolute: true },
];

/// A chunk stream of the sender.
#[derive(Copy, Clone, Default)]
struct State {
    time: u32,
    delta: u32,
    field: u32,
    extended: bool,
    length: usize,
}

/// A message under way.
struct Open {
    csid: u32,
    rest: Vec<u8>,
    type3: Vec<u8>,
    seen: Seen,
}

/// Writes chunks, and remembers what they say.
struct Sender {
    manner: Manner,
    size: usize,
    bytes: Vec<u8>,
    sent: Vec<Seen>,
    states: [State; 8],
    random: u64,
}

const DATA: u8 = 18;

impl Sender {
    fn new(manner: Manner) -> Self {
        Self {
            manner,
            size: 128,
            bytes: Vec::new(),
            sent: Vec::new(),
            states: [State::default(); 8],
            random: 0x9E37_79B9_7F4A_7C15,
        }
    }

    fn below(&mut self, most: u32) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        u32::try_from(self.random >> 33).unwrap() % most
    }

    /// A body that begins like an AMF0 string, and goes on at random.
    fn body(&mut self, len: usize) -> Vec<u8> {
        let mut body: Vec<u8> = (0..len).map(|_| self.below(256).to_le_bytes()[0]).collect();
        body.iter_mut().take(1).for_each(|b| *b = 2);
        body
    }

    fn state(&mut self, csid: u32) -> &mut State {
        &mut self.states[csid as usize]
    }

    /// The header of a message, and the one of its further chunks.
    fn header(&mut self, fmt: u8, csid: u32, time: u32, length: usize) -> (Vec<u8>, Vec<u8>) {
        let Manner { inside, at_start, absolute } = self.manner;
        let state = self.state(csid);
        let delta = time.wrapping_sub(state.time);
        let mut header = basic(fmt, csid);
        if fmt < 3 {
            state.field = match fmt {
                0 => time,
                _ if absolute && time >= 0xFF_FFFF => time,
                _ => delta,
            };
            state.delta = if fmt == 0 { time } else { delta };
            state.extended = state.field >= 0xFF_FFFF;
            header.extend(u24(state.field.min(0xFF_FFFF)));
        }
        if fmt < 2 {
            header.extend(u24(u32::try_from(length).unwrap()));
            header.push(DATA);
        }
        if fmt == 0 {
            header.extend(1_u32.to_le_bytes());
        }
        (state.time, state.length) = (time, length);
        let value = |how: Type3, state: &State| match how {
            Type3::Field => Some(state.field),
            Type3::Time => Some(state.time),
            Type3::Omits => None,
        };
        if state.extended {
            let first = if fmt == 3 { value(at_start, state) } else { Some(state.field) };
            header.extend(first.iter().flat_map(|value| value.to_be_bytes()));
        }
        let mut further = basic(3, csid);
        if state.extended {
            further.extend(value(inside, state).iter().flat_map(|value| value.to_be_bytes()));
        }
        (header, further)
    }

    fn begin(&mut self, fmt: u8, csid: u32, time: u32, body: Vec<u8>) -> Open {
        let (header, type3) = self.header(fmt, csid, time, body.len());
        self.bytes.extend(header);
        let seen = seen(csid, DATA, time, &body);
        let mut open = Open { csid, rest: body, type3, seen };
        self.body_of(&mut open);
        open
    }

    fn body_of(&mut self, open: &mut Open) {
        let later = open.rest.split_off(self.size.min(open.rest.len()));
        self.bytes.extend(std::mem::replace(&mut open.rest, later));
        if open.rest.is_empty() {
            self.sent.push(open.seen.clone());
        }
    }

    fn go_on(&mut self, open: &mut Open) {
        self.bytes.extend(&open.type3);
        self.body_of(open);
    }

    fn whole(&mut self, fmt: u8, csid: u32, time: u32, len: usize) {
        let body = self.body(len);
        let mut open = self.begin(fmt, csid, time, body);
        while !open.rest.is_empty() {
            self.go_on(&mut open);
        }
    }

    fn chunk_size(&mut self, size: u32) {
        self.bytes.extend(fmt0(2, 0, 4, 1, 0));
        self.bytes.extend(size.to_be_bytes());
        self.size = size as usize;
        let body = size.to_be_bytes();
        self.sent.push(Seen { stream_id: 0, ..seen(2, 1, 0, &body) });
    }

    /// Decodes what was sent in pieces, and compares.
    fn check(&self, cut: usize) -> Sink {
        let sink = run(&self.bytes, cut);
        for (n, (got, sent)) in sink.messages.iter().zip(&self.sent).enumerate() {
            assert_eq!(got, sent, "message {n} of {:?}, in pieces of {cut} bytes", self.manner);
        }
        assert_eq!(sink.messages.len(), self.sent.len(), "{:?}, in pieces of {cut} bytes", self.manner);
        let lost = sink.facts.iter().any(|fact| matches!(fact, Fact::LostSync { .. }));
        assert!(!lost, "{:?}, in pieces of {cut} bytes: {:?}", self.manner, sink.facts);
        sink
    }

    /// The same for every cut into two pieces and into many.
    fn check_cuts(&self) -> Vec<Choice> {
        for cut in (1..20).chain([100, 131, 500]) {
            self.check(cut);
        }
        for cut in (self.bytes.len() / 2..self.bytes.len()).step_by(3) {
            self.check(cut);
        }
        choices(&self.check(self.bytes.len()))
    }
}

fn choices(sink: &Sink) -> Vec<Choice> {
    let choice = |fact: &Fact| match fact {
        Fact::TimestampDialect { choice, .. } => Some(*choice),
        _ => None,
    };
    sink.facts.iter().filter_map(choice).collect()
}

const REPEATED: Choice = Choice::Type3Extended { repeated: true };
const OMITTED: Choice = Choice::Type3Extended { repeated: false };
const DELTA: Choice = Choice::DeltaExtended { absolute: false };
const ABSOLUTE: Choice = Choice::DeltaExtended { absolute: true };
const ADDS: Choice = Choice::Type3AfterType0 { same_time: false };
const SAME: Choice = Choice::Type3AfterType0 { same_time: true };

/// The timing of each message.
fn timings(bytes: &[u8]) -> Vec<Timing> {
    let mut all = Vec::new();
    let mut take = |output: Output<'_>| {
        if let Output::Message { header, .. } = output {
            all.push(header.timing);
        }
    };
    let (mut decoder, limits) = (Decoder::default(), Limits::default());
    decoder.data(0, bytes, AT, &limits, &mut take);
    decoder.finish(bytes.len() as u64, AT, &limits, &mut take);
    all
}

/// Absolute timestamps beyond 24 bits on format 0, with format 3 in all its manners.
#[test]
fn type_3_inside_messages() {
    for (inside, choice) in [(Type3::Field, REPEATED), (Type3::Omits, OMITTED)] {
        for first in [0xFF_FFFF, 0x0100_0000, 0x7FFF_FFE0, 0xFFFF_FFFF_u32] {
            let mut sender = Sender::new(Manner { inside, ..SPEC });
            for n in 0..4 {
                let time = first.wrapping_add(n * 40);
                sender.whole(0, 6, time, 300 + n as usize);
                sender.whole(0, 4, time, 20);
            }
            assert_eq!(sender.check_cuts(), [choice], "{inside:?} {first:#x}");
        }
    }
}

/// Each format 3 chunk is counted for its message.
#[test]
fn type_3_chunks_are_counted() {
    for (manner, repeated, omitted) in [(SPEC, 2, 0), (OMITS, 0, 2)] {
        let mut sender = Sender::new(manner);
        sender.whole(0, 6, 0x0200_0000, 300);
        sender.whole(0, 6, 0x0200_0028, 20);
        sender.whole(0, 6, 0x0200_0050, 130);
        let counts: Vec<(u32, u32)> =
            timings(&sender.bytes).iter().map(|t| (t.repeated, t.omitted)).collect();
        assert_eq!(counts, [(repeated, omitted), (0, 0), (repeated / 2, omitted / 2)]);
    }
}

/// Format 1 with a delta beyond 24 bits; format 3 chunks have the delta, or the time of the message instead.
#[test]
fn type_3_with_the_time_in_place_of_the_delta() {
    for inside in [Type3::Field, Type3::Time, Type3::Omits] {
        let mut sender = Sender::new(Manner { inside, ..SPEC });
        sender.whole(0, 6, 1000, 200);
        sender.whole(1, 6, 0x0200_0000, 400);
        sender.whole(0, 4, 0x0200_0000, 50);
        sender.whole(1, 6, 0x0200_0000 - 40, 300);
        sender.whole(2, 6, 0x0200_0000 + 40, 300);
        sender.whole(1, 4, 0x0200_0000 + 40, 50);
        let repeated = if inside == Type3::Omits { OMITTED } else { REPEATED };
        assert_eq!(sender.check_cuts(), [DELTA, repeated], "{inside:?}");
    }
}

/// A step back by a wrapped delta, with format 3 behind it.
#[test]
fn wrapped_negative_deltas() {
    for inside in [Type3::Field, Type3::Omits] {
        for start in [1000, 0x0100_0000, 20, 0x8000_0010, 0xFFFF_FFF0_u32] {
            let mut sender = Sender::new(Manner { inside, at_start: inside, absolute: false });
            let time = |n: i32| start.wrapping_add_signed(n);
            for (n, fmt) in [(0, 0), (80, 1), (40, 1), (0, 3), (-40, 3), (120, 2), (60, 2), (160, 1)] {
                sender.whole(fmt, 6, time(n), 300);
            }
            sender.whole(0, 4, time(160), 10);
            let choices = sender.check_cuts();
            assert!(choices.contains(&DELTA) && !choices.contains(&ABSOLUTE), "{choices:?}");
            let back = timings(&sender.bytes).iter().filter(|timing| timing.is_back).count();
            assert_eq!(back, 4, "from {start}");
        }
    }
}

/// Formats 1 and 2 with the time itself in the extended field.
#[test]
fn absolute_values_in_place_of_deltas() {
    for inside in [Type3::Field, Type3::Omits] {
        for start in [0xFF_FFFF_u32, 0x0130_0000, 0x7FFF_FFC0, 0xFFFF_F000] {
            let mut sender = Sender::new(Manner { inside, absolute: true, ..SPEC });
            for (n, fmt) in [(0, 0), (40, 1), (80, 2), (60, 1), (120, 2), (160, 1), (5000, 1), (5040, 2)] {
                sender.whole(fmt, 6, start.wrapping_add(n), 300);
            }
            sender.whole(0, 4, start.wrapping_add(5040), 10);
            let choices = sender.check_cuts();
            assert!(choices.contains(&ABSOLUTE) && !choices.contains(&DELTA), "{start:#x} {choices:?}");
        }
    }
}

/// A delta of hours is one, if that is what it takes to go on: neither reading does.
#[test]
fn a_jump_by_a_long_delta() {
    let mut sender = Sender::new(SPEC);
    sender.whole(0, 6, 1000, 20);
    sender.whole(1, 6, 1000 + 0x0200_0000, 30);
    sender.whole(1, 6, 1040 + 0x0200_0000, 20);
    assert_eq!(sender.check_cuts(), [DELTA]);
}

/// Five hours of silence, which the capture shows: then the delta is one, though as a time it would do as well.
#[test]
fn a_delta_as_long_as_the_capture_waited() {
    let time = 18_005_000;
    let mut sender = Sender::new(SPEC);
    sender.whole(0, 6, time, 20);
    let first = sender.bytes.len();
    sender.whole(1, 6, time + 18_000_000, 20);
    let (mut decoder, mut sink, limits) = (Decoder::default(), Sink::default(), Limits::default());
    let later = PacketRef { no: 2, ts: CaptureTime(18_000_100_000_000), acked: 0 };
    decoder.data(0, &sender.bytes[..first], AT, &limits, &mut |o| sink.take(o));
    decoder.data(first as u64, &sender.bytes[first..], later, &limits, &mut |o| sink.take(o));
    assert_eq!(sink.messages, sender.sent);
}

/// The field says "extended" though the value would fit: below, at and above the limit.
#[test]
fn extended_values_at_the_limit_of_24_bits() {
    for value in [0, 1, 40, 0xFF_FFFE, 0xFF_FFFF, 0x0100_0000, 0xFFFF_FFFF_u32] {
        let body: Vec<u8> = [&[2], &body(299, 7)[..]].concat();
        let ext = value.to_be_bytes();
        let head = cat(&[&basic(0, 6), &[0xFF; 3], &u24(300), &[DATA, 1, 0, 0, 0], &ext]);
        let next = cat(&[&fmt0(4, 5, 300, DATA, 1), &body[..128], &basic(3, 4), &body[128..256]]);
        let end = cat(&[&basic(3, 4), &body[256..]]);
        for ext in [&ext[..], &[]] {
            let bytes = cat(&[
                &head,
                &body[..128],
                &basic(3, 6),
                ext,
                &body[128..256],
                &basic(3, 6),
                ext,
                &body[256..],
                &next,
                &end,
            ]);
            for cut in 1..bytes.len() {
                let got = run(&bytes, cut).messages;
                let want = [seen(6, DATA, value, &body), seen(4, DATA, 5, &body)];
                assert_eq!(got, want, "{value:#x}, {} bytes, cut {cut}", ext.len());
            }
        }
    }
}

/// The wraps at 2^31 and 2^32, by deltas and by absolute timestamps.
#[test]
fn wraps() {
    for near in [1 << 31, 0_u32] {
        for fmt in [0, 1] {
            let mut sender = Sender::new(SPEC);
            sender.whole(0, 6, near.wrapping_sub(90), 200);
            for n in 0..6 {
                sender.whole(fmt, 6, near.wrapping_sub(60).wrapping_add(n * 30), 200 + n as usize);
            }
            sender.check_cuts();
        }
    }
}

/// A relay writes the step of a 31-bit clock from 2^31 to 0 as a wrapped delta, which as a time would go on as well.
#[test]
fn a_relayed_clock_of_31_bits() {
    let mut sender = Sender::new(SPEC);
    sender.whole(0, 6, 0x7FFF_FFB0, 200);
    for (n, time) in [0x7FFF_FFD8, 0, 0x7FFF_FFF0, 40, 80].into_iter().enumerate() {
        sender.whole(1, 6, time, 201 + n);
    }
    assert_eq!(sender.check_cuts(), [REPEATED, DELTA]);
}

/// Format 3 begins messages behind format 1 with an extended delta.
#[test]
fn type_3_begins_messages_behind_an_extended_delta() {
    for at_start in [Type3::Field, Type3::Time, Type3::Omits] {
        let mut sender = Sender::new(Manner { at_start, ..SPEC });
        sender.whole(0, 6, 0x0300_0000, 300);
        sender.whole(0, 4, 0x0300_0000, 30);
        sender.whole(1, 6, 0x0300_0000 - 10, 300);
        sender.whole(3, 6, 0x0300_0000 - 20, 300);
        sender.whole(3, 6, 0x0300_0000 - 30, 300);
        sender.whole(1, 4, 0x0300_0000, 30);
        sender.whole(1, 6, 0x0300_0000, 200);
        let choices = sender.check_cuts();
        assert_eq!(choices.contains(&OMITTED), at_start == Type3::Omits, "{choices:?}");
    }
}

/// Format 3 at the start of a message has a new value in its extended timestamp: the delta, as ffmpeg does when the
/// header before it was extended too, or the time.
#[test]
fn type_3_begins_a_message_with_another_extended_timestamp() {
    for new in [0x0200_0000, 0x0100_0028_u32] {
        let mut sender = Sender::new(SPEC);
        sender.whole(0, 6, 0x0100_0000, 300);
        let time = if new == 0x0200_0000 { 0x0300_0000 } else { new };
        let body = sender.body(300);
        sender.bytes.extend(cat(&[&basic(3, 6), &new.to_be_bytes(), &body[..128]]));
        for part in body[128..].chunks(128) {
            sender.bytes.extend(cat(&[&basic(3, 6), &new.to_be_bytes(), part]));
        }
        sender.sent.push(seen(6, DATA, time, &body));
        sender.states[6].time = time;
        sender.whole(1, 6, time + 40, 30);
        sender.whole(0, 4, time, 30);
        let choice = if time == new { ABSOLUTE } else { DELTA };
        assert_eq!(sender.check_cuts(), [REPEATED, choice]);
    }
}

/// Behind format 0 the timestamp is added, unless adding it jumps and not adding it goes on.
#[test]
fn type_3_behind_type_0() {
    // By the specification.
    let mut sender = Sender::new(SPEC);
    for (fmt, time) in [(0, 40), (3, 80), (3, 120), (2, 150), (3, 180)] {
        sender.whole(fmt, 6, time, 200);
    }
    assert_eq!(sender.check_cuts(), [ADDS]);
    let readings: Vec<TimeReading> = timings(&sender.bytes).iter().map(|t| t.reading).collect();
    let plain = TimeReading::Plain;
    assert_eq!(readings, [plain, TimeReading::AddsTimestamp, plain, plain, plain]);
    // The same time: the chunk stream or another one was there before; the habit counts for small ones too.
    for (before, csid) in [(9960, 6), (9960, 4)] {
        let mut sender = Sender::new(SPEC);
        sender.bytes.extend(cat(&[&fmt0(csid, before, 2, 9, 1), &[0x27, 1]]));
        sender.sent.push(seen(csid, 9, before, &[0x27, 1]));
        for (fmt, time) in [(0, 10_000), (3, 10_000), (3, 10_000), (1, 10_040), (0, 30), (3, 30)] {
            sender.whole(fmt, 6, time, 200);
        }
        assert_eq!(sender.check_cuts(), [SAME]);
    }
    // Nobody adds hours.
    for manner in [SPEC, OMITS, Manner { at_start: Type3::Omits, ..SPEC }] {
        let mut sender = Sender::new(manner);
        for (fmt, time) in [(0, 0x0200_0000), (3, 0x0200_0000), (3, 0x0200_0000), (1, 0x0200_0014)] {
            sender.whole(fmt, 6, time, 200);
        }
        sender.whole(0, 4, 0x0200_0014, 30);
        assert!(sender.check_cuts().contains(&SAME));
    }
    // But a capture can show that they passed.
    let mut sender = Sender::new(SPEC);
    sender.whole(0, 6, 5000, 20);
    let first = sender.bytes.len();
    sender.whole(3, 6, 10_000, 20);
    let (mut decoder, mut sink, limits) = (Decoder::default(), Sink::default(), Limits::default());
    let later = PacketRef { no: 2, ts: CaptureTime(5_000_000_000), acked: 0 };
    decoder.data(0, &sender.bytes[..first], AT, &limits, &mut |o| sink.take(o));
    decoder.data(first as u64, &sender.bytes[first..], later, &limits, &mut |o| sink.take(o));
    assert_eq!(sink.messages, sender.sent);
}

/// A body has by chance what an extended timestamp would be, from a sender that omits it; and the other way round, a
/// sender that repeats it leaves it out for once.
#[test]
fn against_the_habit() {
    let time = 0x0200_0000_u32;
    let mut sender = Sender::new(OMITS);
    sender.whole(0, 6, time, 300);
    let mut chance = sender.body(300);
    chance[128..132].copy_from_slice(&(time + 40).to_be_bytes());
    let mut open = sender.begin(0, 6, time + 40, chance);
    sender.go_on(&mut open);
    sender.go_on(&mut open);
    sender.whole(0, 6, time + 80, 300);
    sender.whole(0, 4, time + 80, 30);
    assert_eq!(sender.check_cuts(), [OMITTED]);

    let mut sender = Sender::new(SPEC);
    sender.whole(0, 6, time, 300);
    sender.manner = OMITS;
    sender.whole(0, 6, time + 40, 300);
    sender.manner = SPEC;
    sender.whole(0, 6, time + 80, 300);
    sender.whole(0, 4, time + 80, 30);
    assert_eq!(sender.check_cuts(), [REPEATED, OMITTED, REPEATED]);
}

/// Bodies full of one byte are no extended timestamp of the same bytes.
#[test]
fn bodies_of_filler() {
    for byte in [0xFF_u8, 0] {
        let time = u32::from_be_bytes([byte; 4]);
        let body = [&[2], &[byte; 499][..]].concat();
        let ext = time.to_be_bytes();
        let mut head = basic(0, 6);
        head.extend(cat(&[&[0xFF; 3], &u24(500), &[DATA, 1, 0, 0, 0], &ext]));
        for present in [true, false] {
            let mut bytes = [&head, &body[..128]].concat();
            for part in body[128..].chunks(128) {
                bytes.extend(basic(3, 6));
                bytes.extend(if present { &ext[..] } else { &[] });
                bytes.extend(part);
            }
            bytes.extend(cat(&[&fmt0(4, 5, 20, DATA, 1), &[2; 20]]));
            bytes.extend(cat(&[&fmt0(4, 6, 20, DATA, 1), &[2; 20]]));
            for cut in 1..bytes.len() {
                let got = run(&bytes, cut).messages;
                let want =
                    [seen(6, DATA, time, &body), seen(4, DATA, 5, &[2; 20]), seen(4, DATA, 6, &[2; 20])];
                assert_eq!(got, want, "{byte:#x} {present} cut {cut}");
            }
        }
    }
}

/// Chunk streams between each other's chunks, and another chunk size in the middle.
#[test]
fn interleaved_and_with_another_chunk_size() {
    for manner in ALL {
        let mut sender = Sender::new(manner);
        let mut time = 0x0100_0000;
        sender.whole(0, 6, time, 200);
        sender.whole(0, 4, time, 150);
        for size in [64, 128, 100] {
            time += 40;
            let (video, audio) = (sender.body(420), sender.body(310));
            let mut video = sender.begin(1, 6, time, video);
            let mut audio = sender.begin(1, 4, time - 80, audio);
            sender.go_on(&mut video);
            sender.chunk_size(size);
            for _ in 0..9 {
                for open in [&mut audio, &mut video] {
                    if !open.rest.is_empty() {
                        sender.go_on(open);
                    }
                }
            }
            sender.whole(2, 6, time + 20, 420);
        }
        sender.check_cuts();
    }
}

/// Random conversations in every manner.
#[test]
fn random_conversations() {
    let starts = [0, 5000, 0xFF_FF00, 0x0100_0000, 0x7FFF_FF00, 0xFFFF_FF00_u32];
    for round in 0..600_u32 {
        let mut sender = Sender::new(ALL[round as usize % ALL.len()]);
        sender.random ^= u64::from(round) << 20;
        (0..9).for_each(|_| _ = sender.below(2));
        let start = match starts[sender.below(6) as usize] {
            // Nearer to 2^32 a time is a small step back as well, and nothing tells which at first.
            0xFFFF_FF00 if sender.manner.absolute => 0xFFFF_8000,
            0 if sender.manner.absolute => 500,
            start => start,
        };
        converse(&mut sender, start);
        let cut = 1 + sender.below(300) as usize;
        sender.check(cut);
        sender.check(sender.bytes.len());
    }
}

/// Some messages on two or three chunk streams that go on from `start`.
fn converse(sender: &mut Sender, start: u32) {
    let mut open: Vec<Open> = Vec::new();
    let mut clock = start;
    for _ in 0..20 + sender.below(20) {
        let csid = 4 + sender.below(3);
        if open.iter().any(|o| o.csid == csid) || sender.below(3) == 0 {
            if !open.is_empty() {
                let at = sender.below(u32::try_from(open.len()).unwrap()) as usize;
                sender.go_on(&mut open[at]);
                open.retain(|o| !o.rest.is_empty());
            }
            continue;
        }
        if sender.below(12) == 0 {
            let size = 20 + sender.below(300);
            sender.chunk_size(size);
        }
        clock = clock.wrapping_add(sender.below(60));
        let (fmt, time, len) = plan(sender, csid, clock);
        let body = sender.body(len);
        let new = sender.begin(fmt, csid, time, body);
        open.push(new);
        open.retain(|o| !o.rest.is_empty());
    }
    while let Some(mut last) = open.pop() {
        while !last.rest.is_empty() {
            sender.go_on(&mut last);
        }
    }
    // Something to confirm the last ones by.
    for n in 0..3 {
        sender.whole(0, 3, clock.wrapping_add(n), 30);
    }
}

/// A format in which this sender can say when the next message is, and its length.
fn plan(sender: &mut Sender, csid: u32, clock: u32) -> (u8, u32, usize) {
    let state = *sender.state(csid);
    let len = 1 + sender.below(600) as usize;
    if state.length == 0 {
        return (0, clock, len);
    }
    let is_back = sender.below(6) == 0;
    let time = if is_back { state.time.wrapping_sub(1 + sender.below(80)) } else { clock };
    let next = state.time.wrapping_add(state.delta);
    let follows = next.wrapping_sub(clock) < 1000 || state.delta.wrapping_neg() < 1000;
    match sender.below(5) {
        0 => (0, time, len),
        1 => (2, time, state.length),
        // In the manner of the sender, a format 3 header says its delta again, or its time.
        // Just below 2^32 a time is a small step back as well.
        2 if sender.manner.at_start == Type3::Time
            && state.extended
            && (0xFF_FFFF..0xFFFF_0000).contains(&clock) =>
        {
            (3, time, state.length)
        }
        2 if sender.manner.absolute && state.extended => (1, time, len),
        2 if follows
            && sender.manner.at_start != Type3::Time
            && state.field == state.delta
            && state.time != state.delta =>
        {
            (3, next, state.length)
        }
        _ => (1, time, len),
    }
}

/// Behind a delta of hours, format 3 without the extended timestamp begins a message at the same time: nobody adds the
/// hours once more and leaves out what says so.
#[test]
fn type_3_begins_a_message_behind_a_delta_of_hours() {
    let mut sender = Sender::new(Manner { at_start: Type3::Omits, ..SPEC });
    for (fmt, time) in [(0, 1000), (1, 0x0200_0000), (3, 0x0200_0000), (3, 0x0200_0000), (2, 0x0200_0028)] {
        sender.whole(fmt, 6, time, 200);
    }
    sender.whole(0, 4, 0x0200_0028, 30);
    assert_eq!(sender.check_cuts(), [DELTA, REPEATED, OMITTED]);
    let readings: Vec<TimeReading> = timings(&sender.bytes).iter().map(|t| t.reading).collect();
    assert_eq!(readings[1..4], [TimeReading::Delta, TimeReading::SameTime, TimeReading::SameTime]);
}

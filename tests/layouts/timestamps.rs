//! Extended timestamps and what senders make of them: the field repeated on type 3 chunks or not, deltas that are
//! absolute times, deltas that go back, wraps, and a type 3 that begins a message after a type 0.
//!
//! A field of 0xFFFFFF says that u32 follows the message header: the timestamp after type 0, the delta after 1 and 2.

use serde_json::{Value, json};

use crate::common::chunk::ExtendedOnType3;
use crate::common::message::{self as msg, Message};
use crate::common::talk::Talk;
use crate::common::{Dir, MS};
use crate::harness::{Run, opened, reports, told};

/// The first time that does not fit into 24 bits beside its mark.
const BIG: u32 = 0x00FF_FFFF;
/// Four hours and forty minutes.
const FAR: u32 = 16_800_000;

/// A picture of `len` bytes that could be anything.
fn picture(timestamp: u32, len: usize) -> Message {
    msg::video(timestamp, [vec![0x27, 1, 0, 0, 0], vec![0x55; len - 5]].concat()).msid(1)
}

fn sound(timestamp: u32) -> Message {
    msg::audio(timestamp, vec![0xAF, 1, 0x21, 0x10, 4, 0x60, 0x8C, 0x1C]).msid(1)
}

fn small_chunks() -> Talk {
    opened().chunk_size(Dir::Up, 128)
}

/// Each message a write of its own, 20 ms after the last.
fn paced(talk: Talk, messages: &[Message]) -> Talk {
    let step = |talk: Talk, message| {
        let at = talk.now() + 20 * MS;
        talk.until(at).up(message)
    };
    messages.iter().fold(talk, step).wait(5).close()
}

/// Sound, and pictures of two messages each, the second of type 3.
fn same_times() -> Vec<Message> {
    let of = |n: u32| {
        let at = 1_000_000 + 40 * n;
        [sound(at).fmt(0), picture(at, 60).fmt(0), picture(at, 60).fmt(3), sound(at + 20).fmt(0)]
    };
    (0..6).flat_map(of).collect()
}

/// Sound, and pictures 40 ms apart, all but the first of type 3.
fn added_times() -> Vec<Message> {
    (1..8).flat_map(|n| [sound(40 * n).fmt(0), picture(40 * n, 60).fmt(if n == 1 { 0 } else { 3 })]).collect()
}

/// Talks in the dialects, for the properties.
pub(crate) fn talks() -> Vec<Talk> {
    let far: Vec<Message> = (0..6).map(|n| picture(FAR + 40 * n, 300).fmt(0)).collect();
    let deltas = [sound(40).fmt(0), sound(40 + FAR).fmt(1), sound(60 + FAR).fmt(1), sound(20 + FAR).fmt(1)];
    vec![
        paced(small_chunks(), &far),
        paced(small_chunks().extended(Dir::Up, ExtendedOnType3::Absent), &far),
        paced(opened(), &deltas),
        paced(opened(), &same_times()),
        paced(opened(), &added_times()),
    ]
}

/// The last `wanted.len()` messages of a talk have these values; the events of a dialect are these; and so are the
/// client's figures in the report.
#[track_caller]
fn hold(talk: Talk, wanted: &[Value], dialects: &[Value], figures: Value) {
    let run = Run::of(std::slice::from_ref(&talk));
    let mut failed = Vec::new();
    for (want, lines) in wanted.iter().zip(run.groups(&talk, 0, wanted.len())) {
        match lines.iter().find(|line| line["is_message"] == true) {
            Some(line) => failed.extend(told(line, want)),
            None => failed.push(format!("no line for {want}")),
        }
    }
    let said: Vec<&Value> =
        run.lines.iter().filter(|line| line["event"] == "chunk.timestamp_dialect").collect();
    if said.len() != dialects.len() {
        failed.push(format!("{} dialects are told, not {}: {said:?}", said.len(), dialects.len()));
    }
    for (want, line) in dialects.iter().zip(&said) {
        failed.extend(told(line, want));
    }
    let losses = run.lines.iter().filter(|line| line["event"] == "chunk.desync").count();
    if losses > 0 {
        failed.push(format!("sync is lost {losses} times"));
    }
    let report = &reports(&[talk])[0]["timestamps"];
    let report = if figures.is_null() { report } else { &report["client_to_server"] };
    match (&figures, report) {
        (Value::Null, Value::Null) => {}
        (Value::Null, there) => failed.push(format!("the report has {there}")),
        (figures, there) => failed.extend(told(there, figures)),
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn plain(timestamp: u32, raw: u32, extended: bool) -> Value {
    json!({"timestamp": timestamp, "timestamp_raw": raw, "extended": extended, "timestamp_dialect": null,
        "complete": true})
}

/// 0xFFFFFE fits, 0xFFFFFF is written in the field behind the header.
#[test]
fn the_border_of_24_bits() {
    let talk = paced(opened(), &[sound(BIG - 1).fmt(0), sound(BIG).fmt(0), sound(BIG + 1).fmt(0)]);
    let wanted = [plain(BIG - 1, BIG - 1, false), plain(BIG, BIG, true), plain(BIG + 1, BIG + 1, true)];
    hold(talk, &wanted, &[], json!({"extended_messages": 2, "wraps": 0}));
}

#[test]
fn nothing_is_reported_where_nothing_of_the_kind_came() {
    hold(
        paced(small_chunks(), &[picture(0, 300), picture(40, 300)]),
        &[plain(0, 0, false), plain(40, 40, false)],
        &[],
        Value::Null,
    );
}

/// Messages of 300 bytes in chunks of 128: two type 3 chunks each, which repeat the field or do not.
#[test]
fn type_3_with_and_without_the_field() {
    let of = |how| {
        let list: Vec<Message> = (0..6).map(|n| picture(FAR + 40 * n, 300).fmt(0)).collect();
        paced(small_chunks().extended(Dir::Up, how), &list)
    };
    let wanted: Vec<Value> = (0..6).map(|n| plain(FAR + 40 * n, FAR + 40 * n, true)).collect();
    let told = |reading| {
        [json!({"direction": "client_to_server", "aspect": "type3_extended", "reading": reading, "csid": 6})]
    };
    let figures = json!({"extended_messages": 6, "type3_repeated": 12, "type3_omitted": 0});
    hold(of(ExtendedOnType3::Field), &wanted, &told("repeated"), figures);
    let figures = json!({"extended_messages": 6, "type3_repeated": 0, "type3_omitted": 12});
    hold(of(ExtendedOnType3::Absent), &wanted, &told("omitted"), figures);
}

/// A pause of more than 0xFFFFFF ms is a delta in the extended field.
#[test]
fn a_long_pause_is_an_extended_delta() {
    let talk = paced(opened(), &[sound(40).fmt(0), sound(40 + FAR).fmt(1), sound(60 + FAR).fmt(1)]);
    let wanted = [plain(40, 40, false), plain(40 + FAR, FAR, true), plain(60 + FAR, 20, false)];
    let dialect = json!({"aspect": "delta_extended", "reading": "delta", "csid": 4});
    hold(
        talk,
        &wanted,
        &[dialect],
        json!({"deltas_extended": 1, "deltas_absolute": 0, "negative_deltas": 0}),
    );
}

/// Some senders put the absolute time behind the header of a type 1 as well.
#[test]
fn absolute_times_in_type_1() {
    // The builder writes timestamp - last as the delta; to write an absolute one, the raw bytes are made here.
    let absolute = |timestamp: u32| {
        let body = sound(0).body;
        [&[0x44, 0xFF, 0xFF, 0xFF, 0, 0, body.len() as u8, 8][..], &timestamp.to_be_bytes(), &body].concat()
    };
    let mut talk = opened().up(&sound(FAR).fmt(0));
    let first = talk.written(Dir::Up);
    for n in 1..6 {
        talk = talk.wait(20).raw(Dir::Up, &absolute(FAR + 20 * n));
    }
    let talk = talk.wait(5).close();
    let run = Run::of(std::slice::from_ref(&talk));
    let lines: Vec<&Value> = run
        .lines
        .iter()
        .filter(|line| line["event"] == "media.audio" && line["stream_start"].as_u64() >= Some(first))
        .collect();
    assert_eq!(lines.len(), 5);
    for (n, line) in (1..6).zip(lines) {
        let want = json!({"timestamp": FAR + 20 * n, "timestamp_raw": FAR + 20 * n,
            "timestamp_dialect": "absolute_in_delta"});
        assert!(told(line, &want).is_empty(), "{:?}", told(line, &want));
    }
    let dialect = run.first(0, "chunk.timestamp_dialect");
    assert!(
        told(&dialect, &json!({"aspect": "delta_extended", "reading": "absolute", "csid": 4})).is_empty(),
        "{dialect}"
    );
    let figures = &reports(&[talk])[0]["timestamps"]["client_to_server"];
    assert!(told(figures, &json!({"deltas_absolute": 5, "deltas_extended": 0})).is_empty(), "{figures}");
}

/// A delta of 2^32 - 20 goes back by 20 ms.
#[test]
fn a_wrapped_delta_goes_back() {
    let talk = paced(opened(), &[sound(1_000).fmt(0), sound(980).fmt(1), sound(1_000).fmt(1)]);
    let wanted = [plain(1_000, 1_000, false), plain(980, u32::MAX - 19, true), plain(1_000, 20, false)];
    let dialect = json!({"aspect": "delta_extended", "reading": "delta"});
    hold(talk, &wanted, &[dialect], json!({"deltas_extended": 1, "negative_deltas": 1, "wraps": 0}));
}

/// The media clock goes on where the timestamp passes 2^31, and where it begins again at 0.
#[test]
fn the_clock_goes_on_over_2_31_and_2_32() {
    let dts =
        |first: u64, n: u64| json!({"timestamp": (first + 40 * n) & 0xFFFF_FFFF, "dts_ms": first + 40 * n});
    for (first, wraps) in [((1_u64 << 31) - 80, 0), ((1_u64 << 32) - 80, 1)] {
        for fmt in [0, 1] {
            let at = |n: u64| (first + 40 * n) as u32;
            let list: Vec<Message> = (0..6).map(|n| sound(at(n)).fmt(if n == 0 { 0 } else { fmt })).collect();
            let wanted: Vec<Value> = (0..6).map(|n| dts(first, n)).collect();
            let extended = if fmt == 0 { 6 - 4 * wraps } else { 1 };
            hold(
                paced(opened(), &list),
                &wanted,
                &[],
                json!({"wraps": wraps, "extended_messages": extended}),
            );
        }
    }
}

/// Sound goes on at its own times; a picture's type 3 right behind its type 0 takes the same time again (two parts
/// of one picture), as the times around it say.
#[test]
fn type_3_after_type_0_takes_the_same_time() {
    let base = 1_000_000;
    let list = same_times();
    let same = json!({"timestamp_dialect": "type3_same_time"});
    let wanted: Vec<Value> = (0..6)
        .flat_map(|n| {
            let mut third = plain(base + 40 * n, base + 40 * n, false);
            third["timestamp_dialect"] = same["timestamp_dialect"].clone();
            third.as_object_mut().unwrap().remove("timestamp_raw");
            let at = |ms: u32| json!({"timestamp": base + 40 * n + ms, "timestamp_dialect": null});
            [at(0), at(0), third, at(20)]
        })
        .collect();
    let dialect = json!({"aspect": "type3_after_type0", "reading": "same_time", "csid": 6});
    hold(
        paced(opened(), &list),
        &wanted,
        &[dialect],
        json!({"type3_after_type0_same": 6, "type3_after_type0_added": 0}),
    );
}

/// The specification's reading: the time of the type 0 is the delta too. A type 0 at 40, then type 3 at 80, 120 and
/// so on, with sound at these times beside it.
#[test]
fn type_3_after_type_0_adds_its_time() {
    let list = added_times();
    let wanted: Vec<Value> = (1..8)
        .flat_map(|n| [json!({"timestamp": 40 * n}), json!({"timestamp": 40 * n, "timestamp_dialect": null})])
        .collect();
    let dialect = json!({"aspect": "type3_after_type0", "reading": "adds_timestamp", "csid": 6});
    // Only the first type 3 follows a type 0.
    hold(
        paced(opened(), &list),
        &wanted,
        &[dialect],
        json!({"type3_after_type0_added": {"$any": true}, "type3_after_type0_same": 0}),
    );
}

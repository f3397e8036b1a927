//! Aggregates: tags in one message, with times of their own.
//!
//! ```text
//! type u8, size u24, timestamp low u24, timestamp high u8, stream id u24, data, back pointer u32 = 11 + size
//! time of part i = the aggregate's time + (time of part i - time of part 0)
//! ```

use serde_json::{Value, json};

use crate::common::media;
use crate::common::message::{self as msg, Message};
use crate::harness::{Case, case, hold, hold_apart};

fn picture(timestamp: u32) -> Message {
    msg::video(timestamp, media::avc(true, 1, 40, &[0, 0, 0, 2, 0x65, 0x88]))
}

fn sound(timestamp: u32) -> Message {
    msg::audio(timestamp, media::aac(1, &[0x21, 0x10]))
}

fn part(event: &str, part: u32, timestamp: u32) -> Value {
    json!({"event": event, "part": part, "part_timestamp": timestamp})
}

fn all(parts: u32, base: u32, first: u32) -> Value {
    json!({"event": "media.aggregate", "parts": parts, "base_timestamp": base, "first_part_timestamp": first,
        "back_pointer_errors": 0, "cut_parts": 0, "trailing_bytes": 0, "other_parts": 0})
}

fn with(mut want: Value, key: &str, value: impl Into<Value>) -> Value {
    want[key] = value.into();
    want
}

pub(crate) fn cases() -> Vec<Case> {
    let meta = msg::data(&["onCuePoint".into(), 7.0.into()]).timestamp(1_060);
    let mixed = msg::aggregate(500, &[picture(1_000), sound(1_020), meta, sound(1_043)]);
    let high = msg::aggregate(2_000, &[sound(0xFFFF_FFF0), sound(0x0000_0010)]);
    let mut back = msg::aggregate(3_000, &[sound(0), sound(20), sound(40)]);
    let ends = back.body.len();
    back.body[ends - 1] ^= 0x10;
    back.body[11 + 4 + 3] = 0; // the first part has 4 bytes
    let mut cut = msg::aggregate(4_000, &[picture(0), sound(20)]);
    cut.body.truncate(cut.body.len() - 4 - 2);
    let mut trailing = msg::aggregate(5_000, &[picture(0), sound(20)]);
    trailing.body.extend([9, 9, 9]);
    let strange = msg::aggregate(
        6_000,
        &[sound(0), msg::ack(5), msg::command("x", 0.0, crate::common::amf::Amf::Null, &[]), sound(20)],
    );
    vec![
        case("video, audio and data", mixed, all(4, 500, 1_000))
            .besides(with(part("media.video", 0, 500), "keyframe", true))
            .besides(part("media.audio", 1, 520))
            .besides(with(
                with(
                    json!({"event": {"$like": "data."}, "part": 2, "part_timestamp": 560}),
                    "handler",
                    "onCuePoint",
                ),
                "values",
                json!([7]),
            ))
            .besides(part("media.audio", 3, 543)),
        case("the high byte of the time, and a wrap", high, all(2, 2_000, 0xFFFF_FFF0))
            .besides(part("media.audio", 0, 2_000))
            .besides(part("media.audio", 1, 2_032)),
        case("two wrong back pointers of three", back, with(all(3, 3_000, 0), "back_pointer_errors", 2))
            .besides(part("media.audio", 0, 3_000))
            .besides(part("media.audio", 1, 3_020))
            .besides(part("media.audio", 2, 3_040)),
        case(
            "the last part is cut",
            cut,
            json!({"event": "media.aggregate", "cut_parts": 1, "back_pointer_errors": 0}),
        )
        .besides(part("media.video", 0, 4_000)),
        case("bytes behind the last part", trailing, with(all(2, 5_000, 0), "trailing_bytes", 3))
            .besides(part("media.audio", 1, 5_020)),
        case("parts of other types", strange, with(all(4, 6_000, 0), "other_parts", 2))
            .besides(part("media.audio", 0, 6_000))
            .besides(part("media.audio", 3, 6_020)),
        case(
            "no part at all",
            Message::new(msg::VIDEO_CSID, msg::AGGREGATE, Vec::new()),
            json!({"event": "media.aggregate", "parts": 0}),
        ),
    ]
}

/// 300 parts of 1,124 bytes each, of which 262,144 bytes are kept: the 234th is cut there.
pub(crate) fn long() -> Case {
    let parts = vec![msg::audio(0, media::aac(1, &[7; 1_107])); 300];
    case(
        "parts behind what is kept",
        msg::aggregate(0, &parts),
        with(all(234, 0, 0), "undecoded_bytes", 300 * 1_124 - 262_144),
    )
    .besides(with(part("media.audio", 0, 0), "complete", true))
}

#[test]
fn what_is_not_kept_of_an_aggregate_is_told() {
    let reports = hold_apart(&[vec![long()]]);
    let ledger = &reports[0]["efficiency"]["client_to_server"];
    assert_eq!(ledger["unclassified_bytes"], 300 * 1_124 - 262_144, "{ledger}");
}

#[test]
fn parts_are_told_with_their_times() {
    hold(&cases());
}

/// A part of Enhanced RTMP reads like a message of it.
#[test]
fn parts_may_have_enhanced_headers() {
    let frame = msg::video(0, media::ex_video(true, 3, *b"hvc1", &[0, 0, 0, 2, 0x26, 0x01]));
    let first = with(part("media.video", 0, 700), "codec", "hevc");
    hold(&[case("hevc", msg::aggregate(700, &[frame]), all(1, 700, 0)).besides(with(
        first,
        "packet_type",
        "coded_frames_x",
    ))]);
}

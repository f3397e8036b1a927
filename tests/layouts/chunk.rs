//! Chunks: basic headers of one, two and three bytes, message headers of the four formats, and the specification's
//! two examples.
//!
//! ```text
//! basic header    fmt 2 bits, then csid 6 bits (2-63) | 0 and csid-64 u8 | 1 and csid-64 u16 little-endian
//! message header  0: timestamp u24, length u24, type u8, stream id u32 little-endian
//!                 1: delta u24, length u24, type u8        2: delta u24        3: nothing
//! ```

use serde_json::{Value, json};

use crate::common::Dir;
use crate::common::message::{self as msg, Message};
use crate::harness::{Case, Run, case, hold, opened, told};

/// A data message of 20 bytes: a string, and nothing else.
fn note(csid: u32) -> Message {
    msg::data(&["seventeen letters".into()]).csid(csid)
}

/// The chunk stream, and the bytes of its basic header.
const IDS: [(u32, Option<u8>, u64); 10] = [
    (7, None, 1),
    (63, None, 1),
    (64, None, 2),
    (319, None, 2),
    (320, None, 3),
    (65_599, None, 3),
    (0x1234 + 64, None, 3),
    (64, Some(3), 3),
    (319, Some(3), 3),
    (100, Some(3), 3),
];

/// The basic header is the shortest, or longer than need be; it begins each chunk.
fn basic_headers() -> Vec<Case> {
    let of = |(csid, form, _): (u32, Option<u8>, u64)| {
        let message = Message { csid_bytes: form, ..note(csid).fmt(0) };
        case(
            &format!("csid {csid} {form:?}"),
            message,
            json!({"csid": csid, "fmt": 0, "length": 20, "stream_id": 1}),
        )
    };
    IDS.into_iter().map(of).collect()
}

pub(crate) fn cases() -> Vec<Case> {
    basic_headers()
}

#[test]
fn basic_headers_of_one_two_and_three_bytes() {
    hold(&basic_headers());
    let talk = crate::harness::talk(&basic_headers());
    let sizes: Vec<u64> =
        talk.sent()[talk.sent().len() - IDS.len()..].iter().map(|s| s.end - s.start).collect();
    assert_eq!(sizes, IDS.map(|(_, _, basic)| basic + 11 + 20), "as the builder wrote them");
}

/// What a format does not say is that of the message before on its chunk stream.
#[test]
fn formats_take_over_what_they_lack() {
    let at = |timestamp: u32, text: &str, fmt: u8| {
        let message = msg::data(&[text.into()]).csid(9).timestamp(timestamp).fmt(fmt);
        let want = json!({"fmt": fmt, "timestamp": timestamp, "length": text.len() + 3, "type_id": 18,
            "stream_id": 1,
            "extended": false, "timestamp_inferred": null});
        case(&format!("format {fmt}: {text}"), message, want)
    };
    hold(&[
        at(1_000, "all of it", 0),
        at(1_040, "a delta, a length", 1),
        at(1_070, "another delta....", 2),
        at(1_100, "the same delta...", 3),
        at(1_130, "and once more....", 3),
        at(1_130, "no time passes", 1),
        at(1_130, "still none....", 3),
        at(500, "back again", 0),
    ]);
}

/// RTMP 1.0, 5.3.2.1: four audio messages of 32 bytes, 20 ms apart, take 44, 36, 33 and 33 bytes.
#[test]
fn the_specifications_first_example() {
    let audio: Vec<Message> = [0, 2, 3, 3]
        .into_iter()
        .enumerate()
        .map(|(n, fmt)| {
            let body = [vec![0x2F], vec![n as u8; 31]].concat();
            Message::new(3, msg::AUDIO, body).timestamp(1_000 + 20 * n as u32).msid(12_345).fmt(fmt)
        })
        .collect();
    let lines = example(&audio);
    for (n, (fmt, bytes)) in [(0, 44), (2, 36), (3, 33), (3, 33)].into_iter().enumerate() {
        let want = json!({"event": "media.audio", "csid": 3, "fmt": fmt, "timestamp": 1_000 + 20 * n,
            "length": 32, "stream_id": 12_345, "chunks": 1, "complete": true});
        whole(&lines[n], bytes, &want);
    }
}

/// RTMP 1.0, 5.3.2.2: a video message of 307 bytes takes chunks of 140, 129 and 52 bytes.
#[test]
fn the_specifications_second_example() {
    let body = [vec![0x22], vec![1; 306]].concat();
    let lines = example(&[Message::new(4, msg::VIDEO, body).timestamp(1_000).msid(12_346).fmt(0)]);
    let want = json!({"event": "media.video", "csid": 4, "timestamp": 1_000, "length": 307,
        "stream_id": 12_346,
        "chunks": 3, "complete": true});
    whole(&lines[0], 140 + 129 + 52, &want);
}

/// The lines of messages in chunks of 128 bytes.
fn example(messages: &[Message]) -> Vec<Value> {
    let talk = opened().chunk_size(Dir::Up, 128).send_all(Dir::Up, messages).wait(5).close();
    let run = Run::of(std::slice::from_ref(&talk));
    run.groups(&talk, 0, messages.len()).into_iter().map(|mut lines| lines.swap_remove(0)).collect()
}

fn whole(line: &Value, bytes: u64, want: &Value) {
    let found = told(line, want);
    assert!(found.is_empty(), "{}", found.join("\n    "));
    let span = line["stream_end"].as_u64().unwrap() - line["stream_start"].as_u64().unwrap();
    assert_eq!(span, bytes, "headers and body: {line}");
}

/// Chunks of three messages in turn, as a sender with several chunk streams writes them.
#[test]
fn interleaved_messages() {
    let part = |csid: u32, byte: u8, len: usize| {
        Message::new(csid, msg::VIDEO, vec![byte; len]).msid(1).timestamp(40)
    };
    let list = [part(6, 0x22, 9_000), part(70, 0x23, 12_000), part(400, 0x24, 4_097)];
    let talk = opened().interleave(Dir::Up, &list).wait(5).close();
    let run = Run::of(std::slice::from_ref(&talk));
    // They end in another order than they began: 2, 3 and 3 chunks of 4096.
    let ends: Vec<(u64, u64)> = run
        .lines
        .iter()
        .filter(|line| line["event"] == "media.video")
        .map(|line| (line["csid"].as_u64().unwrap(), line["chunks"].as_u64().unwrap()))
        .collect();
    assert_eq!(ends, [(400, 2), (6, 3), (70, 3)]);
}

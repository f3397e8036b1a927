//! Cases of the rules in `src/rules/chunk`.

use crate::common::chunk::{ExtendedOnType3, Open, basic_header};
use crate::common::media::{Av, aac, aac_header};
use crate::common::message::{self as msg, AUDIO_CSID, DATA_AMF0, Message, VIDEO_CSID};
use crate::common::talk::Talk;
use crate::common::tcp::SYN;
use crate::common::{Dir, amf};
use crate::harness::{Case, Subject, check, random, session_behind, with};

pub const CASES: &[Case] = &[
    Case::new(
        "CH-01",
        "",
        || with(|t| t.up(&text(9).csid(100).csid_bytes(3))),
        || with(|t| t.up(&text(9).csid(100))),
    )
    .also(&["CH-10"]),
    Case::new(
        "CH-02",
        "unknown-length",
        || with(|t| t.raw(Dir::Up, &[0xC9, 1, 2, 3])),
        || with(|t| t.up(&text(9))),
    ),
    Case::new(
        "CH-02",
        "unknown-stream",
        || with(|t| t.up(&text(9).fmt(1))),
        || with(|t| t.up(&text(9).fmt(0))),
    ),
    Case::new("CH-02", "control", || first_control(1), || first_control(0)),
    Case::new("CH-03", "", || back(1), || back(0)),
    Case::new("CH-04", "replaced", || half(|pen| pen.message(&text(9).fmt(0)), false), || half(|_| {}, true)),
    Case::new("CH-04", "continued", || repeated_header(1), || repeated_header(3)),
    Case::new("CH-05", "absent", || late(ExtendedOnType3::Absent), || late(ExtendedOnType3::Field)),
    Case::new("CH-05", "other-value", || late(ExtendedOnType3::Absolute), || late(ExtendedOnType3::Field)),
    Case::new("CH-06", "", || extended(0, 0xFF_FFFE), || extended(0, 0xFF_FFFF)),
    Case::new("CH-07", "", || repeated_absolute(1_000), || repeated_absolute(0)),
    Case::new("CH-08", "", || audio_alone(false), || audio_alone(true)),
    Case::new("CH-09", "", || with(|t| t.raw(Dir::Up, &odd(0x0101))), || with(|t| t.raw(Dir::Up, &odd(1)))),
    Case::new("CH-10", "multi-byte", || with(|t| t.up(&text(64))), || with(|t| t.up(&text(31)))),
    Case::new("CH-10", "above-limit", || with(|t| t.up(&text(32))), || with(|t| t.up(&text(31)))),
    Case::new("CH-10", "control", || with(|t| t.up(&text(2))), || with(|t| t.up(&text(9)))),
    Case::new("CH-10", "shared", || header_on(VIDEO_CSID), || header_on(AUDIO_CSID)),
    Case::new("CH-11", "", || extended(1, 0x0100_0000 + 1_000), || extended(1, 0x0200_0000)),
];

/// A timed text on a chunk stream.
fn text(csid: u32) -> Message {
    text_of(csid, 9)
}

/// One that long.
fn text_of(csid: u32, letters: usize) -> Message {
    let words = "x".repeat(letters);
    let object = amf::object([("text", words.as_str().into()), ("language", "en".into())]);
    msg::data(&["onTextData".into(), object]).csid(csid).msid(1)
}

/// The first control message of the client has this format.
fn first_control(fmt: u8) -> Subject {
    session_behind(Talk::new().handshake().up(&msg::set_buffer_length(0, 3_000).fmt(fmt))).into()
}

/// The second of two texts is 40 ms before the first.
fn back(fmt: u8) -> Subject {
    with(|t| {
        t.send_all(Dir::Up, &[text(9).timestamp(100), text(9).timestamp(60).fmt(fmt), text(9).timestamp(90)])
    })
}

/// A text in two chunks, and something between them; then its rest, or not.
fn half(between: impl FnOnce(&mut crate::common::talk::Pen<'_>), goes_on: bool) -> Subject {
    with(|t| {
        t.write(Dir::Up, |pen| {
            let mut open = Open::new(text_of(9, 5_000));
            pen.chunk(&mut open);
            between(pen);
            if goes_on {
                pen.rest(&mut open);
            }
        })
    })
}

/// The second chunk of a text has a header of this format, 1 or 3.
fn repeated_header(fmt: u8) -> Subject {
    let text = text_of(9, 5_000);
    let length = (text.body.len() as u32).to_be_bytes();
    let mut rest = basic_header(fmt, 9, None);
    if fmt == 1 {
        rest.extend([&[0; 3], &length[1..], &[DATA_AMF0]].concat());
    }
    rest.extend(&text.body[4_096..]);
    half(|pen| pen.raw(&rest), false)
}

/// Texts of two chunks, hours into the stream: the second with a delta of hours.
fn late(how: ExtendedOnType3) -> Subject {
    let long = |time| text_of(9, 5_000).timestamp(time);
    with(|t| t.extended(Dir::Up, how).send_all(Dir::Up, &[long(1_000), long(0x0100_1000)]))
}

/// A text at 0x1000000 ms, and one with this value in an extended timestamp, of format 0 or 1.
fn extended(fmt: u8, value: u32) -> Subject {
    let text = text(9).timestamp(0x0100_0000);
    let length = (text.body.len() as u32).to_be_bytes();
    let mut second = basic_header(fmt, 9, None);
    second.extend([&[0xFF; 3], &length[1..], &[DATA_AMF0]].concat());
    if fmt == 0 {
        second.extend(1_u32.to_le_bytes());
    }
    second.extend(value.to_be_bytes());
    second.extend(&text.body);
    with(|t| t.up(&text).raw(Dir::Up, &second))
}

/// Two texts, the second of format 3 behind format 0 with this time.
fn repeated_absolute(time: u32) -> Subject {
    with(|t| t.send_all(Dir::Up, &[text(9).timestamp(time), text(9).timestamp(time).fmt(3)]))
}

/// A minute of audio, with short headers or long ones.
fn audio_alone(compress: bool) -> Subject {
    let frames = Av { with_video: false, audio_size: 60, spread: 0, ..Av::seconds(30) }.frames();
    let talk = Talk::new().handshake().connect("live").fc_publish("cam1").create_stream().publish("cam1");
    let talk = talk.compress(Dir::Up, compress).acks(50_000).chunk_size(Dir::Up, 4_096);
    crate::harness::finish(talk.aac_header().media(&frames)).into()
}

/// A message of an unknown type on a message stream.
fn odd(stream_id: u32) -> Vec<u8> {
    let mut bytes = vec![9, 0, 0, 0, 0, 0, 5, 77];
    bytes.extend(stream_id.to_le_bytes());
    bytes.extend([1; 5]);
    bytes
}

/// The audio header on a chunk stream.
fn header_on(csid: u32) -> Subject {
    with(|t| t.up(&msg::audio(0, aac_header()).csid(csid).msid(1)))
}

/// What follows from a finding is not found as well, by whatever rule.
#[test]
fn one_cause_is_one_finding() {
    let size = |announced: Option<u32>, used| {
        with(|t| {
            let t = announced.into_iter().fold(t, |t, size| t.up(&msg::set_chunk_size(size)));
            t.silent_chunk_size(Dir::Up, used)
        })
    };
    let claims = |length| {
        let audio = msg::audio(40, aac(1, &[7; 60])).msid(1).claimed_len(length);
        with(|t| t.aac_header().up(&audio))
    };
    let subjects = [
        ("smaller chunks", size(None, 1_024), "CH-02"),
        ("larger chunks", size(None, 8_192), "CH-09"),
        ("chunks that stay large", size(Some(1_000), 4_096), "CH-09"),
        ("an invalid size, used", size(Some(0x8000_2000), 8_192), "PC-03"),
        ("a size of 0, and the default", size(Some(0), 128), "PC-03"),
        ("a length too long", claims(80), "CH-09"),
        ("a length too short", claims(50), "CH-09"),
        ("no RTMP", with(|t| t.raw(Dir::Up, &random(5, 3_000))), "CH-02"),
    ];
    for (name, subject, code) in subjects {
        let report = check(&subject, &[]);
        let all = report["findings"].as_array().unwrap().iter();
        let found: Vec<_> = all.filter(|f| f["severity"] != "info").map(|f| f["code"].clone()).collect();
        assert_eq!(found, [code], "{name}: {:#?}", report["findings"]);
    }
}

/// Where the opening was not captured, the stream may begin anywhere.
#[test]
fn sync_is_not_lost_where_the_beginning_is_not_known() {
    let talk = session_behind(Talk::new().handshake().raw(Dir::Up, &odd(0x0101)));
    for (opening, expected) in [(true, vec!["CH-09"]), (false, vec![])] {
        let mut packets = talk.packets();
        packets.retain(|packet| opening || packet.flags & SYN == 0);
        let report = check(&packets.into(), &[]);
        let all = report["findings"].as_array().unwrap().iter();
        let found: Vec<_> = all.filter(|f| f["severity"] != "info").map(|f| f["code"].clone()).collect();
        assert_eq!(found, expected, "{:#?}", report["findings"]);
    }
}

/// Chunk streams beyond our own limit are nobody's fault.
#[test]
fn a_limit_is_no_loss_of_sync() {
    let report = check(&with(|t| t), &["--limit", "chunk_streams=3"]);
    let grave = report["findings"].as_array().unwrap().iter().filter(|f| f["severity"] != "info");
    assert_eq!(grave.count(), 0, "{:#?}", report["findings"]);
    let outcomes = report["connections"][0]["outcomes"].as_array().unwrap().iter();
    let sync = outcomes.clone().find(|o| o["code"] == "CH-09").unwrap();
    assert_eq!(sync["outcome"], "inconclusive");
}

//! Cases of the rules in `src/rules/user_control`.

use crate::common::media::Av;
use crate::common::message::{self as msg, Message};
use crate::common::talk::Talk;
use crate::common::{Dir, ready};
use crate::harness::{Case, Subject, check, finish, with};

pub const CASES: &[Case] = &[
    Case::new(
        "UC-01",
        "message-stream",
        || says(msg::stream_begin(1).msid(1)),
        || says(msg::stream_begin(1)),
    ),
    Case::new("UC-01", "chunk-stream", || says(msg::stream_begin(1).csid(5)), || says(msg::stream_begin(1))),
    Case::new("UC-01", "split", || with(small_chunks), || says(msg::stream_begin(1))).also(&["PC-03"]),
    Case::new("UC-02", "short", || says(event(0, 3)), || says(event(0, 4))),
    Case::new("UC-02", "short", || says(Message { body: vec![0], ..event(0, 0) }), || says(event(0, 4))),
    Case::new("UC-02", "short", || with(|t| t.up(&event(3, 7))), || with(|t| t.up(&event(3, 8)))),
    Case::new("UC-02", "short", || with(|t| t.up(&event(27, 41))), || with(|t| t.up(&event(27, 42)))),
    Case::new("UC-02", "long", || says(event(31, 5)), || says(event(31, 4))),
    Case::new("UC-02", "long", || says(event(26, 2)), || says(event(26, 1))),
    Case::new("UC-03", "", || says(event(41, 4)), || says(event(32, 4))),
    Case::new("UC-04", "direction", || with(|t| t.up(&msg::stream_dry(1))), || says(msg::stream_dry(1))),
    Case::new("UC-04", "relay", || with(|t| t.up(&msg::stream_begin(1))), || says(msg::stream_begin(1))),
    Case::new("UC-04", "direction", || says(event(3, 8)), || with(|t| t.up(&event(3, 8)))),
    Case::new("UC-04", "ping", || with(|t| ping(t, Dir::Up, 7)), || with(|t| ping(t, Dir::Down, 7))),
    Case::new("UC-05", "unanswered", || pinged(|t| t), || pinged(answer)),
    Case::new("UC-05", "late", || late(32), || late(29)),
    Case::new("UC-05", "value", || with(|t| odd_answer(t, 8)), || with(|t| odd_answer(t, 7))),
    // One answer too many.
    Case::new(
        "UC-05",
        "value",
        || with(|t| answer(ping(t, Dir::Down, 5))),
        || with(|t| ping(t, Dir::Down, 5)),
    ),
    // The connection closes a second behind the ping.
    Case::new("UC-05", "unanswered", || pinged(|t| t), || with(|t| t.down(&msg::ping_request(5)))),
    Case::new("UC-06", "unknown", || says(msg::stream_begin(5)), || says(msg::stream_begin(1))),
    Case::new("UC-06", "unknown", || says(msg::stream_is_recorded(5)), || says(msg::stream_is_recorded(0))),
    Case::new("UC-06", "media", || played(&[]), || played(&[msg::stream_begin(1)])),
    Case::new("UC-06", "media", || played(&[]), || played(&[status("NetStream.Seek.Notify")])),
    Case::new("UC-06", "media", || played(&[]), || ready::play_av(1).into()),
];

/// The server says this in a publish.
fn says(message: Message) -> Subject {
    with(|t| t.down(&message))
}

/// A user control event with so many bytes of data.
fn event(number: u16, bytes: usize) -> Message {
    // The last of four is a message stream id of 1.
    let data: Vec<u8> = (0..bytes).map(|n| u8::from(n == 3)).collect();
    msg::user_control(number, &data)
}

fn small_chunks(talk: Talk) -> Talk {
    talk.chunk_size(Dir::Down, 4).down(&msg::stream_begin(1)).chunk_size(Dir::Down, 128)
}

fn ping(talk: Talk, asks: Dir, value: u32) -> Talk {
    let answers = asks.back();
    talk.send(asks, &msg::ping_request(value)).answer(answers).send(answers, &msg::ping_response(value))
}

fn answer(talk: Talk) -> Talk {
    talk.answer(Dir::Up).up(&msg::ping_response(5))
}

/// The client answers a ping of 7 with this, and with 7 at last.
fn odd_answer(talk: Talk, value: u32) -> Talk {
    let talk = ping(talk, Dir::Down, 7);
    if value == 7 { talk } else { talk.up(&msg::ping_response(value)) }
}

fn opened() -> Talk {
    Talk::new().handshake().connect("live").fc_publish("cam1").create_stream().publish("cam1")
}

/// A publish of half a minute and more, with a ping of 5 at its beginning.
fn pinged(then: impl FnOnce(Talk) -> Talk) -> Subject {
    media(then(opened().down(&msg::ping_request(5))), 33).into()
}

/// The answer comes after so many seconds.
fn late(seconds: u32) -> Subject {
    let talk = media(opened().down(&msg::ping_request(5)), seconds);
    talk.up(&msg::ping_response(5)).into()
}

fn media(talk: Talk, seconds: u32) -> Talk {
    let talk = talk.acks(50_000).chunk_size(Dir::Up, 4_096).metadata().avc_header().aac_header();
    finish(talk.media(&Av::seconds(seconds).frames()))
}

fn status(code: &str) -> Message {
    msg::on_status("status", code, code).msid(1)
}

/// A play whose server says that it is over, then this, then sends two messages more.
fn played(then: &[Message]) -> Subject {
    let frames = Av::seconds(1).frames();
    let (most, rest) = frames.split_at(frames.len() - 2);
    let talk = Talk::new().handshake().connect("live").create_stream().play("cam1").acks(50_000);
    let talk = talk.chunk_size(Dir::Down, 4_096).metadata().avc_header().aac_header().media(most);
    let talk = talk.down(&msg::stream_eof(1)).send_all(Dir::Down, then);
    let talk = if then.is_empty() { talk.burst(&rest[..1]) } else { talk.burst(rest) };
    talk.wait(40).delete_stream().wait(20).close().into()
}

/// A sender that uses larger chunks than it said: what comes where the next header has to be looks like a user control
/// message without any data.
#[test]
fn what_is_taken_for_a_message_where_sync_is_lost_is_not_judged() {
    let talk = Talk::new().handshake().silent_chunk_size(Dir::Up, 4_096).connect("live").create_stream();
    let report = check(&talk.publish("cam1").wait(20).close().into(), &[]);
    let findings = report["findings"].as_array().unwrap();
    let codes: Vec<_> = findings.iter().filter_map(|f| f["code"].as_str()).collect();
    assert!(codes.iter().any(|code| code.starts_with("CH-")), "{codes:?}");
    assert!(!codes.iter().any(|code| code.starts_with("UC-")), "{codes:?}");
}

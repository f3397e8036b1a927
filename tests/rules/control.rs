//! Cases of the rules in `src/rules/control`.

use crate::common::Dir;
use crate::common::amf;
use crate::common::chunk::Open;
use crate::common::message::{self as msg, Limit, Message};
use crate::common::talk::Talk;
use crate::harness::{Case, Subject, session_behind, with};

pub const CASES: &[Case] = &[
    Case::new(
        "PC-01",
        "chunk-stream",
        || with(|t| t.up(&window_of(4).csid(3))),
        || with(|t| t.up(&window_of(4))),
    ),
    Case::new(
        "PC-01",
        "message-stream",
        || with(|t| t.up(&window_of(4).msid(1))),
        || with(|t| t.up(&window_of(4))),
    ),
    Case::new("PC-02", "short", || with(|t| t.up(&window_of(3))), || with(|t| t.up(&window_of(4)))),
    Case::new("PC-02", "long", || with(|t| t.up(&window_of(5))), || with(|t| t.up(&window_of(4)))),
    Case::new("PC-03", "top-bit", || chunk_size(0x8000_1000), || chunk_size(0x1000)),
    Case::new("PC-03", "zero", || chunk_size(0), || chunk_size(4_097)),
    Case::new("PC-03", "small", || chunk_size(127), || chunk_size(128)),
    Case::new("PC-03", "large", || chunk_size(65_537), || chunk_size(65_536)),
    Case::new("PC-03", "endless", || chunk_size(0x0100_0000), || chunk_size(65_536)),
    Case::new("PC-03", "same", || chunk_size(4_096), || chunk_size(4_095)),
    Case::new(
        "PC-03",
        "in-flight",
        || inside(&msg::set_chunk_size(2_048)),
        || inside(&msg::set_chunk_size(4_096)),
    ),
    Case::new("PC-04", "nothing", || with(|t| t.up(&msg::abort(9))), || aborted(9)),
    Case::new("PC-04", "discarded", || aborted(9), || with(|t| t.up(&msg::abort(9)))),
    Case::new("PC-05", "unknown-type", || limit_of(3), || limit_of(1)),
    Case { profile: "strict", ..Case::new("PC-05", "dynamic-first", || with(|t| t), hard_first) },
    Case::new(
        "PC-06",
        "zero-window",
        || with(|t| t.up(&msg::window_ack_size(0))),
        || with(|t| t.up(&msg::window_ack_size(1))),
    ),
    Case::new("PC-06", "unanswered", || answered(2_100), || answered(1_900)),
];

/// A Window Acknowledgement Size of so many bytes.
fn window_of(bytes: usize) -> Message {
    Message { body: [0, 0x26, 0x25, 0xA0, 0][..bytes].to_vec(), ..msg::window_ack_size(2_500_000) }
}

/// Set Chunk Size, behind one of 4096. What is no size changes nothing.
fn chunk_size(value: u32) -> Subject {
    with(|t| {
        let t = t.up(&msg::set_chunk_size(value));
        if value == 0 { t.silent_chunk_size(Dir::Up, 4_096) } else { t }
    })
}

/// A message in two chunks with something between them.
fn inside(what: &Message) -> Subject {
    with(|t| {
        t.write(Dir::Up, |pen| {
            let mut open = Open::new(text());
            pen.chunk(&mut open);
            pen.message(what);
            pen.rest(&mut open);
        })
    })
}

/// A message in two chunks, aborted after the first; the Abort names this chunk stream.
fn aborted(csid: u32) -> Subject {
    with(|t| {
        t.write(Dir::Up, |pen| {
            pen.chunk(&mut Open::new(text()));
            pen.message(&msg::abort(csid));
        })
    })
}

/// A timed text that takes two chunks.
fn text() -> Message {
    let words = "x".repeat(5_000);
    let object = amf::object([("text", words.as_str().into()), ("language", "en".into())]);
    msg::data(&["onTextData".into(), object]).csid(9).msid(1)
}

/// A bandwidth limit of this type, of the size of the client's window.
fn limit_of(limit: u8) -> Subject {
    let mut message = msg::set_peer_bandwidth(2_500_000, Limit::Hard);
    message.body[4] = limit;
    behind_limits(&[hard(), message])
}

/// The server sends a hard limit before it sends a dynamic one.
fn hard_first() -> Subject {
    behind_limits(&[hard()])
}

fn hard() -> Message {
    msg::set_peer_bandwidth(2_500_000, Limit::Hard)
}

/// The server sends these before it answers the connect.
fn behind_limits(limits: &[Message]) -> Subject {
    session_behind(Talk::new().handshake().answer(Dir::Down).send_all(Dir::Down, limits).answer(Dir::Up))
        .into()
}

/// A hard limit, answered after so many milliseconds.
fn answered(after: u64) -> Subject {
    let limit = msg::set_peer_bandwidth(1_000_000, Limit::Hard);
    with(|t| t.down(&limit).wait(after).up(&msg::window_ack_size(1_000_000)))
}

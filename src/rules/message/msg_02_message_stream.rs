//! MSG-02 message-stream
//!
//! ## What it does
//! Media has to come on a message stream that a createStream answer gave. That goes for audio, video, aggregates, and
//! data messages of the client. Message stream 0, or an id that was never given, is an error; an id that is a small
//! number times 16777216 was written big-endian. What the server sends on message stream 0 is an info.
//!
//! ## Why it matters
//! The receiver has no stream to give the media to: servers drop it without a word, players stay black.
//!
//! ## Spec
//! RTMP 1.0, 5.3.1.2.5, 6.1.1, 7.1; RTMP Errata and Addenda, 4.2
//!
//! ## Tolerance
//! Where publish or play itself is on such an id, CMD-10 reports that, and the media after it is not judged. ffmpeg as
//! a server (`-listen`) plays everything on message stream 0, Node-Media-Server sends its data messages there; ffmpeg
//! and librtmp play that all the same.
//!
//! ## How to fix
//! Write the number from the answer to createStream as message stream id, in little-endian order, the only field of the
//! chunk header that is.

use crate::base::pos::{Dir, PerDir};
use crate::rtmp::message::kind::MessageType;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "MSG-02",
    name: "message-stream",
    severity: Severity::Error,
    spec: "RTMP 5.3.1.2.5, 6.1.1, 7.1; Errata 4.2",
    subject: "media and data messages",
    help: "write the number from the answer to createStream as message stream id, in little-endian order",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither, Guard::Fresh],
    hears: &[Topic::Media, Topic::Data, Topic::Aggregate],
    skips_alike: true,
    source: include_str!("msg_02_message_stream.rs"),
    new: || Box::new(MessageStream::default()),
    ..Rule::BASE
};

/// What a number up to 255 is when it is written in the wrong order.
const SWAPPED: u32 = 0x0100_0000;
/// Messages remembered at most.
const MOST: usize = 8;

#[derive(Default)]
struct MessageStream {
    /// The id last found good: nearly all messages come on it.
    good: PerDir<Option<u32>>,
    /// Messages on a wrong stream, while the answer that gave its id may still come.
    wrong: Vec<Wrong>,
}

struct Wrong {
    place: Place,
    dir: Dir,
    id: u32,
    kind: MessageType,
    /// Bytes of the other side that its sender had received by then.
    acked: u64,
}

impl Check for MessageStream {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message else { return };
        let (dir, id, kind) = (event.dir, header.stream_id, header.kind);
        if !self.wrong.is_empty() {
            self.settle(false, cx);
            if self.wrong.is_empty() {
                cx.sleep();
            }
        }
        if *self.good.get(dir) == Some(id) || header.inferred.stream_id {
            return;
        }
        cx.judged();
        if dir == Dir::ServerToClient && (id == 0 || is_data(kind)) {
            if id == 0 {
                of_server(event, kind, cx);
            }
        } else if id != 0 && is_known(dir, id, cx) {
            *self.good.get_mut(dir) = Some(id);
        } else if self.wrong.len() < MOST {
            cx.wake();
            self.wrong.push(Wrong { place: Place::of(event), dir, id, kind, acked: event.span.last.acked });
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        self.settle(true, cx);
    }

    fn held_bytes(&self) -> usize {
        self.wrong.capacity() * (size_of::<Wrong>() + 32)
    }
}

impl MessageStream {
    /// Reports what is on a wrong stream once all is there that the other side had said by then, and its id cannot be the
    /// first that is given, by an answer that the client does not wait for.
    fn settle(&mut self, ended: bool, cx: &mut Cx<'_>) {
        let answered = ended || cx.seen.granted().next().is_some();
        let is_due = |wrong: &mut Wrong| {
            let never = wrong.id.is_multiple_of(SWAPPED);
            wrong.acked <= *cx.seen.sent.get(wrong.dir.opposite()) && (answered || never)
        };
        for wrong in self.wrong.extract_if(.., is_due) {
            if wrong.id == 0 || !is_known(wrong.dir, wrong.id, cx) {
                report(wrong, cx);
            }
        }
    }
}

/// Whether the id was given, or a publish or play command was on it, which is judged itself.
fn is_known(dir: Dir, id: u32, cx: &Cx<'_>) -> bool {
    let commanded = || cx.seen.streams().iter().any(|s| s.id == id && s.commanded && s.role.dir() == dir);
    cx.seen.has_granted(id) || (!id.is_multiple_of(SWAPPED) && commanded())
}

const fn is_data(kind: MessageType) -> bool {
    matches!(kind, MessageType::DATA_AMF0 | MessageType::DATA_AMF3)
}

/// A message of the server is on message stream 0.
fn of_server(event: &Event<'_>, kind: MessageType, cx: &mut Cx<'_>) {
    let (case, what) =
        if is_data(kind) { ("server-data", "data messages") } else { ("server-media", "audio and video") };
    cx.find(Found::at(event).case(case).info(), |_| {
        Said::new(format!(
            "the server sends {what} on message stream 0, not on the one that the client plays on"
        ))
        .help(
            "send them on the message stream of the play command: strict players drop what is on another one",
        )
    });
}

fn report(wrong: Wrong, cx: &mut Cx<'_>) {
    let Wrong { place, id, kind, .. } = wrong;
    let case = match id {
        0 => "zero",
        id if id.is_multiple_of(SWAPPED) => "big-endian",
        _ => "unknown",
    };
    let granted: Vec<_> = cx.seen.granted().take(8).map(|id| id.to_string()).collect();
    cx.find(Found::in_place(place).case(case).of(id), |_| {
        let granted = if granted.is_empty() { "no stream was created".to_owned() } else { granted.join(", ") };
        let article = if matches!(kind, MessageType::AUDIO | MessageType::AGGREGATE) { "an" } else { "a" };
        let what = format!("{article} {kind} message");
        let said = match case {
            "zero" => Said::new(format!("{what} is on message stream 0, which is for commands")),
            "big-endian" => {
                let meant = id / SWAPPED;
                Said::new(format!("{what} has its message stream id in big-endian order"))
                    .help("write the message stream id in little-endian order, the only field of the chunk header that is")
                    .actual(format!("{id}, which is {meant} with its bytes turned round"))
            }
            _ => Said::new(format!("{what} is on a message stream that was never created")),
        };
        let said = said.expected(granted);
        if case == "big-endian" { said } else { said.actual(id.to_string()) }
    });
}

//! CMD-10 stream-id
//!
//! ## What it does
//! Commands about a stream have to be sent on the message stream that `createStream` gave. That goes for `publish`,
//! `play`, `pause`, `seek`, `closeStream` and the like. Message stream 0, which is the connection, and ids that nobody
//! gave are errors; a command sent before the answer had come, with the id it then gave, is an info.
//!
//! ## Why it matters
//! Servers look up the stream by this id: they ignore the command, or hang up.
//!
//! ## Spec
//! RTMP 1.0, 7.2.2
//!
//! ## Tolerance
//! `deleteStream`, `FCPublish`, `releaseStream` and `getStreamLength` may come on message stream 0 or on that of the
//! stream. That a command was early is known from acknowledgement numbers, never by the order of packets.
//!
//! ## How to fix
//! In the client: wait for the answer to `createStream`, and put its number into the message stream id of the header.

use crate::base::pos::{Dir, PacketRef};
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "CMD-10",
    name: "stream-id",
    severity: Severity::Error,
    spec: "RTMP 7.2.2",
    subject: "commands about a stream",
    help: "wait for the answer to createStream, and put its number into the message stream id of the header",
    guards: &[Guard::Clear, Guard::Syn, Guard::Both, Guard::NoGapEither, Guard::Order],
    hears: &[Topic::Command],
    source: include_str!("cmd_10_stream_id.rs"),
    new: || Box::new(StreamId::default()),
    ..Rule::BASE
};

/// Commands kept until their answer comes.
const MOST: usize = 16;

#[derive(Default)]
struct StreamId {
    /// `createStream` commands without answer.
    creating: u32,
    /// Some answer could not be told to be one to `createStream`: it may have given any id.
    unsure: bool,
    early: Vec<Early>,
}

/// A command with an id that was not given so far.
struct Early {
    name: &'static str,
    id: u32,
    first: PacketRef,
    place: Place,
}

impl Check for StreamId {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else { return };
        if event.dir == Dir::ClientToServer {
            if it.name == "ns.create_stream" {
                self.creating = self.creating.saturating_add(1);
                self.unsure |= it.command.transaction_id.is_none_or(|id| id == 0.0);
            } else if let Some(name) = command(&it.command.name) {
                self.command(event, name, cx);
            }
            return;
        }
        match it.command.name.as_str() {
            "_result" | "_error" if it.answers.is_none() => self.unsure |= it.command.number(0).is_some(),
            "_result" | "_error" if it.answers.is_some_and(|call| call.name == "createStream") => {
                self.creating = self.creating.saturating_sub(1);
                self.granted(event, it, cx);
            }
            _ => {}
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        // Who does not answer createStream gives no id.
        if (self.unsure || self.creating > 0) && !self.early.is_empty() {
            return cx.doubt(Doubt::TooLittle);
        }
        for early in self.early.drain(..) {
            report(early.place, early.name, early.id, cx);
        }
    }

    fn held_bytes(&self) -> usize {
        self.early.capacity() * size_of::<Early>()
    }
}

impl StreamId {
    fn command(&mut self, event: &Event<'_>, name: &'static str, cx: &mut Cx<'_>) {
        let Some(header) = event.message.filter(|header| !header.inferred.stream_id) else { return };
        cx.judged();
        let id = header.stream_id;
        if cx.seen.has_granted(id) {
            return;
        }
        let place = Place::of(event);
        if id == 0 || (self.creating == 0 && !self.unsure) {
            report(place, name, id, cx);
        } else if self.early.len() < MOST {
            self.early.push(Early { name, id, first: event.span.first, place });
        }
    }

    /// An answer came: commands that had not waited for it.
    fn granted(&mut self, event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
        let Some(id) = it.command.arguments.first().and_then(crate::amf::Value::as_u32) else {
            self.unsure = true;
            return;
        };
        let end = event.span.end;
        self.early.retain(|early| {
            if early.id == id && early.first.acked < end {
                cx.find(Found::in_place(early.place.clone()).case("early").info(), |_| {
                    let name = early.name;
                    Said::new(format!(
                        "the client sends {name} before it knows the id of the stream, and guesses right"
                    ))
                    .expected("the answer to createStream received")
                    .actual(format!("id {id}, given later"))
                });
            }
            early.id != id
        });
    }
}

/// The commands that belong on a stream.
fn command(name: &str) -> Option<&'static str> {
    Some(match name {
        "publish" => "publish",
        "play" => "play",
        "play2" => "play2",
        "pause" | "pauseRaw" => "pause",
        "seek" => "seek",
        "receiveAudio" => "receiveAudio",
        "receiveVideo" => "receiveVideo",
        "closeStream" => "closeStream",
        _ => return None,
    })
}

fn report(place: Place, name: &str, id: u32, cx: &mut Cx<'_>) {
    let case = if id == 0 { "zero" } else { "unknown" };
    let mut granted = String::new();
    for id in cx.seen.granted().take(8) {
        granted.push_str(if granted.is_empty() { "message stream " } else { " or " });
        granted.push_str(&id.to_string());
    }
    cx.find(Found::in_place(place).case(case), |_| {
        let message = if id == 0 {
            format!("{name} comes on message stream 0, which is the connection and no stream")
        } else {
            format!("{name} comes on message stream {id}, which no answer to createStream gave")
        };
        let none = granted.is_empty();
        let expected = if none { "the id that createStream gives".to_owned() } else { granted };
        Said::new(message).expected(expected).actual(format!("message stream {id}"))
    });
}

//! CMD-11 stream-in-use
//!
//! ## What it does
//! A message stream cannot publish and play, or publish two streams, at the same time. `publish` on one that publishes
//! or plays, and `play` on one that publishes, are errors.
//!
//! ## Why it matters
//! Servers either refuse the second command, or mix two streams under one id.
//!
//! ## Spec
//! RTMP 1.0, 7.2.2.1 and 7.2.2.6
//!
//! ## Tolerance
//! `play` on a stream that plays adds to its playlist. After `closeStream`, `deleteStream`, `FCUnpublish`,
//! `publish(false)` or a refusal the stream is free again, and so it is when the server gives its id out anew.
//!
//! ## How to fix
//! Close a stream before it is used for something else, or create another one.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::per::push;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind, StreamRole};

use super::codes::is_failure;

pub(super) static RULE: Rule = Rule {
    code: "CMD-11",
    name: "stream-in-use",
    severity: Severity::Error,
    spec: "RTMP 7.2.2.1, 7.2.2.6",
    subject: "publish and play commands",
    help: "close a stream before it is used for something else, or create another one",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Command],
    source: include_str!("cmd_11_stream_in_use.rs"),
    new: || Box::new(StreamInUse::default()),
    ..Rule::BASE
};

/// Streams remembered.
const MOST: usize = 64;

#[derive(Default)]
struct StreamInUse {
    /// Message streams in use, and for what.
    used: Vec<(u32, StreamRole)>,
}

impl Check for StreamInUse {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else { return };
        let Some(id) = event.message.map(|header| header.stream_id) else { return };
        if event.dir == Dir::ServerToClient {
            return self.answer(it, id);
        }
        match it.command.name.as_str() {
            "publish" if matches!(it.command.arguments.first(), Some(Value::Boolean(false))) => self.free(id),
            "publish" => self.begin(event, id, StreamRole::Publish, cx),
            "play" | "play2" => self.begin(event, id, StreamRole::Play, cx),
            "closeStream" => self.free(id),
            "deleteStream" => self.free(it.command.arguments.first().and_then(Value::as_u32).unwrap_or(id)),
            "FCUnpublish" => self.used.retain(|(_, role)| *role != StreamRole::Publish),
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        self.used.capacity() * size_of::<(u32, StreamRole)>()
    }
}

impl StreamInUse {
    fn free(&mut self, id: u32) {
        self.used.retain(|(used, _)| *used != id);
    }

    fn begin(&mut self, event: &Event<'_>, id: u32, role: StreamRole, cx: &mut Cx<'_>) {
        // What is on no stream is another rule's business.
        if id == 0 || event.message.is_some_and(|header| header.inferred.stream_id) {
            return;
        }
        cx.judged();
        let before = self.used.iter().find(|(used, _)| *used == id).map(|(_, role)| *role);
        match before {
            Some(StreamRole::Play) if role == StreamRole::Play => return,
            Some(before) => {
                let case = if role == StreamRole::Publish { "publish" } else { "play" };
                cx.find(Found::at(event).case(case), |_| {
                    let does = if before == StreamRole::Publish { "publishes" } else { "plays" };
                    Said::new(format!("{case} comes on message stream {id}, which {does} already"))
                        .expected("a stream that is not in use")
                });
                self.free(id);
            }
            None => {}
        }
        if self.used.len() < MOST {
            push(&mut self.used, (id, role));
        }
    }

    fn answer(&mut self, it: &CommandEvent<'_>, id: u32) {
        match (it.command.name.as_str(), it.answers.map(|call| call.name)) {
            ("_result", Some("createStream")) => {
                if let Some(id) = it.command.arguments.first().and_then(Value::as_u32) {
                    self.free(id);
                }
            }
            // Which one was refused is not told.
            ("_error", Some("publish" | "play" | "play2")) => self.used.clear(),
            ("onStatus", _) => {
                let code = it.command.code().unwrap_or_default();
                let level = it.command.status().and_then(|info| info.get("level")).and_then(Value::as_str);
                let over = matches!(
                    code,
                    "NetStream.Unpublish.Success" | "NetStream.Play.Stop" | "NetStream.Play.UnpublishNotify"
                );
                if over || is_failure(code, level) {
                    if id == 0 { self.used.clear() } else { self.free(id) }
                }
            }
            _ => {}
        }
    }
}

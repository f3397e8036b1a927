//! CH-09 sync-lost
//!
//! ## What it does
//! Reports the place from which on the bytes make no sense as chunks. Chunk headers follow each other without any mark,
//! so each can only be plausible. One that begins a message of a type nobody knows, and is odd in another way as well
//! (a message stream that was not created, a length of nearly 16 MiB, a format that its chunk stream cannot begin
//! with), is none: what came before it was longer or shorter than announced.
//!
//! ## Why it matters
//! From here on a receiver reads nonsense, and closes the connection sooner or later.
//!
//! ## Spec
//! RTMP 1.0, 5.3.1 and 7.1
//!
//! ## Tolerance
//! An unknown type alone is believed. Loss that follows from a hole in the capture, an invalid Set Chunk Size or a
//! message that was broken off is not reported again. Where bytes of the direction were sent again, those captured
//! first may be damaged, which the receiver's checksum found: a warning.
//!
//! ## How to fix
//! Compare the chunk size in use with the one announced, and the length in the header of the message in front with what
//! was written. After 4 h 40 min of stream time look at extended timestamps.

use crate::rtmp::chunk::fact::LossCause;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{Lost, Trail};

pub(super) static RULE: Rule = Rule {
    code: "CH-09",
    name: "sync-lost",
    severity: Severity::Error,
    spec: "RTMP 5.3.1, 7.1",
    subject: "messages",
    help: "compare the chunk size in use with the one announced, and message lengths with what was written",
    guards: &[Guard::Clear],
    hears: &[Topic::Chunk, Topic::NotMedia],
    source: include_str!("ch_09_sync_lost.rs"),
    new: || Box::new(SyncLost::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct SyncLost {
    trail: Trail,
}

impl Check for SyncLost {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.trail.event(event, cx);
        if event.message.is_some() {
            cx.judged();
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let what = (
            "there is no chunk header where one has to be",
            "a header with a known message type",
            "what reads as ",
        );
        let is_mine = |lost: &Lost| lost.why == LossCause::ImplausibleHeader;
        self.trail.end("", is_mine, what, end, cx);
    }
}

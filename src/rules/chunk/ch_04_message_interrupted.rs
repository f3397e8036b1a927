//! CH-04 message-interrupted
//!
//! ## What it does
//! Reports a message that is broken off by a new header before all of it was sent. Between its first chunk and its end
//! there are only format 3 chunks. A header of format 0 on its chunk stream before it is complete, or one of format 1
//! with another type or length, breaks it off; only Abort may do that. A header of format 1 or 2 that fits the message
//! is a warning: all that it says was said.
//!
//! ## Why it matters
//! What was sent of the message is lost. SRS closes the connection; other receivers put the new bytes after the old
//! ones. Mostly the two sides differ about the chunk size, or two threads write at once.
//!
//! ## Spec
//! RTMP 1.0, 5.3.1.2.4 and 5.4.2
//!
//! ## Tolerance
//! None needed: nobody does this on purpose.
//!
//! ## How to fix
//! Finish a message before the next begins on the same chunk stream, continue it with format 3 only, or send Abort
//! first. One thread has to write whole chunks.

use crate::base::pos::PerDir;
use crate::rtmp::chunk::fact::Fact;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "CH-04",
    name: "message-interrupted",
    severity: Severity::Error,
    spec: "RTMP 5.3.1.2.4, 5.4.2",
    subject: "messages in several chunks",
    help: "finish a message before the next begins on the same chunk stream, or send Abort first; look for a chunk \
           size that the two sides see differently, and for threads that write at once",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Chunk, Topic::Message],
    skips_alike: true,
    source: include_str!("ch_04_message_interrupted.rs"),
    new: || Box::new(Interrupted::default()),
    ..Rule::BASE
};

/// Whether the chunk size is unclear, for each direction: rule PC-03 tells.
#[derive(Default)]
struct Interrupted(PerDir<bool>);

impl Check for Interrupted {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Some(header) = event.message {
            if matches!(event.kind, Kind::ChunkSizeInvalid { .. }) {
                *self.0.get_mut(event.dir) = true;
            }
            if header.chunks > 1 {
                cx.judged();
            }
            return;
        }
        let Kind::Fact(Fact::HeaderMidMessage { csid, fmt, missing, same_message, of, kind }) = event.kind
        else {
            return;
        };
        if *self.0.get(event.dir) {
            return;
        }
        let found = Found::at(event).of(csid);
        if same_message {
            cx.find(found.case("continued").warning(), |_| {
                Said::new(format!(
                    "a message on chunk stream {csid} goes on with a header that says it all again"
                ))
                .expected("format 3")
                .actual(format!("format {fmt}, {missing} bytes before the end of a {of} message"))
                .help("continue a message with format 3 chunks")
            });
        } else {
            cx.find(found.case("replaced"), |_| {
                Said::new(format!("a message on chunk stream {csid} is broken off by the next one"))
                    .expected(format!("{missing} more bytes of the {of} message, in format 3"))
                    .actual(format!("format {fmt}, which begins a {kind} message"))
            });
        }
    }
}

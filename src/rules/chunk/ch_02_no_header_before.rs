//! CH-02 no-header-before
//!
//! ## What it does
//! Reports a chunk stream that does not begin with a full header (format 0). The shorter formats leave out what an
//! earlier header said. With format 1 the message stream and the time are unknown, with 2 and 3 the type and the length
//! too: nothing after such a chunk can be read.
//!
//! ## Why it matters
//! Receivers close the connection, or take bytes of a message for headers from here on. Often the header is none: the
//! chunk before it was longer or shorter than the announced chunk size.
//!
//! ## Spec
//! RTMP 1.0, 5.3.1.2.1
//!
//! ## Tolerance
//! librtmp sends its first acknowledgement or pong on chunk stream 2 with format 1; SRS takes that, and nothing is
//! unclear about it. It is an info. Where bytes of the direction were sent again, those captured first may be damaged:
//! a chunk without type and length is a warning then.
//!
//! ## How to fix
//! Begin each chunk stream of each connection with format 0, also after a reconnect. If the chunk stream id makes no
//! sense, look at the chunk size.

use crate::rtmp::chunk::fact::{Fact, LossCause};
use crate::rtmp::message::kind::MessageType;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::seen::CONTROL_CSID;
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::{Lost, Trail, is_open};

pub(super) static RULE: Rule = Rule {
    code: "CH-02",
    name: "no-header-before",
    severity: Severity::Error,
    spec: "RTMP 5.3.1.2.1",
    subject: "messages",
    help: "begin each chunk stream of each connection with format 0, also after a reconnect",
    guards: &[Guard::Clear],
    hears: &[Topic::Chunk, Topic::NotMedia],
    source: include_str!("ch_02_no_header_before.rs"),
    new: || Box::new(NoHeaderBefore::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct NoHeaderBefore {
    trail: Trail,
}

impl Check for NoHeaderBefore {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.trail.event(event, cx);
        if event.message.is_some() {
            return cx.judged();
        }
        let Kind::Fact(Fact::NoPriorHeader { csid, fmt, kind }) = event.kind else { return };
        let is_senders = is_open(event, cx) && matches!(cx.seen.doubt(event.dir), None | Some(Doubt::Unsaid));
        if fmt > 1 || !is_senders || !self.trail.is_clear(event) {
            return;
        }
        let is_usual = matches!(kind, MessageType::ACKNOWLEDGEMENT | MessageType::USER_CONTROL);
        let found = if csid == CONTROL_CSID && is_usual {
            Found::at(event).case("control").info()
        } else {
            Found::at(event).case("unknown-stream")
        };
        cx.find(found, |_| {
            Said::new(format!(
                "chunk stream {csid} begins with a header that leaves out the message stream id"
            ))
            .expected("format 0")
            .actual(format!("format {fmt}, type {kind}; message stream 0 and time 0 are assumed"))
        });
    }
    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let what = (
            "a chunk has neither type nor length, since its chunk stream had no header before",
            "format 0",
            "",
        );
        let is_mine = |lost: &Lost| lost.why == LossCause::UnknownChunkStream && lost.fmt > 1;
        self.trail.end("unknown-length", is_mine, what, end, cx);
    }
}

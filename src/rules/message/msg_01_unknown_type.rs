//! MSG-01 unknown-type
//!
//! ## What it does
//! Reports messages with a type id that no specification defines: 0, 7, 10 to 14, 21, and 23 or more. A message is
//! reported once another one has come after it, so that chunk boundaries that were lost are not taken for types.
//!
//! ## Why it matters
//! What is in such a message is lost on the receiver, and some receivers close the connection.
//!
//! ## Spec
//! RTMP 1.0, 5.4, 6.2, 7.1
//!
//! ## Tolerance
//! None needed: no current implementation sends other types.
//!
//! ## How to fix
//! Put private data into data messages (type 18) or user control events; if the type is unexpected, look at how the
//! chunk headers are written.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::held::Held;
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "MSG-01",
    name: "unknown-type",
    severity: Severity::Warning,
    spec: "RTMP 5.4, 6.2, 7.1",
    subject: "messages",
    help: "put private data into data messages (type 18) or user control events; if the type is unexpected, look at how \
           the chunk headers are written",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("msg_01_unknown_type.rs"),
    new: || Box::new(UnknownType::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct UnknownType {
    judged: bool,
    held: Held,
}

impl Check for UnknownType {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message else { return };
        if !std::mem::replace(&mut self.judged, true) {
            cx.judged();
        }
        self.held.next(event, cx);
        if header.kind.is_known() || !header.complete || header.inferred.length {
            return;
        }
        let (kind, length) = (header.kind.0, header.length);
        let said = Said::new(format!("a message is of type {kind}, which is not defined"))
            .expected("1 to 6, 8, 9, 15 to 20 or 22")
            .actual(format!("type {kind}, {length} bytes"));
        self.held.told(event.dir).push((Found::at(event).of(kind), said));
        self.held.rest(cx);
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        self.held.finish(cx);
    }

    fn held_bytes(&self) -> usize {
        self.held.held_bytes()
    }
}

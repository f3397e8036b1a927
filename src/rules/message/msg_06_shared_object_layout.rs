//! MSG-06 shared-object-layout
//!
//! ## What it does
//! Looks whether shared object messages can be read to their end. They have a name, a version, flags, then events of a
//! type, a length and data. A length that exceeds what is left, of the name, of an event or of a name inside of one, is
//! an error. Event type 0, or one above 14, is a warning; 12 to 14 are an info.
//!
//! ## Why it matters
//! Clients lose the events of the message. From then on their copies of the object differ.
//!
//! ## Spec
//! RTMP 1.0, 7.1.3, which names events 1 to 11; the layouts are those in use
//!
//! ## Tolerance
//! Event types 12 to 14 are seen in use, though nobody describes them.
//!
//! ## How to fix
//! Let each length count exactly the bytes after it: names in two bytes, events in four without their own five of type
//! and length.

use crate::rtmp::message::shared_object::{SharedObject, SharedObjectEvent};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::held::{Held, Told};
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "MSG-06",
    name: "shared-object-layout",
    severity: Severity::Error,
    spec: "RTMP 7.1.3",
    subject: "shared object messages",
    help: "let each length count exactly the bytes after it: names in two bytes, events in four without their own five of \
           type and length",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("msg_06_shared_object_layout.rs"),
    new: || Box::new(SharedObjectLayout::default()),
    ..Rule::BASE
};

/// The last event that the specification names, and the last that is seen in use.
const NAMED: u8 = 11;
const SEEN: u8 = 14;
/// Findings of a message at most.
const MOST: usize = 16;

#[derive(Default)]
struct SharedObjectLayout(Held);

impl Check for SharedObjectLayout {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.0.next(event, cx);
        let Kind::SharedObject(object) = &event.kind else { return };
        cx.judged();
        let told = self.0.told(event.dir);
        // Beyond what is kept, it would be our own cut.
        if is_kept(event) {
            length(object, event, told);
        }
        for it in &object.events {
            kind(it, event, told);
        }
        self.0.rest(cx);
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        self.0.finish(cx);
    }

    fn held_bytes(&self) -> usize {
        self.0.held_bytes()
    }
}

fn is_kept(event: &Event<'_>) -> bool {
    event.message.is_some_and(|header| usize::try_from(header.length) == Ok(event.body.len()))
}

fn length(object: &SharedObject, event: &Event<'_>, told: &mut Told) {
    let Some(cut) = object.cut else { return };
    let said = Said::new(format!("a shared object message is too short for its {}", cut.what))
        .expected(format!("{} bytes from byte {} on", cut.need, cut.at))
        .actual(format!("{} bytes", cut.have));
    told.push((Found::at(event).case("length"), said));
}

fn kind(it: &SharedObjectEvent, event: &Event<'_>, told: &mut Told) {
    // An event is five bytes: many of them say no more than a few do.
    if (1..=NAMED).contains(&it.kind) || told.len() >= MOST {
        return;
    }
    let found = match it.kind {
        12..=SEEN => Found::at(event).case("undocumented").info(),
        _ => Found::at(event).case("event-type").warning(),
    };
    let said = Said::new(format!("a shared object event is of type {}, which is not defined", it.kind))
        .expected("1 to 11")
        .actual(format!("type {}, {} bytes", it.kind, it.bytes));
    told.push((found.of(it.kind), said));
}

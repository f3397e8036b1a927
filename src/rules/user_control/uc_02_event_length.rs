//! UC-02 event-length
//!
//! ## What it does
//! Looks at the length of user control messages. It is 6 bytes for most events, 10 for `SetBufferLength`, 2 for an SWF
//! verification request and 44 for its answer, the two bytes of the event number included. One that is too short cannot
//! be read; one that is longer is read, and is a warning.
//!
//! ## Why it matters
//! Receivers that check lengths drop the message or the connection; those that do not read past its end.
//!
//! ## Spec
//! RTMP 1.0, 7.1.7; the SWF verification and buffer events are those of Flash Media Server
//!
//! ## Tolerance
//! An SWF verification request may have a third byte: librtmp writes one, SRS reads one. Events without a known layout
//! are not judged.
//!
//! ## How to fix
//! Write the event number in two bytes and exactly the fields of the event, and a message length that counts them
//! alone.

use super::shared::{Message, MessageCheck, name};
use crate::rules::Severity;
use crate::rules::finding::Said;
use crate::rules::held::Told;
use crate::rules::rule::{Guard, Rule};
use crate::rules::topic::Topic;

pub(super) static RULE: Rule = Rule {
    code: "UC-02",
    name: "event-length",
    severity: Severity::Error,
    spec: "RTMP 7.1.7",
    subject: "user control messages",
    help: "write the event number in two bytes and exactly the fields of the event, and a message length that counts \
           them alone",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("uc_02_event_length.rs"),
    new: || MessageCheck::boxed(judge),
    ..Rule::BASE
};

/// The least and the greatest length of a message with this event; `None` where nothing lays it down.
const fn lengths(number: u16) -> Option<(u32, u32)> {
    Some(match number {
        0 | 1 | 2 | 4 | 6 | 7 | 31 | 32 => (6, 6),
        3 => (10, 10),
        26 => (2, 3),
        27 => (44, 44),
        _ => return None,
    })
}

fn judge(it: &Message<'_>, told: &mut Told) -> bool {
    let Some((least, most)) = it.number.map_or(Some((2, 2)), lengths) else { return false };
    let (found, trouble) = match it.header.length {
        length if length < least => (it.found().case("short"), "is too short to be read"),
        length if length > most => (it.found().case("long").warning(), "is longer than its fields"),
        _ => return true,
    };
    let name = it.number.and_then(name).unwrap_or("user control");
    let said = Said::new(format!("a {name} message {trouble}"))
        .expected(format!("{least} bytes"))
        .actual(format!("{} bytes", it.header.length));
    told.push((found, said));
    true
}

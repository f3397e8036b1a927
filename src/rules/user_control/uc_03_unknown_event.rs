//! UC-03 unknown-event
//!
//! ## What it does
//! Reports user control events that neither the specification nor Flash Media Server has. These are all but 0 to 4, 6,
//! 7, 26, 27, 31 and 32. Numbers 34 and 41 are named as what they are in the family of RFC 7425: flow sync and
//! keep-alive.
//!
//! ## Why it matters
//! Nothing is wrong as long as the receiver ignores what it does not know; some do not.
//!
//! ## Spec
//! RTMP 1.0, 7.1.7
//!
//! ## Tolerance
//! Buffer empty and ready (31, 32) and SWF verification (26, 27) of Flash Media Server are known.
//!
//! ## How to fix
//! Send such events only to peers that are known to understand them.

use super::shared::{Message, MessageCheck};
use crate::rtmp::message::user_control::{UserControl, event_name};
use crate::rules::Severity;
use crate::rules::finding::Said;
use crate::rules::held::Told;
use crate::rules::rule::{Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Kind;

pub(super) static RULE: Rule = Rule {
    code: "UC-03",
    name: "unknown-event",
    severity: Severity::Info,
    spec: "RTMP 7.1.7",
    subject: "user control messages",
    help: "send such events only to peers that are known to understand them",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("uc_03_unknown_event.rs"),
    new: || MessageCheck::boxed(judge),
    ..Rule::BASE
};

fn judge(it: &Message<'_>, told: &mut Told) -> bool {
    if let Kind::UserControl(UserControl::Unknown { event, bytes }) = it.event.kind {
        let name = event_name(event).map(|name| format!(" ({name})")).unwrap_or_default();
        let said = Said::new(format!("user control event {event}{name} is no event of RTMP"))
            .actual(format!("{bytes} bytes of data"));
        told.push((it.found().of(event), said));
    }
    true
}

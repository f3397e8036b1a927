//! UC-03 unknown-event
//!
//! ## What it does
//! Tells of user control events that neither the specification nor Flash Media Server has: all but 0 to 4, 6, 7, 26, 27,
//! 31 and 32. Numbers 34 and 41 are named as what they are in the family of RFC 7425: flow sync and keep-alive.
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

use super::shared;
use crate::rtmp::message::user_control::{UserControl, event_name};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "UC-03",
    name: "unknown-event",
    severity: Severity::Info,
    spec: "RTMP 7.1.7",
    subject: "user control messages",
    help: "send such events only to peers that are known to understand them",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Control],
    source: include_str!("uc_03_unknown_event.rs"),
    new: || Box::new(UnknownEvent),
    ..Rule::BASE
};

struct UnknownEvent;

impl Check for UnknownEvent {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if shared::user_control(event).is_none() {
            return;
        }
        cx.judged();
        let Kind::UserControl(UserControl::Unknown { event: number, bytes }) = event.kind else { return };
        cx.find(Found::at(event).of(number), |_| {
            let name = event_name(number).map(|name| format!(" ({name})")).unwrap_or_default();
            Said::new(format!("user control event {number}{name} is no event of RTMP"))
                .actual(format!("{bytes} bytes of data"))
        });
    }
}

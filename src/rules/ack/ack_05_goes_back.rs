//! ACK-05 goes-back
//!
//! ## What it does
//! Reports an Acknowledgement with a lower total than the one before.
//!
//! ## Why it matters
//! A total that goes back makes the sender believe that bytes are outstanding which are not; one that keeps to the
//! window may stop.
//!
//! ## Spec
//! RTMP 1.0, 5.4.3
//!
//! ## Tolerance
//! Totals wrap at 2^32, and some begin again before (nginx-rtmp and SRS after 0xF0000000): from 0xE0000000 on a value
//! may be followed by any. Values that are steps are left to ACK-04.
//!
//! ## How to fix
//! Keep one counter for the whole connection, and never reset it, neither with a new stream nor with a new window.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{Acks, receiver};

pub(super) static RULE: Rule = Rule {
    code: "ACK-05",
    name: "goes-back",
    severity: Severity::Warning,
    spec: "RTMP 5.4.3",
    subject: "acknowledgements after another",
    help: "keep one counter of bytes read for the whole connection, and never reset it",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither],
    thresholds: &[Threshold {
        name: "share",
        default: 0.05,
        about: "by which share a step may differ from what came",
    }],
    hears: &[Topic::Control],
    source: include_str!("ack_05_goes_back.rs"),
    new: || Box::new(GoesBack::default()),
    ..Rule::BASE
};

/// A total from here on may be followed by any.
const WRAPS_FROM: u32 = 0xE000_0000;

#[derive(Default)]
struct GoesBack {
    acks: Acks,
}

impl Check for GoesBack {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some((ack, before)) = self.acks.next(event).and_then(|ack| Some((ack, ack.before?))) else {
            return;
        };
        cx.judged();
        let step = ack.is_step(cx.threshold("share"));
        if ack.value >= before.value || before.value > WRAPS_FROM || step {
            return;
        }
        cx.find(Found::at(event), |_| {
            Said::new(format!("the {} acknowledged less than before", receiver(ack.of)))
                .expected(format!("{} or more", before.value))
                .actual(ack.value.to_string())
        });
    }
}

//! PC-04 abort-without-message
//!
//! ## What it does
//! Reports an Abort that names a chunk stream on which no message is half sent. Abort tells the receiver to throw such
//! a message away. One that does throw something away is an info.
//!
//! ## Why it matters
//! The sender and the receiver differ about what is under way, or the message to be aborted went out in full.
//!
//! ## Spec
//! RTMP 1.0, 5.4.2; RTMP Errata and Addenda, 6
//!
//! ## Tolerance
//! After an Abort the chunk stream keeps what its headers said; the time of the aborted message counts.
//!
//! ## How to fix
//! Send Abort only between two chunks of a message, with the id of its chunk stream as four bytes.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "PC-04",
    name: "abort-without-message",
    severity: Severity::Warning,
    spec: "RTMP 5.4.2",
    subject: "Abort messages",
    help: "send Abort only between two chunks of a message, with the id of its chunk stream",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Control],
    source: include_str!("pc_04_abort_without_message.rs"),
    new: || Box::new(AbortWithoutMessage),
    ..Rule::BASE
};

struct AbortWithoutMessage;

impl Check for AbortWithoutMessage {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Abort { csid, discarded } = event.kind else { return };
        cx.judged();
        if discarded == 0 {
            cx.find(Found::at(event).case("nothing"), |_| {
                Said::new(format!("an Abort names chunk stream {csid}, on which no message is half sent"))
            });
        } else {
            cx.find(Found::at(event).case("discarded").of(csid).info(), |_| {
                Said::new(format!(
                    "an Abort throws away {discarded} bytes of a message on chunk stream {csid}"
                ))
                .help("nothing to do if the sender gave the message up on purpose, for instance to catch up")
            });
        }
    }
}

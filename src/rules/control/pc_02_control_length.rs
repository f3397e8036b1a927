//! PC-02 control-length
//!
//! ## What it does
//! Looks at the length of protocol control messages. Set Chunk Size, Abort, Acknowledgement and Window Acknowledgement
//! Size have 4 bytes each, Set Peer Bandwidth has 5. One that is too short cannot be read; one that is longer is read,
//! and is a warning.
//!
//! ## Why it matters
//! Receivers that check lengths close the connection; those that do not read past the end of the message.
//!
//! ## Spec
//! RTMP 1.0, 5.4.1 to 5.4.5
//!
//! ## Tolerance
//! Nothing mainstream sends another length.
//!
//! ## How to fix
//! Write exactly the fields of the message, and a message length that counts them alone.

use crate::rtmp::message::kind::MessageType;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "PC-02",
    name: "control-length",
    severity: Severity::Error,
    spec: "RTMP 5.4.1 to 5.4.5",
    subject: "protocol control messages",
    help: "write exactly the fields of the message, and a message length that counts them alone",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Control],
    source: include_str!("pc_02_control_length.rs"),
    new: || Box::new(ControlLength),
    ..Rule::BASE
};

struct ControlLength;

impl Check for ControlLength {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message else { return };
        let needed = match header.kind {
            MessageType::SET_PEER_BANDWIDTH => 5,
            MessageType::USER_CONTROL => return,
            _ => 4,
        };
        cx.judged();
        let found = Found::at(event);
        let (found, trouble) = match header.length {
            length if length < needed => (found.case("short"), "is too short to be read"),
            length if length > needed => (found.case("long").warning(), "is longer than its fields"),
            _ => return,
        };
        cx.find(found, |_| {
            Said::new(format!("a {} message {trouble}", header.kind))
                .expected(format!("{needed} bytes"))
                .actual(format!("{} bytes", header.length))
        });
    }
}

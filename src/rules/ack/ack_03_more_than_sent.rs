//! ACK-03 more-than-sent
//!
//! ## What it does
//! Reports an Acknowledgement of more bytes than the other side had sent by then. The value counts all bytes received,
//! modulo 2^32, and may include the handshake.
//!
//! ## Why it matters
//! The count is wrong: windows and delays that are computed from it are too.
//!
//! ## Spec
//! RTMP 1.0, 5.4.3
//!
//! ## Tolerance
//! The handshake may be counted or not. Counters that begin again (nginx-rtmp and SRS do so at 0xF0000000) stay below.
//!
//! ## How to fix
//! Count each byte read from the connection once, from C0 or S0 on; do not add what was announced or is still to come.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{Acks, HANDSHAKE, low_half, receiver};

pub(super) static RULE: Rule = Rule {
    code: "ACK-03",
    name: "more-than-sent",
    severity: Severity::Error,
    spec: "RTMP 5.4.3",
    subject: "acknowledgements",
    help: "count each byte read from the connection once, and nothing else",
    guards: &[Guard::Clear, Guard::Syn, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Control],
    source: include_str!("ack_03_more_than_sent.rs"),
    new: || Box::new(MoreThanSent::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct MoreThanSent {
    acks: Acks,
}

impl Check for MoreThanSent {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(ack) = self.acks.next(event) else { return };
        cx.judged();
        let beyond = ack.value.wrapping_sub(low_half(ack.sent)).cast_signed();
        if beyond <= 0 {
            return;
        }
        cx.find(Found::at(event), |_| {
            let without = ack.sent.saturating_sub(HANDSHAKE);
            Said::new(format!("the {} acknowledged more than it can have got", receiver(ack.of)))
                .expected(format!("at most {} bytes, or {without} without the handshake", ack.sent))
                .actual(format!("{}, that is {beyond} too many", ack.value))
        });
    }
}

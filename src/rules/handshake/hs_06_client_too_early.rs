//! HS-06 client-too-early
//!
//! ## What it does
//! The client has to wait for S1 before it sends C2, and for S2 before it sends anything else. What it had received by
//! then is known from the acknowledgement number of the segment it sent.
//!
//! ## Why it matters
//! A C2 that was written before S1 came cannot echo it. Servers that verify the handshake refuse the client, others
//! fail now and then, depending on the path.
//!
//! ## Spec
//! RTMP 1.0, 5.2.1
//!
//! ## Tolerance
//! Chunks before S2 has come are a warning, and an error only in a strict profile; after a C2 that was too early they
//! are not reported again. C0 and C1 in the SYN (TCP Fast Open) are fine.
//!
//! ## How to fix
//! In the client: read S0 and S1 to their end before writing C2, and S2 before writing the first chunk.

use crate::base::pos::Dir;
use crate::rtmp::handshake::HANDSHAKE_BYTES;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::HELLO_BYTES;

pub(super) static RULE: Rule = Rule {
    code: "HS-06",
    name: "client-too-early",
    severity: Severity::Error,
    spec: "RTMP 5.2.1",
    subject: "handshakes",
    help: "let the client read S0 and S1 before it writes C2, and S2 before it writes the first chunk",
    guards: &[Guard::Clear, Guard::Syn, Guard::Both, Guard::NoGap, Guard::Order],
    hears: &[Topic::Handshake, Topic::Message],
    source: include_str!("hs_06_client_too_early.rs"),
    new: || Box::new(ClientTooEarly { chunks: false }),
    ..Rule::BASE
};

struct ClientTooEarly {
    /// The first message came, or is not to be judged.
    chunks: bool,
}

impl Check for ClientTooEarly {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if event.dir != Dir::ClientToServer {
            return;
        }
        if self.chunks {
            return cx.done();
        }
        let judges = matches!(event.kind, Kind::Echo(_)) || event.message.is_some();
        if judges && !cx.seen.knows_acked(event.span.first) {
            return cx.doubt(Doubt::MidStream);
        }
        match event.kind {
            Kind::Echo(_) => {
                cx.judged();
                if event.span.first.acked < HELLO_BYTES {
                    self.chunks = true;
                    report(event, "echo", ("C2", "S1"), HELLO_BYTES, cx);
                }
            }
            _ if event.message.is_some() => {
                self.chunks = true;
                cx.judged();
                if event.span.first.acked < u64::from(HANDSHAKE_BYTES) {
                    report(event, "chunks", ("the first chunk", "S2"), HANDSHAKE_BYTES.into(), cx);
                }
            }
            _ => {}
        }
    }
}

fn report(event: &Event<'_>, case: &'static str, (what, before): (&str, &str), needed: u64, cx: &mut Cx<'_>) {
    let found = Found::at(event).case(case);
    let found = if case == "chunks" && !cx.is_strict() { found.warning() } else { found };
    let acked = event.span.first.acked;
    cx.find(found, |_| {
        Said::new(format!("the client sent {what} before it had received {before}"))
            .expected(format!("{needed} bytes of the server acknowledged"))
            .actual(format!("{acked} acknowledged, {} still to come", needed.saturating_sub(acked)))
    });
}

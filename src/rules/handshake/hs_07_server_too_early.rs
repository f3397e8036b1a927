//! HS-07 server-too-early
//!
//! ## What it does
//! The server has to wait for what each part of its handshake answers. It has to have C0 before S0 and S1, C1 before
//! S2, and C2 before anything else. What it had received by then is known from the acknowledgement number of the
//! segment it sent.
//!
//! ## Why it matters
//! An S2 that was written before C1 came cannot repeat it. Clients that read the handshake step by step may take what
//! comes too early for something else.
//!
//! ## Spec
//! RTMP 1.0, 5.2.1
//!
//! ## Tolerance
//! S0, S1 and S2 in one piece after the whole of C1 are what nearly every server sends, and are fine. What follows
//! something too early is not reported again.
//!
//! ## How to fix
//! In the server: read C0 and C1 to their end before writing S2, and C2 before writing the first chunk.

use crate::base::pos::Dir;
use crate::rtmp::handshake::HANDSHAKE_BYTES;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::HELLO_BYTES;

pub(super) static RULE: Rule = Rule {
    code: "HS-07",
    name: "server-too-early",
    severity: Severity::Error,
    spec: "RTMP 5.2.1",
    subject: "handshakes",
    help: "let the server read C0 and C1 before it writes S2, and C2 before it writes the first chunk",
    guards: &[Guard::Clear, Guard::Syn, Guard::Both, Guard::NoGap, Guard::Order],
    hears: &[Topic::Handshake, Topic::Message],
    source: include_str!("hs_07_server_too_early.rs"),
    new: || Box::new(ServerTooEarly { prefix: 0, over: false }),
    ..Rule::BASE
};

struct ServerTooEarly {
    /// Bytes of a proxy in front of C0, once C1 has come.
    prefix: u64,
    /// The first message came, or something was too early.
    over: bool,
}

impl Check for ServerTooEarly {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if event.dir == Dir::ClientToServer {
            if let Kind::Hello(hello) = event.kind {
                self.prefix = hello.proxied.map_or(0, |proxied| proxied.bytes.into());
            }
            return;
        }
        if self.over {
            return cx.done();
        }
        let (case, what, before, needed) = match event.kind {
            Kind::Hello(_) => ("hello", "S0", "C0", 1),
            Kind::Echo(_) => ("echo", "S2", "C1", HELLO_BYTES),
            _ if event.message.is_some() => {
                self.over = true;
                ("chunks", "the first chunk", "C2", HANDSHAKE_BYTES.into())
            }
            _ => return,
        };
        cx.judged();
        let (needed, acked) = (needed + self.prefix, event.span.first.acked);
        if acked < needed {
            self.over = true;
            cx.find(Found::at(event).case(case), |_| {
                Said::new(format!("the server sent {what} before it had received {before}"))
                    .expected(format!("{needed} bytes of the client acknowledged"))
                    .actual(format!("{acked} acknowledged, {} still to come", needed.saturating_sub(acked)))
            });
        }
    }
}

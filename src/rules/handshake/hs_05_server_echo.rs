//! HS-05 server-echo
//!
//! ## What it does
//! The server's S2 has to repeat the random bytes of C1, or to be signed for the digest in C1. The random bytes are 8
//! to 1535. An unsigned S2 whose first four bytes are not the time of C1 is an info.
//!
//! ## Why it matters
//! A client that verifies S2 closes the connection. The addenda to the specification advise clients to let it pass, and
//! most do.
//!
//! ## Spec
//! RTMP 1.0, 5.2.4; RTMP Errata and Addenda, 3
//!
//! ## Tolerance
//! ffmpeg as a server repeats C1 with bytes 4 to 7 set to zero: fine. gortmplib writes 0 for the time: the info
//! alone. nginx-rtmp and SRS sign S2 where C1 has a digest, which is as good. An S2 that has to be signed is left to
//! HS-08.
//!
//! ## How to fix
//! In the server: send the bytes of C1 back as S2.

use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{Hellos, judge_echo};

pub(super) static RULE: Rule = Rule {
    code: "HS-05",
    name: "server-echo",
    severity: Severity::Warning,
    strict: Some(Severity::Error),
    spec: "RTMP 5.2.4",
    subject: "echoes of the server that need no signature",
    help: "let the server send the bytes of C1 back as S2",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Handshake],
    source: include_str!("hs_05_server_echo.rs"),
    new: || Box::new(ServerEcho(Hellos::default())),
    ..Rule::BASE
};

struct ServerEcho(Hellos);

impl Check for ServerEcho {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Some(answer) = self.0.take(event)
            && event.dir == Dir::ServerToClient
        {
            judge_echo(&self.0, &answer, event, cx);
        }
    }
}

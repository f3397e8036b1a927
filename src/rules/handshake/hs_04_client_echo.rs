//! HS-04 client-echo
//!
//! ## What it does
//! The client's C2 has to repeat the random bytes of S1, or to be signed for the digest in S1. The random bytes are 8
//! to 1535. An unsigned C2 whose first four bytes are not the time of S1 is an info.
//!
//! ## Why it matters
//! A server that verifies C2 closes the connection. The addenda to the specification advise servers to let it pass, and
//! most do.
//!
//! ## Spec
//! RTMP 1.0, 5.2.4; RTMP Errata and Addenda, 3
//!
//! ## Tolerance
//! SRS as a client sends random bytes: that stays a warning. gortmplib repeats the random bytes and writes 0 for the
//! time: the info alone. Most clients send a plain copy of S1 (ffmpeg, OBS, librtmp); that is fine even where S1 has
//! a digest. A C2 that has to be signed is left to HS-08.
//!
//! ## How to fix
//! In the client: send the bytes of S1 back as C2.

use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{Hellos, judge_echo};

pub(super) static RULE: Rule = Rule {
    code: "HS-04",
    name: "client-echo",
    severity: Severity::Warning,
    strict: Some(Severity::Error),
    spec: "RTMP 5.2.4",
    subject: "echoes of the client that need no signature",
    help: "let the client send the bytes of S1 back as C2",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Handshake],
    source: include_str!("hs_04_client_echo.rs"),
    new: || Box::new(ClientEcho(Hellos::default())),
    ..Rule::BASE
};

struct ClientEcho(Hellos);

impl Check for ClientEcho {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Some(answer) = self.0.take(event)
            && event.dir == Dir::ClientToServer
        {
            judge_echo(&self.0, &answer, event, cx);
        }
    }
}

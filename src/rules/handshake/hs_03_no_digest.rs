//! HS-03 no-digest
//!
//! ## What it does
//! Reports a handshake whose bytes 4 to 7 promise a digest that is not there. In C1 and S1 they have to be zero, unless
//! there is a digest: then they name a program. It is looked for where bytes 8 to 11 say and where bytes 772 to 775
//! say.
//!
//! ## Why it matters
//! Servers and clients look for the digest, do not find it, and fall back to the plain handshake, or refuse the peer.
//!
//! ## Spec
//! RTMP 1.0, 5.2.3; the digest itself is in no specification
//!
//! ## Tolerance
//! A server may copy C1, or put the time of C1 there (SRS). A valid digest is silent: ffmpeg, Flash Player, nginx-rtmp
//! and SRS all have one. A handshake that asks for encryption is left to TUN-04.
//!
//! ## How to fix
//! Write zeros to bytes 4 to 7, or a digest with the right key at the place that C1 or S1 itself names.

use crate::base::pos::Dir;
use crate::rtmp::handshake::{Form, Greeting};
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::names;

pub(super) static RULE: Rule = Rule {
    code: "HS-03",
    name: "no-digest",
    severity: Severity::Warning,
    strict: Some(Severity::Error),
    spec: "RTMP 5.2.3",
    subject: "hellos",
    help: "write zeros to bytes 4 to 7 of C1 or S1, or a digest at the place that it names",
    guards: &[Guard::Clear, Guard::NoGapEither],
    hears: &[Topic::Handshake],
    source: include_str!("hs_03_no_digest.rs"),
    new: || Box::new(NoDigest { client: false }),
    ..Rule::BASE
};

struct NoDigest {
    /// The client's hello has come.
    client: bool,
}

impl Check for NoDigest {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Hello(hello) = event.kind else { return };
        let from_client = event.dir == Dir::ClientToServer;
        self.client |= from_client;
        match hello.form {
            None | Some(Form::Encrypted(_)) => return,
            // Whether it is taken from C1 cannot be told.
            Some(Form::Unverified) if !self.client => return cx.doubt(Doubt::OneSided),
            _ => cx.judged(),
        }
        if hello.form == Some(Form::Unverified) && (from_client || !hello.repeats) {
            report(&hello, event, cx);
        }
    }
}

fn report(hello: &Greeting, event: &Event<'_>, cx: &mut Cx<'_>) {
    let name = names(event.dir).hello;
    let [a, b, c, d] = hello.program.unwrap_or_default().to_be_bytes();
    let [front, behind] = hello.digest_offsets.unwrap_or_default();
    cx.find(Found::at(event), |_| {
        Said::new(format!("bytes 4 to 7 of {name} are not zero, and it has no digest that fits"))
            .expected("zeros, or a digest")
            .actual(format!("{a:02x} {b:02x} {c:02x} {d:02x}, and no digest at {front} or {behind}"))
    });
}

//! HS-08 wrong-signature
//!
//! ## What it does
//! Reports a signed handshake in which S2 or C2 has the wrong signature. Where both sides show that they know digests,
//! S2 has to be signed for the digest in C1, and C2 for the digest in S1, or to be a plain copy. The right signature is
//! computed with the key that every implementation has.
//!
//! ## Why it matters
//! The signature was made with a wrong key, or for a digest at another place than in C1 or S1. A peer that verifies it
//! falls back to the simple handshake, or closes the connection.
//!
//! ## Spec
//! None: the scheme is that of Flash, nginx-rtmp, SRS and ffmpeg
//!
//! ## Tolerance
//! A plain copy is fine: OBS, librtmp and ffmpeg as publishers send one whatever S1 has, and nginx-rtmp and SRS take
//! it.
//!
//! ## How to fix
//! Use the first 36 bytes of the server's key, or the first 30 of the client's, for the digest and all of it (68 or 62
//! bytes) for the key of the signature, and take the digest from the place where it was found in the peer's C1 or S1.

use crate::rtmp::handshake::{Answer, Echo, Form};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{Hellos, names};

pub(super) static RULE: Rule = Rule {
    code: "HS-08",
    name: "wrong-signature",
    severity: Severity::Warning,
    spec: "digest handshake (in no specification)",
    subject: "echoes to be signed",
    help: "sign with the whole key, for the digest at the place where it is in the peer's C1 or S1; or send a plain copy",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Handshake],
    source: include_str!("hs_08_wrong_signature.rs"),
    new: || Box::new(WrongSignature(Hellos::default())),
    ..Rule::BASE
};

struct WrongSignature(Hellos);

impl Check for WrongSignature {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(answer) = self.0.take(event) else { return };
        if !self.0.ask_for_signature(event.dir) {
            return;
        }
        cx.judged();
        let digest = self.0.of(event.dir.opposite()).and_then(|hello| hello.form).and_then(Form::digest);
        if let (Answer { echo: Echo::Unrelated, signature: Some(signature), .. }, Some(digest)) =
            (answer, digest)
        {
            cx.find(Found::at(event), |_| {
                let (echo, hello) = (names(event.dir).echo, names(event.dir.opposite()).hello);
                let place = digest.place.name();
                Said::new(format!("the signature of {echo} is wrong, and it is no copy of {hello}"))
                    .expected(format!("{}, for the {place} of {hello}", hex(&signature.right)))
                    .actual(hex(&signature.found))
            });
        }
    }
}

/// The first bytes of a signature.
fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ") + " ..."
}

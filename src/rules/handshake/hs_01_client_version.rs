//! HS-01 client-version
//!
//! ## What it does
//! The first byte of a client, the version, has to be 3. With 6, 8 and 9 a client asks for encryption. The versions 0
//! to 2 are obsolete and 32 and above cannot be versions: an error. 4, 5, 7 and 10 to 31 are reserved: a warning.
//!
//! ## Why it matters
//! A server that does not know the version answers with 3 at best; most close the connection without a word, and the
//! client only sees that it was closed.
//!
//! ## Spec
//! RTMP 1.0, 5.2.2
//!
//! ## Tolerance
//! What begins like TLS or HTTP is no handshake, and not judged. The prefix that a proxy puts in front of C0 (byte F3
//! and a length, for SRS) is skipped. Where nothing but the port speaks for RTMP, only a first flight of exactly 1537
//! bytes is taken for a handshake.
//!
//! ## How to fix
//! Send 3 as the first byte. If another protocol was meant, send it to its own port.

use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::{head, other_protocol};

pub(super) static RULE: Rule = Rule {
    code: "HS-01",
    name: "client-version",
    severity: Severity::Error,
    spec: "RTMP 5.2.2",
    subject: "versions of clients",
    help: "send 3 as the first byte; what is no RTMP belongs to another port",
    guards: &[Guard::Clear, Guard::Syn, Guard::NoGap],
    hears: &[Topic::Handshake],
    source: include_str!("hs_01_client_version.rs"),
    new: || Box::new(ClientVersion { told: false }),
    ..Rule::BASE
};

struct ClientVersion {
    /// The version has come.
    told: bool,
}

impl Check for ClientVersion {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if event.dir != Dir::ClientToServer || self.told {
            return;
        }
        let head = match event.kind {
            Kind::Hello(greeting) if greeting.version.is_some() => head(&greeting),
            Kind::HandshakeFailed { client_bytes: 1.., heads, .. } => heads.c2s,
            _ => return,
        };
        self.told = true;
        if other_protocol(head).is_some() {
            return;
        }
        cx.judged();
        let [version, ..] = head;
        let (found, what) = match version {
            3 | 6 | 8 | 9 => return,
            0..=2 => (Found::at(event).case("forbidden"), "an obsolete version"),
            4..=31 => (Found::at(event).case("reserved").warning(), "a reserved version"),
            32.. => (Found::at(event).case("forbidden"), "no version of RTMP"),
        };
        cx.find(found, |_| {
            Said::new(format!("the client begins with {what}"))
                .expected("3")
                .actual(format!("{version} (0x{version:02x})"))
        });
    }
}

//! TUN-04 rtmpe
//!
//! ## What it does
//! Looks at handshakes of RTMPE, which announce encryption (versions 6, 8 and 9). C1 and S1 need a digest, since it
//! tells where the key is: without one, the keys cannot be derived (an error). A public key of 0 or 1, or of the prime
//! less 1 and above, makes the secret known to everyone. S2 and C2 have to be signed; those of versions 8 and 9 are not
//! judged, since the signature is enciphered there. That one of these was used, and that what follows the handshake is
//! encrypted, are infos.
//!
//! ## Why it matters
//! The peer closes the connection without a word, and nothing tells a user that it was for the handshake.
//!
//! ## Spec
//! None: known from librtmp and ffmpeg; RFC 2409, 6.2 has the prime
//!
//! ## Tolerance
//! A server that declines the encryption (S0 is 3) needs neither digest nor signature. ffmpeg sends a plain copy of
//! S1 for C2, which servers refuse: that is found here.
//!
//! ## How to fix
//! Better use rtmps. In RTMPE, put the digest where C1 or S1 itself says, sign S2 and C2 with it, and make a new key
//! for each connection.

use crate::base::pos::{Dir, PerDir};
use crate::rtmp::handshake::{Answer, Digest, Echo, Form, Greeting, HANDSHAKE_BYTES};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "TUN-04",
    name: "rtmpe",
    severity: Severity::Warning,
    spec: "RTMPE (in no specification)",
    subject: "handshakes that announce encryption",
    help: "use rtmps; or put the digest where C1 or S1 itself says, and sign S2 and C2 with it",
    guards: &[Guard::NoGapEither],
    hears: &[Topic::Handshake],
    source: include_str!("tun_04_rtmpe.rs"),
    new: || Box::new(Rtmpe::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct Rtmpe {
    sides: PerDir<Option<Side>>,
    /// Where the handshake was complete.
    done: Option<Box<Place>>,
    /// A hello without a digest, unless the server declines the encryption.
    keyless: Option<(Box<Place>, &'static str, [u16; 2])>,
    /// A signature is wrong: what follows need not be of a session.
    refused: bool,
}

/// What a side said that announces encryption.
#[derive(Copy, Clone)]
struct Side {
    version: u8,
    digest: Option<Digest>,
}

impl Check for Rtmpe {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match event.kind {
            Kind::Hello(hello) => {
                if let (Dir::ServerToClient, Some(3)) = (event.dir, hello.version) {
                    self.keyless = None;
                }
                self.hello(&hello, event, cx);
            }
            Kind::HandshakeFailed { .. } => self.report_keyless(cx),
            Kind::Echo(Some(answer)) => self.echo(&answer, event, cx),
            Kind::HandshakeDone { .. } if self.versions().is_some() && !self.refused => {
                self.done = Some(Box::new(Place::packet(event.dir, event.at)));
            }
            _ => {}
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let behind = |dir: &Dir| end.tcp.stats(*dir).payload_bytes > u64::from(HANDSHAKE_BYTES);
        if let Some(place) = self.done.take().filter(|_| Dir::BOTH.iter().any(behind)) {
            cx.find(Found::in_place(*place).case("encrypted").info(), |_| {
                Said::new("what follows the handshake is encrypted, and nothing of it was judged")
                    .help("capture the stream where it is not encrypted")
            });
        }
    }
}

impl Rtmpe {
    /// Those of client and server, if both announce encryption.
    const fn versions(&self) -> Option<(u8, u8)> {
        match (self.sides.c2s, self.sides.s2c) {
            (Some(client), Some(server)) => Some((client.version, server.version)),
            _ => None,
        }
    }

    fn hello(&mut self, hello: &Greeting, event: &Event<'_>, cx: &mut Cx<'_>) {
        let (Some(version), Some(Form::Encrypted(digest))) = (hello.version, hello.form) else { return };
        let Some([front, behind]) = hello.digest_offsets else { return };
        cx.judged();
        *self.sides.get_mut(event.dir) = Some(Side { version, digest });
        let name = if event.dir == Dir::ClientToServer { "C1" } else { "S1" };
        let from_server = event.dir == Dir::ServerToClient;
        if from_server {
            self.report_keyless(cx);
        }
        if digest.is_none() {
            self.keyless = Some((Box::new(Place::of(event)), name, [front, behind]));
        }
        if from_server {
            self.report_keyless(cx);
        }
        if let Some(key) = hello.public_key.filter(|key| key.is_trivial) {
            cx.find(Found::at(event).case("public-key"), |_| {
                Said::new(format!("the public key in {name} makes the secret known to everyone"))
                    .expected("a number between 1 and the prime less 1")
                    .actual(format!("one outside of that, at {}", key.offset))
            });
        }
        if let Some((_, server @ (8 | 9))) = self.versions() {
            cx.find(Found::at(event).case("version").info(), |_| {
                Said::new("the handshake enciphers its signatures").actual(format!("version {server}"))
            });
        }
    }

    fn report_keyless(&mut self, cx: &mut Cx<'_>) {
        if let Some((place, name, [front, behind])) = self.keyless.take() {
            cx.find(Found::in_place(*place).case("no-digest").error(), |_| {
                Said::new(format!(
                    "{name} asks for encryption, and has no digest that tells where its key is"
                ))
                .expected("a digest that fits")
                .actual(format!("none at {front} or {behind}"))
            });
        }
    }

    fn echo(&mut self, answer: &Answer, event: &Event<'_>, cx: &mut Cx<'_>) {
        let digest = self.sides.get(event.dir.opposite()).and_then(|side| side.digest);
        let (Some((6, 6)), Some(digest)) = (self.versions(), digest) else { return };
        if answer.echo == Echo::Signed {
            return;
        }
        self.refused = true;
        let (echo, hello) = if event.dir == Dir::ClientToServer { ("C2", "S1") } else { ("S2", "C1") };
        cx.find(Found::at(event).case("signature"), |_| {
            let actual = match answer.echo {
                Echo::Copy => format!("a copy of {hello}"),
                _ => "another signature".to_owned(),
            };
            Said::new(format!("{echo} is not signed for the digest in {hello}"))
                .expected(format!("a signature for the digest at {}", digest.offset))
                .actual(actual)
        });
    }
}

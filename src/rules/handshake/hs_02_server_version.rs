//! HS-02 server-version
//!
//! ## What it does
//! Reports a server that answers the client's version in the handshake with another one. A client that says 3 has to be
//! answered with 3, one that asks for encryption (6, 8 or 9) with one of those. That a server answers such a client
//! with 3, and so declines the encryption, is an info.
//!
//! ## Why it matters
//! The sides do not agree on what follows: a client closes the connection, or goes on in a way that the server cannot
//! read.
//!
//! ## Spec
//! RTMP 1.0, 5.2.2
//!
//! ## Tolerance
//! A server may answer 8 or 9 with 6 (the RTMPE of older servers). What follows a client whose own version does not
//! exist is not judged.
//!
//! ## How to fix
//! Let the server answer with the version of the client, or with 3 if it does not know that version.

use crate::base::pos::{Dir, PerDir};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::{head, other_protocol};

pub(super) static RULE: Rule = Rule {
    code: "HS-02",
    name: "server-version",
    severity: Severity::Error,
    spec: "RTMP 5.2.2",
    subject: "answered versions",
    help: "let the server answer with the version of the client, or with 3 if it does not know it",
    guards: &[Guard::Clear, Guard::Syn, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Handshake],
    source: include_str!("hs_02_server_version.rs"),
    new: || Box::new(ServerVersion { heads: PerDir::default(), told: false }),
    ..Rule::BASE
};

struct ServerVersion {
    heads: PerDir<Option<[u8; 5]>>,
    told: bool,
}

impl Check for ServerVersion {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match event.kind {
            Kind::Hello(greeting) if greeting.version.is_some() => {
                *self.heads.get_mut(event.dir) = Some(head(&greeting));
            }
            Kind::HandshakeFailed { client_bytes, server_bytes, heads } => {
                let came = |bytes: u64, head| (bytes > 0).then_some(head);
                let PerDir { c2s, s2c } = self.heads;
                let c2s = c2s.or(came(client_bytes, heads.c2s));
                self.heads = PerDir { c2s, s2c: s2c.or(came(server_bytes, heads.s2c)) };
            }
            _ => return,
        }
        let PerDir { c2s: Some([client, ..]), s2c: Some(server) } = self.heads else { return };
        if !std::mem::replace(&mut self.told, true) {
            judge(client, server, event, cx);
        }
    }
}

fn judge(client: u8, server: [u8; 5], event: &Event<'_>, cx: &mut Cx<'_>) {
    let encrypted = matches!(client, 6 | 8 | 9);
    if client != 3 && !encrypted {
        return;
    }
    cx.judged();
    let found = if event.dir == Dir::ServerToClient {
        Found::at(event)
    } else {
        Found::in_place(Place::packet(Dir::ServerToClient, event.at))
    };
    let [version, ..] = server;
    let (found, message) = match (version, encrypted) {
        (3, false) | (6 | 8 | 9, true) => return,
        (3, true) => {
            (found.case("downgrade").info(), "the server declines the encryption that the client asks for")
        }
        _ => (found.case("other-version"), "the server answers with another version"),
    };
    cx.find(found, |_| {
        let looks =
            other_protocol(server).map_or(String::new(), |other| format!(", which looks like {other}"));
        Said::new(message).expected(format!("S0 {client}, as C0")).actual(format!("S0 {version}{looks}"))
    });
}

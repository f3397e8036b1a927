//! ERTMP-13 reconnect
//!
//! ## What it does
//! Looks at a server's request to reconnect elsewhere, and whether the client can follow it.
//! `NetConnection.Connect.ReconnectRequest` is an `onStatus` of the level `status` on message stream 0 with transaction
//! id 0, whose `tcUrl`, if there is one, is a string. It should be sent only to a client whose `capsEx` has bit 1, and
//! the server should not close right after it.
//!
//! ## Why it matters
//! The request lets a server move clients elsewhere without a gap. A client that does not find it, or has no time to
//! follow it, sees a connection that breaks.
//!
//! ## Spec
//! Enhanced RTMP v2, Reconnect Request
//!
//! ## Tolerance
//! `tcUrl` may be relative, or absent for the same server. Whether the client connects again is not judged: that is
//! another connection.
//!
//! ## How to fix
//! Send the request as the specification has it, to clients that announced it, and keep serving the connection until
//! the client closes it.

use crate::amf::Value;
use crate::base::pos::{Dir, PacketRef};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind};

use super::offer::Offer;

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-13",
    name: "reconnect",
    severity: Severity::Error,
    spec: "E-RTMP v2, Reconnect Request",
    subject: "reconnect requests",
    help: "send onStatus with level status, on message stream 0 with transaction id 0, and tcUrl as a string or not at all",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[Threshold {
        name: "grace_s",
        default: 1.0,
        about: "time for which the server goes on after its request",
    }],
    hears: &[Topic::Command, Topic::Transport],
    source: include_str!("ertmp_13_reconnect.rs"),
    new: || Box::new(Reconnect::default()),
    ..Rule::BASE
};

/// The bit of `capsEx` for it.
const RECONNECT: u32 = 1;

#[derive(Default)]
struct Reconnect {
    client: Option<Offer>,
    /// The last request.
    requested: Option<PacketRef>,
    /// The client closes.
    client_closes: bool,
}

impl Check for Reconnect {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match (&event.kind, event.dir) {
            (Kind::Command(it), Dir::ClientToServer) if it.name == "nc.connect" => {
                self.client.get_or_insert_with(|| Offer::of(&it.command.object.iter()));
            }
            (Kind::Command(it), Dir::ServerToClient) if it.name == "nc.reconnect_request" => {
                cx.judged();
                self.requested = Some(event.at);
                form(it, event, cx);
                self.asked(event, cx);
            }
            (Kind::TcpFin | Kind::TcpRst, Dir::ClientToServer) => self.client_closes = true,
            (Kind::TcpFin | Kind::TcpRst, Dir::ServerToClient) => self.closes(event, cx),
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        self.client.as_ref().map_or(0, Offer::held_bytes)
    }
}

impl Reconnect {
    /// Whether the client announced it.
    fn asked(&self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(client) = &self.client else { return };
        if client.caps.is_some_and(|caps| caps & RECONNECT != 0) {
            return;
        }
        cx.find(Found::at(event).case("unasked").warning(), |_| {
            Said::new("a reconnect request to a client that did not say it can follow one")
                .expected("bit 1 in the client's capsEx")
                .actual(client.caps.map_or_else(|| "no capsEx".to_owned(), |caps| format!("capsEx {caps}")))
                .help("send reconnect requests only to clients whose capsEx has bit 1")
        });
    }

    /// The server closes.
    fn closes(&self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(requested) = self.requested.filter(|_| !self.client_closes) else { return };
        let after = event.at.ts.since(requested.ts);
        if after >= cx.threshold_ns("grace_s") {
            return;
        }
        let grace = cx.threshold("grace_s");
        cx.find(Found::at(event).case("no-grace").warning(), |_| {
            Said::new("the server closes right after its reconnect request")
                .expected(format!("it goes on for at least {grace} s, or until the client closes"))
                .actual(format!("closed after {} ms", after / 1_000_000))
                .help("keep serving the connection after the request, until the client closes it")
        });
    }
}

/// The request itself.
fn form(it: &CommandEvent<'_>, event: &Event<'_>, cx: &mut Cx<'_>) {
    let (Some(header), Some(info)) = (event.message, it.command.status()) else { return };
    let level = info.get("level").and_then(Value::as_str);
    if level != Some("status") {
        cx.find(Found::at(event).case("level"), |words| {
            Said::new("a reconnect request of another level than status")
                .expected("status")
                .actual(level.map_or_else(|| "no level".to_owned(), |level| words.word(level)))
        });
    }
    if header.stream_id != 0 {
        cx.find(Found::at(event).case("stream"), |_| {
            Said::new("a reconnect request on a message stream")
                .expected("0")
                .actual(header.stream_id.to_string())
        });
    }
    if it.command.transaction_id != Some(0.0) {
        cx.find(Found::at(event).case("transaction"), |_| {
            let actual =
                it.command.transaction_id.map_or_else(|| "no number".to_owned(), |id| id.to_string());
            Said::new("a reconnect request with a transaction id, which nobody answers")
                .expected("0")
                .actual(actual)
        });
    }
    if !matches!(info.get("tcUrl"), None | Some(Value::String(_) | Value::Undefined)) {
        cx.find(Found::at(event).case("url"), |_| {
            Said::new("the tcUrl of a reconnect request is no string").expected("a string, or none")
        });
    }
}

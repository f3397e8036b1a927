//! TUN-05 tls
//!
//! ## What it does
//! Reports TLS handshakes that failed, and unusual RTMPS set-ups. Looks at what TLS says before it is encrypted, on
//! ports that are known for RTMP. A fatal alert is an error: the TLS handshake failed. A client that does not name the
//! server it wants (SNI), and a server port that is not usual for RTMPS, are infos. Nothing is decrypted.
//!
//! ## Why it matters
//! Where TLS fails, encoders mostly say no more than that the connection failed; the alert says why. Servers with
//! several names give the wrong certificate to a client that does not say which one it wants.
//!
//! ## Spec
//! RTMP URIs (rtmps); RFC 8446; RFC 6066, 3
//!
//! ## Tolerance
//! A client that connects to an address has no name to say. Ports 443, 1935, 1936 and 8443 are in use. Alerts that
//! are encrypted, as most of TLS 1.3 are, are not seen. Certificates are not judged.
//!
//! ## How to fix
//! For an unknown certificate authority update the CA bundle of the client; for a protocol version or handshake
//! failure its TLS library. Let the client name the server.

use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};
use crate::tunnel::tls::Tls as Seen;

pub(super) static RULE: Rule = Rule {
    code: "TUN-05",
    name: "tls",
    severity: Severity::Info,
    spec: "RTMP URIs; RFC 8446",
    subject: "handshakes of TLS",
    help: "let the client name the server it wants, and connect to port 443",
    guards: &[Guard::Holes],
    hears: &[Topic::End],
    source: include_str!("tun_05_tls.rs"),
    new: || Box::new(Tls { seen: None }),
    ..Rule::BASE
};

/// Ports that RTMPS is served on.
const USUAL_PORTS: [u16; 4] = [443, 1935, 1936, 8443];

struct Tls {
    /// Where the client's hello is.
    seen: Option<Box<Place>>,
}

impl Check for Tls {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::SessionEnd { tls: Some(tls), .. } = event.kind else { return };
        let Some(hello) = &tls.client else { return cx.doubt(Doubt::TooLittle) };
        cx.judged();
        let place = Place::packet(Dir::ClientToServer, hello.at);
        if hello.name.is_none() {
            cx.find(Found::in_place(place.clone()).case("no-sni"), |_| {
                Said::new("the client does not say which server it wants")
                    .expected("the name of the server in the hello (SNI)")
                    .help("let the client send the name of the server (SNI)")
            });
        }
        self.seen = Some(Box::new(place));
        failed(tls, cx);
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let port = end.tcp.server().port;
        if let Some(place) = self.seen.take().filter(|_| !USUAL_PORTS.contains(&port)) {
            cx.find(Found::in_place(*place).case("port"), |_| {
                Said::new("TLS is on a port that is not usual for RTMPS")
                    .expected("443, 1935, 1936 or 8443")
                    .actual(port.to_string())
                    .help("firewalls let port 443 pass more often than others")
            });
        }
    }
}

/// Reports an alert.
fn failed(tls: &Seen, cx: &mut Cx<'_>) {
    let Some(alert) = tls.alert else { return };
    let who = if alert.from == Dir::ClientToServer { "client" } else { "server" };
    cx.find(Found::in_place(Place::packet(alert.from, alert.at)).case("failed").error(), |words| {
        let name = tls.client.as_ref().and_then(|hello| hello.name.as_deref());
        let name = name.map_or(String::new(), |name| format!(", asked for as {}", words.text(name)));
        let version = tls.server.map_or(String::new(), |hello| format!(", {}", hello.version));
        Said::new(format!("the TLS handshake failed: the {who} gave up"))
            .expected("a handshake without fatal alerts")
            .actual(format!("alert {}, {}{version}{name}", alert.code, alert.name()))
            .help(help(alert.code))
    });
}

/// What to do about an alert.
const fn help(code: u8) -> &'static str {
    match code {
        42..=46 | 48 => {
            "renew the certificate, send its chain, or update the CA bundle of the side that refuses it"
        }
        112 => "connect by a name that the server has a certificate for",
        _ => "update the TLS library of the older side, or let the other one accept its versions and ciphers",
    }
}

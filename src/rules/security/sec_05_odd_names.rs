//! SEC-05 odd-names
//!
//! ## What it does
//! Reports names and redirections that may lead a peer astray. App and stream names must not have a `..` part in their
//! path, a backslash, a NUL or another control character, plain or percent-encoded. A server that asks its client to
//! reconnect by a URL without encryption, where the client came by one with it, is reported too; one that names a host
//! of another domain is an info.
//!
//! ## Why it matters
//! Many servers make paths of files from app and stream name: of recordings, playlists, logs. Without a check, other
//! files are written or read. A client that follows any reconnect request can be led away from encryption.
//!
//! ## Spec
//! RTMP Errata and Addenda, 10; Enhanced RTMP v2, Reconnect Request
//!
//! ## Tolerance
//! Queries may hold anything. Hosts are compared by the last two parts of their names, so that another domain below
//! the same public suffix is not always seen.
//!
//! ## How to fix
//! Write names of plain characters. Let the server refuse others, before it makes a path of them.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::{self, Field, authority, path, said};

pub(super) static RULE: Rule = Rule {
    code: "SEC-05",
    name: "odd-names",
    severity: Severity::Warning,
    spec: "RTMP Errata 10; E-RTMP v2, Reconnect Request",
    subject: "names in commands",
    help: "write names of plain characters, and let the server refuse others before it makes a path of them",
    guards: &[Guard::Clear],
    hears: &[Topic::Command],
    source: include_str!("sec_05_odd_names.rs"),
    new: || Box::new(OddNames { came_by: None }),
    ..Rule::BASE
};

struct OddNames {
    /// Scheme and host of the client's tcUrl.
    came_by: Option<(String, String)>,
}

/// Longer schemes and hosts are none.
const MOST_HOST: usize = 255;

impl Check for OddNames {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Some((command, fields)) = said(event) {
            for field in fields.clone().filter(|field| matches!(field.field, Field::App | Field::Name)) {
                cx.judged();
                name(&field, event, cx);
            }
            let url = fields.clone().find(|field| field.field == Field::TcUrl);
            let url = url.and_then(|url| scheme_and_host(url.text));
            if let (Some((scheme, host)), "connect") = (url, command) {
                self.came_by = Some((scheme.to_ascii_lowercase(), host.to_ascii_lowercase()));
            }
        } else if event.dir == Dir::ServerToClient {
            self.reconnect(event, cx);
        }
    }

    fn held_bytes(&self) -> usize {
        self.came_by.as_ref().map_or(0, |(scheme, host)| scheme.len() + host.len() + 32)
    }
}

fn name(said: &shared::Said<'_>, event: &Event<'_>, cx: &mut Cx<'_>) {
    let Some((case, what)) = oddity(path(said.text)) else { return };
    let of = u64::from(said.field == Field::Name);
    cx.find(Found::at(event).case(case).of(of), |words| {
        let shown = if said.field == Field::App { words.app(said.text) } else { words.name(said.text) };
        Said::new(format!("{} holds {what}", said.field.name()))
            .expected("a name of plain characters")
            .actual(shown)
    });
}

/// What is odd in a name, percent-encoding undone.
fn oddity(name: &str) -> Option<(&'static str, &'static str)> {
    let plain = decoded(name);
    if plain.iter().any(u8::is_ascii_control) {
        return Some(("control", "a control character"));
    }
    if plain.contains(&b'\\') {
        return Some(("backslash", "a backslash"));
    }
    let up = plain.split(|byte| matches!(byte, b'/' | b':')).any(|part| part == b"..");
    up.then_some(("dot-dot", "a .. part, which leads out of a folder"))
}

/// The bytes of a text with its percent-encoding undone.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let [first, behind @ ..] = rest {
        let (byte, behind) = match (first, behind) {
            (b'%', [high, low, behind @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, behind),
                _ => (b'%', rest.get(1..).unwrap_or_default()),
            },
            _ => (*first, behind),
        };
        bytes.push(byte);
        rest = behind;
    }
    bytes
}

impl OddNames {
    fn reconnect(&self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = event.kind else { return };
        if it.name != "nc.reconnect_request" {
            return;
        }
        let url = it.command.status().and_then(|status| status.get("tcUrl")).and_then(Value::as_str);
        let (Some((old_scheme, old_host)), Some(url)) = (&self.came_by, url) else { return };
        let Some((scheme, host)) = scheme_and_host(url) else { return };
        cx.judged();
        if is_secure(old_scheme) && !is_secure(scheme) {
            cx.find(Found::at(event).case("reconnect-clear"), |words| {
                Said::new("the server sends the client from an encrypted connection to one that is not")
                    .expected(words.text(old_scheme))
                    .actual(words.url(url))
                    .help("name a URL with the scheme rtmps in the reconnect request")
            });
        }
        if domain(&host.to_ascii_lowercase()) != domain(old_host) {
            cx.find(Found::at(event).case("reconnect-elsewhere").info(), |words| {
                Said::new("the server sends the client to a host of another domain")
                    .expected(words.text(old_host))
                    .actual(words.url(url))
                    .help("see that the client may trust the host it is sent to")
            });
        }
    }
}

fn scheme_and_host(url: &str) -> Option<(&str, &str)> {
    let (scheme, authority) = authority(url)?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(ip) => ip.split_once(']').map_or(ip, |(ip, _)| ip),
        None => host.split_once(':').map_or(host, |(host, _)| host),
    };
    (!host.is_empty() && host.len() <= MOST_HOST && scheme.len() <= MOST_HOST).then_some((scheme, host))
}

fn is_secure(scheme: &str) -> bool {
    ["rtmps", "rtmpts"].iter().any(|secure| scheme.eq_ignore_ascii_case(secure))
}

/// The last two parts of a host's name; all of an address.
fn domain(host: &str) -> &str {
    if host.parse::<std::net::IpAddr>().is_ok() {
        return host;
    }
    let host = host.trim_end_matches('.');
    match host.rmatch_indices('.').nth(1) {
        Some((at, _)) => host.get(at + 1..).unwrap_or(host),
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names() {
        let case = |name| oddity(name).map(|(case, _)| case);
        for name in ["../a", "a/..", "mp4:../a", "a/%2e%2E/b", "..", "%2e./a"] {
            assert_eq!(case(name), Some("dot-dot"), "{name}");
        }
        for name in ["a..b", "...", "a/...b", "a.b/c", "%", "%2", "100%", "a%zz", "caf\u{e9}"] {
            assert_eq!(case(name), None, "{name}");
        }
        assert_eq!(case("a%5Cb"), Some("backslash"));
        assert_eq!(case("a%00"), Some("control"));
        assert_eq!(case("a\nb"), Some("control"));
        assert_eq!(case("a%250A"), None, "encoded twice");
    }

    #[test]
    fn hosts_and_domains() {
        assert_eq!(scheme_and_host("rtmp://u:p@a.example.org:1935/x"), Some(("rtmp", "a.example.org")));
        assert_eq!(scheme_and_host("rtmp://[2001:db8::1]:1935/x"), Some(("rtmp", "2001:db8::1")));
        assert_eq!(scheme_and_host("live"), None);
        assert_eq!(domain("a.b.example.org"), "example.org");
        assert_eq!(domain("example.org."), "example.org");
        assert_eq!(domain("192.0.2.1"), "192.0.2.1");
        assert_eq!(domain("host"), "host");
    }
}

//! SEC-03 stream-name-in-clear
//!
//! ## What it does
//! Reports a publish command on a connection that is not encrypted. The name of the stream, which often is its key, can
//! be read by everyone on the path.
//!
//! ## Why it matters
//! Whoever knows the key can publish in its owner's place.
//!
//! ## Spec
//! RTMP Errata and Addenda, 10
//!
//! ## Tolerance
//! Where both addresses are private, local or of the same machine, the rule is silent unless the profile is strict.
//! It cannot tell a key from a name that is public.
//!
//! ## How to fix
//! Publish by rtmps, or let the server ask for more than the name.

use crate::base::endpoint::Endpoint;
use std::net::IpAddr;

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::said;

pub(super) static RULE: Rule = Rule {
    code: "SEC-03",
    name: "stream-name-in-clear",
    severity: Severity::Info,
    spec: "RTMP Errata 10",
    subject: "publish commands",
    help: "publish by rtmps, or let the server ask for more than the name",
    guards: &[Guard::Clear],
    hears: &[Topic::Command],
    source: include_str!("sec_03_stream_name_in_clear.rs"),
    new: || Box::new(StreamNameInClear { published: None }),
    ..Rule::BASE
};

struct StreamNameInClear {
    /// The first publish command, and the name in it.
    published: Option<Box<(Place, String)>>,
}

/// Bytes of a longer name are not kept; it is not shown then.
const MOST_NAME: usize = 512;

impl Check for StreamNameInClear {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(("publish", mut fields)) = said(event) else { return };
        let Some(name) = fields.next().map(|said| said.text).filter(|name| !name.is_empty()) else { return };
        cx.judged();
        if self.published.is_none() {
            let name = if name.len() <= MOST_NAME { name } else { "" };
            self.published = Some(Box::new((Place::of(event), name.to_owned())));
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let Some((place, name)) = self.published.take().map(|it| *it) else { return };
        if is_local(end.tcp.client()) && is_local(end.tcp.server()) && !cx.is_strict() {
            return;
        }
        cx.find(Found::in_place(place), |words| {
            Said::new("the name under which is published can be read on the path")
                .expected("an encrypted connection")
                .actual(words.name(&name))
        });
    }

    fn held_bytes(&self) -> usize {
        self.published.as_ref().map_or(0, |it| size_of::<Place>() + it.1.len() + 64)
    }
}

/// Whether an address is of the same machine or of a private network.
fn is_local(end: Endpoint) -> bool {
    match end.socket_addr().ip() {
        IpAddr::V4(ip) => {
            // Carriers number their customers from 100.64.0.0/10 (RFC 6598).
            let shared = matches!(ip.octets(), [100, 64..=127, ..]);
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || shared
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_addresses() {
        let local = |ip: &str| is_local(Endpoint::from(std::net::SocketAddr::new(ip.parse().unwrap(), 1)));
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "::1",
            "fd00::1",
            "fe80::1",
        ] {
            assert!(local(ip), "{ip}");
        }
        for ip in ["192.0.2.1", "172.32.0.1", "100.128.0.1", "2001:db8::1", "::ffff:8.8.8.8"] {
            assert!(!local(ip), "{ip}");
        }
    }
}

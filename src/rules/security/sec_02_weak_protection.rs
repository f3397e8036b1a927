//! SEC-02 weak-protection
//!
//! ## What it does
//! Reports weak protection: challenge logins in clear, RTMPE, and TLS before 1.2. The logins are those of Adobe and
//! Limelight (authmod=adobe, authmod=llnw), on a connection that is not encrypted.
//!
//! ## Why it matters
//! A challenge login is an MD5 of the password: who saw it can search for the password at leisure. With RTMPE, a client
//! cannot tell the server from someone in between, and its keys are in every implementation. Old versions of TLS are
//! known to be weak, and most programs refuse them by now.
//!
//! ## Spec
//! RTMP Errata and Addenda, 8.1.6 and 10; RFC 8996
//!
//! ## Tolerance
//! A login is reported with the connection that names the scheme, whether or not it got so far as to answer the
//! challenge. Users, challenges and answers are not shown.
//!
//! ## How to fix
//! Use rtmps with TLS 1.2 or later.

use crate::base::pos::{Dir, PerDir};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};
use crate::tunnel::tls::{Tls, Version};

use super::shared::{login, said};

pub(super) static RULE: Rule = Rule {
    code: "SEC-02",
    name: "weak-protection",
    severity: Severity::Warning,
    spec: "RTMP Errata 8.1.6, 10",
    subject: "logins and encryption",
    help: "use rtmps with TLS 1.2 or later",
    hears: &[Topic::Handshake, Topic::Command, Topic::End],
    source: include_str!("sec_02_weak_protection.rs"),
    new: || Box::new(WeakProtection::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct WeakProtection {
    /// Versions that announce encryption.
    encrypted: PerDir<bool>,
}

impl Check for WeakProtection {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Kind::Hello(hello) = event.kind {
            *self.encrypted.get_mut(event.dir) = matches!(hello.version, Some(6 | 8 | 9));
            if event.dir == Dir::ServerToClient && self.encrypted.c2s && self.encrypted.s2c {
                cx.find(Found::at(event).case("rtmpe"), |_| {
                    Said::new("the connection is encrypted as RTMPE, which does not tell who the server is")
                        .expected("TLS")
                        .actual(format!("version {}", hello.version.unwrap_or_default()))
                });
            }
        }
        if let Kind::SessionEnd { tls: Some(tls), .. } = event.kind {
            old_tls(tls, cx);
        }
        let Some(("connect", mut fields)) = said(event) else { return };
        cx.judged();
        if let Some(scheme) = fields.find_map(|field| login(field.text)) {
            cx.find(Found::at(event).case("login"), |_| {
                Said::new("the client logs in by an MD5 challenge over a connection that is not encrypted")
                    .expected("rtmps, or a token")
                    .actual(format!("authmod={scheme}"))
            });
        }
    }
}

fn old_tls(tls: &Tls, cx: &mut Cx<'_>) {
    let Some(hello) = tls.server else { return };
    cx.judged();
    if hello.version < Version::TLS_1_2 {
        let place = Place::packet(Dir::ServerToClient, hello.at);
        cx.find(Found::in_place(place).case("old-tls"), |_| {
            Said::new("the server chose a version of TLS that is given up")
                .expected("TLS 1.2 or later")
                .actual(hello.version.to_string())
                .help("let both sides speak TLS 1.2 or 1.3")
        });
    }
}

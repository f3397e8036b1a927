//! SEC-01 secret-in-clear
//!
//! ## What it does
//! Reports passwords and tokens in URLs and stream names on connections without encryption. In tcUrl, app and pageUrl
//! of a connect command, and in stream names, it looks for a user and password in front of the host, for a fragment in
//! tcUrl, and for a query with a key that says its value is secret (token, secret, signature and the like anywhere in
//! it; pass, pwd, sign, auth or key as its last word).
//!
//! ## Why it matters
//! Everyone on the path can read it, and publish or play in the sender's place. A user and password in tcUrl are not
//! meant for the server at all: it gets to know them in clear, and writes them to its logs.
//!
//! ## Spec
//! RTMP Errata and Addenda, 8.1.2 and 10
//!
//! ## Tolerance
//! What belongs to a challenge login (authmod=adobe or llnw) is left to SEC-02. Stream names without a query are left
//! to SEC-03. What is shown is masked; only the names of keys show.
//!
//! ## How to fix
//! Use rtmps, or tokens that are good for one stream and a short time only. Strip user, password and fragment from
//! tcUrl.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{self, Field, authority, is_secret, login, pairs};

pub(super) static RULE: Rule = Rule {
    code: "SEC-01",
    name: "secret-in-clear",
    severity: Severity::Warning,
    spec: "RTMP Errata 8.1.2, 10",
    subject: "URLs and names in commands",
    help: "use rtmps, or tokens that are good for one stream and a short time only",
    guards: &[Guard::Clear],
    hears: &[Topic::Command],
    source: include_str!("sec_01_secret_in_clear.rs"),
    new: || Box::new(SecretInClear),
    ..Rule::BASE
};

struct SecretInClear;

/// Keys that are named in a finding.
const MOST_KEYS: usize = 5;

impl Check for SecretInClear {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some((command, said)) = shared::said(event) else { return };
        cx.judged();
        let place = || Found::at(event).of(u64::from(command != "connect"));
        let with = |test: fn(&shared::Said<'_>) -> bool| -> Vec<&str> {
            said.clone().filter(test).map(|said| said.field.name()).collect()
        };
        let users = with(|said| authority(said.text).is_some_and(|(_, host)| host.contains('@')));
        if !users.is_empty() {
            cx.find(place().case("user-info"), |_| {
                Said::new(format!("a user or password stands in the URL that {command} names"))
                    .expected("a URL without them")
                    .actual(users.join(", "))
                    .help("strip user and password from the URL before it is sent; use rtmps")
            });
        }
        let fragments = with(|said| said.field == Field::TcUrl && said.text.contains('#'));
        if !fragments.is_empty() {
            cx.find(place().case("fragment"), |_| {
                Said::new("tcUrl has a fragment, which is not meant for the server")
                    .expected("a URL that ends in front of the #")
                    .help("strip the fragment from tcUrl")
            });
        }
        let secrets = with(|said| login(said.text).is_none() && secret_keys(said.text).next().is_some());
        if !secrets.is_empty() {
            cx.find(place().case("query"), |words| {
                let keys = said.clone().filter(|said| login(said.text).is_none());
                let mut keys: Vec<_> = keys.flat_map(|said| secret_keys(said.text)).collect();
                keys.sort_unstable();
                keys.dedup();
                let keys: Vec<_> = keys.into_iter().take(MOST_KEYS).map(|key| words.text(key)).collect();
                Said::new(format!("{command} carries a secret over a connection that is not encrypted"))
                    .expected("no secret in a query")
                    .actual(format!("{} in {}", keys.join(", "), secrets.join(", ")))
            });
        }
    }
}

/// The keys of secrets in a query.
fn secret_keys(text: &str) -> impl Iterator<Item = &str> {
    pairs(text).filter(|(key, value)| !value.is_empty() && is_secret(key)).map(|(key, _)| key)
}

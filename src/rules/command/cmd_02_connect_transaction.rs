//! CMD-02 connect-transaction
//!
//! ## What it does
//! The transaction id of `connect` has to be 1.
//!
//! ## Why it matters
//! Servers answer with transaction id 1 whatever was sent, and the client does not find the answer to its command.
//!
//! ## Spec
//! RTMP 1.0, 7.2.1.1
//!
//! ## Tolerance
//! None needed: all known clients send 1.
//!
//! ## How to fix
//! In the client: number the commands of a connection from 1, and send `connect` first.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "CMD-02",
    name: "connect-transaction",
    severity: Severity::Error,
    spec: "RTMP 7.2.1.1",
    subject: "connect commands",
    help: "number the commands of a connection from 1, and send connect first",
    guards: &[Guard::Clear],
    hears: &[Topic::Command],
    source: include_str!("cmd_02_connect_transaction.rs"),
    new: || Box::new(ConnectTransaction),
    ..Rule::BASE
};

struct ConnectTransaction;

impl Check for ConnectTransaction {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else { return };
        if it.name != "nc.connect" {
            return;
        }
        cx.judged();
        let id = it.command.transaction_id;
        if id != Some(1.0) {
            cx.find(Found::at(event), |_| {
                let actual = id.map_or_else(|| "no number".to_owned(), |id| id.to_string());
                Said::new("connect does not have transaction id 1").expected("1").actual(actual)
            });
        }
    }
}

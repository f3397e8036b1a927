//! CMD-01 connect-first
//!
//! ## What it does
//! The first command of a client has to be `connect`, and it is sent once. A second one after the server accepted the
//! first is an error too.
//!
//! ## Why it matters
//! Everything else belongs to the application that `connect` names. Servers drop clients that begin otherwise, and a
//! second `connect` makes them forget the streams of the first, or hang up.
//!
//! ## Spec
//! RTMP 1.0, 7.2.1 and 7.2.1.1
//!
//! ## Tolerance
//! Control messages may come before it: OBS sends its chunk size, gortmplib its windows too. After a refusal a client
//! may ask again.
//!
//! ## How to fix
//! Send `connect` first, wait for its result, and open a new connection to connect again.

use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::{is_unread_command, short};

pub(super) static RULE: Rule = Rule {
    code: "CMD-01",
    name: "connect-first",
    severity: Severity::Error,
    spec: "RTMP 7.2.1.1",
    subject: "commands of the client",
    help: "send connect first, wait for its result, and open a new connection to connect again",
    guards: &[Guard::Clear, Guard::Syn, Guard::NoGap],
    hears: &[Topic::Command, Topic::Other],
    source: include_str!("cmd_01_connect_first.rs"),
    new: || Box::new(ConnectFirst { begun: false }),
    ..Rule::BASE
};

struct ConnectFirst {
    /// A command came.
    begun: bool,
}

impl Check for ConnectFirst {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if event.dir != Dir::ClientToServer {
            return;
        }
        let Kind::Command(it) = &event.kind else {
            self.begun |= is_unread_command(event);
            return;
        };
        cx.judged();
        let first = !std::mem::replace(&mut self.begun, true);
        let name = it.command.name.as_str();
        let before = cx.seen.connect.is_some_and(|connect| connect.start < event.span.start);
        if first && !before && name != "connect" {
            cx.find(Found::at(event).case("first"), |words| {
                Said::new("the first command of the client is not connect")
                    .expected("connect")
                    .actual(short(&words.word(name)))
            });
        } else if before && name == "connect" && cx.seen.connected.is_some() {
            cx.find(Found::at(event).case("again"), |_| {
                Said::new("the client sends connect again, though it is connected")
                    .expected("one connect for each connection")
                    .help("open a new connection to connect again")
            });
        }
    }
}

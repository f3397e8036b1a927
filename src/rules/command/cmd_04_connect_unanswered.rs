//! CMD-04 connect-unanswered
//!
//! ## What it does
//! A `connect` has to be answered within 10 seconds, by `_result`, `_error` or a status that refuses it. A server that
//! says nothing, or hangs up instead, is an error; a late answer is a warning.
//!
//! ## Why it matters
//! The client learns no reason, and most try again for ever. The usual reason is an application that the server does
//! not have: nginx-rtmp then closes the connection without a word.
//!
//! ## Spec
//! RTMP 1.0, 7.2.1.1
//!
//! ## Tolerance
//! A status that rejects the client is an answer, as SRS gives it. A client that hangs up itself within a second did
//! not wait. A server whose host has fallen silent altogether is left to NET-03.
//!
//! ## How to fix
//! Check the application, the first part of the URL's path, against the server's configuration, then its log; and
//! that the port is that of an RTMP server. In a server: send `_error` with a code and a description before closing.

use crate::base::pos::{Dir, PacketRef};
use crate::base::text::clip;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::{NAME_BYTES, PATIENCE, is_unread_command, span_of, unanswered};

pub(super) static RULE: Rule = Rule {
    code: "CMD-04",
    name: "connect-unanswered",
    severity: Severity::Error,
    spec: "RTMP 7.2.1.1",
    subject: "connect commands",
    help: "check the application, the first part of the URL's path, against the server's configuration, \
           then the server's log; servers should send _error with a code before they close",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither, Guard::Tail],
    thresholds: &[
        Threshold { name: "timeout_s", default: 10.0, about: "time that the answer may take, in seconds" },
        PATIENCE,
    ],
    hears: &[Topic::Command, Topic::Other],
    source: include_str!("cmd_04_connect_unanswered.rs"),
    new: || Box::new(ConnectUnanswered { waiting: None }),
    ..Rule::BASE
};

struct ConnectUnanswered {
    waiting: Option<Waiting>,
}

struct Waiting {
    at: PacketRef,
    place: Box<Place>,
    app: String,
}

impl Check for ConnectUnanswered {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else {
            if event.dir == Dir::ServerToClient && is_unread_command(event) && self.waiting.take().is_some() {
                cx.doubt(Doubt::TooLittle);
            }
            return;
        };
        if event.dir == Dir::ClientToServer {
            if it.name == "nc.connect" && self.waiting.is_none() && cx.seen.connected.is_none() {
                let app = it.command.object.as_ref().and_then(|object| object.get("app"));
                let app =
                    clip(app.and_then(crate::amf::Value::as_str).unwrap_or_default(), NAME_BYTES).to_owned();
                self.waiting = Some(Waiting { at: event.at, place: Box::new(Place::of(event)), app });
            }
            return;
        }
        let answers = match it.command.name.as_str() {
            "_result" | "_error" => it.answers.is_none_or(|call| call.name == "connect"),
            "onStatus" => it.command.code().is_none_or(|code| code.starts_with("NetConnection.")),
            _ => false,
        };
        if let Some(waiting) = self.waiting.take_if(|_| answers) {
            cx.judged();
            let took = event.at.ts.since(waiting.at.ts);
            let most = cx.threshold_ns("timeout_s");
            if took > most {
                cx.find(Found::at(event).case("late").warning(), |_| {
                    Said::new("the server took long to answer connect")
                        .expected(format!("an answer within {}", span_of(most)))
                        .actual(span_of(took))
                        .help("look for what the server waits for: name resolution, a callback, a login")
                });
            }
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let Some(waiting) = self.waiting.take() else { return };
        let most = cx.threshold_ns("timeout_s");
        let Some(unanswered) = unanswered(waiting.at, most, end, cx) else { return };
        cx.find(Found::in_place(*waiting.place).case(unanswered.case), |words| {
            let app = if waiting.app.is_empty() {
                String::new()
            } else {
                format!(" to application \"{}\"", words.app(&waiting.app))
            };
            let closed = unanswered.case == "closed";
            let what = if closed { "closed the connection instead of answering" } else { "did not answer" };
            let help = if closed {
                "this is how nginx-rtmp refuses an application it does not have: check the first part of \
                 the URL's path against the server's configuration, then the server's log; servers should \
                 send _error with a code before they close"
            } else {
                "check that the port is that of an RTMP server, and the server's log; a callback or a \
                 login service that hangs looks like this"
            };
            Said::new(format!("the server {what} connect{app}"))
                .expected(format!("_result or _error within {}", span_of(most)))
                .actual(unanswered.how)
                .help(help)
        });
    }

    fn held_bytes(&self) -> usize {
        NAME_BYTES
    }
}

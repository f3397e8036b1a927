//! CMD-05 connect-answer
//!
//! ## What it does
//! Reports an answer to `connect` that lacks its code, or chooses AMF3 unasked. A `_result` has to carry an object with
//! the code `NetConnection.Connect.Success`, an `_error` one with any code; and the answer must not choose AMF3
//! (`objectEncoding` 3) when the client did not offer it.
//!
//! ## Why it matters
//! Clients look at the code, not only at the name of the answer: without it they hang up, or do not know why they
//! were refused. One that never offered AMF3 cannot read it.
//!
//! ## Spec
//! RTMP 1.0, 7.2.1.1; RTMP Errata and Addenda, 8.1.1
//!
//! ## Tolerance
//! The fields may be in either of the two objects of the answer. A `_result` without any code is a warning only,
//! since some clients go by the name of the answer.
//!
//! ## How to fix
//! In a server: answer with `_result`, the transaction id, an object about the server, and one with `level`, `code` and
//! `description`; give the `objectEncoding` of the client back.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind};

use super::shared::short;

const SUCCESS: &str = "NetConnection.Connect.Success";

pub(super) static RULE: Rule = Rule {
    code: "CMD-05",
    name: "connect-answer",
    severity: Severity::Error,
    spec: "RTMP 7.2.1.1; RTMP Errata 8.1.1",
    subject: "answers to connect",
    help: "answer with an object that has level, code and description, and give the objectEncoding of the \
           client back",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Command],
    source: include_str!("cmd_05_connect_answer.rs"),
    new: || Box::new(ConnectAnswer { offered: None }),
    ..Rule::BASE
};

struct ConnectAnswer {
    /// The encoding that the client offered; 0 where it named none.
    offered: Option<f64>,
}

impl Check for ConnectAnswer {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else { return };
        match (it.name, event.dir) {
            ("nc.connect", Dir::ClientToServer) => self.offered = Some(encoding(it).unwrap_or_default()),
            ("nc.connect_result" | "nc.connect_error", Dir::ServerToClient) => self.answer(event, it, cx),
            _ => {}
        }
    }
}

impl ConnectAnswer {
    fn answer(&self, event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
        if it.command.error.is_some() {
            return cx.doubt(Doubt::TooLittle);
        }
        cx.judged();
        let refused = it.name == "nc.connect_error";
        match it.command.code() {
            Some(code) if !refused && code != SUCCESS => {
                cx.find(Found::at(event).case("code"), |words| {
                    Said::new("the server answers connect with _result, but not with the code of success")
                        .expected(SUCCESS)
                        .actual(short(&words.word(code)))
                        .help("send _error to refuse a client, and this code to accept it")
                });
            }
            None if refused => {
                cx.find(Found::at(event).case("error-code"), |_| {
                    Said::new("the server refuses connect without a code that says why")
                        .expected("an object with level, code and description")
                });
            }
            None => {
                cx.find(Found::at(event).case("no-info").warning(), |_| {
                    Said::new("the answer to connect has no object with a code").expected(SUCCESS)
                });
            }
            Some(_) => {}
        }
        if let Some(offered) = self.offered.filter(|offered| !is_amf3(*offered))
            && encoding(it).is_some_and(is_amf3)
        {
            cx.find(Found::at(event).case("encoding"), |_| {
                Said::new("the server chooses AMF3, which the client did not offer")
                    .expected("objectEncoding 0, or none")
                    .actual(format!("objectEncoding 3; the client offered {offered}"))
                    .help("give the objectEncoding of the client back, or 0")
            });
        }
    }
}

/// Whether an encoding is AMF3.
fn is_amf3(encoding: f64) -> bool {
    encoding.to_bits() == 3_f64.to_bits()
}

/// The encoding that one of the objects of a command names.
fn encoding(it: &CommandEvent<'_>) -> Option<f64> {
    let objects = it.command.object.iter().chain(&it.command.arguments);
    objects.filter_map(|object| object.get("objectEncoding")).find_map(Value::as_f64)
}

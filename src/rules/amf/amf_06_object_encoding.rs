//! AMF-06 object-encoding
//!
//! ## What it does
//! Reports AMF3 that the two sides did not agree on. Messages of types 15 and 17, and values of AMF3 in any message,
//! may be sent once the client asked with an objectEncoding of 3 in connect and the server granted it with the same in
//! its answer. Without that they are an error. A connect that is of AMF3 itself is a warning; where the client asked
//! and the answer says nothing, an info.
//!
//! ## Why it matters
//! A peer that knows only AMF0 does not understand the command, or takes the byte in front of it for a number.
//!
//! ## Spec
//! RTMP Errata and Addenda, 8.1.1; RTMP 1.0, 7.2.1.1
//!
//! ## Tolerance
//! What the client sends before the answer has come is judged only if it did not ask. The switch to AMF3 inside of an
//! AMF0 message (0x11) is AMF3, too.
//!
//! ## How to fix
//! Use AMF0 (objectEncoding 0, types 18 and 20), which everybody understands; or ask for 3 and look at the answer.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::rtmp::message::kind::MessageType;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "AMF-06",
    name: "object-encoding",
    severity: Severity::Error,
    spec: "Errata 8.1.1; RTMP 7.2.1.1",
    subject: "commands and data messages after connect",
    help: "use AMF0 (objectEncoding 0, types 18 and 20), which everybody understands; or ask for 3 and look at the answer",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Command, Topic::Data, Topic::Other],
    source: include_str!("amf_06_object_encoding.rs"),
    new: || Box::new(ObjectEncoding::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct ObjectEncoding {
    /// What connect asked for, once it came.
    asked: Option<Stated>,
    /// What its answer says.
    granted: Option<Stated>,
}

/// What a side says of its encoding.
#[derive(Copy, Clone, PartialEq)]
enum Stated {
    Nothing,
    Number(f64),
}

const AMF3: Stated = Stated::Number(3.0);

impl Check for ObjectEncoding {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let amf3 = match &event.kind {
            Kind::Command(it) => {
                if self.learn(it, event, cx) {
                    return;
                }
                it.command.amf3
            }
            Kind::Data(it) => it.amf3,
            Kind::Other => event.message.is_some_and(|header| header.complete && is_amf3(header.kind)),
            _ => return,
        };
        let Some(asked) = self.asked else { return };
        cx.judged();
        if amf3 {
            self.report(asked, event, cx);
        }
    }
}

const fn is_amf3(kind: MessageType) -> bool {
    matches!(kind, MessageType::DATA_AMF3 | MessageType::COMMAND_AMF3)
}

impl ObjectEncoding {
    /// Learns from connect and its answer; whether it is connect.
    fn learn(&mut self, it: &CommandEvent<'_>, event: &Event<'_>, cx: &mut Cx<'_>) -> bool {
        let mut values = it.command.object.iter().chain(&it.command.arguments);
        let mut stated = || {
            let value = values.find_map(|value| value.get("objectEncoding")).and_then(Value::as_f64);
            Some(value.map_or(Stated::Nothing, Stated::Number))
        };
        match it.name {
            "nc.connect" => {
                (self.asked, self.granted) = (stated(), None);
                if it.command.amf3 {
                    cx.find(Found::at(event).case("connect").warning(), |_| {
                        Said::new("connect itself is written in AMF3, which nobody has agreed on yet")
                            .help("send connect as type 20 with values of AMF0; ask for AMF3 in it")
                    });
                }
                true
            }
            "nc.connect_result" => {
                self.granted = stated();
                false
            }
            _ => false,
        }
    }

    fn report(&self, asked: Stated, event: &Event<'_>, cx: &mut Cx<'_>) {
        let case = match (asked, self.granted) {
            (AMF3, Some(AMF3)) => return,
            // The answer may be on its way.
            (AMF3, None) if event.dir == Dir::ClientToServer => return,
            (AMF3, Some(Stated::Nothing)) => "unanswered",
            _ => "not-agreed",
        };
        let found = Found::at(event).case(case);
        let found = if case == "unanswered" { found.info() } else { found };
        let granted = self.granted;
        cx.find(found, |_| {
            let side = if event.dir == Dir::ClientToServer { "the client" } else { "the server" };
            let said = if case == "unanswered" {
                Said::new(format!(
                    "{side} uses AMF3, which connect asked for and the answer does not mention"
                ))
            } else {
                Said::new(format!("{side} uses AMF3, which was not agreed on"))
            };
            let granted = granted.map_or_else(|| "not answered yet".to_owned(), Stated::text);
            said.expected("objectEncoding 3 in connect and in its answer")
                .actual(format!("asked: {}, answered: {granted}", asked.text()))
        });
    }
}

impl Stated {
    fn text(self) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

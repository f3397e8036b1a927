//! CMD-07 status-form
//!
//! ## What it does
//! Reports an `onStatus` of the server without `code` or `level`, or with a level that does not fit. It has to end with
//! an object that has both as texts, the level being `status`, `warning` or `error`. A level that contradicts the code
//! is a warning: success as `error`, failure as `status`. A transaction id other than 0, or a third value other than
//! null, is an info.
//!
//! ## Why it matters
//! Clients tell by these two whether they may go on. Without a code they wait, and a refusal that says `status` is
//! taken for leave to publish by clients that look at the level.
//!
//! ## Spec
//! RTMP 1.0, 7.2.2
//!
//! ## Tolerance
//! `description` is optional, other fields are free. gortmplib repeats the transaction id of the command. Codes that
//! are not known go with any level.
//!
//! ## How to fix
//! Send `onStatus`, 0, null, and an object with `level`, `code` and `description` whose level fits the code.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind};

use super::codes::{Meaning, meaning};
use super::shared::short;

pub(super) static RULE: Rule = Rule {
    code: "CMD-07",
    name: "status-form",
    severity: Severity::Error,
    spec: "RTMP 7.2.2",
    subject: "onStatus commands",
    help: "send onStatus, 0, null, and an object with level, code and description whose level fits the code",
    guards: &[Guard::Clear],
    hears: &[Topic::Command],
    source: include_str!("cmd_07_status_form.rs"),
    new: || Box::new(StatusForm),
    ..Rule::BASE
};

struct StatusForm;

impl Check for StatusForm {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else { return };
        if it.command.name != "onStatus" || event.dir != Dir::ServerToClient {
            return;
        }
        if it.command.error.is_some() {
            return cx.doubt(Doubt::TooLittle);
        }
        cx.judged();
        place_of_values(event, it, cx);
        let last = it.command.arguments.last().or(it.command.object.as_ref());
        let Some(info) = last.filter(|value| value.fields().is_some()) else {
            return cx.find(Found::at(event).case("no-object"), |_| {
                Said::new("onStatus does not end with an object").expected("an object with level and code")
            });
        };
        let text = |key: &str| info.get(key).and_then(Value::as_str);
        let (code, level) = (text("code"), text("level"));
        if code.is_none() {
            cx.find(Found::at(event).case("no-code"), |_| {
                Said::new("the object of onStatus has no code")
                    .expected("a text such as NetStream.Publish.Start")
            });
        }
        match (level, code) {
            (None, _) => cx.find(Found::at(event).case("no-level"), |words| {
                Said::new("the object of onStatus has no level")
                    .expected("status, warning or error")
                    .actual(format!("code {}", short(&words.word(code.unwrap_or_default()))))
            }),
            (Some(level @ ("status" | "warning" | "error")), Some(code)) => agree(event, level, code, cx),
            (Some("status" | "warning" | "error"), None) => {}
            (Some(level), _) => cx.find(Found::at(event).case("level").warning(), |words| {
                Said::new("onStatus has an unknown level")
                    .expected("status, warning or error")
                    .actual(short(&words.word(level)))
            }),
        }
    }
}

/// The values in front of the object.
fn place_of_values(event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
    if let Some(id) = it.command.transaction_id.filter(|id| *id != 0.0) {
        cx.find(Found::at(event).case("transaction").info(), |_| {
            Said::new("onStatus has a transaction id, though nothing answers it")
                .expected("0")
                .actual(id.to_string())
        });
    }
    let null = matches!(it.command.object, None | Some(Value::Null | Value::Undefined));
    if !null {
        cx.find(Found::at(event).case("object").info(), |_| {
            Said::new("the value after the transaction id of onStatus is not null").expected("null")
        });
    }
}

fn agree(event: &Event<'_>, level: &str, code: &str, cx: &mut Cx<'_>) {
    // The form of a reconnect request is a matter of Enhanced RTMP.
    if code == "NetConnection.Connect.ReconnectRequest" {
        return;
    }
    let wanted = match (meaning(code), level) {
        (Meaning::Good, "error") => "status",
        (Meaning::Failure, "status") => "error",
        _ => return,
    };
    cx.find(Found::at(event).case("disagree").warning(), |words| {
        Said::new("the level of onStatus contradicts its code")
            .expected(format!("{wanted} with {}", words.word(code)))
            .actual(level)
    });
}

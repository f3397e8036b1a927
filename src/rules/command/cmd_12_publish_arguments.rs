//! CMD-12 publish-arguments
//!
//! ## What it does
//! `publish` has to name the stream, and its type: `live`, `record` or `append`. An empty name is an error. Another
//! spelling of a type is a warning; a type that is missing is an info.
//!
//! ## Why it matters
//! Servers refuse a stream without a name, or publish it where nobody looks for it. An unknown type makes some refuse
//! the stream; others take it for `live`.
//!
//! ## Spec
//! RTMP 1.0, 7.2.2.6
//!
//! ## Tolerance
//! Without a type `live` is meant. `appendWithGap` is one of Adobe's servers. `publish(false)`, which ends the
//! stream, has neither. A name that begins with its query is one, as some services give such keys.
//!
//! ## How to fix
//! Give the encoder a stream name (the stream key field must not be empty), and `live` as type.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::short;

pub(super) static RULE: Rule = Rule {
    code: "CMD-12",
    name: "publish-arguments",
    severity: Severity::Error,
    spec: "RTMP 7.2.2.6",
    subject: "publish commands",
    help: "give the encoder a stream name, and live as type",
    guards: &[Guard::Clear],
    hears: &[Topic::Command],
    source: include_str!("cmd_12_publish_arguments.rs"),
    new: || Box::new(PublishArguments),
    ..Rule::BASE
};

/// The types of a publish.
const TYPES: [&str; 4] = ["live", "record", "append", "appendWithGap"];
const TYPES_TEXT: &str = "live, record or append";

struct PublishArguments;

impl Check for PublishArguments {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else { return };
        if it.name != "ns.publish" || event.dir != Dir::ClientToServer {
            return;
        }
        if it.command.error.is_some() {
            return cx.doubt(Doubt::TooLittle);
        }
        let [name, kind] = [0, 1].map(|index| it.command.arguments.get(index));
        if matches!(name, Some(Value::Boolean(false))) {
            return;
        }
        cx.judged();
        match name.and_then(Value::as_str) {
            Some("") => cx.find(Found::at(event).case("empty-name"), |_| {
                Said::new("publish has an empty stream name")
                    .expected("the name of the stream")
                    .help("fill in the stream key: the part of the address after the application")
            }),
            Some(_) => {}
            None => cx.find(Found::at(event).case("no-name"), |_| {
                let actual = if name.is_some() { "another value" } else { "nothing" };
                Said::new("publish has no stream name").expected("a text").actual(actual)
            }),
        }
        match kind {
            None | Some(Value::Null | Value::Undefined) => no_type(event, cx),
            Some(Value::String(kind)) if kind.is_empty() => no_type(event, cx),
            Some(Value::String(kind)) if TYPES.contains(&kind.as_str()) => {}
            Some(Value::String(kind)) if TYPES.iter().any(|known| known.eq_ignore_ascii_case(kind)) => {
                cx.find(Found::at(event).case("type-case").warning(), |words| {
                    Said::new("the type of publish is in other letters")
                        .expected(kind.to_ascii_lowercase())
                        .actual(words.word(kind))
                        .help("write the type in lower case")
                });
            }
            Some(kind) => cx.find(Found::at(event).case("type"), |words| {
                let actual =
                    kind.as_str().map_or_else(|| "another value".to_owned(), |kind| short(&words.text(kind)));
                Said::new("publish has an unknown type")
                    .expected(TYPES_TEXT)
                    .actual(actual)
                    .help("publish with the type live")
            }),
        }
    }
}

fn no_type(event: &Event<'_>, cx: &mut Cx<'_>) {
    cx.find(Found::at(event).case("no-type").info(), |_| {
        Said::new("publish has no type, which means live")
            .expected(TYPES_TEXT)
            .help("publish with the type live")
    });
}

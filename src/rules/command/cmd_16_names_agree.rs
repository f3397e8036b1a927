//! CMD-16 names-agree
//!
//! ## What it does
//! Compares the names and ids of the commands that begin and end a stream. The names of `releaseStream`, `FCPublish`
//! and `FCUnpublish` should be that of `publish`, and the id in `deleteStream` one that `createStream` gave. A
//! `deleteStream` without a number is an info.
//!
//! ## Why it matters
//! Content delivery networks prepare the name that `FCPublish` gives, and refuse or lose a stream that comes under
//! another one. A stream that is deleted by a wrong id goes on, and its name stays in use.
//!
//! ## Spec
//! No specification has the FC commands; practice of Flash Media Live Encoder. RTMP 1.0, 7.2.2.3
//!
//! ## Tolerance
//! Names are compared without a query, and without a format in front (`mp4:`, `flv:`). `GStreamer` gives the name of
//! the stream to `deleteStream`.
//!
//! ## How to fix
//! Use one name for all commands of a stream, and give `deleteStream` the number that `createStream` gave.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::base::text::clip;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::per::push;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind};

use super::shared::{NAME_BYTES, bare_name};

pub(super) static RULE: Rule = Rule {
    code: "CMD-16",
    name: "names-agree",
    severity: Severity::Warning,
    spec: "practice; RTMP 7.2.2.3",
    subject: "releaseStream, FCPublish, FCUnpublish or deleteStream commands",
    help: "use one name for all commands of a stream, and give deleteStream the number that createStream \
           gave",
    guards: &[Guard::Clear, Guard::NoGapEither],
    hears: &[Topic::Command],
    source: include_str!("cmd_16_names_agree.rs"),
    new: || Box::new(NamesAgree::default()),
    ..Rule::BASE
};

/// Names remembered of each kind.
const MOST: usize = 16;

#[derive(Default)]
struct NamesAgree {
    released: Names,
    announced: Names,
    published: Names,
}

/// Names as they were sent; of very long ones the beginning.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn add(&mut self, name: &str) {
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        push(&mut self.0, clip(name, NAME_BYTES).to_owned());
    }

    fn has(&self, name: &str) -> bool {
        let name = clip(name, NAME_BYTES);
        self.0.iter().any(|known| bare_name(known) == bare_name(name))
    }

    /// The newest, where there are any and none of them is this.
    fn other_than(&self, name: &str) -> Option<&str> {
        self.0.last().filter(|_| !self.has(name)).map(String::as_str)
    }

    /// A stream of this name came: only the others are waited for, and none if it is a new one.
    fn came(&mut self, name: &str) {
        let known = self.has(name);
        self.0.retain(|other| known && bare_name(other) != bare_name(name));
    }
}

impl Check for NamesAgree {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else { return };
        if event.dir != Dir::ClientToServer {
            return;
        }
        let name = it.command.text(0).filter(|name| !name.is_empty());
        match (it.command.name.as_str(), name) {
            ("releaseStream", Some(name)) => self.released.add(name),
            ("FCPublish", Some(name)) => self.announced.add(name),
            ("publish", Some(name)) => {
                let before = [
                    ("release", "releaseStream", &self.released),
                    ("fc-publish", "FCPublish", &self.announced),
                ];
                for (case, verb, names) in before {
                    if names.0.is_empty() {
                        continue;
                    }
                    cx.judged();
                    if let Some(other) = names.other_than(name) {
                        differs(event, case, (verb, other), ("publish", name), cx);
                    }
                }
                self.released.came(name);
                self.announced.came(name);
                self.published.add(name);
            }
            ("FCUnpublish", Some(name)) if !self.published.0.is_empty() => {
                cx.judged();
                if let Some(other) = self.published.other_than(name) {
                    differs(event, "fc-unpublish", ("publish", other), ("FCUnpublish", name), cx);
                }
            }
            ("deleteStream", _) => delete(event, it, cx),
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        let names = [&self.released, &self.announced, &self.published];
        names.iter().map(|names| names.0.capacity() * (size_of::<String>() + NAME_BYTES)).sum()
    }
}

fn differs(
    event: &Event<'_>,
    case: &'static str,
    (before, expected): (&str, &str),
    (verb, name): (&str, &str),
    cx: &mut Cx<'_>,
) {
    cx.find(Found::at(event).case(case), |words| {
        Said::new(format!("{verb} has another stream name than {before}"))
            .expected(format!("{} as in {before}", words.name(expected)))
            .actual(words.name(name))
            .help("use one name for all of them; look for a key that was changed in one place only")
    });
}

/// Judges the id in a `deleteStream`.
fn delete(event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
    if cx.seen.granted().next().is_none() {
        return cx.doubt(Doubt::TooLittle);
    }
    cx.judged();
    match it.command.arguments.first() {
        Some(Value::Number(_)) => {
            let id = it.command.arguments.first().and_then(Value::as_u32);
            if !id.is_some_and(|id| cx.seen.has_granted(id)) {
                let actual = it.command.number(0).unwrap_or_default().to_string();
                cx.find(Found::at(event).case("delete-id"), |_| {
                    Said::new("deleteStream has the id of no stream")
                        .expected("an id that createStream gave")
                        .actual(actual)
                        .help("give deleteStream the number that createStream gave")
                });
            }
        }
        other => cx.find(Found::at(event).case("delete-no-number").info(), |_| {
            let actual = match other {
                Some(Value::String(_)) => "a text",
                Some(_) => "another value",
                None => "nothing",
            };
            Said::new("deleteStream does not name its stream by a number")
                .expected("the id that createStream gave")
                .actual(actual)
                .help("give deleteStream the number that createStream gave")
        }),
    }
}

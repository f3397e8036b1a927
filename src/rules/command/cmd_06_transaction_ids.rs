//! CMD-06 transaction-ids
//!
//! ## What it does
//! Each `_result` and `_error` has to carry the transaction id of a command that is not answered yet. A client must
//! not give two commands in flight the same id when one of them needs its answer, and `createStream` needs an id
//! other than 0.
//!
//! ## Why it matters
//! The id is all that tells which command an answer is for. A client that takes the answer to one command for that to
//! another goes on with a stream that does not exist, or waits for ever.
//!
//! ## Spec
//! RTMP 1.0, 7.1.1, 7.2.1.2 and 7.2.1.3
//!
//! ## Tolerance
//! Commands and answers with transaction id 0 stay out of it: `GStreamer` sends `releaseStream`, `publish` and others
//! so. Answers to commands that need none (`FCPublish` and the like) may come late or never, and their ids may be
//! used again among them.
//!
//! ## How to fix
//! Count up one number for all commands of a connection, and answer each with its own.

use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::per::push;
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind};

use super::shared::{is_answered_by_status, is_optional, number_of, short};

pub(super) static RULE: Rule = Rule {
    code: "CMD-06",
    name: "transaction-ids",
    severity: Severity::Warning,
    spec: "RTMP 7.1.1, 7.2.1.2, 7.2.1.3",
    subject: "commands with a transaction id",
    help: "count up one number for all commands of a connection, and answer each with its own",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Command],
    source: include_str!("cmd_06_transaction_ids.rs"),
    new: || Box::new(TransactionIds::default()),
    ..Rule::BASE
};

/// Commands remembered, and answers without one.
const MOST: usize = 64;

#[derive(Default)]
struct TransactionIds {
    open: Vec<Open>,
    /// Some commands were forgotten: an answer may be theirs.
    forgot: bool,
    /// Answers to nothing that was seen so far; the command may stand behind them in the capture.
    odd: Vec<Odd>,
}

/// A command that is not answered.
struct Open {
    dir: Dir,
    id: f64,
    needs: bool,
}

/// An answer to nothing.
struct Odd {
    dir: Dir,
    id: f64,
    place: Place,
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits()
}

impl Check for TransactionIds {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else { return };
        match it.command.name.as_str() {
            "_result" | "_error" => self.answer(event, it, cx),
            "onStatus" => {}
            name => self.request(event, name, it.command.transaction_id, cx),
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        if self.forgot && !self.odd.is_empty() {
            return cx.doubt(Doubt::TooLittle);
        }
        for odd in self.odd.drain(..) {
            report_odd(odd.place, Some(odd.id), cx);
        }
    }

    fn held_bytes(&self) -> usize {
        self.open.capacity() * size_of::<Open>() + self.odd.capacity() * size_of::<Odd>()
    }
}

impl TransactionIds {
    fn answer(&mut self, event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
        cx.judged();
        let Some(id) = it.command.transaction_id else {
            return report_odd(Place::of(event), None, cx);
        };
        let call = self.open.iter().rposition(|open| open.dir != event.dir && same(open.id, id));
        if let Some(call) = call {
            self.open.remove(call);
        }
        if it.answers.is_none() && call.is_none() && id != 0.0 && self.odd.len() < MOST {
            self.odd.push(Odd { dir: event.dir, id, place: Place::of(event) });
        }
    }

    fn request(&mut self, event: &Event<'_>, name: &str, id: Option<f64>, cx: &mut Cx<'_>) {
        let from_client = event.dir == Dir::ClientToServer;
        let Some(id) = id.filter(|id| *id != 0.0) else {
            if name == "createStream" && from_client {
                cx.find(Found::at(event).case("create-stream").error(), |_| {
                    Said::new(
                        "createStream asks for an answer, but has no transaction id that it could come with",
                    )
                    .expected("a number other than 0")
                    .actual(number_of(id))
                });
            }
            return;
        };
        cx.judged();
        if let Some(late) = self.odd.iter().position(|odd| odd.dir != event.dir && same(odd.id, id)) {
            self.odd.remove(late);
            return;
        }
        let needs = from_client && !is_optional(name) && !is_answered_by_status(name);
        let twice = |open: &&Open| open.dir == event.dir && same(open.id, id) && (needs || open.needs);
        if from_client && self.open.iter().any(|open| twice(&open)) {
            cx.find(Found::at(event).case("reuse"), |words| {
                Said::new("a command has the transaction id of another that is not answered yet")
                    .expected("a number of its own")
                    .actual(format!("{id} for {}", short(&words.word(name))))
            });
        }
        if self.open.len() == MOST {
            self.open.remove(0);
            self.forgot = true;
        }
        push(&mut self.open, Open { dir: event.dir, id, needs });
    }
}

fn report_odd(place: Place, id: Option<f64>, cx: &mut Cx<'_>) {
    cx.find(Found::in_place(place).case("unmatched"), |_| {
        Said::new("an answer belongs to no command that waits for one")
            .expected("the transaction id of a command that is not answered yet")
            .actual(number_of(id))
            .help("answer each command once, with the transaction id that it came with")
    });
}

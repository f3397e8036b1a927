//! CMD-09 create-stream-answer
//!
//! ## What it does
//! The server has to answer `createStream` within 10 seconds, with the id of the new stream. The id is a whole number
//! from 1 on; one beyond 16777215 is a warning.
//!
//! ## Why it matters
//! Everything about the stream is sent with this id. Without it the client waits for ever; 0 is the connection
//! itself; and what does not fit into three bytes cannot be named inside aggregates and FLV tags.
//!
//! ## Spec
//! RTMP 1.0, 7.2.1.3; RTMP Errata and Addenda, 4.2
//!
//! ## Tolerance
//! It does not matter whether ids count up or begin at 1 each time: both are common. An `_error` is an answer. Nothing
//! is reported as long as `connect` itself is not answered, nor of a client that hangs up within a second.
//!
//! ## How to fix
//! Answer `createStream` with `_result`, its transaction id, null, and a number of 1 or more that is not in use.

use crate::base::pos::{Dir, PacketRef};
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::per::push;
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind};

use super::shared::{PATIENCE, is_unread_command, number_of, span_of, unanswered};

pub(super) static RULE: Rule = Rule {
    code: "CMD-09",
    name: "create-stream-answer",
    severity: Severity::Error,
    spec: "RTMP 7.2.1.3; RTMP Errata 4.2",
    subject: "createStream commands",
    help: "answer createStream with _result, its transaction id, null, and a number of 1 or more that is \
           not in use",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither, Guard::Tail],
    thresholds: &[
        Threshold { name: "timeout_s", default: 10.0, about: "time that the answer may take, in seconds" },
        PATIENCE,
    ],
    hears: &[Topic::Command, Topic::Other],
    source: include_str!("cmd_09_create_stream_answer.rs"),
    new: || Box::new(CreateStreamAnswer::default()),
    ..Rule::BASE
};

/// Commands waited for at a time.
const MOST: usize = 16;
/// The largest id of three bytes.
const LARGEST: f64 = 16_777_215.0;

#[derive(Default)]
struct CreateStreamAnswer {
    waiting: Vec<Waiting>,
    /// Answers to nothing, each with how much of the client its sender had received: the command may stand behind it
    /// in the capture.
    odd: Vec<(f64, u64)>,
}

struct Waiting {
    id: f64,
    at: PacketRef,
    place: Place,
}

impl Check for CreateStreamAnswer {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match (&event.kind, event.dir) {
            (Kind::Command(it), Dir::ClientToServer) => self.ask(event, it, cx),
            (Kind::Command(it), Dir::ServerToClient) => self.answer(event, it, cx),
            (_, Dir::ServerToClient) if is_unread_command(event) && !self.waiting.is_empty() => {
                self.waiting.clear();
                cx.doubt(Doubt::TooLittle);
            }
            _ => {}
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        // Who does not answer connect, or refuses it, answers nothing else.
        if cx.seen.connected.is_none() {
            return;
        }
        let most = cx.threshold_ns("timeout_s");
        for waiting in self.waiting.drain(..) {
            let Some(unanswered) = unanswered(waiting.at, most, end, cx) else { continue };
            cx.find(Found::in_place(waiting.place).case(unanswered.case), |_| {
                let closed = unanswered.case == "closed";
                let what =
                    if closed { "closed the connection instead of answering" } else { "did not answer" };
                Said::new(format!("the server {what} createStream"))
                    .expected(format!("_result or _error within {}", span_of(most)))
                    .actual(unanswered.how)
                    .help("look into the server's log; a server should answer with _error before it closes")
            });
        }
    }

    fn held_bytes(&self) -> usize {
        self.waiting.capacity() * size_of::<Waiting>() + self.odd.capacity() * size_of::<(f64, u64)>()
    }
}

impl CreateStreamAnswer {
    fn ask(&mut self, event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
        // Without a transaction id there is no answer to wait for.
        let id = it.command.transaction_id.filter(|id| *id != 0.0 && it.name == "ns.create_stream");
        let Some(id) = id.filter(|_| self.waiting.len() < MOST) else { return };
        let answered = |(odd, acked): &(f64, u64)| odd.to_bits() == id.to_bits() && *acked >= event.span.end;
        if self.odd.iter().any(answered) {
            return cx.judged();
        }
        push(&mut self.waiting, Waiting { id, at: event.at, place: Place::of(event) });
    }

    fn answer(&mut self, event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
        if !matches!(it.command.name.as_str(), "_result" | "_error") {
            return;
        }
        let Some(id) = it.command.transaction_id else { return };
        if it.answers.is_none() && self.odd.len() < MOST {
            self.odd.push((id, event.span.first.acked));
        }
        let call = self.waiting.iter().position(|waiting| waiting.id.to_bits() == id.to_bits());
        if let Some(waited) = call.map(|call| self.waiting.remove(call)) {
            cx.judged();
            let (took, most) = (event.at.ts.since(waited.at.ts), cx.threshold_ns("timeout_s"));
            if took > most {
                cx.find(Found::at(event).case("late").warning(), |_| {
                    Said::new("the server took long to answer createStream")
                        .expected(format!("an answer within {}", span_of(most)))
                        .actual(span_of(took))
                        .help("look for what the server waits for, such as a callback")
                });
            }
        }
        if it.name == "ns.create_stream_result" {
            judge(event, it, cx);
        }
    }
}

/// The id in an answer.
fn judge(event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
    if it.command.error.is_some() {
        return cx.doubt(Doubt::TooLittle);
    }
    cx.judged();
    let id = it.command.number(0);
    match id {
        Some(id) if id >= 1.0 && id.fract() == 0.0 && id <= LARGEST => {}
        Some(id) if id > LARGEST && id.fract() == 0.0 => {
            cx.find(Found::at(event).case("large").warning(), |_| {
                Said::new("the id of the stream does not fit into three bytes")
                    .expected(format!("1 to {LARGEST}"))
                    .actual(id.to_string())
            });
        }
        _ => cx.find(Found::at(event).case("id"), |_| {
            Said::new("the answer to createStream has no id that a stream can have")
                .expected("a whole number of 1 or more")
                .actual(number_of(id))
        }),
    }
}

//! CMD-13 stream-unanswered
//!
//! ## What it does
//! The server has to answer `publish` and `play` with an `onStatus`, yes or no, within 5 seconds. `pause` and `seek`
//! without their notice are a warning, and so is media that comes without the status, and answers that come late. A
//! status on another message stream is an info.
//!
//! ## Why it matters
//! A client waits for this answer before it sends media. A server that hangs up instead hides its reason:
//! node-media-server and SRS do so with a name that is in use, others with a key they do not accept.
//!
//! ## Spec
//! RTMP 1.0, 7.2.2.1, 7.2.2.6, 7.2.2.7, 7.2.2.8
//!
//! ## Tolerance
//! A refusal is an answer (see CMD-08). Nothing is said where `connect` or `createStream` was not answered either, of
//! a client that hangs up within a second, or of a server whose host fell silent altogether.
//!
//! ## How to fix
//! Check the stream key, and that no earlier session still holds the name; then the server's log. In a server: send
//! `onStatus` with a code before closing.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::base::text::clip;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::Place;
use crate::rules::per::push;
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind, Mark};

use super::codes::is_failure;
use super::request::Request;
use super::shared::{NAME_BYTES, PATIENCE, is_unread_command, unanswered};
use super::waiting::Waiting;

pub(super) static RULE: Rule = Rule {
    code: "CMD-13",
    name: "stream-unanswered",
    severity: Severity::Error,
    spec: "RTMP 7.2.2.1, 7.2.2.6 to 7.2.2.8",
    subject: "commands to publish, play, pause or seek",
    help: "check the stream key, and that no earlier session still holds the name; then the server's log",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither, Guard::Tail],
    thresholds: &[
        Threshold { name: "timeout_s", default: 5.0, about: "time that the answer may take, in seconds" },
        PATIENCE,
    ],
    hears: &[Topic::Command, Topic::Mark, Topic::Other],
    source: include_str!("cmd_13_stream_unanswered.rs"),
    new: || Box::new(StreamUnanswered::default()),
    ..Rule::BASE
};

/// Commands waited for at a time.
const MOST: usize = 16;

#[derive(Default)]
struct StreamUnanswered {
    waiting: Vec<Waiting>,
    /// Of each kind, the last answer: how much of the client its sender had received. The command may stand behind it
    /// in the capture.
    answered: [u64; Request::COUNT],
}

impl Check for StreamUnanswered {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match (&event.kind, event.dir) {
            (Kind::Command(it), Dir::ClientToServer) => self.ask(event, it, cx),
            (Kind::Command(it), Dir::ServerToClient) => self.answer(event, it, cx),
            (Kind::Mark { mark: Mark::FirstMessage(_), .. }, Dir::ServerToClient) => {
                for waiting in &mut self.waiting {
                    waiting.media |= waiting.request == Request::Play;
                }
            }
            (Kind::Other, Dir::ServerToClient) if is_unread_command(event) && !self.waiting.is_empty() => {
                self.waiting.clear();
                cx.doubt(Doubt::TooLittle);
            }
            _ => {}
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let most = cx.threshold_ns("timeout_s");
        for waiting in std::mem::take(&mut self.waiting) {
            // Who does not answer createStream answers nothing on a stream.
            if !cx.seen.has_granted(waiting.stream_id) {
                continue;
            }
            let Some(how) = unanswered(waiting.at, most, end, cx) else { continue };
            waiting.report(how, most, end, cx);
        }
    }

    fn held_bytes(&self) -> usize {
        self.waiting.capacity() * (size_of::<Waiting>() + NAME_BYTES)
    }
}

impl StreamUnanswered {
    fn ask(&mut self, event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message.filter(|header| !header.inferred.stream_id) else { return };
        let gone = match it.command.name.as_str() {
            "closeStream" => Some(header.stream_id),
            "deleteStream" => {
                Some(it.command.arguments.first().and_then(Value::as_u32).unwrap_or(header.stream_id))
            }
            _ => None,
        };
        if gone.is_some() {
            // Who closes the stream waits no longer.
            let most = cx.threshold_ns("timeout_s");
            let count = self.waiting.len();
            let early = |w: &Waiting| Some(w.stream_id) == gone && event.at.ts.since(w.at.ts) < most;
            self.waiting.retain(|waiting| !early(waiting));
            if self.waiting.len() < count {
                cx.doubt(Doubt::TooLittle);
            }
            return;
        }
        let Some(request) = Request::of(&it.command.name) else { return };
        let ends =
            request == Request::Publish && it.command.arguments.first() == Some(&Value::Boolean(false));
        if ends || self.waiting.len() == MOST {
            return;
        }
        if request.of_kind(&self.answered) >= event.span.end {
            return cx.judged();
        }
        push(
            &mut self.waiting,
            Waiting {
                request,
                stream_id: header.stream_id,
                at: event.at,
                place: Place::of(event),
                name: clip(it.command.text(0).unwrap_or_default(), NAME_BYTES).to_owned(),
                media: false,
            },
        );
    }

    fn answer(&mut self, event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
        let refused =
            (it.command.name == "_error").then(|| it.answers.and_then(|call| Request::of(call.name)));
        if let Some(refused) = refused {
            self.waiting.retain(|waiting| Some(waiting.request) != refused);
            return;
        }
        let Some(header) = event.message.filter(|_| it.command.name == "onStatus") else { return };
        let code = it.command.code().unwrap_or_default();
        let level = it.command.status().and_then(|info| info.get("level")).and_then(Value::as_str);
        let any = is_failure(code, level) || code.is_empty();
        for request in Request::ALL {
            if request.is_answered_by(code) || any {
                *request.of_kind_mut(&mut self.answered) = event.span.first.acked;
            }
        }
        let here = |w: &Waiting| w.stream_id == header.stream_id || header.inferred.stream_id;
        let fits = |w: &Waiting| any || w.request.is_answered_by(code);
        let on_stream = self.waiting.iter().any(|waiting| fits(waiting) && here(waiting));
        let most = cx.threshold_ns("timeout_s");
        self.waiting.retain(|waiting| {
            let answered = fits(waiting) && (here(waiting) || !on_stream);
            if answered {
                cx.judged();
                if !on_stream {
                    waiting.elsewhere(event, header.stream_id, cx);
                }
                let took = event.at.ts.since(waiting.at.ts);
                if took > most {
                    waiting.late(event, (took, most), cx);
                }
            }
            !answered
        });
    }
}

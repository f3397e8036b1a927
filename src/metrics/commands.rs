//! The calls of a connection and what came back.
//!
//! Takes every command message; gives one row for each call of either side, in order, with its response.
//! Responses have no rows: `_result` and `_error` fill the latest call of that name and transaction id that
//! is still open, going the other way; the session says what they answer. An `onStatus` fills the latest open
//! call of its family ([`FAMILIES`]) on the same message stream, or on any when it came on message stream 0;
//! it does so only for calls that no `_result` closed. Interim codes, a Play.Reset before the Play.Start,
//! fill nothing. Names are as on the wire, masking is the report's work, cut after 128 bytes. Rows beyond the
//! limit are counted.

use std::ops::Deref;

use crate::base::list;
use crate::base::pos::{Dir, PacketRef};
use crate::base::text::clip;
use crate::base::time::ns_to_ms;
use crate::rtmp::message::command::Command;
use crate::session::event::{CommandEvent, Event};

/// Bytes kept of a name.
const NAME_BYTES: usize = 128;
/// Memory of an answer's name, as long as one usually is, and what two allocations cost.
const NAME_HELD: usize = 64;

/// Calls that an `onStatus` answers, and how its code begins.
const FAMILIES: [(&str, &[&str]); 6] = [
    ("connect", &["NetConnection.Connect."]),
    ("publish", &["NetStream.Publish.", "NetStream.Record."]),
    ("play", &["NetStream.Play."]),
    ("play2", &["NetStream.Play."]),
    ("pause", &["NetStream.Pause.", "NetStream.Unpause."]),
    ("seek", &["NetStream.Seek."]),
];

/// Codes that may answer any call on a stream.
const GENERAL: [&str; 2] = ["NetStream.Failed", "NetStream.InvalidArg"];

/// Codes that come before an answer, or whenever the source changes.
const INTERIM: [&str; 3] =
    ["NetStream.Play.Reset", "NetStream.Play.PublishNotify", "NetStream.Play.UnpublishNotify"];

/// A call and its response.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CommandRow {
    /// Packet that completed the call.
    pub(crate) at: PacketRef,
    pub(crate) dir: Dir,
    /// Name on the wire.
    pub(crate) name: Name,
    pub(crate) transaction_id: Option<f64>,
    pub(crate) message_stream_id: Option<u32>,
    /// Index of the stream it is about.
    pub(crate) stream: Option<u32>,
    pub(crate) response: Option<Response>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Response {
    /// Its packet.
    pub(crate) packet: u64,
    /// `_result`, `_error`, or the code of an `onStatus`.
    pub(crate) name: Name,
    /// Time from the call.
    pub(crate) ms: f64,
}

/// A name, as far as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Name {
    /// One of [`COMMON`].
    Common(u8),
    Other(Box<str>),
}

/// Names that most connections have.
const COMMON: [&str; 16] = [
    "_result",
    "connect",
    "createStream",
    "releaseStream",
    "FCPublish",
    "publish",
    "NetStream.Publish.Start",
    "deleteStream",
    "FCUnpublish",
    "play",
    "NetStream.Play.Start",
    "closeStream",
    "_checkbw",
    "onBWDone",
    "getStreamLength",
    "_error",
];

impl Name {
    fn new(name: &str) -> Self {
        let common = COMMON.iter().position(|common| *common == name);
        match common.and_then(|number| u8::try_from(number).ok()) {
            Some(number) => Self::Common(number),
            None => Self::Other(clipped(name, NAME_BYTES)),
        }
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Common(number) => COMMON.get(usize::from(*number)).copied().unwrap_or_default(),
            Self::Other(name) => name,
        }
    }
}

/// The rows.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    rows: Vec<CommandRow>,
    open: usize,
    omitted: u64,
    unmatched: u64,
}

impl Commands {
    /// Takes a command, at most `most` rows are kept; gives by how much the memory held has grown, or more.
    pub(crate) fn event(&mut self, event: &Event<'_>, command: &CommandEvent<'_>, most: usize) -> usize {
        match command.command.name.as_str() {
            "_result" | "_error" => self.result(event, command),
            "onStatus" => self.status(event, command.command),
            _ if self.rows.len() >= most => self.omitted += 1,
            name => {
                self.open += 1;
                let before = self.rows.capacity();
                let row = CommandRow {
                    at: event.at,
                    dir: event.dir,
                    name: Name::new(name),
                    transaction_id: command.command.transaction_id,
                    message_stream_id: event.message.map(|m| m.stream_id),
                    stream: command.stream,
                    response: None,
                };
                list::push(&mut self.rows, row);
                // The answer's name is counted with the call.
                let row = size_of::<CommandRow>();
                return (self.rows.capacity() - before) * row + NAME_BYTES.min(name.len()) + NAME_HELD;
            }
        }
        0
    }

    /// The calls, in order.
    pub(crate) fn rows(&self) -> &[CommandRow] {
        &self.rows
    }

    /// Calls that have no row.
    pub(crate) const fn omitted(&self) -> u64 {
        self.omitted
    }

    /// `_result` and `_error` messages that answer no row.
    #[cfg(test)]
    pub(crate) const fn unmatched(&self) -> u64 {
        self.unmatched
    }

    fn result(&mut self, event: &Event<'_>, command: &CommandEvent<'_>) {
        let answers = command.answers.as_ref();
        let filled = answers.is_some_and(|call| {
            let name = clip(call.name, NAME_BYTES);
            let same = |row: &CommandRow| {
                *row.name == *name && same_number(row.transaction_id, command.command.transaction_id)
            };
            self.fill(event, &command.command.name, |row| row.at == call.at && same(row))
                || self.fill(event, &command.command.name, same)
        });
        self.unmatched += u64::from(!filled);
    }

    fn status(&mut self, event: &Event<'_>, command: &Command) {
        let code = command.code().unwrap_or("onStatus");
        let id = event.message.map_or(0, |m| m.stream_id);
        if INTERIM.contains(&code) {
            return;
        }
        self.fill(event, code, |row| {
            let family = FAMILIES.iter().find(|f| *f.0 == *row.name).map(|f| f.1);
            let begins =
                |codes: &[&str]| GENERAL.contains(&code) || codes.iter().any(|c| code.starts_with(c));
            (id == 0 || row.message_stream_id == Some(id)) && family.is_some_and(begins)
        });
    }

    /// Fills the latest open call of the other side for which `fits`; whether there was one.
    fn fill(&mut self, event: &Event<'_>, name: &str, fits: impl Fn(&CommandRow) -> bool) -> bool {
        if self.open == 0 {
            return false;
        }
        let open = |row: &&mut CommandRow| row.response.is_none() && row.dir != event.dir && fits(row);
        let Some(row) = self.rows.iter_mut().rev().find(open) else { return false };
        let ms = ns_to_ms(event.at.ts.since(row.at.ts));
        row.response = Some(Response { packet: event.at.no, name: Name::new(name), ms });
        self.open -= 1;
        true
    }
}

/// Text of at most `most` bytes, cut between characters.
pub(super) fn clipped(text: &str, most: usize) -> Box<str> {
    clip(text, most).into()
}

fn same_number(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::{Call, Feed, status};
    use Dir::{ClientToServer as C2s, ServerToClient as S2c};

    fn call(feed: &mut Feed, ms: i64, raw: &str, id: f64) {
        feed.command(ms, C2s, Call { name: "nc.call", raw, transaction_id: Some(id), ..Call::default() });
    }

    fn answer(feed: &mut Feed, ms: i64, raw: &str, id: f64, answers: Option<(&str, i64)>) {
        let transaction_id = Some(id);
        feed.command(ms, S2c, Call { name: "nc.result", raw, transaction_id, answers, ..Call::default() });
    }

    fn on_status(feed: &mut Feed, ms: i64, stream_id: u32, code: &str) {
        feed.stream_id = stream_id;
        let arguments = status(code);
        let transaction_id = Some(0.0);
        feed.command(
            ms,
            S2c,
            Call { name: "ns.status", raw: "onStatus", transaction_id, arguments, ..Call::default() },
        );
        feed.stream_id = 0;
    }

    fn responses(feed: &Feed) -> Vec<(&str, Option<(&str, f64)>)> {
        let rows = feed.metrics.commands().rows();
        rows.iter().map(|r| (&*r.name, r.response.as_ref().map(|a| (&*a.name, a.ms)))).collect()
    }

    #[test]
    fn results_find_their_calls() {
        let mut feed = Feed::new();
        call(&mut feed, 0, "connect", 1.0);
        answer(&mut feed, 48, "_result", 1.0, Some(("connect", 0)));
        call(&mut feed, 50, "createStream", 2.0);
        call(&mut feed, 51, "createStream", 3.0);
        answer(&mut feed, 60, "_result", 2.0, Some(("createStream", 50)));
        answer(&mut feed, 61, "_error", 3.0, Some(("createStream", 51)));
        answer(&mut feed, 62, "_result", 9.0, None);
        call(&mut feed, 70, "FCPublish", 4.0);
        assert_eq!(
            responses(&feed),
            [
                ("connect", Some(("_result", 48.0))),
                ("createStream", Some(("_result", 10.0))),
                ("createStream", Some(("_error", 10.0))),
                ("FCPublish", None),
            ]
        );
        assert_eq!(feed.metrics.commands().unmatched(), 1);
    }

    #[test]
    fn of_calls_with_one_id_the_one_named_else_the_latest() {
        let mut feed = Feed::new();
        call(&mut feed, 0, "_checkbw", 5.0);
        call(&mut feed, 10, "_checkbw", 5.0);
        call(&mut feed, 15, "_checkbw", 5.0);
        answer(&mut feed, 20, "_result", 5.0, Some(("_checkbw", 0)));
        answer(&mut feed, 25, "_result", 5.0, Some(("_checkbw", 999)));
        let expected = [Some(("_result", 20.0)), None, Some(("_result", 10.0))];
        assert_eq!(responses(&feed), expected.map(|response| ("_checkbw", response)));
    }

    #[test]
    fn nobody_answers_their_own_call() {
        let mut feed = Feed::new();
        feed.command(0, S2c, Call { raw: "_checkbw", transaction_id: Some(2.0), ..Call::default() });
        answer(&mut feed, 5, "_result", 2.0, Some(("_checkbw", 0)));
        assert_eq!(responses(&feed), [("_checkbw", None)]);
    }

    #[test]
    fn status_answers_publish_and_play() {
        let mut feed = Feed::new();
        feed.stream_id = 1;
        call(&mut feed, 0, "publish", 0.0);
        feed.stream_id = 2;
        call(&mut feed, 5, "play", 0.0);
        on_status(&mut feed, 8, 2, "NetStream.Play.Reset");
        on_status(&mut feed, 9, 2, "NetStream.Data.Start");
        on_status(&mut feed, 10, 1, "NetStream.Publish.Start");
        on_status(&mut feed, 11, 2, "NetStream.Play.StreamNotFound");
        on_status(&mut feed, 12, 2, "NetStream.Play.Stop");
        assert_eq!(
            responses(&feed),
            [
                ("publish", Some(("NetStream.Publish.Start", 10.0))),
                ("play", Some(("NetStream.Play.StreamNotFound", 6.0)))
            ]
        );
    }

    #[test]
    fn status_on_stream_0_and_after_a_result() {
        let mut feed = Feed::new();
        feed.stream_id = 1;
        call(&mut feed, 0, "publish", 4.0);
        on_status(&mut feed, 3, 0, "NetStream.Publish.BadName");
        feed.stream_id = 1;
        call(&mut feed, 10, "publish", 5.0);
        answer(&mut feed, 12, "_result", 5.0, Some(("publish", 10)));
        on_status(&mut feed, 13, 1, "NetStream.Publish.Start");
        assert_eq!(
            responses(&feed),
            [("publish", Some(("NetStream.Publish.BadName", 3.0))), ("publish", Some(("_result", 2.0)))]
        );
    }

    #[test]
    fn rows_and_names_are_bounded() {
        let mut feed = Feed::new();
        let long = "ä".repeat(100);
        (0..1003).for_each(|n| call(&mut feed, n, &long, 1.0));
        let commands = feed.metrics.commands();
        assert_eq!((commands.rows().len(), commands.omitted()), (1000, 3));
        assert_eq!(commands.rows()[0].name.len(), 128);
        assert_eq!(clip("äöü", 3), "ä");
    }
}

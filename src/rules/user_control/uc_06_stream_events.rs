//! UC-06 stream-events
//!
//! ## What it does
//! Events about a stream have to name one that exists, and media stops once the stream has ended. `StreamBegin`,
//! `StreamIsRecorded`, `StreamEOF` and `StreamDry` name a message stream that a createStream answer gave, or 0. Once
//! `StreamEOF` has told that a stream is over, no audio or video comes on it until it begins anew.
//!
//! ## Why it matters
//! Players start and stop by these events. One that names another stream is lost on them: they keep waiting, or play on
//! a stream that is over.
//!
//! ## Spec
//! RTMP 1.0, 7.1.7, 7.2.2.1
//!
//! ## Tolerance
//! Stream 0 stands for the connection (`StreamBegin` after connect). A stream that the client publishes or plays counts
//! as known, whatever createStream said. gortmplib sends `StreamIsRecorded` for live streams too. After `StreamEOF` a
//! stream begins anew with `StreamBegin`, or with the status of play, seek, unpause or a source that came back.
//!
//! ## How to fix
//! Write the message stream id that the answer to createStream gave, and send `StreamBegin` again before media that
//! follows `StreamEOF`.

use super::shared;
use crate::base::pos::Dir;
use crate::rtmp::message::user_control::UserControl;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "UC-06",
    name: "stream-events",
    severity: Severity::Warning,
    spec: "RTMP 7.1.7, 7.2.2.1",
    subject: "events of streams",
    help: "write the message stream id that the answer to createStream gave, and send StreamBegin again before media \
           that follows StreamEOF",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Control, Topic::Command, Topic::Media],
    skips_alike: true,
    source: include_str!("uc_06_stream_events.rs"),
    new: || Box::new(StreamEvents::default()),
    ..Rule::BASE
};

/// Streams that are over, and events of unknown streams, remembered at most.
const MOST: usize = 16;

#[derive(Default)]
struct StreamEvents {
    /// Message streams behind `StreamEOF`.
    over: Vec<u32>,
    /// Events that name an unknown stream, while the command that made it known may still come.
    unknown: Vec<Unknown>,
}

struct Unknown {
    place: Place,
    id: u32,
    name: &'static str,
    /// Bytes of the client that the server had received by then.
    acked: u64,
}

impl Check for StreamEvents {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if !self.unknown.is_empty() {
            self.settle(cx);
        }
        if event.dir == Dir::ServerToClient {
            self.server(event, cx);
        }
        if self.over.is_empty() && self.unknown.is_empty() { cx.sleep() } else { cx.wake() }
    }
    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        self.settle(cx);
    }

    fn held_bytes(&self) -> usize {
        self.over.capacity() * size_of::<u32>() + self.unknown.capacity() * (size_of::<Unknown>() + 32)
    }
}

/// Whether media may come on a stream again behind this status.
fn begins_anew(code: Option<&str>) -> bool {
    matches!(
        code,
        Some(
            "NetStream.Play.Start"
                | "NetStream.Play.Reset"
                | "NetStream.Play.PublishNotify"
                | "NetStream.Play.Switch"
                | "NetStream.Play.Transition"
                | "NetStream.Seek.Notify"
                | "NetStream.Unpause.Notify"
        )
    )
}

fn is_known(id: u32, cx: &Cx<'_>) -> bool {
    id == 0 || cx.seen.has_granted(id) || cx.seen.streams().iter().any(|stream| stream.id == id)
}

impl StreamEvents {
    fn server(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match &event.kind {
            Kind::Media(_) if !self.over.is_empty() => self.media(event, cx),
            Kind::UserControl(control) => self.control(*control, event, cx),
            Kind::Command(it) if begins_anew(it.command.code()) => {
                self.over.retain(|id| event.message.is_none_or(|header| header.stream_id != *id));
            }
            _ => {}
        }
    }

    fn control(&mut self, control: UserControl, event: &Event<'_>, cx: &mut Cx<'_>) {
        let (UserControl::StreamBegin { stream_id: id }
        | UserControl::StreamIsRecorded { stream_id: id }
        | UserControl::StreamEof { stream_id: id }
        | UserControl::StreamDry { stream_id: id }) = control
        else {
            return;
        };
        cx.judged();
        match control {
            UserControl::StreamBegin { .. } => self.over.retain(|over| *over != id),
            UserControl::StreamEof { .. } if self.over.len() < MOST && !self.over.contains(&id) => {
                self.over.push(id);
            }
            _ => {}
        }
        if !is_known(id, cx) && self.unknown.len() < MOST {
            let name = shared::number(event).and_then(shared::name).unwrap_or("an event");
            self.unknown.push(Unknown { place: Place::of(event), id, name, acked: event.span.last.acked });
        }
    }

    /// Reports events of unknown streams once all is there that the client had said by then.
    fn settle(&mut self, cx: &mut Cx<'_>) {
        let there = cx.seen.sent.c2s;
        for unknown in self.unknown.extract_if(.., |unknown| unknown.acked <= there) {
            let Unknown { place, id, name, .. } = unknown;
            if is_known(id, cx) {
                continue;
            }
            let granted: Vec<_> = cx.seen.granted().take(8).map(|id| id.to_string()).collect();
            cx.find(Found::in_place(place).case("unknown").of(id), |_| {
                let none = "no stream was created".to_owned();
                Said::new(format!("{name} names a message stream that was never created"))
                    .expected(if granted.is_empty() { none } else { granted.join(", ") })
                    .actual(id.to_string())
            });
        }
    }

    fn media(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(id) = event.message.map(|header| header.stream_id).filter(|id| self.over.contains(id))
        else {
            return;
        };
        cx.find(Found::at(event).case("media").of(id), |_| {
            Said::new(format!("media comes on message stream {id} after its StreamEOF"))
                .expected("StreamBegin or Play.Start first")
        });
    }
}

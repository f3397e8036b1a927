//! CMD-14 media-too-early
//!
//! ## What it does
//! A publisher has to wait for `NetStream.Publish.Start` before it sends audio and video. What the client had received
//! is known from the acknowledgement numbers of the segments it sent.
//!
//! ## Why it matters
//! Servers drop what comes before they have accepted the stream. When that is the sequence headers, nobody can decode
//! the rest; and a refusal comes after bytes that were sent for nothing.
//!
//! ## Spec
//! RTMP 1.0, 7.2.2.6 and 7.3.1
//!
//! ## Tolerance
//! Data messages (`onMetaData`) may come before. Nothing is said of a stream that the server never accepted. OBS,
//! ffmpeg and `GStreamer` all wait.
//!
//! ## How to fix
//! Send nothing but metadata until `onStatus` says `NetStream.Publish.Start`, and begin with the sequence headers
//! then.

use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::per::push;
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::seen::SeenStream;
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaMessage, StreamRole};

pub(super) static RULE: Rule = Rule {
    code: "CMD-14",
    name: "media-too-early",
    severity: Severity::Warning,
    spec: "RTMP 7.2.2.6, 7.3.1",
    subject: "published streams with media",
    help: "send nothing but metadata until onStatus says NetStream.Publish.Start, then begin with the \
           sequence headers",
    guards: &[Guard::Clear, Guard::Syn, Guard::Both, Guard::NoGapEither, Guard::Order],
    hears: &[Topic::Stream],
    on_call: &[Topic::Media],
    source: include_str!("cmd_14_media_too_early.rs"),
    new: || Box::new(MediaTooEarly::default()),
    ..Rule::BASE
};

/// Streams looked at.
const MOST: usize = 16;

#[derive(Default)]
struct MediaTooEarly {
    /// Streams whose publisher has been seen to know, or that are not to be judged; most connections have one.
    settled: Vec<u32>,
    ahead: Vec<Ahead>,
}

/// What a publisher sent before it knew.
struct Ahead {
    stream: u32,
    place: Place,
    /// Bytes of the server that it had received when it sent the first of them.
    acked: u64,
    messages: u64,
    bytes: u64,
}

impl Check for MediaTooEarly {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Media(media) = &event.kind else { return cx.wake() };
        if event.dir == Dir::ClientToServer && !self.settled.contains(&media.stream) {
            self.media(event, media, cx);
        }
        let is_settled = |(index, stream): (u32, &SeenStream)| {
            stream.role == StreamRole::Play || self.settled.contains(&index)
        };
        if (0..).zip(cx.seen.streams()).all(is_settled) {
            cx.sleep();
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        for ahead in self.ahead.drain(..) {
            ahead.report(cx);
        }
    }

    fn held_bytes(&self) -> usize {
        self.ahead.capacity() * size_of::<Ahead>() + self.settled.capacity() * size_of::<u32>()
    }
}

impl MediaTooEarly {
    fn media(&mut self, event: &Event<'_>, media: &MediaMessage, cx: &mut Cx<'_>) {
        let index = self.ahead.iter().position(|ahead| ahead.stream == media.stream);
        let seen = cx.seen.stream(media.stream);
        let Some(seen) = seen.filter(|seen| seen.role == StreamRole::Publish && seen.commanded) else {
            return;
        };
        if !cx.seen.knows_acked(event.span.first) {
            return cx.doubt(Doubt::MidStream);
        }
        let acked = event.span.first.acked;
        if seen.started.is_some_and(|start| acked >= start.end) {
            cx.judged();
            if let Some(index) = index {
                self.ahead.remove(index).report(cx);
            }
            if self.settled.len() < MOST {
                push(&mut self.settled, media.stream);
            }
            return;
        }
        let bytes = u64::from(event.message.map_or(0, |header| header.received));
        let room = self.ahead.len() < MOST;
        match index.and_then(|index| self.ahead.get_mut(index)) {
            Some(ahead) => {
                ahead.messages += 1;
                ahead.bytes += bytes;
            }
            None if room => {
                push(
                    &mut self.ahead,
                    Ahead { stream: media.stream, place: Place::of(event), acked, messages: 1, bytes },
                );
            }
            None => {}
        }
    }
}

impl Ahead {
    fn report(self, cx: &mut Cx<'_>) {
        // A stream that was never accepted is another matter.
        let Some(start) = cx.seen.stream(self.stream).and_then(|seen| seen.started) else { return };
        // The status may stand behind the media in the capture, and yet have come first.
        if self.acked >= start.end {
            return;
        }
        cx.find(Found::in_place(self.place), |_| {
            Said::new("the publisher sends media before it has received NetStream.Publish.Start")
                .expected("only metadata until then")
                .actual(format!(
                    "audio or video messages sent too early: {}, with {} bytes",
                    self.messages, self.bytes
                ))
        });
    }
}

//! META-01 present
//!
//! ## What it does
//! A stream should have `onMetaData`, and have it before its first coded frame. Metadata that is missing or late is an
//! info.
//!
//! ## Why it matters
//! Metadata is optional, and good servers do without it. Some transcoders and recorders choose size, frame rate and
//! codecs by it before they look at the media, and fail or guess when it comes late or never.
//!
//! ## Spec
//! FLV 10.1, E.5; Enhanced RTMP v2, Enhancing onMetaData
//!
//! ## Tolerance
//! Never more than an info: nginx-rtmp, SRS and mediamtx do not need it. Metadata outside of any message stream counts
//! for all.
//!
//! ## How to fix
//! Send `@setDataFrame`, `onMetaData` and the facts right after the start of the stream, in front of the sequence
//! headers.

use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::per::Per;
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{DataEvent, Event, Kind, MediaKind, MediaMessage};

pub(super) static RULE: Rule = Rule {
    code: "META-01",
    name: "present",
    severity: Severity::Info,
    spec: "FLV 10.1, E.5; E-RTMP v2, Enhancing onMetaData",
    subject: "streams with media",
    help: "send onMetaData right after the start of the stream, in front of the sequence headers",
    guards: &[Guard::Clear, Guard::Fresh],
    thresholds: &[Threshold {
        name: "longest_s",
        default: 2.0,
        about: "media that may come without metadata",
    }],
    hears: &[Topic::Data, Topic::Stream],
    on_call: &[Topic::Media],
    source: include_str!("meta_01_present.rs"),
    new: || Box::new(Present::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct Present {
    streams: Per<u32, Stream>,
    /// Metadata came that belongs to no stream.
    astray: bool,
}

#[derive(Default)]
struct Stream {
    /// There is nothing more to wait for.
    settled: bool,
    /// Time of the first coded frame of audio and of video.
    first_ms: [Option<i64>; 2],
}

impl Check for Present {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match &event.kind {
            Kind::Data(it) if it.handler == Some("onMetaData") => self.metadata(it, event, cx),
            Kind::Media(it) if it.role.is_coded() && !it.unfinished && !self.astray => {
                self.frame(it, event, cx);
            }
            Kind::StreamStarted { .. } => return cx.wake(),
            _ => {}
        }
        let settled = self.streams.all().filter(|(_, stream)| stream.settled).count();
        if self.astray || settled >= cx.seen.streams().len() {
            cx.sleep();
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        if self.streams.all().any(|(_, stream)| !stream.settled) {
            cx.doubt(Doubt::TooLittle);
        }
    }

    fn held_bytes(&self) -> usize {
        self.streams.held_bytes()
    }
}

impl Present {
    fn metadata(&mut self, it: &DataEvent<'_>, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(index) = it.stream else {
            self.astray = true;
            return;
        };
        let Some(stream) = self.streams.get(index) else { return };
        if std::mem::replace(&mut stream.settled, true) || !is_fresh(index, cx) {
            return;
        }
        cx.judged();
        if stream.first_ms.iter().any(Option::is_some) {
            cx.find(Found::at(event).case("late").of(index), |_| {
                Said::new("metadata comes after the first coded frame")
                    .expected("in front of the sequence headers")
            });
        }
    }

    fn frame(&mut self, it: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(stream) = self.streams.get(it.stream).filter(|stream| !stream.settled) else { return };
        let [audio, video] = &mut stream.first_ms;
        let first = if it.media == MediaKind::Audio { audio } else { video };
        let media_ms = it.dts_ms.saturating_sub(*first.get_or_insert(it.dts_ms));
        if media_ms.saturating_mul(1_000_000) < cx.threshold_ns("longest_s") {
            return;
        }
        stream.settled = true;
        if !is_fresh(it.stream, cx) {
            return;
        }
        cx.find(Found::at(event).case("missing").of(it.stream), |_| {
            Said::new("a stream has no metadata")
                .expected("onMetaData in front of the sequence headers")
                .actual(format!("none within {media_ms} ms of media"))
        });
    }
}

/// Whether the beginning of the stream was captured.
fn is_fresh(stream: u32, cx: &mut Cx<'_>) -> bool {
    let fresh = cx.seen.stream(stream).is_some_and(|stream| stream.fresh);
    if !fresh {
        cx.doubt(Doubt::MidStream);
    }
    fresh
}

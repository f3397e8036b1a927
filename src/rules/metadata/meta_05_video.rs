//! META-05 video
//!
//! ## What it does
//! Compares size and frame rate in `onMetaData` with those of the video that comes. `width` and `height` are held
//! against the video's configuration or key frames, `framerate` against the rate of the decoding times, once there are
//! enough frames.
//!
//! ## Why it matters
//! Players make room for the picture by the metadata, and transcoders choose their output by it: the picture is
//! stretched, or frames are made up or dropped.
//!
//! ## Spec
//! FLV 10.1, E.5
//!
//! ## Tolerance
//! Fields that are absent or 0 are not compared. The size is the one without what is cropped; one that is scaled by the
//! aspect ratio of the pixels is accepted too, and so is twice the frame rate where fields are coded. The rate of video
//! whose steps vary much is an info, and so is a size that was right until the video changed.
//!
//! ## How to fix
//! Write the metadata by the encoder's final output, not by the camera or the settings asked for, and anew when they
//! change.

use crate::amf::Value;
use crate::media::config::VideoFormat;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::per::Per;
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind, MediaMessage};

use super::rate::Rate;
use super::shared::{facts, is_default_track, number};
use super::size::Size;

pub(super) static RULE: Rule = Rule {
    code: "META-05",
    name: "video",
    severity: Severity::Warning,
    spec: "FLV 10.1, E.5",
    subject: "streams with video figures in their metadata",
    help: "write the metadata by the encoder's final output, and anew when it changes",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "share", default: 0.05, about: "how far the frame rate may be off" },
        Threshold { name: "shortest_s", default: 5.0, about: "media time to measure the frame rate in" },
        Threshold { name: "frames", default: 100.0, about: "frames to measure the frame rate by" },
        Threshold {
            name: "jitter",
            default: 0.35,
            about: "deviation of steps, of their mean, from which a rate varies",
        },
    ],
    hears: &[Topic::Data, Topic::Config, Topic::Video, Topic::Enhanced],
    source: include_str!("meta_05_video.rs"),
    new: || Box::new(Video::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct Video {
    streams: Per<u32, Stream>,
    /// A size or a rate was compared.
    compared: bool,
}

#[derive(Default)]
struct Stream {
    declared: Declared,
    /// Where it was declared first.
    place: Option<Box<Place>>,
    actual: Option<Size>,
    /// What is to be compared with the next frame.
    due: Due,
    rate: Rate,
}

#[derive(Copy, Clone, Default, PartialEq)]
struct Declared {
    width: Option<f64>,
    height: Option<f64>,
    rate: Option<f64>,
}

#[derive(Copy, Clone, Default, PartialEq, Eq)]
enum Due {
    #[default]
    Nothing,
    /// Metadata with the video it is about.
    Declared,
    /// Video that changed behind its metadata.
    Changed,
}

impl Check for Video {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match &event.kind {
            Kind::Media(it) if it.media == MediaKind::Video && it.role.is_coded() && is_default_track(it) => {
                self.frame(it, event, cx);
            }
            Kind::Data(it) => {
                let (Some(facts), Some(index)) = (facts(it), it.stream) else { return };
                let Some(stream) = self.streams.get(index) else { return };
                let declared = Declared::of(facts);
                if declared == stream.declared {
                    return;
                }
                if declared.rate != stream.declared.rate {
                    self.compared |= stream.rate(index, cx);
                    stream.place = Some(Box::new(Place::of(event)));
                    stream.rate = Rate::default();
                }
                stream.declared = declared;
                stream.due = Due::Declared;
            }
            Kind::Config { stream, media: MediaKind::Video, track: 0, config, .. } => {
                if let (Some(stream), Some(format)) = (self.streams.get(*stream), config.video()) {
                    stream.has(format);
                }
            }
            Kind::FrameFormat { stream, media: MediaKind::Video, track: 0, format, .. } => {
                if let (Some(stream), Some(format)) = (self.streams.get(*stream), format.description.video())
                {
                    stream.has(format);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        let mut declared = false;
        for (index, stream) in self.streams.all() {
            self.compared |= stream.rate(*index, cx);
            declared |= stream.declared.rate.is_some();
        }
        if declared && !self.compared {
            cx.doubt(Doubt::TooLittle);
        }
    }

    fn held_bytes(&self) -> usize {
        self.streams.held_bytes()
    }
}

impl Video {
    fn frame(&mut self, it: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(stream) = self.streams.get(it.stream) else { return };
        stream.rate.frame(it.dts_ms);
        let Some(actual) = stream.actual.filter(|_| stream.due != Due::Nothing) else { return };
        let due = std::mem::take(&mut stream.due);
        let (Some(width), Some(height)) = (stream.declared.width, stream.declared.height) else { return };
        cx.judged();
        self.compared = true;
        if actual.is_said_by(width, height) {
            return;
        }
        let found = Found::at(event).of(it.stream);
        let (found, said) = match due {
            Due::Changed => {
                (found.case("size-changed").info(), "the size of the video changed, and the metadata did not")
            }
            _ => (found.case("size"), "width and height in the metadata are not those of the video"),
        };
        cx.find(found, |_| {
            Said::new(said)
                .expected(format!("{}x{}", actual.width, actual.height))
                .actual(format!("{width}x{height}"))
        });
    }
}

impl Declared {
    fn of(facts: &Value) -> Self {
        let [width, height, rate] = ["width", "height", "framerate"].map(|field| number(facts, field));
        Self { width, height, rate }
    }
}

impl Stream {
    /// The video says what it is like.
    fn has(&mut self, format: &VideoFormat) {
        let Some(size) = Size::of(format) else { return };
        if self.actual.replace(size).is_some_and(|before| before != size) && self.due == Due::Nothing {
            self.due = Due::Changed;
        }
    }

    /// Compares the frame rate so far; false where there is too little of it.
    fn rate(&self, index: u32, cx: &mut Cx<'_>) -> bool {
        let (Some(declared), Some(place)) = (self.declared.rate, &self.place) else { return false };
        if self.rate.steps() < cx.threshold("frames") || self.rate.seconds() < cx.threshold("shortest_s") {
            return false;
        }
        cx.judged();
        let (measured, share) = (self.rate.per_second(), cx.threshold("share"));
        let is = |rate: f64| (measured - rate).abs() <= rate * share;
        let fields = self.actual.is_some_and(|actual| actual.interlaced);
        if is(declared) || (fields && is(declared * 2.0)) {
            return true;
        }
        let found = Found::in_place((**place).clone()).of(index);
        let varies = self.rate.deviation() > cx.threshold("jitter");
        let found = if varies { found.case("rate-varies").info() } else { found.case("rate") };
        cx.find(found, |_| {
            Said::new("framerate in the metadata is not the rate of the video")
                .expected(format!(
                    "about {measured:.2} frames per second, as measured in {:.1} s",
                    self.rate.seconds()
                ))
                .actual(declared.to_string())
        });
        true
    }
}

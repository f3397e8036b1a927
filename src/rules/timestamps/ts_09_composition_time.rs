//! TS-09 composition-time
//!
//! ## What it does
//! Looks at composition times of video frames: presentation time minus decoding time. It reports those below zero or
//! above a second, two frames to be shown at the same time, an order of presentation that frames without B slices
//! cannot have, and a composition time that is always the same.
//!
//! ## Why it matters
//! A picture cannot be shown before it is decoded: players drop it or shift everything. Two pictures for one time lose
//! one of them. Long ones delay the start.
//!
//! ## Spec
//! FLV 10.1, E.4.3.1 (signed, 24 bits); Enhanced RTMP v2
//!
//! ## Tolerance
//! The field can hold negative values, and some HEVC encoders write them: a warning. That all are the same without
//! being zero is an info: a delay that nobody needs.
//!
//! ## How to fix
//! Write decoding time into the message, early enough for the reordering of the encoder (its first picture may be
//! decoded before 0: shift all by that), and presentation minus decoding time here.

use crate::media::units::{Family, SliceType};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, MediaKind, MediaMessage};

use super::shared::{Tracks, coded, number};

pub(super) static RULE: Rule = Rule {
    code: "TS-09",
    name: "composition-time",
    severity: Severity::Warning,
    spec: "FLV E.4.3.1",
    subject: "video frames",
    help: "write presentation minus decoding time, with decoding times early enough for the encoder's reordering",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "longest_ms", default: 1_000.0, about: "composition time that is long" },
        Threshold { name: "frames", default: 50.0, about: "frames from which on all of them tell something" },
    ],
    hears: &[
        Topic::Video,
        Topic::Enhanced,
        Topic::Stream,
        Topic::Config,
        Topic::Mark,
        Topic::Command,
        Topic::Control,
    ],
    source: include_str!("ts_09_composition_time.rs"),
    new: || Box::new(CompositionTime::default()),
    ..Rule::BASE
};

/// Presentation times remembered.
const REMEMBERED: usize = 16;

#[derive(Default)]
struct CompositionTime {
    tracks: Tracks<Track>,
    /// What is long, by the profile.
    longest: Option<f64>,
}

#[derive(Default)]
struct Track {
    last: Option<(i64, i64)>,
    shown: [i64; REMEMBERED],
    count: usize,
    /// Two frames with the same times; three are told elsewhere.
    twins: Option<Box<Found>>,
    frames: u32,
    /// All composition times so far.
    all: Option<i32>,
    differ: bool,
    /// H.264 frames, whether B slices are among them, and the first that is shown before its elder.
    sliced: u32,
    has_b: bool,
    disorder: Option<Box<Found>>,
    found: Option<Box<Found>>,
}

impl Check for CompositionTime {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.tracks.restarted(cx).for_each(|track| (track.last, track.count) = (None, 0));
        let Some(m) = coded(event).filter(|m| m.media == MediaKind::Video) else { return };
        let Some(track) = self.tracks.of(m) else { return };
        cx.judged();
        let longest = *self.longest.get_or_insert_with(|| cx.threshold("longest_ms"));
        let odd = by_itself(m, event, longest, cx);
        track.all(m, event);
        if odd {
            track.last = None;
        } else {
            track.order(m, event, cx);
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        let least = cx.threshold("frames");
        for (_, track) in self.tracks.iter_mut() {
            if f64::from(track.frames) < least {
                continue;
            }
            if let (Some(ms), Some(found), false) = (track.all, track.found.take(), track.differ) {
                cx.find(found.case("constant").info(), |_| {
                    Said::new(format!("all composition times are {ms} ms"))
                        .expected("0 ms in a stream that is shown in the order of decoding")
                        .help("nothing breaks; write 0 where no picture is reordered")
                });
            }
            let ordered = !track.has_b && f64::from(track.sliced) >= least;
            if let Some(found) = track.disorder.take().filter(|_| ordered) {
                cx.find(found.case("disorder"), |_| {
                    Said::new(
                        "pictures are to be shown in another order than they are decoded, without B slices",
                    )
                    .expected("presentation times in the order of decoding")
                });
            }
        }
    }

    fn held_bytes(&self) -> usize {
        self.tracks.held_bytes()
    }
}

/// Whether a composition time is odd by itself.
fn by_itself(m: &MediaMessage, event: &Event<'_>, longest: f64, cx: &mut Cx<'_>) -> bool {
    let (ms, dts) = (m.composition_ms, m.dts_ms);
    let found = || Found::at(event).of(number(m));
    let said = |what: &str| {
        Said::new(format!("a composition time is {what}")).actual(format!("{ms} ms, at {dts} ms"))
    };
    if ms < 0 {
        cx.find(found().case("negative"), |_| said("negative: the picture is shown before it is decoded"));
    } else if f64::from(ms) > longest {
        cx.find(found().case("long"), |_| said("very long").expected(format!("at most {longest} ms")));
    } else {
        return false;
    }
    true
}

impl Track {
    /// What all frames together tell.
    fn all(&mut self, m: &MediaMessage, event: &Event<'_>) {
        self.frames = self.frames.saturating_add(1);
        self.differ |= self.all.is_some_and(|ms| ms != m.composition_ms);
        if m.composition_ms != 0 && self.all.is_none() {
            self.found = Some(Box::new(Found::at(event).of(number(m))));
        }
        self.all.get_or_insert(m.composition_ms);
        if let Some(units) = m.units.as_ref().filter(|units| units.family == Family::H264) {
            self.sliced = self.sliced.saturating_add(1);
            self.has_b |= units.slice_types().any(|kind| kind == SliceType::B);
        }
    }

    /// What a frame and those in front of it tell.
    fn order(&mut self, m: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
        let (dts, pts) = (m.dts_ms, m.dts_ms.saturating_add(m.composition_ms.into()));
        let last = self.last.replace((dts, pts));
        if last.is_some_and(|(before, shown)| dts > before && pts < shown) && self.disorder.is_none() {
            self.disorder = Some(Box::new(Found::at(event).of(number(m))));
        }
        if last == Some((dts, pts)) {
            self.twins = if self.twins.is_none() { Some(Box::new(Found::at(event))) } else { None };
            return;
        }
        if let Some(found) = self.twins.take() {
            same_time(found.of(number(m)), last.map_or(pts, |(_, shown)| shown), cx);
        }
        let known = self.shown.get(..self.count.min(REMEMBERED)).unwrap_or_default();
        if known.contains(&pts) {
            same_time(Found::at(event).of(number(m)), pts, cx);
        }
        if let Some(slot) = self.shown.get_mut(self.count % REMEMBERED) {
            *slot = pts;
        }
        self.count += 1;
    }
}

fn same_time(found: Found, pts: i64, cx: &mut Cx<'_>) {
    cx.find(found.case("same-time"), |_| {
        Said::new("two video frames are to be shown at the same time").actual(format!("{pts} ms"))
    });
}

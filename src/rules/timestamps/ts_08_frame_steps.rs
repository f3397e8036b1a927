//! TS-08 frame-steps
//!
//! ## What it does
//! Looks for video frames with the same time, and for uneven steps between frames. Three and more frames in a row with
//! the same time are reported, and steps that scatter by more than 35 % of their median.
//!
//! ## Why it matters
//! Frames with the same time are shown at once, or dropped. Uneven steps show as stutter if the source was even: frames
//! were stamped when they were ready instead of when they were captured, or some were dropped.
//!
//! ## Spec
//! Practice
//!
//! ## Tolerance
//! Frames that gathered while the sender was held up may have one time, after a step that makes up for them, twice
//! (seen with `GStreamer`). Steps that differ by a millisecond are rounding. Uneven steps are an info: screens and
//! phones do have a variable rate. Steps of more than a second are left out.
//!
//! ## How to fix
//! Stamp frames with the clock of the capture device, or count them at a constant rate. Send all slices of a picture in
//! one message.

use crate::base::pos::PacketRef;
use crate::base::quantile::Quantiles;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, MediaKind};

use super::shared::{Tracks, coded, number};

pub(super) static RULE: Rule = Rule {
    code: "TS-08",
    name: "frame-steps",
    severity: Severity::Info,
    spec: "practice",
    subject: "video frames",
    help: "stamp frames with the clock of the capture device, or count them at a constant rate",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "share", default: 0.35, about: "standard deviation as a share of the median" },
        Threshold { name: "frames", default: 100.0, about: "steps from which on they are judged" },
        Threshold { name: "same", default: 3.0, about: "frames in a row with the same time" },
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
    source: include_str!("ts_08_frame_steps.rs"),
    new: || Box::new(FrameSteps::default()),
    ..Rule::BASE
};

/// So many of them may be chance.
const FEW_BATCHES: u32 = 2;
/// Longer steps are jumps or pauses.
const LONGEST_MS: i64 = 1_000;

#[derive(Default)]
struct FrameSteps {
    tracks: Tracks<Track>,
}

#[derive(Default)]
struct Track {
    last: Option<(i64, PacketRef)>,
    /// Frames in a row with the same time, and the step in front of them.
    same: u32,
    lead: i64,
    /// How often such frames came behind a step that made up for it.
    batches: u32,
    steps: Quantiles,
    sum: f64,
    squares: f64,
    number: u64,
    dir: Option<crate::base::pos::Dir>,
}

impl Check for FrameSteps {
    #[expect(clippy::cast_precision_loss, reason = "at most a second, in milliseconds")]
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.tracks.restarted(cx).for_each(|track| (track.last, track.same) = (None, 0));
        let Some(m) = coded(event).filter(|m| m.media == MediaKind::Video) else { return };
        let Some(track) = self.tracks.of(m) else { return };
        (track.number, track.dir) = (number(m), Some(event.dir));
        let Some((before, _)) = track.last.replace((m.dts_ms, event.at)) else { return };
        cx.judged();
        let step = m.dts_ms.saturating_sub(before);
        if step == 0 {
            track.same += 1;
        } else {
            (track.same, track.lead) = (0, step);
        }
        if step == 0 && is(track.same + 1, cx.threshold("same")) && !track.is_late_batch() {
            let found = Found::at(event).case("same-time").of(track.number).warning();
            let (frames, ms) = (track.same + 1, m.dts_ms);
            cx.find(found, |_| {
                Said::new(format!("{frames} and more video frames in a row have the same time"))
                    .actual(format!("{ms} ms"))
                    .help("give each picture a time of its own, and send all its slices in one message")
            });
        }
        if (0..=LONGEST_MS).contains(&step) {
            track.steps.add(step);
            track.sum += step as f64;
            track.squares += step as f64 * step as f64;
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        for (_, track) in self.tracks.iter_mut() {
            track.judge(cx);
        }
    }

    fn held_bytes(&self) -> usize {
        let steps: usize = self.tracks.iter().map(|track| track.steps.held_bytes()).sum();
        self.tracks.held_bytes() + steps
    }
}

/// Whether a count has reached a figure, and not gone by.
fn is(count: u32, figure: f64) -> bool {
    f64::from(count) >= figure && f64::from(count - 1) < figure
}

impl Track {
    /// Whether frames with the same time have a step in front of them as long as they should have taken, as when a sender
    /// that was held up stamps what has gathered; now and then.
    fn is_late_batch(&mut self) -> bool {
        let usual = self.steps.percentile(50).unwrap_or(0);
        let made_up = usual > 0 && self.lead >= usual * i64::from(self.same);
        self.batches += u32::from(made_up);
        made_up && self.batches <= FEW_BATCHES
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds, and a count of frames")]
    fn judge(&self, cx: &mut Cx<'_>) {
        let (Some(median), Some(dir), Some((_, at))) = (self.steps.percentile(50), self.dir, self.last)
        else {
            return;
        };
        let n = self.steps.count() as f64;
        if n < cx.threshold("frames") {
            return;
        }
        let mean = self.sum / n;
        let deviation = (self.squares / n - mean * mean).max(0.0).sqrt();
        if deviation <= (median as f64 * cx.threshold("share")).max(1.0) {
            return;
        }
        let of = |percent| self.steps.percentile(percent).unwrap_or(0);
        let (low, high) = (self.steps.min().unwrap_or(0), self.steps.max().unwrap_or(0));
        let found = Found::in_place(Place::packet(dir, at)).case("uneven").of(self.number);
        cx.find(found, |_| {
            Said::new("the steps from one video frame to the next are uneven")
                .expected(format!("about {median} ms"))
                .actual(format!(
                    "{low} to {high} ms, 5 % up to {} and 5 % from {}; standard deviation {deviation:.1}",
                    of(5),
                    of(95)
                ))
        });
    }
}

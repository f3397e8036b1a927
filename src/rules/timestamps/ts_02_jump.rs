//! TS-02 jump
//!
//! ## What it does
//! Reports timestamps of a track that jump ahead: the clock jumped, or frames are missing. A jump is more than a second
//! and more than ten times the track's usual step, where the packets show less than half of that as a pause.
//!
//! ## Why it matters
//! Players stop for the length of the jump or lose the picture; recordings have a hole there.
//!
//! ## Spec
//! RTMP 1.0, 4; practice
//!
//! ## Tolerance
//! The first ten seconds of a play are left out, when servers send what they kept (GOP caches), as is everything that
//! may begin a clock again (TS-01). An info where audio was announced as silent, and after a stall or a closed window:
//! then the sender dropped what was too late.
//!
//! ## How to fix
//! If the encoder dropped frames, lower its bitrate or load. Otherwise take times from a monotonic clock (no time of
//! day that is set meanwhile), and let a server that switches its source keep the clock going on.

use crate::base::time::{CaptureTime, ns_to_ms};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaRole};

use super::shared::{Stalls, Tracks, coded, is_play_start, restart};

pub(super) static RULE: Rule = Rule {
    code: "TS-02",
    name: "jump",
    severity: Severity::Warning,
    spec: "RTMP 4",
    subject: "coded frames",
    help: "take times from a monotonic clock; if the encoder dropped frames, lower its bitrate or load",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "step_ms", default: 1_000.0, about: "step that may be a jump" },
        Threshold { name: "times", default: 10.0, about: "how many times the usual step that is" },
        Threshold { name: "play_start_s", default: 10.0, about: "the start of a play that is not looked at" },
    ],
    hears: &[
        Topic::Media,
        Topic::Stream,
        Topic::Config,
        Topic::Mark,
        Topic::Command,
        Topic::Control,
        Topic::Transport,
    ],
    source: include_str!("ts_02_jump.rs"),
    new: || Box::new(Jump::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct Jump {
    tracks: Tracks<Track>,
    stalls: Stalls,
    /// The longest step that is none, by the profile.
    longest: Option<i64>,
}

/// A track's last frame and the steps in front of it.
#[derive(Default)]
struct Track {
    last: Option<(i64, CaptureTime)>,
    /// The last few steps, the newest anywhere.
    steps: [u16; STEPS],
    count: usize,
    silent: bool,
}

/// Steps that the usual one is taken from.
const STEPS: usize = 31;

impl Track {
    fn add(&mut self, step: i64) {
        if let (Ok(step), Some(slot)) = (u16::try_from(step), self.steps.get_mut(self.count % STEPS)) {
            *slot = step;
            self.count += 1;
        }
    }

    /// The median of the last steps.
    fn usual(&self) -> Option<u16> {
        let mut steps = self.steps;
        let known = steps.get_mut(..self.count.min(STEPS))?;
        known.sort_unstable();
        known.get(known.len() / 2).copied()
    }
}

impl Check for Jump {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Some(by) = restart(event) {
            self.tracks.restarted(by).for_each(|track| track.last = None);
        }
        let now = event.at.ts;
        self.stalls.event(event);
        let stalled = self.stalls.is_near(event.dir, now);
        if let Kind::Media(m) = &event.kind
            && m.role == MediaRole::Silence
            && let Some(track) = self.tracks.of(m)
        {
            track.silent = true;
        }
        let Some(m) = coded(event) else { return };
        let Some(track) = self.tracks.of(m) else { return };
        let silent = std::mem::take(&mut track.silent);
        let Some((before, at)) = track.last.replace((m.dts_ms, now)) else { return };
        cx.judged();
        let (step, gap) = (m.dts_ms.saturating_sub(before), now.since(at));
        let longest = *self.longest.get_or_insert_with(|| cx.threshold_ns("step_ms") / 1_000_000);
        if step <= longest {
            return track.add(step);
        }
        let usual = track.usual();
        track.add(step);
        let often = usual.is_some_and(|usual| {
            f64::from(u32::try_from(step).unwrap_or(u32::MAX)) > f64::from(usual) * cx.threshold("times")
        });
        let paused = gap.saturating_mul(2) >= step.saturating_mul(1_000_000);
        if !often || paused || is_play_start(m.stream, now, cx.threshold_ns("play_start_s"), cx) {
            return;
        }
        let found = Found::at(event).of(m.stream);
        let found = match (silent, stalled) {
            (true, _) => found.case("silence").info(),
            (_, true) => found.case("dropped").info(),
            _ => found.case("jump"),
        };
        let (name, usual) = (m.media.name(), usual.unwrap_or(0));
        cx.find(found, |_| {
            Said::new(format!("the time of {name} went ahead by {step} ms from one frame to the next"))
                .expected(format!("steps of about {usual} ms"))
                .actual(format!("{step} ms, within {:.0} ms on the wire", ns_to_ms(gap)))
        });
    }

    fn held_bytes(&self) -> usize {
        self.tracks.held_bytes()
    }
}

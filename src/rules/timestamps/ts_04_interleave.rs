//! TS-04 interleave
//!
//! ## What it does
//! Measures how far audio and video timestamps are apart while both keep coming. Two seconds for a second or longer are
//! a warning, half a second is an info.
//!
//! ## Why it matters
//! Players have to hold one of them back for that long, and those with small buffers stutter or drop it. A distance
//! that grows is a clock that runs wrong.
//!
//! ## Spec
//! Practice
//!
//! ## Tolerance
//! Decoding times are compared, so that the delay of B-frames does not count. The first ten seconds of a play are left
//! out. What begins with a jump, or at the start of the stream, is left to TS-02 and TS-03, and a kind that stops to
//! NET-04.
//!
//! ## How to fix
//! Send what is due first, from one queue ordered by time; take both times from one clock.

use crate::base::time::CaptureTime;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, MediaKind};

use super::shared::{Tracks, coded, is_play_start};

pub(super) static RULE: Rule = Rule {
    code: "TS-04",
    name: "interleave",
    severity: Severity::Warning,
    spec: "practice",
    subject: "streams with audio and video",
    help: "send what is due first, from one queue ordered by time; take both times from one clock",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "longest_ms", default: 2_000.0, about: "distance that is a warning" },
        Threshold { name: "usual_ms", default: 500.0, about: "distance up to which nothing is reported" },
        Threshold { name: "for_s", default: 1.0, about: "how long it has to last" },
        Threshold { name: "play_start_s", default: 10.0, about: "the start of a play that is not looked at" },
    ],
    hears: &[Topic::Media, Topic::Stream, Topic::Config, Topic::Mark, Topic::Command, Topic::Control],
    source: include_str!("ts_04_interleave.rs"),
    new: || Box::new(Interleave::default()),
    ..Rule::BASE
};

/// A kind that pauses for longer does not keep coming.
const ALIVE_NS: i64 = 1_000_000_000;
/// A longer step ahead, and each back as long, is a jump.
const JUMP_MS: i64 = 1_000;

#[derive(Default)]
struct Interleave {
    /// By stream; what is kept stands with its audio.
    streams: Tracks<Both>,
    /// The usual distance, by the profile.
    usual: Option<i64>,
}

/// The latest of both kinds.
#[derive(Default)]
struct Both {
    audio: Option<(i64, CaptureTime)>,
    video: Option<(i64, CaptureTime)>,
    /// Since when they are apart, and far apart.
    apart: Option<CaptureTime>,
    far: Option<CaptureTime>,
    /// The first time they were apart, and how far; told at the end, unless they were far apart too, which is told once.
    near: Option<Box<(Found, i64)>>,
    was_far: bool,
    /// It was so from the start, or since a jump.
    excused: bool,
    begun: bool,
}

impl Check for Interleave {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.streams.restarted(cx).for_each(Both::restart);
        let Some(m) = coded(event).filter(|m| m.track == 0) else { return };
        let Some(both) = self.streams.at((m.stream, MediaKind::Audio, 0)) else { return };
        let now = event.at.ts;
        let own = match m.media {
            MediaKind::Audio => &mut both.audio,
            MediaKind::Video => &mut both.video,
        };
        let before = own.replace((m.dts_ms, now));
        let jumps =
            before.is_some_and(|(dts, _)| !(-JUMP_MS..=JUMP_MS).contains(&m.dts_ms.saturating_sub(dts)));
        both.excused |= jumps;
        let (Some((audio, heard)), Some((video, seen))) = (both.audio, both.video) else { return };
        cx.judged();
        let skew = audio.saturating_sub(video);
        let over = |name: &str| skew.saturating_abs() > cx.threshold_ns(name) / 1_000_000;
        let usual = *self.usual.get_or_insert_with(|| cx.threshold_ns("usual_ms") / 1_000_000);
        if skew.saturating_abs() <= usual {
            (both.excused, both.begun) = (false, true);
            return both.together();
        }
        let alive = now.since(heard) <= ALIVE_NS && now.since(seen) <= ALIVE_NS;
        let fresh = cx.seen.stream(m.stream).is_some_and(|stream| stream.fresh);
        both.excused |= !std::mem::replace(&mut both.begun, true) && fresh;
        let starting = is_play_start(m.stream, now, cx.threshold_ns("play_start_s"), cx);
        if !alive || both.excused || starting {
            return both.together();
        }
        let most = cx.threshold_ns("for_s");
        both.far = over("longest_ms").then(|| both.far.unwrap_or(now));
        let apart = *both.apart.get_or_insert(now);
        if both.far.is_some_and(|far| now.since(far) >= most) && !std::mem::replace(&mut both.was_far, true) {
            cx.find(Found::at(event).case("far").of(m.stream), |_| said(skew));
        } else if now.since(apart) >= most && both.near.is_none() {
            both.near = Some(Box::new((Found::at(event).case("near").of(m.stream).info(), skew)));
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        for (_, both) in self.streams.iter_mut().filter(|(_, both)| !both.was_far) {
            if let Some((found, skew)) = both.near.take().map(|near| *near) {
                cx.find(found, |_| said(skew));
            }
        }
    }

    fn held_bytes(&self) -> usize {
        self.streams.held_bytes()
    }
}

impl Both {
    fn together(&mut self) {
        (self.apart, self.far) = (None, None);
    }

    fn restart(&mut self) {
        (self.audio, self.video, self.excused, self.begun) = (None, None, false, false);
        self.together();
    }
}

fn said(skew: i64) -> Said {
    let (ahead, behind) = if skew > 0 { ("audio", "video") } else { ("video", "audio") };
    Said::new(format!("{ahead} is sent {} ms ahead of {behind}, for some time", skew.saturating_abs()))
}

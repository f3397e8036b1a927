//! TS-05 media-clock
//!
//! ## What it does
//! Measures whether a live publisher's media time keeps pace with real time. Fits a line (least squares) through the
//! times of its frames over when they came, for thirty seconds and more: the slope says how many seconds of media
//! arrive in a second.
//!
//! ## Why it matters
//! A publisher that falls behind fills buffers until frames are dropped, and the delay grows. One that runs ahead makes
//! servers pile up what they cannot send yet.
//!
//! ## Spec
//! Practice
//!
//! ## Tolerance
//! The first ten seconds do not count, nor ten seconds after each pause of more than one, in which a sender catches up.
//! Up to 0.1 % is the drift of ordinary clocks, up to 1 % an info. Files that are pushed without pacing (ffmpeg without
//! `-re`) are faster than real time: an info.
//!
//! ## How to fix
//! Below 1: if the network is slow (NET-02), lower the bitrate; else the encoder cannot keep up, or writes a frame rate
//! that it does not reach. Above 1: pace by the times (`ffmpeg -re`).

use crate::base::pos::{Dir, PacketRef};
use crate::base::time::{CaptureTime, ns_to_ms, ns_to_s};
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, MediaKind, StreamRole};

use super::shared::{Tracks, coded};

mod line;

use line::Line;

pub(super) static RULE: Rule = Rule {
    code: "TS-05",
    name: "media-clock",
    severity: Severity::Warning,
    spec: "practice",
    subject: "published streams",
    help: "if the path is slow, lower the bitrate; else look for an encoder that cannot keep up, or a wrong frame rate",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "least_s", default: 30.0, about: "how long a line has to be" },
        Threshold {
            name: "skip_s",
            default: 10.0,
            about: "seconds that are left out at the start and after a pause",
        },
        Threshold { name: "warn_share", default: 0.01, about: "difference from 1 that is a warning" },
        Threshold { name: "tell_share", default: 0.001, about: "difference from 1 that is reported" },
        Threshold { name: "fast", default: 1.5, about: "slope from which on it is a file" },
    ],
    hears: &[Topic::Media, Topic::Stream, Topic::Config, Topic::Mark, Topic::Command],
    source: include_str!("ts_05_media_clock.rs"),
    new: || Box::new(MediaClock::default()),
    ..Rule::BASE
};

/// A longer gap on the wire is a pause.
const PAUSE_NS: i64 = 1_000_000_000;
/// A longer step, and each back as long, begins another line.
const BREAK_MS: i64 = 10_000;
const BACK_MS: i64 = 1_000;

#[derive(Default)]
struct MediaClock {
    tracks: Tracks<Track>,
    /// What is left out, by the profile.
    skip: Option<i64>,
}

#[derive(Default)]
struct Track {
    last: Option<(i64, PacketRef)>,
    /// Nothing before counts.
    from: Option<CaptureTime>,
    line: Line,
    /// The longest line before this one.
    longest: Line,
}

impl Track {
    fn restart(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.wall_s() > self.longest.wall_s() {
            self.longest = line;
        }
        self.last = None;
    }
}

impl Check for MediaClock {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if event.dir != Dir::ClientToServer {
            return;
        }
        self.tracks.restarted(cx).for_each(Track::restart);
        let Some(m) = coded(event) else { return };
        let published = cx.seen.stream(m.stream).is_some_and(|s| s.role == StreamRole::Publish);
        let Some(track) = self.tracks.of(m).filter(|_| published) else { return };
        let now = event.at.ts;
        let skip = *self.skip.get_or_insert_with(|| cx.threshold_ns("skip_s"));
        let begins = CaptureTime(now.0.saturating_add(skip));
        track.from.get_or_insert(begins);
        if let Some((before, at)) = track.last {
            if !(-BACK_MS..=BREAK_MS).contains(&m.dts_ms.saturating_sub(before)) {
                track.restart();
            }
            if now.since(at.ts) > PAUSE_NS {
                track.from = Some(begins);
            }
        }
        track.last = Some((m.dts_ms, event.at));
        if track.from.is_some_and(|from| now >= from) {
            track.line.add(now, m.dts_ms);
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        // Of each stream its video, or else its audio.
        let mut told: Vec<u32> = Vec::new();
        for kind in [MediaKind::Video, MediaKind::Audio] {
            for ((stream, media, _), track) in self.tracks.iter_mut() {
                if media == kind && !told.contains(&stream) && track.judge(stream, media, cx) {
                    told.push(stream);
                }
            }
        }
        if told.is_empty() {
            cx.doubt(Doubt::TooLittle);
        }
    }

    fn held_bytes(&self) -> usize {
        self.tracks.held_bytes()
    }
}

impl Track {
    /// Whether there was enough to tell.
    fn judge(&mut self, stream: u32, media: MediaKind, cx: &mut Cx<'_>) -> bool {
        let Some((_, at)) = self.last else { return false };
        self.restart();
        let line = &self.longest;
        let Some(slope) = line.slope().filter(|_| line.wall_s() >= cx.threshold("least_s")) else {
            return false;
        };
        cx.judged();
        let off = (slope - 1.0).abs();
        let found = Found::in_place(Place::packet(Dir::ClientToServer, at)).of(stream);
        let (found, what) = match slope {
            slope if slope > cx.threshold("fast") => (found.case("faster").info(), "faster than real time"),
            _ if off <= cx.threshold("tell_share") => return true,
            slope => {
                let what = if slope < 1.0 { "slower than it plays" } else { "faster than it plays" };
                let case = if off > cx.threshold("warn_share") {
                    found.case("off")
                } else {
                    found.case("drift").info()
                };
                (case, what)
            }
        };
        cx.find(found, |_| {
            Said::new(format!("{} arrives {what}", media.name()))
                .expected("1 s of media in a second")
                .actual(format!("{slope:.4} s, over {:.0} s and {} frames", line.wall_s(), line.count()))
        });
        true
    }
}

/// Nanoseconds of a time since another, in milliseconds.
fn ms_since(now: CaptureTime, then: CaptureTime) -> f64 {
    ns_to_ms(now.since(then))
}

/// The same in seconds.
fn s_since(now: CaptureTime, then: CaptureTime) -> f64 {
    ns_to_s(now.since(then))
}

//! TS-03 start-offset
//!
//! ## What it does
//! Compares the presentation times of the first coded audio and the first coded video of a stream.
//!
//! ## Why it matters
//! With more than a second between them, players begin late or without sound. Recorders that move both to zero lose lip
//! sync.
//!
//! ## Spec
//! Practice
//!
//! ## Tolerance
//! Up to 200 ms are usual; up to a second is an info. So is a track that also comes as much later on the wire
//! (nginx-rtmp relays audio at once and video from the next key frame on): it begins late, its times are right. A play
//! joins a stream anywhere: an info from two seconds on.
//!
//! ## How to fix
//! Take both times from one clock, and begin both tracks at about the same time: drop audio until the first key frame.

use crate::base::time::CaptureTime;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind, StreamRole};

use super::shared::{Tracks, coded};

pub(super) static RULE: Rule = Rule {
    code: "TS-03",
    name: "start-offset",
    severity: Severity::Warning,
    spec: "practice",
    subject: "streams with audio and video from their beginning",
    help: "take both times from one clock, and drop audio until the first key frame",
    guards: &[Guard::Clear, Guard::Fresh],
    thresholds: &[
        Threshold { name: "longest_ms", default: 1_000.0, about: "offset that is a warning" },
        Threshold { name: "usual_ms", default: 200.0, about: "offset up to which nothing is reported" },
        Threshold { name: "join_ms", default: 2_000.0, about: "offset that is reported of a play" },
        Threshold {
            name: "late_s",
            default: 5.0,
            about: "how much later on the wire a track is another matter",
        },
    ],
    hears: &[Topic::Stream],
    on_call: &[Topic::Media],
    source: include_str!("ts_03_start_offset.rs"),
    new: || Box::new(StartOffset::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct StartOffset {
    /// By stream; what is kept stands with its audio.
    streams: Tracks<First>,
}

/// The first frame of each kind: presentation time, and when it came.
#[derive(Default)]
struct First {
    audio: Option<(i64, CaptureTime)>,
    video: Option<(i64, CaptureTime)>,
}

impl Check for StartOffset {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if matches!(event.kind, Kind::StreamStarted { .. }) {
            return cx.wake();
        }
        let Some(m) = coded(event) else { return };
        let Some(first) = self.streams.at((m.stream, MediaKind::Audio, 0)) else { return };
        let own = match m.media {
            MediaKind::Audio => &mut first.audio,
            MediaKind::Video => &mut first.video,
        };
        if own.is_some() {
            let both =
                self.streams.iter_mut().filter(|(_, first)| first.audio.is_some() && first.video.is_some());
            if both.count() >= cx.seen.streams().len() {
                cx.sleep();
            }
            return;
        }
        *own = Some((m.dts_ms.saturating_add(m.composition_ms.into()), event.at.ts));
        let (Some((audio, heard)), Some((video, seen))) = (first.audio, first.video) else { return };
        let Some(stream) = cx.seen.stream(m.stream).filter(|stream| stream.fresh) else { return };
        cx.judged();
        let offset = audio.saturating_sub(video);
        let over = |name: &str| offset.saturating_abs() > cx.threshold_ns(name) / 1_000_000;
        if !over("usual_ms") {
            return;
        }
        let apart = heard.since(seen).saturating_abs();
        let later = apart > cx.threshold_ns("late_s")
            || apart.saturating_mul(2) >= offset.saturating_abs().saturating_mul(1_000_000);
        let found = Found::at(event).of(m.stream);
        let found = if stream.role == StreamRole::Play {
            if !over("join_ms") {
                return;
            }
            found.case("join").info()
        } else if later {
            found.case("late-track").info()
        } else if over("longest_ms") {
            found.case("offset")
        } else {
            found.case("small-offset").info()
        };
        let (earlier, later) = if offset > 0 { ("video", "audio") } else { ("audio", "video") };
        cx.find(found, |_| {
            Said::new(format!("{later} begins {} ms behind {earlier}", offset.saturating_abs()))
                .actual(format!("first audio at {audio} ms, first video at {video} ms"))
        });
    }

    fn held_bytes(&self) -> usize {
        self.streams.held_bytes()
    }
}

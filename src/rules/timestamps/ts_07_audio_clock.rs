//! TS-07 audio-clock
//!
//! ## What it does
//! Compares the duration of the audio samples with the timestamps of AAC, MP3 and Opus frames. They may differ by 100
//! ms over ten seconds and more. A single step may be three frames off.
//!
//! ## Why it matters
//! Players play samples at their rate whatever the timestamps say: sound and picture drift apart, or the sound clicks
//! when the player corrects. A hole is a piece of sound that is missing.
//!
//! ## Spec
//! ISO/IEC 14496-3 (1024, 960 or 2048 samples); MPEG audio (1152, 576); RFC 6716, 3.1 (Opus)
//!
//! ## Tolerance
//! Rounding to milliseconds adds up to nothing. Holes after silence that was announced, and where a stalled sender
//! dropped frames or paused, are an info. Steps that TS-01 and TS-02 report are left out, and so is sound that stays
//! away for more than two seconds (NET-04); after each the count begins anew.
//!
//! ## How to fix
//! A drift: the rate in the configuration is not that of the samples, or times are taken from another clock; resample
//! to the clock (`aresample=async=1`), or count time in samples. Holes: look for an input that overruns, or dropped
//! frames.

use crate::base::time::CaptureTime;
use crate::media::codec::Codec;
use crate::media::config::AudioFormat;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind, MediaMessage, MediaRole};

use super::shared::{Tracks, coded, number};

mod duration;

use duration::Samples;

pub(super) static RULE: Rule = Rule {
    code: "TS-07",
    name: "audio-clock",
    severity: Severity::Warning,
    spec: "ISO 14496-3; RFC 6716, 3.1",
    subject: "audio frames of known length",
    help: "count audio time in samples, or resample to the clock (aresample=async=1); check the rate in the configuration",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "drift_ms", default: 100.0, about: "difference that is a drift" },
        Threshold { name: "over_s", default: 10.0, about: "after how long it is one" },
        Threshold { name: "frames", default: 3.0, about: "by how many frames a step may be off" },
    ],
    hears: &[
        Topic::Audio,
        Topic::Enhanced,
        Topic::Stream,
        Topic::Config,
        Topic::Mark,
        Topic::Command,
        Topic::Control,
        Topic::Transport,
    ],
    source: include_str!("ts_07_audio_clock.rs"),
    new: || Box::new(AudioClock::default()),
    ..Rule::BASE
};

/// Audio that pauses on the wire for longer, while video goes on, is told elsewhere.
const ALONE_NS: i64 = 2_000_000_000;
/// A step longer than this that the wire does not show is a jump.
const JUMP_MS: i64 = 1_000;

#[derive(Default)]
struct AudioClock {
    tracks: Tracks<Track>,
}

/// A track: its format, and what it counted.
#[derive(Default)]
struct Track {
    /// Samples of a frame, and their rate.
    format: Option<Samples>,
    /// The first time of the count, the samples behind it, and the last time with its frame.
    base: Option<i64>,
    samples: u64,
    last: Option<(i64, CaptureTime, Samples)>,
    silent: bool,
}

impl Track {
    fn begin(&mut self, dts: i64) {
        (self.base, self.samples) = (Some(dts), 0);
    }
}

impl Check for AudioClock {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.tracks.restarted(cx).for_each(|track| track.last = None);
        match &event.kind {
            Kind::Config { stream, media: MediaKind::Audio, track, config, .. } => {
                self.format(*stream, *track, config.audio());
            }
            Kind::FrameFormat { stream, media: MediaKind::Audio, track, format, .. } => {
                self.format(*stream, *track, format.description.audio());
            }
            Kind::Media(m) if m.media == MediaKind::Audio && m.role == MediaRole::Silence => {
                if let Some(track) = self.tracks.of(m) {
                    track.silent = true;
                }
            }
            Kind::Media(_) => {
                let Some(m) = coded(event).filter(|m| m.media == MediaKind::Audio) else { return };
                if let Some(track) = self.tracks.of(m) {
                    track.frame(m, event, cx);
                }
            }
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        self.tracks.held_bytes()
    }
}

impl AudioClock {
    fn format(&mut self, stream: u32, track: u8, format: Option<&AudioFormat>) {
        let format = format.and_then(|f| Samples::new(f.frame_samples?.into(), f.sample_rate?));
        if let Some(track) = self.tracks.at((stream, MediaKind::Audio, track))
            && track.format != format
        {
            (track.format, track.last) = (format, None);
        }
    }
}

impl Track {
    fn frame(&mut self, m: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
        let (now, at) = (m.dts_ms, event.at.ts);
        let silent = std::mem::take(&mut self.silent);
        let payload = usize::try_from(m.header_bytes).ok().and_then(|n| event.body.get(n..));
        let samples = match m.codec {
            Some(Codec::Opus) if m.share.is_none() => payload.and_then(duration::opus),
            Some(Codec::Mp3) => self.format.and_then(|f| duration::mp3(f, payload?, m.payload_bytes)),
            Some(Codec::Aac) => self.format,
            _ => None,
        };
        let Some(samples) = samples else {
            self.last = None;
            return;
        };
        let Some((before, then, played)) = self.last.replace((now, at, samples)) else {
            return self.begin(now);
        };
        let step = now.saturating_sub(before);
        let jumps = step > JUMP_MS && at.since(then).saturating_mul(2) < step.saturating_mul(1_000_000);
        if step < 0 || jumps {
            return self.begin(now);
        }
        cx.judged();
        let off = ms(step) - played.ms();
        if off > 0.0 && off > played.ms() * cx.threshold("frames") {
            self.begin(now);
            let stalled = cx.seen.clocks.is_near_stall(event.dir, at);
            if at.since(then) > ALONE_NS && !stalled {
                return;
            }
            let found = Found::at(event).of(number(m));
            let found = match (silent, stalled) {
                (true, _) => found.case("silence").info(),
                (_, true) => found.case("dropped").info(),
                _ => found.case("hole"),
            };
            cx.find(found, |_| {
                Said::new("audio has a hole")
                    .expected(format!("{:.1} ms to the next frame", played.ms()))
                    .actual(format!("{step} ms, from {before} to {now} ms"))
                    .help("look for an input that overruns, or an encoder or server that drops frames")
            });
            return;
        }
        self.samples += u64::from(played.samples);
        self.drift(m, event, samples, cx);
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds and samples of a stream")]
    fn drift(&mut self, m: &MediaMessage, event: &Event<'_>, frame: Samples, cx: &mut Cx<'_>) {
        let Some(base) = self.base else { return self.begin(m.dts_ms) };
        let clock = m.dts_ms.saturating_sub(base) as f64;
        let counted = self.samples as f64 * 1_000.0 / f64::from(frame.rate);
        let off = clock - counted;
        if off.abs() < 1.0
            || off.abs() <= cx.threshold("drift_ms")
            || clock < cx.threshold("over_s") * 1_000.0
        {
            return;
        }
        self.begin(m.dts_ms);
        cx.find(Found::at(event).case("drift").of(number(m)), |_| {
            let how = if off > 0.0 { "faster" } else { "slower" };
            Said::new(format!("the timestamps of audio run {how} than its samples"))
                .expected(format!("{counted:.0} ms, by {} samples at {} Hz each", frame.samples, frame.rate))
                .actual(format!("{clock:.0} ms"))
        });
    }
}

#[expect(clippy::cast_precision_loss, reason = "a step in milliseconds")]
const fn ms(step: i64) -> f64 {
    step as f64
}

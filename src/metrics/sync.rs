//! How audio and video of a stream go together.
//!
//! Takes every coded frame of both tracks, with the 32-bit clocks of both in the same turn; gives
//! [`SyncSummary`]. Knows nothing of the frames' content.
//!
//! - *start offset*: PTS of the first coded audio − PTS of the first coded video; positive when audio is
//!   later;
//! - *skew*: last DTS of audio − last DTS of video, once for each coded frame when both are known. Where one
//!   track breaks ([`super::step`]) the other is unknown until its next frame. Least and greatest exact,
//!   quantiles of the signed values by nearest rank, within 2 % beyond 64 samples;
//! - *drift*: slope of (DTS − arrival) over arrival by least squares, audio's minus video's, when both have
//!   lasted 30 s. A step over a break adds nothing; the burst at the start is left out ([`super::pacing`]).

use super::num::{Line, from_i64};
use super::step;
use crate::base::quantile::Quantiles;
use crate::base::time::{CaptureTime, ns_to_ms};
use crate::session::event::MediaKind;

/// How long both tracks must last for a drift.
const DRIFT_FROM_NS: i64 = 30_000_000_000;

/// Skew in milliseconds.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skew {
    pub(crate) count: u64,
    pub(crate) min: i64,
    pub(crate) p50: i64,
    pub(crate) p95: i64,
    pub(crate) max: i64,
}

/// How audio and video of a stream went together.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct SyncSummary {
    pub(crate) start_offset_ms: i64,
    pub(crate) skew_ms: Option<Skew>,
    pub(crate) drift_ms_per_min: Option<f64>,
}

/// Keeps the figures of both tracks.
#[derive(Debug)]
pub(crate) struct Sync {
    audio: Clock,
    video: Clock,
    skew: Quantiles,
}

impl Sync {
    /// Nothing seen.
    pub(crate) fn new() -> Self {
        Self { audio: Clock::default(), video: Clock::default(), skew: Quantiles::default() }
    }

    /// Takes a coded frame; gives by how much the memory held has grown.
    pub(crate) fn frame(
        &mut self,
        media: MediaKind,
        dts_ms: i64,
        composition_ms: i32,
        at: CaptureTime,
    ) -> usize {
        let (own, other) = match media {
            MediaKind::Audio => (&mut self.audio, &mut self.video),
            MediaKind::Video => (&mut self.video, &mut self.audio),
        };
        if own.frame(dts_ms, i64::from(composition_ms), at) {
            other.current = None;
        }
        if let (Some(audio), Some(video)) = (self.audio.current, self.video.current) {
            return self.skew.add(audio.saturating_sub(video));
        }
        0
    }

    /// Begins the drift anew: what came so far was a burst.
    pub(crate) fn restart_drift(&mut self) {
        self.audio.drift = Drift::default();
        self.video.drift = Drift::default();
    }

    /// The figures; `None` until both tracks had a coded frame.
    pub(crate) fn summary(&self) -> Option<SyncSummary> {
        let start_offset_ms = self.audio.first_pts?.saturating_sub(self.video.first_pts?);
        let skew = || {
            Some(Skew {
                count: self.skew.count(),
                min: self.skew.min()?,
                p50: self.skew.percentile(50)?,
                p95: self.skew.percentile(95)?,
                max: self.skew.max()?,
            })
        };
        let drift = || {
            let per_ms = self.audio.drift.slope()? - self.video.drift.slope()?;
            Some(per_ms * 60_000.0).filter(|d| d.is_finite())
        };
        Some(SyncSummary { start_offset_ms, skew_ms: skew(), drift_ms_per_min: drift() })
    }
}

/// One track.
#[derive(Debug, Default)]
struct Clock {
    first_pts: Option<i64>,
    /// DTS of the last frame.
    last: Option<i64>,
    /// The same, unless the other track broke since.
    current: Option<i64>,
    drift: Drift,
}

impl Clock {
    /// Takes a frame; whether the timeline broke.
    fn frame(&mut self, dts: i64, composition: i64, at: CaptureTime) -> bool {
        self.first_pts.get_or_insert(dts.saturating_add(composition));
        self.current = Some(dts);
        let step = self.last.replace(dts).map_or(0, |before| dts.saturating_sub(before));
        let broke = step::breaks(step);
        self.drift.frame(if broke { None } else { Some(step) }, at);
        broke
    }
}

/// DTS − arrival over arrival, both in milliseconds from the first frame.
#[derive(Debug, Default)]
struct Drift {
    /// Arrival of the first and the last frame.
    span: Option<(CaptureTime, CaptureTime)>,
    ahead_ms: f64,
    line: Line,
}

impl Drift {
    /// Takes a frame that came `step` after the one before, or over a break.
    fn frame(&mut self, step: Option<i64>, at: CaptureTime) {
        if let (Some(step), Some((_, last))) = (step, self.span) {
            self.ahead_ms += from_i64(step) - ns_to_ms(at.since(last));
        }
        let first = self.span.map_or(at, |s| s.0);
        self.span = Some((first, at));
        self.line.add(ns_to_ms(at.since(first)), self.ahead_ms);
    }

    fn slope(&self) -> Option<f64> {
        let (first, last) = self.span?;
        if last.since(first) >= DRIFT_FROM_NS { self.line.slope() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::time;

    fn audio(sync: &mut Sync, dts: i64, at: i64) {
        sync.frame(MediaKind::Audio, dts, 0, time(at));
    }

    fn video(sync: &mut Sync, dts: i64, at: i64) {
        sync.frame(MediaKind::Video, dts, 0, time(at));
    }

    #[test]
    fn needs_both() {
        let mut sync = Sync::new();
        audio(&mut sync, 0, 0);
        assert_eq!(sync.summary(), None);
        sync.frame(MediaKind::Video, 10, 80, time(1));
        let s = sync.summary().unwrap();
        assert_eq!((s.start_offset_ms, s.drift_ms_per_min), (-90, None));
        assert_eq!(s.skew_ms, Some(Skew { count: 1, min: -10, p50: -10, p95: -10, max: -10 }));
    }

    #[test]
    fn skew_by_hand() {
        let mut sync = Sync::new();
        video(&mut sync, 0, 0);
        audio(&mut sync, 0, 0); // 0
        audio(&mut sync, 23, 23); // 23
        video(&mut sync, 40, 40); // -17
        audio(&mut sync, 46, 46); // 6
        assert_eq!(
            sync.summary().unwrap().skew_ms,
            Some(Skew { count: 4, min: -17, p50: 0, p95: 23, max: 23 })
        );
    }

    #[test]
    fn a_restart_of_both_is_no_skew() {
        let mut sync = Sync::new();
        for begin in [0, 100_000, 0] {
            for n in 0..10 {
                video(&mut sync, begin + 40 * n, 40 * n);
                audio(&mut sync, begin + 40 * n, 40 * n);
            }
        }
        let skew = sync.summary().unwrap().skew_ms.unwrap();
        assert_eq!((skew.min, skew.max), (-40, 0));
    }

    /// Audio runs `per_mille` faster than real time for `seconds` and jumps in the middle, video is exact.
    fn drifting(seconds: i64, per_mille: i64, jump: i64) -> Option<f64> {
        let mut sync = Sync::new();
        for n in 0..seconds * 50 {
            let at = 20 * n;
            let moved = if n < seconds * 25 { 0 } else { jump };
            audio(&mut sync, at + at * per_mille / 1000 + moved, at + n % 3);
            if n % 2 == 0 {
                video(&mut sync, at, at + n % 7);
            }
        }
        sync.summary().unwrap().drift_ms_per_min
    }

    #[test]
    fn drift_per_minute() {
        assert_eq!(drifting(29, 1, 0), None);
        assert!(drifting(40, 0, 0).unwrap().abs() < 0.5);
        assert!((drifting(60, 1, 0).unwrap() - 60.0).abs() < 1.0);
        assert!((drifting(60, -2, 0).unwrap() + 120.0).abs() < 1.0);
        // A jump adds only what it hides of its own frame, here 1 ms of DTS and 2 of jitter: 1.5 times that per minute.
        assert!((drifting(60, 1, 500_000).unwrap() - 60.0).abs() < 5.0);
    }

    #[test]
    fn no_drift_while_time_stands_still() {
        let mut sync = Sync::new();
        for n in 0..100 {
            audio(&mut sync, 1000 * n, 0);
            video(&mut sync, 1000 * n, 0);
        }
        assert_eq!(sync.summary().unwrap().drift_ms_per_min, None);
    }
}

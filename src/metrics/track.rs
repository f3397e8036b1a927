//! One audio or video track of a stream.
//!
//! Takes each media message of the track and its codec configurations, gives [`TrackSummary`]. Aggregates
//! only. It knows nothing of other tracks.
//!
//! Definitions, over the coded frames in message order, whole or cut by a hole:
//! - a *segment* ends where the DTS steps ahead by over 10 s or back by over 1 s (see [`super::step`]);
//!   `span` is the sum of all steps within segments, `intervals` their number: (n − 1) and `dts_n − dts_0`
//!   when nothing broke;
//! - `fps` = 1000 · intervals / span;
//! - `bitrate_bps` = 8 · payload / duration, where duration = span · frames / intervals: every frame lasts
//!   the mean interval, the last too; payload is coded bytes, without tag headers and sequence headers;
//! - `peak_bps` is the most payload in one tumbling second of DTS, times 8, from a span of 1 s on;
//! - `timestamp_regressions` counts coded frames whose DTS is below that of the coded frame before;
//! - `timestamp_jitter_ms` is the standard deviation of the steps within segments around their mean;
//! - `arrival_jitter_ms` is J of RFC 3550, 6.4.1: J += (|D| − J) / 16, D = step of arrival − step of DTS.

use std::sync::Arc;

use super::gop::{GopSummary, Gops};
use super::num::{Extent, Spread, from_i64, from_u64, ratio};
use super::step;
use super::units::UnitCounts;
use crate::base::time::{CaptureTime, ns_to_ms};
use crate::media::audio::Sound;
use crate::media::codec::Codec;
use crate::media::config::Description;
use crate::media::units::Units;
use crate::media::video::FrameType;
use crate::session::event::{ConfigChange, MediaMessage, MediaRole, TrackConfig};

/// What is known of a track. What needs more frames than there were is `None`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TrackSummary<'a> {
    /// Codec of the last configuration, if frames of it or none came behind it, else of the last message.
    pub(crate) codec: Option<Codec>,
    /// The last configuration, unless frames of another codec came behind it.
    pub(crate) config: Option<&'a TrackConfig>,
    /// What the last frame said of itself, of a codec without configurations.
    pub(crate) frame_format: Option<&'a Description>,
    /// Configurations, and formats stated by frames, that differed from the one before.
    pub(crate) config_changes: u64,
    /// What legacy audio tags state of the sound.
    pub(crate) sound: Option<Sound>,
    /// Whether any message had an Enhanced tag.
    pub(crate) enhanced: bool,
    /// Coded frames and commands by type of frame.
    pub(crate) frame_types: FrameTypes,
    /// Messages of this track, those in aggregates included.
    pub(crate) messages: u64,
    /// Of these, cut by a hole.
    pub(crate) incomplete: u64,
    /// Coded frames.
    pub(crate) frames: u64,
    /// Key frames.
    pub(crate) keyframes: u64,
    /// Message bodies on the wire; of a message of several tracks, the body of this one.
    pub(crate) bytes: u64,
    /// Coded bytes of these.
    pub(crate) payload_bytes: u64,
    pub(crate) bitrate_bps: Option<f64>,
    pub(crate) peak_bps: Option<f64>,
    pub(crate) fps: Option<f64>,
    /// DTS of the first coded frame.
    pub(crate) first_timestamp_ms: Option<i64>,
    /// DTS of the last coded frame.
    pub(crate) last_timestamp_ms: Option<i64>,
    pub(crate) gop: Option<GopSummary>,
    /// Least and greatest composition time of a coded frame.
    pub(crate) composition_ms: Option<(i64, i64)>,
    pub(crate) sequence_headers: u64,
    pub(crate) timestamp_regressions: u64,
    pub(crate) timestamp_jitter_ms: Option<f64>,
    pub(crate) arrival_jitter_ms: Option<f64>,
    /// What the frames are made of, for video codecs of which that is read.
    pub(crate) units: Option<&'a UnitCounts>,
}

/// Coded video frames and commands by type of frame.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FrameTypes {
    pub(crate) key: u64,
    pub(crate) inter: u64,
    pub(crate) disposable_inter: u64,
    pub(crate) generated_key: u64,
    pub(crate) command: u64,
    pub(crate) reserved: u64,
}

impl FrameTypes {
    const fn add(&mut self, frame: Option<FrameType>) {
        match frame {
            Some(FrameType::Key) => self.key += 1,
            Some(FrameType::Inter) => self.inter += 1,
            Some(FrameType::Disposable) => self.disposable_inter += 1,
            Some(FrameType::GeneratedKey) => self.generated_key += 1,
            Some(FrameType::Command) => self.command += 1,
            Some(FrameType::Reserved(_)) => self.reserved += 1,
            None => {}
        }
    }
}

/// Keeps the figures of a track.
#[derive(Debug, Default)]
pub(crate) struct Track {
    codec: Option<Codec>,
    /// Codec of the coded frame before.
    frames_codec: Option<Codec>,
    config: Option<Arc<TrackConfig>>,
    /// Whether frames of another codec came behind it.
    config_is_of_another: bool,
    frame_format: Option<Box<Description>>,
    config_changes: u64,
    sound: Option<Sound>,
    enhanced: bool,
    frame_types: FrameTypes,
    messages: u64,
    incomplete: u64,
    frames: u64,
    keyframes: u64,
    bytes: u64,
    payload_bytes: u64,
    sequence_headers: u64,
    regressions: u64,
    first_dts: Option<i64>,
    last: Option<(i64, CaptureTime)>,
    span_ms: i64,
    intervals: u64,
    gops: Gops,
    composition: Extent,
    steps: Spread,
    arrival_jitter: f64,
    second: Second,
    units: Option<Box<UnitCounts>>,
}

impl Track {
    /// Takes a message that was complete at `at`; gives by how much the memory held has grown.
    pub(crate) fn message(&mut self, media: &MediaMessage, at: CaptureTime) -> usize {
        self.messages += 1;
        self.incomplete += u64::from(!media.complete);
        let (bytes, payload_bytes) = media.track_bytes();
        self.bytes += bytes;
        self.payload_bytes += payload_bytes;
        if media.unfinished {
            return 0;
        }
        self.codec = media.codec.or(self.codec);
        self.sound = media.sound.or(self.sound);
        let grown = media.units.as_ref().map_or(0, |units| self.units(units));
        self.enhanced |= media.enhanced;
        match media.role {
            MediaRole::SequenceHeader => self.sequence_headers += 1,
            MediaRole::KeyFrame | MediaRole::Frame => {
                self.coded_as(media.codec);
                self.frame_types.add(media.frame_type);
                self.frame(media, at, payload_bytes);
            }
            MediaRole::Command => self.frame_types.add(media.frame_type),
            _ => {}
        }
        grown
    }

    /// Takes no more of a message than its time; nothing grows by that.
    pub(super) fn time(&mut self, media: &MediaMessage, at: CaptureTime) -> usize {
        if media.role.is_coded() && !media.unfinished {
            self.first_dts.get_or_insert(media.dts_ms);
            self.last = Some((media.dts_ms, at));
        }
        0
    }

    fn units(&mut self, units: &Units) -> usize {
        let made = if self.units.is_none() { size_of::<UnitCounts>() } else { 0 };
        made + self.units.get_or_insert_default().add(units)
    }

    /// What is known of the format does not hold for frames of another codec.
    fn coded_as(&mut self, codec: Option<Codec>) {
        let Some(codec) = codec else { return };
        if self.frames_codec.replace(codec) != Some(codec) {
            self.frame_format = None;
        }
        self.config_is_of_another = self.config.as_ref().is_some_and(|config| config.codec != codec);
    }

    /// Takes a codec configuration.
    pub(crate) fn config(&mut self, config: &Arc<TrackConfig>, change: ConfigChange) {
        self.config_changes += u64::from(change == ConfigChange::Changed);
        self.config_is_of_another = false;
        if change != ConfigChange::Repeated || self.config.is_none() {
            self.config = Some(Arc::clone(config));
        }
    }

    /// Takes what a frame says of itself, and whether one before said something else.
    pub(crate) fn frame_format(&mut self, description: &Description, changed: bool) {
        self.config_changes += u64::from(changed);
        self.frame_format = Some(Box::new(description.clone()));
    }

    /// The figures so far.
    pub(crate) fn summary(&self) -> TrackSummary<'_> {
        let span = from_i64(self.span_ms);
        let intervals = from_u64(self.intervals);
        let config = self.config.as_deref().filter(|_| !self.config_is_of_another);
        let stepped = self.intervals > 0;
        TrackSummary {
            codec: config.map(|c| c.codec).or(self.codec),
            config,
            frame_format: self.frame_format.as_deref(),
            config_changes: self.config_changes,
            sound: self.sound,
            enhanced: self.enhanced,
            frame_types: self.frame_types,
            messages: self.messages,
            incomplete: self.incomplete,
            frames: self.frames,
            keyframes: self.keyframes,
            bytes: self.bytes,
            payload_bytes: self.payload_bytes,
            bitrate_bps: ratio(8e3 * from_u64(self.payload_bytes) * intervals, span * from_u64(self.frames))
                .filter(|_| stepped),
            peak_bps: (self.span_ms >= Second::MS).then(|| 8.0 * from_u64(self.second.most())),
            fps: ratio(1e3 * intervals, span).filter(|_| stepped),
            first_timestamp_ms: self.first_dts,
            last_timestamp_ms: self.last.map(|l| l.0),
            gop: self.gops.summary(),
            composition_ms: (self.composition.count > 0)
                .then_some((self.composition.min, self.composition.max)),
            sequence_headers: self.sequence_headers,
            timestamp_regressions: self.regressions,
            timestamp_jitter_ms: self.steps.deviation(),
            arrival_jitter_ms: stepped.then_some(self.arrival_jitter),
            units: self.units.as_deref(),
        }
    }

    fn frame(&mut self, media: &MediaMessage, at: CaptureTime, payload_bytes: u64) {
        let dts = media.dts_ms;
        let key = media.role == MediaRole::KeyFrame;
        self.frames += 1;
        self.keyframes += u64::from(key);
        self.first_dts.get_or_insert(dts);
        self.composition.add(i64::from(media.composition_ms));
        if let Some((dts_before, at_before)) = self.last.replace((dts, at)) {
            let step = dts.saturating_sub(dts_before);
            self.regressions += u64::from(step < 0);
            if step::breaks(step) {
                self.gops.cut();
                self.second.cut();
            } else {
                self.step(step, at.since(at_before));
            }
        }
        self.gops.frame(key, dts);
        self.second.frame(dts, payload_bytes);
    }

    fn step(&mut self, step_ms: i64, arrival_ns: i64) {
        let step = from_i64(step_ms);
        self.span_ms = self.span_ms.saturating_add(step_ms);
        self.intervals += 1;
        self.steps.add(step);
        let off = (ns_to_ms(arrival_ns) - step).abs();
        self.arrival_jitter += (off - self.arrival_jitter) / 16.0;
    }
}

/// The second with the most bytes: tumbling seconds of DTS from the first frame of a segment.
#[derive(Copy, Clone, Debug, Default)]
struct Second {
    begin: Option<i64>,
    bytes: u64,
    most: u64,
}

impl Second {
    const MS: i64 = 1000;

    fn frame(&mut self, dts: i64, bytes: u64) {
        let begin = *self.begin.get_or_insert(dts);
        let ahead = dts.saturating_sub(begin);
        if ahead >= Self::MS {
            self.most = self.most();
            self.bytes = 0;
            self.begin = Some(dts - ahead % Self::MS);
        }
        self.bytes += bytes;
    }

    fn cut(&mut self) {
        *self = Self { begin: None, bytes: 0, most: self.most() };
    }

    fn most(&self) -> u64 {
        self.most.max(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::codec::Codec;
    use crate::media::config::describe_frame;
    use crate::metrics::testing::{audio, time, video};

    fn close(value: Option<f64>, to: f64) {
        assert!(value.is_some_and(|v| (v - to).abs() < 1e-6 * to.abs().max(1.0)), "{value:?} for {to}");
    }

    #[test]
    fn an_empty_track_knows_nothing() {
        let track = Track::default();
        let s = track.summary();
        assert_eq!((s.messages, s.frames), (0, 0));
        assert_eq!((s.bitrate_bps, s.fps, s.peak_bps, s.first_timestamp_ms), (None, None, None, None));
        assert_eq!((s.gop, s.composition_ms, s.arrival_jitter_ms), (None, None, None));
    }

    #[test]
    fn six_seconds_by_hand() {
        let mut track = Track::default();
        track.message(&video(MediaRole::SequenceHeader, 0), time(0));
        for n in 0..150 {
            let role = if n % 50 == 0 { MediaRole::KeyFrame } else { MediaRole::Frame };
            let media =
                MediaMessage { composition_ms: if n % 2 == 0 { 0 } else { 80 }, ..video(role, 40 * n) };
            track.message(&media, time(40 * n + 7));
        }
        track.message(&video(MediaRole::SequenceEnd, 6000), time(6000));
        let s = track.summary();
        assert_eq!((s.messages, s.frames, s.keyframes, s.sequence_headers), (152, 150, 3, 1));
        assert_eq!((s.bytes, s.payload_bytes), (152_000, 150 * 995));
        assert_eq!((s.first_timestamp_ms, s.last_timestamp_ms), (Some(0), Some(5960)));
        assert_eq!(s.composition_ms, Some((0, 80)));
        assert_eq!(s.gop.map(|g| g.seconds.count), Some(2));
        close(s.fps, 25.0);
        close(s.bitrate_bps, 8.0 * 995.0 * 25.0);
        close(s.peak_bps, 8.0 * 995.0 * 25.0);
        close(s.timestamp_jitter_ms, 0.0);
        close(s.arrival_jitter_ms, 0.0);
        assert_eq!(s.timestamp_regressions, 0);
    }

    #[test]
    fn one_frame_has_no_rate() {
        let mut track = Track::default();
        track.message(&audio(MediaRole::Frame, 500), time(0));
        let s = track.summary();
        assert_eq!(
            (s.fps, s.bitrate_bps, s.timestamp_jitter_ms, s.arrival_jitter_ms),
            (None, None, None, None)
        );
        assert_eq!(s.first_timestamp_ms, Some(500));
    }

    #[test]
    fn equal_timestamps_divide_by_nothing() {
        let mut track = Track::default();
        (0..9).for_each(|_| _ = track.message(&audio(MediaRole::Frame, 500), time(0)));
        let s = track.summary();
        assert_eq!((s.fps, s.bitrate_bps, s.timestamp_regressions), (None, None, 0));
    }

    #[test]
    fn a_jump_and_a_restart_add_nothing() {
        let mut track = Track::default();
        for begin in [0, 3_600_000, 0] {
            for n in 0..75 {
                let role = if n % 50 == 0 { MediaRole::KeyFrame } else { MediaRole::Frame };
                track.message(&video(role, begin + 40 * n), time(40 * n));
            }
        }
        let s = track.summary();
        close(s.fps, 25.0);
        close(s.bitrate_bps, 8.0 * 995.0 * 25.0);
        close(s.peak_bps, 8.0 * 995.0 * 25.0);
        assert_eq!(s.gop.map(|g| (g.seconds.count, g.frames.max)), Some((3, 50.0)));
        assert_eq!(s.timestamp_regressions, 1);
        assert_eq!(s.last_timestamp_ms, Some(2960));
    }

    #[test]
    fn a_small_step_back_counts_as_it_is() {
        let mut track = Track::default();
        for dts in [0, 80, 40, 120] {
            track.message(&video(MediaRole::Frame, dts), time(dts));
        }
        let s = track.summary();
        assert_eq!(s.timestamp_regressions, 1);
        close(s.fps, 25.0); // 3 intervals in 120 ms
    }

    #[test]
    fn arrival_jitter_by_hand() {
        let mut track = Track::default();
        for (dts, at) in [(0, 0), (40, 56), (80, 80)] {
            track.message(&video(MediaRole::Frame, dts), time(at));
        }
        // |D| is 16 twice: 1, then 1 + 15/16.
        close(track.summary().arrival_jitter_ms, 1.9375);
    }

    #[test]
    fn the_peak_is_one_second() {
        let mut track = Track::default();
        for n in 0..75 {
            let payload_bytes = if (30..40).contains(&n) { 2000 } else { 100 };
            let media = MediaMessage { payload_bytes, ..video(MediaRole::Frame, 40 * n) };
            track.message(&media, time(40 * n));
        }
        close(track.summary().peak_bps, 8.0 * (10.0 * 2000.0 + 15.0 * 100.0));
    }

    #[test]
    fn the_configuration_comes_first() {
        let mut track = Track::default();
        track.message(&video(MediaRole::Frame, 0), time(0));
        assert_eq!(track.summary().codec, Some(Codec::H264));
        let mut config = TrackConfig { codec: Codec::Hevc, bytes: 40, description: None };
        track.config(&Arc::new(config.clone()), ConfigChange::First);
        track.config(&Arc::new(config.clone()), ConfigChange::Repeated);
        config.bytes = 50;
        track.config(&Arc::new(config), ConfigChange::Changed);
        let hevc = |dts| MediaMessage { codec: Some(Codec::Hevc), ..video(MediaRole::Frame, dts) };
        track.message(&hevc(40), time(40));
        let s = track.summary();
        assert_eq!((s.codec, s.config_changes), (Some(Codec::Hevc), 1));
        assert_eq!(s.config.map(|c| c.bytes), Some(50));
    }

    #[test]
    fn a_configuration_says_nothing_of_frames_of_another_codec() {
        let mut track = Track::default();
        let config = Arc::new(TrackConfig { codec: Codec::Aac, bytes: 2, description: None });
        let frame = |codec, dts| MediaMessage { codec: Some(codec), ..audio(MediaRole::Frame, dts) };
        let seen = |track: &Track| {
            let s = track.summary();
            (s.codec, s.config.is_some(), s.frame_format.is_some())
        };
        track.config(&config, ConfigChange::First);
        track.message(&frame(Codec::Mp3, 0), time(0));
        let head = [0xFF, 0xFB, 0x90, 0x64];
        track.frame_format(&describe_frame(Codec::Mp3, &head).unwrap(), false);
        track.message(&frame(Codec::Mp3, 26), time(26));
        assert_eq!(seen(&track), (Some(Codec::Mp3), false, true));
        // Back again, with or without saying so anew.
        track.message(&frame(Codec::Aac, 52), time(52));
        assert_eq!(seen(&track), (Some(Codec::Aac), true, false));
        track.message(&frame(Codec::Mp3, 78), time(78));
        track.config(&config, ConfigChange::Repeated);
        assert_eq!(seen(&track), (Some(Codec::Aac), true, false));
    }
}

//! What is known of a track's format, as the beginning of its entry in the report.
//!
//! The configuration comes first, then what a frame says of itself, then the tag of the message.

use std::borrow::Cow;

use crate::media::audio::Sound;
use crate::media::config::color::Color;
use crate::media::config::{AudioFormat, Description, VideoFormat};
use crate::metrics::track::TrackSummary;
use crate::report::model;
use crate::session::event::TrackConfig;

/// The fields of a video track that its configuration or a key frame states.
pub(super) fn video(t: &TrackSummary<'_>) -> model::VideoTrack {
    let config = t.config.and_then(TrackConfig::video);
    let frame = t.frame_format.and_then(Description::video);
    let color = |format: Option<&VideoFormat>| format.map(|f| f.color).unwrap_or_default();
    let color = color(config).or(color(frame));
    model::VideoTrack {
        profile: either(config, frame, |f| f.profile.clone()).map(Cow::into_owned),
        level: either(config, frame, |f| f.level.clone()),
        width: either(config, frame, |f| f.width),
        height: either(config, frame, |f| f.height),
        stated_fps: either(config, frame, |f| f.fps),
        tier: either(config, frame, |f| f.tier).map(str::to_owned),
        bit_depth: either(config, frame, |f| f.bit_depth),
        chroma: either(config, frame, |f| f.chroma).map(str::to_owned),
        interlaced: either(config, frame, |f: &VideoFormat| f.interlaced),
        color: self::color(color),
        nal_length_bytes: either(config, frame, |f| f.nal_length_bytes),
        record: record(t),
        ..model::VideoTrack::default()
    }
}

/// The fields of an audio track that its configuration, a frame or the tag states.
pub(super) fn audio(t: &TrackSummary<'_>) -> model::AudioTrack {
    let config = t.config.and_then(TrackConfig::audio);
    let frame = t.frame_format.and_then(Description::audio);
    let channels = either(config, frame, |f| f.channels).or(t.sound.and_then(Sound::channels));
    model::AudioTrack {
        profile: either(config, frame, |f| f.profile.clone()).map(Cow::into_owned),
        sample_rate: either(config, frame, |f| f.sample_rate).or(t.sound.and_then(Sound::sample_rate)),
        channels: channels.map(u32::from),
        channel_layout: either(config, frame, |f| f.channel_layout).map(str::to_owned),
        bits_per_sample: either(config, frame, |f| f.bits_per_sample),
        sbr: either(config, frame, |f: &AudioFormat| f.sbr),
        ps: either(config, frame, |f| f.ps),
        core_sample_rate: either(config, frame, |f| f.core_sample_rate),
        frame_samples: either(config, frame, |f| f.frame_samples).map(u32::from),
        stated_bitrate_bps: either(config, frame, |f| f.bitrate_bps),
        record: record(t),
        ..model::AudioTrack::default()
    }
}

/// A field of the configuration, or else of the frame.
fn either<F, T>(config: Option<&F>, frame: Option<&F>, field: impl Fn(&F) -> Option<T>) -> Option<T> {
    config.and_then(&field).or_else(|| frame.and_then(&field))
}

fn record(t: &TrackSummary<'_>) -> Option<String> {
    t.config?.description.as_ref()?.record.map(str::to_owned)
}

/// Absent when nothing is stated.
fn color(color: Color) -> Option<model::Color> {
    let named = model::Color {
        primaries: color.primaries_name().map(Cow::into_owned),
        transfer: color.transfer_name().map(Cow::into_owned),
        matrix: color.matrix_name().map(Cow::into_owned),
        full_range: color.full_range,
    };
    (named != model::Color::default()).then_some(named)
}

//! From the figures of a stream and its tracks to their entry in the report.

use super::format;
use crate::base::pos::PacketRef;
use crate::base::time::CaptureTime;
use crate::metrics::ConnectionMetrics;
use crate::metrics::stream::StreamMetrics;
use crate::metrics::track::{FrameTypes, Track, TrackSummary};
use crate::metrics::units::UnitCounts;
use crate::report::collect::Collected;
use crate::report::in_band::InBand;
use crate::report::mask::Masker;
use crate::report::model::{self, Distribution, NumberedTrack, Stream};
use crate::report::weight;
use crate::session::event::{MediaKind, StreamRole};

pub(super) fn stream(
    s: &StreamMetrics,
    collected: &Collected,
    metrics: &ConnectionMetrics,
    last: PacketRef,
    start: CaptureTime,
    masker: &mut Masker,
) -> Stream {
    let latency = s.latency(metrics.latency());
    let metadata = collected.metadata.iter().find(|(index, _)| *index == s.index());
    let in_band = &collected.in_band;
    let end = s.stopped().or(s.last_media()).unwrap_or(last);
    Stream {
        id: s.index().saturating_add(1),
        role: s.role().into(),
        name: s.name().map(|name| masker.name(name)),
        message_stream_id: s.message_stream_id(),
        start_s: s.started().ts.seconds_since(start),
        end_s: end.ts.seconds_since(start),
        silent_at_end_s: s.last_media().map(|media| end.ts.seconds_since(media.ts).max(0.0)),
        video: s.track(MediaKind::Video).map(|(id, track)| video(track, in_band.color_info(s.index(), id))),
        audio: s
            .track(MediaKind::Audio)
            .map(|(id, track)| audio(track, in_band.channel_layout(s.index(), id))),
        tracks: tracks(s, in_band),
        metadata: metadata.map(|(_, metadata)| metadata.clone()),
        av_sync: s.sync().map(|sync| model::AvSync {
            start_offset_ms: Some(sync.start_offset_ms),
            skew_ms: sync.skew_ms.map(|skew| Distribution {
                count: skew.count,
                min: float(skew.min),
                p50: float(skew.p50),
                p95: float(skew.p95),
                max: float(skew.max),
            }),
            drift_ms_per_min: sync.drift_ms_per_min,
        }),
        pacing: s.pacing().map(|p| model::Pacing {
            media_s: p.media_s,
            wall_s: p.wall_s,
            eta: p.eta,
            stalls: p.stalls,
            max_lag_ms: Some(p.max_lag_ms),
            burst_ms: p.burst_ms,
        }),
        latency: Some(model::Latency {
            tcp_ms: latency.tcp_ms,
            handshake_ms: latency.handshake_ms,
            connect_ms: latency.connect_ms,
            create_stream_ms: latency.create_stream_ms,
            publish_ms: latency.publish_ms.filter(|_| s.role() == StreamRole::Publish),
            play_ms: latency.play_ms.filter(|_| s.role() == StreamRole::Play),
            first_audio_ms: latency.first_audio_ms,
            first_keyframe_ms: latency.first_keyframe_ms,
        }),
    }
}

/// All tracks, if they are numbered.
fn tracks(s: &StreamMetrics, in_band: &InBand) -> Vec<NumberedTrack> {
    let numbered = |(media, track_id, track): (MediaKind, u8, &Track)| match media {
        MediaKind::Video => {
            let track = video(track, in_band.color_info(s.index(), track_id));
            NumberedTrack::Video { track_id, track: Box::new(track) }
        }
        MediaKind::Audio => {
            let track = audio(track, in_band.channel_layout(s.index(), track_id));
            NumberedTrack::Audio { track_id, track: Box::new(track) }
        }
    };
    if s.is_multitrack() { weight::exact(s.tracks().map(numbered).collect()) } else { Vec::new() }
}

fn codec(t: &TrackSummary<'_>) -> String {
    t.codec.map_or_else(|| "unknown".to_owned(), |codec| codec.name().into_owned())
}

fn video(track: &Track, color_info: Option<&model::Object>) -> model::VideoTrack {
    let t = track.summary();
    model::VideoTrack {
        codec: codec(&t),
        enhanced: t.enhanced,
        color_info: color_info.cloned(),
        messages: t.messages,
        frames: t.frames,
        keyframes: t.keyframes,
        frame_types: frame_types(&t.frame_types),
        bytes: t.bytes,
        bitrate_bps: t.bitrate_bps,
        peak_bitrate_bps: t.peak_bps,
        fps: t.fps,
        first_timestamp_ms: t.first_timestamp_ms,
        last_timestamp_ms: t.last_timestamp_ms,
        gop_s: t.gop.map(|g| model::GopLengths {
            count: g.seconds.count,
            min: g.seconds.min,
            max: g.seconds.max,
            mean: g.seconds.mean,
        }),
        composition_ms: t.composition_ms.map(|(min, max)| model::CompositionRange { min, max }),
        timestamp_jitter_ms: t.timestamp_jitter_ms,
        arrival_jitter_ms: t.arrival_jitter_ms,
        sequence_headers: t.sequence_headers,
        config_changes: t.config_changes,
        timestamp_regressions: t.timestamp_regressions,
        units: t.units.map(UnitCounts::units).unwrap_or_default(),
        slice_types: t.units.map(UnitCounts::slice_types).unwrap_or_default(),
        idr_frames: t.units.and_then(UnitCounts::idr_frames),
        recovery_points: t.units.and_then(UnitCounts::recovery_points),
        ..format::video(&t)
    }
}

fn audio(track: &Track, channel_layout: Option<&String>) -> model::AudioTrack {
    let t = track.summary();
    let mut format = format::audio(&t);
    format.channel_layout = channel_layout.cloned().or(format.channel_layout);
    model::AudioTrack {
        codec: codec(&t),
        enhanced: t.enhanced,
        messages: t.messages,
        frames: t.frames,
        bytes: t.bytes,
        bitrate_bps: t.bitrate_bps,
        first_timestamp_ms: t.first_timestamp_ms,
        last_timestamp_ms: t.last_timestamp_ms,
        timestamp_jitter_ms: t.timestamp_jitter_ms,
        arrival_jitter_ms: t.arrival_jitter_ms,
        sequence_headers: t.sequence_headers,
        config_changes: t.config_changes,
        timestamp_regressions: t.timestamp_regressions,
        ..format
    }
}

const fn frame_types(of: &FrameTypes) -> model::FrameTypes {
    let FrameTypes { key, inter, disposable_inter, generated_key, command, reserved } = *of;
    model::FrameTypes { key, inter, disposable_inter, generated_key, command, reserved }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a stream are far below 2^53")]
fn float(n: i64) -> f64 {
    n as f64
}

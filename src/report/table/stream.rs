//! The streams of a connection: a row a track, then what holds for both.

use std::fmt::Write as _;
use std::io;

use super::page::{self, Page, bitrate, count, ms, seconds};
use super::plural;
use crate::report::model::{AudioTrack, NumberedTrack, Stream, VideoTrack};

pub(super) fn write(streams: &[Stream], page: &mut Page<'_>) -> io::Result<()> {
    let numbered = streams.iter().any(|stream| !stream.tracks.is_empty());
    let mut rows = Vec::new();
    for stream in streams {
        let id = format!("{} {}", stream.id, stream.role.name());
        let head = [id, page::known(stream.name.as_ref())];
        let mut tracks = tracks(stream);
        if tracks.is_empty() {
            tracks.push((String::new(), vec!["no media".to_owned()]));
        }
        for (number, cells) in tracks {
            let number = numbered.then_some(number);
            rows.push(head.iter().cloned().chain(number).chain(cells).collect());
        }
    }
    let mut columns = vec!["stream", "name", "codec", "format", ">frames", ">bitrate", "gop", "timestamps"];
    if numbered {
        columns.insert(2, ">track");
    }
    page.grid(&columns, rows)?;
    for stream in streams {
        about(stream, page)?;
    }
    Ok(())
}

/// The number of each track, if they have one, and its cells.
fn tracks(stream: &Stream) -> Vec<(String, Vec<String>)> {
    if stream.tracks.is_empty() {
        let default = [stream.video.as_ref().map(video), stream.audio.as_ref().map(audio)];
        return default.into_iter().flatten().map(|cells| (String::new(), cells)).collect();
    }
    let numbered = stream.tracks.iter().map(|track| match track {
        NumberedTrack::Video { track_id, track } => (track_id.to_string(), video(track)),
        NumberedTrack::Audio { track_id, track } => (track_id.to_string(), audio(track)),
    });
    numbered.collect()
}

fn video(track: &VideoTrack) -> Vec<String> {
    let mut format = Vec::new();
    if let (Some(width), Some(height)) = (track.width, track.height) {
        format.push(format!("{width}x{height}"));
    }
    format.extend(track.fps.map(|fps| format!("{fps:.2} fps")));
    let gop = track.gop_s.map(|gop| format!("{:.2}-{:.2} s", gop.min, gop.max));
    vec![
        codec(&track.codec, [&track.profile, &track.level]),
        format.join(" "),
        format!("{} / {} key", count(track.frames), count(track.keyframes)),
        track.bitrate_bps.map(bitrate).unwrap_or_default(),
        gop.unwrap_or_default(),
        timestamps(track.first_timestamp_ms, track.last_timestamp_ms, track.timestamp_regressions),
    ]
}

fn audio(track: &AudioTrack) -> Vec<String> {
    let mut format = Vec::new();
    format.extend(track.sample_rate.map(|rate| format!("{rate} Hz")));
    format.extend(track.channels.map(|channels| format!("{channels} ch")));
    vec![
        codec(&track.codec, [&track.profile, &None]),
        format.join(" "),
        count(track.frames),
        track.bitrate_bps.map(bitrate).unwrap_or_default(),
        String::new(),
        timestamps(track.first_timestamp_ms, track.last_timestamp_ms, track.timestamp_regressions),
    ]
}

fn codec(name: &str, more: [&Option<String>; 2]) -> String {
    let mut words = vec![name];
    words.extend(more.into_iter().flatten().map(String::as_str));
    words.join(" ")
}

fn timestamps(first: Option<i64>, last: Option<i64>, regressions: u64) -> String {
    let mut out = match (first, last) {
        (Some(first), Some(last)) => format!("{first}-{last} ms"),
        _ => String::new(),
    };
    if regressions > 0 {
        let _ = write!(out, ", {} back", count(regressions));
    }
    out
}

/// Synchronisation, pacing and latency in a line each.
fn about(stream: &Stream, page: &mut Page<'_>) -> io::Result<()> {
    let id = stream.id;
    if let Some(sync) = &stream.av_sync {
        let mut parts = Vec::new();
        parts.extend(sync.start_offset_ms.map(|t| format!("starts {t} ms apart")));
        parts.extend(
            sync.skew_ms.map(|s| format!("skew {:.0} to {:.0} ms, median {:.0} ms", s.min, s.max, s.p50)),
        );
        parts.extend(sync.drift_ms_per_min.map(|d| format!("drift {d:.1} ms per minute")));
        page.line(&format!("stream {id} audio - video: {}", parts.join(", ")))?;
    }
    if let Some(pacing) = &stream.pacing {
        let mut parts = vec![format!("{} of media in {}", seconds(pacing.media_s), seconds(pacing.wall_s))];
        parts.extend(pacing.eta.map(|eta| format!("eta {eta:.3}")));
        parts.push(plural(pacing.stalls, "stall"));
        parts.extend(pacing.max_lag_ms.map(|lag| format!("at most {} late", ms(lag))));
        parts.extend(pacing.burst_ms.map(|burst| format!("{} of media at once at the start", ms(burst))));
        page.line(&format!("stream {id} pacing: {}", parts.join(", ")))?;
    }
    if let Some(latency) = &stream.latency {
        let steps = [
            ("tcp", latency.tcp_ms),
            ("handshake", latency.handshake_ms),
            ("connect", latency.connect_ms),
            ("createStream", latency.create_stream_ms),
            ("publish", latency.publish_ms),
            ("play", latency.play_ms),
            ("first audio", latency.first_audio_ms),
            ("first key frame", latency.first_keyframe_ms),
        ];
        let parts: Vec<String> =
            steps.iter().filter_map(|(name, t)| t.map(|t| format!("{name} {}", ms(t)))).collect();
        if !parts.is_empty() {
            page.line(&format!("stream {id} latency: {}", parts.join(", ")))?;
        }
    }
    Ok(())
}

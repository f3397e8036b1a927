//! What the entry of a connection costs in memory.
//!
//! Takes an entry, gives the bytes that it and all it owns take, or somewhat more. What the allocator adds is part of
//! it. All fields of a structure are named here, so that a new one does not compile until it is weighed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::model::{
    Acknowledgement, AudioTrack, ByType, Capabilities, ChunkSize, Color, CommandEntry, Connect, Connection,
    Evidence, Finding, Handshake, MessageCount, Messages, NumberedTrack, Object, PerDirection,
    ReconnectRequest, Stream, TimelineEntry, VideoTrack,
};

/// Memory of an entry.
pub(crate) fn connection(entry: &Connection) -> usize {
    size_of::<Connection>() + entry.owns()
}

/// Memory of a finding.
pub(crate) fn finding(finding: &Finding) -> usize {
    size_of::<Finding>() + finding.owns()
}

/// A list without room for more.
pub(super) fn exact<T>(mut list: Vec<T>) -> Vec<T> {
    list.shrink_to_fit();
    list
}

/// Memory of what `connect` and its answer say, beside the structure itself.
pub(super) fn connect(connect: &Connect) -> usize {
    connect.owns()
}

/// What an allocation of so many bytes takes.
fn allocation(bytes: usize) -> usize {
    if bytes == 0 { 0 } else { bytes.saturating_add(8).next_multiple_of(16).max(32) }
}

/// What may own memory.
trait Owns {
    /// Memory it owns, beside the structure itself.
    fn owns(&self) -> usize;
}

impl Owns for String {
    fn owns(&self) -> usize {
        allocation(self.capacity())
    }
}

impl Owns for Cow<'static, str> {
    fn owns(&self) -> usize {
        match self {
            Cow::Borrowed(_) => 0,
            Cow::Owned(text) => text.owns(),
        }
    }
}

impl Owns for Object {
    fn owns(&self) -> usize {
        // Copies count themselves in front of the text.
        allocation(self.as_json().len() + 2 * size_of::<usize>())
    }
}

impl<T: Owns> Owns for Option<T> {
    fn owns(&self) -> usize {
        self.as_ref().map_or(0, T::owns)
    }
}

impl<T: Owns> Owns for Box<T> {
    fn owns(&self) -> usize {
        allocation(size_of::<T>()) + T::owns(self)
    }
}

impl<T: Owns> Owns for Vec<T> {
    fn owns(&self) -> usize {
        allocation(self.capacity() * size_of::<T>()) + self.iter().map(T::owns).sum::<usize>()
    }
}

/// A tree that was made from all entries at once: nodes of 11, all full but the last.
impl<K: Owns, V: Owns> Owns for BTreeMap<K, V> {
    fn owns(&self) -> usize {
        let leaves = self.len().div_ceil(11);
        let nodes = leaves + leaves.saturating_sub(1).div_ceil(11);
        let links = 14 * size_of::<usize>();
        nodes * allocation(11 * size_of::<(K, V)>() + links)
            + self.iter().map(|(key, value)| key.owns() + value.owns()).sum::<usize>()
    }
}

impl<A: Owns, B: Owns> Owns for (A, B) {
    fn owns(&self) -> usize {
        self.0.owns() + self.1.owns()
    }
}

impl<T: Owns> Owns for PerDirection<T> {
    fn owns(&self) -> usize {
        let Self { client_to_server, server_to_client } = self;
        client_to_server.owns() + server_to_client.owns()
    }
}

/// Structures by their fields: those that own memory, and those of which a copy is all there is.
macro_rules! owns {
    ($($name:ident { $($owner:ident),* ; $($plain:ident),* })*) => {
        $(impl Owns for $name {
            fn owns(&self) -> usize {
                let Self { $($owner,)* $($plain,)* } = self;
                $(is_plain($plain);)*
                0 $(+ $owner.owns())*
            }
        })*
    };
}

/// A copy of it is all there is: it owns no memory.
const fn is_plain<T: Copy>(_: &T) {}

owns! {
    Connection {
        client, server, verdict, handshake, connect, chunk_sizes, commands, messages, streams, acknowledgement, timeline,
        findings;
        id, roles_inferred, transport, start_s, end_s, opening, closing, tcp, timestamps, commands_omitted, lost_sync,
        pings, efficiency, timeline_omitted, findings_omitted
    }
    Connect {
        app, tc_url, flash_version, server_version, result, description, client, server, reconnect_requests;
        object_encoding
    }
    Capabilities {
        four_cc_list, video_four_cc_info, audio_four_cc_info, caps_ex, audio_codecs, video_codecs, video_function,
        fms_version;
        caps_ex_value, capabilities, mode
    }
    ReconnectRequest { tc_url, description; time_s, packet }
    Handshake {
        client_program, server_program, proxy_client;
        complete, kind, client_version, server_version, duration_ms, echo_ok, client_form, server_form, client_digest,
        server_digest, client_echo, server_echo, proxy_prefix_bytes
    }
    Messages { by_type; total }
    MessageCount { ; count, incomplete, bytes }
    ChunkSize { ; time_s, packet, size, source }
    CommandEntry {
        name, response, response_code;
        time_s, packet, direction, transaction_id, stream_id, response_packet, response_ms
    }
    Acknowledgement {
        base;
        window_bytes, acks, largest_unacknowledged_bytes, interval_p50_bytes, interval_max_bytes
    }
    TimelineEntry { event, detail; time_s, packet, direction }
    Finding {
        code, name, case, packets, message, expected, actual, evidence, help, spec, fingerprint;
        severity, connection, direction, packet, time_s, stream_bytes, occurrences, accepted
    }
    Evidence {
        message_type, body_hex;
        first_packet, chunk_stream_id, message_stream_id, timestamp_ms, length_bytes
    }
    Stream {
        name, video, audio, tracks, metadata;
        id, role, message_stream_id, start_s, end_s, silent_at_end_s, av_sync, pacing, latency
    }
    VideoTrack {
        codec, profile, level, tier, chroma, color, record, color_info, units, slice_types;
        width, height, stated_fps, bit_depth, interlaced, nal_length_bytes, enhanced, messages, frames, keyframes,
        frame_types, bytes, bitrate_bps, peak_bitrate_bps, fps, first_timestamp_ms, last_timestamp_ms, gop_s,
        composition_ms, timestamp_jitter_ms, arrival_jitter_ms, sequence_headers, config_changes,
        timestamp_regressions, idr_frames, recovery_points
    }
    Color { primaries, transfer, matrix; full_range }
    AudioTrack {
        codec, profile, channel_layout, record;
        sample_rate, channels, bits_per_sample, sbr, ps, core_sample_rate, frame_samples, stated_bitrate_bps, enhanced,
        messages, frames, bytes, bitrate_bps, first_timestamp_ms, last_timestamp_ms, timestamp_jitter_ms,
        arrival_jitter_ms, sequence_headers, config_changes, timestamp_regressions
    }
}

impl Owns for ByType {
    fn owns(&self) -> usize {
        let Self(counts) = self;
        counts.owns()
    }
}

impl Owns for NumberedTrack {
    fn owns(&self) -> usize {
        match self {
            Self::Video { track_id: _, track } => track.owns(),
            Self::Audio { track_id: _, track } => track.owns(),
        }
    }
}

/// A number in a map or list.
impl Owns for u64 {
    fn owns(&self) -> usize {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_a_track_owns_is_weighed() {
        let mut track = VideoTrack::default();
        assert_eq!(track.owns(), 0);
        let mut last = 0;
        let mut grows = |track: &VideoTrack| {
            assert!(track.owns() >= last + 100, "{track:?}");
            last = track.owns();
        };
        let long = || Some("x".repeat(100));
        track.tier = long();
        grows(&track);
        track.record = long();
        grows(&track);
        track.color = Some(Color { transfer: long(), ..Color::default() });
        grows(&track);
        track.units = (0..10).map(|n| (format!("unit {n}").into(), 1)).collect();
        grows(&track);
        track.slice_types = [("I".into(), 1), ("P".into(), 2)].into();
        assert!(track.owns() > last);
    }

    #[test]
    fn an_allocation_takes_more_than_its_bytes() {
        assert_eq!([0, 1, 24, 25, 100].map(allocation), [0, 32, 32, 48, 112]);
    }
}

//! One published or played stream.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::object::Object;
use super::round;
use super::tracks::{FrameTypes, NumberedTrack};
use crate::session::event::StreamRole;

/// One published or played stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stream {
    /// Number of the stream within its connection, from 1.
    pub id: u32,
    /// What it was for.
    pub role: Role,
    /// Its name as the client gave it, masked unless secrets were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// RTMP message stream id it used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_stream_id: Option<u32>,
    /// Time of the command or first media message, in seconds from the capture's first packet.
    #[serde(serialize_with = "round::s")]
    pub start_s: f64,
    /// Time of its end, in seconds from the capture's first packet.
    #[serde(serialize_with = "round::s")]
    pub end_s: f64,
    /// Seconds from its last media message to its end; absent without media.
    #[serde(default, skip_serializing_if = "round::absent", serialize_with = "round::s")]
    pub silent_at_end_s: Option<f64>,
    /// Its video: of several tracks the default one, or that with the lowest number; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoTrack>,
    /// Its audio: of several tracks the default one, or that with the lowest number; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<AudioTrack>,
    /// All its tracks, video before audio, by number; empty unless messages named their track.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<NumberedTrack>,
    /// The last `onMetaData`, as the sender wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Object>,
    /// Audio against video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub av_sync: Option<AvSync>,
    /// Media time against capture time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pacing: Option<Pacing>,
    /// What the start of the stream took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
}

/// What a stream was for.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The client sent it.
    #[default]
    Publish,
    /// The server sent it.
    Play,
}

impl Role {
    /// The name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Play => "play",
        }
    }
}

impl From<StreamRole> for Role {
    fn from(role: StreamRole) -> Self {
        match role {
            StreamRole::Publish => Self::Publish,
            StreamRole::Play => Self::Play,
        }
    }
}

/// The video of a stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VideoTrack {
    /// Codec name, `unknown_N`, or a `FourCC`.
    pub codec: String,
    /// Profile, from the sequence header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Level, from the sequence header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Picture width in pixels, from the sequence header or a key frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Picture height in pixels, from the sequence header or a key frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Frames per second that the sequence header states.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ratio")]
    pub stated_fps: Option<f64>,
    /// Tier of the level: `main` or `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Bits of a luma sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bit_depth: Option<u8>,
    /// Chroma format: `4:2:0`, `4:2:2`, `4:4:4`, `4:4:0` or `mono`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chroma: Option<String>,
    /// Whether frames may be coded as fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interlaced: Option<bool>,
    /// Colour, as far as the sequence header or a key frame states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    /// Bytes of the length in front of each NAL unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nal_length_bytes: Option<u8>,
    /// Configuration record of the sequence header: `avcC`, `hvcC`, `vvcC`, `av1C`, `vpcC` or `mpeg2ts_av1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Whether tags were those of Enhanced RTMP.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub enhanced: bool,
    /// The last metadata of colour that came in band (Enhanced RTMP `colorInfo`), as the sender wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color_info: Option<Object>,
    /// Video messages, sequence headers included.
    pub messages: u64,
    /// Coded frames.
    pub frames: u64,
    /// Key frames among them.
    pub keyframes: u64,
    /// Coded frames and commands by the frame type of their tag.
    #[serde(default, skip_serializing_if = "FrameTypes::is_empty")]
    pub frame_types: FrameTypes,
    /// Bytes of the messages; of messages with several tracks, of this track's body.
    pub bytes: u64,
    /// Coded bits per second of media time.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::whole")]
    pub bitrate_bps: Option<f64>,
    /// Highest bits per second over any second of media time.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::whole")]
    pub peak_bitrate_bps: Option<f64>,
    /// Frames per second of media time.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ratio")]
    pub fps: Option<f64>,
    /// First timestamp of a coded frame, in milliseconds, wraps undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_timestamp_ms: Option<i64>,
    /// Last timestamp of a coded frame, in milliseconds, wraps undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_timestamp_ms: Option<i64>,
    /// Seconds of media time from one key frame to the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gop_s: Option<GopLengths>,
    /// Presentation minus decoding time, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub composition_ms: Option<CompositionRange>,
    /// Spread of the timestamp steps around the usual one, in ms: their standard deviation.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub timestamp_jitter_ms: Option<f64>,
    /// Spread of the arrival against the timestamps, in ms (RFC 3550, 6.4.1).
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub arrival_jitter_ms: Option<f64>,
    /// Sequence headers (codec configurations).
    pub sequence_headers: u64,
    /// Sequence headers that differed from the one before, and formats that frames state (MP3, AC-3, E-AC-3, Sorenson H.263,
    /// Screen Video, VP6, VP8, VP9) where they did.
    pub config_changes: u64,
    /// Timestamps lower than the one before.
    pub timestamp_regressions: u64,
    /// What the frames are made of: NAL units or OBUs by the name of their type (h264, hevc, vvc, av1).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub units: BTreeMap<Cow<'static, str>, u64>,
    /// Frames by the types of their slices: I, P, B, SI, SP; one with slices of several types counts for each (h264).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slice_types: BTreeMap<Cow<'static, str>, u64>,
    /// Frames with an instantaneous decoding refresh (h264, hevc, vvc).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idr_frames: Option<u64>,
    /// Frames at which an SEI message says that decoding can begin (h264).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_points: Option<u64>,
}

/// Colour of a video, by the names of common tools, or by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Color {
    /// Colour primaries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primaries: Option<String>,
    /// Transfer characteristics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// Matrix coefficients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix: Option<String>,
    /// Whether samples use all values, not only the studio range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_range: Option<bool>,
}

/// The audio of a stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AudioTrack {
    /// Codec name, `unknown_N`, or a `FourCC`.
    pub codec: String,
    /// Profile, from the sequence header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Samples per second, from the sequence header, a frame's header or the tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<u32>,
    /// Channels, from the sequence header, a frame's header or the tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<u32>,
    /// Loudspeakers of the channels in order, as a multichannel configuration in band names them; else the usual name
    /// of the layout, such as `5.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_layout: Option<String>,
    /// Bits of a sample, of a lossless codec.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits_per_sample: Option<u8>,
    /// Whether spectral band replication is signalled as there, or as not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sbr: Option<bool>,
    /// Whether parametric stereo is signalled as there, or as not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ps: Option<bool>,
    /// Samples per second of the core coder, with spectral band replication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core_sample_rate: Option<u32>,
    /// Samples per channel in a frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_samples: Option<u32>,
    /// Bits per second that the header of a frame states: the first one of its format (MP3, AC-3, E-AC-3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated_bitrate_bps: Option<u32>,
    /// Configuration record of the sequence header: `ASC`, `OpusHead` or `STREAMINFO`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Whether tags were those of Enhanced RTMP.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub enhanced: bool,
    /// Audio messages, sequence headers included.
    pub messages: u64,
    /// Coded messages.
    pub frames: u64,
    /// Bytes of the messages; of messages with several tracks, of this track's body.
    pub bytes: u64,
    /// Coded bits per second of media time.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::whole")]
    pub bitrate_bps: Option<f64>,
    /// First timestamp of a coded message, in milliseconds, wraps undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_timestamp_ms: Option<i64>,
    /// Last timestamp of a coded message, in milliseconds, wraps undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_timestamp_ms: Option<i64>,
    /// Spread of the timestamp steps around the usual one, in ms: their standard deviation.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub timestamp_jitter_ms: Option<f64>,
    /// Spread of the arrival against the timestamps, in ms (RFC 3550, 6.4.1).
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub arrival_jitter_ms: Option<f64>,
    /// Sequence headers (codec configurations).
    pub sequence_headers: u64,
    /// Sequence headers that differed from the one before, and formats that frames state (MP3, AC-3, E-AC-3, Sorenson H.263,
    /// Screen Video, VP6, VP8, VP9) where they did.
    pub config_changes: u64,
    /// Timestamps lower than the one before.
    pub timestamp_regressions: u64,
}

/// Seconds from one key frame to the next.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GopLengths {
    /// Intervals measured.
    pub count: u64,
    /// Shortest.
    #[serde(serialize_with = "round::s")]
    pub min: f64,
    /// Longest.
    #[serde(serialize_with = "round::s")]
    pub max: f64,
    /// Mean.
    #[serde(serialize_with = "round::s")]
    pub mean: f64,
}

/// Presentation minus decoding time, in milliseconds.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompositionRange {
    /// Lowest.
    pub min: i64,
    /// Highest.
    pub max: i64,
}

/// How a figure is spread.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Distribution {
    /// Values measured.
    pub count: u64,
    /// Lowest.
    #[serde(serialize_with = "round::ms")]
    pub min: f64,
    /// Median.
    #[serde(serialize_with = "round::ms")]
    pub p50: f64,
    /// 95 of 100 values are not above it.
    #[serde(serialize_with = "round::ms")]
    pub p95: f64,
    /// Highest.
    #[serde(serialize_with = "round::ms")]
    pub max: f64,
}

/// Audio against video.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AvSync {
    /// First audio timestamp minus first video timestamp, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_offset_ms: Option<i64>,
    /// Audio timestamp minus video timestamp of messages that arrive together, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skew_ms: Option<Distribution>,
    /// How the skew grows, in milliseconds per minute of media.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub drift_ms_per_min: Option<f64>,
}

/// Media time against capture time.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pacing {
    /// Seconds of media delivered.
    #[serde(serialize_with = "round::s")]
    pub media_s: f64,
    /// Seconds from the first media message to the last.
    #[serde(serialize_with = "round::s")]
    pub wall_s: f64,
    /// Seconds of media per second while the stream was live; 1 is real time.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ratio")]
    pub eta: Option<f64>,
    /// Times the media stood still.
    pub stalls: u64,
    /// Most that media was behind its timestamps, in milliseconds.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub max_lag_ms: Option<f64>,
    /// Media time of the burst at the start that a server sent from its cache, in milliseconds.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub burst_ms: Option<f64>,
}

/// What the start of a stream took, in milliseconds for each step.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Latency {
    /// SYN to the ACK that completes the TCP handshake.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub tcp_ms: Option<f64>,
    /// RTMP handshake.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub handshake_ms: Option<f64>,
    /// `connect` to its answer.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub connect_ms: Option<f64>,
    /// `createStream` to its answer.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub create_stream_ms: Option<f64>,
    /// `publish` to its answer.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub publish_ms: Option<f64>,
    /// `play` to its answer.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub play_ms: Option<f64>,
    /// `publish` or `play` to the first coded audio.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub first_audio_ms: Option<f64>,
    /// `publish` or `play` to the first key frame.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub first_keyframe_ms: Option<f64>,
}

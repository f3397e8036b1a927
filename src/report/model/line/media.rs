//! Fields of audio and video messages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::{Map, Value};

/// Of audio and video messages and their turning points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MediaFields {
    /// Number of the stream within its connection, as in the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<u32>,
    /// Kind of the media: `audio` or `video`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// Codec: `h264`, `hevc`, `vvc`, `av1`, `vp8`, `vp9`, `h263`, `screen`, `screen2`, `vp6`, `vp6a`, `mpeg4`; `aac`,
    /// `mp3`, `opus`, `flac`, `ac3`, `eac3`, `speex`, `nellymoser`, `g711a`, `g711u`, `pcm`, `adpcm`; `unknown_N`, or a
    /// `FourCC` without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    /// Whether the message is a key frame of video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyframe: Option<bool>,
    /// Decoding time in milliseconds: the timestamp, wraps undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dts_ms: Option<i64>,
    /// Presentation minus decoding time, in milliseconds; 0 where the tag has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub composition_ms: Option<i32>,
    /// Presentation time in milliseconds, with the nanoseconds of a `ModEx` extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pts_ms: Option<f64>,
    /// Nanoseconds of a `ModEx` extension, the last one of a message; added to the presentation time up to 999,999.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_ns: Option<u32>,
    /// Bytes of the message in front of the coded media: its tag, or all of a message that holds none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_bytes: Option<u32>,
    /// Bytes of coded media in the message that were on the wire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_bytes: Option<u32>,
    /// True where the tag is one of Enhanced RTMP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhanced: Option<bool>,
    /// `FourCC` of the codec in a tag of Enhanced RTMP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub four_cc: Option<String>,
    /// Packet type of the tag: `sequence_start`, `coded_frames`, `sequence_end`, `coded_frames_x`, `metadata`,
    /// `mpeg2ts_sequence_start`, `multichannel_config`; `reserved_N` for numbers without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet_type: Option<String>,
    /// Frame type of video: `key`, `inter`, `disposable_inter`, `generated_key`, `command`; `reserved_N` for numbers
    /// without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_type: Option<String>,
    /// Command of a video command frame: `seek_start`, `seek_end`, `unknown_N`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Number of `ModEx` extensions in the tag; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mod_ex: Option<u32>,
    /// Number of `ModEx` extensions in the tag whose type is unknown; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mod_ex_unknown: Option<u32>,
    /// Number of `ModEx` extensions of a known type with data that cannot be: more than 999,999 nanoseconds, or too
    /// short; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mod_ex_invalid: Option<u32>,
    /// Layout of a multitrack message: `one_track`, `many_tracks`, `many_tracks_many_codecs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multitrack: Option<String>,
    /// Number of tracks in a multitrack message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracks: Option<u32>,
    /// True where tracks of a multitrack message lay behind what is kept of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracks_unseen: Option<bool>,
    /// Number of the track the event is about; absent for the default one, 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<u8>,
    /// Bytes of this track's body in a multitrack message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track_bytes: Option<u32>,
    /// Types of the frame's NAL units or OBUs (h264, hevc, vvc, av1) in order, the first 16 by name, such as `sps`,
    /// `idr` or `temporal_delimiter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<Vec<String>>,
    /// Number of NAL units or OBUs in the frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_count: Option<u32>,
    /// Types of the frame's slices (h264) in order of appearance, each once: `I`, `P`, `B`, `SI`, `SP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice_types: Option<Vec<String>>,
    /// True where an SEI message in the frame (h264) says that decoding can begin there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_point: Option<bool>,
    /// True where the length of a NAL unit or OBU does not fit into the frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_damaged: Option<bool>,
    /// True where a hole of the capture hid NAL units or OBUs of the frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_incomplete: Option<bool>,
    /// True where the frame's NAL units begin with start codes in place of lengths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annex_b: Option<bool>,
    /// Milliseconds by which the timestamp went back (`media.ts_backward`) or jumped ahead (`media.ts_jump`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_ms: Option<i64>,
    /// Coding before it changed (`media.codec_change`): codec, sample rate, sample size and channels, as far as known,
    /// such as `mp3 44100 Hz stereo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Coding after it changed (`media.codec_change`), in the form of `from`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Metadata of colour that came in band (Enhanced RTMP `colorInfo`), as the sender wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color_info: Option<Map<String, Value>>,
    /// Loudspeakers of the channels in order, as a multichannel configuration in band gives them, such as `FL`, `FR`
    /// and `LFE1`; `?` for one without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speakers: Option<Vec<String>>,
    /// How a multichannel configuration in band gives its loudspeakers: `unspecified`, `native`, `custom`,
    /// `reserved_N`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_order: Option<String>,
    /// Number of parts in the aggregate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
    /// Timestamp of the aggregate itself, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_timestamp: Option<u32>,
    /// Timestamp of the aggregate's first part as written, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_part_timestamp: Option<u32>,
    /// Number of parts of the aggregate whose back pointer is not their length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_pointer_errors: Option<u32>,
    /// Number of parts of the aggregate that end early: 0 or 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_parts: Option<u32>,
    /// Bytes of the aggregate behind its last part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trailing_bytes: Option<u32>,
    /// Number of parts of the aggregate that are neither audio nor video nor data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_parts: Option<u32>,
    /// Number, from 0, of the part of an aggregate that the message came in; absent where it came in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<u32>,
    /// Timestamp of the part of an aggregate in milliseconds, on the clock of its stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_timestamp: Option<u32>,
}

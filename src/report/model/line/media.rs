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
    /// `audio` or `video`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// Codec name, `unknown_N`, or a `FourCC`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    /// Whether it is a key frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyframe: Option<bool>,
    /// Decoding time in milliseconds, wraps undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dts_ms: Option<i64>,
    /// Presentation minus decoding time, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub composition_ms: Option<i32>,
    /// Presentation time in milliseconds, with the nanoseconds of a `ModEx` extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pts_ms: Option<f64>,
    /// Nanoseconds of a `ModEx` extension, the last one of a message; added to `pts_ms` up to 999,999.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_ns: Option<u32>,
    /// Bytes of the message before the coded media.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_bytes: Option<u32>,
    /// Coded bytes that were on the wire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_bytes: Option<u32>,
    /// True where the tag is one of Enhanced RTMP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhanced: Option<bool>,
    /// Its `FourCC`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub four_cc: Option<String>,
    /// Its packet type; `reserved_N` for numbers without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet_type: Option<String>,
    /// Frame type of video; `reserved_N` for numbers without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_type: Option<String>,
    /// Command of a video command frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// `ModEx` extensions in the tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mod_ex: Option<u32>,
    /// Of these, of unknown type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mod_ex_unknown: Option<u32>,
    /// `ModEx` extensions of a known type with data that cannot be: nanoseconds that are more than 999,999, or too short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mod_ex_invalid: Option<u32>,
    /// Layout of a multitrack message: `one_track`, `many_tracks`, `many_tracks_many_codecs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multitrack: Option<String>,
    /// Tracks in the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracks: Option<u32>,
    /// True where tracks lay behind what is kept of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracks_unseen: Option<bool>,
    /// Number of the track; absent for the default one, 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<u8>,
    /// Bytes of the track's body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track_bytes: Option<u32>,
    /// Types of its NAL units or OBUs in order, the first 16.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<Vec<String>>,
    /// NAL units or OBUs in the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_count: Option<u32>,
    /// Slice types of H.264 in order of appearance, each once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice_types: Option<Vec<String>>,
    /// True where an SEI message marks a recovery point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_point: Option<bool>,
    /// True where the length of a unit runs past the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_damaged: Option<bool>,
    /// True where a hole hid units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_incomplete: Option<bool>,
    /// True where units begin with start codes in place of lengths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annex_b: Option<bool>,
    /// Milliseconds the timestamp went back or jumped ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_ms: Option<i64>,
    /// Codec before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Codec now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Colour information, as the sender wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color_info: Option<Map<String, Value>>,
    /// Loudspeakers of the channels, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speakers: Option<Vec<String>>,
    /// How they are given: `unspecified`, `native`, `custom`, `reserved_N`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_order: Option<String>,
    /// Parts of an aggregate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
    /// Timestamp of an aggregate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_timestamp: Option<u32>,
    /// Timestamp of its first part, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_part_timestamp: Option<u32>,
    /// Parts whose back pointer is not their length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_pointer_errors: Option<u32>,
    /// Parts that end early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_parts: Option<u32>,
    /// Bytes behind the last part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trailing_bytes: Option<u32>,
    /// Parts that are neither audio nor video nor data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_parts: Option<u32>,
    /// True where parts of an aggregate lay behind what is kept of a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts_unseen: Option<bool>,
    /// Number of the part of an aggregate, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<u32>,
    /// Its timestamp, counted from the aggregate's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_timestamp: Option<u32>,
}

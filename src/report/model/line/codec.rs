//! Fields of codec configurations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::{Map, Value};

/// What a codec configuration (sequence header) says, or a frame of a codec without one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CodecFields {
    /// Against the one before: `first`, `repeated`, `changed`; what a frame states is never told as repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// Kind of record, such as `avcC`; absent where a frame states the format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codec_level: Option<String>,
    /// Tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Picture width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Picture height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Frames per second that it states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f64>,
    /// Bits of a luma sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bit_depth: Option<u8>,
    /// Chroma format: `4:2:0`, `4:2:2`, `4:4:4`, `mono`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chroma: Option<String>,
    /// Whether frames may be coded as fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interlaced: Option<bool>,
    /// Bytes of the length in front of each NAL unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nal_length_bytes: Option<u8>,
    /// Colour primaries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color_primaries: Option<String>,
    /// Transfer characteristics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// Matrix coefficients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix: Option<String>,
    /// Whether samples use the full range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_range: Option<bool>,
    /// Samples per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<u32>,
    /// Channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<u32>,
    /// Which loudspeakers they are for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_layout: Option<String>,
    /// Samples per channel in a frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_samples: Option<u32>,
    /// Bits of a sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits_per_sample: Option<u8>,
    /// Samples per second of the core, below spectral band replication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core_sample_rate: Option<u32>,
    /// Spectral band replication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sbr: Option<bool>,
    /// Parametric stereo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ps: Option<bool>,
    /// Samples to discard at the begin (Opus).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_skip: Option<u32>,
    /// The configuration, or the format stated by a frame, before, with the same names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_config: Option<Map<String, Value>>,
}

//! Fields of codec configurations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::{Map, Value};

/// What a codec configuration (sequence header) says, or a frame of a codec without one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CodecFields {
    /// What the configuration, or the format that a frame states, is to the one before on its track: `first`, `repeated`
    /// (configurations only) or `changed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// Record that the codec configuration is: `avcC`, `hvcC`, `vvcC`, `av1C`, `vpcC` or `mpeg2ts_av1`; `ASC`,
    /// `OpusHead` or `STREAMINFO`. Absent where a frame states the format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Profile of the codec that the configuration states, such as `High`, `Main 10` or `LC`; `unknown_N` for a number
    /// without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Level of the codec that the configuration states, such as `3.1`; `max` where an AV1 stream keeps to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codec_level: Option<String>,
    /// Tier of the level (hevc, vvc, av1): `main` or `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Width in pixels of the picture as shown, that the configuration states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels of the picture as shown, that the configuration states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Frames per second that the configuration states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f64>,
    /// Bits of a luma sample, that the configuration states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bit_depth: Option<u8>,
    /// Chroma format that the configuration states: `4:2:0`, `4:2:2`, `4:4:4`, `4:4:0` or `mono`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chroma: Option<String>,
    /// Whether frames may be coded as fields, as the configuration states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interlaced: Option<bool>,
    /// Bytes of the length in front of each NAL unit (h264, hevc, vvc): 1 to 4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nal_length_bytes: Option<u8>,
    /// Colour primaries that the configuration states (ITU-T H.273), such as `bt709` or `bt2020`, or a number without a
    /// name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color_primaries: Option<String>,
    /// Transfer characteristics that the configuration states (ITU-T H.273), such as `bt709` or `smpte2084`, or a
    /// number without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// Matrix coefficients that the configuration states (ITU-T H.273), such as `bt709` or `bt2020nc`, or a number
    /// without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix: Option<String>,
    /// Whether samples of video use all values and not only the studio range, as the configuration states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_range: Option<bool>,
    /// Samples of audio per second after decoding, that the configuration states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<u32>,
    /// Number of audio channels, that the configuration or a multichannel configuration in band states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<u32>,
    /// Usual name of the layout of the audio channels, such as `5.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_layout: Option<String>,
    /// Samples per channel in a frame of audio, that the configuration states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_samples: Option<u32>,
    /// Bits of a sample of audio, of a lossless codec.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits_per_sample: Option<u8>,
    /// Samples per second of the core coder (aac), below spectral band replication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core_sample_rate: Option<u32>,
    /// Whether spectral band replication (aac) is signalled as there, or as not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sbr: Option<bool>,
    /// Whether parametric stereo (aac) is signalled as there, or as not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ps: Option<bool>,
    /// Samples at the start that are not to be heard (opus).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_skip: Option<u32>,
    /// What the configuration, or the frame's format, before a changed one stated, by the names of these fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_config: Option<Map<String, Value>>,
}

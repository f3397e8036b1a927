//! The connect command of a connection, and what the server answered.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::round;

/// The connect command and its outcome.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Connect {
    /// Application the client asked for (`app`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// URL of the server as the client has it (`tcUrl`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tc_url: Option<String>,
    /// Program of the client (`flashVer`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flash_version: Option<String>,
    /// AMF version the client asked for, 0 or 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_encoding: Option<u32>,
    /// Program of the server (`fmsVer`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_version: Option<String>,
    /// Status code of the answer; absent when none was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Description that came with the status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What the client says it can do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Capabilities>,
    /// What the server answered that it can do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Capabilities>,
    /// Requests of the server to connect again, perhaps elsewhere; the first 64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reconnect_requests: Vec<ReconnectRequest>,
}

impl Connect {
    /// Whether something of the command or its answer is known.
    pub(crate) const fn is_told(&self) -> bool {
        self.app.is_some() || self.tc_url.is_some() || self.result.is_some()
    }
}

/// What a peer says it can do, in `connect` or in the answer; a bit without a name is `bit_` and its number. At most 64
/// entries of each list are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Capabilities {
    /// Codecs it knows, as `FourCC`s (`fourCcList`); `*` is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub four_cc_list: Option<Vec<String>>,
    /// What it can do with each video codec: `decode`, `encode`, `forward` (`videoFourCcInfoMap`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_four_cc_info: Option<BTreeMap<String, Vec<String>>>,
    /// What it can do with each audio codec: `decode`, `encode`, `forward` (`audioFourCcInfoMap`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_four_cc_info: Option<BTreeMap<String, Vec<String>>>,
    /// Parts of Enhanced RTMP that it knows: `reconnect`, `multitrack`, `mod_ex`, `timestamp_nano_offset` (`capsEx`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caps_ex: Option<Vec<String>>,
    /// The number that `caps_ex` shows by its bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caps_ex_value: Option<u32>,
    /// Audio codecs of legacy tags (`audioCodecs`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_codecs: Option<Vec<String>>,
    /// Video codecs of legacy tags (`videoCodecs`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_codecs: Option<Vec<String>>,
    /// `client_seek`, and of Enhanced RTMP `hdr`, `metadata`, `large_scale_tile` (`videoFunction`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_function: Option<Vec<String>>,
    /// Program of the server (`fmsVer`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fms_version: Option<String>,
    /// A number of bits without published names (`capabilities`), as servers send it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<u32>,
    /// A number without a published meaning (`mode`), as servers send it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<u32>,
}

/// A request of the server to connect again (`NetConnection.Connect.ReconnectRequest`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReconnectRequest {
    /// Seconds from the capture's first packet.
    #[serde(serialize_with = "round::s")]
    pub time_s: f64,
    /// Packet with which it was complete.
    pub packet: u64,
    /// Where to connect; absent for the same place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tc_url: Option<String>,
    /// Why, in the server's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

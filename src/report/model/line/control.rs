//! Fields of control messages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Of control messages (RTMP 1.0, 5.4) and user control messages (7.1.7).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControlFields {
    /// Size in bytes that the message sets: of chunks, of a window, of a bandwidth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// Chunk size in bytes until a Set Chunk Size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<u32>,
    /// Limit type of Set Peer Bandwidth: `hard`, `soft`, `dynamic`, `unknown_N`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// Sequence number of an acknowledgement in bytes, or the value (by the specification a time in milliseconds) of a
    /// ping.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<u32>,
    /// Stream bytes that the side which gets the acknowledgement had sent by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<u64>,
    /// Chunk stream id of the message that an Abort gives up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aborted_csid: Option<u32>,
    /// Body bytes of the message that an Abort gives up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discarded_bytes: Option<u64>,
    /// Message stream id that a user control message or the start of a stream is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_stream_id: Option<u32>,
    /// Length of the player's buffer that Set Buffer Length tells, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffer_ms: Option<u32>,
    /// Number of a user control event that has no layout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_event: Option<u16>,
    /// What a user control event without a layout is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_name: Option<String>,
    /// Size of the SWF file in bytes, as an answer to SWF verification says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swf_size: Option<u32>,
    /// HMAC-SHA256 of the SWF file in hexadecimal, as an answer to SWF verification says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swf_hash: Option<String>,
    /// Bytes of a control message behind those that its layout has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_bytes: Option<u64>,
}

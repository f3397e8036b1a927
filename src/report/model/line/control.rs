//! Fields of control messages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Of control messages (RTMP 1.0, 5.4) and user control messages (7.1.7).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControlFields {
    /// Size in bytes that the message sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// Chunk size before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<u32>,
    /// Limit type of Set Peer Bandwidth: `hard`, `soft`, `dynamic`, `unknown_N`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// Sequence number of an acknowledgement, value of a ping.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<u32>,
    /// Stream bytes the other side had sent by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<u64>,
    /// Chunk stream whose message is given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aborted_csid: Option<u32>,
    /// Body bytes given up with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discarded_bytes: Option<u64>,
    /// Message stream id it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_stream_id: Option<u32>,
    /// Buffer length in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffer_ms: Option<u32>,
    /// Number of an event without a layout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_event: Option<u16>,
    /// What that event is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_name: Option<String>,
    /// Size of the SWF file, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swf_size: Option<u32>,
    /// HMAC-SHA256 of the SWF file, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swf_hash: Option<String>,
    /// Bytes behind those the layout has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_bytes: Option<u64>,
}

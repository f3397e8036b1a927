//! The header of the message an event came in, with the fields of shorter headers filled in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Header of a message (RTMP 1.0, 5.3.1), as far as the event came in one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageFields {
    /// Chunk stream id of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csid: Option<u32>,
    /// Format (0 to 3) of the chunk that began the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fmt: Option<u8>,
    /// Message type: a name of the report's `by_type`, or `unknown_N`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Message type id, 0 to 255.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_id: Option<u8>,
    /// Length of the message's body in bytes, as its header announces it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// True where no captured header says length and type of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length_inferred: Option<bool>,
    /// Absolute timestamp of the message in milliseconds, modulo 2^32.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<u32>,
    /// True where the timestamp is an estimate, as deltas in front of it may not have been captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp_inferred: Option<bool>,
    /// Timestamp field as written: absolute in format 0, a delta in 1 and 2; in 3 its own extended field, or else the
    /// field that it inherits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp_raw: Option<u32>,
    /// How the timestamp field was read, where that departs from the specification: `absolute_in_delta`,
    /// `type3_same_time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp_dialect: Option<String>,
    /// Whether the timestamp field was an extended one, of 32 bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended: Option<bool>,
    /// Message stream id of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<u32>,
    /// True where no captured header says the message stream id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_id_inferred: Option<bool>,
    /// Chunks the message came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunks: Option<u32>,
    /// Whether the whole body of the message was captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<bool>,
    /// True where the sender never finished the message: it was aborted or replaced by another, or its direction ended
    /// first. Such a message counts as incomplete and as no frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<bool>,
    /// Whether this line stands for its message: each message has exactly one such line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_message: Option<bool>,
}

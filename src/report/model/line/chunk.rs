//! Fields of the chunk layer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Of the chunk layer: sync, sizes, timestamp dialects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChunkFields {
    /// Chunk stream id in the header that made no sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_csid: Option<u32>,
    /// Format in the header that made no sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_fmt: Option<u8>,
    /// Captured bytes between the loss of sync and where it was found again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped_bytes: Option<u64>,
    /// The same, with the bytes the capture lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_bytes: Option<u64>,
    /// Milliseconds between these two places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_ms: Option<f64>,
    /// Chunk size found from the bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_size: Option<u32>,
    /// The least that the chunk size can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_size_at_least: Option<u32>,
    /// What a sender does in its own way: `type3_extended`, `delta_extended`, `type3_after_type0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect: Option<String>,
    /// How: `repeated`, `omitted`; `delta`, `absolute`; `adds_timestamp`, `same_time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
}

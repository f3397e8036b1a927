//! Fields of the chunk layer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Of the chunk layer: sync, sizes, timestamp dialects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChunkFields {
    /// Chunk stream id in the chunk header that made no sense (`chunk.desync`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_csid: Option<u32>,
    /// Format (0 to 3) in the chunk header that made no sense (`chunk.desync`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_fmt: Option<u8>,
    /// Captured bytes from where chunk boundaries were lost to where they were found again (`chunk.resync`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped_bytes: Option<u64>,
    /// Stream bytes from where chunk boundaries were lost to where they were found again, those that the capture lacks
    /// included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_bytes: Option<u64>,
    /// Milliseconds from where chunk boundaries were lost to where they were found again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_ms: Option<f64>,
    /// Chunk size in bytes, found from the bytes of messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_size: Option<u32>,
    /// The least that the chunk size can be, in bytes, where it could not be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_size_at_least: Option<u32>,
    /// Field that a sender writes in one of several ways (`chunk.timestamp_dialect`): `type3_extended`,
    /// `delta_extended`, `type3_after_type0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect: Option<String>,
    /// How the sender writes the field of `aspect`: `repeated` or `omitted`; `delta` or `absolute`; `adds_timestamp` or
    /// `same_time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
}

//! One line of `timeline --format ndjson`, for its JSON Schema and for programs that read lines with this crate.
//!
//! The line is one flat object; the groups here only sort its fields. Which fields a line has depends on its event.

mod chunk;
mod codec;
mod control;
mod conversation;
mod handshake;
mod media;
mod message;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::chunk::ChunkFields;
pub use self::codec::CodecFields;
pub use self::control::ControlFields;
pub use self::conversation::ConversationFields;
pub use self::handshake::HandshakeFields;
pub use self::media::MediaFields;
pub use self::message::MessageFields;
use super::direction::Direction;

/// One event of a timeline, as a line of NDJSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimelineLine {
    /// Number of the connection, as in the report.
    pub connection: u32,
    /// Seconds from the capture's first packet, of the packet that completed the event.
    pub time_s: f64,
    /// The same as RFC 3339, to the nanosecond.
    pub time: String,
    /// Number of the packet that completed the event, as capture programs count.
    pub packet: u64,
    /// Number of the packet with which its first byte could be read: the one that brought it, or the one that filled the
    /// hole in front of it. Absent where it has no stream bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_packet: Option<u64>,
    /// Direction of the bytes it is about.
    pub direction: Direction,
    /// Stable name of the event.
    pub event: String,
    /// Offset of its first byte in the stream of its direction, the handshake counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_start: Option<u64>,
    /// Offset behind its last byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_end: Option<u64>,
    /// Milliseconds it took: the handshake, a zero window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<f64>,
    /// Round trip in milliseconds: of the TCP handshake, of a ping.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<f64>,
    /// Bytes: of a hole, of a codec configuration, of what has no layout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Whether the snap length made the hole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapped: Option<bool>,
    /// Why: a loss of sync, the end of the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What is wrong with its bytes, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Bytes at the end of the message that were not decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undecoded_bytes: Option<u64>,
    /// The message it came in.
    #[serde(flatten)]
    pub message: MessageFields,
    /// Of the RTMP handshake (`hs.*`).
    #[serde(flatten)]
    pub handshake: HandshakeFields,
    /// Of the chunk layer (`chunk.*`).
    #[serde(flatten)]
    pub chunk: ChunkFields,
    /// Of control messages (`ctl.*`, `uc.*`).
    #[serde(flatten)]
    pub control: ControlFields,
    /// Of commands, data and shared objects (`nc.*`, `ns.*`, `data.*`, `so.*`).
    #[serde(flatten)]
    pub conversation: ConversationFields,
    /// Of audio and video (`media.*`).
    #[serde(flatten)]
    pub media: MediaFields,
    /// Of codec configurations (`media.audio_header` and the like), and of formats that frames state (`media.frame_format`).
    #[serde(flatten)]
    pub codec: CodecFields,
}

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
    /// Seconds from the capture's first packet to the packet that completed the event.
    pub time_s: f64,
    /// Time of the packet that completed the event: RFC 3339 in UTC, to the nanosecond.
    pub time: String,
    /// Number of the packet that completed the event, from 1, as capture programs count.
    pub packet: u64,
    /// Number of the packet with which the event's first byte could be read: the one that brought it, or the one that
    /// filled the hole in front of it. Absent where it has no stream bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_packet: Option<u64>,
    /// Direction of the bytes that the event is about.
    pub direction: Direction,
    /// Stable name of the event: its group (`tcp`, `hs`, `chunk`, `ctl`, `uc`, `nc`, `ns`, `data`, `so`, `media`,
    /// `message`, `session`), a dot, and what it is in the group, such as `hs.done` or `media.first_keyframe`.
    #[schemars(regex(pattern = r"^(tcp|hs|chunk|ctl|uc|nc|ns|data|so|media|message|session)\."))]
    pub event: String,
    /// Offset of the event's first byte in the TCP stream of its direction, from 0, the handshake counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_start: Option<u64>,
    /// Offset in the TCP stream of its direction behind the event's last byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_end: Option<u64>,
    /// Milliseconds that the handshake (`hs.done`) or the zero window (`tcp.zero_window.end`) took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<f64>,
    /// Round trip in milliseconds, of the TCP handshake (`tcp.established`) or of a ping (`uc.pong`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<f64>,
    /// Length in bytes of what the event is about: a hole, a codec configuration, the event of a shared object, a
    /// control message without a layout or too short for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Whether the snap length of the capture made the hole (`tcp.gap`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapped: Option<bool>,
    /// Why chunk boundaries were lost (`hole`, `unknown_chunk_stream`, `implausible_header`, `mid_stream`), or how the
    /// connection ended (`client-fin`, `server-fin`, `client-rst`, `server-rst`, `open`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What is wrong with the bytes of the event, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Bytes that were not decoded: at the end of a message, of a shared object's event, or of an aggregate.
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

//! Where the bytes went.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::direction::Direction;
use super::round;

/// Where the bytes of a connection went.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Efficiency {
    /// From the side that opened the connection.
    pub client_to_server: Ledger,
    /// From the side that accepted it.
    pub server_to_client: Ledger,
    /// Both directions together.
    pub total: Ledger,
}

impl Efficiency {
    /// The ledgers of the two directions.
    pub const fn both(&self) -> [(Direction, &Ledger); 2] {
        [
            (Direction::ClientToServer, &self.client_to_server),
            (Direction::ServerToClient, &self.server_to_client),
        ]
    }
}

/// A byte ledger: the classes are disjoint and add up to `wire_bytes`.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ledger {
    /// All bytes of the packets, as they were on the wire.
    pub wire_bytes: u64,
    /// Link layer headers and padding.
    pub link_bytes: u64,
    /// IP headers.
    pub ip_bytes: u64,
    /// TCP headers.
    pub tcp_header_bytes: u64,
    /// TCP payload that had been sent before.
    pub retransmitted_bytes: u64,
    /// HTTP or TLS around RTMP, and what RTMP's own encryption hides.
    pub tunnel_bytes: u64,
    /// RTMP handshake.
    pub handshake_bytes: u64,
    /// RTMP chunk headers.
    pub chunk_header_bytes: u64,
    /// Bodies of RTMP control messages (types 1 to 6).
    pub control_bytes: u64,
    /// Bodies of command and shared object messages.
    pub command_bytes: u64,
    /// Bodies of data messages.
    pub metadata_bytes: u64,
    /// Audio and video tag headers, sequence headers, and aggregate framing.
    pub media_header_bytes: u64,
    /// Coded audio and video.
    pub media_payload_bytes: u64,
    /// What could not be classed, for example after lost sync.
    pub unclassified_bytes: u64,
    /// `media_payload_bytes` over `wire_bytes`.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ratio")]
    pub payload_to_wire: Option<f64>,
}

impl Ledger {
    /// The classes with their names, in order of the layers.
    pub const fn classes(&self) -> [(&'static str, u64); 13] {
        [
            ("link", self.link_bytes),
            ("ip", self.ip_bytes),
            ("tcp header", self.tcp_header_bytes),
            ("retransmitted", self.retransmitted_bytes),
            ("tunnel", self.tunnel_bytes),
            ("handshake", self.handshake_bytes),
            ("chunk header", self.chunk_header_bytes),
            ("control", self.control_bytes),
            ("command", self.command_bytes),
            ("metadata", self.metadata_bytes),
            ("media header", self.media_header_bytes),
            ("media payload", self.media_payload_bytes),
            ("unclassified", self.unclassified_bytes),
        ]
    }

    /// The sum of the classes, which is to be `wire_bytes`.
    pub fn sum(&self) -> u64 {
        self.classes().iter().map(|(_, bytes)| bytes).sum()
    }
}

/// Windows and acknowledgements for the bytes of one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Acknowledgement {
    /// The last window the sender of these bytes announced: it wants an acknowledgement after so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_bytes: Option<u32>,
    /// Acknowledgements that came back.
    pub acks: u64,
    /// Most bytes sent beyond the last acknowledgement; absent without a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest_unacknowledged_bytes: Option<u64>,
    /// What the acknowledgements count from: `with_hs` (the first byte of the handshake), `without_hs` (the first
    /// byte behind it), `incremental` (each from the one before), or `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Bytes between two acknowledgements: the median.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_p50_bytes: Option<i64>,
    /// Bytes between two acknowledgements: the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_max_bytes: Option<i64>,
}

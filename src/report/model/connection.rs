//! One RTMP connection.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::connect::Connect;
use super::direction::PerDirection;
use super::efficiency::{Acknowledgement, Efficiency};
use super::finding::Finding;
use super::handshake::Handshake;
use super::messages::{ChunkSize, CommandEntry, Messages, TimelineEntry};
use super::round;
use super::stream::{Distribution, Stream};
use super::timestamps::Timestamps;
use crate::session::event;

/// One RTMP connection.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Connection {
    /// Number of the connection in this report, from 1, in the order in which they were recognised as RTMP.
    pub id: u32,
    /// Address and port of the side that opened the connection.
    pub client: String,
    /// Address and port of the side that accepted it.
    pub server: String,
    /// Whether which side is the client is a guess, by the lower port: neither the opening nor anything that only one
    /// side says was captured, and no port is known for RTMP.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub roles_inferred: bool,
    /// How RTMP was carried.
    pub transport: Transport,
    /// One sentence: what the connection was for, who ended it, and why.
    pub verdict: String,
    /// Time of the first packet, in seconds from the capture's first.
    #[serde(serialize_with = "round::s")]
    pub start_s: f64,
    /// Time of the last packet, in seconds from the capture's first.
    #[serde(serialize_with = "round::s")]
    pub end_s: f64,
    /// Whether the beginning was captured.
    pub opening: Opening,
    /// Who ended the connection.
    pub closing: Closing,
    /// What TCP did, per direction.
    pub tcp: PerDirection<Tcp>,
    /// The RTMP handshake; absent when nothing of it was captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handshake: Option<Handshake>,
    /// The connect command and its outcome; absent when it was not captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect: Option<Connect>,
    /// Chunk sizes in force, in order, per direction.
    pub chunk_sizes: PerDirection<Vec<ChunkSize>>,
    /// Extended timestamps and those that senders write in two ways, per direction; absent when none occurred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamps: Option<PerDirection<Timestamps>>,
    /// Commands and what answered them, in order of capture.
    pub commands: Vec<CommandEntry>,
    /// Commands beyond the limit of the list.
    pub commands_omitted: u64,
    /// Where chunk boundaries were lost, per direction; absent where all was decoded from the beginning.
    #[serde(default, skip_serializing_if = "no_losses")]
    pub lost_sync: PerDirection<Option<LostSync>>,
    /// RTMP messages by type, per direction.
    pub messages: PerDirection<Messages>,
    /// Published and played streams, in order of their begin.
    pub streams: Vec<Stream>,
    /// Windows and acknowledgements; a direction is that of the acknowledged bytes.
    pub acknowledgement: PerDirection<Acknowledgement>,
    /// Round trips of user control pings, by the direction of the answer; absent without any.
    #[serde(default, skip_serializing_if = "no_pings")]
    pub pings: PerDirection<Option<Pings>>,
    /// Where the bytes went.
    pub efficiency: Efficiency,
    /// Turning points of the connection, in order of capture; single media messages are left out.
    pub timeline: Vec<TimelineEntry>,
    /// Timeline entries beyond the limit of the list.
    pub timeline_omitted: u64,
    /// Findings about this connection.
    pub findings: Vec<Finding>,
    /// Findings beyond the limit of the list.
    pub findings_omitted: u64,
}

/// How RTMP was carried.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Straight over TCP.
    #[default]
    Rtmp,
    /// Over HTTP.
    Rtmpt,
    /// Over TLS.
    Rtmps,
    /// Over HTTP over TLS.
    Rtmpts,
    /// With RTMP's own encryption.
    Rtmpe,
    /// With RTMP's own encryption over HTTP.
    Rtmpte,
}

impl Transport {
    /// The name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rtmp => "rtmp",
            Self::Rtmpt => "rtmpt",
            Self::Rtmps => "rtmps",
            Self::Rtmpts => "rtmpts",
            Self::Rtmpe => "rtmpe",
            Self::Rtmpte => "rtmpte",
        }
    }
}

/// Whether the beginning was captured.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Opening {
    /// The capture has the SYN.
    Syn,
    /// The capture begins inside the connection.
    #[default]
    MidStream,
}

impl Opening {
    /// The name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syn => "syn",
            Self::MidStream => "mid-stream",
        }
    }
}

/// Who ended the connection, and how: the first FIN or RST.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Closing {
    /// The client closed it.
    ClientFin,
    /// The server closed it.
    ServerFin,
    /// The client reset it.
    ClientRst,
    /// The server reset it.
    ServerRst,
    /// The capture has no end of it.
    #[default]
    Open,
}

impl From<event::Closing> for Closing {
    fn from(closing: event::Closing) -> Self {
        match closing {
            event::Closing::ClientFin => Self::ClientFin,
            event::Closing::ServerFin => Self::ServerFin,
            event::Closing::ClientRst => Self::ClientRst,
            event::Closing::ServerRst => Self::ServerRst,
            event::Closing::Open => Self::Open,
        }
    }
}

impl Closing {
    /// The name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientFin => "client-fin",
            Self::ServerFin => "server-fin",
            Self::ClientRst => "client-rst",
            Self::ServerRst => "server-rst",
            Self::Open => "open",
        }
    }
}

/// What TCP did in one direction. Counts are of what the capture shows.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tcp {
    /// Segments, with payload or without.
    pub segments: u64,
    /// Payload bytes, retransmissions included.
    pub payload_bytes: u64,
    /// Payload bytes that came for the first time.
    pub unique_bytes: u64,
    /// Segments with bytes that had been sent before.
    pub retransmitted_segments: u64,
    /// Payload bytes that had been sent before.
    pub retransmitted_bytes: u64,
    /// Segments that came before one they follow.
    pub out_of_order_segments: u64,
    /// Holes: runs of bytes the capture lacks.
    pub gaps: u64,
    /// Bytes in those holes.
    pub gap_bytes: u64,
    /// Times the sender of this direction announced a receive window of 0: it could take no more of the other
    /// direction's data.
    pub zero_window_events: u64,
    /// Milliseconds that such a window lasted, together.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub zero_window_ms: Option<f64>,
    /// Round trip from the capture point: a segment to its acknowledgement, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<Distribution>,
    /// Retransmitted bytes that differ from the first ones; the first are used.
    pub conflicting_bytes: u64,
    /// Keep-alive segments.
    pub keep_alives: u64,
    /// Packets captured twice.
    pub duplicate_packets: u64,
    /// Bytes that came after the hole they belong in had been given up.
    pub late_bytes: u64,
    /// Window scale announced with the SYN, as the power of 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_scale: Option<u8>,
    /// Largest segment size announced with the SYN, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mss: Option<u16>,
}

/// Bytes of one direction that could not be decoded, for want of chunk boundaries.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LostSync {
    /// Why, the first time.
    pub reason: LossReason,
    /// Times boundaries were lost inside the capture.
    pub times: u64,
    /// Stream bytes between each loss and where a boundary was found again, those the capture lacks included.
    pub bytes: u64,
    /// Milliseconds between the packets of each loss and where a boundary was found again, together.
    #[serde(serialize_with = "round::ms")]
    pub duration_ms: f64,
    /// Whether no boundary was found any more to the end.
    pub until_end: bool,
    /// The packet of the first loss; absent when it is the capture's beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_packet: Option<u64>,
    /// The least that the chunk size can be; absent where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_size_at_least: Option<u32>,
}

/// Why chunk boundaries were lost.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LossReason {
    /// The capture begins inside the connection.
    #[default]
    MidStream,
    /// Packets were not captured.
    Missing,
    /// The snap length cut off the ends of packets.
    CutOff,
    /// The bytes are there and are no chunks.
    NotRtmp,
}

impl LossReason {
    /// What is said of it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::MidStream => "begun inside the connection",
            Self::Missing => "packets missing",
            Self::CutOff => "packets cut off",
            Self::NotRtmp => "bytes that are no RTMP",
        }
    }
}

/// Round trips of pings (RTMP 1.0, 7.1.7), from the request to its answer.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pings {
    /// Answered pings.
    pub count: u64,
    /// Shortest, in ms.
    #[serde(serialize_with = "round::ms")]
    pub min_ms: f64,
    /// Median, in ms.
    #[serde(serialize_with = "round::ms")]
    pub p50_ms: f64,
    /// Longest, in ms.
    #[serde(serialize_with = "round::ms")]
    pub max_ms: f64,
}

const fn no_losses(losses: &PerDirection<Option<LostSync>>) -> bool {
    losses.client_to_server.is_none() && losses.server_to_client.is_none()
}

const fn no_pings(pings: &PerDirection<Option<Pings>>) -> bool {
    pings.client_to_server.is_none() && pings.server_to_client.is_none()
}

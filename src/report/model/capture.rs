//! What was read, and how good it was.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::round;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Capture {
    /// The files, in the order in which they were read.
    pub inputs: Vec<Input>,
    /// Files of directories that were not read, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
    /// TLS key logs found in the capture (Decryption Secrets Blocks); they are not used yet.
    #[serde(default, skip_serializing_if = "round::zero")]
    pub tls_key_logs: u64,
    /// Time of the first packet, RFC 3339 in UTC with nanoseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Time of the last packet, RFC 3339 in UTC with nanoseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Seconds from the first packet to the last.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::s")]
    pub duration_s: Option<f64>,
    /// Packets of all files, whatever they carry.
    pub packets: u64,
    /// Bytes of all packets as they were on the wire, link header included.
    pub wire_bytes: u64,
    /// What the capture lacks.
    pub quality: Quality,
    /// TCP connections that are not RTMP.
    pub other_connections: OtherConnections,
}

/// A file that was not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// Its path.
    pub path: String,
    /// Why it was not read.
    pub why: String,
}

/// One file of the capture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// The file's name as it was given; `-` is standard input.
    pub path: String,
    /// `pcap` or `pcapng`; absent when the file could not be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// `gzip` or `zstd`; absent for a plain file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
    /// Packets read.
    pub packets: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Whether the file was read to its end without a problem.
    pub complete: bool,
    /// Number, within all files, of this file's first packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_packet: Option<u64>,
    /// Why and where reading stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What the capture lacks or shows twice; all counts are over the whole capture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quality {
    /// Packets cut off by the snap length.
    pub truncated_packets: u64,
    /// TCP stream bytes of RTMP connections that the snap length cut off.
    #[serde(default)]
    pub truncated_bytes: u64,
    /// TCP stream bytes of RTMP connections that no packet of the capture has.
    pub missing_bytes: u64,
    /// Holes in the TCP streams of RTMP connections.
    pub gaps: u64,
    /// Packets captured twice.
    pub duplicate_packets: u64,
    /// TCP segments larger than a network carries: captured before the network card cut them up.
    pub oversized_segments: u64,
    /// RTMP connections whose beginning is before the capture.
    pub connections_without_syn: u64,
    /// RTMP connections of which only one direction was captured.
    pub one_way_connections: u64,
    /// Packets with a link or network layer that could not be read.
    pub undecodable_packets: u64,
    /// Packets without a time stamp of their own.
    pub packets_without_time: u64,
    /// IP datagrams of which fragments are missing.
    pub fragments_given_up: u64,
    /// TCP segments left out because of a wrong checksum, as their receiver did; absent when checksums were not
    /// verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bad_checksums: Option<u64>,
    /// TCP segments taken although their checksum is wrong or was not filled in: nearly all of their sender's are, as
    /// in a capture taken on the sending host; absent when checksums were not verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unverified_checksums: Option<u64>,
    /// Limits of the analyzer that were reached, each with the number of times.
    pub limits_hit: Vec<LimitHit>,
}

/// A limit of the analyzer that was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitHit {
    /// Name of the limit, as the command line has it; or of a list whose length is fixed: `open_calls`, `chunk_sizes`,
    /// `capabilities`, `reconnect_requests`.
    pub limit: String,
    /// How often it was reached.
    pub count: u64,
}

/// TCP connections that are not RTMP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OtherConnections {
    /// Connections.
    pub count: u64,
    /// Packets of them.
    pub packets: u64,
    /// Bytes of those packets as they were on the wire.
    pub wire_bytes: u64,
    /// Connection attempts that were answered with a reset.
    pub refused: u64,
    /// Connection attempts that were not answered.
    #[serde(default)]
    pub unanswered: u64,
    /// What they were, by server: those with the most connections, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<OtherServer>,
}

/// Connections of one kind to one server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OtherServer {
    /// Address and port of the server.
    pub server: String,
    /// What the connections are.
    pub kind: OtherKind,
    /// Connections.
    pub count: u64,
}

/// What a connection is that is no RTMP, by its first bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OtherKind {
    /// Answered with a reset: nothing listened on the port.
    Refused,
    /// Not answered at all.
    Unanswered,
    /// Opened, or under way, and no side sent a byte.
    Silent,
    /// HTTP.
    Http,
    /// TLS, on a port that is not known for RTMP.
    Tls,
    /// SSH.
    Ssh,
    /// Something else.
    Unknown,
}

impl OtherKind {
    /// What is said of such a connection.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Unanswered => "not answered",
            Self::Silent => "without a byte",
            Self::Http => "HTTP",
            Self::Tls => "TLS",
            Self::Ssh => "SSH",
            Self::Unknown => "unknown",
        }
    }
}

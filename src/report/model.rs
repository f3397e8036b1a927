//! The report as plain data: what one run found out, in the shape of the JSON output.
//!
//! Takes nothing; the analysis fills it and the writers of this module show it. Field order here is the order in
//! the JSON, field docs become the descriptions of the JSON Schema. Units are in the names (`_bytes`, `_ms`, `_s`,
//! `_bps`); an absent field is not known, never a made-up zero. Wire text is masked before it gets here, and still
//! hostile: a writer escapes it.
//!
//! Fields may be added. None changes its meaning without a new [`SCHEMA_VERSION`].

mod capture;
mod check;
mod connect;
mod connection;
mod direction;
mod efficiency;
mod finding;
mod handshake;
mod line;
mod messages;
mod object;
mod round;
mod stream;
mod timestamps;
mod tracks;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::capture::{
    Capture, Input, LimitHit, OtherConnections, OtherKind, OtherServer, Quality, Skipped,
};
pub(crate) use self::check::SHARED;
pub use self::check::{
    BaselineEntry, BaselineUse, ByOutcome, CheckReport, CheckSummary, CheckedConnection, CheckedRule,
    Outcome, RuleOutcome, Status,
};
pub use self::connect::{Capabilities, Connect, ReconnectRequest};
pub use self::connection::{Closing, Connection, LossReason, LostSync, Opening, Pings, Tcp, Transport};
pub use self::direction::{Direction, PerDirection};
pub use self::efficiency::{Acknowledgement, Efficiency, Ledger};
pub use self::finding::{Evidence, Finding, Severity};
pub use self::handshake::{DigestPlace, EchoKind, Handshake, HandshakeKind, HelloForm};
pub use self::line::{
    ChunkFields, CodecFields, ControlFields, ConversationFields, HandshakeFields, MediaFields, MessageFields,
    TimelineLine,
};
pub use self::messages::{
    ByType, ChunkSize, ChunkSizeSource, CommandEntry, MessageCount, Messages, TimelineEntry,
};
pub use self::object::Object;
pub use self::stream::{
    AudioTrack, AvSync, Color, CompositionRange, Distribution, GopLengths, Latency, Pacing, Role, Stream,
    VideoTrack,
};
pub use self::timestamps::Timestamps;
pub use self::tracks::{FrameTypes, NumberedTrack};

/// Version of the shape and meaning of the report.
pub const SCHEMA_VERSION: u32 = 1;

/// What rtmpscope found in one capture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Version of the shape and meaning of this report; a field never changes its meaning within one version.
    pub schema_version: u32,
    /// The program that made the report.
    pub generator: Generator,
    /// What was read.
    pub capture: Capture,
    /// The RTMP connections, in order of their first packet.
    pub connections: Vec<Connection>,
    /// Findings about the capture as a whole and about all connections, in order of capture.
    pub findings: Vec<Finding>,
    /// The report in a few numbers.
    pub summary: Summary,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            generator: Generator::default(),
            capture: Capture::default(),
            connections: Vec::new(),
            findings: Vec::new(),
            summary: Summary::default(),
        }
    }
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Generator {
    /// Name of the program.
    pub name: String,
    /// Version of the program.
    pub version: String,
}

impl Default for Generator {
    fn default() -> Self {
        Self { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// The report in a few numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// RTMP connections.
    pub connections: u64,
    /// Streams by what they were for.
    pub by_role: ByRole,
    /// Findings by severity.
    pub findings: BySeverity,
    /// Coded media bytes over wire bytes, all connections and both directions together. With bytes that could not be
    /// decoded it is the least it can be.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ratio")]
    pub payload_to_wire: Option<f64>,
    /// Bytes that could not be decoded over wire bytes: encrypted or tunnelled ones, and those behind lost sync; absent
    /// without any.
    #[serde(default, skip_serializing_if = "round::absent", serialize_with = "round::ratio")]
    pub undecoded_to_wire: Option<f64>,
    /// Seconds of media delivered per second of time, all streams together; 1 is real time.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ratio")]
    pub eta: Option<f64>,
}

/// A count of streams for each role.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ByRole {
    /// Streams sent by a client.
    pub publish: u64,
    /// Streams sent by a server.
    pub play: u64,
}

/// A count of findings for each severity.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BySeverity {
    /// Findings of severity error.
    pub error: u64,
    /// Findings of severity warning.
    pub warning: u64,
    /// Findings of severity info.
    pub info: u64,
}

//! Findings: what a rule holds against the capture, with the place to look.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::direction::Direction;
use super::round;

/// A deviation from a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Code of the rule; never given to another.
    pub code: String,
    /// Name of the rule.
    pub name: String,
    /// Which of the rule's cases it is; absent where there is one. Like the code it never changes its meaning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// Connection it is about; absent when it is about the capture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<u32>,
    /// Direction it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Packet that shows it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet: Option<u64>,
    /// Time of that packet, in seconds from the capture's first.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::s")]
    pub time_s: Option<f64>,
    /// The first few packets that show it, where it happened several times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packets: Vec<u64>,
    /// Stream bytes that show it first: offset of the first, and of the one after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_bytes: Option<[u64; 2]>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What the rule asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What the capture has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// The message that shows it first; absent when it is in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Section of the specification the rule comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// How often it happened; the place is that of the first.
    pub occurrences: u64,
    /// A baseline accepts it: it makes no check fail.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
    /// What stays the same when the same conversation is recorded again, for baselines: of the rule, its case, the
    /// direction, and what the connection was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

/// The message that shows a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Packet that brought its first byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_packet: Option<u64>,
    /// Chunk stream id.
    pub chunk_stream_id: u32,
    /// Message stream id.
    pub message_stream_id: u32,
    /// Message type, by its name in the report.
    pub message_type: String,
    /// Message timestamp, in milliseconds.
    pub timestamp_ms: u32,
    /// Message length as announced.
    pub length_bytes: u32,
    /// The first bytes of its body in hexadecimal; absent for messages that may hold names that are secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_hex: Option<String>,
}

/// How bad a finding is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Works with some peers, or costs something.
    Warning,
    /// Breaks the protocol or the stream.
    Error,
}

impl Severity {
    /// The name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

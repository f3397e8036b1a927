//! The RTMP handshake of a connection.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::round;

/// The RTMP handshake.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Handshake {
    /// Whether both sides finished it.
    pub complete: bool,
    /// Its form.
    pub kind: HandshakeKind,
    /// Version byte of the client (C0); 3 is plain RTMP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_version: Option<u8>,
    /// Version byte of the server (S0); 3 is plain RTMP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_version: Option<u8>,
    /// Milliseconds from the first byte of C0 to the last of the handshake.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub duration_ms: Option<f64>,
    /// Whether both sides sent the other's random bytes back unchanged, as the simple form asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo_ok: Option<bool>,
}

/// Form of the handshake.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HandshakeKind {
    /// As specified: time, zero, random bytes.
    Simple,
    /// With a digest in the first block, after byte 8.
    #[serde(rename = "digest-0")]
    Digest0,
    /// With a digest in the second block, after byte 772.
    #[serde(rename = "digest-1")]
    Digest1,
    /// The start of an encrypted connection.
    Encrypted,
    /// Could not be told.
    #[default]
    Unknown,
}

impl HandshakeKind {
    /// The name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Digest0 => "digest-0",
            Self::Digest1 => "digest-1",
            Self::Encrypted => "encrypted",
            Self::Unknown => "unknown",
        }
    }
}

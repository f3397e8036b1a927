//! The RTMP handshake of a connection.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::round;

/// The RTMP handshake.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Handshake {
    /// Whether both sides finished it.
    pub complete: bool,
    /// Its form, by the client's hello.
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
    /// Whether each side sent the other's random bytes back unchanged, as the simple form asks, or signed its answer
    /// for the other's digest; absent when that cannot be told of both, and none is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo_ok: Option<bool>,
    /// Form of the client's hello (C1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_form: Option<HelloForm>,
    /// Form of the server's hello (S1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_form: Option<HelloForm>,
    /// The digest that fits the client's hello, where that is of an encrypted connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_digest: Option<DigestPlace>,
    /// The digest that fits the server's hello, where that is of an encrypted connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_digest: Option<DigestPlace>,
    /// What the client sent back (C2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_echo: Option<EchoKind>,
    /// What the server sent back (S2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_echo: Option<EchoKind>,
    /// What the client says it is by bytes 4 to 7 of its hello: a known program, or the four bytes as a version; absent
    /// when they are zero. Programs copy the field from each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_program: Option<String>,
    /// The same of the server; absent too when it put the client's time there, as SRS does, or sent the client's hello
    /// back as its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_program: Option<String>,
    /// IPv4 address of the client, as a proxy of SRS said in front of the handshake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_client: Option<String>,
    /// Bytes that a proxy of SRS put in front of the handshake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_prefix_bytes: Option<u16>,
}

/// Form of a hello, C1 or S1.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HelloForm {
    /// As specified: time, zero, random bytes.
    Simple,
    /// With a digest that fits, placed by the four bytes at 8.
    #[serde(rename = "digest@8")]
    Digest8,
    /// With a digest that fits, placed by the four bytes at 772.
    #[serde(rename = "digest@772")]
    Digest772,
    /// With a program version, and no digest that fits.
    Unverified,
    /// Of a version that announces encryption.
    Encrypted,
}

/// Where the four bytes are that place the digest of a hello.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DigestPlace {
    /// At 8.
    #[serde(rename = "digest@8")]
    At8,
    /// At 772.
    #[serde(rename = "digest@772")]
    At772,
}

/// What C2 or S2 is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EchoKind {
    /// The other side's random bytes.
    Copy,
    /// Signed for the digest of the other side's hello.
    Signed,
    /// Neither.
    Unrelated,
}

/// Form of the handshake.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HandshakeKind {
    /// As specified: time, zero, random bytes.
    Simple,
    /// With a digest that fits, placed by the four bytes at 8; numbered as librtmp and Red5 do.
    #[serde(rename = "digest-0")]
    Digest0,
    /// With a digest that fits, placed by the four bytes at 772.
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

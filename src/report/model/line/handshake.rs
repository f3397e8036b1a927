//! Fields of the RTMP handshake.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Of the RTMP handshake (RTMP 1.0, 5.2).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HandshakeFields {
    /// Version byte, C0 or S0; 3 is plain RTMP, 6, 8 and 9 are encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u8>,
    /// Time field of C1 or S1, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hello_time: Option<u32>,
    /// Bytes 4 to 7 of C1 or S1: zero, or the version of the program; some servers put the client's time there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<u32>,
    /// These bytes with dots, where they are a version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program_version: Option<String>,
    /// Program known to send this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program_name: Option<String>,
    /// `simple`, `digest@8` or `digest@772` (verified), `unverified`, `encrypted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// Where the verified digest of an encrypted hello is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Offset of the verified digest in the 1536 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest_offset: Option<u32>,
    /// Bytes of a proxy's prefix in front of C0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_prefix_bytes: Option<u32>,
    /// Address of the client that the prefix gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_client: Option<String>,
    /// Whether C2 or S2 is a copy of what the peer sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copied: Option<bool>,
    /// What C2 or S2 is: `copy`, `signed` (verified), `unrelated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo: Option<String>,
    /// The same of C2, when the handshake is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_echo: Option<String>,
    /// The same of S2, when the handshake is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_echo: Option<String>,
    /// Bytes seen from the client when the handshake failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_bytes: Option<u64>,
    /// Bytes seen from the server when the handshake failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_bytes: Option<u64>,
}

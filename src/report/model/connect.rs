//! The connect command of a connection, and what the server answered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The connect command and its outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Connect {
    /// Application the client asked for (`app`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// URL of the server as the client has it (`tcUrl`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tc_url: Option<String>,
    /// Program of the client (`flashVer`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flash_version: Option<String>,
    /// AMF version the client asked for, 0 or 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_encoding: Option<u32>,
    /// Program of the server (`fmsVer`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_version: Option<String>,
    /// Status code of the answer; absent when none was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Description that came with the status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

//! Fields of commands, data messages and shared objects.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::{Map, Value};

/// Of commands, data messages and shared objects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConversationFields {
    /// Name of the command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Transaction id of the command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<f64>,
    /// Name of the command that this one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<String>,
    /// Packet that completed that command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers_packet: Option<u64>,
    /// Milliseconds from that command to this answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_ms: Option<f64>,
    /// Status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Status level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Status description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Command object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<Value>,
    /// Arguments behind the command object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Vec<Value>>,
    /// `amf3` where values are AMF3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// What stands in place of the format byte 0 of types 15 to 17: `absent`, or its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format_byte: Option<String>,
    /// True where decoding stopped before the end of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partly_decoded: Option<bool>,
    /// Handler of a data message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Whether it came behind `@setDataFrame`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_data_frame: Option<bool>,
    /// Values behind the handler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
    /// Where a reconnect request sends the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconnect_tc_url: Option<String>,
    /// What the stream is for (`publish`, `play`), or what a media message holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Name of the stream, masked unless secrets were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// Name of the shared object; in the lines of its events the first 1024 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_name: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_version: Option<u32>,
    /// Whether it is kept on the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent: Option<bool>,
    /// Its flags in hexadecimal, where they are none that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_flags: Option<String>,
    /// Events in the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<u32>,
    /// Kind of the event; `unknown_N` for numbers without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_event: Option<String>,
    /// Name of the attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_key: Option<String>,
    /// Value of the attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_value: Option<Value>,
    /// Values of several attributes, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_values: Option<Map<String, Value>>,
    /// Name of the message sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_handler: Option<String>,
    /// Its arguments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_arguments: Option<Vec<Value>>,
    /// Status code of a status event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_code: Option<String>,
    /// Level of a status event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_level: Option<String>,
}

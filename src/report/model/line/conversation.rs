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
    /// Name of the command that this response answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<String>,
    /// Number of the packet that completed the command that this response answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers_packet: Option<u64>,
    /// Milliseconds from the command to this response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_ms: Option<f64>,
    /// Status code that the command brings, such as `NetStream.Play.Start`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Status level that came with the code, such as `status` or `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Description in words that came with the status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Command object: the value behind the transaction id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<Value>,
    /// Arguments of the command, behind its command object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Vec<Value>>,
    /// `amf3` where values of the message are AMF3; absent where all are AMF0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// What stands in place of the format byte 0 of types 15 to 17: `absent`, or its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format_byte: Option<String>,
    /// True where decoding stopped before the end of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partly_decoded: Option<bool>,
    /// Handler of a data message, such as `onMetaData`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Whether the handler of a data message came behind `@setDataFrame`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_data_frame: Option<bool>,
    /// Values of a data message, behind its handler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
    /// URL to which a reconnect request sends the client (`tcUrl`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconnect_tc_url: Option<String>,
    /// What the stream is for (`publish`, `play`), or what the audio or video message holds (`keyframe`, `frame`,
    /// `sequence_header`, `sequence_end`, `silence`, `metadata`, `command`, `unknown`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Name of the stream, masked unless secrets were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// Name of the shared object; in the lines of its events the first 1024 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_name: Option<String>,
    /// Version of the shared object, as the message has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_version: Option<u32>,
    /// Whether the shared object is kept by the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent: Option<bool>,
    /// Flags of the shared object in hexadecimal, where they are none that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_flags: Option<String>,
    /// Events in the shared object message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<u32>,
    /// Kind of the shared object's event: `use`, `release`, `request_change`, `change`, `success`, `send_message`,
    /// `status`, `clear`, `remove`, `request_remove`, `use_success`; `unknown_N` for numbers without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_event: Option<String>,
    /// Name of the shared object's attribute that the event is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_key: Option<String>,
    /// Value of the shared object's attribute that the event is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_value: Option<Value>,
    /// Values of several attributes of the shared object, by their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_values: Option<Map<String, Value>>,
    /// Name of the message that is sent through the shared object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_handler: Option<String>,
    /// Arguments of the message that is sent through the shared object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_arguments: Option<Vec<Value>>,
    /// Status code of the shared object's status event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_code: Option<String>,
    /// Status level of the shared object's status event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub so_level: Option<String>,
}

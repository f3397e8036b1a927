//! Messages of a connection: counts by type, chunk sizes, commands, and the timeline.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::direction::Direction;
use super::object::Object;
use super::round;

/// RTMP messages of one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Messages {
    /// Complete messages of all types.
    pub total: u64,
    /// By type: a name for each type a specification defines, `unknown_N` for any other.
    pub by_type: ByType,
}

/// Messages by type, in order of the type id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByType(pub Vec<(String, MessageCount)>);

/// Messages of one type.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageCount {
    /// Complete messages.
    pub count: u64,
    /// Messages of which not all came: cut by a hole in the capture, aborted, or not finished; absent when there are
    /// none.
    #[serde(default, skip_serializing_if = "round::zero")]
    pub incomplete: u64,
    /// Body bytes.
    pub bytes: u64,
}

impl Serialize for ByType {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(self.0.len()))?;
        for (name, count) in &self.0 {
            map.serialize_entry(name, count)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for ByType {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = ByType;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of message counts")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByType, A::Error> {
                let mut counts = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    counts.push(entry);
                }
                Ok(ByType(counts))
            }
        }
        input.deserialize_map(InOrder)
    }
}

impl JsonSchema for ByType {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "ByType".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, MessageCount>::json_schema(generator)
    }
}

/// A chunk size and since when it is in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChunkSize {
    /// Seconds from the capture's first packet.
    #[serde(serialize_with = "round::s")]
    pub time_s: f64,
    /// Packet that set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet: Option<u64>,
    /// Largest chunk payload, in bytes.
    pub size: u32,
    /// How it is known.
    pub source: ChunkSizeSource,
}

/// How a chunk size is known.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChunkSizeSource {
    /// 128 bytes, until the sender says otherwise.
    Default,
    /// A Set Chunk Size message.
    Announced,
    /// From the bytes, because the announcement was not captured.
    Inferred,
}

impl ChunkSizeSource {
    /// The name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Announced => "announced",
            Self::Inferred => "inferred",
        }
    }
}

/// A command and what answered it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CommandEntry {
    /// Seconds from the capture's first packet.
    #[serde(serialize_with = "round::s")]
    pub time_s: f64,
    /// Packet that completed the command.
    pub packet: u64,
    /// Who sent it.
    pub direction: Direction,
    /// Name of the command.
    pub name: String,
    /// Transaction id; 0 asks for no answer.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::whole")]
    pub transaction_id: Option<f64>,
    /// Message stream id.
    pub stream_id: u32,
    /// What answered it: `_result`, `_error`, or `onStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    /// Status code in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_code: Option<String>,
    /// Packet that completed the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_packet: Option<u64>,
    /// Milliseconds from the command to the answer.
    #[serde(skip_serializing_if = "round::absent", serialize_with = "round::ms")]
    pub response_ms: Option<f64>,
}

/// One line of a connection's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimelineEntry {
    /// Seconds from the capture's first packet.
    #[serde(serialize_with = "round::s")]
    pub time_s: f64,
    /// Packet with which it was complete.
    pub packet: u64,
    /// Direction of the bytes it is about.
    pub direction: Direction,
    /// Stable name of the event.
    pub event: Cow<'static, str>,
    /// What there is to say about it; the fields depend on the event.
    pub detail: Object,
}

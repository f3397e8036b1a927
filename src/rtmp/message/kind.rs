//! Message type ids (RTMP 1.0, 5.4 and 7.1) and the header every message has.

use crate::base::pos::Span;

/// A message type id; unknown values stay as they came.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MessageType(pub(crate) u8);

impl MessageType {
    pub(crate) const SET_CHUNK_SIZE: Self = Self(1);
    pub(crate) const ABORT: Self = Self(2);
    pub(crate) const ACKNOWLEDGEMENT: Self = Self(3);
    pub(crate) const USER_CONTROL: Self = Self(4);
    pub(crate) const WINDOW_ACK_SIZE: Self = Self(5);
    pub(crate) const SET_PEER_BANDWIDTH: Self = Self(6);
    pub(crate) const AUDIO: Self = Self(8);
    pub(crate) const VIDEO: Self = Self(9);
    pub(crate) const DATA_AMF3: Self = Self(15);
    pub(crate) const SHARED_OBJECT_AMF3: Self = Self(16);
    pub(crate) const COMMAND_AMF3: Self = Self(17);
    pub(crate) const DATA_AMF0: Self = Self(18);
    pub(crate) const SHARED_OBJECT_AMF0: Self = Self(19);
    pub(crate) const COMMAND_AMF0: Self = Self(20);
    pub(crate) const AGGREGATE: Self = Self(22);

    /// The name used in reports; `None` for an id no specification defines.
    pub(crate) const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::SET_CHUNK_SIZE => "set_chunk_size",
            Self::ABORT => "abort",
            Self::ACKNOWLEDGEMENT => "acknowledgement",
            Self::USER_CONTROL => "user_control",
            Self::WINDOW_ACK_SIZE => "window_ack_size",
            Self::SET_PEER_BANDWIDTH => "set_peer_bandwidth",
            Self::AUDIO => "audio",
            Self::VIDEO => "video",
            Self::DATA_AMF3 => "data_amf3",
            Self::SHARED_OBJECT_AMF3 => "shared_object_amf3",
            Self::COMMAND_AMF3 => "command_amf3",
            Self::DATA_AMF0 => "data_amf0",
            Self::SHARED_OBJECT_AMF0 => "shared_object_amf0",
            Self::COMMAND_AMF0 => "command_amf0",
            Self::AGGREGATE => "aggregate",
            _ => return None,
        })
    }

    /// Whether a specification defines this id.
    pub(crate) const fn is_known(self) -> bool {
        self.name().is_some()
    }

    /// Whether the message belongs to the chunk layer or the link between the peers (types 1 to 6).
    pub(crate) const fn is_control(self) -> bool {
        matches!(self.0, 1..=6)
    }
}

impl std::fmt::Display for MessageType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "unknown_{}", self.0),
        }
    }
}

/// What the chunk layer knows of a message, with the fields of shorter headers filled in.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct MessageHeader {
    /// Chunk stream id.
    pub(crate) csid: u32,
    /// Format (0 to 3) of the chunk that began the message.
    pub(crate) fmt: u8,
    /// Message type id.
    pub(crate) kind: MessageType,
    /// Message length as announced, in bytes.
    pub(crate) length: u32,
    /// Absolute timestamp in milliseconds, modulo 2^32.
    pub(crate) timestamp: u32,
    /// The timestamp field as written: absolute for format 0, a delta for 1 and 2; for 3 its own extended field, or
    /// else the field it inherits.
    pub(crate) timestamp_field: u32,
    /// Whether that field was an extended timestamp.
    pub(crate) extended: bool,
    /// Message stream id.
    pub(crate) stream_id: u32,
    /// Which of these no captured header says.
    pub(crate) inferred: Inferred,
    /// How the timestamp fields were read.
    pub(crate) timing: Timing,
    /// Chunks the message came in.
    pub(crate) chunks: u32,
    /// Bytes of all its chunk headers.
    pub(crate) header_bytes: u32,
    /// Chunks whose header has the chunk stream id in three bytes where it fits in two.
    pub(crate) long_ids: u32,
    /// Body bytes that were on the wire of this capture, kept or not.
    pub(crate) received: u32,
    /// Body bytes that fell into a hole of the capture.
    pub(crate) lost: u32,
    /// Whether the whole body came by, without holes.
    pub(crate) complete: bool,
    /// Whether its sender never finished it: aborted, replaced by another, or under way when the stream ended.
    pub(crate) unfinished: bool,
    /// Where its first chunk header begins and its body ends.
    pub(crate) span: Span,
}

#[cfg(test)]
impl MessageHeader {
    /// The header of a whole message in one chunk on message stream 1, at time 0, for tests to change.
    pub(crate) fn whole(kind: MessageType, length: u32) -> Self {
        Self {
            csid: 3,
            fmt: 0,
            kind,
            length,
            timestamp: 0,
            timestamp_field: 0,
            extended: false,
            stream_id: 1,
            inferred: Inferred::default(),
            timing: Timing::default(),
            chunks: 1,
            header_bytes: 12,
            long_ids: 0,
            received: length,
            lost: 0,
            complete: true,
            unfinished: false,
            span: Span::default(),
        }
    }
}

/// Fields of a message that no captured header says, because some were missed.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inferred {
    /// Type and length were found from where the next message begins.
    pub(crate) length: bool,
    /// The timestamp is an estimate: deltas in front of it may not have been captured.
    pub(crate) timestamp: bool,
    /// The message stream id is that of other messages, or the usual one.
    pub(crate) stream_id: bool,
}

/// How the timestamp fields of a message were read.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Timing {
    /// What the field of its first chunk was taken for.
    pub(crate) reading: TimeReading,
    /// Timestamp of the message in front on the chunk stream; 0 for none.
    pub(crate) before: u32,
    /// The timestamp is before the one in front of it, by a delta of 2^31 or more.
    pub(crate) is_back: bool,
    /// Format 3 chunks that have the extended timestamp.
    pub(crate) repeated: u32,
    /// Format 3 chunks that lack one though the header before them has it.
    pub(crate) omitted: u32,
}

/// What a timestamp field was taken for, where senders differ.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum TimeReading {
    /// All read it so.
    #[default]
    Plain,
    /// An extended field of format 1 or 2: a delta, as specified.
    Delta,
    /// The same: an absolute timestamp.
    Absolute,
    /// Format 3 behind format 0: the timestamp is added, as specified.
    AddsTimestamp,
    /// The same, or without the extended timestamp behind an extended delta of hours: nothing is added.
    SameTime,
}

impl TimeReading {
    /// The name of a reading that is not that of the specification.
    pub(crate) const fn departure(self) -> Option<&'static str> {
        match self {
            Self::Absolute => Some("absolute_in_delta"),
            Self::SameTime => Some("type3_same_time"),
            Self::Plain | Self::Delta | Self::AddsTimestamp => None,
        }
    }
}

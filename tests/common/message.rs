//! RTMP messages: protocol control, user control, commands, data, media (RTMP 1.0 sections 5.4, 7.1, 7.2).
//!
//! A constructor chooses the chunk stream a common encoder would take; the builder methods change anything.

use super::amf::{self, Amf};

/// One message before it is cut into chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub csid: u32,
    /// The message type id.
    pub kind: u8,
    pub timestamp: u32,
    pub msid: u32,
    pub body: Vec<u8>,
    /// The header form of the first chunk; the shortest correct one if not given. A form 1 to 3 says what it can:
    /// the fields it lacks are those of the message before on this chunk stream, whatever stands here.
    pub fmt: Option<u8>,
    /// Bytes of the basic header (1, 2 or 3); the shortest if not given.
    pub csid_bytes: Option<u8>,
    /// A length for the header that is not the body's.
    pub claimed_len: Option<u32>,
}

impl Message {
    /// A message at time 0 on message stream 0.
    pub fn new(csid: u32, kind: u8, body: Vec<u8>) -> Self {
        Self { csid, kind, timestamp: 0, msid: 0, body, fmt: None, csid_bytes: None, claimed_len: None }
    }

    pub fn csid(self, csid: u32) -> Self {
        Self { csid, ..self }
    }

    pub fn kind(self, kind: u8) -> Self {
        Self { kind, ..self }
    }

    pub fn timestamp(self, timestamp: u32) -> Self {
        Self { timestamp, ..self }
    }

    pub fn msid(self, msid: u32) -> Self {
        Self { msid, ..self }
    }

    pub fn fmt(self, fmt: u8) -> Self {
        Self { fmt: Some(fmt), ..self }
    }

    pub fn csid_bytes(self, n: u8) -> Self {
        Self { csid_bytes: Some(n), ..self }
    }

    pub fn claimed_len(self, n: u32) -> Self {
        Self { claimed_len: Some(n), ..self }
    }
}

pub const SET_CHUNK_SIZE: u8 = 1;
pub const ABORT: u8 = 2;
pub const ACK: u8 = 3;
pub const USER_CONTROL: u8 = 4;
pub const WINDOW_ACK_SIZE: u8 = 5;
pub const SET_PEER_BANDWIDTH: u8 = 6;
pub const AUDIO: u8 = 8;
pub const VIDEO: u8 = 9;
pub const DATA_AMF0: u8 = 18;
pub const COMMAND_AMF0: u8 = 20;
pub const AGGREGATE: u8 = 22;

/// The chunk streams used unless a test says otherwise.
pub const CONTROL_CSID: u32 = 2;
pub const COMMAND_CSID: u32 = 3;
pub const AUDIO_CSID: u32 = 4;
pub const STREAM_CSID: u32 = 5;
pub const VIDEO_CSID: u32 = 6;

/// How a Set Peer Bandwidth limits.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    Hard = 0,
    Soft = 1,
    Dynamic = 2,
}

pub fn set_chunk_size(size: u32) -> Message {
    control(SET_CHUNK_SIZE, &size.to_be_bytes())
}

pub fn abort(csid: u32) -> Message {
    control(ABORT, &csid.to_be_bytes())
}

pub fn ack(bytes: u32) -> Message {
    control(ACK, &bytes.to_be_bytes())
}

pub fn window_ack_size(bytes: u32) -> Message {
    control(WINDOW_ACK_SIZE, &bytes.to_be_bytes())
}

pub fn set_peer_bandwidth(bytes: u32, limit: Limit) -> Message {
    let [a, b, c, d] = bytes.to_be_bytes();
    control(SET_PEER_BANDWIDTH, &[a, b, c, d, limit as u8])
}

/// User control `event` with `data`; the named ones are below.
pub fn user_control(event: u16, data: &[u8]) -> Message {
    let mut body = event.to_be_bytes().to_vec();
    body.extend(data);
    control(USER_CONTROL, &body)
}

pub fn stream_begin(msid: u32) -> Message {
    user_control(0, &msid.to_be_bytes())
}

pub fn stream_eof(msid: u32) -> Message {
    user_control(1, &msid.to_be_bytes())
}

pub fn stream_dry(msid: u32) -> Message {
    user_control(2, &msid.to_be_bytes())
}

pub fn set_buffer_length(msid: u32, ms: u32) -> Message {
    user_control(3, &[msid.to_be_bytes(), ms.to_be_bytes()].concat())
}

pub fn stream_is_recorded(msid: u32) -> Message {
    user_control(4, &msid.to_be_bytes())
}

pub fn ping_request(time: u32) -> Message {
    user_control(6, &time.to_be_bytes())
}

pub fn ping_response(time: u32) -> Message {
    user_control(7, &time.to_be_bytes())
}

/// A command: name, transaction id, command object (or null), arguments.
pub fn command(name: &str, transaction: f64, object: Amf, arguments: &[Amf]) -> Message {
    let mut values = vec![name.into(), transaction.into(), object];
    values.extend_from_slice(arguments);
    Message::new(COMMAND_CSID, COMMAND_AMF0, amf::encode(&values))
}

/// `onStatus` with level, code and description.
pub fn on_status(level: &str, code: &str, description: &str) -> Message {
    let info =
        amf::object([("level", level.into()), ("code", code.into()), ("description", description.into())]);
    command("onStatus", 0.0, Amf::Null, &[info]).csid(STREAM_CSID)
}

/// A data message: a handler name and values.
pub fn data(values: &[Amf]) -> Message {
    Message::new(AUDIO_CSID, DATA_AMF0, amf::encode(values))
}

/// An audio message; see `media` for bodies.
pub fn audio(timestamp: u32, body: Vec<u8>) -> Message {
    Message::new(AUDIO_CSID, AUDIO, body).timestamp(timestamp)
}

/// A video message; see `media` for bodies.
pub fn video(timestamp: u32, body: Vec<u8>) -> Message {
    Message::new(VIDEO_CSID, VIDEO, body).timestamp(timestamp)
}

/// An aggregate of `parts`: each with its own header of 11 bytes and its back pointer.
pub fn aggregate(timestamp: u32, parts: &[Message]) -> Message {
    let mut body = Vec::new();
    for part in parts {
        let len = part.body.len() as u32;
        body.push(part.kind);
        body.extend(&len.to_be_bytes()[1..]);
        body.extend(&part.timestamp.to_be_bytes()[1..]);
        body.push((part.timestamp >> 24) as u8);
        body.extend(&part.msid.to_be_bytes()[1..]);
        body.extend(&part.body);
        body.extend((11 + len).to_be_bytes());
    }
    Message::new(VIDEO_CSID, AGGREGATE, body).timestamp(timestamp)
}

fn control(kind: u8, body: &[u8]) -> Message {
    Message::new(CONTROL_CSID, kind, body.to_vec())
}

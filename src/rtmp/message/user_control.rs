//! User control messages (RTMP 1.0, 7.1.7): an event number and its arguments.
//!
//! Takes the body of a message of type 4, gives a [`UserControl`]. Events beyond the specification's are those
//! of Flash Media Server (buffer empty and ready, SWF verification). Bytes behind the arguments are no part of it:
//! how many an event has is told ([`UserControl::body_len`]), so that others can be counted.

use crate::base::read::{Reader, Truncated};

/// A user control event.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum UserControl {
    StreamBegin {
        stream_id: u32,
    },
    StreamEof {
        stream_id: u32,
    },
    StreamDry {
        stream_id: u32,
    },
    SetBufferLength {
        stream_id: u32,
        ms: u32,
    },
    StreamIsRecorded {
        stream_id: u32,
    },
    PingRequest {
        value: u32,
    },
    PingResponse {
        value: u32,
    },
    /// The server asks which SWF file is playing, with the length of its data.
    SwfRequest {
        bytes: usize,
    },
    /// The client's answer, with the length of its data.
    SwfResponse {
        bytes: usize,
        /// What it says, when it has its usual length.
        proof: Option<SwfProof>,
    },
    BufferEmpty {
        stream_id: u32,
    },
    BufferReady {
        stream_id: u32,
    },
    /// An event whose arguments no source describes, with the length of its data; some have a name ([`event_name`]).
    Unknown {
        event: u16,
        bytes: usize,
    },
}

/// What a client says of the SWF file it plays.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct SwfProof {
    /// Length of the file, not compressed.
    pub(crate) size: u32,
    /// HMAC-SHA256 of the file.
    pub(crate) hash: [u8; 32],
}

/// Fewer bytes than an event needs.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct TooShort {
    /// The stable timeline name of the message.
    pub(crate) name: &'static str,
    /// The field that is cut, its place in the body.
    pub(crate) missing: Truncated,
    /// Bytes of data that there are; of a user control event, those behind its number.
    pub(crate) bytes: usize,
}

/// Length of a usual SWF answer: two bytes 1, the file's size twice, the hash.
const SWF_PROOF: usize = 42;

impl UserControl {
    /// Reads the body of a message of type 4.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, TooShort> {
        let mut r = Reader::new(body);
        let short = |name| move |missing| TooShort { name, missing, bytes: body.len().saturating_sub(2) };
        let event = r.u16("event type").map_err(|missing| TooShort {
            name: "uc.unknown",
            missing,
            bytes: body.len(),
        })?;
        let mut read = || {
            Ok(match event {
                0 => Self::StreamBegin { stream_id: r.u32("stream id")? },
                1 => Self::StreamEof { stream_id: r.u32("stream id")? },
                2 => Self::StreamDry { stream_id: r.u32("stream id")? },
                3 => Self::SetBufferLength { stream_id: r.u32("stream id")?, ms: r.u32("buffer length")? },
                4 => Self::StreamIsRecorded { stream_id: r.u32("stream id")? },
                6 => Self::PingRequest { value: r.u32("timestamp")? },
                7 => Self::PingResponse { value: r.u32("timestamp")? },
                26 => Self::SwfRequest { bytes: r.left() },
                27 => Self::SwfResponse { bytes: r.left(), proof: SwfProof::parse(r.rest()) },
                31 => Self::BufferEmpty { stream_id: r.u32("stream id")? },
                32 => Self::BufferReady { stream_id: r.u32("stream id")? },
                _ => Self::Unknown { event, bytes: r.left() },
            })
        };
        read().map_err(short(Self::name_of(event)))
    }

    /// Bytes of a body that holds this event and no more; `None` when its length is not laid down.
    pub(crate) const fn body_len(self) -> Option<u32> {
        match self {
            Self::SetBufferLength { .. } => Some(10),
            Self::SwfRequest { .. } | Self::SwfResponse { .. } | Self::Unknown { .. } => None,
            _ => Some(6),
        }
    }

    /// The stable timeline name.
    pub(crate) const fn name(self) -> &'static str {
        Self::name_of(match self {
            Self::StreamBegin { .. } => 0,
            Self::StreamEof { .. } => 1,
            Self::StreamDry { .. } => 2,
            Self::SetBufferLength { .. } => 3,
            Self::StreamIsRecorded { .. } => 4,
            Self::PingRequest { .. } => 6,
            Self::PingResponse { .. } => 7,
            Self::SwfRequest { .. } => 26,
            Self::SwfResponse { .. } => 27,
            Self::BufferEmpty { .. } => 31,
            Self::BufferReady { .. } => 32,
            Self::Unknown { event, .. } => event,
        })
    }

    const fn name_of(event: u16) -> &'static str {
        match event {
            0 => "uc.stream_begin",
            1 => "uc.stream_eof",
            2 => "uc.stream_dry",
            3 => "uc.set_buffer_length",
            4 => "uc.stream_is_recorded",
            6 => "uc.ping",
            7 => "uc.pong",
            26 => "uc.swf_request",
            27 => "uc.swf_response",
            31 => "uc.buffer_empty",
            32 => "uc.buffer_ready",
            _ => "uc.unknown",
        }
    }
}

impl SwfProof {
    fn parse(data: &[u8]) -> Option<Self> {
        if data.len() != SWF_PROOF {
            return None;
        }
        let mut r = Reader::new(data);
        r.u16("version").ok()?;
        let size = r.u32("size").ok()?;
        r.u32("size").ok()?;
        Some(Self { size, hash: r.array("hash").ok()? })
    }
}

/// What an event without a layout is called elsewhere (RFC 7425).
pub(crate) const fn event_name(event: u16) -> Option<&'static str> {
    match event {
        34 => Some("flow_sync"),
        41 => Some("set_keep_alive"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &[u8]) -> UserControl {
        UserControl::parse(body).unwrap()
    }

    #[test]
    fn reads_each_argument_and_keeps_the_unknown() {
        for (number, event) in [
            (0, UserControl::StreamBegin { stream_id: 258 }),
            (1, UserControl::StreamEof { stream_id: 258 }),
            (2, UserControl::StreamDry { stream_id: 258 }),
            (4, UserControl::StreamIsRecorded { stream_id: 258 }),
            (6, UserControl::PingRequest { value: 258 }),
            (7, UserControl::PingResponse { value: 258 }),
            (31, UserControl::BufferEmpty { stream_id: 258 }),
            (32, UserControl::BufferReady { stream_id: 258 }),
        ] {
            assert_eq!(parse(&[0, number, 0, 0, 1, 2]), event);
            assert_eq!(event.body_len(), Some(6));
        }
        let buffer = UserControl::SetBufferLength { stream_id: 1, ms: 3000 };
        assert_eq!(parse(&[0, 3, 0, 0, 0, 1, 0, 0, 0x0B, 0xB8]), buffer);
        assert_eq!(buffer.body_len(), Some(10));
        assert_eq!(parse(&[0, 99, 1, 2]), UserControl::Unknown { event: 99, bytes: 2 });
        assert_eq!(parse(&[1, 0]), UserControl::Unknown { event: 256, bytes: 0 });
        assert_eq!(
            (event_name(34), event_name(41), event_name(35)),
            (Some("flow_sync"), Some("set_keep_alive"), None)
        );
    }

    #[test]
    fn swf_verification() {
        assert_eq!(parse(&[0, 26]), UserControl::SwfRequest { bytes: 0 });
        assert_eq!(parse(&[0, 26, 1]), UserControl::SwfRequest { bytes: 1 });
        let mut body = vec![0, 27, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0];
        body.extend([0xAB; 32]);
        let proof = Some(SwfProof { size: 65_536, hash: [0xAB; 32] });
        assert_eq!(parse(&body), UserControl::SwfResponse { bytes: 42, proof });
        body.push(0);
        assert_eq!(parse(&body), UserControl::SwfResponse { bytes: 43, proof: None });
        assert_eq!(parse(&[0, 27]), UserControl::SwfResponse { bytes: 0, proof: None });
    }

    /// Cut at any byte, an event with arguments keeps its name.
    #[test]
    fn too_short() {
        for number in [0, 1, 2, 3, 4, 6, 7, 31, 32] {
            let whole = [0, number, 0, 0, 0, 1, 0, 0, 0, 0];
            let need = if number == 3 { 10 } else { 6 };
            let name = parse(&whole).name();
            for len in 2..need {
                let short = UserControl::parse(&whole[..len]).unwrap_err();
                assert_eq!((short.name, short.bytes), (name, len - 2));
            }
            assert_ne!(name, "uc.unknown");
        }
        let short = UserControl::parse(&[0]).unwrap_err();
        assert_eq!((short.name, short.bytes), ("uc.unknown", 1));
        assert_eq!(short.missing.to_string(), "event type at byte 0 needs 2 bytes, 1 left");
    }
}

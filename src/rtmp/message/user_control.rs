//! User control messages (RTMP 1.0, 7.1.7): an event number and its arguments.
//!
//! Takes the body of a message of type 4, gives a [`UserControl`]. Events beyond the specification's are those
//! of Flash Media Server (buffer empty and ready, SWF verification).

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
    SwfRequest,
    SwfResponse,
    BufferEmpty {
        stream_id: u32,
    },
    BufferReady {
        stream_id: u32,
    },
    /// An event no source describes, with the length of its data.
    Unknown {
        event: u16,
        bytes: usize,
    },
}

impl UserControl {
    /// Reads the body of a message of type 4.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Truncated> {
        let mut r = Reader::new(body);
        let event = r.u16("event type")?;
        Ok(match event {
            0 => Self::StreamBegin { stream_id: r.u32("stream id")? },
            1 => Self::StreamEof { stream_id: r.u32("stream id")? },
            2 => Self::StreamDry { stream_id: r.u32("stream id")? },
            3 => Self::SetBufferLength { stream_id: r.u32("stream id")?, ms: r.u32("buffer length")? },
            4 => Self::StreamIsRecorded { stream_id: r.u32("stream id")? },
            6 => Self::PingRequest { value: r.u32("timestamp")? },
            7 => Self::PingResponse { value: r.u32("timestamp")? },
            26 => Self::SwfRequest,
            27 => Self::SwfResponse,
            31 => Self::BufferEmpty { stream_id: r.u32("stream id")? },
            32 => Self::BufferReady { stream_id: r.u32("stream id")? },
            _ => Self::Unknown { event, bytes: r.left() },
        })
    }

    /// The stable timeline name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::StreamBegin { .. } => "uc.stream_begin",
            Self::StreamEof { .. } => "uc.stream_eof",
            Self::StreamDry { .. } => "uc.stream_dry",
            Self::SetBufferLength { .. } => "uc.set_buffer_length",
            Self::StreamIsRecorded { .. } => "uc.stream_is_recorded",
            Self::PingRequest { .. } => "uc.ping",
            Self::PingResponse { .. } => "uc.pong",
            Self::SwfRequest => "uc.swf_request",
            Self::SwfResponse => "uc.swf_response",
            Self::BufferEmpty { .. } => "uc.buffer_empty",
            Self::BufferReady { .. } => "uc.buffer_ready",
            Self::Unknown { .. } => "uc.unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_argument_and_keeps_the_unknown() {
        let parse = |b: &[u8]| UserControl::parse(b).unwrap();
        assert_eq!(parse(&[0, 0, 0, 0, 0, 1]), UserControl::StreamBegin { stream_id: 1 });
        assert_eq!(
            parse(&[0, 3, 0, 0, 0, 1, 0, 0, 0x0B, 0xB8]),
            UserControl::SetBufferLength { stream_id: 1, ms: 3000 }
        );
        assert_eq!(parse(&[0, 6, 0, 0, 1, 0]), UserControl::PingRequest { value: 256 });
        assert_eq!(parse(&[0, 99, 1, 2]), UserControl::Unknown { event: 99, bytes: 2 });
        assert!(UserControl::parse(&[0, 3, 0, 0, 0, 1]).is_err());
        assert!(UserControl::parse(&[0]).is_err());
    }
}

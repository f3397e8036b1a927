//! Details of user control messages.

use super::{Sink, uint};
use crate::rtmp::message::user_control::UserControl;

pub(super) fn user_control(event: UserControl, out: &mut dyn Sink) {
    match event {
        UserControl::StreamBegin { stream_id }
        | UserControl::StreamEof { stream_id }
        | UserControl::StreamDry { stream_id }
        | UserControl::StreamIsRecorded { stream_id }
        | UserControl::BufferEmpty { stream_id }
        | UserControl::BufferReady { stream_id } => out.int("target_stream_id", i64::from(stream_id)),
        UserControl::SetBufferLength { stream_id, ms } => {
            out.int("target_stream_id", i64::from(stream_id));
            out.int("buffer_ms", i64::from(ms));
        }
        UserControl::PingRequest { value } | UserControl::PingResponse { value } => {
            out.int("value", i64::from(value));
        }
        UserControl::SwfRequest | UserControl::SwfResponse => {}
        UserControl::Unknown { event, bytes } => {
            out.int("user_event", i64::from(event));
            uint(out, "bytes", u64::try_from(bytes).unwrap_or(u64::MAX));
        }
    }
}

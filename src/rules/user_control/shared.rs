//! What the rules of user control messages share.

use crate::rtmp::message::kind::{MessageHeader, MessageType};
use crate::session::event::Event;

/// The header of a user control message that came by as a whole.
pub(super) fn user_control<'a>(event: &Event<'a>) -> Option<&'a MessageHeader> {
    event.message.filter(|header| header.kind == MessageType::USER_CONTROL && header.complete)
}

/// The number of its event, if it has one.
pub(super) fn number(event: &Event<'_>) -> Option<u16> {
    event.body.first_chunk().copied().map(u16::from_be_bytes)
}

/// The names of the events that have a layout.
pub(super) const fn name(number: u16) -> Option<&'static str> {
    Some(match number {
        0 => "StreamBegin",
        1 => "StreamEOF",
        2 => "StreamDry",
        3 => "SetBufferLength",
        4 => "StreamIsRecorded",
        6 => "PingRequest",
        7 => "PingResponse",
        26 => "SWF verification request",
        27 => "SWF verification response",
        31 => "BufferEmpty",
        32 => "BufferReady",
        _ => return None,
    })
}

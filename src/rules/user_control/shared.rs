//! What the rules of user control messages share.

use crate::rtmp::message::kind::{MessageHeader, MessageType};
use crate::rules::context::Cx;
use crate::rules::finding::Found;
use crate::rules::held::{Held, Told};
use crate::rules::rule::{Check, End};
use crate::session::event::Event;

/// A user control message that came by as a whole.
pub(super) struct Message<'a> {
    pub(super) event: &'a Event<'a>,
    pub(super) header: &'a MessageHeader,
    /// The number of its event, if it has one.
    pub(super) number: Option<u16>,
}

impl<'a> Message<'a> {
    fn of(event: &'a Event<'a>) -> Option<Self> {
        let header = event.message?;
        let is_one = header.kind == MessageType::USER_CONTROL && header.complete;
        is_one.then_some(Self { event, header, number: number(event) })
    }

    pub(super) fn found(&self) -> Found {
        Found::at(self.event)
    }
}

/// Judges a user control message; whether there was something to judge.
pub(super) type Judge = fn(&Message<'_>, &mut Told) -> bool;

/// A check of each user control message for itself.
pub(super) struct MessageCheck {
    judge: Judge,
    held: Held,
}

impl MessageCheck {
    pub(super) fn boxed(judge: Judge) -> Box<dyn Check> {
        Box::new(Self { judge, held: Held::default() })
    }
}

impl Check for MessageCheck {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.held.next(event, cx);
        let Some(message) = Message::of(event) else { return };
        if (self.judge)(&message, self.held.told(event.dir)) {
            cx.judged();
        }
        self.held.rest(cx);
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        self.held.finish(cx);
    }

    fn held_bytes(&self) -> usize {
        self.held.held_bytes()
    }
}

/// The number of the event in a user control message, if it has one.
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

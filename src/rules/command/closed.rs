//! A message stream that was ended, and the media that came on it all the same.

use crate::base::pos::{Dir, PacketRef, Span};
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::session::event::Event;

use super::shared::span_of;

/// A message stream that was ended.
pub(super) struct Closed {
    pub(super) id: u32,
    pub(super) by: Dir,
    /// The command or status.
    pub(super) how: &'static str,
    pub(super) at: Span,
    pub(super) late: Option<Late>,
}

/// Media behind it.
pub(super) struct Late {
    place: Place,
    messages: u64,
    bytes: u64,
    last: PacketRef,
}

impl Closed {
    /// Counts media that came behind the end.
    pub(super) fn media(&mut self, event: &Event<'_>, grace: i64) {
        let is_late = match event.dir {
            // A message that was begun before may end behind it.
            Dir::ClientToServer => event.span.start >= self.at.end,
            Dir::ServerToClient => event.at.ts.since(self.at.last.ts) > grace,
        };
        if !is_late {
            return;
        }
        let first = || Late { place: Place::of(event), messages: 0, bytes: 0, last: event.at };
        let late = self.late.get_or_insert_with(first);
        late.messages += 1;
        late.bytes += u64::from(event.message.map_or(0, |header| header.received));
        late.last = event.at;
    }

    /// Reports them, if there were any.
    pub(super) fn report(self, cx: &mut Cx<'_>) {
        let Some(late) = self.late else { return };
        let who = if self.by == Dir::ClientToServer { "client" } else { "server" };
        let case = if self.by == Dir::ClientToServer { "client" } else { "server" };
        cx.find(Found::in_place(late.place).case(case).of(self.id), |_| {
            let longest = late.last.ts.since(self.at.last.ts);
            Said::new(format!("the {who} sends media on message stream {}, which it had ended", self.id))
                .expected(format!("nothing after {}", self.how))
                .actual(format!(
                    "audio or video messages: {}, with {} bytes, up to {} later",
                    late.messages,
                    late.bytes,
                    span_of(longest)
                ))
        });
    }
}

//! The timeline: events as entries of the report, and as lines of the `timeline` command.
//!
//! Takes an [`Event`], the time of the capture's first packet, and the masker; gives an entry of the report or writes a
//! line. What there is to say about an event is told once, in [`detail`], to whatever [`detail::Sink`] listens:
//! a JSON object, a line of JSON, or a line of text.

mod detail;
mod fields;
mod filter;
mod kept;
mod key;
mod ndjson;
mod table;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use self::fields::Fields;
pub(crate) use self::filter::Filter;
pub(crate) use self::kept::Kept;
use super::mask::Masker;
use crate::base::time::CaptureTime;
use crate::session::event::Event;

/// Form of the lines.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// For people: aligned text.
    Table {
        /// Whether to use terminal colours.
        color: bool,
    },
    /// For programs: one flat JSON object a line.
    Ndjson,
}

/// Bytes of most details.
const USUAL_DETAIL: usize = 256;

/// What there is to say about the event, as one object.
fn details(event: &Event<'_>, masker: &mut Masker) -> Vec<u8> {
    let mut fields = Fields(Vec::with_capacity(USUAL_DETAIL));
    fields.object(|fields| detail::describe(event, masker, fields));
    fields.0
}

/// Writes events as they happen, one a line.
pub(crate) struct TimelineWriter<'w> {
    out: &'w mut dyn Write,
    filter: Filter,
    lines: Lines,
}

enum Lines {
    Table(table::Lines),
    Ndjson(ndjson::Lines),
}

impl<'w> TimelineWriter<'w> {
    /// A writer of what passes the filter.
    pub(crate) fn new(out: &'w mut dyn Write, layout: Layout, filter: Filter) -> Self {
        let lines = match layout {
            Layout::Table { color } => Lines::Table(table::Lines::new(color)),
            Layout::Ndjson => Lines::Ndjson(ndjson::Lines::default()),
        };
        Self { out, filter, lines }
    }

    /// Writes one event; `start` is the time of the capture's first packet.
    pub(crate) fn event(
        &mut self,
        event: &Event<'_>,
        start: CaptureTime,
        masker: &mut Masker,
    ) -> io::Result<()> {
        let Some(name) = event.kind.name(event.dir) else { return Ok(()) };
        if !self.filter.passes(event, name, start) {
            // The masker sees every event, so that a name has the same mask with and without a filter.
            if !event.kind.is_frame() {
                detail::describe(event, masker, &mut detail::Nowhere);
            }
            return Ok(());
        }
        match &mut self.lines {
            Lines::Table(lines) => lines.write(event, name, start, masker, self.out),
            Lines::Ndjson(lines) => lines.write(event, name, start, masker, self.out),
        }
    }
}

//! One flat JSON object a line: where and when, the message header with inherited fields filled in, the details.
//!
//! Written straight into a buffer that is used again: there is one line for every media frame.

use std::io::{self, Write};

use super::detail::{self, Sink};
use super::fields::Fields;
use crate::base::time::CaptureTime;
use crate::report::mask::Masker;
use crate::report::rfc3339::Clock;
use crate::rtmp::message::kind::MessageHeader;
use crate::session::event::Event;

#[derive(Debug, Default)]
pub(super) struct Lines {
    line: Fields,
    clock: Clock,
}

impl Lines {
    pub(super) fn write(
        &mut self,
        event: &Event<'_>,
        name: &'static str,
        start: CaptureTime,
        masker: &mut Masker,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let line = &mut self.line;
        line.0.clear();
        line.0.push(b'{');
        line.put("connection", event.connection);
        line.float("time_s", event.at.ts.seconds_since(start));
        line.key("time");
        line.0.push(b'"');
        self.clock.write(event.at.ts, &mut line.0);
        line.0.push(b'"');
        line.put("packet", event.at.no);
        if event.span.end > event.span.start {
            line.put("first_packet", event.span.first.no);
        }
        line.word("direction", event.dir.name());
        line.word("event", name);
        if event.span.end > event.span.start {
            line.put("stream_start", event.span.start);
            line.put("stream_end", event.span.end);
        }
        if let Some(message) = event.message {
            header(message, line);
            line.put("is_message", event.kind.is_primary());
        }
        detail::describe(event, masker, line);
        line.0.extend_from_slice(b"}\n");
        out.write_all(&line.0)
    }
}

/// The header of a message, with what it inherits filled in.
fn header(message: &MessageHeader, line: &mut Fields) {
    line.put("csid", message.csid);
    line.put("fmt", message.fmt);
    match message.kind.name() {
        Some(name) => line.word("type", name),
        None => line.text("type", &message.kind.to_string()),
    }
    line.put("type_id", message.kind.0);
    line.put("length", message.length);
    if message.inferred.length {
        line.put("length_inferred", true);
    }
    line.put("timestamp", message.timestamp);
    if message.inferred.timestamp {
        line.put("timestamp_inferred", true);
    }
    line.put("timestamp_raw", message.timestamp_field);
    line.put("extended", message.extended);
    if let Some(name) = message.timing.reading.departure() {
        line.word("timestamp_dialect", name);
    }
    line.put("stream_id", message.stream_id);
    if message.inferred.stream_id {
        line.put("stream_id_inferred", true);
    }
    line.put("chunks", message.chunks);
    line.put("complete", message.complete);
    if message.unfinished {
        line.put("unfinished", true);
    }
}

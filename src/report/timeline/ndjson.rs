//! One flat JSON object a line: where and when, the message header with inherited fields filled in, the details.
//!
//! Written straight into a buffer that is used again: there is one line for every media frame.

use std::io::{self, Write};

use super::detail::{self, Sink};
use super::fields::Fields;
use crate::base::time::CaptureTime;
use crate::report::mask::Masker;
use crate::report::rfc3339::Clock;
use crate::report::safe_json::push_number;
use crate::rtmp::message::kind::MessageHeader;
use crate::session::event::Event;

/// A field that is not the first: what stands in front of its value is known when this is compiled.
macro_rules! number {
    ($text:expr, $name:literal, $value:expr) => {{
        $text.extend_from_slice(concat!(",\"", $name, "\":").as_bytes());
        push_number($value, $text);
    }};
}

macro_rules! flag {
    ($text:expr, $name:literal, $value:expr) => {
        if $value {
            $text.extend_from_slice(concat!(",\"", $name, "\":true").as_bytes());
        } else {
            $text.extend_from_slice(concat!(",\"", $name, "\":false").as_bytes());
        }
    };
}

/// A word of ours, which needs no escaping.
macro_rules! word {
    ($text:expr, $name:literal, $value:expr) => {{
        $text.extend_from_slice(concat!(",\"", $name, "\":\"").as_bytes());
        $text.extend_from_slice($value.as_bytes());
        $text.push(b'"');
    }};
}

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
        line.int("connection", event.connection.into());
        line.float("time_s", event.at.ts.seconds_since(start));
        let text = &mut line.0;
        text.extend_from_slice(b",\"time\":\"");
        self.clock.write(event.at.ts, text);
        text.push(b'"');
        number!(text, "packet", event.at.no);
        let has_bytes = event.span.end > event.span.start;
        if has_bytes {
            number!(text, "first_packet", event.span.first.no);
        }
        word!(text, "direction", event.dir.name());
        word!(text, "event", name);
        if has_bytes {
            number!(text, "stream_start", event.span.start);
            number!(text, "stream_end", event.span.end);
        }
        if let Some(message) = event.message {
            header(message, text);
            flag!(text, "is_message", event.kind.is_primary());
        }
        detail::describe(event, masker, line);
        line.0.extend_from_slice(b"}\n");
        out.write_all(&line.0)
    }
}

/// The header of a message, with what it inherits filled in.
fn header(message: &MessageHeader, text: &mut Vec<u8>) {
    number!(text, "csid", message.csid);
    number!(text, "fmt", message.fmt);
    if let Some(name) = message.kind.name() {
        word!(text, "type", name);
    } else {
        word!(text, "type", message.kind.to_string());
    }
    number!(text, "type_id", message.kind.0);
    number!(text, "length", message.length);
    if message.inferred.length {
        text.extend_from_slice(b",\"length_inferred\":true");
    }
    number!(text, "timestamp", message.timestamp);
    if message.inferred.timestamp {
        text.extend_from_slice(b",\"timestamp_inferred\":true");
    }
    number!(text, "timestamp_raw", message.timestamp_field);
    flag!(text, "extended", message.extended);
    if let Some(name) = message.timing.reading.departure() {
        word!(text, "timestamp_dialect", name);
    }
    number!(text, "stream_id", message.stream_id);
    if message.inferred.stream_id {
        text.extend_from_slice(b",\"stream_id_inferred\":true");
    }
    number!(text, "chunks", message.chunks);
    flag!(text, "complete", message.complete);
    if message.unfinished {
        text.extend_from_slice(b",\"unfinished\":true");
    }
}

//! One flat JSON object a line: where and when, the message header with inherited fields filled in, the details.
//!
//! Written straight into a buffer that is used again: there is one line for every media frame.

use std::io::{self, Write};

use super::detail::{self, Sink};
use super::fields::Fields;
use super::key::key;
use crate::base::time::CaptureTime;
use crate::report::mask::Masker;
use crate::report::rfc3339::Clock;
use crate::report::safe_json::push_seconds;
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
        let Self { line, clock } = self;
        line.0.clear();
        line.object(|line| {
            line.uint(key!("connection"), event.connection.into());
            line.key(key!("time_s"));
            push_seconds(event.at.ts.since(start), &mut line.0);
            line.quote(key!("time"));
            clock.write(event.at.ts, &mut line.0);
            line.0.push(b'"');
            line.uint(key!("packet"), event.at.no);
            let has_bytes = event.span.end > event.span.start;
            if has_bytes {
                line.uint(key!("first_packet"), event.span.first.no);
            }
            line.own(key!("direction"), event.dir.name());
            line.own(key!("event"), name);
            if has_bytes {
                line.uint(key!("stream_start"), event.span.start);
                line.uint(key!("stream_end"), event.span.end);
            }
            if let Some(message) = event.message {
                header(message, line);
                line.flag(key!("is_message"), event.kind.is_primary());
            }
            detail::describe(event, masker, line);
        });
        line.0.push(b'\n');
        out.write_all(&line.0)
    }
}

/// The header of a message, with what it inherits filled in.
fn header(message: &MessageHeader, line: &mut Fields) {
    line.uint(key!("csid"), message.csid.into());
    line.uint(key!("fmt"), message.fmt.into());
    match message.kind.name() {
        Some(name) => line.own(key!("type"), name),
        None => line.text(key!("type"), &message.kind.to_string()),
    }
    line.uint(key!("type_id"), message.kind.0.into());
    line.uint(key!("length"), message.length.into());
    if message.inferred.length {
        line.flag(key!("length_inferred"), true);
    }
    line.uint(key!("timestamp"), message.timestamp.into());
    if message.inferred.timestamp {
        line.flag(key!("timestamp_inferred"), true);
    }
    line.uint(key!("timestamp_raw"), message.timestamp_field.into());
    line.flag(key!("extended"), message.extended);
    if let Some(name) = message.timing.reading.departure() {
        line.own(key!("timestamp_dialect"), name);
    }
    line.uint(key!("stream_id"), message.stream_id.into());
    if message.inferred.stream_id {
        line.flag(key!("stream_id_inferred"), true);
    }
    line.uint(key!("chunks"), message.chunks.into());
    line.flag(key!("complete"), message.complete);
    if message.unfinished {
        line.flag(key!("unfinished"), true);
    }
}

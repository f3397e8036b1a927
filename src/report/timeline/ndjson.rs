//! One flat JSON object a line: where and when, the message header with inherited fields filled in, the details.
//!
//! Written straight into a buffer that is used again: there is one line for every media frame.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value as Json;

use super::detail::{self, Sink};
use crate::base::time::CaptureTime;
use crate::report::mask::Masker;
use crate::report::rfc3339::Clock;
use crate::report::safe_json;
use crate::rtmp::message::kind::MessageHeader;
use crate::session::event::Event;

#[derive(Debug, Default)]
pub(super) struct Lines {
    line: Line,
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
            line.header(message);
            line.put("is_message", event.kind.is_primary());
        }
        detail::describe(event, masker, line);
        line.0.extend_from_slice(b"}\n");
        out.write_all(&line.0)
    }
}

#[derive(Debug, Default)]
struct Line(Vec<u8>);

impl Line {
    fn header(&mut self, message: &MessageHeader) {
        self.put("csid", message.csid);
        self.put("fmt", message.fmt);
        match message.kind.name() {
            Some(name) => self.word("type", name),
            None => self.text("type", &message.kind.to_string()),
        }
        self.put("type_id", message.kind.0);
        self.put("length", message.length);
        if message.inferred.length {
            self.put("length_inferred", true);
        }
        self.put("timestamp", message.timestamp);
        if message.inferred.timestamp {
            self.put("timestamp_inferred", true);
        }
        self.put("timestamp_raw", message.timestamp_field);
        self.put("extended", message.extended);
        if let Some(name) = message.timing.reading.departure() {
            self.word("timestamp_dialect", name);
        }
        self.put("stream_id", message.stream_id);
        if message.inferred.stream_id {
            self.put("stream_id_inferred", true);
        }
        self.put("chunks", message.chunks);
        self.put("complete", message.complete);
        if message.unfinished {
            self.put("unfinished", true);
        }
    }

    /// Keys are ours and need no escaping.
    fn key(&mut self, key: &'static str) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        self.0.push(b'"');
        self.0.extend_from_slice(key.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    /// A word of ours, which needs no escaping.
    fn word(&mut self, key: &'static str, value: &'static str) {
        self.key(key);
        self.0.push(b'"');
        self.0.extend_from_slice(value.as_bytes());
        self.0.push(b'"');
    }

    /// A number, or a flag.
    fn put<T: Serialize>(&mut self, key: &'static str, value: T) {
        self.key(key);
        safe_json::push_number(value, &mut self.0);
    }
}

impl Sink for Line {
    fn text(&mut self, key: &'static str, value: &str) {
        self.key(key);
        safe_json::push_string(value, &mut self.0);
    }
    fn int(&mut self, key: &'static str, value: i64) {
        self.put(key, value);
    }
    fn float(&mut self, key: &'static str, value: f64) {
        self.put(key, detail::number(value));
    }
    fn flag(&mut self, key: &'static str, value: bool) {
        self.put(key, value);
    }
    fn json(&mut self, key: &'static str, value: Json) {
        self.key(key);
        // Writing to memory does not fail, and neither do these values.
        let _ = safe_json::write(&value, &mut self.0);
    }
    fn words(&mut self, key: &'static str, words: &mut dyn Iterator<Item = &'static str>) {
        self.key(key);
        let mut before = b'[';
        for word in words {
            self.0.push(before);
            self.0.push(b'"');
            self.0.extend_from_slice(word.as_bytes());
            self.0.push(b'"');
            before = b',';
        }
        if before == b'[' {
            self.0.push(before);
        }
        self.0.push(b']');
    }
    fn change(&mut self, key: &'static str, before: &detail::Values<'_>, now: &detail::Values<'_>) {
        now(self);
        self.json(key, detail::object(before));
    }
}

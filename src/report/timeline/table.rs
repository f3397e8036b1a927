//! One line of text an event: time, connection, packet, direction, name, and a summary in words.

use std::io::{self, Write};

use serde_json::Value as Json;

use super::detail::{self, Sink};
use crate::base::pos::Dir;
use crate::base::text::Printable;
use crate::base::time::CaptureTime;
use crate::report::mask::Masker;
use crate::rtmp::message::kind::MessageHeader;
use crate::session::event::{Event, Kind};

/// Characters of a summary.
const MAX_SUMMARY: usize = 240;
/// Characters of one value in it.
const MAX_VALUE: usize = 100;

#[derive(Debug, Default)]
pub(super) struct Lines {
    color: bool,
    headed: bool,
    words: Words,
}

impl Lines {
    pub(super) fn new(color: bool) -> Self {
        Self { color, ..Self::default() }
    }

    pub(super) fn write(
        &mut self,
        event: &Event<'_>,
        name: &'static str,
        start: CaptureTime,
        masker: &mut Masker,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if !self.headed {
            self.headed = true;
            writeln!(out, "{:>12} {:>4} {:>8}   {:<22} DETAIL", "TIME", "CONN", "PACKET", "EVENT")?;
        }
        self.words.text.clear();
        self.words.is_status = matches!(&event.kind, Kind::Command(c) if c.command.code().is_some());
        detail::describe(event, masker, &mut self.words);
        if let Some(message) = event.message {
            self.words.message(message, &event.kind);
        }
        let arrow = match event.dir {
            Dir::ClientToServer => '→',
            Dir::ServerToClient => '←',
        };
        let time = event.at.ts.seconds_since(start);
        let (bold, plain) = if self.color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        let line = format!(
            "{time:>12.6} {:>4} {:>8} {arrow} {bold}{name:<22}{plain} {}",
            event.connection,
            event.at.no,
            Printable::new(&self.words.text, MAX_SUMMARY)
        );
        writeln!(out, "{}", line.trim_end())
    }
}

/// Gathers `key=value` words.
#[derive(Debug, Default)]
struct Words {
    text: String,
    /// Whether code and description were said already.
    is_status: bool,
}

impl Words {
    fn word(&mut self, word: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        let mut chars = word.chars();
        self.text.extend(chars.by_ref().take(MAX_VALUE));
        if chars.next().is_some() {
            self.text.push('…');
        }
    }

    fn pair(&mut self, key: &str, value: &str) {
        if value.is_empty() || value.contains(' ') {
            self.word(&format!("{key}=\"{value}\""));
        } else {
            self.word(&format!("{key}={value}"));
        }
    }

    fn message(&mut self, message: &MessageHeader, kind: &Kind<'_>) {
        match kind {
            Kind::Media(_)
            | Kind::Mark { .. }
            | Kind::Config { .. }
            | Kind::FrameFormat { .. }
            | Kind::Data(_) => {
                self.word(&format!("ts={}", message.timestamp));
            }
            Kind::Other => self.word(&format!("{} length={}", message.kind, message.length)),
            _ => {}
        }
        if !message.complete {
            self.word("(incomplete)");
        }
    }

    /// A value as words; `depth` bounds how far nested values are taken apart.
    fn value(&mut self, key: &str, value: &Json, depth: u8) {
        match value {
            Json::Null => {}
            Json::String(text) => self.pair(key, text),
            Json::Object(fields) if depth > 0 => {
                if self.is_status && fields.contains_key("code") {
                    return;
                }
                for (key, value) in fields.iter().take(20) {
                    self.value(key, value, depth - 1);
                }
            }
            Json::Array(items) if key.is_empty() && depth > 0 => {
                for item in items.iter().take(20) {
                    self.value("", item, depth - 1);
                }
            }
            Json::Object(fields) => self.pair(key, &format!("{{{} fields}}", fields.len())),
            Json::Array(items) => self.pair(key, &format!("[{} values]", items.len())),
            other => self.pair(key, &other.to_string()),
        }
    }
}

impl Sink for Words {
    fn text(&mut self, key: &'static str, value: &str) {
        match key {
            // These say themselves what they are.
            "name" | "handler" | "code" | "cause" | "media" | "codec" | "role" | "limit" => self.word(value),
            // Codec and role say as much.
            "packet_type" | "frame_type" if !value.starts_with("reserved_") => {}
            "four_cc" => {}
            "description" if value.is_empty() => {}
            "description" => self.word(&format!("\"{value}\"")),
            "level" if value == "status" => {}
            "answers" => self.word(&format!("to {value}")),
            _ => self.pair(key, value),
        }
    }
    fn int(&mut self, key: &'static str, value: i64) {
        // These are for programs; presentation time is the sum of two others.
        if !matches!(key, "answers_packet" | "unit_count" | "pts_ms") {
            self.word(&format!("{key}={value}"));
        }
    }
    fn float(&mut self, key: &'static str, value: f64) {
        match key {
            "transaction_id" => self.word(&format!("txn={value}")),
            "response_ms" => self.word(&format!("after {value:.3} ms")),
            _ => self.word(&format!("{key}={value:.3}")),
        }
    }
    fn flag(&mut self, key: &'static str, value: bool) {
        // The role says already that it is a key frame.
        if value && key != "keyframe" {
            self.word(key);
        } else if !value && key == "copied" {
            self.word("not copied");
        }
    }
    fn json(&mut self, key: &'static str, value: Json) {
        match (key, &value) {
            ("arguments" | "values", Json::Array(items)) => {
                for item in items.iter().take(20) {
                    match item {
                        Json::String(text) => self.word(text),
                        Json::Number(number) => self.word(&number.to_string()),
                        Json::Bool(flag) => self.word(&flag.to_string()),
                        other => self.value("", other, 1),
                    }
                }
            }
            _ => self.value("", &value, 2),
        }
    }
    fn words(&mut self, key: &'static str, words: &mut dyn Iterator<Item = &'static str>) {
        let words: Vec<_> = words.collect();
        if !words.is_empty() {
            self.pair(key, &words.join(","));
        }
    }
}

//! One line of text an event: time, connection, packet, direction, name, and a summary in words.

use std::io::{self, Write};

use serde::Deserialize;
use serde_json::Value as Json;

use super::detail::{self, Sink, Values};
use super::key::Key;
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
/// Values of a list or an object in it.
const MAX_ITEMS: usize = 20;

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
    /// What stands between words in place of a space.
    gap: Option<char>,
}

impl Words {
    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push(self.gap.unwrap_or(' '));
        }
        let mut chars = word.chars();
        self.text.extend(chars.by_ref().take(MAX_VALUE));
        if chars.next().is_some() {
            self.text.push('…');
        }
    }

    /// A value of a list, which has no name: it keeps its place there.
    fn item(&mut self, value: &str) {
        self.word(if value.is_empty() { "\"\"" } else { value });
    }

    fn pair(&mut self, key: &str, value: &str) {
        if key.is_empty() {
            self.item(value);
        } else if value.is_empty() || value.contains(' ') {
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
            Json::Null if key.is_empty() => self.word("null"),
            Json::Null => {}
            Json::String(text) => self.pair(key, text),
            Json::Object(fields) if depth > 0 => {
                if self.is_status && fields.contains_key("code") {
                    return;
                }
                for (inner, value) in fields.iter().take(MAX_ITEMS) {
                    let path = if key.is_empty() { inner } else { &format!("{key}.{inner}") };
                    self.value(path, value, depth - 1);
                }
            }
            Json::Array(items)
                if !key.is_empty() && !items.is_empty() && items.iter().all(Json::is_string) =>
            {
                let items: Vec<_> = items.iter().filter_map(Json::as_str).take(MAX_ITEMS).collect();
                self.pair(key, &items.join(","));
            }
            Json::Array(items) if key.is_empty() && depth > 0 => self.list(items, depth - 1),
            Json::Object(fields) => self.pair(key, &counted('{', fields.len(), "field", '}')),
            Json::Array(items) => self.pair(key, &counted('[', items.len(), "value", ']')),
            other => self.pair(key, &other.to_string()),
        }
    }

    fn list(&mut self, items: &[Json], depth: u8) {
        for item in items.iter().take(MAX_ITEMS) {
            self.value("", item, depth);
        }
        if items.len() > MAX_ITEMS {
            self.word("…");
        }
    }
}

fn counted(open: char, count: usize, what: &str, close: char) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{open}{count} {what}{plural}{close}")
}

impl Sink for Words {
    fn own(&mut self, key: Key, word: &'static str) {
        self.text(key, word);
    }
    fn text(&mut self, key: Key, value: &str) {
        let key = key.name();
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
    fn int(&mut self, key: Key, value: i64) {
        let key = key.name();
        // These are for programs; presentation time is the sum of two others.
        if !matches!(key, "answers_packet" | "unit_count" | "pts_ms") {
            self.word(&format!("{key}={value}"));
        }
    }
    fn float(&mut self, key: Key, value: f64) {
        let key = key.name();
        match key {
            "transaction_id" if value.abs() < 1e15 => self.word(&format!("txn={value}")),
            "transaction_id" => self.word(&format!("txn={value:e}")),
            "response_ms" => self.word(&format!("after {value:.3} ms")),
            _ => self.word(&format!("{key}={value:.3}")),
        }
    }
    fn flag(&mut self, key: Key, value: bool) {
        let key = key.name();
        // The role says already that it is a key frame.
        if key == "complete" {
            self.word(if value { "" } else { "(incomplete)" });
        } else if value && key != "keyframe" {
            self.word(key);
        } else if !value && key == "copied" {
            self.word("not copied");
        }
    }
    fn json(&mut self, key: Key, write: &mut dyn FnMut(&mut Vec<u8>)) {
        let key = key.name();
        let mut text = Vec::new();
        write(&mut text);
        let mut value = serde_json::Deserializer::from_slice(&text);
        // How deep it is was bounded when it was decoded.
        value.disable_recursion_limit();
        let value = Json::deserialize(&mut value).unwrap_or_default();
        match (key, &value) {
            ("arguments" | "values" | "so_arguments", Json::Array(items)) => self.list(items, 1),
            ("so_value", Json::Null) => self.pair(key, "null"),
            // A slot that is set to nothing is a change.
            ("so_values", Json::Object(slots)) => {
                for (slot, value) in slots.iter().take(MAX_ITEMS) {
                    match value {
                        Json::Null => self.pair(slot, "null"),
                        value => self.value(slot, value, 1),
                    }
                }
            }
            ("so_value", value) if !value.is_object() => self.value(key, value, 2),
            // The names of the outer fields say no more than the event.
            ("color_info", Json::Object(fields)) => {
                fields.values().for_each(|value| self.value("", value, 2));
            }
            _ => self.value("", &value, 2),
        }
    }
    fn words(&mut self, key: Key, words: &mut dyn Iterator<Item = &'static str>) {
        let words: Vec<_> = words.collect();
        if !words.is_empty() {
            self.pair(key.name(), &words.join(","));
        }
    }
    fn change(&mut self, _: Key, before: &Values<'_>, now: &Values<'_>) {
        // Of what was before, only what is different; it comes first, as the line may be cut.
        let lines = |values: &Values<'_>| {
            let mut words = Self { gap: Some('\n'), ..Self::default() };
            values(&mut words);
            words.text
        };
        let (before, now) = (lines(before), lines(now));
        self.word("was");
        before
            .split('\n')
            .filter(|word| now.split('\n').all(|same| same != *word))
            .for_each(|word| self.word(word));
        self.word("now");
        now.split('\n').for_each(|word| self.word(word));
    }
}

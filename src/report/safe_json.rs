//! JSON whose text is safe to print: besides what JSON asks for, characters that control a terminal, reorder text or
//! hide in it are escaped as `\u….`. A JSON reader gets the same text.
//!
//! Takes any value; gives its bytes, on one line or indented. Ordinary text costs one look at its bytes.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use crate::base::text::is_unsafe;

/// Writes a value on one line.
pub(super) fn write<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Safe(CompactFormatter)))?;
    Ok(())
}

/// Writes a value indented.
pub(super) fn write_pretty<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Safe(PrettyFormatter::new())))?;
    Ok(())
}

/// Another formatter, with more escaped.
struct Safe<F>(F);

impl<F: Formatter> Formatter for Safe<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        // All that is to be escaped is DEL or beyond ASCII.
        if text.bytes().all(|byte| byte < 0x7F) {
            return out.write_all(text.as_bytes());
        }
        let mut rest = text;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
            let (before, behind) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = behind.get(c.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The bytes are those of `serde_json` but for what is escaped, and mean the same.
    #[test]
    fn the_same_value_with_nothing_raw() {
        let hostile = "a\u{7f}\u{9b}2J\u{202e}\u{2028}\u{feff}\u{e0041}é😀\u{1b}\"\\";
        let value =
            json!({"plain": [1, "two", {}, []], hostile: hostile, "nested": {"x": [null, true, 1.5]}});
        let (mut line, mut pretty) = (Vec::new(), Vec::new());
        write(&value, &mut line).unwrap();
        write_pretty(&value, &mut pretty).unwrap();
        for bytes in [&line, &pretty] {
            let text = std::str::from_utf8(bytes).unwrap();
            assert!(text.chars().all(|c| c == '\n' || !is_unsafe(c)), "{text}");
            assert!(text.contains("\\u009b") && text.contains("\\udb40\\udc41") && text.contains("é😀"));
            assert_eq!(serde_json::from_str::<Value>(text).unwrap(), value);
        }
        let ordinary = json!({"a": [1, {"b": "é 😀 \"quoted\""}], "c": {}});
        let mut pretty = Vec::new();
        write_pretty(&ordinary, &mut pretty).unwrap();
        assert_eq!(String::from_utf8(pretty).unwrap(), serde_json::to_string_pretty(&ordinary).unwrap());
    }
}

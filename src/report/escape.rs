//! Writes JSON in which no character of the wire is left that a terminal obeys or that reorders the text around it.
//!
//! JSON itself asks only for control characters below 0x20 to be escaped. The others are written as `\u009b` too:
//! the same value for every reader of JSON, and harmless where the JSON is shown.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use crate::base::text::is_unsafe;

/// Writes the value on one line.
pub(super) fn compact<T: Serialize>(value: &T, out: impl Write) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, Escaping(CompactFormatter)))?)
}

/// Writes the value indented.
pub(super) fn pretty<T: Serialize>(value: &T, out: impl Write) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, Escaping(PrettyFormatter::new())))?)
}

/// Another formatter, with more characters escaped.
struct Escaping<F>(F);

impl<F: Formatter> Formatter for Escaping<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
            let (before, behind) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.write_all(before.as_bytes())?;
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = behind.get(c.len_utf8()..).unwrap_or("");
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
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_reads_back_the_same() {
        let value = json!({"k\u{9b}": ["a\u{1b}[2J\u{7f}\u{85}é\u{202e}b", "\u{feff}\u{2066}\"\\\n", 1.5, null, {}, []]});
        let expected =
            r#"{"k\u009b":["a\u001b[2J\u007f\u0085é\u202eb","\ufeff\u2066\"\\\n",1.5,null,{},[]]}"#;
        let (mut line, mut page) = (Vec::new(), Vec::new());
        compact(&value, &mut line).unwrap();
        pretty(&value, &mut page).unwrap();
        assert_eq!(String::from_utf8(line).unwrap(), expected);
        let page = String::from_utf8(page).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&page).unwrap(), value);
        assert!(!page.chars().any(|c| is_unsafe(c) && c != '\n'), "{page}");
        let plain = json!({"a": [1, {"b": "c"}]});
        let mut page = Vec::new();
        pretty(&plain, &mut page).unwrap();
        assert_eq!(String::from_utf8(page).unwrap(), serde_json::to_string_pretty(&plain).unwrap());
    }
}

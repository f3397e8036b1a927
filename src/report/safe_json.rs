//! JSON whose text is safe to print: besides what JSON asks for, characters that control a terminal, reorder text or
//! hide in it are escaped as `\u….`. A JSON reader gets the same text.
//!
//! Takes any value; gives its bytes, on one line or indented. A report is hundreds of short values for each connection,
//! so this is made for those: names are copied, text that needs no escaping is found in one look, and an [`Object`],
//! which is JSON already, is not read again.
//!
//! [`Object`]: super::model::Object

mod number;
mod serializer;
mod text;

use std::io::{self, Write};

use serde::Serialize;

pub(super) use self::number::{push_float, push_int, push_nanos, push_number, push_seconds, push_uint};
use self::serializer::Json;
pub(super) use self::text::push_string;

/// Writes a value on one line.
pub(super) fn write<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    put(value, Json::new(out, false))
}

/// Writes a value indented.
pub(super) fn write_pretty<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    put(value, Json::new(out, true))
}

fn put<T: Serialize + ?Sized>(value: &T, mut json: Json<'_>) -> io::Result<()> {
    value.serialize(&mut json)?;
    json.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::base::text::is_unsafe;
    use crate::report::model::Object;

    /// What an enum, a tuple, and an object that is text already look like is what `serde_json` makes of them.
    #[test]
    fn all_kinds_of_values() {
        #[derive(Serialize)]
        enum Kind {
            Unit,
            One(u8),
            Two(u8, char),
            Named { a: Option<u8>, b: () },
        }
        #[derive(Serialize)]
        struct All<'a> {
            kinds: [Kind; 4],
            bytes: &'a [u8],
            map: std::collections::BTreeMap<&'a str, f64>,
            object: Object,
            deep: Object,
        }
        let fields =
            json!({"a": [], "b": {}, "c": [{"d": "x\"{[,:]}\\"}, [1, -2.5e-7]], "e": {"é\u{202e}": null}});
        let object: Object = serde_json::from_value(fields.clone()).unwrap();
        let deep = (0..40).fold(fields, |inside, _| json!({ "in": inside }));
        let all = All {
            kinds: [Kind::Unit, Kind::One(1), Kind::Two(2, 'x'), Kind::Named { a: None, b: () }],
            bytes: &[1, 2],
            map: [("nan", f64::NAN), ("one", 1.0)].into(),
            object,
            deep: serde_json::from_value(deep).unwrap(),
        };
        let (mut line, mut pretty) = (Vec::new(), Vec::new());
        write(&all, &mut line).unwrap();
        write_pretty(&all, &mut pretty).unwrap();
        let safe = |text: String| text.replace('\u{202e}', "\\u202e");
        assert_eq!(String::from_utf8(line).unwrap(), safe(serde_json::to_string(&all).unwrap()));
        assert_eq!(String::from_utf8(pretty).unwrap(), safe(serde_json::to_string_pretty(&all).unwrap()));
    }

    /// Nobody reads what is written there.
    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A report is written in pieces; an error of the output comes through as it is.
    #[test]
    fn much_is_written_and_errors_are_told() {
        let many: Vec<u32> = (0..60_000).collect();
        let mut pretty = Vec::new();
        write_pretty(&many, &mut pretty).unwrap();
        assert_eq!(String::from_utf8(pretty).unwrap(), serde_json::to_string_pretty(&many).unwrap());
        assert_eq!(write(&many, &mut Gone).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        let odd: std::collections::BTreeMap<u8, u8> = [(1, 2)].into();
        assert!(write(&odd, &mut Vec::new()).is_err());
    }

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

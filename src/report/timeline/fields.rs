//! Named values as JSON text: the fields of a line, or of an entry's details.

use super::detail::{Sink, Values};
use crate::amf::whole;
use crate::report::safe_json::{push_number, push_string};

/// Fields of an object without spaces between them.
#[derive(Debug, Default)]
pub(super) struct Fields(pub(super) Vec<u8>);

impl Fields {
    /// Keys are ours and need no escaping.
    fn key(&mut self, key: &'static str) {
        self.0.extend_from_slice(if self.0.last() == Some(&b'{') { b"\"" } else { b",\"" });
        self.0.extend_from_slice(key.as_bytes());
        self.0.extend_from_slice(b"\":");
    }
}

impl Sink for Fields {
    fn text(&mut self, key: &'static str, value: &str) {
        self.key(key);
        push_string(value, &mut self.0);
    }
    fn int(&mut self, key: &'static str, value: i64) {
        self.key(key);
        push_number(value, &mut self.0);
    }
    fn float(&mut self, key: &'static str, value: f64) {
        self.key(key);
        match whole(value) {
            Some(whole) => push_number(whole, &mut self.0),
            None => push_number(value, &mut self.0),
        }
    }
    fn flag(&mut self, key: &'static str, value: bool) {
        self.key(key);
        self.0.extend_from_slice(if value { b"true" } else { b"false" });
    }
    fn json(&mut self, key: &'static str, write: &mut dyn FnMut(&mut Vec<u8>)) {
        self.key(key);
        write(&mut self.0);
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
    fn change(&mut self, key: &'static str, before: &Values<'_>, now: &Values<'_>) {
        now(self);
        self.key(key);
        self.0.push(b'{');
        before(self);
        self.0.push(b'}');
    }
}

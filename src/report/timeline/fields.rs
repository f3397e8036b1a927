//! Named values as JSON text: the fields of a line, or of an entry's details.

use serde::Serialize;

use super::detail::{Sink, Values};
use crate::amf::whole;
use crate::report::safe_json::{push_number, push_string};

/// Fields of an object without spaces between them.
#[derive(Debug, Default)]
pub(super) struct Fields(pub(super) Vec<u8>);

impl Fields {
    /// Keys are ours and need no escaping.
    pub(super) fn key(&mut self, key: &'static str) {
        if self.0.last() != Some(&b'{') {
            self.0.push(b',');
        }
        self.0.push(b'"');
        self.0.extend_from_slice(key.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    /// A word of ours, which needs no escaping.
    pub(super) fn word(&mut self, key: &'static str, value: &'static str) {
        self.key(key);
        self.0.push(b'"');
        self.0.extend_from_slice(value.as_bytes());
        self.0.push(b'"');
    }

    /// A number, or a flag.
    pub(super) fn put<T: Serialize>(&mut self, key: &'static str, value: T) {
        self.key(key);
        push_number(value, &mut self.0);
    }
}

impl Sink for Fields {
    fn text(&mut self, key: &'static str, value: &str) {
        self.key(key);
        push_string(value, &mut self.0);
    }
    fn int(&mut self, key: &'static str, value: i64) {
        self.put(key, value);
    }
    fn float(&mut self, key: &'static str, value: f64) {
        match whole(value) {
            Some(whole) => self.put(key, whole),
            None => self.put(key, value),
        }
    }
    fn flag(&mut self, key: &'static str, value: bool) {
        self.put(key, value);
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

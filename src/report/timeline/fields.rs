//! Named values as JSON text: the fields of a line, or of an entry's details.

use super::detail::{Sink, Values};
use super::key::Key;
use crate::report::safe_json::{push_float, push_int, push_string, push_uint};

/// Fields of an object without spaces between them.
#[derive(Debug, Default)]
pub(super) struct Fields(pub(super) Vec<u8>);

#[expect(clippy::inline_always, reason = "a key is copied in a few steps where its length is known")]
impl Fields {
    /// Appends an object of the fields that `write` appends. The bracket takes the place of the comma in front of the
    /// first.
    pub(super) fn object(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.0.len();
        write(self);
        match self.0.get_mut(start) {
            Some(comma) => *comma = b'{',
            None => self.0.push(b'{'),
        }
        self.0.push(b'}');
    }

    /// A number that is not negative.
    #[inline(always)]
    pub(super) fn uint(&mut self, key: Key, value: u64) {
        self.key(key);
        push_uint(value, &mut self.0);
    }

    #[inline(always)]
    pub(super) fn key(&mut self, key: Key) {
        self.0.extend_from_slice(key.json().as_bytes());
    }

    /// What comes in front of a text.
    #[inline(always)]
    pub(super) fn quote(&mut self, key: Key) {
        self.0.extend_from_slice(key.json_quote().as_bytes());
    }
}

#[expect(clippy::inline_always, reason = "a key is copied in a few steps where its length is known")]
impl Sink for Fields {
    fn text(&mut self, key: Key, value: &str) {
        self.key(key);
        push_string(value, &mut self.0);
    }
    #[inline(always)]
    fn own(&mut self, key: Key, word: &'static str) {
        self.quote(key);
        self.0.extend_from_slice(word.as_bytes());
        self.0.push(b'"');
    }
    #[inline(always)]
    fn int(&mut self, key: Key, value: i64) {
        self.key(key);
        push_int(value, &mut self.0);
    }
    fn float(&mut self, key: Key, value: f64) {
        self.key(key);
        push_float(value, &mut self.0);
    }
    #[inline(always)]
    fn flag(&mut self, key: Key, value: bool) {
        self.key(key);
        // Both of known length.
        if value {
            self.0.extend_from_slice(b"true");
        } else {
            self.0.extend_from_slice(b"false");
        }
    }
    fn json(&mut self, key: Key, write: &mut dyn FnMut(&mut Vec<u8>)) {
        self.key(key);
        write(&mut self.0);
    }
    fn words(&mut self, key: Key, words: &mut dyn Iterator<Item = &'static str>) {
        self.key(key);
        let mut before = b"[\"";
        for word in words {
            self.0.extend_from_slice(before);
            self.0.extend_from_slice(word.as_bytes());
            self.0.push(b'"');
            before = b",\"";
        }
        if before == b"[\"" {
            self.0.push(b'[');
        }
        self.0.push(b']');
    }
    fn change(&mut self, key: Key, before: &Values<'_>, now: &Values<'_>) {
        now(self);
        self.key(key);
        self.object(|fields| before(fields));
    }
}

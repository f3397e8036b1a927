//! Names of values, ready as they stand in a line of JSON: what is known when this is compiled is copied in one piece.

/// The name of a value. Names are ours and need no escaping.
#[derive(Copy, Clone)]
pub(super) struct Key {
    /// Behind another value, and with the quote of a text: `,"name":"`.
    json: &'static str,
}

impl Key {
    /// Made by [`key!`].
    pub(super) const fn new(json: &'static str) -> Self {
        Self { json }
    }

    /// In front of a value that is no text: `,"name":`.
    pub(super) const fn json(self) -> &'static str {
        self.json.split_at(self.json.len() - 1).0
    }

    /// In front of a text: `,"name":"`.
    pub(super) const fn json_quote(self) -> &'static str {
        self.json
    }

    /// The name itself.
    pub(super) fn name(self) -> &'static str {
        self.json.trim_matches([',', '"', ':'])
    }
}

/// The key with this name.
macro_rules! key {
    ($name:literal) => {
        const { $crate::report::timeline::key::Key::new(concat!(",\"", $name, "\":\"")) }
    };
}

pub(super) use key;

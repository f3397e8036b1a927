//! Safe display of wire text: control characters escaped, length capped.
//!
//! Names, URLs and status texts come from the network and may hold terminal escapes; nothing from the wire is
//! printed to a terminal except through here.

use std::fmt;

/// Shows wire text on one line: control and format-changing characters escaped, cut after `max` characters.
pub(crate) struct Printable<'a> {
    text: &'a str,
    max: usize,
}

impl<'a> Printable<'a> {
    /// At most `max` characters of `text`.
    pub(crate) const fn new(text: &'a str, max: usize) -> Self {
        Self { text, max }
    }
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, c) in self.text.chars().enumerate() {
            if n == self.max {
                return f.write_str("…");
            }
            if is_unsafe(c) { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
        }
        Ok(())
    }
}

/// Control characters, and those that reorder or hide text around them.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_caps() {
        assert_eq!(Printable::new("a\x1b[31mb", 99).to_string(), "a\\u{1b}[31mb");
        assert_eq!(Printable::new("abcdef", 3).to_string(), "abc…");
        assert_eq!(Printable::new("a\u{202E}b", 9).to_string(), "a\\u{202e}b");
    }
}

//! Safe display of wire text: control characters escaped, length capped.
//!
//! Names, URLs and status texts come from the network and may hold terminal escapes; nothing from the wire is
//! printed to a terminal except through here. JSON escapes the same characters in its own way.
//!
//! There is no writer of CSV, HTML or Markdown. One of CSV has to put an apostrophe in front of a field that begins
//! with `=`, `+`, `-`, `@` or a tab, and quote it; one of HTML to escape `&`, `<`, `>` and both quotes; one of Markdown
//! those and backticks, brackets, `|`, `*`, `_`, `#` and `\`.

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
        let plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_control();
        if self.text.len() <= self.max && self.text.bytes().all(plain) {
            return f.write_str(self.text);
        }
        for (n, c) in self.text.chars().enumerate() {
            if n == self.max {
                return f.write_str("…");
            }
            if is_unsafe(c) { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
        }
        Ok(())
    }
}

/// At most `most` bytes of a text, cut between characters.
pub(crate) fn clip(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    text.get(..end).unwrap_or(text)
}

/// Control characters, those that reorder text around them, and those that take no place (Unicode's
/// `Default_Ignorable_Code_Point` and the annotation characters), in which text can hide.
pub(crate) fn is_unsafe(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(
        c,
        '\u{80}'..='\u{9F}'
            | '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0D}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_caps() {
        assert_eq!(Printable::new("a\x1b[31mb", 99).to_string(), "a\\u{1b}[31mb");
        assert_eq!(Printable::new("abcdef", 3).to_string(), "abc…");
        assert_eq!(Printable::new("a\u{202E}b", 9).to_string(), "a\\u{202e}b");
        assert!(('\0'..='\u{10FFFF}').filter(|c| c.is_control()).all(is_unsafe));
        assert!("Überträgt 配信 😀 =1+1 <b> `x`".chars().all(|c| !is_unsafe(c)));
    }
}

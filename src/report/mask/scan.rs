//! Finds what looks like a secret in free text: URLs, queries, credentials, `key=value` pairs.
//!
//! Every scanner goes over the text once, so that its cost grows with the text's length and no faster.

use std::borrow::Cow;

use super::phrase;

/// A part of a text, and what to show for it.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) shown: String,
}

/// Text with percent-encoding undone and control characters left out, and where each byte of it came from.
pub(super) struct Folded<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    /// Start of each byte in the text, then the text's length; `None` when they are the same.
    starts: Option<Vec<usize>>,
    len: usize,
}

impl<'a> Folded<'a> {
    /// The text as it is.
    pub(super) const fn plain(text: &'a str) -> Self {
        Self { bytes: Cow::Borrowed(text.as_bytes()), starts: None, len: text.len() }
    }

    /// The range in the text for a range of the bytes.
    pub(super) fn origin(&self, start: usize, end: usize) -> (usize, usize) {
        let at = |i: usize| match &self.starts {
            Some(starts) => starts.get(i).copied().unwrap_or(self.len),
            None => i,
        };
        (at(start), at(end))
    }
}

/// Undoes percent-encoding, takes `+` for a space, and leaves out control characters.
pub(super) fn fold(text: &str) -> Folded<'_> {
    let raw = text.as_bytes();
    if !raw.iter().any(|b| matches!(b, b'%' | b'+' | 0..0x20 | 0x7F)) {
        return Folded::plain(text);
    }
    let (mut bytes, mut starts) = (Vec::with_capacity(raw.len()), Vec::with_capacity(raw.len() + 1));
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        let hex = |i: usize| raw.get(at + i).and_then(|b| char::from(*b).to_digit(16));
        let (byte, width) = match (byte, hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => (u8::try_from(high << 4 | low).unwrap_or(b'%'), 3),
            (b'+', ..) => (b' ', 1),
            _ => (byte, 1),
        };
        if !byte.is_ascii_control() {
            bytes.push(byte);
            starts.push(at);
        }
        at += width;
    }
    starts.push(raw.len());
    Folded { bytes: Cow::Owned(bytes), starts: Some(starts), len: raw.len() }
}

/// Characters without which there is nothing to find, each a bit.
#[derive(Copy, Clone, Debug)]
pub(super) struct Marks(u8);

impl Marks {
    const SPACE: u8 = 1;
    const COLON: u8 = 2;
    const EQUALS: u8 = 4;
    const SLASH: u8 = 8;
    const AT: u8 = 16;
    const QUESTION: u8 = 32;

    pub(super) fn of(text: &str) -> Self {
        let mark = |byte| match byte {
            b' ' => Self::SPACE,
            b':' => Self::COLON,
            b'=' => Self::EQUALS,
            b'/' => Self::SLASH,
            b'@' => Self::AT,
            b'?' => Self::QUESTION,
            _ => 0,
        };
        Self(text.bytes().fold(0, |marks, byte| marks | mark(byte)))
    }

    const fn has(self, marks: u8) -> bool {
        self.0 & marks == marks
    }

    /// Whether it may be a sentence.
    pub(super) const fn has_space(self) -> bool {
        self.has(Self::SPACE)
    }

    /// Whether there may be URLs in it.
    pub(super) const fn has_url(self) -> bool {
        self.has(Self::COLON | Self::SLASH)
    }
}

/// What is secret by the characters around it: queries, values of secret keys, users and passwords.
pub(super) fn secrets(text: &str, marks: Marks, spans: &mut Vec<Span>) {
    if marks.has(Marks::QUESTION) {
        queries(text, spans);
    }
    if marks.has(Marks::EQUALS) || marks.has(Marks::COLON) {
        pairs(text, spans);
    }
    if marks.has(Marks::SLASH | Marks::AT) {
        user_info(text, spans);
    }
}

/// What is in front of `://`, and behind it.
pub(super) fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_at(position(text, "://")?);
    Some((scheme, rest.get(3..)?))
}

/// Where a few characters of ASCII stand in a text.
pub(super) fn position(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|part| part == wanted.as_bytes())
}

/// Where a URL, query or value that begins before `from` ends.
pub(super) fn token_end(text: &str, from: usize) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`');
    text.get(from..).map_or(text.len(), |rest| rest.find(ends).map_or(text.len(), |at| from + at))
}

/// The URLs in a text.
pub(super) fn urls(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(mark) = text.get(from..).and_then(|rest| position(rest, "://")).map(|at| from + at) {
        let before = text.get(from..mark).unwrap_or_default();
        let scheme =
            before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        let end = token_end(text, mark + 3);
        if scheme.len() < before.len() {
            found.push((from + scheme.len(), end));
        }
        from = end;
    }
    found
}

/// Queries outside of URLs: `live/cam?token=1`.
fn queries(text: &str, spans: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find('?')).map(|at| from + at) {
        let follows = text.get(start + 1..).and_then(|rest| rest.chars().next());
        from = start + 1;
        if follows.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '%' | '&' | '-')) {
            let end = token_end(text, start);
            let query = text.get(start..end).unwrap_or_default();
            let shown = shown_query(query);
            // The mark and what may be shown stay; the rest is the span, so that its text can be learned.
            let kept = shown.len().saturating_sub(super::QUERY.len());
            if shown.ends_with(super::QUERY) {
                spans.push(Span { start: start + kept, end, shown: super::QUERY.to_owned() });
            }
            from = end;
        }
    }
}

/// What to show for a query, `?` included: its words that are public and come first, then the mask.
pub(super) fn shown_query(query: &str) -> String {
    let body_at = query.len() - query.trim_start_matches(['?', '#', '&']).len();
    let (marks, mut body) = query.split_at(body_at);
    let mut out = marks.to_owned();
    while let Some((key, rest)) = body.split_once('=') {
        let (value, rest) = rest.split_once('&').unwrap_or((rest, ""));
        if !matches!(key, "authmod" | "reason" | "code") || !phrase::is_public(value) {
            break;
        }
        out.push_str(key);
        out.push('=');
        out.push_str(value);
        if !rest.is_empty() {
            out.push('&');
        }
        body = rest;
    }
    if !body.is_empty() {
        out.push_str(super::QUERY);
    }
    out
}

/// Values of keys that say they are secret: `token=1`, `"password": "x"`, `Authorization: Basic x`.
fn pairs(text: &str, spans: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(mark) = text.get(from..).and_then(|rest| rest.find(['=', ':'])).map(|at| from + at) {
        let before = text.get(from..mark).unwrap_or_default().trim_end_matches([' ', '"', '\'', '\\']);
        let key_at = before.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
        let key = key_at
            .and_then(|at| before.get(at..))
            .unwrap_or(before)
            .trim_start_matches(|c: char| !c.is_alphanumeric());
        from = mark + 1;
        if !phrase::is_secret_key(key) {
            continue;
        }
        let rest = text.get(from..).unwrap_or_default();
        let mut start = from + rest.len() - rest.trim_start_matches([' ', '"', '\'', '\\', '=', ':']).len();
        let mut end = value_end(text, start);
        let scheme = text.get(start..end).unwrap_or_default();
        if ["basic", "bearer", "digest"].iter().any(|s| scheme.eq_ignore_ascii_case(s)) {
            start = (end + 1).min(text.len());
            end = token_end(text, start);
        }
        if start < end && !phrase::is_public(text.get(start..end).unwrap_or_default()) {
            spans.push(Span { start, end, shown: super::SECRET.to_owned() });
        }
        from = end.max(from);
    }
}

fn value_end(text: &str, from: usize) -> usize {
    let ends = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '&' | ',' | ';' | ')' | ']' | '}')
    };
    text.get(from..).map_or(text.len(), |rest| rest.find(ends).map_or(text.len(), |at| from + at))
}

/// Users and passwords: `//user:password@host`.
fn user_info(text: &str, spans: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| position(rest, "//")).map(|at| from + at + 2) {
        let rest = text.get(start..).unwrap_or_default();
        let len =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#')).unwrap_or(rest.len());
        if let Some(at) = rest.get(..len).and_then(|authority| authority.rfind('@')) {
            spans.push(Span { start, end: start + at, shown: super::CREDENTIALS.to_owned() });
        }
        from = start + len;
    }
}

/// The text with the spans replaced; of spans that overlap the first is shown, for all they cover together.
pub(super) fn replace(text: &str, mut spans: Vec<Span>) -> Cow<'_, str> {
    if spans.is_empty() {
        return text.into();
    }
    spans.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for span in &spans {
        let end = up_to_char(text, span.end);
        if span.start >= done {
            out.push_str(text.get(done..span.start).unwrap_or_default());
            out.push_str(&span.shown);
        }
        done = done.max(end);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out.into()
}

/// The first character boundary at or after `at`.
fn up_to_char(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&i| text.is_char_boundary(i)).unwrap_or(text.len())
}

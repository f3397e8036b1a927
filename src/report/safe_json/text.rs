//! The pieces of JSON text: strings, and one line of JSON spread over many.

use crate::base::text::is_unsafe;

/// Appends a string with its quotes.
pub(in crate::report) fn push_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    if is_plain(text.as_bytes()) {
        out.extend_from_slice(text.as_bytes());
    } else {
        escape(text, out);
    }
    out.push(b'"');
}

/// Whether all of a text stands for itself. Eight bytes are looked at as one number, as most texts are short.
fn is_plain(text: &[u8]) -> bool {
    let (blocks, rest) = text.as_chunks();
    blocks.iter().all(|block| are_plain(*block))
        && match text.last_chunk() {
            Some(last) => rest.is_empty() || are_plain(*last),
            None => rest.iter().all(|byte| (0x20..0x7F).contains(byte) && !matches!(byte, b'"' | b'\\')),
        }
}

/// Whether each of eight bytes is a character of ASCII that needs no escaping. Subtraction borrows from the highest
/// bit of those that are less than what is subtracted; one that is wrong for it stands beside one that is right.
const fn are_plain(bytes: [u8; 8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    let all = u64::from_ne_bytes(bytes);
    let (quotes, backslashes) = (all ^ (ONES * b'"' as u64), all ^ (ONES * b'\\' as u64));
    let control = all.wrapping_sub(ONES * 0x20) & !all;
    let quote = quotes.wrapping_sub(ONES) & !quotes;
    let backslash = backslashes.wrapping_sub(ONES) & !backslashes;
    let beyond = all | all.wrapping_add(ONES);
    (control | quote | backslash | beyond) & TOPS == 0
}

fn escape(text: &str, out: &mut Vec<u8>) {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    for c in text.chars() {
        match c {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\u{8}' => out.extend_from_slice(b"\\b"),
            '\u{c}' => out.extend_from_slice(b"\\f"),
            c if is_unsafe(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(b"\\u");
                    let digits = [12, 8, 4, 0].map(|shift| usize::from(*unit >> shift & 0xF));
                    out.extend(digits.iter().filter_map(|digit| HEX.get(*digit)));
                }
            }
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// Begins a new line, behind a comma or without one.
pub(super) fn push_line(comma: bool, depth: usize, out: &mut Vec<u8>) {
    /// A new line for all but deep values.
    const LINE: &[u8; 42] = b",\n                                        ";
    let (from, to) = (usize::from(!comma), 2 + 2 * depth);
    if let Some(line) = LINE.get(from..to) {
        out.extend_from_slice(line);
    } else {
        out.extend_from_slice(LINE.get(from..).unwrap_or_default());
        out.resize(out.len() + to - LINE.len(), b' ');
    }
}

/// Appends JSON that stands on one line without spaces, spread over lines; `depth` is that of the line it begins on.
pub(super) fn push_spread(json: &str, mut depth: usize, out: &mut Vec<u8>) {
    // What has not been appended yet, and of that what has been looked at.
    let (mut rest, mut seen) = (json.as_bytes(), 0);
    while let Some((byte, behind)) = rest.get(seen..).and_then(<[u8]>::split_first) {
        let (to, next) = match byte {
            b'"' => {
                seen += 1 + string_len(behind);
                continue;
            }
            b'{' | b'[' if matches!(behind.first(), Some(b'}' | b']')) => {
                seen += 2;
                continue;
            }
            b'{' | b'[' | b':' => (seen + 1, seen + 1),
            b'}' | b']' => (seen, seen),
            b',' => (seen, seen + 1),
            _ => {
                seen += 1;
                continue;
            }
        };
        out.extend_from_slice(rest.get(..to).unwrap_or_default());
        rest = rest.get(next..).unwrap_or_default();
        seen = 0;
        match byte {
            b':' => out.push(b' '),
            b',' => push_line(true, depth, out),
            b'{' | b'[' => {
                depth += 1;
                push_line(false, depth, out);
            }
            _ => {
                depth = depth.saturating_sub(1);
                push_line(false, depth, out);
                // The bracket itself.
                seen = 1;
            }
        }
    }
    out.extend_from_slice(rest);
}

/// Bytes up to the end of a string, its closing quote included.
fn string_len(text: &[u8]) -> usize {
    let mut len = 0;
    while let Some(at) = text.get(len..).and_then(|rest| rest.iter().position(|b| matches!(b, b'"' | b'\\')))
    {
        len += at + 1;
        if text.get(len - 1) == Some(&b'"') {
            return len;
        }
        // What is escaped ends nothing.
        len += 1;
    }
    text.len()
}

//! Rust source as far as the layers need it: without comments, strings and tests, and cut into tokens.

/// A name, `::`, or one other character.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) text: String,
    /// From 1.
    pub(super) line: usize,
}

/// The code that is compiled without tests, with its lines where they were.
pub(super) fn code(text: &str) -> String {
    let mut code = bare(text);
    for (start, end) in test_items(&code) {
        let blank: String = code
            .get(start..end)
            .unwrap_or_default()
            .chars()
            .map(|c| if c == '\n' { c } else { ' ' })
            .collect();
        code.replace_range(start..end, &blank);
    }
    code
}

/// Names of the modules that are declared under `#[cfg(test)]` with a file of their own.
pub(super) fn test_modules(text: &str) -> Vec<String> {
    let code = bare(text);
    let mut names = Vec::new();
    for (start, end) in test_items(&code) {
        let item = tokens(code.get(start..end).unwrap_or_default());
        let texts: Vec<&str> = item.iter().map(|token| token.text.as_str()).collect();
        if let Some([.., "mod", name, ";"]) = texts.get(..) {
            names.push((*name).to_owned());
        }
    }
    names
}

/// Where each item under `#[cfg(test)]` is, from the attribute to its end, last one first. Bytes, as is `code`: what
/// could be anything else has been blanked.
fn test_items(code: &str) -> Vec<(usize, usize)> {
    const ATTRIBUTE: &str = "#[cfg(test)]";
    let mut items: Vec<(usize, usize)> = Vec::new();
    for (start, _) in code.match_indices(ATTRIBUTE) {
        if items.last().is_some_and(|(_, end)| start < *end) {
            continue;
        }
        let (mut depth, mut end) = (0_u32, code.len());
        for (at, c) in code.char_indices().skip_while(|(at, _)| *at < start + ATTRIBUTE.len()) {
            match c {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && matches!(c, '}' | ';' | ',') {
                end = at + c.len_utf8();
                break;
            }
        }
        items.push((start, end));
    }
    items.reverse();
    items
}

/// Cuts bare code into tokens.
pub(super) fn tokens(code: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut line, mut joined, mut colon) = (1, false, false);
    for c in code.chars() {
        let is_word = c.is_alphanumeric() || c == '_';
        match tokens.last_mut() {
            Some(last) if is_word && joined => last.text.push(c),
            Some(last) if c == ':' && colon => last.text.push(c),
            _ if c.is_whitespace() => {}
            _ => tokens.push(Token { text: c.to_string(), line }),
        }
        colon = c == ':' && !colon;
        joined = is_word;
        line += usize::from(c == '\n');
    }
    tokens
}

/// Blanks comments, strings and character literals.
fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skip = match c {
            '/' => comment(rest),
            '"' => string(rest),
            '\'' => character(rest),
            'b' | 'r' | 'c' if !bare.ends_with(|c: char| c.is_alphanumeric() || c == '_') => raw_string(rest),
            _ => 0,
        };
        if skip == 0 {
            bare.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        } else {
            let (gone, left) = rest.split_at_checked(skip).unwrap_or((rest, ""));
            bare.extend(gone.chars().map(|c| if c == '\n' { c } else { ' ' }));
            rest = left;
        }
    }
    bare
}

/// Length of the comment at the start; 0 for none. Block comments nest.
fn comment(text: &str) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    let (mut depth, mut at) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            return if at > 1 && text.starts_with("/*") { at } else { 0 };
        }
    }
    text.len()
}

/// Length of the string at the start, which is a quote.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of a string with a prefix, raw or not; 0 for none.
fn raw_string(text: &str) -> usize {
    let quoted = text.trim_start_matches(['b', 'c']);
    let Some(hashed) = quoted.strip_prefix('r') else {
        let prefix = text.len() - quoted.len();
        return if quoted.starts_with('"') { prefix + string(quoted) } else { 0 };
    };
    let inner = hashed.trim_start_matches('#');
    if !inner.starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashed.len() - inner.len()));
    let start = text.len() - inner.len() + 1;
    text.get(start..).and_then(|body| body.find(&end)).map_or(text.len(), |at| start + at + end.len())
}

/// Length of the character literal at the start; 0 for a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            chars.next();
            text.get(3..).and_then(|rest| rest.find('\'')).map_or(0, |at| 3 + at + 1)
        }
        Some(_) => chars.next().filter(|(_, c)| *c == '\'').map_or(0, |(at, _)| at + 1),
        None => 0,
    }
}

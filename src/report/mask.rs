//! Secrets stay inside: stream names, URL queries, credentials and tokens, masked wherever they appear or echo.
//!
//! Takes wire text together with what it is (a stream name, a URL, an application path, any other text, an AMF
//! value) and gives text that is fit to be shown. What was once seen as a secret is known from then on, and found
//! again in any later text, also percent-encoded or with control characters in between. The same name has the
//! same mask, `<stream-1>` and so on in order of first sight, so that a reader can still follow it.
//!
//! Not done: a secret that appears in free text before it is seen in a field that tells it is one, unless the text
//! has one of the usual phrases around it; a secret of which a peer echoes only a part. Escaping is the writers'
//! work.

mod echo;
mod phrase;
mod scan;
mod starts;
mod tier;
mod value;

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use self::echo::Echoes;
use self::scan::Marks;
use crate::base::text::clip;
use crate::rules::context::Words;

/// Shown for URL queries and their values.
const QUERY: &str = "<query>";
/// Shown for the user and password of a URL.
const CREDENTIALS: &str = "<credentials>";
/// Shown for the value of a key that says it is secret.
const SECRET: &str = "<secret>";
/// Names told apart; beyond it they share one mask.
const MAX_NAMES: usize = 1 << 20;
/// Shorter query values (`1`, `true`) are masked in place but not searched for elsewhere.
const MIN_VALUE: usize = 6;
/// Names this long are hidden in a host's or application's name too, where a short one is a chance match.
const MIN_IN_HEAD: usize = 8;
/// The instance name that stands for none.
const DEFAULT_INSTANCE: &str = "_definst_";

/// Masks the secrets of one capture.
#[derive(Debug, Default)]
pub(crate) struct Masker {
    reveal: bool,
    /// Hash of a name's identity → its number.
    names: HashMap<u64, usize>,
    echoes: Echoes,
    /// The long word that was last shown in part, and as what.
    long: (String, String),
}

impl Masker {
    /// One that masks.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// One that passes everything through.
    pub(crate) fn revealing() -> Self {
        Self { reveal: true, ..Self::default() }
    }

    /// A stream name, with or without a query: `key?token=1` → `<stream-1>?<query>`.
    pub(crate) fn name(&mut self, raw: &str) -> String {
        if self.reveal {
            return raw.to_owned();
        }
        let (path, query) = split_query(raw);
        let (format, base) = phrase::split_format(path);
        let trimmed = base.trim_matches(|c: char| c == '/' || c.is_whitespace() || c.is_control());
        let mut out = format.to_owned();
        if !trimmed.is_empty() {
            let mask = self.stream_mask(trimmed);
            self.echoes.add_name(trimmed, &mask);
            out.push_str(&mask);
        }
        self.push_query(query, &mut out);
        out
    }

    /// A URL: `tcUrl`, `swfUrl`, `pageUrl`, a redirect.
    ///
    /// Of an RTMP URL's path only the application shows; what follows it is a stream name.
    pub(crate) fn url(&mut self, raw: &str) -> String {
        if self.reveal {
            return raw.to_owned();
        }
        let (scheme, rest) = match scan::split_scheme(raw) {
            Some((scheme, rest)) => (Some(scheme), rest),
            None if raw.contains(['/', '@']) => (None, raw),
            None => return self.text(raw),
        };
        let (rest, query) = split_query(rest);
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let head = scheme.map_or(0, |scheme| scheme.len() + 3) + authority.len();
        let mut known = Vec::new();
        self.echoes.find(raw, MIN_IN_HEAD, &mut known);
        if known.iter().any(|span| span.start < head && span.shown.starts_with("<stream")) {
            return "<url>".to_owned();
        }
        let mut out = String::with_capacity(raw.len());
        if let Some(scheme) = scheme {
            out.push_str(scheme);
            out.push_str("://");
        }
        match authority.rsplit_once('@') {
            Some((user, host)) => {
                user.split(':').for_each(|part| self.echoes.add(part, MIN_VALUE, CREDENTIALS));
                out.push_str(CREDENTIALS);
                out.push('@');
                out.push_str(host);
            }
            None => out.push_str(authority),
        }
        if scheme.is_none_or(|s| s.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("rtmp"))) {
            self.push_path(path, &mut out);
        } else if scan::position(path, "//").is_some() {
            out.push_str("/<path>");
        } else {
            out.push_str(&self.masked(path, Marks::of(path), Vec::new()));
        }
        self.push_query(query, &mut out);
        out
    }

    /// The `app` of a connect command: an application, perhaps with an instance or a query behind it.
    pub(crate) fn app(&mut self, raw: &str) -> String {
        if self.reveal {
            return raw.to_owned();
        }
        if scan::split_scheme(raw).is_some() {
            return self.url(raw);
        }
        let (path, query) = split_query(raw);
        let mut out = String::with_capacity(raw.len());
        self.push_path(path, &mut out);
        self.push_query(query, &mut out);
        out
    }

    /// Any other wire text: secrets known by now, URLs, queries and `key=value` pairs in it are masked.
    pub(crate) fn text(&mut self, raw: &str) -> String {
        self.shown(raw).into_owned()
    }

    fn shown<'t>(&mut self, raw: &'t str) -> Cow<'t, str> {
        if self.reveal {
            return raw.into();
        }
        let marks = Marks::of(raw);
        if marks.has_space()
            && let Some(name) = phrase::name_in(raw)
        {
            self.name(name);
        }
        let mut urls = Vec::new();
        if marks.has_url() {
            for (start, end) in scan::urls(raw) {
                if let Some(url) = raw.get(start..end) {
                    let shown = self.url(url);
                    urls.push(scan::Span { start, end, shown });
                }
            }
        }
        self.masked(raw, marks, urls)
    }

    /// A word of the protocol (command name, status code, level): as it is if it is one, else like any text.
    pub(crate) fn word(&mut self, raw: &str) -> String {
        if self.reveal || phrase::is_protocol(raw) { raw.to_owned() } else { self.text(raw) }
    }

    /// A word that many lines repeat, of which they show so many bytes. A long one is masked once, and then cut: a
    /// secret in it shall not be cut before it is found.
    pub(crate) fn repeated(&mut self, raw: &str, most: usize) -> String {
        if raw.len() <= most {
            return self.word(raw);
        }
        if self.long.0 != raw {
            self.long = (raw.to_owned(), clip(&self.word(raw), most).to_owned());
        }
        self.long.1.clone()
    }

    /// The text with all secrets in it masked, and with its URLs as they are to be shown.
    fn masked<'t>(&mut self, raw: &'t str, marks: Marks, urls: Vec<scan::Span>) -> Cow<'t, str> {
        let mut spans = Vec::new();
        scan::secrets(raw, marks, &mut spans);
        for span in &spans {
            if let (QUERY, Some(query)) = (span.shown.as_str(), raw.get(span.start..span.end)) {
                self.learn_query(query);
            }
        }
        self.echoes.find(raw, 0, &mut spans);
        // Last, because of two spans for the same range the first is shown.
        spans.extend(urls);
        scan::replace(raw, spans)
    }

    /// The path of an RTMP URL: the application, then what may be a stream name.
    fn push_path(&mut self, path: &str, out: &mut String) {
        let app_at = path.len() - path.trim_start_matches('/').len();
        let (slashes, rest) = path.split_at(app_at);
        let (app, instance) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let mut spans = Vec::new();
        self.echoes.find(app, MIN_IN_HEAD, &mut spans);
        out.push_str(slashes);
        out.push_str(&scan::replace(app, spans));
        let mut rest = instance;
        if let Some(after) = rest.trim_start_matches('/').strip_prefix(DEFAULT_INSTANCE)
            && (after.is_empty() || after.starts_with('/'))
        {
            out.push('/');
            out.push_str(DEFAULT_INSTANCE);
            rest = after;
        }
        if rest.trim_matches('/').is_empty() {
            out.push_str(rest);
        } else {
            out.push('/');
            out.push_str(&self.name(rest));
        }
    }

    fn push_query(&mut self, query: Option<&str>, out: &mut String) {
        let Some(query) = query else { return };
        self.learn_query(query);
        out.push_str(&scan::shown_query(query));
    }

    /// Remembers the values of a query.
    fn learn_query(&mut self, query: &str) {
        for pair in query.split(['?', '#', '&', ';']) {
            let (key, value) = pair.split_once('=').unwrap_or(("", pair));
            // A virtual host is the host of other URLs.
            if !phrase::is_public(value) && key != "vhost" {
                self.echoes.add(value, MIN_VALUE, QUERY);
            }
        }
    }

    fn stream_mask(&mut self, name: &str) -> String {
        let mut hasher = DefaultHasher::new();
        scan::fold(name).bytes.hash(&mut hasher);
        let next = self.names.len() + 1;
        if next > MAX_NAMES && !self.names.contains_key(&hasher.finish()) {
            return "<stream>".to_owned();
        }
        format!("<stream-{}>", self.names.entry(hasher.finish()).or_insert(next))
    }
}

/// Before, and from the first `?` or `#` on.
fn split_query(raw: &str) -> (&str, Option<&str>) {
    match raw.find(['?', '#']) {
        Some(at) => raw.split_at_checked(at).map_or((raw, None), |(path, query)| (path, Some(query))),
        None => (raw, None),
    }
}

/// What rules quote from the wire.
impl Words for Masker {
    fn name(&mut self, raw: &str) -> String {
        Self::name(self, raw)
    }

    fn url(&mut self, raw: &str) -> String {
        Self::url(self, raw)
    }

    fn app(&mut self, raw: &str) -> String {
        Self::app(self, raw)
    }

    fn word(&mut self, raw: &str) -> String {
        Self::word(self, raw)
    }

    fn text(&mut self, raw: &str) -> String {
        Self::text(self, raw)
    }
}

#[cfg(test)]
mod tests;

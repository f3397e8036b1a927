//! Finds known secrets in text.
//!
//! Secrets come one by one, and building a search automaton costs as much as all of them are long. They are kept
//! in tiers, each at least twice as large as the next, each with an automaton of its own: adding `n` secrets
//! builds each into an automaton `log n` times, and a text is searched once per tier. When they grow beyond their
//! bounds, the oldest tier is dropped.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::phrase;
use super::scan::{self, Folded, Span};

/// Secrets searched for at one time.
const MAX_WORDS: usize = 4096;
/// Bytes of them.
const MAX_BYTES: usize = 512 << 10;
/// Of a longer one the beginning is searched for, and what follows it is masked up to the next space.
const MAX_WORD: usize = 512;
/// Shorter ones count only as a word of their own.
const MIN_INSIDE: usize = 4;
/// A path's last part is searched for by itself from this length on.
const MIN_LAST_PART: usize = 6;

/// The known secrets.
#[derive(Debug, Default)]
pub(super) struct Echoes {
    tiers: Vec<Tier>,
    known: HashSet<u64>,
}

#[derive(Debug)]
struct Tier {
    words: Vec<Word>,
    bytes: usize,
    find: AhoCorasick,
}

#[derive(Clone, Debug)]
struct Word {
    bytes: Vec<u8>,
    cut: bool,
    shown: String,
}

impl Echoes {
    /// Remembers a stream name in the forms in which peers repeat it.
    pub(super) fn add_name(&mut self, name: &str, shown: &str) {
        self.add(name, 1, shown);
        self.add(name.split('\0').next().unwrap_or_default(), 1, shown);
        if let Some((_, last)) = name.rsplit_once('/') {
            self.add(last, MIN_LAST_PART, shown);
        }
    }

    /// Remembers a secret of at least `min` bytes: as it is, without control characters, and folded.
    pub(super) fn add(&mut self, secret: &str, min: usize, shown: &str) {
        let secret = secret.trim();
        self.add_word(secret.as_bytes(), min, shown);
        let folded = scan::fold(secret).bytes;
        if folded != secret.as_bytes() {
            let visible: Vec<u8> = secret.bytes().filter(|b| !b.is_ascii_control()).collect();
            self.add_word(visible.trim_ascii(), min, shown);
            self.add_word(folded.trim_ascii(), min, shown);
        }
    }

    fn add_word(&mut self, word: &[u8], min: usize, shown: &str) {
        if word.is_empty() || word.len() < min {
            return;
        }
        let mut hasher = DefaultHasher::new();
        word.hash(&mut hasher);
        if !self.known.insert(hasher.finish()) {
            return;
        }
        let bytes = word.get(..MAX_WORD).unwrap_or(word);
        let word = Word { bytes: bytes.to_vec(), cut: word.len() > bytes.len(), shown: shown.to_owned() };
        self.push(vec![word]);
    }

    fn push(&mut self, mut words: Vec<Word>) {
        while self.tiers.last().is_some_and(|t| t.words.len() < 2 * words.len()) {
            let mut older = self.tiers.pop().map(|t| t.words).unwrap_or_default();
            older.append(&mut words);
            words = older;
        }
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true);
        builder.kind(Some(AhoCorasickKind::ContiguousNFA));
        let bytes = words.iter().map(|w| w.bytes.len()).sum();
        if let Ok(find) = builder.build(words.iter().map(|w| &w.bytes)) {
            self.tiers.push(Tier { words, bytes, find });
        }
        while self.tiers.iter().map(|t| t.words.len()).sum::<usize>() > MAX_WORDS
            || self.tiers.iter().map(|t| t.bytes).sum::<usize>() > MAX_BYTES
        {
            self.tiers.remove(0);
            // A dropped secret is searched for again once it is seen again.
            self.known.clear();
        }
    }

    /// Adds where secrets of at least `min` bytes are in `text`.
    pub(super) fn find(&self, text: &str, min: usize, spans: &mut Vec<Span>) {
        if self.tiers.is_empty() {
            return;
        }
        let plain = Folded::plain(text);
        self.find_in(text, &plain, min, spans);
        let folded = scan::fold(text);
        if folded.bytes != plain.bytes {
            self.find_in(text, &folded, min, spans);
        }
    }

    fn find_in(&self, text: &str, folded: &Folded<'_>, min: usize, spans: &mut Vec<Span>) {
        for tier in &self.tiers {
            let mut covered = 0;
            for found in tier.find.find_iter(folded.bytes.as_ref()) {
                let Some(word) = tier.words.get(found.pattern().as_usize()) else { continue };
                let (start, mut end) = folded.origin(found.start(), found.end());
                if end <= covered
                    || word.bytes.len() < min
                    || (word.bytes.len() < MIN_INSIDE && !phrase::stands_alone(text, start, end))
                {
                    continue;
                }
                if word.cut {
                    end = scan::token_end(text, end);
                }
                covered = end;
                spans.push(Span { start, end, shown: word.shown.clone() });
            }
        }
    }
}

//! Finds known secrets in text.
//!
//! Secrets come one by one, and most texts hold none. So it is known of four bytes whether any secret begins with them,
//! and a text is searched only where they stand. The newest secrets are compared one after the other. The others are kept
//! in tiers, each at least twice as large as the next, each with a search automaton of its own, as building one costs as
//! much as all its secrets are long: so `n` secrets are built into `log n` automatons each. When they grow beyond their
//! bounds, the oldest tier is dropped.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

use super::phrase;
use super::scan::{self, Folded, Span};
use super::starts::Starts;

/// Secrets searched for at one time; a tier has no more than half of them.
const MAX_WORDS: usize = 4096;
/// Bytes of them.
const MAX_BYTES: usize = 512 << 10;
/// Secrets without an automaton, and bytes of them.
const MAX_NEW_WORDS: usize = 64;
const MAX_NEW_BYTES: usize = 2 << 10;
/// Of a longer one the beginning is searched for, and what follows it is masked up to the next space.
const MAX_WORD: usize = 512;
/// Shorter ones count only as a word of their own.
pub(super) const MIN_INSIDE: usize = 4;
/// A path's last part is searched for by itself from this length on.
const MIN_LAST_PART: usize = 6;

/// The known secrets.
#[derive(Debug, Default)]
pub(super) struct Echoes {
    tiers: Vec<Tier>,
    new: Vec<Word>,
    starts: Starts,
    known: HashSet<u64>,
}

#[derive(Debug)]
struct Tier {
    words: Vec<Word>,
    find: AhoCorasick,
}

#[derive(Clone, Debug)]
struct Word {
    bytes: Vec<u8>,
    cut: bool,
    shown: String,
}

fn bytes_of(words: &[Word]) -> usize {
    words.iter().map(|word| word.bytes.len()).sum()
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
        self.starts.add(bytes);
        self.new.push(Word { bytes: bytes.to_vec(), cut: word.len() > bytes.len(), shown: shown.to_owned() });
        if self.new.len() > MAX_NEW_WORDS || bytes_of(&self.new) > MAX_NEW_BYTES {
            self.build();
        }
    }

    /// Makes a tier of the newest words, together with tiers that are not much larger.
    fn build(&mut self) {
        let mut words = std::mem::take(&mut self.new);
        let joins = |older: &Tier, words: &[Word]| {
            let len = older.words.len();
            len < 2 * words.len() && len + words.len() <= MAX_WORDS / 2
        };
        while self.tiers.last().is_some_and(|older| joins(older, &words)) {
            let mut older = self.tiers.pop().map(|t| t.words).unwrap_or_default();
            older.append(&mut words);
            words = older;
        }
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true);
        builder.kind(Some(AhoCorasickKind::ContiguousNFA));
        if let Ok(find) = builder.build(words.iter().map(|w| &w.bytes)) {
            self.tiers.push(Tier { words, find });
        }
        while self.tiers.iter().map(|t| t.words.len()).sum::<usize>() > MAX_WORDS
            || self.tiers.iter().map(|t| bytes_of(&t.words)).sum::<usize>() > MAX_BYTES
        {
            self.tiers.remove(0);
            // A dropped secret is searched for again once it is seen again.
            self.known.clear();
            self.starts = Starts::default();
            self.tiers.iter().flat_map(|tier| &tier.words).for_each(|word| self.starts.add(&word.bytes));
        }
    }

    /// Adds where secrets of at least `min` bytes are in `text`.
    pub(super) fn find(&self, text: &str, min: usize, spans: &mut Vec<Span>) {
        let plain = Folded::plain(text);
        self.find_in(text, &plain, min, spans);
        let folded = scan::fold(text);
        if folded.bytes != plain.bytes {
            self.find_in(text, &folded, min, spans);
        }
    }

    fn find_in(&self, text: &str, folded: &Folded<'_>, min: usize, spans: &mut Vec<Span>) {
        let bytes = folded.bytes.as_ref();
        let Some(first) = self.starts.first_in(bytes) else { return };
        // A secret may begin inside of another one, and that one may turn out to be none.
        for tier in &self.tiers {
            let (mut at, mut covered) = (first, 0);
            while let Some(found) = tier.find.find(Input::new(bytes).range(at..)) {
                if let Some(word) = tier.words.get(found.pattern().as_usize()) {
                    let range = folded.origin(found.start(), found.end());
                    word.found(text, range, min, &mut covered, spans);
                }
                at = found.start() + 1;
            }
        }
        let (mut at, mut covered) = (first, 0);
        while let Some(rest) = bytes.get(at..) {
            let longest =
                self.new.iter().filter(|word| word.begins(rest)).max_by_key(|word| word.bytes.len());
            if let Some(word) = longest {
                word.found(text, folded.origin(at, at + word.bytes.len()), min, &mut covered, spans);
            }
            at += 1;
            let Some(next) = bytes.get(at..).and_then(|behind| self.starts.first_in(behind)) else { break };
            at += next;
        }
    }
}

impl Word {
    fn begins(&self, text: &[u8]) -> bool {
        text.get(..self.bytes.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(&self.bytes))
    }

    /// Adds where it was found, unless that is a chance match or within the one before.
    fn found(
        &self,
        text: &str,
        (start, mut end): (usize, usize),
        min: usize,
        covered: &mut usize,
        spans: &mut Vec<Span>,
    ) {
        if end <= *covered
            || self.bytes.len() < min
            || (self.bytes.len() < MIN_INSIDE && !phrase::stands_alone(text, start, end))
        {
            return;
        }
        if self.cut {
            end = scan::token_end(text, end);
        }
        *covered = end;
        spans.push(Span { start, end, shown: self.shown.clone() });
    }
}

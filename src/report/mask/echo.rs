//! Finds known secrets in text.
//!
//! Secrets come one by one, and most texts hold none. So it is known of four bytes whether any secret begins with them,
//! and a text is searched only where they stand. The newest secrets are compared one after the other. The others are kept
//! in tiers, each at least twice as large as the next, each in an order of its own, as putting one in order costs as much
//! as there are secrets in it: so each of `n` secrets is put in order `log n` times. When they grow beyond their bounds,
//! the oldest tier is dropped.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::phrase;
use super::scan::{self, Folded, Span};
use super::starts::Starts;
use super::tier::{Tier, Word};

/// Secrets searched for at one time; a tier has no more than half of them.
const MAX_WORDS: usize = 4096;
/// Bytes of them.
const MAX_BYTES: usize = 512 << 10;
/// Secrets in no tier, and bytes of them.
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
        self.new.push(Word {
            bytes: bytes.to_ascii_lowercase(),
            cut: word.len() > bytes.len(),
            shown: shown.to_owned(),
        });
        if self.new.len() > MAX_NEW_WORDS || bytes_of(&self.new) > MAX_NEW_BYTES {
            self.build();
        }
    }

    /// Makes a tier of the newest words, together with tiers that are not much larger.
    fn build(&mut self) {
        let mut tier = Tier::new(std::mem::take(&mut self.new));
        let joins = |older: &Tier, tier: &Tier| {
            let (older, len) = (older.words().len(), tier.words().len());
            older < 2 * len && older + len <= MAX_WORDS / 2
        };
        while let Some(older) = self.tiers.pop_if(|older| joins(older, &tier)) {
            tier = older.joined(tier);
        }
        self.tiers.push(tier);
        while self.tiers.iter().map(|tier| tier.words().len()).sum::<usize>() > MAX_WORDS
            || self.tiers.iter().map(Tier::bytes).sum::<usize>() > MAX_BYTES
        {
            self.tiers.remove(0);
            // A dropped secret is searched for again once it is seen again.
            self.known.clear();
            self.starts = Starts::default();
            self.tiers.iter().flat_map(Tier::words).for_each(|word| self.starts.add(&word.bytes));
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
        let bytes = bytes.to_ascii_lowercase();
        // A secret may begin inside of another one, and that one may turn out to be none.
        let tiers = self.tiers.iter().map(Some).chain([None]);
        for tier in tiers {
            let (mut at, mut covered) = (first, 0);
            while let Some(rest) = bytes.get(at..) {
                if let Some(word) = self.longest(tier, rest) {
                    word.found(text, folded.origin(at, at + word.bytes.len()), min, &mut covered, spans);
                }
                at += 1;
                let Some(next) = bytes.get(at..).and_then(|behind| self.starts.first_in(behind)) else {
                    break;
                };
                at += next;
            }
        }
    }

    /// The longest secret of a tier, or of those in none, that a text begins with.
    fn longest<'s>(&'s self, tier: Option<&'s Tier>, text: &[u8]) -> Option<&'s Word> {
        match tier {
            Some(tier) => tier.longest(text),
            None => self.new.iter().filter(|word| word.begins(text)).max_by_key(|word| word.bytes.len()),
        }
    }
}

impl Word {
    fn begins(&self, text: &[u8]) -> bool {
        text.starts_with(&self.bytes)
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

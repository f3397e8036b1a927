//! Secrets in order, and the longest of them that a text begins with.
//!
//! Takes secrets and text in lower case. Where a text would stand among the secrets in order, all that it begins with
//! stand in front of it, and each of them also begins those between it and the text. So the one right in front of that
//! place leads to all of them, from each to the longest other one that it begins with.

/// A secret, as it is searched for.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// In lower case.
    pub(super) bytes: Vec<u8>,
    /// It is the beginning of a longer one.
    pub(super) cut: bool,
    /// What stands in its place.
    pub(super) shown: String,
}

/// Secrets that are searched for together.
#[derive(Debug, Default)]
pub(super) struct Tier {
    /// The oldest first.
    words: Vec<Word>,
    /// In order of their bytes; of those with the same bytes the oldest.
    order: Vec<Place>,
}

#[derive(Copy, Clone, Debug)]
struct Place {
    word: usize,
    /// Where in the order the longest other one is that this one begins with.
    shorter: Option<usize>,
}

impl Tier {
    /// The words, the oldest first.
    pub(super) fn new(words: Vec<Word>) -> Self {
        let order = (0..words.len()).map(|word| Place { word, shorter: None }).collect();
        Self { words, order }.sorted()
    }

    /// Adds newer words.
    pub(super) fn joined(mut self, mut newer: Self) -> Self {
        let before = self.words.len();
        self.words.append(&mut newer.words);
        self.order.extend(newer.order.iter().map(|place| Place { word: before + place.word, ..*place }));
        self.sorted()
    }

    /// Puts them in order. Where parts are in order already, that takes little more than a look at each.
    fn sorted(mut self) -> Self {
        let Self { words, order } = &mut self;
        let bytes = |place: &Place| words.get(place.word).map_or(&[][..], |word| &word.bytes);
        order.sort_by(|a, b| bytes(a).cmp(bytes(b)));
        order.dedup_by(|newer, older| bytes(newer) == bytes(older));
        let mut before: Option<usize> = None;
        for at in 0..order.len() {
            let Some(mut place) = order.get(at).copied() else { break };
            let begins = |shorter: &usize| {
                order.get(*shorter).is_some_and(|shorter| bytes(&place).starts_with(bytes(shorter)))
            };
            while before.is_some_and(|shorter| !begins(&shorter)) {
                before = before.and_then(|shorter| order.get(shorter)?.shorter);
            }
            place.shorter = before;
            if let Some(entry) = order.get_mut(at) {
                *entry = place;
            }
            before = Some(at);
        }
        self
    }

    /// The longest word that the text begins with.
    pub(super) fn longest(&self, text: &[u8]) -> Option<&Word> {
        let word = |place: &Place| self.words.get(place.word);
        let behind =
            self.order.partition_point(|place| word(place).is_some_and(|word| word.bytes.as_slice() <= text));
        let mut place = self.order.get(behind.checked_sub(1)?)?;
        loop {
            let word = word(place)?;
            if text.starts_with(&word.bytes) {
                return Some(word);
            }
            place = self.order.get(place.shorter?)?;
        }
    }

    /// The words, the oldest first.
    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// Bytes of all words.
    pub(super) fn bytes(&self) -> usize {
        self.words.iter().map(|word| word.bytes.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&str], from: usize) -> Vec<Word> {
        let word = |(n, text): (usize, &&str)| Word {
            bytes: text.as_bytes().to_vec(),
            cut: false,
            shown: (from + n).to_string(),
        };
        texts.iter().enumerate().map(word).collect()
    }

    fn shown<'t>(tier: &'t Tier, text: &str) -> Option<&'t str> {
        tier.longest(text.as_bytes()).map(|word| word.shown.as_str())
    }

    #[test]
    fn the_longest_of_those_that_begin_each_other() {
        let tier = Tier::new(words(&["abc", "a", "abcde", "b", "abd", "abc", "abcdef"], 0));
        let found = ["abcdz", "abcdefg", "abcdf", "ab", "abc", "abdz", "bz", "c", "", "Abc"];
        let found = found.map(|text| shown(&tier, text));
        let expected = ["0", "6", "0", "1", "0", "4", "3"].map(Some);
        assert_eq!(found[..7], expected);
        assert_eq!(found[7..], [None; 3]);
    }

    #[test]
    fn as_one_by_one() {
        // All words of up to four letters of two, joined in three steps.
        let all: Vec<String> = (0..30_u32)
            .filter(|n| n % 7 != 3)
            .map(|n| {
                let len = (n + 2).ilog2();
                (0..len).map(|bit| if (n + 2) >> bit & 1 == 1 { 'b' } else { 'a' }).collect()
            })
            .collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let (first, rest) = all.split_at(11);
        let (second, third) = rest.split_at(6);
        let newer = Tier::new(words(second, 11)).joined(Tier::new(words(third, 17)));
        let tier = Tier::new(words(first, 0)).joined(newer);
        for n in 0..64_u32 {
            let text: String = (0..6).map(|bit| if n >> bit & 1 == 1 { 'b' } else { 'a' }).collect();
            let begins = |word: &&Word| text.as_bytes().starts_with(&word.bytes);
            let longest = tier.words().iter().filter(begins).map(|word| word.bytes.len()).max();
            assert_eq!(tier.longest(text.as_bytes()).map(|word| word.bytes.len()), longest, "{text}");
        }
    }
}

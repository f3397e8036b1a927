//! Some of the rules of a set.

/// Some of the rules of a set, by their indexes.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Members([u64; WORDS]);

const WORDS: usize = 3;

impl Members {
    /// Rules that a set can have; a test holds that.
    #[cfg(test)]
    pub(super) const MOST: usize = WORDS * 64;

    pub(super) fn add(&mut self, index: usize) {
        if let Some(word) = self.0.get_mut(index / 64) {
            *word |= 1 << (index % 64);
        }
    }

    pub(super) fn remove(&mut self, index: usize) {
        if let Some(word) = self.0.get_mut(index / 64) {
            *word &= !(1 << (index % 64));
        }
    }

    pub(super) fn has(&self, index: usize) -> bool {
        self.0.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 != 0)
    }

    #[inline]
    pub(super) fn or(self, other: Self) -> Self {
        self.with(other, |one, other| one | other)
    }

    #[inline]
    pub(super) fn and(self, other: Self) -> Self {
        self.with(other, |one, other| one & other)
    }

    /// Without those of `other`.
    #[inline]
    pub(super) fn but(self, other: Self) -> Self {
        self.with(other, |one, other| one & !other)
    }

    #[inline]
    fn with(mut self, other: Self, both: impl Fn(u64, u64) -> u64) -> Self {
        for (one, other) in self.0.iter_mut().zip(other.0) {
            *one = both(*one, other);
        }
        self
    }

    /// The indexes, from the lowest.
    #[inline]
    pub(super) fn indexes(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().zip([0, 64, 128]).flat_map(|(mut word, first)| {
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros();
                word &= word.wrapping_sub(1);
                (bit < 64).then(|| first + usize::try_from(bit).unwrap_or(0))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_added_and_taken_away() {
        let mut members = Members::default();
        for index in [0, 5, 63, 64, 191, 192] {
            members.add(index);
        }
        members.remove(5);
        assert_eq!(members.indexes().collect::<Vec<_>>(), [0, 63, 64, 191]);
        assert!(members.has(63) && members.has(64) && !members.has(5) && !members.has(192));
        let mut some = Members::default();
        some.add(64);
        assert_eq!(members.and(some), some);
        assert_eq!(members.but(some).or(some), members);
    }
}

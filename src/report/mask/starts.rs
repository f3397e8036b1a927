//! Whether some secret can begin at a place of a text, by the bytes that stand there.

use super::echo::MIN_INSIDE;

/// Bits of the table.
const BITS: usize = 1 << 14;

/// How secrets begin, upper and lower case alike. It tells of a few places too many, and of none too few.
#[derive(Debug, Default)]
pub(super) struct Starts {
    /// A bit for each first four bytes of a secret, by their hash.
    long: Vec<u64>,
    /// Secrets shorter than that, which begin a word, by their first byte.
    short: [u64; 4],
}

impl Starts {
    /// Adds a secret.
    pub(super) fn add(&mut self, secret: &[u8]) {
        if let Some(begin) = secret.first_chunk() {
            self.long.resize(BITS / 64, 0);
            let bit = hash(*begin);
            if let Some(bits) = self.long.get_mut(bit / 64) {
                *bits |= 1 << (bit % 64);
            }
        } else if let Some(first) = secret.first() {
            let bit = usize::from(*first | 0x20);
            if let Some(bits) = self.short.get_mut(bit / 64) {
                *bits |= 1 << (bit % 64);
            }
        }
    }

    /// The first place where one can begin.
    pub(super) fn first_in(&self, text: &[u8]) -> Option<usize> {
        let has =
            |table: &[u64], bit: usize| table.get(bit / 64).is_some_and(|bits| bits >> (bit % 64) & 1 == 1);
        let long = || {
            text.windows(MIN_INSIDE)
                .position(|four| four.first_chunk().is_some_and(|four| has(&self.long, hash(*four))))
        };
        let short = || text.iter().position(|byte| has(&self.short, usize::from(*byte | 0x20)));
        let long = if self.long.is_empty() { None } else { long() };
        let short = if self.short == [0; 4] { None } else { short() };
        long.into_iter().chain(short).min()
    }
}

/// The bit for four bytes. What differs between upper and lower case is the same in all letters.
const fn hash(bytes: [u8; MIN_INSIDE]) -> usize {
    const LOWER: u32 = u32::from_ne_bytes([0x20; 4]);
    let mixed = (u32::from_ne_bytes(bytes) | LOWER).wrapping_mul(0x9E37_79B1);
    (mixed >> 18) as usize
}

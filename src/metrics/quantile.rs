//! Quantiles in bounded memory, the same for any order of the samples' arrival within a width.
//!
//! Takes whole numbers, gives nearest-rank quantiles: the least value that at least `p · count` samples do
//! not exceed. Exact while there are at most `cap` distinct values; then neighbours are merged and the width
//! of a bucket doubles (a quantile is then the middle of its bucket, off by at most half its width). Least
//! and greatest stay exact. Nothing is allocated before the first sample, and nothing once the buckets are
//! full.

use super::num::{from_u64, ratio};

/// A histogram of at most `cap` buckets, each `2^shift` wide.
#[derive(Clone, Debug)]
pub(crate) struct Quantiles {
    /// Bucket number and samples in it, in order of number.
    buckets: Vec<(i64, u64)>,
    cap: usize,
    shift: u32,
    count: u64,
    min: i64,
    max: i64,
}

impl Quantiles {
    /// At most `cap` (at least 2) buckets.
    pub(crate) const fn new(cap: usize) -> Self {
        Self { buckets: Vec::new(), cap, shift: 0, count: 0, min: i64::MAX, max: i64::MIN }
    }

    /// Takes one sample.
    pub(crate) fn add(&mut self, value: i64) {
        self.count += 1;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        loop {
            let number = value >> self.shift;
            match self.buckets.binary_search_by_key(&number, |b| b.0) {
                Ok(at) => {
                    if let Some(bucket) = self.buckets.get_mut(at) {
                        bucket.1 += 1;
                    }
                    return;
                }
                Err(at) if self.buckets.len() < self.cap.max(2) => {
                    self.buckets.insert(at, (number, 1));
                    return;
                }
                Err(_) => self.widen(),
            }
        }
    }

    /// Samples taken.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// The least sample.
    pub(crate) fn min(&self) -> Option<i64> {
        (self.count > 0).then_some(self.min)
    }

    /// The greatest sample.
    pub(crate) fn max(&self) -> Option<i64> {
        (self.count > 0).then_some(self.max)
    }

    /// The nearest-rank quantile `part` of `whole`, 95 of 100 for the 95th percentile.
    pub(crate) fn quantile(&self, part: u64, whole: u64) -> Option<i64> {
        let share = ratio(from_u64(part), from_u64(whole))?;
        let mut below = 0;
        for &(number, samples) in &self.buckets {
            below += samples;
            if from_u64(below) >= share * from_u64(self.count) {
                let half = if self.shift == 0 { 0 } else { 1_i64 << (self.shift - 1) };
                return Some((number << self.shift).saturating_add(half).clamp(self.min, self.max));
            }
        }
        self.max()
    }

    /// Doubles the width until a bucket is free; at a shift of 63 only the numbers −1 and 0 are left.
    fn widen(&mut self) {
        while self.buckets.len() >= self.cap.max(2) && self.shift < 63 {
            self.shift += 1;
            for bucket in &mut self.buckets {
                bucket.0 >>= 1;
            }
            self.buckets.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                kept.1 += if same { next.1 } else { 0 };
                same
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::Random;

    fn of(cap: usize, values: impl IntoIterator<Item = i64>) -> Quantiles {
        let mut q = Quantiles::new(cap);
        values.into_iter().for_each(|v| q.add(v));
        q
    }

    #[test]
    fn nothing_is_not_zero() {
        let q = Quantiles::new(8);
        assert_eq!((q.count(), q.min(), q.max(), q.quantile(1, 2)), (0, None, None, None));
    }

    #[test]
    fn nearest_rank_by_hand() {
        let q = of(8, [15, 20, 35, 40, 50]);
        assert_eq!(q.quantile(5, 100), Some(15));
        assert_eq!(q.quantile(30, 100), Some(20));
        assert_eq!(q.quantile(40, 100), Some(20));
        assert_eq!(q.quantile(50, 100), Some(35));
        assert_eq!(q.quantile(100, 100), Some(50));
        assert_eq!(of(8, [-40, -40, 10]).quantile(1, 2), Some(-40));
    }

    #[test]
    fn agrees_with_sorting_while_it_fits_and_stays_near_beyond() {
        let mut random = Random(1);
        for round in 0..20 {
            let span = if round % 2 == 0 { 100 } else { 1_000_000 };
            let mut all: Vec<i64> = (0..3000)
                .map(|_| i64::try_from(random.below(span)).unwrap() - i64::try_from(span / 2).unwrap())
                .collect();
            let q = of(256, all.iter().copied());
            all.sort_unstable();
            assert!(q.buckets.len() <= 256);
            for p in [1, 50, 95, 99] {
                let exact = all[3000 * p / 100 - 1];
                let got = q.quantile(u64::try_from(p).unwrap(), 100).unwrap();
                let off = if span == 100 { 0 } else { 10_000 };
                assert!((got - exact).abs() <= off, "p{p}: {got} for {exact}");
            }
            assert_eq!((q.min(), q.max()), (all.first().copied(), all.last().copied()));
        }
    }

    #[test]
    fn extremes_do_not_overflow() {
        let q = of(2, [i64::MIN, i64::MAX, 0, 1, -1, i64::MAX / 2, i64::MIN / 2]);
        assert_eq!(q.count(), 7);
        assert_eq!((q.min(), q.max()), (Some(i64::MIN), Some(i64::MAX)));
        assert!(q.quantile(1, 2).is_some());
    }
}

//! Quantiles of many samples in little memory.
//!
//! Up to [`EXACT`] samples are kept as they are, in 32 bits each as long as that is enough; beyond that they go into
//! logarithmic buckets 2 % wide ([`super::buckets`]), so that memory grows with the spread of the values and not with
//! their number. Minimum, maximum and count stay exact.

use super::buckets::Buckets;

const EXACT: usize = 64;

/// A set of signed samples.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quantiles {
    count: u64,
    min: i64,
    max: i64,
    samples: Samples,
}

#[derive(Clone, Debug)]
enum Samples {
    /// As they are, while all of them fit into 32 bits.
    Short(Vec<i32>),
    /// As they are.
    Long(Vec<i64>),
    InBuckets(Box<Buckets>),
}

impl Default for Samples {
    fn default() -> Self {
        Self::Short(Vec::new())
    }
}

impl Quantiles {
    /// Adds a sample; gives by how much the memory held has grown.
    pub(crate) fn add(&mut self, value: i64) -> usize {
        let before = self.held_bytes();
        if self.count == 0 {
            (self.min, self.max) = (value, value);
        }
        self.count += 1;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.samples.add(value);
        self.held_bytes().saturating_sub(before)
    }

    /// Memory held beside the structure itself.
    pub(crate) const fn held_bytes(&self) -> usize {
        match &self.samples {
            Samples::Short(samples) => samples.capacity() * size_of::<i32>(),
            Samples::Long(samples) => samples.capacity() * size_of::<i64>(),
            Samples::InBuckets(buckets) => size_of::<Buckets>() + buckets.held_bytes(),
        }
    }

    /// Samples added.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// The smallest sample.
    pub(crate) fn min(&self) -> Option<i64> {
        (self.count > 0).then_some(self.min)
    }

    /// The largest sample.
    pub(crate) fn max(&self) -> Option<i64> {
        (self.count > 0).then_some(self.max)
    }

    /// The sample below which `percent` of all lie (nearest rank).
    pub(crate) fn percentile(&self, percent: u8) -> Option<i64> {
        let rank = (self.count * u64::from(percent)).div_ceil(100).max(1);
        match &self.samples {
            Samples::Short(samples) => ranked(samples.clone(), rank).map(i64::from),
            Samples::Long(samples) => ranked(samples.clone(), rank),
            Samples::InBuckets(buckets) => Some(buckets.ranked(rank)?.clamp(self.min, self.max)),
        }
    }
}

impl Samples {
    fn add(&mut self, value: i64) {
        match self {
            Self::Short(samples) if samples.len() < EXACT => {
                if let Ok(value) = i32::try_from(value) {
                    samples.push(value);
                } else {
                    let mut all: Vec<i64> = samples.iter().copied().map(i64::from).collect();
                    all.push(value);
                    *self = Self::Long(all);
                }
            }
            Self::Long(samples) if samples.len() < EXACT => samples.push(value),
            Self::Short(samples) => {
                let buckets = bucketed(samples.iter().copied().map(i64::from), value);
                *self = Self::InBuckets(Box::new(buckets));
            }
            Self::Long(samples) => {
                let buckets = bucketed(samples.iter().copied(), value);
                *self = Self::InBuckets(Box::new(buckets));
            }
            Self::InBuckets(buckets) => buckets.add(value),
        }
    }
}

/// The sample of this rank, counted from 1.
fn ranked<T: Copy + Ord>(mut samples: Vec<T>, rank: u64) -> Option<T> {
    samples.sort_unstable();
    samples.get(usize::try_from(rank).ok()?.saturating_sub(1)).copied()
}

/// Buckets of some samples and one more.
fn bucketed(samples: impl Iterator<Item = i64>, last: i64) -> Buckets {
    let mut buckets = Buckets::default();
    samples.chain([last]).for_each(|value| buckets.add(value));
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_samples_are_exact() {
        let mut q = Quantiles::default();
        for v in [5, -3, 9, 1] {
            q.add(v);
        }
        assert_eq!(
            (q.min(), q.percentile(50), q.percentile(95), q.max()),
            (Some(-3), Some(1), Some(9), Some(9))
        );
        assert_eq!(Quantiles::default().percentile(50), None);
    }

    #[test]
    fn many_samples_are_within_two_percent() {
        let mut q = Quantiles::default();
        for v in (1..=100_000_i64).rev() {
            q.add(v);
            q.add(-v);
        }
        assert_eq!(q.count(), 200_000);
        let p95 = q.percentile(95).unwrap();
        assert!((88_000..=92_000).contains(&p95), "{p95}");
        let p25 = q.percentile(25).unwrap();
        assert!((-51_500..=-48_500).contains(&p25), "{p25}");
        assert!(q.held_bytes() < 24_000, "{}", q.held_bytes());
    }

    #[test]
    fn a_long_sample_makes_all_long() {
        let mut q = Quantiles::default();
        let long = i64::from(i32::MAX) + 1;
        let mut grown = 0;
        for v in [7, i64::from(i32::MIN), i64::from(i32::MAX), long, -long - 1] {
            grown += q.add(v);
        }
        assert!(grown >= q.held_bytes(), "{grown}");
        let ranks = [1, 40, 60, 80, 100].map(|percent| q.percentile(percent));
        let sorted = [-long - 1, i64::from(i32::MIN), 7, i64::from(i32::MAX), long];
        assert_eq!(ranks, sorted.map(Some));
        (0..60).for_each(|_| _ = q.add(7));
        assert_eq!((q.count(), q.percentile(50)), (65, Some(7)));
    }
}

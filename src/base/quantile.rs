//! Quantiles of many samples in little memory.
//!
//! Up to [`EXACT`] samples are kept as they are; beyond that they go into logarithmic buckets 2 % wide, kept as a
//! sparse sorted list, so that memory grows with the spread of the values and not with their number. Minimum,
//! maximum and count stay exact.

const EXACT: usize = 64;
const RATIO: f64 = 1.02;

/// A set of signed samples.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quantiles {
    count: u64,
    min: i64,
    max: i64,
    exact: Vec<i64>,
    /// (bucket, samples), sorted by bucket; empty while `exact` is in use.
    buckets: Vec<(i16, u32)>,
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
        if self.buckets.is_empty() && self.exact.len() < EXACT {
            self.exact.push(value);
        } else {
            for old in std::mem::take(&mut self.exact) {
                self.bucket_add(old);
            }
            self.bucket_add(value);
        }
        self.held_bytes().saturating_sub(before)
    }

    fn bucket_add(&mut self, value: i64) {
        let bucket = bucket_of(value);
        match self.buckets.binary_search_by_key(&bucket, |(b, _)| *b) {
            Ok(i) => {
                if let Some((_, n)) = self.buckets.get_mut(i) {
                    *n = n.saturating_add(1);
                }
            }
            Err(i) => self.buckets.insert(i, (bucket, 1)),
        }
    }

    /// Memory held beside the structure itself.
    pub(crate) const fn held_bytes(&self) -> usize {
        self.exact.capacity() * size_of::<i64>() + self.buckets.capacity() * size_of::<(i16, u32)>()
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
        if !self.exact.is_empty() {
            let mut sorted = self.exact.clone();
            sorted.sort_unstable();
            return sorted.get(usize::try_from(rank).ok()?.saturating_sub(1)).copied();
        }
        let mut seen = 0;
        let (bucket, _) = self.buckets.iter().find(|(_, n)| {
            seen += u64::from(*n);
            seen >= rank
        })?;
        Some(middle_of(*bucket).clamp(self.min, self.max))
    }
}

/// 0 for 0, else the logarithm of the magnitude, with its sign.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "ln(2^63)/ln(1.02) is 2206")]
fn bucket_of(value: i64) -> i16 {
    if value == 0 {
        return 0;
    }
    let magnitude = ((value.unsigned_abs() as f64).ln() / RATIO.ln() + 0.5) as i16 + 1;
    if value < 0 { -magnitude } else { magnitude }
}

#[expect(clippy::cast_possible_truncation, reason = "a float's cast saturates")]
fn middle_of(bucket: i16) -> i64 {
    match bucket {
        0 => 0,
        b => (RATIO.powi(i32::from(b.abs()) - 1).round() as i64) * i64::from(b.signum()),
    }
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
        assert!(q.buckets.len() < 1400);
    }
}

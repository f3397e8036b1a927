//! Counts of samples in logarithmic buckets 2 % wide.
//!
//! Takes signed samples; gives the bucket in which the sample of some rank lies. Few buckets are a sorted list; where a
//! list would be long to search, each is found by its number, in pages of neighbours that are there only if one of them
//! has a sample.

const RATIO: f64 = 1.02;
/// A list is no longer than this.
const LISTED: usize = 128;
/// Buckets of a page.
const PAGE: usize = 32;
/// The bucket of 2^63: 1 + ln(2^63) / ln(1.02).
const LARGEST: i16 = 2206;
/// Pages of all buckets there can be.
const PAGES: usize = (2 * LARGEST as usize + 1).div_ceil(PAGE);

/// Counts by bucket.
#[derive(Clone, Debug, Default)]
pub(super) struct Buckets {
    /// The last sample and its bucket: the next is often the same.
    last: (i64, i16),
    counts: Counts,
}

#[derive(Clone, Debug)]
enum Counts {
    /// (bucket, samples), sorted by bucket.
    List(Vec<(i16, u32)>),
    Pages(Box<Pages>),
}

/// Counts by page.
#[derive(Clone, Debug)]
struct Pages {
    /// For each page one more than where its counts are; 0 if it has none.
    places: [u8; PAGES],
    counts: Vec<[u32; PAGE]>,
}

impl Default for Counts {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Buckets {
    /// Adds a sample.
    pub(super) fn add(&mut self, value: i64) {
        if self.last.0 != value {
            self.last = (value, bucket_of(value));
        }
        let (_, bucket) = self.last;
        match &mut self.counts {
            Counts::Pages(pages) => pages.add(bucket, 1),
            Counts::List(list) => match list.binary_search_by_key(&bucket, |(b, _)| *b) {
                Ok(i) => {
                    if let Some((_, count)) = list.get_mut(i) {
                        *count = count.saturating_add(1);
                    }
                }
                Err(i) if list.len() < LISTED => list.insert(i, (bucket, 1)),
                Err(_) => {
                    let mut pages = Pages { places: [0; PAGES], counts: Vec::new() };
                    for (bucket, count) in list.iter().chain([&(bucket, 1)]) {
                        pages.add(*bucket, *count);
                    }
                    self.counts = Counts::Pages(Box::new(pages));
                }
            },
        }
    }

    /// Memory held beside the structure itself.
    pub(super) const fn held_bytes(&self) -> usize {
        match &self.counts {
            Counts::List(list) => list.capacity() * size_of::<(i16, u32)>(),
            Counts::Pages(pages) => size_of::<Pages>() + pages.counts.capacity() * size_of::<[u32; PAGE]>(),
        }
    }

    /// The middle of the bucket with the sample of this rank, counted from 1.
    pub(super) fn ranked(&self, rank: u64) -> Option<i64> {
        let mut seen = 0;
        let mut reaches = |count: u32| {
            seen += u64::from(count);
            seen >= rank
        };
        let bucket = match &self.counts {
            Counts::List(list) => list.iter().find(|(_, count)| reaches(*count))?.0,
            Counts::Pages(pages) => pages.in_order().find(|(_, count)| reaches(*count))?.0,
        };
        Some(middle_of(bucket))
    }
}

impl Pages {
    fn add(&mut self, bucket: i16, count: u32) {
        let number = usize::try_from(bucket + LARGEST).unwrap_or(0);
        let Some(place) = self.places.get_mut(number / PAGE) else { return };
        if *place == 0 {
            self.counts.push([0; PAGE]);
            // There are fewer pages than such a number can tell.
            *place = u8::try_from(self.counts.len()).unwrap_or(u8::MAX);
        }
        let page = self.counts.get_mut(usize::from(*place) - 1);
        if let Some(sum) = page.and_then(|page| page.get_mut(number % PAGE)) {
            *sum = sum.saturating_add(count);
        }
    }

    /// Buckets and their counts, in order of the buckets.
    fn in_order(&self) -> impl Iterator<Item = (i16, u32)> {
        let pages = self.places.iter().map(|place| self.counts.get(usize::from(*place).wrapping_sub(1)));
        let counts = pages.flat_map(|page| *page.unwrap_or(&[0; PAGE]));
        (-LARGEST..).zip(counts)
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
    fn the_largest_values_have_buckets() {
        assert_eq!((bucket_of(i64::MIN), bucket_of(i64::MAX), bucket_of(0)), (-LARGEST, LARGEST, 0));
        let mut buckets = Buckets::default();
        // Far more buckets than a list has.
        for shift in 0..63 {
            for value in
                [1_i64 << shift, 3 << (shift / 2), -5 << (shift / 3), i64::MAX >> shift, i64::MIN >> shift]
            {
                buckets.add(value);
            }
        }
        assert!(matches!(buckets.counts, Counts::Pages(_)));
        assert_eq!(buckets.ranked(1), Some(middle_of(-LARGEST)));
        assert_eq!(buckets.ranked(5 * 63), Some(middle_of(LARGEST)));
        assert_eq!(buckets.ranked(5 * 63 + 1), None);
    }

    #[test]
    fn lists_and_pages_agree() {
        let mut buckets = Buckets::default();
        let mut all = Vec::new();
        for i in 0..3000_i64 {
            let value = (i * 7919 % 3001 - 1500) * if i < 100 { 1 } else { i };
            buckets.add(value);
            all.push(value);
            if matches!(i, 50 | 99 | 150 | 500 | 2999) {
                let mut sorted = all.clone();
                sorted.sort_unstable();
                for (rank, value) in (1..).zip(&sorted) {
                    assert_eq!(buckets.ranked(rank), Some(middle_of(bucket_of(*value))), "{rank} of {i}");
                }
            }
        }
        assert!(matches!(buckets.counts, Counts::Pages(_)));
    }
}

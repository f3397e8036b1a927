//! Numbers: the few conversions and running figures the metrics share.
//!
//! Takes integers and samples, gives finite floats: [`ratio`] never divides by zero, [`Spread`] and [`Line`]
//! keep centred running sums (no samples, no catastrophic cancellation). Knows nothing of RTMP.

/// A count as a float.
#[expect(clippy::cast_precision_loss, reason = "exact to 2^53; a figure of that size needs no last digit")]
pub(crate) const fn from_u64(n: u64) -> f64 {
    n as f64
}

/// A signed number as a float.
#[expect(clippy::cast_precision_loss, reason = "exact to 2^53; a figure of that size needs no last digit")]
pub(crate) const fn from_i64(n: i64) -> f64 {
    n as f64
}

/// `over / under`, when `under` is above zero and the quotient is finite.
pub(crate) fn ratio(over: f64, under: f64) -> Option<f64> {
    if under > 0.0 { Some(over / under).filter(|q| q.is_finite()) } else { None }
}

/// The difference of two 32-bit millisecond clocks, however often each has wrapped: in −2^31 to 2^31 − 1.
pub(crate) const fn wrapped(difference: i64) -> i64 {
    const TURN: i64 = 1 << 32;
    let rest = difference.rem_euclid(TURN);
    if rest >= TURN / 2 { rest - TURN } else { rest }
}

/// Count, least, greatest and mean of whole numbers.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) count: u64,
    pub(crate) min: i64,
    pub(crate) max: i64,
    sum: i64,
}

impl Extent {
    /// Takes one value.
    pub(crate) fn add(&mut self, value: i64) {
        (self.min, self.max) = match self.count {
            0 => (value, value),
            _ => (self.min.min(value), self.max.max(value)),
        };
        self.count += 1;
        self.sum = self.sum.saturating_add(value);
    }

    /// The extent with its values times `unit`, once there is a value.
    pub(crate) fn range(&self, unit: f64) -> Option<Range> {
        let mean = ratio(from_i64(self.sum), from_u64(self.count))? * unit;
        Some(Range {
            count: self.count,
            min: from_i64(self.min) * unit,
            max: from_i64(self.max) * unit,
            mean,
        })
    }
}

/// An [`Extent`] in the unit of a report.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) count: u64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) mean: f64,
}

/// Mean and standard deviation by Welford's recurrence.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub(crate) struct Spread {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Spread {
    /// Takes one value.
    pub(crate) fn add(&mut self, value: f64) {
        self.count += 1;
        let off = value - self.mean;
        self.mean += off / from_u64(self.count);
        self.squares += off * (value - self.mean);
    }

    /// Standard deviation of the population, from 2 values.
    pub(crate) fn deviation(&self) -> Option<f64> {
        if self.count < 2 { None } else { ratio(self.squares.max(0.0), from_u64(self.count)).map(f64::sqrt) }
    }
}

/// A straight line through points by least squares, with sums around the running means.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    count: u64,
    mean_x: f64,
    mean_y: f64,
    xx: f64,
    xy: f64,
}

impl Line {
    /// Takes one point.
    pub(crate) fn add(&mut self, x: f64, y: f64) {
        self.count += 1;
        let n = from_u64(self.count);
        let off = x - self.mean_x;
        self.mean_x += off / n;
        self.mean_y += (y - self.mean_y) / n;
        self.xx += off * (x - self.mean_x);
        self.xy += off * (y - self.mean_y);
    }

    /// Change of y for a step of 1 in x; `None` while all x are the same.
    pub(crate) fn slope(&self) -> Option<f64> {
        ratio(self.xy, self.xx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_finite_or_absent() {
        assert_eq!(ratio(1.0, 4.0), Some(0.25));
        assert_eq!(ratio(1.0, 0.0), None);
        assert_eq!(ratio(1.0, -1.0), None);
        assert_eq!(ratio(f64::MAX, 0.5), None);
    }

    #[test]
    fn clocks_a_turn_apart_are_close() {
        assert_eq!(wrapped(5), 5);
        assert_eq!(wrapped(-5), -5);
        assert_eq!(wrapped((1 << 32) + 7), 7);
        assert_eq!(wrapped(16 - 0xFFFF_FFF0), 32);
        assert_eq!(wrapped(1 << 31), -(1 << 31));
    }

    #[test]
    fn extent_of_a_few() {
        let mut extent = Extent::default();
        assert_eq!(extent.range(1.0), None);
        for v in [-3, 5, 4] {
            extent.add(v);
        }
        assert_eq!(extent.range(2.0), Some(Range { count: 3, min: -6.0, max: 10.0, mean: 4.0 }));
    }

    #[test]
    fn spread_far_from_zero() {
        let mut spread = Spread::default();
        for v in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0] {
            spread.add(1e9 + v);
        }
        assert!((spread.deviation().unwrap() - 2.0).abs() < 1e-6);
        assert_eq!(Spread::default().deviation(), None);
    }

    #[test]
    fn slope_far_from_zero() {
        let mut line = Line::default();
        line.add(1e6, 0.0);
        assert_eq!(line.slope(), None);
        for n in 1..1000_i32 {
            line.add(1e6 + f64::from(n), 1e9 - 0.25 * f64::from(n) - 1e9);
        }
        assert!((line.slope().unwrap() + 0.25).abs() < 1e-9);
    }
}

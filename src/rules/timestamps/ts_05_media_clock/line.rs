//! A line through points, by least squares.

use crate::base::time::CaptureTime;

/// Media time over arrival.
#[derive(Default)]
pub(super) struct Line {
    first: Option<(CaptureTime, i64)>,
    last: CaptureTime,
    count: u64,
    /// Means so far, and the sums of squares and products of the distances to them.
    mean_x: f64,
    mean_y: f64,
    xx: f64,
    xy: f64,
}

impl Line {
    /// Adds a frame, at a time, of a media time in milliseconds.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a stream")]
    pub(super) fn add(&mut self, at: CaptureTime, dts_ms: i64) {
        let (start, base) = *self.first.get_or_insert((at, dts_ms));
        let (x, y) = (super::ms_since(at, start), dts_ms.saturating_sub(base) as f64);
        self.last = at;
        self.count += 1;
        let n = self.count as f64;
        let dx = x - self.mean_x;
        self.mean_x += dx / n;
        self.mean_y += (y - self.mean_y) / n;
        self.xx += dx * (x - self.mean_x);
        self.xy += dx * (y - self.mean_y);
    }

    /// Milliseconds of media in a millisecond.
    pub(super) fn slope(&self) -> Option<f64> {
        (self.xx > 0.0).then(|| self.xy / self.xx)
    }

    /// How long it is on the wire.
    pub(super) fn wall_s(&self) -> f64 {
        self.first.map_or(0.0, |(start, _)| super::s_since(self.last, start))
    }

    pub(super) const fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_exact_for_points_on_a_line() {
        for (step_ms, slope) in [(40, 1.0), (44, 1.1), (20, 0.5)] {
            let mut line = Line::default();
            for n in 0..1_000_i64 {
                line.add(
                    CaptureTime(1_767_225_600_000_000_000 + n * 40_000_000),
                    4_294_960_000 + n * step_ms,
                );
            }
            assert!((line.slope().unwrap() - slope).abs() < 1e-9, "{:?}", line.slope());
            assert!((line.wall_s() - 39.96).abs() < 1e-9);
        }
        assert_eq!(Line::default().slope(), None);
    }
}

//! The rate of frames by their decoding times.

/// A longer step is a break, not a frame that lasts.
const LONGEST_MS: i64 = 5_000;

/// Frames so far.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Rate {
    last_ms: Option<i64>,
    steps: u32,
    sum_ms: u64,
    squares: u64,
}

impl Rate {
    /// Another frame. Several messages of the same time are one; breaks and times that go back are left out.
    pub(super) fn frame(&mut self, dts_ms: i64) {
        let step = self.last_ms.replace(dts_ms).map_or(0, |last| dts_ms.saturating_sub(last));
        if let Some(step) = u64::try_from(step).ok().filter(|_| (1..=LONGEST_MS).contains(&step)) {
            self.steps = self.steps.saturating_add(1);
            self.sum_ms = self.sum_ms.saturating_add(step);
            self.squares = self.squares.saturating_add(step * step);
        }
    }

    /// Steps from frame to frame.
    pub(super) fn steps(&self) -> f64 {
        f64::from(self.steps)
    }

    /// What they last together.
    #[expect(clippy::cast_precision_loss, reason = "a sum of milliseconds")]
    pub(super) fn seconds(&self) -> f64 {
        self.sum_ms as f64 / 1e3
    }

    /// Frames per second.
    pub(super) fn per_second(&self) -> f64 {
        self.steps() / self.seconds()
    }

    /// Standard deviation of the steps, of their mean.
    #[expect(clippy::cast_precision_loss, reason = "a sum of squares of milliseconds")]
    pub(super) fn deviation(&self) -> f64 {
        let mean = self.seconds() * 1e3 / self.steps();
        let variance = self.squares as f64 / self.steps() - mean * mean;
        variance.max(0.0).sqrt() / mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_and_slices_do_not_count() {
        let mut rate = Rate::default();
        for second in 0..4 {
            for frame in 0..25 {
                rate.frame(second * 10_000 + frame * 40);
                rate.frame(second * 10_000 + frame * 40);
            }
        }
        rate.frame(0);
        assert!((rate.per_second() - 25.0).abs() < 1e-9, "{rate:?}");
        assert!((rate.steps() - 96.0).abs() < 1e-9 && rate.deviation() < 1e-6, "{rate:?}");
    }

    #[test]
    fn rounded_times_hardly_deviate_and_uneven_ones_do() {
        let [mut even, mut uneven] = [Rate::default(); 2];
        for frame in 0..300 {
            even.frame(frame * 1000 / 30);
            uneven.frame(frame * 40 + if frame % 2 == 0 { 0 } else { 20 });
        }
        assert!(even.deviation() < 0.05, "{even:?}");
        assert!(uneven.deviation() > 0.35, "{uneven:?}");
    }
}

//! A progress bar on standard error, for long work in front of a person.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter work is done before a bar would help.
const MIN_BYTES: u64 = 100_000_000;

/// Shows how far the reading is.
pub(super) struct Progress {
    wanted: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// One that shows nothing unless `wanted`.
    pub(super) const fn new(wanted: bool) -> Self {
        Self { wanted, bar: None }
    }

    /// The reading is at `position` bytes of `total`, when that is known.
    pub(super) fn update(&mut self, position: u64, total: Option<u64>) {
        if !self.wanted {
            return;
        }
        if self.bar.is_none()
            && let Some(total) = total.filter(|total| *total >= MIN_BYTES)
        {
            let style = ProgressStyle::with_template("{bar:30} {percent:>3}% {bytes_per_sec} {eta} left");
            let target = ProgressDrawTarget::stderr_with_hz(5);
            let bar = ProgressBar::with_draw_target(Some(total), target);
            self.bar = Some(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(position);
        }
    }

    /// Takes the bar away, before anything else is printed.
    pub(super) fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

//! Groups of pictures: from one key frame to the next.
//!
//! Takes the coded video frames of a track in message order; gives the length of each closed group in
//! milliseconds of DTS and in frames. The group after the last key frame is open and not counted, nor is one
//! over a break of the timeline or one that ends no later than it began.

use super::num::{Extent, Range};

/// The closed groups of a track.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct GopSummary {
    /// Seconds of DTS from key frame to key frame.
    pub(crate) seconds: Range,
    /// Frames from a key frame to before the next.
    pub(crate) frames: Range,
}

/// Measures the groups.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Gops {
    /// DTS of the last key frame, and frames since, itself included.
    open: Option<(i64, i64)>,
    ms: Extent,
    frames: Extent,
}

impl Gops {
    /// Takes a coded frame.
    pub(crate) fn frame(&mut self, key: bool, dts_ms: i64) {
        if !key {
            if let Some((_, frames)) = &mut self.open {
                *frames += 1;
            }
            return;
        }
        if let Some((begin, frames)) = self.open.replace((dts_ms, 1))
            && dts_ms > begin
        {
            self.ms.add(dts_ms.saturating_sub(begin));
            self.frames.add(frames);
        }
    }

    /// The timeline broke before the next frame.
    pub(crate) const fn cut(&mut self) {
        self.open = None;
    }

    /// The closed groups; `None` before the first is closed.
    pub(crate) fn summary(&self) -> Option<GopSummary> {
        let seconds = self.ms.range(1e-3)?;
        Some(GopSummary { seconds, frames: self.frames.range(1.0)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_closed_groups_count() {
        let mut gops = Gops::default();
        gops.frame(false, 0); // before the first key frame
        for n in 0..130_i64 {
            gops.frame(n == 0 || n == 50 || n == 75, 40 * n);
        }
        let summary = gops.summary().unwrap();
        assert_eq!(summary.frames, Range { count: 2, min: 25.0, max: 50.0, mean: 37.5 });
        assert_eq!(summary.seconds.count, 2);
        assert!((summary.seconds.min - 1.0).abs() < 1e-9 && (summary.seconds.max - 2.0).abs() < 1e-9);
        assert!((summary.seconds.mean - 1.5).abs() < 1e-9);
    }

    #[test]
    fn none_over_a_break_or_backwards() {
        let mut gops = Gops::default();
        gops.frame(true, 0);
        gops.cut();
        gops.frame(true, 60_000);
        gops.frame(true, 59_000);
        assert_eq!(gops.summary(), None);
    }
}

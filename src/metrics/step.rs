//! What a step of a track's decoding time means.
//!
//! Takes the difference of two neighbouring DTS, tells whether the timeline goes on or a new segment begins.
//! The figures of a track, its drift and its pacing all sum over segments, so that a jump, a loop or a seek
//! adds nothing.

/// A step ahead of more than this begins a new segment.
pub(crate) const JUMP_MS: i64 = 10_000;

/// A step back of more than this begins a new segment; a smaller one is out of order and counts as it is.
pub(crate) const RESTART_MS: i64 = 1_000;

/// Whether a new segment begins.
pub(crate) fn breaks(step_ms: i64) -> bool {
    !(-RESTART_MS..=JUMP_MS).contains(&step_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_steps_go_on() {
        assert!([-1000, -40, 0, 40, 10_000].into_iter().all(|s| !breaks(s)));
        assert!([-1001, 10_001, i64::MIN, i64::MAX].into_iter().all(breaks));
    }
}

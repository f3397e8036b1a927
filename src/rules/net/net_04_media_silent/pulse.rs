//! The pulse of one kind of media.

use crate::base::time::CaptureTime;
use crate::session::event::MediaRole;

/// Steps from which on a kind counts as going on.
const LEAST_STEPS: i64 = 4;
/// A kind may be silent for as many of its usual steps.
const STEPS: i64 = 10;
/// Where the kind that goes on paused for longer, both were silent.
const STALL_NS: i64 = 1_000_000_000;

/// When frames of one kind came.
#[derive(Default)]
pub(super) struct Pulse {
    last: Option<CaptureTime>,
    /// Steps from one to the next, and their sum, without pauses that were told.
    steps: i64,
    sum_ns: i64,
    /// Since when the other kind goes on alone.
    alone: Option<CaptureTime>,
    /// Nothing is expected of it.
    muted: bool,
    /// It was told for this pause.
    told: bool,
}

impl Pulse {
    /// A frame came; whether that was after a pause.
    pub(super) fn beat(&mut self, now: CaptureTime) -> bool {
        let stalled = self.last.is_none_or(|last| now.since(last) > STALL_NS);
        if let Some(last) = self.last.replace(now).filter(|_| !self.told) {
            self.steps += 1;
            self.sum_ns = self.sum_ns.saturating_add(now.since(last));
        }
        (self.alone, self.told, self.muted) = (None, false, false);
        stalled
    }

    /// A message without a frame came.
    pub(super) const fn says(&mut self, role: MediaRole) {
        if matches!(role, MediaRole::Silence | MediaRole::SequenceEnd) {
            self.muted = true;
        }
    }

    /// Its receiver asked for it, or asked for no more of it.
    pub(super) const fn expect(&mut self, on: bool) {
        self.muted = !on;
        self.alone = None;
    }

    /// What came so far says nothing of a pause.
    pub(super) const fn restart(&mut self) {
        self.alone = None;
    }

    /// The other kind goes on; for how long it has done so alone, and the longest it may.
    pub(super) fn alone(&mut self, now: CaptureTime, stalled: bool, most: i64) -> Option<(i64, i64)> {
        if self.muted || self.told || self.steps < LEAST_STEPS {
            return None;
        }
        if stalled {
            self.alone = None;
        }
        let since = *self.alone.get_or_insert(now);
        let usual = self.sum_ns / self.steps.max(1);
        let most = most.max(usual.saturating_mul(STEPS));
        let ns = now.since(since);
        self.told = ns > most;
        self.told.then_some((ns, most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = 1_000_000_000;

    fn after(step: i64) -> Pulse {
        let mut pulse = Pulse::default();
        for n in 0..6 {
            pulse.beat(CaptureTime(n * step));
        }
        pulse
    }

    fn alone(pulse: &mut Pulse, from: i64, to: i64) -> Option<i64> {
        let step = S / 10;
        (0..=(to - from) / step).find_map(|n| {
            let now = from + n * step;
            pulse.alone(CaptureTime(now), n == 0, 2 * S).map(|_| now)
        })
    }

    #[test]
    fn a_kind_that_stops_is_told_once() {
        let mut pulse = after(S / 25);
        assert_eq!(alone(&mut pulse, S, 10 * S), Some(3 * S + S / 10));
        assert_eq!(alone(&mut pulse, 11 * S, 20 * S), None);
        pulse.beat(CaptureTime(20 * S));
        assert_eq!(alone(&mut pulse, 21 * S, 30 * S), Some(23 * S + S / 10));
    }

    #[test]
    fn rare_frames_and_silence_are_no_pause() {
        assert_eq!(alone(&mut after(S), 6 * S, 15 * S), None);
        let mut silent = after(S / 25);
        silent.says(MediaRole::Silence);
        assert_eq!(alone(&mut silent, S, 10 * S), None);
    }
}

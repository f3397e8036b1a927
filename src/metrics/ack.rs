//! Acknowledgements: what the receiver of one direction's bytes said to have got.
//!
//! All figures stand under the direction of the *bytes*: the Window Acknowledgement Size that their sender
//! announced there, and the Acknowledgements that came back the other way. Takes stream offsets, windows and
//! values; gives [`AckSummary`]. Whether a receiver should have acknowledged is a rule's business.
//!
//! The *base* says what the values count. With `sent` the stream bytes at the arrival of an acknowledgement
//! and `lag = sent − value` modulo 2^32, signed:
//! - `incremental`, bytes since the last one: from the second on, Σ |bytes since the last − value| is less
//!   than Σ |lag|, and at most one window each;
//! - `with_hs`, all bytes, and `without_hs`, all but the 3073 of the handshake (and a proxy's prefix): nothing can be
//!   acknowledged before it is sent, so the least lag decides: under 3073 it is `with_hs`, from there on `without_hs`
//!   (a receiver of the first kind that always lags by over 3073 bytes looks like the second);
//! - `unknown` when the least lag is more than one window off both, or the handshake was not captured.
//!
//! `largest_unacknowledged_bytes` = max(sent − last value) in the base found; all that was sent before the
//! first value. With an unknown base it is the most that was sent from one acknowledgement to the next: a
//! lower bound.

use super::num::wrapped;
use crate::base::quantile::Quantiles;

/// Bytes of C2, and of S2.
const ECHO_BYTES: u64 = 1536;
/// Tolerance while no window was announced: what servers commonly announce.
const COMMON_WINDOW: u32 = 2_500_000;
/// What the values count.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum AckBase {
    WithHandshake,
    WithoutHandshake,
    Incremental,
    Unknown,
}

impl AckBase {
    /// The name used in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::WithHandshake => "with_hs",
            Self::WithoutHandshake => "without_hs",
            Self::Incremental => "incremental",
            Self::Unknown => "unknown",
        }
    }
}

/// Acknowledgement of one direction's bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct AckSummary {
    /// The last window the sender announced.
    pub(crate) window_bytes: Option<u32>,
    /// Acknowledgements of the peer.
    pub(crate) acks: u64,
    /// `None` without acknowledgements.
    pub(crate) base: Option<AckBase>,
    /// Median of the bytes sent from one acknowledgement to the next.
    pub(crate) interval_p50_bytes: Option<i64>,
    /// The most of these.
    pub(crate) interval_max_bytes: Option<i64>,
    pub(crate) largest_unacknowledged_bytes: u64,
}

/// Follows one direction's bytes.
#[derive(Debug, Default)]
pub(crate) struct Acks {
    sent: u64,
    /// Bytes in front of the first chunk, if they were seen.
    handshake: Option<u64>,
    window: Option<u32>,
    seen: Option<Box<Seen>>,
}

/// Kept from the first acknowledgement on.
#[derive(Debug)]
struct Seen {
    count: u64,
    /// Sent at the last one.
    sent: u64,
    /// Acknowledged by the last one, were the base `with_hs`.
    total: u64,
    /// Sum of all values.
    sum: u64,
    least_lag: i64,
    total_error: u64,
    step_error: u64,
    /// Largest unacknowledged if values are totals, increments, or unknown.
    peak_total: u64,
    peak_sum: u64,
    peak_gap: u64,
    intervals: Quantiles,
}

impl Acks {
    /// The hello of this direction was seen, up to stream offset `end`, so its bytes count from 0.
    pub(crate) const fn hello(&mut self, end: u64) {
        self.handshake = Some(end.saturating_add(ECHO_BYTES));
    }

    /// The sender has sent up to stream offset `end`.
    pub(crate) fn sent(&mut self, end: u64) {
        self.sent = self.sent.max(end);
    }

    /// The sender announced a window.
    pub(crate) const fn window(&mut self, size: u32) {
        self.window = Some(size);
    }

    /// The peer acknowledged `value` when `sent` bytes had been sent; gives by how much the memory held has grown.
    pub(crate) fn ack(&mut self, value: u32, sent: u64) -> usize {
        self.sent(sent);
        let now = self.sent;
        let lag = wrapped(signed(now).wrapping_sub(i64::from(value)));
        let seen = self.seen.get_or_insert_with(|| Box::new(Seen::new()));
        seen.peak(now);
        let mut grown = 0;
        if seen.count > 0 {
            let since = signed(now - seen.sent);
            seen.total_error = seen.total_error.saturating_add(lag.unsigned_abs());
            seen.step_error =
                seen.step_error.saturating_add(since.saturating_sub(i64::from(value)).unsigned_abs());
            grown = seen.intervals.add(since);
        }
        seen.count += 1;
        seen.sent = now;
        seen.total = now.saturating_add_signed(lag.saturating_neg());
        seen.sum = seen.sum.saturating_add(u64::from(value));
        seen.least_lag = seen.least_lag.min(lag);
        grown
    }

    /// The figures; `None` when neither a window nor an acknowledgement nor a byte was seen.
    pub(crate) fn summary(&self) -> Option<AckSummary> {
        if self.sent == 0 && self.window.is_none() && self.seen.is_none() {
            return None;
        }
        let base = self.seen.as_ref().map(|seen| self.base(seen));
        let seen = self.seen.as_ref();
        Some(AckSummary {
            window_bytes: self.window,
            acks: seen.map_or(0, |s| s.count),
            base,
            interval_p50_bytes: seen.and_then(|s| s.intervals.percentile(50)),
            interval_max_bytes: seen.and_then(|s| s.intervals.max()),
            largest_unacknowledged_bytes: seen.map_or(self.sent, |s| self.largest(s, base)),
        })
    }

    fn base(&self, seen: &Seen) -> AckBase {
        let window = i64::from(self.window.unwrap_or(COMMON_WINDOW));
        let steps = seen.count - 1;
        if steps > 0 && seen.step_error < seen.total_error {
            let fits = seen.step_error / steps <= window.unsigned_abs();
            return if fits { AckBase::Incremental } else { AckBase::Unknown };
        }
        let Some(handshake) = self.handshake.map(signed) else { return AckBase::Unknown };
        match seen.least_lag {
            lag if lag < -window || lag > handshake.saturating_add(window) => AckBase::Unknown,
            lag if lag < handshake => AckBase::WithHandshake,
            _ => AckBase::WithoutHandshake,
        }
    }

    fn largest(&self, seen: &Seen, base: Option<AckBase>) -> u64 {
        let gap = self.sent - seen.sent;
        let total = seen.peak_total.max(self.sent.saturating_sub(seen.total));
        let sum = seen.peak_sum.max(self.sent.saturating_sub(seen.sum));
        let uncounted = self.handshake.unwrap_or(0);
        match base {
            Some(AckBase::WithHandshake) => total,
            Some(AckBase::WithoutHandshake) => total.saturating_sub(uncounted),
            Some(AckBase::Incremental) => sum.saturating_sub(uncounted),
            Some(AckBase::Unknown) | None => seen.peak_gap.max(gap),
        }
    }
}

impl Seen {
    fn new() -> Self {
        Self {
            count: 0,
            sent: 0,
            total: 0,
            sum: 0,
            least_lag: i64::MAX,
            total_error: 0,
            step_error: 0,
            peak_total: 0,
            peak_sum: 0,
            peak_gap: 0,
            intervals: Quantiles::default(),
        }
    }

    /// What was unacknowledged just before an acknowledgement that comes when `now` was sent.
    fn peak(&mut self, now: u64) {
        self.peak_total = self.peak_total.max(now.saturating_sub(self.total));
        self.peak_sum = self.peak_sum.max(now.saturating_sub(self.sum));
        self.peak_gap = self.peak_gap.max(now.saturating_sub(self.sent));
    }
}

/// A stream offset as a signed number.
fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends 1000 bytes a step from offset 3073 on, and acknowledges every 10th step with what `value` gives.
    fn run(from: u64, handshake: bool, value: impl Fn(u64) -> u64) -> AckSummary {
        let mut acks = Acks { handshake: handshake.then_some(3073), window: Some(10_000), ..Acks::default() };
        for n in 1..=95_u64 {
            acks.sent(from + 1000 * n);
            if n % 10 == 0 {
                acks.ack(u32::try_from(value(from + 1000 * n) & 0xFFFF_FFFF).unwrap(), from + 1000 * n);
            }
        }
        acks.summary().unwrap()
    }

    #[test]
    fn totals_with_the_handshake() {
        let s = run(3073, true, |sent| sent - 500);
        assert_eq!((s.acks, s.base, s.window_bytes), (9, Some(AckBase::WithHandshake), Some(10_000)));
        assert_eq!((s.interval_p50_bytes, s.interval_max_bytes), (Some(10_000), Some(10_000)));
        // All 13073 bytes before the first; later 10000 + 500.
        assert_eq!(s.largest_unacknowledged_bytes, 13_073);
    }

    #[test]
    fn totals_without_the_handshake() {
        let s = run(3073, true, |sent| sent - 3073);
        assert_eq!((s.base, s.largest_unacknowledged_bytes), (Some(AckBase::WithoutHandshake), 10_000));
    }

    /// A proxy put 27 bytes in front of C0.
    #[test]
    fn totals_without_the_handshake_and_a_prefix() {
        let mut acks = Acks { window: Some(10_000), ..Acks::default() };
        acks.hello(27 + 1537);
        for sent in [13_100, 23_100, 33_100] {
            acks.ack(sent - 3_100, u64::from(sent));
        }
        let s = acks.summary().unwrap();
        assert_eq!((s.base, s.largest_unacknowledged_bytes), (Some(AckBase::WithoutHandshake), 10_000));
    }

    #[test]
    fn totals_go_on_over_4_gib() {
        let s = run((1 << 32) - 50_000, true, |sent| sent - 100);
        assert_eq!(s.base, Some(AckBase::WithHandshake));
    }

    #[test]
    fn increments() {
        let s = run(3073, true, |_| 10_000);
        assert_eq!((s.base, s.largest_unacknowledged_bytes), (Some(AckBase::Incremental), 10_000));
        assert_eq!(run(0, false, |_| 10_000).base, Some(AckBase::Incremental));
    }

    #[test]
    fn in_the_middle_nothing_is_made_up() {
        let s = run(0, false, |sent| 900_000_000 + sent);
        assert_eq!((s.base, s.largest_unacknowledged_bytes), (Some(AckBase::Unknown), 10_000));
        let nonsense = run(3073, true, |sent| sent + 70_000_000);
        assert_eq!(nonsense.base, Some(AckBase::Unknown));
    }

    #[test]
    fn one_value_is_a_total() {
        let mut acks = Acks { handshake: Some(3073), ..Acks::default() };
        acks.ack(6000, 6000);
        assert_eq!(acks.summary().unwrap().base, Some(AckBase::WithHandshake));
    }

    #[test]
    fn without_acknowledgements() {
        let mut acks = Acks::default();
        assert_eq!(acks.summary(), None);
        acks.sent(500);
        acks.sent(400);
        let s = acks.summary().unwrap();
        assert_eq!((s.acks, s.base, s.window_bytes, s.largest_unacknowledged_bytes), (0, None, None, 500));
    }

    #[test]
    fn extremes_do_not_overflow() {
        let mut acks = Acks { handshake: Some(3073), ..Acks::default() };
        for (value, sent) in [(u32::MAX, 0), (0, u64::MAX), (u32::MAX, u64::MAX), (1, 5)] {
            acks.ack(value, sent);
        }
        assert_eq!(acks.summary().unwrap().acks, 4);
    }
}

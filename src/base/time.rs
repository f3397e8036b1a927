//! The clocks, each a type of its own, so that none is taken for another.
//!
//! [`CaptureTime`] is when the capture saw a packet (nanoseconds); [`MediaClock`] extends the wrapping 32-bit
//! millisecond timestamps of RTMP. There is no wall clock in this crate.

/// When the capture saw a packet: nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CaptureTime(pub(crate) i64);

impl CaptureTime {
    /// Nanoseconds since `earlier`; negative when the capture's time went backwards.
    pub(crate) const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Seconds since `earlier`.
    pub(crate) fn seconds_since(self, earlier: Self) -> f64 {
        ns_to_s(self.since(earlier))
    }
}

/// Nanoseconds as seconds.
#[expect(clippy::cast_precision_loss, reason = "2^53 ns are 104 days; beyond that a microsecond is lost")]
pub(crate) fn ns_to_s(ns: i64) -> f64 {
    ns as f64 / 1e9
}

/// Nanoseconds as milliseconds.
#[expect(clippy::cast_precision_loss, reason = "2^53 ns are 104 days; beyond that a microsecond is lost")]
pub(crate) fn ns_to_ms(ns: i64) -> f64 {
    ns as f64 / 1e6
}

/// Extends the wrapping 32-bit millisecond clock of one track to 64 bits.
///
/// Steps are taken as signed 32-bit differences (RFC 1982), so a step back stays a step back and a wrap goes on. Some
/// senders keep 31 bits: a step from just below 2^31 to just above 0 goes on too.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct MediaClock {
    last: Option<(u32, i64)>,
    /// The clock has wrapped at 2^31.
    is_short: bool,
}

/// Where a clock of 31 bits begins again, and how near to that it has to be before and after, in milliseconds.
const HALF: u32 = 1 << 31;
const NEAR_MS: u32 = 10_000;

/// The step from one timestamp to another of a clock of 31 bits, in milliseconds, if that goes through 2^31 to 0, or
/// back.
pub(crate) fn short_step(from: u32, to: u32) -> Option<i64> {
    let (before, behind) = (HALF - NEAR_MS..HALF, 0..NEAR_MS);
    let step = i64::from(to) - i64::from(from);
    if before.contains(&from) && behind.contains(&to) {
        Some(step + i64::from(HALF))
    } else if behind.contains(&from) && before.contains(&to) {
        Some(step - i64::from(HALF))
    } else {
        None
    }
}

impl MediaClock {
    /// The extended time of the timestamp `raw`, in milliseconds.
    pub(crate) fn extend(&mut self, raw: u32) -> i64 {
        let full = match self.last {
            None => i64::from(raw),
            Some((prev, at)) => at + self.step(prev, raw),
        };
        self.last = Some((raw, full));
        full
    }

    fn step(&mut self, prev: u32, raw: u32) -> i64 {
        match short_step(prev, raw) {
            // A step back is one only when the clock went on there before.
            Some(step) if step > 0 || self.is_short => {
                self.is_short = true;
                step
            }
            _ => i64::from(raw.wrapping_sub(prev).cast_signed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_clock_wraps_and_steps_back() {
        let mut clock = MediaClock::default();
        assert_eq!(clock.extend(0xFFFF_FFF0), 0xFFFF_FFF0);
        assert_eq!(clock.extend(0x10), 0x1_0000_0010);
        assert_eq!(clock.extend(0xFFFF_FFFF), 0xFFFF_FFFF);
    }

    /// 2^31 is passed by a clock of 32 bits; one of 31 bits begins again there, and goes on, back and forth.
    #[test]
    fn media_clock_goes_on_at_two_to_the_31() {
        let extend = |times: &[u32]| {
            let mut clock = MediaClock::default();
            times.iter().map(|time| clock.extend(*time)).collect::<Vec<i64>>()
        };
        let half = 1_i64 << 31;
        assert_eq!(extend(&[0x7FFF_FFF0, 0x8000_0010, 0x7FFF_FFFF]), [half - 16, half + 16, half - 1]);
        let times = [0x7FFF_FFF0, 16, 0x7FFF_FFFF, 40, 80];
        assert_eq!(extend(&times), [half - 16, half + 16, half - 1, half + 40, half + 80]);
        let twice = [0x7FFF_FFF0, 0, 0x4000_0000, 0x7FFF_FFFF, 40];
        assert_eq!(extend(&twice)[3..], [2 * half - 1, 2 * half + 40]);
        // A header at 0 in front of a track that begins just below 2^31 is no wrap.
        assert_eq!(extend(&[0, 0x7FFF_FFF0]), [0, half - 16]);
        // A new beginning is none either.
        assert_eq!(extend(&[0x7FFF_0000, 0]), [0x7FFF_0000, 0]);
    }
}

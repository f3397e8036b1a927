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
/// Steps are taken as signed 32-bit differences (RFC 1982), so a step back stays a step back and a wrap goes on.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct MediaClock {
    last: Option<(u32, i64)>,
}

impl MediaClock {
    /// The extended time of the timestamp `raw`, in milliseconds.
    pub(crate) fn extend(&mut self, raw: u32) -> i64 {
        let full = match self.last {
            None => i64::from(raw),
            Some((prev, at)) => at + i64::from(raw.wrapping_sub(prev).cast_signed()),
        };
        self.last = Some((raw, full));
        full
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
}

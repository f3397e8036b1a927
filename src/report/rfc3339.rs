//! Capture time as RFC 3339 text in UTC with nanoseconds: `2026-11-22T07:47:01.123456789Z`.

use jiff::Timestamp;

use super::safe_json::push_nanos;
use crate::base::time::CaptureTime;

const NS: i64 = 1_000_000_000;

/// One time as text.
pub(crate) fn rfc3339(time: CaptureTime) -> String {
    let mut out = Vec::with_capacity(30);
    Clock::default().write(time, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Writes many times, most of them in the same second as the one before.
#[derive(Debug, Default)]
pub(super) struct Clock {
    second: Option<i64>,
    /// Date and time of that second, and a point.
    text: [u8; 20],
}

impl Clock {
    /// Appends the time.
    pub(super) fn write(&mut self, time: CaptureTime, out: &mut Vec<u8>) {
        let (second, ns) = (time.0.div_euclid(NS), time.0.rem_euclid(NS));
        if self.second != Some(second) {
            let text = Timestamp::from_second(second).map(|t| t.to_string()).unwrap_or_default();
            self.text = text.replace('Z', ".").into_bytes().try_into().unwrap_or_default();
            self.second = Some(second);
        }
        out.extend_from_slice(&self.text);
        push_nanos(ns.unsigned_abs(), out);
        out.push(b'Z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_nine_decimals_before_and_after_1970() {
        assert_eq!(rfc3339(CaptureTime(1_795_333_621_123_456_789)), "2026-11-22T07:47:01.123456789Z");
        assert_eq!(rfc3339(CaptureTime(0)), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(rfc3339(CaptureTime(-1)), "1969-12-31T23:59:59.999999999Z");
        assert_eq!(rfc3339(CaptureTime(i64::MAX)), "2262-04-11T23:47:16.854775807Z");
    }
}

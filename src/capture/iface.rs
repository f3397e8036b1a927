//! A pcapng interface: its link type, its snap length and its clock.
//!
//! Takes the raw fields of an Interface Description Block, gives the time of a raw timestamp in nanoseconds. The
//! arithmetic is in 128 bits and exact (rounded down to a nanosecond); a time that does not fit is no time.
//! Spec: draft-ietf-opsawg-pcapng, 4.2 (`if_tsresol`, `if_tsoffset`) and 4.3 (timestamp).

use pcap_parser::{InterfaceDescriptionBlock, OptionCode};

use super::link_type::LinkType;
use super::order::Order;
use crate::base::time::CaptureTime;

const NS_PER_S: i128 = 1_000_000_000;

/// What is kept of an Interface Description Block.
#[derive(Copy, Clone, Debug)]
pub(super) struct Interface {
    pub(super) link: LinkType,
    /// Bytes kept of each packet; 0 is no limit.
    pub(super) snap_len: u32,
    pub(super) clock: Clock,
}

impl Interface {
    /// The interface of a block read in `order`.
    pub(super) fn new(block: &InterfaceDescriptionBlock<'_>, order: Order) -> Self {
        let mut resolution = None;
        let mut offset_s = None;
        for option in &block.options {
            let Ok(value) = option.as_bytes() else { continue };
            match option.code {
                OptionCode::EndOfOpt => break,
                OptionCode::IfTsresol => resolution = resolution.or(value.first().copied()),
                OptionCode::IfTsoffset => {
                    offset_s = offset_s.or(value.first_chunk().map(|b| order.i64(*b)));
                }
                _ => {}
            }
        }
        Self {
            link: LinkType(block.linktype.0.cast_unsigned()),
            snap_len: block.snaplen,
            clock: Clock::new(resolution.unwrap_or(6), offset_s.unwrap_or(0)),
        }
    }
}

/// How a raw timestamp becomes nanoseconds.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    scale: Scale,
    offset_ns: i128,
}

/// Nanoseconds of a count of time units.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Scale {
    /// A unit is this many nanoseconds.
    Times(i128),
    /// This many units are a nanosecond.
    Over(i128),
    /// A unit is 2 to the minus this seconds.
    Binary(u32),
}

impl Clock {
    /// From the values of `if_tsresol` (the highest bit tells powers of 2 from powers of 10) and `if_tsoffset`.
    pub(super) fn new(resolution: u8, offset_s: i64) -> Self {
        let power = u32::from(resolution & 0x7F);
        let scale = match (resolution & 0x80 != 0, power.checked_sub(9)) {
            (true, _) => Scale::Binary(power),
            (false, None) => Scale::Times(10_i128.pow(9_u32.saturating_sub(power))),
            // 10^20 units of this size are less than a nanosecond, so a larger divisor changes nothing.
            (false, Some(over)) => Scale::Over(10_i128.pow(over.min(20))),
        };
        Self { scale, offset_ns: i128::from(offset_s) * NS_PER_S }
    }

    /// The time of a raw timestamp.
    #[inline]
    pub(super) fn time(self, units: u64) -> Option<CaptureTime> {
        let units = i128::from(units);
        let ns = match self.scale {
            Scale::Times(ns) => units * ns,
            Scale::Over(units_per_ns) => units / units_per_ns,
            Scale::Binary(power) => (units * NS_PER_S) >> power,
        };
        i64::try_from(ns + self.offset_ns).ok().map(CaptureTime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_resolutions() {
        let time = |resolution, units| Clock::new(resolution, 0).time(units).map(|t| t.0);
        assert_eq!(time(0, 3), Some(3_000_000_000));
        assert_eq!(time(3, 1500), Some(1_500_000_000));
        assert_eq!(time(6, 5_000_000_000_000_123), Some(5_000_000_000_000_123_000));
        assert_eq!(time(9, 4_294_967_296_000_000_001), Some(4_294_967_296_000_000_001));
        assert_eq!(time(12, 1_999), Some(1));
        assert_eq!(time(30, u64::MAX), Some(0));
        assert_eq!(time(127, u64::MAX), Some(0));
        assert_eq!(time(0, u64::MAX), None);
    }

    #[test]
    fn binary_resolutions() {
        let time = |power: u8, units| Clock::new(0x80 | power, 0).time(units).map(|t| t.0);
        assert_eq!(time(10, 1536), Some(1_500_000_000));
        assert_eq!(time(32, 0x1_0000_0001), Some(1_000_000_000));
        assert_eq!(time(32, 0x1_8000_0000), Some(1_500_000_000));
        assert_eq!(time(127, u64::MAX), Some(0));
        assert_eq!(time(0, 7), Some(7_000_000_000));
    }

    #[test]
    fn offsets_in_both_directions() {
        assert_eq!(Clock::new(6, 1_700_000_000).time(7).map(|t| t.0), Some(1_700_000_000_000_007_000));
        assert_eq!(Clock::new(6, -2).time(1).map(|t| t.0), Some(-1_999_999_000));
        assert_eq!(Clock::new(6, i64::MAX).time(0), None);
        assert_eq!(Clock::new(6, i64::MIN).time(u64::MAX), None);
    }
}

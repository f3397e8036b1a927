//! Tells a packet that the capture holds twice from a retransmission.
//!
//! A capture on several interfaces, or a mirror port, sees one packet more than once: then all header fields are
//! the same, the IP identification among them, within a millisecond. A retransmission gets a new identification.

use crate::link::segment::Segment;

/// The last few packets of one direction; what is read of each packet is at the end.
#[derive(Clone, Debug, Default)]
#[repr(C)]
pub(crate) struct Recent {
    /// When they came, in microseconds; the lower half is enough for packets that came one soon after the other.
    times: [u32; SLOTS],
    /// Upper and lower halves of their signatures: nearly always the lower ones are enough to see that none is equal.
    high: [u32; SLOTS],
    low: [u32; SLOTS],
    at: u8,
}

const SLOTS: usize = 16;
const WITHIN_US: u32 = 1000;

impl Recent {
    /// Whether this packet was here before; remembers it if not.
    pub(crate) fn is_duplicate(&mut self, segment: &Segment<'_>, ts_ns: i64) -> bool {
        // Without an identification, equal acknowledgements are an ordinary sign of loss.
        let tellable = segment.payload_len > 0 || segment.ip_id.is_some_and(|id| id != 0);
        if !tellable {
            return false;
        }
        let (low, high) = signature(segment);
        let time = micros(ts_ns);
        if self.low.contains(&low) && self.has(low, high, time) {
            return true;
        }
        let at = usize::from(self.at);
        if let (Some(l), Some(h), Some(t)) =
            (self.low.get_mut(at), self.high.get_mut(at), self.times.get_mut(at))
        {
            (*l, *h, *t) = (low, high, time);
        }
        self.at = if at + 1 < SLOTS { self.at + 1 } else { 0 };
        false
    }

    #[cold]
    fn has(&self, low: u32, high: u32, time: u32) -> bool {
        let near = |other: &u32| time.wrapping_sub(*other).cast_signed().unsigned_abs() <= WITHIN_US;
        let mut all = self.low.iter().zip(&self.high).zip(&self.times);
        all.any(|((l, h), other)| (*l, *h) == (low, high) && near(other))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the lower half, modulo 2^32")]
const fn micros(ns: i64) -> u32 {
    ns.div_euclid(1000) as u32
}

/// All header fields folded into a number whose lower half is never 0.
#[expect(clippy::cast_possible_truncation, reason = "the halves of the number")]
fn signature(s: &Segment<'_>) -> (u32, u32) {
    let fold = |h: u64, v: u64| (h ^ v).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let mut h = fold(0x51_7C_C1_B7, u64::from(s.seq) << 32 | u64::from(s.ack));
    h = fold(h, u64::from(s.window) << 48 | u64::from(s.flags.0) << 32 | u64::from(s.payload_len));
    h = fold(h, s.ip_id.map_or(u64::MAX, u64::from));
    // Options are most often the timestamps alone, and always a row of words, unless the snap length cut them.
    if let [1, 1, 8, 10, times @ ..] = s.options
        && let Ok(times) = <[u8; 8]>::try_from(times)
    {
        h = fold(h, u64::from_be_bytes(times));
    } else {
        let (words, rest) = s.options.as_chunks::<4>();
        h = words.iter().fold(h, |h, word| fold(h, u32::from_be_bytes(*word).into()));
        h = rest.iter().fold(h, |h, byte| fold(h, (*byte).into()));
    }
    (h as u32 | 1, (h >> 32) as u32)
}

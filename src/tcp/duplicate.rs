//! Tells a packet that the capture holds twice from a retransmission.
//!
//! A capture on several interfaces, or a mirror port, sees one packet more than once: then all header fields are
//! the same, the IP identification among them, within a millisecond. A retransmission gets a new identification.

use crate::link::segment::Segment;

/// The last few packets of one direction.
#[derive(Clone, Debug, Default)]
#[repr(C)]
pub(crate) struct Recent {
    signatures: [u64; SLOTS],
    /// When they came, in units of 1,024 ns; 32 bits are enough for packets that came one soon after the other.
    times: [u32; SLOTS],
    /// Where the next one goes, modulo [`SLOTS`].
    at: u8,
}

const SLOTS: usize = 16;
/// A millisecond.
const WITHIN: u32 = 977;

impl Recent {
    /// Whether this packet was here before; remembers it if not. One that is known to bring something new is not looked
    /// for.
    #[inline]
    pub(crate) fn is_duplicate(&mut self, segment: &Segment<'_>, ts_ns: i64, brings_news: bool) -> bool {
        // Without an identification, equal acknowledgements are an ordinary sign of loss.
        let tellable = segment.payload_len > 0 || segment.ip_id.is_some_and(|id| id != 0);
        if !tellable {
            return false;
        }
        let (signature, time) = (signature(segment), coarse(ts_ns));
        if !brings_news && self.has(signature, time) {
            return true;
        }
        let at = usize::from(self.at) % SLOTS;
        if let (Some(known), Some(when)) = (self.signatures.get_mut(at), self.times.get_mut(at)) {
            (*known, *when) = (signature, time);
        }
        self.at = self.at.wrapping_add(1);
        false
    }

    #[inline(never)]
    fn has(&self, signature: u64, time: u32) -> bool {
        let near = |other: u32| time.wrapping_sub(other).cast_signed().unsigned_abs() <= WITHIN;
        self.signatures.contains(&signature)
            && self.signatures.iter().zip(&self.times).any(|(s, other)| *s == signature && near(*other))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the lower half, modulo 2^32")]
const fn coarse(ns: i64) -> u32 {
    (ns >> 10) as u32
}

/// All header fields folded into a number.
fn signature(s: &Segment<'_>) -> u64 {
    let mut h = fold(0x51_7C_C1_B7, u64::from(s.ack) << 32 | u64::from(s.seq));
    h = fold(h, u64::from(s.window) << 48 | u64::from(s.flags.0) << 32 | u64::from(s.payload_len));
    h = fold(h, s.ip_id.map_or(u64::MAX, u64::from));
    // Options are most often the timestamps alone, and always a row of words, unless the snap length cut them.
    match s.lone_timestamps() {
        Some(stamps) => fold(h, u64::from_be_bytes(*stamps)),
        None => with_options(h, s.options),
    }
}

#[inline(never)]
fn with_options(h: u64, options: &[u8]) -> u64 {
    let (words, rest) = options.as_chunks::<4>();
    let h = words.iter().fold(h, |h, word| fold(h, u32::from_be_bytes(*word).into()));
    rest.iter().fold(h, |h, byte| fold(h, (*byte).into()))
}

const fn fold(h: u64, v: u64) -> u64 {
    (h ^ v).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
}

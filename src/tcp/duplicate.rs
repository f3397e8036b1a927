//! Tells a packet that the capture holds twice from a retransmission.
//!
//! A capture on several interfaces, or a mirror port, sees one packet more than once: then all header fields are
//! the same, the IP identification among them, within a millisecond. A retransmission gets a new identification.

use crate::link::segment::Segment;

/// The last few packets of one direction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recent {
    seen: [(u64, i64); SLOTS as usize],
    at: u8,
}

const SLOTS: u8 = 16;
const WITHIN_NS: i64 = 1_000_000;

impl Recent {
    /// Whether this packet was here before; remembers it if not.
    pub(crate) fn is_duplicate(&mut self, segment: &Segment<'_>, ts_ns: i64) -> bool {
        // Without an identification, equal acknowledgements are an ordinary sign of loss.
        let tellable = segment.payload_len > 0 || segment.ip_id.is_some_and(|id| id != 0);
        if !tellable {
            return false;
        }
        let signature = signature(segment);
        if self
            .seen
            .iter()
            .any(|(s, ts)| *s == signature && ts_ns.saturating_sub(*ts).saturating_abs() <= WITHIN_NS)
        {
            return true;
        }
        if let Some(slot) = self.seen.get_mut(usize::from(self.at)) {
            *slot = (signature, ts_ns);
        }
        self.at = (self.at + 1) % SLOTS;
        false
    }
}

/// All header fields folded into a number that is never 0.
fn signature(s: &Segment<'_>) -> u64 {
    let fold = |h: u64, v: u64| (h ^ v).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let mut h = fold(0x51_7C_C1_B7, u64::from(s.seq) << 32 | u64::from(s.ack));
    h = fold(h, u64::from(s.window) << 48 | u64::from(s.flags.0) << 32 | u64::from(s.payload_len));
    h = fold(h, s.ip_id.map_or(u64::MAX, u64::from));
    for chunk in s.options.chunks(8) {
        h = fold(h, chunk.iter().fold(0, |v, b| v << 8 | u64::from(*b)));
    }
    h | 1
}

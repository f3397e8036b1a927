//! Which segments are left out for a wrong checksum.
//!
//! Takes segments with what their checksums say. A receiver drops a damaged one, and its sender sends it again; so it
//! is left out here too. But where a sender's checksums are mostly wrong, it is not the packets that are damaged: a
//! network card fills them in behind the capture, or a tool that changed packets did not. Those are taken as they are,
//! and counted. Bounded: senders beyond a number are judged together.

use std::collections::BTreeMap;

use super::checksum::Checksum;
use super::segment::Segment;

/// Senders judged each on its own.
const MAX_SENDERS: usize = 4096;

/// Tells damaged segments from those of senders whose checksums say nothing.
#[derive(Debug, Default)]
pub(crate) struct Verifier {
    senders: BTreeMap<u128, Tally>,
    all: Tally,
    stats: ChecksumStats,
}

/// What became of the segments.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChecksumStats {
    /// Left out: damaged.
    pub(crate) dropped: u64,
    /// Taken although the checksum is wrong or was not filled in.
    pub(crate) unverified: u64,
}

#[derive(Copy, Clone, Debug, Default)]
struct Tally {
    right: u64,
    wrong: u64,
}

impl Verifier {
    /// Whether the segment is taken.
    pub(crate) fn takes(&mut self, segment: &Segment<'_>) -> bool {
        let (right, wrong) = match segment.checksum {
            Checksum::Unknown => return true,
            Checksum::Unfilled => {
                self.stats.unverified += 1;
                return true;
            }
            Checksum::Right => (1, 0),
            Checksum::Wrong => (0, 1),
        };
        let add = |tally: &mut Tally| {
            tally.right += right;
            tally.wrong += wrong;
        };
        let sender = segment.src.ip();
        // The address of a sender that was not heard before may be what is damaged.
        let before = self.senders.get(&sender).copied().unwrap_or(self.all);
        add(&mut self.all);
        if self.senders.len() < MAX_SENDERS || self.senders.contains_key(&sender) {
            add(self.senders.entry(sender).or_default());
        }
        if segment.checksum == Checksum::Right {
            return true;
        }
        let damaged = before.right > before.wrong;
        *(if damaged { &mut self.stats.dropped } else { &mut self.stats.unverified }) += 1;
        !damaged
    }

    /// What became of the segments so far.
    pub(crate) const fn stats(&self) -> ChecksumStats {
        self.stats
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::endpoint::Endpoint;
    use crate::base::limits::Limits;
    use crate::link::decoder::LinkDecoder;
    use crate::link::segment::Decoded;

    /// Whether segments of these checksums, from the host of this number, are taken.
    fn taken(verifier: &mut Verifier, host: u128, checksums: &[Checksum]) -> Vec<bool> {
        let mut packet = Vec::new();
        let build = etherparse::PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4([1; 4], [2; 4], 9);
        build.tcp(1, 2, 3, 4).write(&mut packet, b"x").unwrap();
        let mut decoder = LinkDecoder::new(&Limits::default());
        let Decoded::Tcp(mut segment) = decoder.decode(1, 55, &packet, None) else { panic!("no segment") };
        segment.src = Endpoint::from_bits(host, segment.src.port);
        checksums.iter().map(|checksum| verifier.takes(&Segment { checksum: *checksum, ..segment })).collect()
    }

    use Checksum::{Right, Unfilled, Unknown, Wrong};

    #[test]
    fn few_wrong_ones_are_damage() {
        let mut verifier = Verifier::default();
        let seen = taken(&mut verifier, 7, &[Right, Wrong, Right, Unknown, Wrong, Unfilled, Right]);
        assert_eq!(seen, [true, false, true, true, false, true, true]);
        assert_eq!(verifier.stats(), ChecksumStats { dropped: 2, unverified: 1 });
    }

    #[test]
    fn a_sender_of_nothing_but_wrong_ones_is_not_damaged() {
        let mut verifier = Verifier::default();
        // The other direction is right.
        taken(&mut verifier, 7, &[Right; 50]);
        let seen = taken(&mut verifier, 8, &[Wrong; 50]);
        // The first is taken for damage of an address that was not heard before.
        assert_eq!(seen.iter().filter(|taken| !**taken).count(), 1);
        assert!(!seen[0]);
    }

    #[test]
    fn senders_are_bounded() {
        let mut verifier = Verifier::default();
        for host in 0..2 * MAX_SENDERS as u128 {
            taken(&mut verifier, host, &[Right]);
        }
        assert_eq!(verifier.senders.len(), MAX_SENDERS);
        assert_eq!(taken(&mut verifier, u128::MAX, &[Wrong]), [false]);
    }
}

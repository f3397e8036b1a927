//! Parameter sets in frames and in configuration records: which one it is, and a fingerprint of what it says.
//!
//! Takes a set byte by byte, so that a scanner can do so while it passes by. The header of the NAL unit and zeros at its
//! end are no part of what it says. Nothing is decoded but its number.

use super::Family;
use crate::media::bits::Emulation;

/// Longest set that is read; parameter sets are far shorter.
const MAX_LEN: u32 = 4096;
/// The initial value and the factor of the 32-bit FNV-1a hash.
const FNV: (u32, u32) = (0x811C_9DC5, 0x0100_0193);
/// Bits of the fingerprint that are kept; above are 8 of the number and 2 of the kind.
const HASH_BITS: u32 = 22;

/// A parameter set: its kind, its number and a fingerprint of the rest.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ParameterSet(u32);

impl ParameterSet {
    /// That of a NAL unit that is there as a whole; none when it is of another kind, or its number is not found.
    pub(crate) fn of(family: Family, nal: &[u8]) -> Option<Self> {
        let (first, rest) = nal.split_first()?;
        let (mut set, rest) = match family {
            Family::H264 => (Set::new(family, first & 0x1F)?, rest),
            Family::Hevc => (Set::new(family, super::hevc::kind(*first))?, rest.get(1..)?),
            Family::Vvc => (Set::new(family, super::vvc::kind(*rest.first()?))?, rest.get(1..)?),
            Family::Av1 => return None,
        };
        if !fits(u32::try_from(rest.len()).unwrap_or(u32::MAX)) {
            return None;
        }
        for byte in rest {
            set.push(*byte);
        }
        set.end()
    }

    /// Whether there is one.
    pub(super) const fn is_there(self) -> bool {
        self.0 != 0
    }

    /// The usual short name of its kind.
    pub(crate) const fn kind(self) -> &'static str {
        match self.0 >> (HASH_BITS + 8) {
            1 => "VPS",
            2 => "SPS",
            _ => "PPS",
        }
    }

    /// Its number.
    pub(crate) const fn id(self) -> u32 {
        self.0 >> HASH_BITS & 0xFF
    }

    /// Whether one takes the place of the other.
    pub(crate) const fn replaces(self, other: Self) -> bool {
        self.0 >> HASH_BITS == other.0 >> HASH_BITS
    }
}

/// Whether a set of `len` bytes behind its header is read at all.
pub(super) const fn fits(len: u32) -> bool {
    0 < len && len <= MAX_LEN
}

/// Where its number is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Id {
    /// An Exp-Golomb number, at a byte.
    Golomb(u16),
    /// So many bits at the start.
    Bits(u8),
}

/// A set on its way.
#[derive(Copy, Clone, Debug)]
pub(super) struct Set {
    hash: u32,
    /// Zeros behind the last other byte.
    zeros: u16,
    /// Bytes without emulation prevention.
    at: u16,
    emulation: Emulation,
    /// 1 VPS, 2 SPS, 3 PPS.
    kind: u8,
    id: Id,
    /// The bytes from its number on, the first four of them, the first on top.
    bits: u32,
}

impl Set {
    /// At the first byte behind the header of a unit; none when it is no parameter set that is read.
    pub(super) const fn new(family: Family, unit: u8) -> Option<Self> {
        let (kind, id) = match (family, unit) {
            (Family::H264, 7) => (2, Id::Golomb(3)),
            (Family::H264, 8) | (Family::Hevc, 34) => (3, Id::Golomb(0)),
            (Family::Hevc, 32) | (Family::Vvc, 14) => (1, Id::Bits(4)),
            // Behind the profile and the level, where there is but one layer.
            (Family::Hevc, 33) => (2, Id::Golomb(13)),
            (Family::Vvc, 15) => (2, Id::Bits(4)),
            (Family::Vvc, 16) => (3, Id::Bits(6)),
            _ => return None,
        };
        let emulation = Emulation::NEW;
        Some(Self { hash: FNV.0, zeros: 0, at: 0, emulation, kind, id, bits: 0 })
    }

    pub(super) fn push(&mut self, byte: u8) {
        if byte == 0 {
            self.zeros += 1;
        } else {
            for _ in 0..std::mem::take(&mut self.zeros) {
                self.hash = self.hash.wrapping_mul(FNV.1);
            }
            self.hash = (self.hash ^ u32::from(byte)).wrapping_mul(FNV.1);
        }
        if !self.emulation.passes(byte) {
            return;
        }
        let first = match self.id {
            Id::Golomb(first) => first,
            Id::Bits(_) => 0,
        };
        if self.at == 0 && self.id == Id::Golomb(13) && byte & 0x0E != 0 {
            // An HEVC set of several layers: its number is further on.
            self.kind = 0;
        }
        if let Some(place @ 0..=3) = self.at.checked_sub(first) {
            self.bits |= u32::from(byte) << (24 - 8 * place);
        }
        self.at += 1;
    }

    /// No more bytes come.
    pub(super) fn end(&self) -> Option<ParameterSet> {
        let id = match self.id {
            Id::Bits(count) => self.bits >> (32 - u32::from(count)),
            Id::Golomb(_) => {
                let zeros = self.bits.leading_zeros();
                let code = self.bits.checked_shr(31_u32.checked_sub(2 * zeros)?)?;
                code.checked_sub(1)?
            }
        };
        if self.kind == 0 || id > 0xFF {
            return None;
        }
        let hash = self.hash ^ self.hash >> HASH_BITS;
        let hash = hash & ((1 << HASH_BITS) - 1);
        Some(ParameterSet(u32::from(self.kind) << (HASH_BITS + 8) | id << HASH_BITS | hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::units::{LengthSizes, scanner::Scanner};

    fn named(family: Family, nal: &[u8]) -> Option<(&'static str, u32)> {
        ParameterSet::of(family, nal).map(|set| (set.kind(), set.id()))
    }

    #[test]
    fn kind_and_number_are_read() {
        let h264 = |nal: &[u8]| named(Family::H264, nal);
        assert_eq!(h264(&[0x67, 66, 0, 30, 0b1000_0000]), Some(("SPS", 0)));
        assert_eq!(h264(&[0x27, 66, 0, 30, 0b0011_1000]), Some(("SPS", 6)));
        // Of 66 0 0 3 1 the 3 prevents emulation; the number is 2.
        assert_eq!(h264(&[0x67, 66, 0, 0, 3, 0b0110_0000]), Some(("SPS", 2)));
        assert_eq!(h264(&[0x68, 0b1100_1110, 0x3C]), Some(("PPS", 0)));
        // 255 is 0000 0000 1 0000 0000.
        assert_eq!(h264(&[0x68, 0, 0b1000_0000, 0]), Some(("PPS", 255)));
        assert_eq!(h264(&[0x68, 0, 0b1000_0000, 0b1000_0000]), None, "256 is too much");
        assert_eq!(h264(&[0x65, 0x88]), None);
        assert_eq!((h264(&[0x68]), h264(&[])), (None, None));
        let hevc = |nal: &[u8]| named(Family::Hevc, nal);
        assert_eq!(hevc(&[0x40, 1, 0x3C]), Some(("VPS", 3)));
        let sps = |first: u8| [&[0x42, 1, first], &[0x5A; 12][..], &[0b0100_0000]].concat();
        assert_eq!(hevc(&sps(0x01)), Some(("SPS", 1)));
        assert_eq!(hevc(&sps(0x03)), None, "two layers");
        assert_eq!(hevc(&[0x44, 1, 0b0110_0000]), Some(("PPS", 2)));
        let vvc = |nal: &[u8]| named(Family::Vvc, nal);
        assert_eq!(vvc(&[0, 14 << 3 | 1, 0x50]), Some(("VPS", 5)));
        assert_eq!(vvc(&[0, 15 << 3 | 1, 0x90]), Some(("SPS", 9)));
        assert_eq!(vvc(&[0, 16 << 3 | 1, 0b0001_1100]), Some(("PPS", 7)));
        assert_eq!(named(Family::Av1, &[0x67, 66, 0, 30, 0x80]), None);
    }

    #[test]
    fn what_a_set_says_is_told_apart() {
        let of = |nal: &[u8]| ParameterSet::of(Family::H264, nal).unwrap();
        let pps = of(&[0x68, 0xCE, 0x3C, 0x80]);
        assert_eq!(pps, of(&[0x28, 0xCE, 0x3C, 0x80]), "of another header");
        assert_eq!(pps, of(&[0x68, 0xCE, 0x3C, 0x80, 0, 0]), "with zeros behind");
        for other in [&[0x68, 0xCE, 0x3C, 0x81][..], &[0x68, 0xCE, 0, 0x3C, 0x80], &[0x68, 0xCE, 0x3C]] {
            assert!(of(other) != pps && of(other).replaces(pps), "{other:?}");
        }
        assert!(!of(&[0x68, 0x5E, 0x3C, 0x80]).replaces(pps), "of another number");
        assert!(!of(&[0x67, 66, 0, 30, 0x80]).replaces(pps), "of another kind");
    }

    #[test]
    fn sets_and_lengths_of_0_are_found_in_frames() {
        let sps = [0x67, 0x64, 0, 0x1F, 0xAC, 0xD3, 0, 0, 3, 0, 4, 0xE0];
        let (pps, key) = ([0x68, 0xCE, 0x0F, 0x2C, 0x8B], [0x65, 0x88, 0x84, 0, 7]);
        let frame = |units: &[&[u8]]| -> Vec<u8> {
            let length = |unit: &&[u8]| u8::try_from(unit.len()).unwrap();
            units.iter().flat_map(|unit| [&[0, 0, 0, length(unit)], *unit].concat()).collect()
        };
        let scan = |frame: &[u8], piece: usize| {
            let mut scanner = Scanner::default();
            let (first, rest) = frame.split_at(4);
            let len = u32::try_from(frame.len()).unwrap();
            scanner.begin(Family::H264, LengthSizes::default(), len, first);
            rest.chunks(piece).for_each(|part| scanner.feed(part));
            *scanner.end().unwrap()
        };
        let all = frame(&[&sps, &pps, &pps, &key]);
        let expected = [&sps[..], &pps].map(|nal| ParameterSet::of(Family::H264, nal).unwrap());
        for piece in 1..all.len() {
            let units = scan(&all, piece);
            assert_eq!(units.parameter_sets().collect::<Vec<_>>(), expected, "{piece}");
            assert_eq!((units.total, units.empty, units.empty_inside), (4, 0, false));
        }
        let empty = |units: &[&[u8]]| {
            let units = scan(&frame(units), 100);
            (units.total, units.empty, units.empty_inside)
        };
        assert_eq!(empty(&[&key, &[], &[]]), (1, 2, false));
        assert_eq!(empty(&[&[], &key]), (1, 1, true));
        // A set that is cut is none, and neither is one without content.
        assert_eq!(scan(&all[..all.len() - key.len() - 6], 100).parameter_sets().count(), 2);
        assert_eq!(scan(&frame(&[&[0x68], &key]), 100).parameter_sets().count(), 0);
        let long = [&[0x68, 0xCE][..], &[0x5A; 5000]].concat();
        assert_eq!(ParameterSet::of(Family::H264, &long), None);
    }
}

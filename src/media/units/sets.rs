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

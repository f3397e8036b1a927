//! What coded video frames are made of: NAL units of H.264, H.265 and H.266, OBUs of AV1.
//!
//! [`scanner`] reads the frames as they pass by and gives [`Units`]: which units are in a frame, in what order, the
//! slice types of H.264, recovery points; [`message`] does so for each track of a message. A file for each codec names
//! its units and reads what is read of their insides; [`sets`] tells parameter sets apart. It decodes no pictures.

mod av1;
mod h264;
mod hevc;
pub(crate) mod message;
pub(crate) mod scanner;
pub(crate) mod sets;
#[cfg(test)]
mod tests;
mod vvc;

use self::sets::ParameterSet;
use super::codec::Codec;

/// Units kept in order.
pub(crate) const LISTED: usize = 16;
/// Types of unit counted in one frame; of any further ones only the total tells.
const COUNTED: usize = 10;
/// Parameter sets told apart in one frame.
const SETS: usize = 4;

/// A family of unit types.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    H264,
    Hevc,
    Vvc,
    Av1,
}

impl Family {
    pub(crate) const ALL: [Self; 4] = [Self::H264, Self::Hevc, Self::Vvc, Self::Av1];

    /// The family of a codec's units; none where frames are one piece.
    pub(crate) const fn of(codec: Codec) -> Option<Self> {
        match codec {
            Codec::H264 => Some(Self::H264),
            Codec::Hevc => Some(Self::Hevc),
            Codec::Vvc => Some(Self::Vvc),
            Codec::Av1 => Some(Self::Av1),
            _ => None,
        }
    }

    /// The names of its types, by number.
    pub(crate) const fn names(self) -> &'static [&'static str] {
        match self {
            Self::H264 => &h264::NAMES,
            Self::Hevc => &hevc::NAMES,
            Self::Vvc => &vvc::NAMES,
            Self::Av1 => &av1::NAMES,
        }
    }

    fn name(self, kind: u8) -> &'static str {
        self.names().get(usize::from(kind)).copied().unwrap_or("unknown")
    }

    /// Where its types are among those of all families, one behind the other.
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::H264 => 0,
            Self::Hevc => 32,
            Self::Vvc => 32 + 64,
            Self::Av1 => 32 + 64 + 32,
        }
    }

    /// Whether a decoder can begin at a picture of this unit type: an IDR picture, or one of its kin.
    const fn is_random_access(self, kind: u8) -> bool {
        match self {
            Self::H264 => kind == h264::IDR,
            Self::Hevc => matches!(kind, 16..=23),
            Self::Vvc => matches!(kind, 7..=9),
            Self::Av1 => false,
        }
    }

    /// Whether a unit of this type is a piece of a picture.
    const fn is_slice(self, kind: u8) -> bool {
        match self {
            Self::H264 => matches!(kind, 1..=5),
            Self::Hevc => kind < 32,
            Self::Vvc => kind < 12,
            Self::Av1 => matches!(kind, 3 | 4 | 6),
        }
    }

    /// Whether a unit type is an instantaneous decoding refresh; AV1 has none by type.
    const fn is_idr(self, kind: u8) -> bool {
        match self {
            Self::H264 => kind == h264::IDR,
            Self::Hevc => matches!(kind, 19 | 20),
            Self::Vvc => matches!(kind, 7 | 8),
            Self::Av1 => false,
        }
    }
}

/// A slice type of H.264 (7.4.3, table 7-6).
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum SliceType {
    P,
    B,
    I,
    Sp,
    Si,
}

impl SliceType {
    pub(crate) const ALL: [Self; 5] = [Self::P, Self::B, Self::I, Self::Sp, Self::Si];

    /// The name in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::P => "P",
            Self::B => "B",
            Self::I => "I",
            Self::Sp => "SP",
            Self::Si => "SI",
        }
    }
}

/// The units of the frame of each track of a message, in their order; of a message without tracks, of its one frame.
pub(crate) type TrackUnits = [Option<Units>];

/// How far the units of a frame are known.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of them.
    #[default]
    Whole,
    /// Bytes are missing: there may be more.
    Incomplete,
    /// A length runs past the end of the frame, or bytes are left that hold no unit.
    Damaged,
    /// The frame begins with a start code (H.264, annex B) where a length belongs, and is no row of lengths.
    StartCodes,
}

/// The units of one frame.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Units {
    pub(crate) family: Family,
    pub(crate) extent: Extent,
    /// Whether an SEI message says that a decoder can begin here (H.264).
    pub(crate) recovery_point: bool,
    /// Slice types in the order of their first slices: 3 bits for each, its place in [`SliceType::ALL`] and 1.
    slice_types: u16,
    /// All units.
    pub(crate) total: u32,
    first: [u8; LISTED],
    kinds: [u8; COUNTED],
    /// How many of each; 0 behind the last.
    counts: [u16; COUNTED],
    /// The first parameter sets.
    sets: [ParameterSet; SETS],
    /// Lengths of 0, which no unit follows.
    pub(crate) empty: u8,
    /// Whether a unit comes behind one of these.
    pub(crate) empty_inside: bool,
}

impl Units {
    fn new(family: Family) -> Self {
        Self {
            family,
            extent: Extent::Whole,
            recovery_point: false,
            slice_types: 0,
            total: 0,
            first: [0; LISTED],
            kinds: [0; COUNTED],
            counts: [0; COUNTED],
            sets: [ParameterSet::default(); SETS],
            empty: 0,
            empty_inside: false,
        }
    }

    fn add_empty(&mut self) {
        self.empty = self.empty.saturating_add(1);
    }

    fn add_set(&mut self, set: ParameterSet) {
        if let Some(place) = self.sets.iter_mut().find(|known| !known.is_there() || **known == set) {
            *place = set;
        }
    }

    fn add(&mut self, kind: u8) {
        self.empty_inside |= self.empty > 0;
        let place = usize::try_from(self.total).ok().and_then(|n| self.first.get_mut(n));
        if let Some(place) = place {
            *place = kind;
        }
        self.total = self.total.saturating_add(1);
        for (counted, count) in self.kinds.iter_mut().zip(&mut self.counts) {
            if *count == 0 || *counted == kind {
                *counted = kind;
                *count = count.saturating_add(1);
                break;
            }
        }
    }

    fn add_slice(&mut self, kind: SliceType) {
        let code = match kind {
            SliceType::P => 1,
            SliceType::B => 2,
            SliceType::I => 3,
            SliceType::Sp => 4,
            SliceType::Si => 5,
        };
        for shift in [0, 3, 6, 9, 12] {
            match self.slice_types >> shift & 7 {
                0 => {
                    self.slice_types |= code << shift;
                    return;
                }
                seen if seen == code => return,
                _ => {}
            }
        }
    }

    /// The names of the first [`LISTED`] units.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        let listed = usize::try_from(self.total).unwrap_or(usize::MAX);
        self.first.iter().take(listed).map(|kind| self.family.name(*kind))
    }

    /// How many units there are of each type.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (u8, u16)> {
        self.kinds.iter().copied().zip(self.counts).take_while(|(_, count)| *count > 0)
    }

    /// The slice types that occur, in the order of their first slices.
    pub(crate) fn slice_types(&self) -> impl Iterator<Item = SliceType> {
        [0, 3, 6, 9, 12].into_iter().filter_map(|shift| {
            let code = usize::from(self.slice_types >> shift & 7);
            SliceType::ALL.get(code.checked_sub(1)?).copied()
        })
    }

    /// The first parameter sets in the frame, each once.
    pub(crate) fn parameter_sets(&self) -> impl Iterator<Item = ParameterSet> {
        self.sets.into_iter().take_while(|set| set.is_there())
    }

    /// Whether there are any.
    pub(crate) fn has_parameter_sets(&self) -> bool {
        self.sets.first().is_some_and(|set| set.is_there())
    }

    /// Whether a decoder can begin at it, by its types of unit: an IDR picture, of H.265 and H.266 also their kin. AV1
    /// has none by type.
    pub(crate) fn is_random_access(&self) -> bool {
        self.counts().any(|(kind, _)| self.family.is_random_access(kind))
    }

    /// Whether there is a piece of a picture.
    pub(crate) fn has_slice(&self) -> bool {
        self.counts().any(|(kind, _)| self.family.is_slice(kind))
    }

    /// Whether there is an instantaneous decoding refresh.
    pub(crate) fn has_idr(&self) -> bool {
        self.counts().any(|(kind, _)| self.family.is_idr(kind))
    }
}

/// Bytes of the length in front of each NAL unit, by family, as configuration records say; 4 where none came.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LengthSizes {
    h264: Option<u8>,
    hevc: Option<u8>,
    vvc: Option<u8>,
}

impl LengthSizes {
    /// Takes a configuration record. What is no record, such as parameter sets with start codes, changes nothing.
    pub(crate) fn learn(&mut self, codec: Codec, record: &[u8]) {
        let at = |index: usize| record.get(index).copied();
        match codec {
            Codec::H264 if at(0) == Some(1) => self.h264 = at(4).map(|b| (b & 3) + 1).or(self.h264),
            Codec::Hevc if at(0) == Some(1) => self.hevc = at(21).map(|b| (b & 3) + 1).or(self.hevc),
            // Its first five bits are ones.
            Codec::Vvc => self.vvc = at(0).filter(|b| *b >= 0xF8).map(|b| (b >> 1 & 3) + 1).or(self.vvc),
            _ => {}
        }
    }

    fn of(self, family: Family) -> u8 {
        let size = match family {
            Family::H264 => self.h264,
            Family::Hevc => self.hevc,
            Family::Vvc => self.vvc,
            Family::Av1 => None,
        };
        size.unwrap_or(4)
    }
}

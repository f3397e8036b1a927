//! What the frames of a video track are made of.
//!
//! Takes the units of each frame; gives counts by their names, frames with an IDR, recovery points and H.264 slice
//! types. Only frames whose message came by are counted, and of those only what was readable.

use std::collections::BTreeMap;

use crate::media::units::{Family, SliceType, UNIT_TYPES, Units};

/// Counts of one track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnitCounts {
    /// Of all families, one behind the other.
    counts: [u32; UNIT_TYPES],
    /// Frames by the slice types in them, as [`SliceType::ALL`].
    slices: [u64; 5],
    /// Frames with an IDR; none while no codec came that has them.
    idr_frames: Option<u64>,
    /// Frames with a recovery point; none while no codec came of which they are read.
    recovery_points: Option<u64>,
}

impl Default for UnitCounts {
    fn default() -> Self {
        Self { counts: [0; UNIT_TYPES], slices: [0; 5], idr_frames: None, recovery_points: None }
    }
}

impl UnitCounts {
    /// Takes the units of a frame.
    pub(crate) fn add(&mut self, units: &Units) {
        let base = units.family.index();
        for (kind, count) in units.counts() {
            if let Some(sum) = self.counts.get_mut(base + usize::from(kind)) {
                *sum = sum.saturating_add(u32::from(count));
            }
        }
        for slice in units.slice_types() {
            if let Some(count) = SliceType::ALL.iter().position(|s| *s == slice) {
                self.slices.get_mut(count).into_iter().for_each(|n| *n += 1);
            }
        }
        if units.family != Family::Av1 {
            *self.idr_frames.get_or_insert(0) += u64::from(units.has_idr());
        }
        if units.family == Family::H264 {
            *self.recovery_points.get_or_insert(0) += u64::from(units.recovery_point);
        }
    }

    /// Units by name.
    pub(crate) fn units(&self) -> BTreeMap<String, u64> {
        let mut sums = BTreeMap::new();
        for family in Family::ALL {
            let counts = self.counts.iter().skip(family.index());
            for (name, count) in family.names().iter().zip(counts).filter(|(_, count)| **count > 0) {
                *sums.entry((*name).to_owned()).or_default() += u64::from(*count);
            }
        }
        sums
    }

    /// Frames by the types of their slices; a frame with slices of several types counts for each.
    pub(crate) fn slice_types(&self) -> BTreeMap<String, u64> {
        let all = SliceType::ALL.iter().zip(self.slices);
        all.filter(|(_, count)| *count > 0).map(|(slice, count)| (slice.name().to_owned(), count)).collect()
    }

    /// Frames with an instantaneous decoding refresh.
    pub(crate) const fn idr_frames(&self) -> Option<u64> {
        self.idr_frames
    }

    /// Frames with a recovery point.
    pub(crate) const fn recovery_points(&self) -> Option<u64> {
        self.recovery_points
    }
}

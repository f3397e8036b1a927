//! What the frames of a video track are made of.
//!
//! Takes the units of each frame; gives counts by their names, frames with an IDR, recovery points and H.264 slice
//! types. Only frames whose message came by are counted, and of those only what was readable.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::list;
use crate::media::units::{Family, SliceType, Units};

/// Counts of one track.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UnitCounts {
    /// By family and type, in order; only those that occurred.
    counts: Vec<(u8, u32)>,
    /// Frames by the slice types in them, as [`SliceType::ALL`].
    slices: [u64; 5],
    /// Frames with an IDR; none while no codec came that has them.
    idr_frames: Option<u64>,
    /// Frames with a recovery point; none while no codec came of which they are read.
    recovery_points: Option<u64>,
}

impl UnitCounts {
    /// Takes the units of a frame; gives by how much the memory held has grown.
    pub(crate) fn add(&mut self, units: &Units) -> usize {
        let before = self.counts.capacity();
        for (kind, count) in units.counts() {
            self.add_units(key(units.family, kind), u32::from(count));
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
        (self.counts.capacity() - before) * size_of::<(u8, u32)>()
    }

    fn add_units(&mut self, key: u8, count: u32) {
        match self.counts.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(at) => {
                if let Some((_, sum)) = self.counts.get_mut(at) {
                    *sum = sum.saturating_add(count);
                }
            }
            Err(at) => list::insert(&mut self.counts, at, (key, count)),
        }
    }

    fn count(&self, key: u8) -> Option<u32> {
        let at = self.counts.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.counts.get(at).map(|(_, count)| *count)
    }

    /// Units by name.
    pub(crate) fn units(&self) -> BTreeMap<Cow<'static, str>, u64> {
        let mut sums = BTreeMap::<&str, u64>::new();
        for family in Family::ALL {
            for (kind, name) in (0..).zip(family.names()) {
                if let Some(count) = self.count(key(family, kind)) {
                    *sums.entry(*name).or_default() += u64::from(count);
                }
            }
        }
        // Made from all at once, its nodes are full.
        sums.into_iter().map(|(name, count)| (name.into(), count)).collect()
    }

    /// Frames by the types of their slices; a frame with slices of several types counts for each.
    pub(crate) fn slice_types(&self) -> BTreeMap<Cow<'static, str>, u64> {
        let all = SliceType::ALL.iter().zip(self.slices);
        all.filter(|(_, count)| *count > 0).map(|(slice, count)| (slice.name().into(), count)).collect()
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

/// The number of a type among those of all families, one family behind the other.
fn key(family: Family, kind: u8) -> u8 {
    u8::try_from(family.index()).unwrap_or(u8::MAX).saturating_add(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::units::{LengthSizes, scanner};
    use crate::media::video::VideoTag;

    /// The counts of these frames: the codec of a legacy tag, and units with their lengths.
    fn counts(frames: &[(u8, &[u8])]) -> UnitCounts {
        let mut counts = UnitCounts::default();
        for (codec, frame) in frames {
            let message = [&[0x20 | codec, 1, 0, 0, 0], *frame].concat();
            let len = u32::try_from(message.len()).unwrap();
            let units = scanner::units(&VideoTag::parse(&message).tag, len, LengthSizes::default());
            counts.add(&units.expect("a frame with units"));
        }
        counts
    }

    fn text(map: &BTreeMap<Cow<'static, str>, u64>) -> String {
        map.iter().map(|(name, n)| format!("{name}={n}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn frames_and_units_are_counted() {
        let idr: &[u8] = &[0, 0, 0, 2, 0x65, 0xB0, 0, 0, 0, 2, 0x65, 0xB0];
        let recovery: &[u8] =
            &[0, 0, 0, 5, 6, 6, 1, 0xC4, 0x80, 0, 0, 0, 2, 0x41, 0xB0, 0, 0, 0, 2, 0x41, 0xC0];
        let b: &[u8] = &[0, 0, 0, 2, 0x01, 0xA0];
        let counts = counts(&[(7, idr), (7, b), (7, recovery), (7, b), (7, idr)]);
        assert_eq!(text(&counts.units()), "idr=4 sei=1 slice=4");
        // Frames, not slices.
        assert_eq!(text(&counts.slice_types()), "B=2 I=3 P=1");
        assert_eq!((counts.idr_frames(), counts.recovery_points()), (Some(2), Some(1)));
    }

    #[test]
    fn what_a_codec_does_not_have_is_absent() {
        let of_av1 = counts(&[(13, &[0x12, 0, 0x32, 1, 0])]);
        assert_eq!((of_av1.idr_frames(), of_av1.recovery_points()), (None, None));
        assert_eq!(text(&of_av1.units()), "frame=1 temporal_delimiter=1");
        assert!(of_av1.slice_types().is_empty());
        let of_hevc = counts(&[(12, &[0, 0, 0, 2, 19 << 1, 1]), (12, &[0, 0, 0, 2, 2, 1])]);
        assert_eq!((of_hevc.idr_frames(), of_hevc.recovery_points()), (Some(1), None));
    }

    #[test]
    fn units_of_two_codecs_with_one_name_are_added_up() {
        let counts = counts(&[(12, &[0, 0, 0, 2, 33 << 1, 1]), (7, &[0, 0, 0, 2, 0x67, 1])]);
        assert_eq!(text(&counts.units()), "sps=2");
    }
}

//! What the parameter sets of H.264, H.265 and H.266 share, and the arrays of them in their records.
//!
//! Takes the bits of a NAL unit, or what is left of a record, and gives numbers, the size as shown and the parameter
//! sets one by one; what is wrong is a [`SpsError`]. The fields themselves are read in a file per codec.

use std::fmt;

use super::ends;
use crate::base::read::{Reader, Truncated};
use crate::media::bits::Bits;

/// What is wrong with a sequence parameter set.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum SpsError {
    /// It ends inside a field.
    Truncated(Truncated),
    /// The NAL unit is of another type.
    NotSps(u8),
    /// A field is beyond what the specification, or any picture, allows.
    OutOfRange(&'static str),
}

impl From<Truncated> for SpsError {
    fn from(truncated: Truncated) -> Self {
        Self::Truncated(truncated)
    }
}

impl fmt::Display for SpsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated(truncated) => truncated.fmt(f),
            Self::NotSps(nal_type) => write!(f, "NAL unit of type {nal_type} in place of an SPS"),
            Self::OutOfRange(field) => write!(f, "{field} out of range"),
        }
    }
}

/// What is wrong with the first parameter set of a whole record, by how its reading ended; none is wrong too.
pub(super) fn problem(record: &str, read: Option<Result<(), SpsError>>) -> Option<String> {
    match read {
        None => Some(format!("{record} holds no SPS")),
        Some(Ok(())) => None,
        Some(Err(SpsError::Truncated(cut))) => Some(ends("SPS", &cut)),
        Some(Err(other)) => Some(format!("SPS: {other}")),
    }
}

/// Gives `each` the NAL units of an array in a record, a size of two bytes in front of each. A parameter set that is
/// cut still says how it begins, so that it gets that one too, as far as it is there.
pub(super) fn array<'a>(
    r: &mut Reader<'a>,
    count: u16,
    what: &'static str,
    mut each: impl FnMut(&'a [u8]),
) -> Result<(), Truncated> {
    for _ in 0..count {
        let len = usize::from(r.u16(what)?);
        let rest = r.rest();
        each(rest.get(..len).unwrap_or(rest));
        r.take(len, what)?;
    }
    Ok(())
}

/// An Exp-Golomb number of at most `max`.
pub(super) fn ue(b: &mut Bits<'_>, what: &'static str, max: u32) -> Result<u32, SpsError> {
    b.ue(what)?.filter(|&value| value <= max).ok_or(SpsError::OutOfRange(what))
}

/// A signed Exp-Golomb number.
pub(super) fn se(b: &mut Bits<'_>, what: &'static str) -> Result<i64, SpsError> {
    let code = i64::from(ue(b, what, u32::MAX)?);
    Ok(if code & 1 == 1 { (code + 1) / 2 } else { -(code / 2) })
}

/// The number of an aspect ratio that is not in the table.
const EXTENDED_ASPECT: u8 = 255;

/// Width and height of a pixel, by number from 1 (H.264, table E-1; H.273, table 15).
const ASPECTS: [(u16, u16); 16] = [
    (1, 1),
    (12, 11),
    (10, 11),
    (16, 11),
    (40, 33),
    (24, 11),
    (20, 11),
    (32, 11),
    (80, 33),
    (18, 11),
    (15, 11),
    (64, 33),
    (160, 99),
    (4, 3),
    (3, 2),
    (2, 1),
];

/// Reads whether there is an aspect ratio of pixels, and which.
pub(super) fn pixel_aspect(b: &mut Bits<'_>) -> Result<Option<(u16, u16)>, Truncated> {
    if !b.bit("aspect_ratio_info_present_flag")? {
        return Ok(None);
    }
    let number = b.u8(8, "aspect_ratio_idc")?;
    if number != EXTENDED_ASPECT {
        return Ok(ASPECTS.get(usize::from(number).wrapping_sub(1)).copied());
    }
    let sides = b.u(32, "sar")?;
    let side = |bits: u32| u16::try_from(bits & 0xFFFF).ok().filter(|side| *side > 0);
    Ok(side(sides >> 16).zip(side(sides)))
}

/// Most samples a side has, or an edge takes away: far beyond any level, and sums of them stay small.
pub(super) const MAX_SIDE: u32 = 0xF_FFFF;

/// Reads what the four edges take away, and gives the size that is left. They count in units of chroma samples, on
/// interlaced pictures of both fields (`row_unit` 2).
pub(super) fn cropped(
    b: &mut Bits<'_>,
    (width, height): (u32, u32),
    chroma: u8,
    row_unit: u32,
    what: &'static str,
) -> Result<(u32, u32), SpsError> {
    let unit_x = if matches!(chroma, 1 | 2) { 2 } else { 1 };
    let unit_y = if chroma == 1 { 2 } else { 1 } * row_unit;
    let mut edge = || ue(b, what, MAX_SIDE);
    let (left, right, top, bottom) = (edge()?, edge()?, edge()?, edge()?);
    match (width.checked_sub((left + right) * unit_x), height.checked_sub((top + bottom) * unit_y)) {
        (Some(width @ 1..), Some(height @ 1..)) => Ok((width, height)),
        _ => Err(SpsError::OutOfRange(what)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aspects_by_number_and_in_full() {
        let read = |bytes: &[u8]| pixel_aspect(&mut Bits::new(bytes)).unwrap();
        assert_eq!(read(&[0x00]), None);
        assert_eq!(read(&[0x80, 0x00]), None);
        assert_eq!(read(&[0x80, 0x80]), Some((1, 1)));
        assert_eq!(read(&[0x87, 0x00]), Some((4, 3)));
        assert_eq!(read(&[0x88, 0x00]), Some((2, 1)));
        assert_eq!(read(&[0xFF, 0x80, 0x20, 0x00, 0x2D, 0x80]), Some((64, 91)));
        assert_eq!(read(&[0xFF, 0x80, 0x00, 0x00, 0x2D, 0x80]), None);
        assert!(pixel_aspect(&mut Bits::new(&[0xFF, 0x80])).is_err());
    }
}

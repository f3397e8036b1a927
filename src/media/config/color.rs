//! Code points of colour (ITU-T H.273), the same for all video codecs, and their names.
//!
//! Names are those of common tools; a number without one is shown as it is, and 2 (unspecified) says nothing.

use std::borrow::Cow;

use crate::base::read::Truncated;
use crate::media::bits::Bits;

/// What a configuration says of colour.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Color {
    /// Colour primaries.
    pub(crate) primaries: Option<u8>,
    /// Transfer characteristics.
    pub(crate) transfer: Option<u8>,
    /// Matrix coefficients.
    pub(crate) matrix: Option<u8>,
    /// Whether samples use all values, not only the studio range.
    pub(crate) full_range: Option<bool>,
}

impl Color {
    /// Reads primaries, transfer and matrix, a byte each.
    pub(super) fn describe(&mut self, b: &mut Bits<'_>) -> Result<(), Truncated> {
        self.primaries = Some(b.u8(8, "colour primaries")?);
        self.transfer = Some(b.u8(8, "transfer characteristics")?);
        self.matrix = Some(b.u8(8, "matrix coefficients")?);
        Ok(())
    }

    /// Reads the part of the usability information of H.264 and H.265 on the video signal, behind its flag.
    pub(super) fn signal(&mut self, b: &mut Bits<'_>) -> Result<(), Truncated> {
        b.u(3, "video_format")?;
        self.full_range = Some(b.bit("video_full_range_flag")?);
        if b.bit("colour_description_present_flag")? {
            self.describe(b)?;
        }
        Ok(())
    }

    /// What this states, and where it says nothing what `other` states.
    pub(crate) fn or(self, other: Self) -> Self {
        let stated = |number: Option<u8>| number.filter(|&number| number != UNSPECIFIED);
        Self {
            primaries: stated(self.primaries).or(other.primaries),
            transfer: stated(self.transfer).or(other.transfer),
            matrix: stated(self.matrix).or(other.matrix),
            full_range: self.full_range.or(other.full_range),
        }
    }

    /// The name of the primaries.
    pub(crate) fn primaries_name(self) -> Option<Cow<'static, str>> {
        name(self.primaries, |n| {
            Some(match n {
                1 => "bt709",
                4 => "bt470m",
                5 => "bt470bg",
                6 => "smpte170m",
                7 => "smpte240m",
                8 => "film",
                9 => "bt2020",
                10 => "smpte428",
                11 => "smpte431",
                12 => "smpte432",
                22 => "ebu3213",
                _ => return None,
            })
        })
    }

    /// The name of the transfer characteristics.
    pub(crate) fn transfer_name(self) -> Option<Cow<'static, str>> {
        name(self.transfer, |n| {
            Some(match n {
                1 => "bt709",
                4 => "bt470m",
                5 => "bt470bg",
                6 => "smpte170m",
                7 => "smpte240m",
                8 => "linear",
                9 => "log100",
                10 => "log316",
                11 => "iec61966-2-4",
                12 => "bt1361e",
                13 => "iec61966-2-1",
                14 => "bt2020-10",
                15 => "bt2020-12",
                16 => "smpte2084",
                17 => "smpte428",
                18 => "arib-std-b67",
                _ => return None,
            })
        })
    }

    /// The name of the matrix coefficients.
    pub(crate) fn matrix_name(self) -> Option<Cow<'static, str>> {
        name(self.matrix, |n| {
            Some(match n {
                0 => "gbr",
                1 => "bt709",
                4 => "fcc",
                5 => "bt470bg",
                6 => "smpte170m",
                7 => "smpte240m",
                8 => "ycgco",
                9 => "bt2020nc",
                10 => "bt2020c",
                11 => "smpte2085",
                12 => "chroma-derived-nc",
                13 => "chroma-derived-c",
                14 => "ictcp",
                _ => return None,
            })
        })
    }
}

fn name(number: Option<u8>, known: fn(u8) -> Option<&'static str>) -> Option<Cow<'static, str>> {
    let number = number.filter(|&number| number != UNSPECIFIED)?;
    Some(known(number).map_or_else(|| Cow::Owned(number.to_string()), Cow::Borrowed))
}

const UNSPECIFIED: u8 = 2;

/// The name of a chroma format by its number (H.264, table 6-1).
pub(super) const fn chroma_name(format: u8) -> Option<&'static str> {
    match format {
        0 => Some("mono"),
        1 => Some("4:2:0"),
        2 => Some("4:2:2"),
        3 => Some("4:4:4"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_source_leaves_open_another_says() {
        let record =
            Color { primaries: Some(9), transfer: Some(2), matrix: Some(2), full_range: Some(false) };
        let frame = Color { primaries: None, transfer: None, matrix: Some(9), full_range: Some(true) };
        let both = record.or(frame);
        assert_eq!((both.primaries, both.transfer), (Some(9), None));
        assert_eq!((both.matrix, both.full_range), (Some(9), Some(false)));
        assert_eq!(Color::default().or(frame), frame);
    }
}

//! The VP8 and VP9 configuration record, `vpcC` (VP codec ISO media file format binding, version 1.0).
//!
//! ```text
//! [version u8 (1), flags u24 (0)]
//! profile u8, level u8;  bit depth 4 bits, chroma 3, full range 1;  primaries u8, transfer u8, matrix u8
//! initialization data u16 size (0), data
//! ```
//!
//! Version and flags belong to the box around the record; some programs write them here, others do not.

use super::{Description, Format, VideoFormat, ends};
use crate::base::read::{Reader, Truncated};

/// Version and flags of the box: no record begins so, since no sample has 0 bits.
const BOX: [u8; 4] = [1, 0, 0, 0];

/// Describes a record.
pub(super) fn describe(record: &[u8]) -> Description {
    let mut format = VideoFormat::default();
    let mut reader = Reader::new(record);
    let problem = fill(&mut reader, &mut format).err().map(|cut| ends("vpcC", &cut));
    Description { record: Some("vpcC"), format: Format::Video(format), problem }
}

fn fill(r: &mut Reader<'_>, format: &mut VideoFormat) -> Result<(), Truncated> {
    if r.rest().starts_with(&BOX) {
        r.take(BOX.len(), "version and flags")?;
    }
    let profile = r.u8("profile")?;
    format.profile = Some(format!("Profile {profile}").into());
    // 0 is an unknown level.
    let level = r.u8("level")?;
    format.level = (level != 0).then(|| format!("{}.{}", level / 10, level % 10));
    let kind = r.u8("bit depth")?;
    format.bit_depth = Some(kind >> 4);
    format.chroma = match kind >> 1 & 0x07 {
        0 | 1 => Some("4:2:0"),
        2 => Some("4:2:2"),
        3 => Some("4:4:4"),
        4 => Some("4:4:0"),
        _ => None,
    };
    format.color.full_range = Some(kind & 1 != 0);
    format.color.primaries = Some(r.u8("colour primaries")?);
    format.color.transfer = Some(r.u8("transfer characteristics")?);
    format.color.matrix = Some(r.u8("matrix coefficients")?);
    let len = r.u16("initialization data size")?;
    r.take(usize::from(len), "initialization data").map(drop)
}

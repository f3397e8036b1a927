//! The HEVC decoder configuration record, `hvcC` (ISO/IEC 14496-15, 8.3.3.1).
//!
//! ```text
//! version u8;  profile space 2 bits, tier 1, profile 5;  compatibility u32;  constraints 48 bits;  level u8
//! 1111 segmentation 12 bits;  111111 parallelism 2;  111111 chroma 2;  11111 luma depth − 8 3;  11111 chroma's 3
//! average rate u16 in 1/256;  constant rate 2, layers 3, nested 1, length size − 1 2;  array count u8
//! each array:  complete 1, 0, NAL type 6;  count u16, (size u16, NAL)*
//! ```
//!
//! Gives what the record says, and what its first SPS says instead.

use super::color::chroma_name;
use super::parameter_set::{self, SpsError};
use super::{Description, Format, VideoFormat, ends, hevc_sps, rate};
use crate::base::read::{Reader, Truncated};

const VPS: u8 = 32;
const SPS: u8 = 33;
const PPS: u8 = 34;

/// Describes a record.
pub(super) fn describe(record: &[u8]) -> Description {
    let mut format = VideoFormat::default();
    let mut sps = None;
    let version = record.first().copied();
    let problem = match fill(&mut Reader::new(record), &mut format, &mut sps, &mut |_| {}) {
        Err(cut) => Some(ends("hvcC", &cut)),
        Ok(()) => match version {
            // Version 0 was written by early muxers, with the same layout.
            Some(0 | 1) => parameter_set::problem("hvcC", sps),
            version => Some(format!("hvcC of version {}", version.unwrap_or(0))),
        },
    };
    Description { record: Some("hvcC"), format: Format::Video(format), problem }
}

/// Gives the NAL units of a record, as far as they are there.
pub(super) fn units<'a>(record: &'a [u8], each: &mut dyn FnMut(&'a [u8])) {
    // What is in front of a cut was given.
    fill(&mut Reader::new(record), &mut VideoFormat::default(), &mut None, each).ok();
}

/// `sps` becomes how the reading of the first parameter set ended, once there was one; `each` takes all NAL units.
fn fill<'a>(
    r: &mut Reader<'a>,
    format: &mut VideoFormat,
    sps: &mut Option<Result<(), SpsError>>,
    each: &mut dyn FnMut(&'a [u8]),
) -> Result<(), Truncated> {
    r.u8("version")?;
    let profile = r.u8("profile")?;
    let compatibility = r.u32("profile compatibility")?;
    r.take(6, "constraint flags")?;
    hevc_sps::kind(format, profile, compatibility, r.u8("level")?);
    r.take(3, "segmentation and parallelism")?;
    format.chroma = chroma_name(r.u8("chroma format")? & 0x03);
    format.bit_depth = Some((r.u8("luma bit depth")? & 0x07) + 8);
    r.u8("chroma bit depth")?;
    format.fps = rate(f64::from(r.u16("average frame rate")?), 256.0);
    format.nal_length_bytes = Some((r.u8("NAL length size")? & 0x03) + 1);
    for _ in 0..r.u8("array count")? {
        let nal_type = r.u8("array header")? & 0x3F;
        let what = match nal_type {
            VPS => "VPS array",
            SPS => "SPS array",
            PPS => "PPS array",
            _ => "SEI array",
        };
        let count = r.u16(what)?;
        parameter_set::array(r, count, what, |nal| {
            each(nal);
            if nal_type == SPS && sps.is_none() {
                *sps = Some(hevc_sps::read(nal, format));
            }
        })?;
    }
    Ok(())
}

//! The VVC decoder configuration record, `vvcC` (ISO/IEC 14496-15, 11.2.4.2).
//!
//! ```text
//! 11111 length size − 1 2 bits, profile present 1
//! if present:  layer set 9, layers 3, constant rate 2, chroma 2;  luma depth − 8 3, 11111;  profile record
//!              width u16, height u16, average rate u16 in 1/256
//! array count u8;  each:  complete 1, 00, NAL type 5;  count u16, but not of types 12 and 13;  (size u16, NAL)*
//! profile record:  00, constraint bytes 6 bits;  profile 7, tier 1;  level u8;  flags 2, constraints
//!                  level flags and levels of the layers;  count u8, sub-profile u32 *
//! ```
//!
//! Gives what the record says, and what its first SPS says instead; the size is that of the largest picture.

use std::borrow::Cow;

use super::color::chroma_name;
use super::parameter_set::{self, SpsError};
use super::{Description, Format, VideoFormat, ends, rate, vvc_sps};
use crate::base::read::{Reader, Truncated};

const SPS: u8 = 15;
const OPERATING_POINTS: u8 = 12;
const DECODING_CAPABILITY: u8 = 13;

/// Describes a record.
pub(super) fn describe(record: &[u8]) -> Description {
    let mut format = VideoFormat::default();
    let mut sps = None;
    let problem = match fill(&mut Reader::new(record), &mut format, &mut sps, &mut |_| {}) {
        Err(cut) => Some(ends("vvcC", &cut)),
        Ok(()) => parameter_set::problem("vvcC", sps),
    };
    Description { record: Some("vvcC"), format: Format::Video(format), problem }
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
    let first = r.u8("NAL length size")?;
    format.nal_length_bytes = Some((first >> 1 & 0x03) + 1);
    if first & 1 != 0 {
        let set = r.u16("layer set")?;
        format.chroma = chroma_name(u8::try_from(set & 0x03).unwrap_or(0));
        format.bit_depth = Some((r.u8("bit depth")? >> 5) + 8);
        profile(r, u8::try_from(set >> 4 & 0x07).unwrap_or(0), format)?;
        format.width = Some(r.u16("width")?.into());
        format.height = Some(r.u16("height")?.into());
        format.fps = rate(f64::from(r.u16("average frame rate")?), 256.0);
    }
    for _ in 0..r.u8("array count")? {
        let nal_type = r.u8("array header")? & 0x1F;
        let what = match nal_type {
            14 => "VPS array",
            SPS => "SPS array",
            16 => "PPS array",
            _ => "NAL array",
        };
        let single = matches!(nal_type, OPERATING_POINTS | DECODING_CAPABILITY);
        let count = if single { 1 } else { r.u16(what)? };
        parameter_set::array(r, count, what, |nal| {
            each(nal);
            if nal_type == SPS && sps.is_none() {
                *sps = Some(vvc_sps::read(nal, format));
            }
        })?;
    }
    Ok(())
}

fn profile(r: &mut Reader<'_>, layers: u8, format: &mut VideoFormat) -> Result<(), Truncated> {
    let constraint_bytes = r.u8("constraint size")? & 0x3F;
    let kind = r.u8("profile")?;
    self::kind(format, kind, r.u8("level")?);
    // The first two bits are flags, so that there is one byte at least.
    r.take(usize::from(constraint_bytes.max(1)), "constraints")?;
    if layers > 1 {
        // One flag per layer but the highest, from the top of the byte.
        let flags = r.u8("level flags of layers")?;
        for layer in 0..layers - 1 {
            if flags & (0x80 >> layer) != 0 {
                r.u8("level of a layer")?;
            }
        }
    }
    let sub_profiles = r.u8("sub-profile count")?;
    r.take(4 * usize::from(sub_profiles), "sub-profiles").map(drop)
}

/// What the byte of profile and tier and the level number say.
pub(super) fn kind(format: &mut VideoFormat, profile: u8, level: u8) {
    format.profile = Some(profile_name(profile >> 1));
    format.tier = Some(if profile & 1 == 0 { "main" } else { "high" });
    format.level = Some(format!("{}.{}", level / 16, level % 16 / 3));
}

fn profile_name(profile: u8) -> Cow<'static, str> {
    Cow::Borrowed(match profile {
        1 => "Main 10",
        2 => "Main 12",
        17 => "Multilayer Main 10",
        33 => "Main 10 4:4:4",
        34 => "Main 12 4:4:4",
        49 => "Multilayer Main 10 4:4:4",
        65 => "Main 10 Still Picture",
        97 => "Main 10 4:4:4 Still Picture",
        other => return Cow::Owned(format!("unknown_{other}")),
    })
}

//! The AV1 configuration, `av1C` (AV1 in ISOBMFF, 2.3.3) or the video descriptor of an MPEG-2 transport stream, and
//! the sequence header in it (AV1, 5.5).
//!
//! ```text
//! av1C        marker and version 0x81;  profile 3 bits, level 5;  tier 1, high depth 1, 12 bit 1, mono 1,
//!             subsampling x 1, y 1, sample position 2;  delay u8;  OBUs
//! descriptor  [0x05, size u8, `AV01`, …]  0x80, size u8 (4), then the four bytes of av1C
//! ```
//!
//! Gives what the record says, and what the sequence header says instead.

use std::borrow::Cow;

use super::color::chroma_name;
use super::{Description, Format, VideoFormat, ends, rate};
use crate::base::read::{Reader, Truncated};
use crate::media::bits::Bits;
use crate::media::obu;

const REGISTRATION: u8 = 0x05;
const DESCRIPTOR: u8 = 0x80;
/// The type of an OBU that is a sequence header.
const SEQUENCE_HEADER: u8 = 1;
/// The level number of a stream that keeps to none.
const MAX_PARAMETERS: u8 = 31;

/// Describes a record or a descriptor.
pub(super) fn describe(record: &[u8]) -> Description {
    let mut format = VideoFormat::default();
    let mut reader = Reader::new(record);
    let descriptor = matches!(record.first(), Some(&(REGISTRATION | DESCRIPTOR)));
    let name = if descriptor { "mpeg2ts_av1" } else { "av1C" };
    let read = if descriptor { skip_descriptor(&mut reader) } else { Ok(()) };
    let problem = match read.and_then(|()| fields(&mut reader, &mut format)) {
        Err(cut) => Some(ends(name, &cut)),
        Ok(0x81) if descriptor => None,
        Ok(0x81) => units(reader.rest(), &mut format).err(),
        Ok(first) => Some(format!("{name} begins with 0x{first:02x}, not with 0x81")),
    };
    Description { record: Some(name), format: Format::Video(format), problem }
}

/// Passes over what stands before the four bytes that descriptor and record have in common.
fn skip_descriptor(r: &mut Reader<'_>) -> Result<(), Truncated> {
    while r.u8("descriptor tag")? != DESCRIPTOR {
        let len = r.u8("descriptor size")?;
        r.take(usize::from(len), "descriptor")?;
    }
    r.u8("descriptor size").map(drop)
}

/// The four bytes; gives the first.
fn fields(r: &mut Reader<'_>, format: &mut VideoFormat) -> Result<u8, Truncated> {
    let first = r.u8("marker")?;
    let kind = r.u8("profile")?;
    let profile = kind >> 5;
    format.profile = Some(profile_name(profile));
    format.level = Some(level_name(kind & 0x1F));
    let flags = r.u8("flags")?;
    let flag = |n: u8| flags & (0x80 >> n) != 0;
    format.tier = Some(tier_name(flag(0)));
    format.bit_depth = Some(bit_depth(flag(1), flag(2)));
    format.chroma = chroma(flag(3), flag(4), flag(5));
    r.u8("delay")?;
    Ok(first)
}

/// Reads the first sequence header among the OBUs.
fn units(bytes: &[u8], format: &mut VideoFormat) -> Result<(), String> {
    let mut reader = Reader::new(bytes);
    let r = &mut reader;
    while r.left() > 0 {
        let (obu_type, payload) = unit(r).map_err(|cut| ends("OBU", &cut))?;
        if obu_type == SEQUENCE_HEADER {
            return sequence_header(&mut Bits::new(payload), format)
                .map_err(|cut| ends("sequence header", &cut));
        }
    }
    Ok(())
}

/// The type and the payload of the next OBU; one without a size takes the rest.
fn unit<'a>(r: &mut Reader<'a>) -> Result<(u8, &'a [u8]), Truncated> {
    let (header, mut len) = obu::begin(r)?;
    if header.kind == SEQUENCE_HEADER && len > r.left() {
        // What is there of it still says something; reading it finds the end.
        len = r.left();
    }
    Ok((header.kind, r.take(len, "OBU")?))
}

fn sequence_header(b: &mut Bits<'_>, format: &mut VideoFormat) -> Result<(), Truncated> {
    let profile = b.u8(3, "seq_profile")?;
    format.profile = Some(profile_name(profile));
    b.bit("still_picture")?;
    let reduced = b.bit("reduced_still_picture_header")?;
    if reduced {
        format.level = Some(level_name(b.u8(5, "seq_level_idx")?));
        format.tier = Some(tier_name(false));
    } else {
        operating_points(b, format)?;
    }
    let width_bits = b.u(4, "frame_width_bits_minus_1")? + 1;
    let height_bits = b.u(4, "frame_height_bits_minus_1")? + 1;
    format.width = Some(b.u(width_bits, "max_frame_width_minus_1")? + 1);
    format.height = Some(b.u(height_bits, "max_frame_height_minus_1")? + 1);
    if !reduced && b.bit("frame_id_numbers_present_flag")? {
        b.u(4 + 3, "frame id lengths")?;
    }
    b.u(3, "use_128x128_superblock")?;
    if !reduced {
        inter_tools(b)?;
    }
    b.u(3, "enable_superres")?;
    color(b, profile, format)
}

/// Timing, decoder model and the level of the first operating point.
fn operating_points(b: &mut Bits<'_>, format: &mut VideoFormat) -> Result<(), Truncated> {
    let mut delay_bits = None;
    if b.bit("timing_info_present_flag")? {
        let units = f64::from(b.u(32, "num_units_in_display_tick")?);
        let scale = f64::from(b.u(32, "time_scale")?);
        if b.bit("equal_picture_interval")? {
            let ticks = b.ue("num_ticks_per_picture_minus_1")?;
            format.fps = ticks.and_then(|ticks| rate(scale, units * (f64::from(ticks) + 1.0)));
        }
        if b.bit("decoder_model_info_present_flag")? {
            delay_bits = Some(b.u(5, "buffer_delay_length_minus_1")? + 1);
            b.skip(32 + 5 + 5, "decoder model")?;
        }
    }
    let display_delay = b.bit("initial_display_delay_present_flag")?;
    for point in 0..=b.u8(5, "operating_points_cnt_minus_1")? {
        b.u(12, "operating_point_idc")?;
        let level = b.u8(5, "seq_level_idx")?;
        let high = level > 7 && b.bit("seq_tier")?;
        if point == 0 {
            format.level = Some(level_name(level));
            format.tier = Some(tier_name(high));
        }
        if let Some(bits) = delay_bits
            && b.bit("decoder_model_present_for_this_op")?
        {
            b.skip(2 * bits + 1, "operating parameters")?;
        }
        if display_delay && b.bit("initial_display_delay_present_for_this_op")? {
            b.u(4, "initial_display_delay_minus_1")?;
        }
    }
    Ok(())
}

/// Passes over the tools of inter frames.
fn inter_tools(b: &mut Bits<'_>) -> Result<(), Truncated> {
    b.u(4, "enable_interintra_compound")?;
    let order_hint = b.bit("enable_order_hint")?;
    if order_hint {
        b.u(2, "enable_jnt_comp")?;
    }
    // Chosen per frame, or else one value for all.
    let screen_content =
        b.bit("seq_choose_screen_content_tools")? || b.bit("seq_force_screen_content_tools")?;
    if screen_content && !b.bit("seq_choose_integer_mv")? {
        b.bit("seq_force_integer_mv")?;
    }
    if order_hint {
        b.u(3, "order_hint_bits_minus_1")?;
    }
    Ok(())
}

/// `color_config` (5.5.2).
fn color(b: &mut Bits<'_>, profile: u8, format: &mut VideoFormat) -> Result<(), Truncated> {
    let high = b.bit("high_bitdepth")?;
    let twelve = high && profile == 2 && b.bit("twelve_bit")?;
    format.bit_depth = Some(bit_depth(high, twelve));
    let mono = profile != 1 && b.bit("mono_chrome")?;
    if b.bit("color_description_present_flag")? {
        format.color.describe(b)?;
    }
    if mono {
        format.chroma = chroma(true, true, true);
        format.color.full_range = Some(b.bit("color_range")?);
        return Ok(());
    }
    let srgb =
        (format.color.primaries, format.color.transfer, format.color.matrix) == (Some(1), Some(13), Some(0));
    let (x, y) = if srgb {
        format.color.full_range = Some(true);
        (false, false)
    } else {
        format.color.full_range = Some(b.bit("color_range")?);
        match profile {
            0 => (true, true),
            1 => (false, false),
            _ if twelve => {
                let x = b.bit("subsampling_x")?;
                (x, x && b.bit("subsampling_y")?)
            }
            _ => (true, false),
        }
    };
    format.chroma = chroma(false, x, y);
    Ok(())
}

fn profile_name(profile: u8) -> Cow<'static, str> {
    Cow::Borrowed(match profile {
        0 => "Main",
        1 => "High",
        2 => "Professional",
        other => return Cow::Owned(format!("unknown_{other}")),
    })
}

fn level_name(index: u8) -> String {
    match index {
        MAX_PARAMETERS => "max".to_owned(),
        _ => format!("{}.{}", 2 + (index >> 2), index & 3),
    }
}

const fn tier_name(high: bool) -> &'static str {
    if high { "high" } else { "main" }
}

const fn bit_depth(high: bool, twelve: bool) -> u8 {
    match (high, twelve) {
        (false, _) => 8,
        (true, false) => 10,
        (true, true) => 12,
    }
}

const fn chroma(mono: bool, x: bool, y: bool) -> Option<&'static str> {
    match (mono, x, y) {
        (true, ..) => chroma_name(0),
        (false, true, true) => chroma_name(1),
        (false, true, false) => chroma_name(2),
        (false, false, false) => chroma_name(3),
        (false, false, true) => None,
    }
}

//! The H.264 sequence parameter set (ITU-T H.264, 7.3.2.1.1 and annex E), as far as a report needs it.
//!
//! Takes a NAL unit with its header and gives what could be read: profile and level even when the rest is broken,
//! the picture even when the usability information behind it is cut. A picture larger than its level allows, or a
//! field out of range that does not move the fields behind it, is a fact like any other. Scaling lists and reference
//! offsets are passed over, what follows the timing is not read.

use std::borrow::Cow;

use super::color::{Color, chroma_name};
use super::parameter_set::{SpsError, cropped, pixel_aspect, se, ue};
use super::{VideoFormat, rate};
use crate::media::bits::Bits;

/// A sequence parameter set.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sps {
    /// Profile number, constraint flags and level number, if they were reached.
    pub(crate) kind: Option<(u8, u8, u8)>,
    /// 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    pub(crate) chroma_format: Option<u8>,
    /// Bits of a luma sample.
    pub(crate) luma_bits: Option<u8>,
    /// The picture.
    pub(crate) picture: Option<Picture>,
    /// Colour, as far as stated.
    pub(crate) color: Color,
    /// The timing, if stated.
    pub(crate) timing: Option<Timing>,
    /// Width of a pixel against its height.
    pub(crate) pixel_aspect: Option<(u16, u16)>,
    /// Why reading stopped early.
    pub(crate) error: Option<SpsError>,
}

/// Size and structure of the picture.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Width in pixels as coded, a multiple of 16.
    pub(crate) coded_width: u32,
    /// Height in pixels of a whole frame as coded.
    pub(crate) coded_height: u32,
    /// Width as shown.
    pub(crate) width: u32,
    /// Height as shown.
    pub(crate) height: u32,
    /// Whether pictures may be coded as fields.
    pub(crate) interlaced: bool,
}

/// The clock of the stream.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Timing {
    /// Length of a tick; a field takes one, a frame two.
    pub(crate) units_in_tick: u32,
    /// Units in a second.
    pub(crate) time_scale: u32,
    /// Whether every frame takes the same time.
    pub(crate) fixed: bool,
}

impl Timing {
    /// Frames per second.
    pub(crate) fn fps(self) -> Option<f64> {
        rate(f64::from(self.time_scale), 2.0 * f64::from(self.units_in_tick))
    }
}

/// Profiles with chroma format, bit depths and scaling lists in the parameter set.
pub(super) const HIGH_PROFILES: [u8; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

impl Sps {
    /// Reads the NAL unit.
    pub(crate) fn parse(nal: &[u8]) -> Self {
        let mut sps = Self::default();
        sps.error = sps.fill(nal).err();
        sps
    }

    fn fill(&mut self, nal: &[u8]) -> Result<(), SpsError> {
        let mut bits = Bits::nal(nal);
        let b = &mut bits;
        let nal_type = b.u8(8, "NAL header")? & 0x1F;
        if nal_type != 7 {
            return Err(SpsError::NotSps(nal_type));
        }
        let profile = b.u8(8, "profile_idc")?;
        let flags = b.u8(8, "constraint flags")?;
        self.kind = Some((profile, flags, b.u8(8, "level_idc")?));
        ue(b, "seq_parameter_set_id", u32::MAX)?;
        let mut separate_planes = false;
        if HIGH_PROFILES.contains(&profile) {
            separate_planes = self.chroma(b)?;
        } else {
            (self.chroma_format, self.luma_bits) = (Some(1), Some(8));
        }
        ue(b, "log2_max_frame_num_minus4", u32::MAX)?;
        picture_order(b)?;
        ue(b, "max_num_ref_frames", u32::MAX)?;
        b.bit("gaps_in_frame_num_value_allowed_flag")?;
        let chroma = if separate_planes { 0 } else { self.chroma_format.unwrap_or(0) };
        self.picture(b, chroma)?;
        if b.bit("vui_parameters_present_flag")? {
            self.usability(b)?;
        }
        Ok(())
    }

    /// Chroma format, depths and scaling lists; gives whether the colour planes are coded apart.
    fn chroma(&mut self, b: &mut Bits<'_>) -> Result<bool, SpsError> {
        let format = ue(b, "chroma_format_idc", u32::MAX)?;
        self.chroma_format = u8::try_from(format).ok();
        let separate_planes = format == 3 && b.bit("separate_colour_plane_flag")?;
        self.luma_bits = u8::try_from(ue(b, "bit_depth_luma_minus8", u32::MAX)?.saturating_add(8)).ok();
        ue(b, "bit_depth_chroma_minus8", u32::MAX)?;
        b.bit("qpprime_y_zero_transform_bypass_flag")?;
        if b.bit("seq_scaling_matrix_present_flag")? {
            for list in 0..if format == 3 { 12 } else { 8 } {
                if b.bit("seq_scaling_list_present_flag")? {
                    scaling_list(b, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
        Ok(separate_planes)
    }

    /// Size and cropping. The size stays known when the cropping is cut or cannot be.
    fn picture(&mut self, b: &mut Bits<'_>, chroma: u8) -> Result<(), SpsError> {
        let side = |minus1: u32, unit: u32| (minus1 + 1) * unit;
        let coded_width = side(ue(b, "pic_width_in_mbs_minus1", 0xFFFF)?, 16);
        let map_units = ue(b, "pic_height_in_map_units_minus1", 0xFFFF)?;
        let frames_only = b.bit("frame_mbs_only_flag")?;
        let coded_height = side(map_units, if frames_only { 16 } else { 32 });
        let picture = self.picture.insert(Picture {
            coded_width,
            coded_height,
            width: coded_width,
            height: coded_height,
            interlaced: !frames_only,
        });
        if !frames_only {
            b.bit("mb_adaptive_frame_field_flag")?;
        }
        b.bit("direct_8x8_inference_flag")?;
        if !b.bit("frame_cropping_flag")? {
            return Ok(());
        }
        let row_unit = if frames_only { 1 } else { 2 };
        let coded = (coded_width, coded_height);
        (picture.width, picture.height) = cropped(b, coded, chroma, row_unit, "frame_crop_offset")?;
        Ok(())
    }

    /// Reads the usability information up to the timing (E.1.1).
    fn usability(&mut self, b: &mut Bits<'_>) -> Result<(), SpsError> {
        self.pixel_aspect = pixel_aspect(b)?;
        if b.bit("overscan_info_present_flag")? {
            b.bit("overscan_appropriate_flag")?;
        }
        if b.bit("video_signal_type_present_flag")? {
            self.color.signal(b)?;
        }
        if b.bit("chroma_loc_info_present_flag")? {
            ue(b, "chroma_sample_loc_type_top_field", u32::MAX)?;
            ue(b, "chroma_sample_loc_type_bottom_field", u32::MAX)?;
        }
        if b.bit("timing_info_present_flag")? {
            self.timing = Some(Timing {
                units_in_tick: b.u(32, "num_units_in_tick")?,
                time_scale: b.u(32, "time_scale")?,
                fixed: b.bit("fixed_frame_rate_flag")?,
            });
        }
        Ok(())
    }

    /// The words of the report, or why there is nothing to say at all.
    pub(crate) fn format(&self) -> Result<VideoFormat, SpsError> {
        let Some((profile, flags, level)) = self.kind else {
            return Err(self.error.unwrap_or(SpsError::OutOfRange("profile_idc")));
        };
        Ok(VideoFormat {
            profile: Some(profile_name(profile, flags)),
            level: Some(level_name(profile, flags, level)),
            width: self.picture.map(|p| p.width),
            height: self.picture.map(|p| p.height),
            pixel_aspect: self.pixel_aspect,
            fps: self.timing.and_then(Timing::fps),
            interlaced: self.picture.map(|p| p.interlaced),
            bit_depth: self.luma_bits,
            chroma: self.chroma_format.and_then(chroma_name),
            color: self.color,
            ..VideoFormat::default()
        })
    }
}

/// Passes over a scaling list (7.3.2.1.1.1).
fn scaling_list(b: &mut Bits<'_>, size: usize) -> Result<(), SpsError> {
    let mut last = 8;
    for _ in 0..size {
        let next = (last + se(b, "delta_scale")?).rem_euclid(256);
        if next == 0 {
            break;
        }
        last = next;
    }
    Ok(())
}

/// Passes over the picture order count fields.
fn picture_order(b: &mut Bits<'_>) -> Result<(), SpsError> {
    match ue(b, "pic_order_cnt_type", 2)? {
        0 => {
            ue(b, "log2_max_pic_order_cnt_lsb_minus4", u32::MAX)?;
        }
        1 => {
            b.bit("delta_pic_order_always_zero_flag")?;
            se(b, "offset_for_non_ref_pic")?;
            se(b, "offset_for_top_to_bottom_field")?;
            for _ in 0..ue(b, "num_ref_frames_in_pic_order_cnt_cycle", 255)? {
                se(b, "offset_for_ref_frame")?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// The name of a profile (annex A.2); `flags` is the byte of constraint flags.
pub(crate) fn profile_name(profile_idc: u8, flags: u8) -> Cow<'static, str> {
    let set = |n: u8| flags & (0x80 >> n) != 0;
    Cow::Borrowed(match profile_idc {
        66 if set(1) => "Constrained Baseline",
        66 => "Baseline",
        77 => "Main",
        88 => "Extended",
        100 if set(4) && set(5) => "Constrained High",
        100 if set(4) => "Progressive High",
        100 => "High",
        110 if set(3) => "High 10 Intra",
        110 if set(4) => "Progressive High 10",
        110 => "High 10",
        122 if set(3) => "High 4:2:2 Intra",
        122 => "High 4:2:2",
        244 if set(3) => "High 4:4:4 Intra",
        244 => "High 4:4:4 Predictive",
        44 => "CAVLC 4:4:4 Intra",
        83 if set(5) => "Scalable Constrained Baseline",
        83 => "Scalable Baseline",
        86 if set(3) => "Scalable High Intra",
        86 if set(5) => "Scalable Constrained High",
        86 => "Scalable High",
        118 => "Multiview High",
        128 => "Stereo High",
        134 => "MFC High",
        135 => "MFC Depth High",
        138 => "Multiview Depth High",
        139 => "Enhanced Multiview Depth High",
        other => return Cow::Owned(format!("unknown_{other}")),
    })
}

/// The name of a level (annex A.3), such as `3.1`; level 1b is 11 with a constraint flag, or 9.
pub(crate) fn level_name(profile_idc: u8, flags: u8, level_idc: u8) -> String {
    match level_idc {
        9 => "1b".to_owned(),
        11 if flags & 0x10 != 0 && matches!(profile_idc, 66 | 77 | 88) => "1b".to_owned(),
        _ => format!("{}.{}", level_idc / 10, level_idc % 10),
    }
}

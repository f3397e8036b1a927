//! The H.265 sequence parameter set (ITU-T H.265, 7.3.2.2 and annex E), as far as a report needs it.
//!
//! Takes a NAL unit with its header and fills in what could be read before it ends or becomes impossible. Scaling
//! lists and reference picture sets are passed over; what follows the timing is not read.

use std::borrow::Cow;

use super::color::chroma_name;
use super::parameter_set::{MAX_SIDE, SpsError, cropped, pixel_aspect, se, ue};
use super::{VideoFormat, rate};
use crate::media::bits::Bits;

const NAL_TYPE: u8 = 33;
/// Most pictures a reference picture set can have, and more than any level allows.
const MAX_PICTURES: u32 = 16;

/// Reads the NAL unit.
pub(super) fn read(nal: &[u8], format: &mut VideoFormat) -> Result<(), SpsError> {
    let mut bits = Bits::nal(nal);
    let b = &mut bits;
    let nal_type = b.u8(8, "NAL header")? >> 1 & 0x3F;
    if nal_type != NAL_TYPE {
        return Err(SpsError::NotSps(nal_type));
    }
    b.u(8 + 4, "NAL header")?;
    let sub_layers = b.u8(3, "sps_max_sub_layers_minus1")?;
    b.bit("sps_temporal_id_nesting_flag")?;
    profile_tier_level(b, sub_layers, format)?;
    ue(b, "sps_seq_parameter_set_id", 15)?;
    picture(b, format)?;
    let order_bits = ue(b, "log2_max_pic_order_cnt_lsb_minus4", 12)? + 4;
    let all_layers = b.bit("sps_sub_layer_ordering_info_present_flag")?;
    for _ in 0..if all_layers { sub_layers + 1 } else { 1 } {
        for what in
            ["sps_max_dec_pic_buffering_minus1", "sps_max_num_reorder_pics", "sps_max_latency_increase"]
        {
            ue(b, what, u32::MAX)?;
        }
    }
    tools(b)?;
    reference_sets(b)?;
    if b.bit("long_term_ref_pics_present_flag")? {
        for _ in 0..ue(b, "num_long_term_ref_pics_sps", 32)? {
            b.skip(order_bits + 1, "lt_ref_pic_poc_lsb_sps")?;
        }
    }
    b.u(2, "sps_temporal_mvp_enabled_flag")?;
    if b.bit("vui_parameters_present_flag")? {
        usability(b, format)?;
    }
    Ok(())
}

/// Profile, tier and level (7.3.3), of the stream and, passed over, of its layers.
fn profile_tier_level(b: &mut Bits<'_>, sub_layers: u8, format: &mut VideoFormat) -> Result<(), SpsError> {
    let profile = b.u8(8, "general_profile_idc")?;
    let compatibility = b.u(32, "general_profile_compatibility_flags")?;
    b.skip(48, "general constraint flags")?;
    kind(format, profile, compatibility, b.u8(8, "general_level_idc")?);
    let mut layers = [(false, false); 8];
    for layer in layers.iter_mut().take(usize::from(sub_layers)) {
        *layer = (b.bit("sub_layer_profile_present_flag")?, b.bit("sub_layer_level_present_flag")?);
    }
    if sub_layers > 0 {
        b.skip(2 * (8 - u32::from(sub_layers)), "reserved_zero_2bits")?;
    }
    for (profile, level) in layers {
        b.skip(if profile { 88 } else { 0 } + if level { 8 } else { 0 }, "sub-layer profile and level")?;
    }
    Ok(())
}

/// What the byte of profile and tier, the compatibility flags and the level number say.
pub(super) fn kind(format: &mut VideoFormat, profile: u8, compatibility: u32, level: u8) {
    format.tier = Some(if profile & 0x20 == 0 { "main" } else { "high" });
    format.profile = Some(profile_name(profile & 0x1F, compatibility));
    format.level = Some(format!("{}.{}", level / 30, level % 30 / 3));
}

fn profile_name(profile: u8, compatibility: u32) -> Cow<'static, str> {
    // Without a number the first profile the stream says it fits.
    let number = match profile {
        0 => (1..32).find(|n| compatibility & (1 << (31 - n)) != 0).unwrap_or(0),
        given => u32::from(given),
    };
    Cow::Borrowed(match number {
        1 => "Main",
        2 => "Main 10",
        3 => "Main Still Picture",
        4 => "RExt",
        5 => "High Throughput",
        6 => "Multiview Main",
        7 => "Scalable Main",
        8 => "3D Main",
        9 => "SCC",
        10 => "Scalable RExt",
        11 => "High Throughput SCC",
        other => return Cow::Owned(format!("unknown_{other}")),
    })
}

/// Chroma format, size, conformance window and depth.
fn picture(b: &mut Bits<'_>, format: &mut VideoFormat) -> Result<(), SpsError> {
    let chroma = u8::try_from(ue(b, "chroma_format_idc", 3)?).unwrap_or(0);
    format.chroma = chroma_name(chroma);
    if chroma == 3 {
        b.bit("separate_colour_plane_flag")?;
    }
    let width = ue(b, "pic_width_in_luma_samples", MAX_SIDE)?;
    let height = ue(b, "pic_height_in_luma_samples", MAX_SIDE)?;
    (format.width, format.height) = (Some(width), Some(height));
    if b.bit("conformance_window_flag")? {
        let (width, height) = cropped(b, (width, height), chroma, 1, "conf_win_offset")?;
        (format.width, format.height) = (Some(width), Some(height));
    }
    format.bit_depth = u8::try_from(ue(b, "bit_depth_luma_minus8", 8)? + 8).ok();
    ue(b, "bit_depth_chroma_minus8", 8)?;
    Ok(())
}

/// Passes over the coding tools.
fn tools(b: &mut Bits<'_>) -> Result<(), SpsError> {
    for what in [
        "log2_min_luma_coding_block_size_minus3",
        "log2_diff_max_min_luma_coding_block_size",
        "log2_min_luma_transform_block_size_minus2",
        "log2_diff_max_min_luma_transform_block_size",
        "max_transform_hierarchy_depth_inter",
        "max_transform_hierarchy_depth_intra",
    ] {
        ue(b, what, u32::MAX)?;
    }
    if b.bit("scaling_list_enabled_flag")? && b.bit("sps_scaling_list_data_present_flag")? {
        scaling_lists(b)?;
    }
    b.u(2, "amp_enabled_flag")?;
    if b.bit("pcm_enabled_flag")? {
        b.u(8, "pcm_sample_bit_depth")?;
        ue(b, "log2_min_pcm_luma_coding_block_size_minus3", u32::MAX)?;
        ue(b, "log2_diff_max_min_pcm_luma_coding_block_size", u32::MAX)?;
        b.bit("pcm_loop_filter_disabled_flag")?;
    }
    Ok(())
}

/// Passes over the scaling lists (7.3.4).
fn scaling_lists(b: &mut Bits<'_>) -> Result<(), SpsError> {
    for (size, matrices) in [(0, 6), (1, 6), (2, 6), (3, 2)] {
        for _ in 0..matrices {
            if !b.bit("scaling_list_pred_mode_flag")? {
                ue(b, "scaling_list_pred_matrix_id_delta", u32::MAX)?;
                continue;
            }
            if size > 1 {
                se(b, "scaling_list_dc_coef_minus8")?;
            }
            for _ in 0..if size == 0 { 16 } else { 64 } {
                se(b, "scaling_list_delta_coef")?;
            }
        }
    }
    Ok(())
}

/// Passes over the short-term reference picture sets (7.3.7).
fn reference_sets(b: &mut Bits<'_>) -> Result<(), SpsError> {
    let mut pictures = 0;
    for index in 0..ue(b, "num_short_term_ref_pic_sets", 64)? {
        if index > 0 && b.bit("inter_ref_pic_set_prediction_flag")? {
            b.bit("delta_rps_sign")?;
            ue(b, "abs_delta_rps_minus1", u32::MAX)?;
            let mut kept = 0;
            for _ in 0..=pictures {
                // Used, or at least kept for a later set.
                if b.bit("used_by_curr_pic_flag")? || b.bit("use_delta_flag")? {
                    kept += 1;
                }
            }
            pictures = kept;
        } else {
            pictures = ue(b, "num_negative_pics", MAX_PICTURES)? + ue(b, "num_positive_pics", MAX_PICTURES)?;
            for _ in 0..pictures {
                ue(b, "delta_poc_minus1", u32::MAX)?;
                b.bit("used_by_curr_pic_flag")?;
            }
        }
        if pictures > 2 * MAX_PICTURES {
            return Err(SpsError::OutOfRange("short-term reference picture set"));
        }
    }
    Ok(())
}

/// Reads the usability information up to the timing (E.2.1).
fn usability(b: &mut Bits<'_>, format: &mut VideoFormat) -> Result<(), SpsError> {
    format.pixel_aspect = pixel_aspect(b)?;
    if b.bit("overscan_info_present_flag")? {
        b.bit("overscan_appropriate_flag")?;
    }
    if b.bit("video_signal_type_present_flag")? {
        format.color.signal(b)?;
    }
    if b.bit("chroma_loc_info_present_flag")? {
        ue(b, "chroma_sample_loc_type_top_field", u32::MAX)?;
        ue(b, "chroma_sample_loc_type_bottom_field", u32::MAX)?;
    }
    b.bit("neutral_chroma_indication_flag")?;
    format.interlaced = Some(b.bit("field_seq_flag")?);
    b.bit("frame_field_info_present_flag")?;
    if b.bit("default_display_window_flag")? {
        for _ in 0..4 {
            ue(b, "def_disp_win_offset", u32::MAX)?;
        }
    }
    if b.bit("vui_timing_info_present_flag")? {
        let units = f64::from(b.u(32, "vui_num_units_in_tick")?);
        let scale = f64::from(b.u(32, "vui_time_scale")?);
        format.fps = rate(scale, units).or(format.fps);
    }
    Ok(())
}

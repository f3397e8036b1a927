//! The H.266 sequence parameter set (ITU-T H.266, 7.3.2.4), as far as its picture.
//!
//! Takes a NAL unit with its header and fills in profile, tier, level, chroma and the size as shown, up to where it
//! ends or becomes impossible. The size is that of the largest picture.

use super::color::chroma_name;
use super::parameter_set::{MAX_SIDE, SpsError, cropped, ue};
use super::{VideoFormat, vvcc};
use crate::base::read::Truncated;
use crate::media::bits::Bits;

const NAL_TYPE: u8 = 15;

/// Reads the NAL unit.
pub(super) fn read(nal: &[u8], format: &mut VideoFormat) -> Result<(), SpsError> {
    let mut bits = Bits::nal(nal);
    let b = &mut bits;
    b.u(8, "NAL header")?;
    let nal_type = b.u8(5, "NAL header")?;
    if nal_type != NAL_TYPE {
        return Err(SpsError::NotSps(nal_type));
    }
    b.u(3, "NAL header")?;
    b.u(4 + 4, "sps_seq_parameter_set_id")?;
    let sub_layers = b.u8(3, "sps_max_sublayers_minus1")?;
    let chroma = b.u8(2, "sps_chroma_format_idc")?;
    format.chroma = chroma_name(chroma);
    b.u(2, "sps_log2_ctu_size_minus5")?;
    if b.bit("sps_ptl_dpb_hrd_params_present_flag")? {
        profile_tier_level(b, sub_layers, format)?;
    }
    b.bit("sps_gdr_enabled_flag")?;
    if b.bit("sps_ref_pic_resampling_enabled_flag")? {
        b.bit("sps_res_change_in_clvs_allowed_flag")?;
    }
    let width = ue(b, "sps_pic_width_max_in_luma_samples", MAX_SIDE)?;
    let height = ue(b, "sps_pic_height_max_in_luma_samples", MAX_SIDE)?;
    (format.width, format.height) = (Some(width), Some(height));
    if b.bit("sps_conformance_window_flag")? {
        let (width, height) = cropped(b, (width, height), chroma, 1, "sps_conf_win_offset")?;
        (format.width, format.height) = (Some(width), Some(height));
    }
    Ok(())
}

/// Profile, tier and level (7.3.3.1); constraints, layers and sub-profiles are passed over.
fn profile_tier_level(b: &mut Bits<'_>, sub_layers: u8, format: &mut VideoFormat) -> Result<(), Truncated> {
    let profile = b.u8(8, "general_profile_idc")?;
    vvcc::kind(format, profile, b.u8(8, "general_level_idc")?);
    b.u(2, "ptl_frame_only_constraint_flag")?;
    if b.bit("gci_present_flag")? {
        b.skip(71, "general constraints")?;
        let reserved = b.u(8, "gci_num_reserved_bits")?;
        b.skip(reserved, "gci_reserved_bits")?;
    }
    b.align();
    let mut levels = 0;
    for _ in 0..sub_layers {
        levels += u32::from(b.bit("ptl_sublayer_level_present_flag")?);
    }
    b.align();
    b.skip(8 * levels, "sublayer_level_idc")?;
    let sub_profiles = b.u(8, "ptl_num_sub_profiles")?;
    b.skip(32 * sub_profiles, "general_sub_profile_idc")
}

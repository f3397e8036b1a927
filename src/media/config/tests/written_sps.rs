//! SPS written field by field, for what no encoder at hand writes.

use super::*;

/// Writes the fields of an SPS; no emulation prevention.
#[derive(Default)]
pub(super) struct Writer(Vec<bool>);

impl Writer {
    pub(super) fn u(mut self, count: u32, value: u32) -> Self {
        self.0.extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
        self
    }

    pub(super) fn ue(self, value: u32) -> Self {
        let len = 32 - (value + 1).leading_zeros();
        self.u(len - 1, 0).u(len, value + 1)
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        let mut bits = self.u(1, 1).0;
        bits.resize(bits.len().div_ceil(8) * 8, false);
        bits.chunks(8).map(|c| c.iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit))).collect()
    }
}

/// NAL header, profile, flags, level and id.
fn sps_start(profile: u32, level: u32) -> Writer {
    Writer::default().u(8, 0x67).u(8, profile).u(8, 0).u(8, level).ue(0)
}

#[test]
fn picture_order_type_1_fields_and_no_timing() {
    let sps = sps_start(88, 31).ue(0).ue(1).u(1, 0).ue(3).ue(4).ue(2).ue(9).ue(0).ue(1).u(1, 0);
    // 720 wide, 18 map units of 32 lines, fields, cropped by one unit (2 × 2 lines) at each end.
    let sps = sps.ue(44).ue(17).u(1, 0).u(1, 1).u(1, 1).u(1, 1).ue(0).ue(0).ue(1).ue(1).u(1, 0).bytes();
    let format = Sps::parse(&sps).format().unwrap();
    assert_eq!(format.profile.as_deref(), Some("Extended"));
    assert_eq!((format.width, format.height, format.interlaced), (Some(720), Some(568), Some(true)));
    assert_eq!((format.fps, format.level.as_deref()), (None, Some("3.1")));
}

#[test]
fn scaling_lists_in_the_sps_and_separate_planes() {
    let mut sps = sps_start(244, 40).ue(3).u(1, 1).ue(2).ue(2).u(1, 0).u(1, 1);
    for list in 0..12 {
        sps = match list % 3 {
            0 => sps.u(1, 0),
            // Stops at once: a delta of −8 makes the next scale 0.
            1 => sps.u(1, 1).ue(16),
            // Every delta 0.
            _ => (0..if list < 6 { 16 } else { 64 }).fold(sps.u(1, 1), |sps, _| sps.ue(0)),
        };
    }
    let sps = sps.ue(0).ue(2).ue(1).u(1, 0).ue(9).ue(9).u(1, 1).u(1, 1);
    // With separate planes cropping counts in single pixels.
    let sps = sps.u(1, 1).ue(0).ue(3).ue(1).ue(0).u(1, 0).bytes();
    let format = Sps::parse(&sps).format().unwrap();
    assert_eq!((format.width, format.height), (Some(157), Some(159)));
    assert_eq!((format.bit_depth, format.chroma), (Some(10), Some("4:4:4")));
}

#[test]
fn an_sps_that_breaks_off_keeps_what_was_read() {
    let [whole, ..] = SAMPLES;
    let record = hex(whole.0);
    let config = AvcConfig::parse(&record);
    let nal = config.sps[0];
    // Behind the picture, in the timing.
    let sps = Sps::parse(&nal[..14]);
    assert_eq!(sps.picture.map(|p| (p.width, p.height)), Some((640, 360)));
    assert!(matches!(sps.error, Some(SpsError::Truncated(_))));
    assert_eq!(sps.format().unwrap().width, Some(640));
    // Only the first four bytes.
    let format = Sps::parse(&nal[..4]).format().unwrap();
    assert_eq!((format.level.as_deref(), format.width), (Some("3.0"), None));
    assert!(Sps::parse(&nal[..3]).format().is_err());
    assert_eq!(Sps::parse(&[0x68, 1, 2, 3]).error, Some(SpsError::NotSps(8)));
    assert_eq!(Sps::parse(&[0x68]).error.unwrap().to_string(), "NAL unit of type 8 in place of an SPS");
}

#[test]
fn impossible_sizes_are_errors() {
    // Cropped by more than there is: the coded size stays.
    let sps = sps_start(66, 30).ue(0).ue(2).ue(1).u(1, 0).ue(1).ue(1).u(1, 1).u(1, 1);
    let sps = Sps::parse(&sps.u(1, 1).ue(8).ue(8).ue(0).ue(0).u(1, 0).bytes());
    assert_eq!(sps.picture.map(|p| (p.width, p.height)), Some((32, 32)));
    assert_eq!(sps.error, Some(SpsError::OutOfRange("frame_crop_offset")));
    let sps = Sps::parse(&sps_start(66, 30).ue(0).ue(2).ue(1).u(1, 0).ue(1 << 20).bytes());
    assert_eq!(sps.error, Some(SpsError::OutOfRange("pic_width_in_mbs_minus1")));
    let sps = Sps::parse(&sps_start(66, 30).ue(0).ue(3).bytes());
    assert_eq!(sps.error.unwrap().to_string(), "pic_order_cnt_type out of range");
}

#[test]
fn a_timing_of_zero_is_no_rate() {
    for (units, scale) in [(0, 0), (0, 50), (1, 0)] {
        assert_eq!(sps::Timing { units_in_tick: units, time_scale: scale, fixed: true }.fps(), None);
    }
}

//! Records made by real encoders, compared with what ffprobe 5.1 says of the same file; hand-made ones for what
//! those encoders do not write; and the properties of the decoders.
//!
//! The H.264 records are from FLV files made by ffmpeg 5.1 with libx264 core 164 (one by `GStreamer` 1.22, x264enc)
//! from generated pictures; the AAC ones from its own encoder, or written by hand where it has no such profile.

use super::aac::AudioSpecificConfig;
use super::avcc::AvcConfig;
use super::parameter_set::SpsError;
use super::sps::Sps;
use super::{AudioFormat, Format, VideoFormat, describe, describe_frame, sps};
use crate::media::codec::Codec;

mod aac;
mod frames;
mod layouts;
mod properties;
mod records;
mod written_sps;

fn video(codec: Codec, record: &[u8]) -> VideoFormat {
    describe(codec, record).unwrap().video().unwrap().clone()
}

fn audio(codec: Codec, record: &[u8]) -> AudioFormat {
    describe(codec, record).unwrap().audio().unwrap().clone()
}

fn problem(codec: Codec, record: &[u8]) -> String {
    describe(codec, record).unwrap().problem.unwrap_or_default()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// Record; profile, level, picture, frames per second × 1001, field order, bits and chroma by ffprobe.
type Sample = (&'static str, &'static str, &'static str, (u32, u32), u32, &'static str, u8, &'static str);

const SAMPLES: [Sample; 18] = [
    // testsrc 640x360, -profile:v baseline
    (
        "0142c01effe100196742c01ed900a02ff97011000003000100000300320f162e4801000568cb83cb20",
        "Constrained Baseline",
        "3.0",
        (640, 360),
        25_025,
        "progressive",
        8,
        "4:2:0",
    ),
    // testsrc 640x480 at 30000/1001, -profile:v main
    (
        "014d401effe10016674d401eeca0501ed808800001f480007530078b16cb01000568ebe3cb20",
        "Main",
        "3.0",
        (640, 480),
        30_000,
        "progressive",
        8,
        "4:2:0",
    ),
    // testsrc 1920x1080, -preset ultrafast
    (
        "0142c02affe100186742c02ada01e0089f970110000003001000000640f1832a01000468ce0fc8",
        "Constrained Baseline",
        "4.2",
        (1920, 1080),
        50_050,
        "progressive",
        8,
        "4:2:0",
    ),
    // the same with -x264-params interlaced=1
    (
        "014d4028ffe10019674d4028f403c0227ef011000003000100000300321f162ea001000468de0fc8",
        "Main",
        "4.0",
        (1920, 1080),
        25_025,
        "tt",
        8,
        "4:2:0",
    ),
    // testsrc 426x240, yuv420p10le
    (
        "016e0015ffe1001a676e0015a6cd941b1fe4f011000003000100000300300f162d9601000668ebe3cb22c0fdfafa00",
        "High 10",
        "2.1",
        (426, 240),
        24_024,
        "progressive",
        10,
        "4:2:0",
    ),
    // testsrc 322x182, yuv422p10le
    (
        "017a000dffe1001b677a000db6cd941519e222f011000003000100000300320f14299601000668ebe3cb22c0fefafa00",
        "High 4:2:2",
        "1.3",
        (322, 182),
        25_025,
        "progressive",
        10,
        "4:2:2",
    ),
    // testsrc 1280x720, yuv422p10le, -g 1
    (
        "017a1020ffe10016677a1020b6cb80a00b760220000003002000000c808001000468ce0fc8fefafa00",
        "High 4:2:2 Intra",
        "3.2",
        (1280, 720),
        50_050,
        "progressive",
        10,
        "4:2:2",
    ),
    // testsrc 321x183, yuv444p
    (
        "01f40015ffe1001a67f40015919b282a33c211580880000003008000003c078b16cb01000668ebe3c44844fff8f800",
        "High 4:4:4 Predictive",
        "2.1",
        (321, 183),
        60_060,
        "progressive",
        8,
        "4:4:4",
    ),
    // testsrc 176x144, -level 1b; ffprobe says 11, the number in the record
    (
        "0142d00bffe100166742d00bd902c4ec0440000003004000000783c4899201000568cb83cb20",
        "Constrained Baseline",
        "1b",
        (176, 144),
        15_015,
        "progressive",
        8,
        "4:2:0",
    ),
    // testsrc 1280x720, cqm=jvt:nal-hrd=cbr
    (
        "0164001fffe100236764001facb402802dd80880000003008000001e3020007a12000f427261003c60ca8001000568ce3cc030\
         fdf8f800",
        "High",
        "3.1",
        (1280, 720),
        30_030,
        "progressive",
        8,
        "4:2:0",
    ),
    // testsrc 322x242, gray
    (
        "0164000dffe1001a6764000df36505421e3e3f016c800000030080000019078a14cb01000668ebe3cb22c0fcf8f800",
        "High",
        "1.3",
        (322, 242),
        25_025,
        "progressive",
        8,
        "mono",
    ),
    // testsrc 720x576, setsar 16/11, with all of the usability information before the timing
    (
        "014d401effe1001d674d401eeca05a0936094a0204054a000003000200000300641e2c5b2c01000568ebe3cb20",
        "Main",
        "3.0",
        (720, 576),
        25_025,
        "progressive",
        8,
        "4:2:0",
    ),
    // color 3840x2160 at 60000/1001, 8x8dct=1
    (
        "01640034ffe1001867640034acb401e0021f6022000007d20003a9801e30654001000468ce0fcbfdf8f800",
        "High",
        "5.2",
        (3840, 2160),
        60_000,
        "progressive",
        8,
        "4:2:0",
    ),
    // testsrc 606x1080 at 24000/1001
    (
        "0142c01fffe100176742c01fda0260227a97011000003e90000bb800f1832a01000468ce0fc8",
        "Constrained Baseline",
        "3.1",
        (606, 1080),
        24_000,
        "progressive",
        8,
        "4:2:0",
    ),
    // color 1920x1080 -level 3.0: larger than its level allows
    (
        "0142c01effe100196742c01eda01e0089f970110000003001000000303c0f162ea01000468ce0fc8",
        "Constrained Baseline",
        "3.0",
        (1920, 1080),
        30_030,
        "progressive",
        8,
        "4:2:0",
    ),
    // testsrc 640x360, default profile
    (
        "0164001effe1001a6764001eacd940a02ff970110000030001000003003c0f162d9601000468efbcb0fdf8f800",
        "High",
        "3.0",
        (640, 360),
        30_030,
        "progressive",
        8,
        "4:2:0",
    ),
    // testsrc 320x180
    (
        "0164000cffe1001a6764000cacd941419f9f011000000300100000030320f142996001000468efbcb0fdf8f800",
        "High",
        "1.2",
        (320, 180),
        25_025,
        "progressive",
        8,
        "4:2:0",
    ),
    // videotestsrc 320x180 in 10 bits by `GStreamer`; the record ends behind the PPS
    (
        "01f4000cffe1001e67f4000c90d9681419f8dc05a8303032000003000200000300651e28554001000568ef319219",
        "High 4:4:4 Predictive",
        "1.2",
        (320, 180),
        25_025,
        "progressive",
        10,
        "4:4:4",
    ),
];

#[test]
fn h264_as_ffprobe_sees_it() {
    for (record, profile, level, size, fps, fields, bits, chroma) in SAMPLES {
        let record = hex(record);
        let config = AvcConfig::parse(&record);
        assert_eq!((config.version, config.cut, config.sps.len(), config.pps.len()), (Some(1), None, 1, 1));
        assert_eq!(config.nal_length_size, Some(4));
        let sps = config.first_sps().unwrap();
        assert_eq!(sps.error, None, "{profile} {size:?}");
        assert_eq!(problem(Codec::H264, &record), "");
        let format = video(Codec::H264, &record);
        let expected = VideoFormat {
            profile: Some(profile.into()),
            level: Some(level.to_owned()),
            width: Some(size.0),
            height: Some(size.1),
            pixel_aspect: format.pixel_aspect,
            fps: format.fps,
            interlaced: Some(fields != "progressive"),
            bit_depth: Some(bits),
            chroma: Some(chroma),
            nal_length_bytes: Some(4),
            color: format.color,
            ..VideoFormat::default()
        };
        assert_eq!(format, expected);
        let off = format.fps.unwrap() * 1001.0 - f64::from(fps);
        assert!(off.abs() < 0.5, "{profile} {size:?}: {:?}", format.fps);
    }
}

/// Every scaling list spelt out: x264 with cqm4 and cqm8. They are in the PPS; the SPS stays short.
#[test]
fn long_parameter_sets() {
    let record = hex(
        "0164001effe1001a6764001eacd940a02ff97011000003000100000300320f162d9601009168ebe3cb38491841ce8c63239c4191\
         09230839d18c64738832218438203c7a1c38704078f1e3d0e1c387010c203c0843c78f1e870e1c3808638721e3c0843c78f080e1\
         c0431c390f1e0421e100218e1c878f080e50c21c101e3d0e1c38203c78f1e870e1c38086101e0421e3c78f43870e1c0431c390f1\
         e0421e3c784070e0218e1c878f0210f08010c70e43c7840722c0fdf8f800",
    );
    let config = AvcConfig::parse(&record);
    assert_eq!(config.pps.first().map(|pps| pps.len()), Some(0x91));
    assert_eq!(config.extension, [0xFD, 0xF8, 0xF8, 0]);
}

#[test]
fn a_record_without_an_sps_still_has_profile_and_level() {
    let format = video(Codec::H264, &[1, 77, 0, 31]);
    assert_eq!((format.profile.as_deref(), format.level.as_deref()), (Some("Main"), Some("3.1")));
    assert_eq!(format.width, None);
    let config = AvcConfig::parse(&[1, 100, 0, 31, 0xFF, 0xE1, 0, 9, 0x67]);
    assert_eq!(config.cut.unwrap().to_string(), "SPS at byte 8 needs 9 bytes, 1 left");
    assert_eq!(video(Codec::H264, &[]), VideoFormat::default());
}

#[test]
fn names_of_profiles_and_levels() {
    assert_eq!(sps::profile_name(66, 0), "Baseline");
    assert_eq!(sps::profile_name(100, 0x0C), "Constrained High");
    assert_eq!(sps::profile_name(100, 0x08), "Progressive High");
    assert_eq!(sps::profile_name(110, 0x10), "High 10 Intra");
    assert_eq!(sps::profile_name(44, 0x10), "CAVLC 4:4:4 Intra");
    assert_eq!(sps::profile_name(7, 0), "unknown_7");
    assert_eq!(sps::level_name(100, 0x10, 11), "1.1");
    assert_eq!(sps::level_name(100, 0, 9), "1b");
    assert_eq!(sps::level_name(100, 0, 62), "6.2");
}

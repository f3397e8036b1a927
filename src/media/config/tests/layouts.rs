//! Records written by hand, for what the encoders at hand do not write.

use super::written_sps::Writer;
use super::*;

/// The PTL of a parameter set: Main 10, high tier, level 6.2, constraints without zero bytes in a row.
fn hevc_start(layers: u32) -> Writer {
    let w = Writer::default().u(16, 0x4201).u(4, 0).u(3, layers).u(1, 1);
    w.u(8, 0x22).u(32, 0x2020_2020).u(32, 0x9090_9090).u(16, 0x9090).u(8, 186)
}

/// Everything in front of the usability information that can be there, and the timing behind it.
#[test]
fn an_hevc_parameter_set_with_every_part() {
    // Two layers above the base: the first with profile and level, the second with a level.
    let mut w = hevc_start(2).u(2, 0b11).u(2, 0b01).u(12, 0);
    w = w.u(32, 0x5555_5555).u(32, 0x5555_5555).u(24, 0x55_5555).u(8, 90).u(8, 120);
    // Planes apart, 100 x 80, window 1, 2, 3, 4 in pixels, 12 bits; order of 8 bits; one set of order fields.
    w = w.ue(0).ue(3).u(1, 1).ue(100).ue(80).u(1, 1).ue(1).ue(2).ue(3).ue(4).ue(4).ue(4).ue(4).u(1, 0);
    w = w.ue(5).ue(2).ue(0).ue(0).ue(1).ue(0).ue(3).ue(1).ue(2);
    // Scaling lists: a copy, or coefficients, with a first one of the large sizes.
    w = w.u(1, 1).u(1, 1);
    for (size, matrices) in [(0, 6), (1, 6), (2, 6), (3, 2)] {
        for matrix in 0..matrices {
            if matrix % 2 == 0 {
                w = w.u(1, 0).ue(matrix);
                continue;
            }
            w = w.u(1, 1);
            if size > 1 {
                w = w.ue(8);
            }
            w = (0..if size == 0 { 16 } else { 64 }).fold(w, |w, n| w.ue(n % 3));
        }
    }
    // PCM; three reference sets: 2 + 1 pictures, all but one of these and one more, and 1.
    w = w.u(2, 0).u(1, 1).u(8, 0x77).ue(0).ue(2).u(1, 1);
    w = w.ue(3).ue(2).ue(1).ue(0).u(1, 1).ue(1).u(1, 0).ue(0).u(1, 1);
    w = w.u(1, 1).u(1, 1).ue(0).u(1, 1).u(1, 0).u(1, 0).u(1, 0).u(1, 1).u(1, 1);
    w = w.u(1, 1).u(1, 0).ue(0).u(1, 1).u(1, 1).u(1, 1).u(1, 1);
    // Two long-term pictures; then the usability information, with a colour that has no name.
    w = w.u(1, 1).ue(2).u(9, 0x155).u(9, 0x0AA).u(2, 0);
    w = w.u(1, 1).u(1, 1).u(8, 255).u(32, 0x1111_1111).u(1, 1).u(1, 1);
    w = w.u(1, 1).u(3, 5).u(1, 1).u(1, 1).u(8, 200).u(8, 18).u(8, 9).u(1, 1).ue(1).ue(1);
    w = w.u(1, 0).u(1, 1).u(1, 1).u(1, 1).ue(1).ue(1).ue(1).ue(1).u(1, 1).u(32, 0x7FFF_FFFF).u(32, u32::MAX);
    let mut format = VideoFormat::default();
    super::super::hevc_sps::read(&w.bytes(), &mut format).unwrap();
    assert_eq!((format.profile.as_deref(), format.level.as_deref()), (Some("Main 10"), Some("6.2")));
    assert_eq!((format.tier, format.bit_depth, format.chroma), (Some("high"), Some(12), Some("4:4:4")));
    assert_eq!((format.width, format.height), (Some(97), Some(73)));
    assert_eq!(format.color.primaries_name().as_deref(), Some("200"));
    assert_eq!(format.color.transfer_name().as_deref(), Some("arib-std-b67"));
    assert_eq!((format.interlaced, format.color.full_range), (Some(true), Some(true)));
    let fps = format.fps.unwrap();
    assert!((fps - 2.0).abs() < 1e-6, "{fps}");
}

#[test]
fn hevc_parameter_sets_that_cannot_be() {
    let told = |nal: Vec<u8>| {
        let mut format = VideoFormat::default();
        let error = super::super::hevc_sps::read(&nal, &mut format).unwrap_err();
        (error.to_string(), format.width)
    };
    assert_eq!(told(vec![0x44, 1]).0, "NAL unit of type 34 in place of an SPS");
    assert_eq!(told(hevc_start(0).ue(0).ue(4).bytes()).0, "chroma_format_idc out of range");
    // A window as wide as the picture: the coded size stays.
    let w = hevc_start(0).ue(0).ue(1).ue(16).ue(16).u(1, 1).ue(4).ue(4).ue(0).ue(0);
    assert_eq!(told(w.bytes()), ("conf_win_offset out of range".to_owned(), Some(16)));
    // Sixty-five reference sets.
    let w = hevc_start(0).ue(0).ue(1).ue(16).ue(16).u(1, 0).ue(0).ue(0).ue(0).u(1, 0).ue(1).ue(1).ue(1);
    let w = w.ue(0).ue(1).ue(0).ue(1).ue(1).ue(1).u(1, 0).u(2, 0).u(1, 0).ue(65).ue(1);
    assert_eq!(told(w.bytes()), ("num_short_term_ref_pic_sets out of range".to_owned(), Some(16)));
}

/// The 23 bytes of `hvcC` up to its arrays, of which `count` follow.
fn hvcc_head(count: u8) -> Vec<u8> {
    let mut record = hex("0102200000009000000000005df000fcfdfafa0c8003");
    record.push(count);
    record
}

#[test]
fn an_hvcc_says_much_by_itself() {
    let format = video(Codec::Hevc, &hvcc_head(0));
    assert_eq!((format.profile.as_deref(), format.level.as_deref()), (Some("Main 10"), Some("3.1")));
    assert_eq!((format.fps, format.nal_length_bytes, format.bit_depth), (Some(12.5), Some(4), Some(10)));
    assert_eq!(problem(Codec::Hevc, &hvcc_head(0)), "hvcC holds no SPS");
    let mut cut = hvcc_head(2);
    cut.extend(hex("200001000140"));
    assert_eq!(
        problem(Codec::Hevc, &cut),
        "hvcC ends inside the array header: it needs 1 byte at byte 29, 0 left"
    );
    cut.extend(hex("a10001002b42010101"));
    let told = describe(Codec::Hevc, &cut).unwrap();
    assert_eq!(
        told.problem.as_deref(),
        Some("hvcC ends inside the SPS array: it needs 43 bytes at byte 34, 4 left")
    );
    assert_eq!(told.video().unwrap().level.as_deref(), Some("3.1"), "what stands before is told");
    // So is what an SPS says that is cut behind its size.
    let mut cut = hvcc_head(1);
    cut.extend(hex("a10001002b42010101600000030090000003000003003ca00a080b9f79"));
    assert_eq!(video(Codec::Hevc, &cut).height, Some(180));
    assert!(problem(Codec::Hevc, &cut).starts_with("hvcC ends inside the SPS array"));
    let mut other = hvcc_head(0);
    other[0] = 2;
    assert_eq!(problem(Codec::Hevc, &other), "hvcC of version 2");
    // Profile 0: the first one that the stream says it fits.
    other[1] = 0x40;
    assert_eq!(video(Codec::Hevc, &other).profile.as_deref(), Some("Main 10"));
}

#[test]
fn avcc_problems_and_the_fields_behind_its_sets() {
    assert_eq!(problem(Codec::H264, &[]), "avcC is empty");
    assert_eq!(problem(Codec::H264, &hex("0064001fffe000")), "avcC of version 0");
    assert_eq!(problem(Codec::H264, &hex("0164001fffe000")), "avcC holds no SPS");
    assert_eq!(
        problem(Codec::H264, &hex("0164001fffe10009676400")),
        "avcC ends inside the SPS: it needs 9 bytes at byte 8, 3 left"
    );
    assert_eq!(
        problem(Codec::H264, &hex("0164001fffe100046764000000")),
        "SPS ends inside the seq_parameter_set_id: it needs 1 byte at byte 4, 0 left"
    );
    // Without a parameter set the record says chroma and depth of the higher profiles.
    let format = video(Codec::H264, &hex("017a001ffde000fefafa00"));
    assert_eq!((format.chroma, format.bit_depth), (Some("4:2:2"), Some(10)));
    assert_eq!(format.nal_length_bytes, Some(2));
    let format = video(Codec::H264, &hex("014d001ffde000fefafa00"));
    assert_eq!((format.chroma, format.bit_depth), (None, None));
}

/// Three layers of which the second states a level; a sub-profile; two arrays to follow.
const VVCC_HEAD: &str = "ff00315f010243806020010000000107800438190002";

/// With capability information and an SPS.
pub(super) fn vvcc() -> Vec<u8> {
    let sps = vvc_sps();
    let mut record = hex(VVCC_HEAD);
    record.extend(hex("8d0002aaaa8f0001"));
    record.extend([0, u8::try_from(sps.len()).unwrap()]);
    record.extend(&sps);
    record
}

#[test]
fn vvcc_with_and_without_a_profile() {
    let record = hex(VVCC_HEAD);
    assert_eq!(
        problem(Codec::Vvc, &record),
        "vvcC ends inside the array header: it needs 1 byte at byte 22, 0 left"
    );
    let record = vvcc();
    let format = video(Codec::Vvc, &record);
    assert_eq!(problem(Codec::Vvc, &record), "");
    assert_eq!((format.width, format.height, format.fps), (Some(1366), Some(768), Some(25.0)));
    assert_eq!((format.profile.as_deref(), format.level.as_deref()), (Some("Main 10"), Some("5.1")));
    assert_eq!((format.bit_depth, format.chroma, format.tier), (Some(10), Some("4:2:0"), Some("high")));
    assert_eq!(format.nal_length_bytes, Some(4));
    // Cut in the SPS, in front of its size: that of the record stays.
    let format = video(Codec::Vvc, &record[..record.len() - 12]);
    assert_eq!((format.width, format.height, format.tier), (Some(1920), Some(1080), Some("high")));
    assert!(problem(Codec::Vvc, &record[..record.len() - 12]).starts_with("vvcC ends inside the SPS array"));
    // A byte of length in front of units, no profile, no arrays.
    let format = video(Codec::Vvc, &[0xF8, 0]);
    assert_eq!(format, VideoFormat { nal_length_bytes: Some(1), ..VideoFormat::default() });
    assert_eq!(problem(Codec::Vvc, &[0xF8, 0]), "vvcC holds no SPS");
    assert_eq!(
        problem(Codec::Vvc, &hex("f8018f000100020081")),
        "SPS: NAL unit of type 16 in place of an SPS"
    );
}

/// Three layers of which one states a level, constraints, a sub-profile; 1376 pixels wide of which 10 are not shown.
fn vvc_sps() -> Vec<u8> {
    let w = Writer::default().u(16, 0x0079).u(8, 0).u(3, 2).u(2, 1).u(2, 2).u(1, 1);
    let w = w.u(7, 1).u(1, 1).u(8, 83).u(2, 2).u(1, 1);
    let w = w.u(32, 0x5555_5555).u(32, 0x5555_5555).u(7, 0x55).u(8, 3).u(3, 7).u(3, 0);
    let w = w.u(2, 0b10).u(6, 0).u(8, 67).u(8, 1).u(32, 0x1234_5678);
    w.u(1, 0).u(1, 1).u(1, 1).ue(1376).ue(768).u(1, 1).ue(1).ue(4).ue(0).ue(0).bytes()
}

#[test]
fn vpcc_with_and_without_version_and_flags() {
    for record in ["02335b0910090000", "0100000002335b0910090000"] {
        let format = video(Codec::Vp9, &hex(record));
        assert_eq!(problem(Codec::Vp9, &hex(record)), "");
        assert_eq!((format.profile.as_deref(), format.level.as_deref()), (Some("Profile 2"), Some("5.1")));
        assert_eq!((format.bit_depth, format.chroma), (Some(5), None));
        assert_eq!(format.color.transfer_name().as_deref(), Some("smpte2084"));
        assert_eq!(format.color.full_range, Some(true));
    }
    // Profile 1 without its level, of which the first two bytes look like a version.
    let format = video(Codec::Vp9, &hex("0100860101010000"));
    assert_eq!((format.level, format.chroma, format.bit_depth), (None, Some("4:4:4"), Some(8)));
    assert_eq!(
        problem(Codec::Vp8, &hex("000a80020202")),
        "vpcC ends inside the initialization data size: it needs 2 bytes at byte 6, 0 left"
    );
}

/// Timing, decoder model, two operating points, frame numbers, fixed tools, monochrome in 10 bits.
fn av1_sequence_header() -> Vec<u8> {
    let w = Writer::default().u(3, 0).u(2, 0).u(1, 1).u(32, 1001).u(32, 60_000).u(1, 1).ue(1);
    let w = w.u(1, 1).u(5, 9).u(32, 1).u(5, 3).u(5, 3).u(1, 1).u(5, 1);
    let w = w.u(12, 0x101).u(5, 13).u(1, 1).u(1, 1).u(10, 7).u(10, 7).u(1, 0).u(1, 1).u(4, 9);
    let w = w.u(12, 0x103).u(5, 7).u(1, 0).u(1, 0);
    let w = w.u(4, 10).u(4, 10).u(11, 1919).u(11, 1079).u(1, 1).u(7, 0).u(3, 0);
    let w = w.u(4, 0).u(1, 1).u(2, 0).u(1, 0).u(1, 1).u(1, 0).u(1, 1).u(3, 6).u(3, 0);
    w.u(1, 1).u(1, 1).u(1, 1).u(24, 0x09_1009).u(1, 1).u(1, 0).bytes()
}

#[test]
fn av1_with_every_part_behind_other_units() {
    let header = av1_sequence_header();
    let mut record = hex("81000c00");
    // A temporal delimiter with an extension and padding of a size in two bytes stand before it.
    record.extend(hex("160800"));
    record.extend(hex("7a8100ff"));
    record.extend([0x0A, u8::try_from(header.len()).unwrap()]);
    record.extend(&header);
    let format = video(Codec::Av1, &record);
    assert_eq!(problem(Codec::Av1, &record), "");
    assert_eq!((format.width, format.height), (Some(1920), Some(1080)));
    assert_eq!((format.level.as_deref(), format.tier), (Some("5.1"), Some("high")));
    assert_eq!((format.bit_depth, format.chroma), (Some(10), Some("mono")));
    assert_eq!(format.color.transfer_name().as_deref(), Some("smpte2084"));
    assert!((format.fps.unwrap() - 30_000.0 / 1001.0).abs() < 1e-9);
    // One without a size takes the rest.
    let whole = format;
    let mut record = hex("81000c0008");
    record.extend(&header);
    assert_eq!(video(Codec::Av1, &record), whole);
    record.truncate(20);
    assert_eq!(
        problem(Codec::Av1, &record),
        "sequence header ends inside the decoder model: it needs 1 byte at byte 15, 0 left"
    );
}

#[test]
fn av1_descriptor_of_a_transport_stream() {
    let plain = hex("800481296c10");
    let registered = hex("050441563031800481296c10");
    for descriptor in [&plain, &registered] {
        let told = describe(Codec::Av1, descriptor).unwrap();
        assert_eq!((told.record, told.problem.as_deref()), (Some("mpeg2ts_av1"), None));
        let format = told.video().unwrap();
        assert_eq!((format.profile.as_deref(), format.level.as_deref()), (Some("High"), Some("4.1")));
        assert_eq!((format.bit_depth, format.chroma, format.tier), (Some(12), Some("4:2:0"), Some("main")));
    }
    assert_eq!(
        problem(Codec::Av1, &hex("05044156")),
        "mpeg2ts_av1 ends inside the descriptor: it needs 4 bytes at byte 2, 2 left"
    );
    assert_eq!(problem(Codec::Av1, &hex("01000c00")), "av1C begins with 0x01, not with 0x81");
}

#[test]
fn opus_families_and_the_empty_header() {
    let empty = describe(Codec::Opus, &[]).unwrap();
    assert_eq!((empty.problem.as_deref(), empty.audio()), (None, Some(&AudioFormat::default())));
    let head = |tail: &str| [b"OpusHead".to_vec(), hex(tail)].concat();
    let format = audio(Codec::Opus, &head("0102380144ac0000000000"));
    assert_eq!((format.sample_rate, format.pre_skip, format.channels), (Some(48_000), Some(312), Some(2)));
    // Ambisonics by a mapping and by a matrix of 4 x 4 cells; channels without a meaning.
    assert_eq!(
        audio(Codec::Opus, &head("0104380100000000000002040000010203")).channel_layout,
        Some("ambisonic")
    );
    let matrix = [head("0104380100000000000003").as_slice(), &[2, 2], &[0; 32]].concat();
    assert_eq!(
        (problem(Codec::Opus, &matrix), audio(Codec::Opus, &matrix).channel_layout),
        (String::new(), Some("ambisonic"))
    );
    assert!(problem(Codec::Opus, &matrix[..matrix.len() - 1]).contains("demixing matrix"));
    let format = audio(Codec::Opus, &head("01033801000000000000ff0300000102"));
    assert_eq!((format.channels, format.channel_layout), (Some(3), None));
    assert_eq!(
        problem(Codec::Opus, &head("010638010000000000000104020004")),
        "OpusHead ends inside the channel mapping: it needs 6 bytes at byte 21, 2 left"
    );
    assert_eq!(problem(Codec::Opus, &head("1102380144ac0000000000")), "OpusHead of version 17");
    assert_eq!(problem(Codec::Opus, b"OpusTags"), "OpusHead does not begin with its name");
}

#[test]
fn flac_with_and_without_marker_and_block_header() {
    let whole = hex("664c614300000022120012000004c300056e0ac442f0000033ae903d85e81b5d3dc08060a78877a8bd5d");
    for record in [&whole[..], &whole[4..], &whole[8..]] {
        let format = audio(Codec::Flac, record);
        assert_eq!(problem(Codec::Flac, record), "");
        assert_eq!(
            (format.sample_rate, format.channels, format.bits_per_sample),
            (Some(44_100), Some(2), Some(16))
        );
        assert_eq!((format.frame_samples, format.channel_layout), (Some(4608), Some("stereo")));
    }
    // Blocks of several sizes have no one number of samples.
    let mut several = whole.clone();
    several[9] = 1;
    assert_eq!(audio(Codec::Flac, &several).frame_samples, None);
    assert_eq!(
        problem(Codec::Flac, &whole[..30]),
        "STREAMINFO ends inside the samples and MD5: it needs 1 byte at byte 22, 0 left"
    );
    assert_eq!(
        problem(Codec::Flac, &hex("664c614304000022")),
        "metadata block of type 4 in place of STREAMINFO"
    );
    assert_eq!(problem(Codec::Flac, b"fLaC"), "STREAMINFO is empty");
}

#[test]
fn codecs_without_records_have_no_description() {
    assert_eq!(describe(Codec::Mp3, &[1, 2, 3]), None);
    assert_eq!(describe(Codec::H263, &[1, 2, 3]), None);
    assert_eq!(describe(Codec::Unknown(9), &[]), None);
}

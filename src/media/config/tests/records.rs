//! Records of real encoders, as ffprobe 5.1 sees the file they come from.
//!
//! Made by ffmpeg 5.1 from generated pictures (320x180 at 25 unless the record says otherwise), taken from the MP4
//! file; of hvcC the array with the encoder's message to people is left out.

use super::*;

/// Codec, record; profile, level, tier, picture, frames per second, bits, chroma, colour, range, length size.
pub(super) const RECORDS: &[(Codec, &str, &str)] = &[
    // libx265, testsrc
    (
        Codec::Hevc,
        "0101600000009000000000003cf000fcfdf8f800000f03a00001001840010c01ffff01600000030090000003000003003c95\
         9809a10001002b42010101600000030090000003000003003ca00a080b9f796566924caf016808000003000800000300c840\
         a2000100074401c172b46240",
        "Main 2.0 main 320x180 25.000 8 4:2:0 -/-/- studio 4",
    ),
    // colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=full
    (
        Codec::Hevc,
        "01022000000090000000000078f000fcfdfafa00000f03a00001001840010c01ffff02200000030090000003000003007895\
         9809a10001002d420101022000000300900000030000030078a003c08010e4d96566924caf016e1220120800001f480003a9\
         8040a2000100074401c172b46240",
        "Main 10 4.0 main 1920x1080 29.970 10 4:2:0 bt2020/smpte2084/bt2020nc full 4",
    ),
    // a conformance window, 10 bits
    (
        Codec::Hevc,
        "0104080000009d08000000003cf000fcfefafa00000f03a00001001740010c01ffff0408000003009d0800000300003c9598\
         09a10001002b4201010408000003009d0800000300003cb00a480b9c96d96566924caf0168080000030008000003019040a2\
         000100074401c172b46240",
        "RExt 2.0 main 322x182 50.000 10 4:2:2 -/-/- studio 4",
    ),
    // odd sides
    (
        Codec::Hevc,
        "0104080000009e08000000003cf000fcfff8f800000f03a00001001740010c01ffff0408000003009e0800000300003c9598\
         09a10001002b4201010408000003009e0800000300003c900149017388acb2b349265780b4040000030004000003006020a2\
         000100084401c172860c4624",
        "RExt 2.0 main 321x183 24.000 8 4:4:4 -/-/- studio 4",
    ),
    // 12 bits
    (
        Codec::Hevc,
        "0104080000009808000000003cf000fcfffcfc00000f03a00001001740010c01ffff040800000300980800000300003c9598\
         09a10001002a420101040800000300980800000300003c9001410173e5294b2b349265780b4040000003004000000642a200\
         0100084401c172860c4624",
        "RExt 2.0 main 320x180 25.000 12 4:4:4 -/-/- studio 4",
    ),
    // gray
    (
        Codec::Hevc,
        "0104080000009fc8000000003cf000fcfcf8f800000f03a00001001740010c01ffff0408000003009fc800000300003c9598\
         09a10001002a4201010408000003009fc800000300003cc028202e7cb96566924caf016c08000003000800000300c840a200\
         0100074401c172b46240",
        "RExt 2.0 main 320x180 25.000 8 mono -/-/- full 4",
    ),
    // interlace=tff: ffprobe does not say that these are fields
    (
        Codec::Hevc,
        "0101600000004000000000005df000fcfdf8f800000f03a00001001840010c01ffff01600000030040000003000003005d95\
         9809a10001002b42010101600000030040000003000003005da005a20090596566924caf0168680000030008000003019040\
         a2000100074401c172b46240",
        "Main 3.1 main 720x576 50.000 8 4:2:0 -/-/- studio fields 4",
    ),
    // hrd=1:sar=1:overscan=show:videoformat=pal, chroma location; the tier is in the parameters given
    (
        Codec::Hevc,
        "01216000000090000000000099f000fcfdf8f800000f03a00001001840010c01ffff21600000030090000003000003009995\
         9809a100010038420101216000000300900000030000030099a001e020021c596566924caf01a4b61000003e90000ea60609\
         c987e00005f5e100002faf0880a2000100074401c172b46240",
        "Main 5.1 high 3840x2160 59.940 8 4:2:0 -/-/- studio 4",
    ),
    // scaling-list=default:temporal-layers=1
    (
        Codec::Hevc,
        "0101600000009000000000003cf000fcfdf8f800001303a00001001c40010c02ffff01600000030090000003000003003c00\
         009998ccc048a10001002e42010201600000030090000003000003003c0000a00a080b9f79666633349272bc05a020000003\
         00200000030321a2000100074401c172b46240",
        "Main 2.0 main 320x180 25.000 8 4:2:0 -/-/- studio 4",
    ),
    // keyint=1
    (
        Codec::Hevc,
        "0104080000009da8000000003cf000fcfdfafa00000f03a00001001740010c01ffff0408000003009da800000300003cba02\
         40a1000100294201010408000003009da800000300003ca00a080b9f6d96ea4932bc05a02000000300200000030321a20001\
         00074401c172b06240",
        "RExt 2.0 main 320x180 25.000 10 4:2:0 -/-/- studio 4",
    ),
    // a default display window
    (
        Codec::Hevc,
        "0101600000009000000000003cf000fcfdf8f800000f03a00001001840010c01ffff01600000030090000003000003003c95\
         9809a10001002c42010101600000030090000003000003003ca00a080b9f796566924caf016816728980000003008000000c\
         84a2000100074401c172b46240",
        "Main 2.0 main 320x180 25.000 8 4:2:0 -/-/- studio 4",
    ),
    // libsvtav1
    (Codec::Av1, "81000c000a0b000000043cfecc02f80040", "Main 2.0 main 320x180 - 8 4:2:0 -/-/- studio -"),
    // 10 bits, with colour
    (
        Codec::Av1,
        "81014c000a0e0000000cc4ff6700be1424402410",
        "Main 2.1 main 640x360 - 10 4:2:0 bt2020/smpte2084/bt2020nc studio -",
    ),
    // libaom
    (Codec::Av1, "81000c000a0b000000043cfeccdaf90040", "Main 2.0 main 320x180 - 8 4:2:0 -/-/- studio -"),
    // 4:4:4
    (Codec::Av1, "812000000a0a200000043cfeccdaf902", "High 2.0 main 320x180 - 8 4:4:4 -/-/- studio -"),
    // 4:2:2 in 10 bits
    (
        Codec::Av1,
        "814048000a0b400000043cfeccdaf94080",
        "Professional 2.0 main 320x180 - 10 4:2:2 -/-/- studio -",
    ),
    // 12 bits
    (
        Codec::Av1,
        "81406c000a0b400000043cfeccdaf96708",
        "Professional 2.0 main 320x180 - 12 4:2:0 -/-/- full -",
    ),
    // gray
    (Codec::Av1, "81001c000a0a000000043cfeccdaf92a", "Main 2.0 main 320x180 - 8 mono -/-/- full -"),
    // gbrp, -still-picture 1
    (
        Codec::Av1,
        "812000000a093821f53ded2021a004",
        "High 2.0 main 426x240 - 8 4:4:4 bt709/iec61966-2-1/gbr full -",
    ),
    // rav1e, which keeps to no level
    (
        Codec::Av1,
        "811f0c000a0e000000fa1e7f66210a88101010a0",
        "Main max main 320x180 - 8 4:2:0 -/-/- studio -",
    ),
    // libx264, colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc
    (
        Codec::H264,
        "016e000cffe1001e676e000ca6cd941419f9f016a12201280000030008000003019078a14cb001000668ebe3cb22c0fdfafa\
         00",
        "High 10 1.2 - 320x180 25.000 10 4:2:0 bt2020/smpte2084/bt2020nc studio 4",
    ),
    // all of it bt709
    (
        Codec::H264,
        "0164000cffe1001c6764000cacd941419f9f016a020202800000030080000019078a14cb01000668ebe3cb22c0fdf8f800",
        "High 1.2 - 320x180 25.000 8 4:2:0 bt709/bt709/bt709 studio 4",
    ),
    // libx264rgb
    (
        Codec::H264,
        "01f4000cffe1001e67f4000c919b282833f1b80b70102004000003000400000300c83c50a65801000668ebe3cb22c0fff8f8\
         00",
        "High 4:4:4 Predictive 1.2 - 320x180 25.000 8 4:4:4 bt709/-/gbr full 4",
    ),
];

fn told(format: &VideoFormat) -> String {
    let or = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    let color = format.color;
    format!(
        "{} {} {} {}x{} {} {} {} {}/{}/{} {}{} {}",
        or(format.profile.as_deref().map(str::to_owned)),
        or(format.level.clone()),
        or(format.tier.map(str::to_owned)),
        or(format.width.map(|n| n.to_string())),
        or(format.height.map(|n| n.to_string())),
        or(format.fps.map(|n| format!("{n:.3}"))),
        or(format.bit_depth.map(|n| n.to_string())),
        or(format.chroma.map(str::to_owned)),
        or(color.primaries_name().map(Into::into)),
        or(color.transfer_name().map(Into::into)),
        or(color.matrix_name().map(Into::into)),
        or(color.full_range.map(|full| if full { "full" } else { "studio" }.to_owned())),
        if format.interlaced == Some(true) { " fields" } else { "" },
        or(format.nal_length_bytes.map(|n| n.to_string())),
    )
}

#[test]
fn records_as_ffprobe_sees_them() {
    for (codec, record, expected) in RECORDS {
        let record = hex(record);
        assert_eq!(told(&video(*codec, &record)), *expected, "{codec:?}");
        assert_eq!(problem(*codec, &record), "", "{expected}");
    }
}

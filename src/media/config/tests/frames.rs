//! Frames of real encoders, as ffprobe 5.1 sees them, and hand-made ones.

use super::*;

/// Codec, first bytes of a key frame; profile, picture, matrix and range.
pub(super) const VIDEO: &[(Codec, &str, &str)] = &[
    (Codec::Vp9, "824983420013f00b360c38241c184a0009806fbf", "Profile 0 320x180 8 4:2:0 - studio"),
    (Codec::Vp9, "b124c1a10200a0805ab041c120e0c2c00063806f", "Profile 3 322x182 10 4:2:2 - studio"),
    (Codec::Vp9, "a2498342400282016ac107048383094001b86fb1", "Profile 1 322x182 8 4:4:4 bt709 studio"),
    (Codec::Vp9, "a2498342e014100b560a38241c184a000de06fe4", "Profile 1 322x182 8 4:4:4 gbr full"),
    (Codec::Vp8, "3059009d012a4201b60000070885858885848802", "0 322x182 - - - -"),
    (Codec::H263, "0000840112a620202021ffff310101010ffff6e2", "- 352x288 - - - -"),
    (Codec::H263, "0000840292a620202021ffff310101010ffff662", "- 320x240 - - - -"),
    (Codec::H263, "0000840080a0005a122620202021ffff31010101", "- 320x180 - - - -"),
    (Codec::H263, "000084008280016812a620202021ffff31010101", "- 1280x720 - - - -"),
    (Codec::H263, "00008401922620202021fffed4801806c06063c4", "- 176x144 - - - -"),
    (Codec::H263, "00008402122620202021fffeed45a41806e0601a", "- 128x96 - - - -"),
    (Codec::H263, "00008403122620202021fffee8c4180630608281", "- 160x120 - - - -"),
    (Codec::Screen, "31aa30f000ed78daedd8414718000047f1478c11", "- 426x240 - - - -"),
    (Codec::Screen2, "31b030f00000781078daedd7bb0dc3301004d18b", "- 432x240 - - - -"),
];

/// Codec, first bytes of a frame or record; profile, rate, channels, layout and stated bits per second.
pub(super) const AUDIO: &[(Codec, &str, &str)] = &[
    (Codec::Mp3, "fffb90640000023808d0bd3c60080000", "MPEG-1 Layer III 44100 2 stereo 128000"),
    (Codec::Mp3, "fff380c40024e0ae50075a480104ba64", "MPEG-2 Layer III 22050 1 mono 64000"),
    (Codec::Mp3, "ffe318c4000d20969c794c0000080b77", "MPEG-2.5 Layer III 8000 1 mono 8000"),
    (Codec::Mp3, "fffda40455333344224433223333336d", "MPEG-1 Layer II 48000 2 stereo 192000"),
    (Codec::Ac3, "0b77b50b1e40ebf8403eff99ff0841fc", "- 48000 6 5.1(side) 448000"),
    (Codec::Ac3, "0b7738664c402f842be1877b875dfbe7", "- 44100 1 mono 96000"),
    (Codec::Ac3, "0b776649944043e106bfbe79077b43af", "- 32000 2 stereo 192000"),
    (Codec::Ac3, "0b777bad184047e106f6670c2187fdbd", "- 48000 3 2.1 256000"),
    (Codec::Ac3, "0b7751e01840cbe101efea2234468a71", "- 48000 4 quad(side) 256000"),
    (Codec::Eac3, "0b7702ff3f87c0002080200002004000", "- 48000 6 5.1(side) 384000"),
    (Codec::Eac3, "0b7701157487c0002084210832c05706", "- 44100 2 stereo 127706"),
    (Codec::Eac3, "0b7700bfb287c00021062050e77d587e", "- 32000 1 mono 64000"),
    (Codec::Opus, "4f707573486561640102380180bb0000000000", "- 48000 2 stereo"),
    (Codec::Opus, "4f707573486561640106380180bb00000000010402000401020305", "- 48000 6 5.1"),
    (Codec::Opus, "4f7075734865616401013801803e0000000000", "- 48000 1 mono"),
    (
        Codec::Flac,
        "664c614300000022120012000004c300056e0ac442f0000033ae903d85e81b5d3dc08060a78877a8bd5d",
        "- 44100 2 stereo",
    ),
    (
        Codec::Flac,
        "664c6143000000222000200000121f0025e217700b7000007080b654d6dcc422d01b9820c8f00f7018e0",
        "- 96000 6 5.1",
    ),
];

fn of_frame(codec: Codec, head: &[u8]) -> Option<Format> {
    describe_frame(codec, head).map(|description| description.format)
}

fn told(format: &Format) -> String {
    let or = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    match format {
        Format::Video(f) => format!(
            "{} {}x{} {} {} {} {}",
            f.profile.as_deref().unwrap_or("-"),
            f.width.unwrap(),
            f.height.unwrap(),
            or(f.bit_depth.map(|n| n.to_string())),
            f.chroma.unwrap_or("-"),
            f.color.matrix_name().as_deref().unwrap_or("-"),
            f.color.full_range.map_or("-", |full| if full { "full" } else { "studio" }),
        ),
        Format::Audio(f) => format!(
            "{} {} {} {}{}",
            f.profile.as_deref().unwrap_or("-"),
            f.sample_rate.unwrap(),
            f.channels.unwrap(),
            f.channel_layout.unwrap_or("-"),
            f.bitrate_bps.map(|n| format!(" {n}")).unwrap_or_default(),
        ),
    }
}

#[test]
fn frames_as_ffprobe_sees_them() {
    for (codec, bytes, expected) in VIDEO {
        assert_eq!(told(&of_frame(*codec, &hex(bytes)).unwrap()), *expected, "{codec:?}");
    }
    for (codec, bytes, expected) in AUDIO {
        let bytes = hex(bytes);
        let format = match describe(*codec, &bytes) {
            Some(description) => {
                assert_eq!(description.problem, None, "{expected}");
                description.format
            }
            None => of_frame(*codec, &bytes).unwrap(),
        };
        assert_eq!(told(&format), *expected, "{codec:?}");
    }
}

#[test]
fn vp6_sizes_are_cut_off_right_and_below() {
    // 45 columns by 23 rows of 16 pixels, 8 lines cut off; version 6, profile 2, one partition.
    let frame = [0x08_u8, 0x02, 0x36, 23, 45, 23, 45];
    let size = |bytes: &[u8], codec| match of_frame(codec, bytes) {
        Some(Format::Video(format)) => Some((format.width.unwrap(), format.height.unwrap())),
        _ => None,
    };
    assert_eq!(size(&frame, Codec::Vp6), Some((720, 360)));
    // With alpha an offset stands between; with partitions apart another one behind the version.
    assert_eq!(size(&[0x53, 0, 1, 0, 0x03, 0x36, 0, 9, 23, 45], Codec::Vp6a), Some((715, 365)));
    // Profile 0 has the offset too.
    assert_eq!(size(&[0x00, 0x02, 0x30, 0, 9, 23, 45], Codec::Vp6), Some((720, 368)));
    // An inter frame, a version there is none of, a picture smaller than what is cut off.
    assert_eq!(size(&[0x08, 0x82, 0x36, 23, 45], Codec::Vp6), None);
    assert_eq!(size(&[0x08, 0x02, 0x4E, 23, 45], Codec::Vp6), None);
    assert_eq!(size(&[0x08, 0x02, 0x36, 0, 45], Codec::Vp6), None);
}

#[test]
fn inter_frames_and_other_bytes_say_nothing() {
    assert_eq!(of_frame(Codec::Vp8, &hex("3159009d012a4201b600")), None);
    assert_eq!(of_frame(Codec::Vp8, &hex("3059009d012b4201b600")), None);
    // An inter frame of VP9; a frame shown again; another sync code.
    assert_eq!(of_frame(Codec::Vp9, &hex("864983420013f00b3600")), None);
    assert_eq!(of_frame(Codec::Vp9, &hex("884983420013f00b3600")), None);
    assert_eq!(of_frame(Codec::Vp9, &hex("824983430013f00b3600")), None);
    // The start code of MPEG-4, and size 7 of Sorenson.
    assert_eq!(of_frame(Codec::H263, &hex("000001b0")), None);
    assert_eq!(of_frame(Codec::H263, &hex("0000840392")), None);
    // No sync; reserved version, layer, bitrate, rate; then the tag of a file.
    for head in ["fb900000", "ffeb9064", "fff99064", "fffbf064", "fffb9c64", "49443303"] {
        assert_eq!(of_frame(Codec::Mp3, &hex(head)), None, "{head}");
    }
    // Byte order swapped; reserved rate; a size code there is none of; a version to come.
    for head in ["770bb50b1e40ebf8", "0b77b50bde40ebf8", "0b77b50b3f40ebf8", "0b77b50b1e88ebf8"] {
        assert_eq!(of_frame(Codec::Ac3, &hex(head)), None, "{head}");
    }
    assert_eq!(of_frame(Codec::H264, &hex("0000000167")), None);
}

#[test]
fn mpeg_audio_of_every_version_and_layer() {
    let told = |head| told(&of_frame(Codec::Mp3, &hex(head)).unwrap());
    assert_eq!(told("ffffc0c0"), "MPEG-1 Layer I 44100 1 mono 384000");
    assert_eq!(told("fff7e480"), "MPEG-2 Layer I 24000 2 dual mono 256000");
    assert_eq!(told("fff5e840"), "MPEG-2 Layer II 16000 2 stereo 160000");
    assert_eq!(told("ffe38400"), "MPEG-2.5 Layer III 12000 2 stereo 64000");
    // A free format states no bits per second.
    assert_eq!(told("fffb0000"), "MPEG-1 Layer III 44100 2 stereo");
    let samples: Vec<_> = ["fffb9064", "fff380c4", "ffffc0c0", "fffda404"]
        .iter()
        .map(|head| match of_frame(Codec::Mp3, &hex(head)) {
            Some(Format::Audio(format)) => format.frame_samples.unwrap(),
            _ => 0,
        })
        .collect();
    assert_eq!(samples, [1152, 576, 384, 1152]);
}

#[test]
fn ac3_at_lower_rates_and_substreams() {
    let told = |head| told(&of_frame(Codec::Ac3, &hex(head)).unwrap());
    // Syntax 9 halves rate and bits of the mono frame above.
    assert_eq!(told("0b7738664c482f84"), "- 22050 1 mono 48000");
    // E-AC-3 at half of 48000, with 384 bytes in 1536 samples; one block of 48000.
    assert_eq!(told("0b7700bfc480"), "- 24000 2 stereo 48000");
    assert_eq!(told("0b7700bf0480"), "- 48000 2 stereo 576000");
    let Some(Format::Audio(format)) = of_frame(Codec::Eac3, &hex("0b7740bf3480")) else { panic!() };
    assert_eq!((format.profile.as_deref(), format.channels), (Some("dependent substream"), None));
    // Every mode with its low-frequency channel.
    let channels: Vec<_> = (0..8_u8)
        .map(|mode| match of_frame(Codec::Eac3, &[0x0B, 0x77, 0, 0xBF, 0x31 | mode << 1, 0x80]) {
            Some(Format::Audio(format)) => format.channels.unwrap(),
            _ => 0,
        })
        .collect();
    assert_eq!(channels, [3, 2, 3, 4, 4, 5, 5, 6]);
}

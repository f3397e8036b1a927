//! Audio configurations of every signalling, as ffprobe or the specification reads them.

use super::*;

/// Configuration; profile, rate and channels.
pub(super) const CONFIGS: [(&str, &str, u32, u8, u16); 15] = [
    // By ffmpeg's encoder: mono 44100, stereo 48000, 5.1, stereo 22050, Main, LTP, and 2.1 with an element list.
    ("120856e500", "LC", 44_100, 1, 1024),
    ("119056e500", "LC", 48_000, 2, 1024),
    ("11b056e500", "LC", 48_000, 6, 1024),
    ("139056e500", "LC", 22_050, 2, 1024),
    ("0a1056e500", "Main", 44_100, 2, 1024),
    ("221056e500", "LTP", 44_100, 2, 1024),
    ("118004c4010020000d4c61766335392e33372e31303056e500", "LC", 48_000, 3, 1024),
    // Written by hand. Plain; 960 samples; HE as object type 5; HE v2 as object type 29;
    ("1210", "LC", 44_100, 2, 1024),
    ("1214", "LC", 44_100, 2, 960),
    ("2b920800", "HE", 44_100, 2, 2048),
    ("eb8a0800", "HE v2", 44_100, 2, 2048),
    // HE and HE v2 behind the core's part; a rate in full; ELD with SBR at twice the rate.
    ("139056e5a0", "HE", 44_100, 2, 2048),
    ("138856e5a54880", "HE v2", 44_100, 2, 2048),
    ("1780562210", "LC", 44_100, 2, 1024),
    ("f8ee2180", "ELD", 44_100, 1, 1024),
];

#[test]
fn aac_of_every_signalling() {
    for (bytes, profile, rate, channels, frame) in CONFIGS {
        let config = AudioSpecificConfig::parse(&hex(bytes));
        assert_eq!(config.cut, None, "{bytes}");
        let expected = AudioFormat {
            profile: Some(profile.into()),
            sample_rate: Some(rate),
            channels: Some(channels),
            frame_samples: Some(frame),
        };
        assert_eq!(describe(Codec::Aac, &hex(bytes)), Some(Description::Audio(expected)), "{bytes}");
    }
}

#[test]
fn sbr_is_told_from_no_sbr_and_from_silence_about_it() {
    let sbr = |bytes| AudioSpecificConfig::parse(&hex(bytes)).sbr;
    assert_eq!([sbr("1210"), sbr("121056e500"), sbr("139056e5a0")], [None, Some(false), Some(true)]);
}

#[test]
fn broken_audio_configurations() {
    let config = AudioSpecificConfig::parse(&hex("12"));
    assert_eq!((config.profile_name().as_deref(), config.sample_rate()), (Some("LC"), None));
    assert_eq!(config.cut.unwrap().what, "frequency index");
    assert_eq!(describe(Codec::Aac, &[]), Some(Description::Audio(AudioFormat::default())));
    // Reserved frequency index 13 and channel configuration 15.
    let config = AudioSpecificConfig::parse(&hex("16f8"));
    assert_eq!((config.sample_rate(), config.channels(), config.channel_config), (None, None, Some(15)));
    // Object type 45 has nothing we could read behind the channels.
    let config = AudioSpecificConfig::parse(&hex("f9a220ff"));
    assert_eq!((config.profile_name().as_deref(), config.cut), (Some("unknown_45"), None));
}

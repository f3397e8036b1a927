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
        let format = audio(Codec::Aac, &hex(bytes));
        assert_eq!((format.profile.as_deref(), format.sample_rate), (Some(profile), Some(rate)), "{bytes}");
        assert_eq!((format.channels, format.frame_samples), (Some(channels), Some(frame)), "{bytes}");
        assert_eq!(problem(Codec::Aac, &hex(bytes)), "");
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
    assert_eq!(audio(Codec::Aac, &[]), AudioFormat::default());
    assert_eq!(problem(Codec::Aac, &[]), "ASC is empty");
    assert_eq!(
        problem(Codec::Aac, &hex("12")),
        "ASC ends inside the frequency index: it needs 1 byte at byte 1, 0 left"
    );
    // Reserved frequency index 13 and channel configuration 15.
    let config = AudioSpecificConfig::parse(&hex("16f8"));
    assert_eq!((config.sample_rate(), config.channels(), config.channel_config), (None, None, Some(15)));
    // Object type 45 has nothing we could read behind the channels.
    let config = AudioSpecificConfig::parse(&hex("f9a220ff"));
    assert_eq!((config.profile_name().as_deref(), config.cut), (Some("unknown_45"), None));
}

#[test]
fn core_rate_and_layout() {
    // HE behind the core's part: half of the rate; without it no core rate.
    let he = audio(Codec::Aac, &hex("139056e5a0"));
    assert_eq!((he.core_sample_rate, he.sbr, he.ps), (Some(22_050), Some(true), None));
    let v2 = audio(Codec::Aac, &hex("138856e5a54880"));
    assert_eq!((v2.channels, v2.channel_layout, v2.ps), (Some(2), Some("stereo"), Some(true)));
    let lc = audio(Codec::Aac, &hex("11b056e500"));
    assert_eq!((lc.core_sample_rate, lc.channel_layout, lc.sbr), (None, Some("5.1"), Some(false)));
    // The rest of the channel configurations, at 48000.
    let told: Vec<_> = (0..16_u8)
        .map(|config| {
            let format = audio(Codec::Aac, &[0x11, 0x80 | config << 3 & 0x78, 0, 0, 0, 0, 0, 0, 0]);
            format!("{}={}", format.channels.unwrap_or(0), format.channel_layout.unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        told.join(" "),
        "0=- 1=mono 2=stereo 3=3.0 4=4.0 5=5.0 6=5.1 8=7.1(wide) 0=- 0=- 0=- 7=6.1(back) 8=7.1 24=22.2 8=5.1.2 0=-"
    );
}

/// Extended high efficiency: object type 42 as 31 and 10, 48000 by index 3, stereo, then 48000 by index 3 of its own
/// table, frames of 2048 with replication at twice the rate, channels by its own configuration 2.
#[test]
fn extended_high_efficiency() {
    // 11111 001010 0011 0010 | 00011 011 00010
    let format = audio(Codec::Aac, &[0b1111_1001, 0b0100_0110, 0b0100_0011, 0b0110_0010, 0]);
    assert_eq!((format.profile.as_deref(), format.sample_rate), (Some("xHE"), Some(48_000)));
    assert_eq!((format.channels, format.frame_samples, format.sbr), (Some(2), Some(2048), Some(true)));
}

#[test]
fn reserved_numbers_are_told() {
    for (bytes, said) in [
        ("1690", "ASC with a reserved frequency index"),
        ("0190", "ASC of object type 0"),
        ("11c8", "ASC with the reserved channel configuration 9"),
        ("11e0", ""),
        ("16", "ASC ends inside the frequency index: it needs 1 byte at byte 1, 0 left"),
    ] {
        assert_eq!(problem(Codec::Aac, &hex(bytes)), said, "{bytes}");
    }
}

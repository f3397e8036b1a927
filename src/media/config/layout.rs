//! Usual names of channel layouts, by what each codec has in place of a name.

/// By the channel configuration of AAC (ISO/IEC 23001-8, table 8).
pub(super) const fn aac(config: u8) -> Option<&'static str> {
    Some(match config {
        1 => "mono",
        2 => "stereo",
        3 => "3.0",
        4 => "4.0",
        5 => "5.0",
        6 => "5.1",
        7 => "7.1(wide)",
        11 => "6.1(back)",
        12 => "7.1",
        13 => "22.2",
        14 => "5.1.2",
        _ => return None,
    })
}

/// By the number of channels in the order of Vorbis, which Opus (RFC 7845, 5.1.1.2) and FLAC (RFC 9639, 9.1.3) share.
pub(super) const fn vorbis(channels: u8) -> Option<&'static str> {
    Some(match channels {
        1 => "mono",
        2 => "stereo",
        3 => "3.0",
        4 => "quad",
        5 => "5.0",
        6 => "5.1",
        7 => "6.1",
        8 => "7.1",
        _ => return None,
    })
}

/// Channels and name by the audio coding mode of AC-3, 0 to 7, and its low-frequency flag (ATSC A/52, 5.4.2.3).
pub(super) const fn ac3(mode: u8, low_frequency: bool) -> (u8, Option<&'static str>) {
    let (channels, name, with_low) = match mode {
        0 => (2, Some("dual mono"), None),
        1 => (1, Some("mono"), None),
        2 => (2, Some("stereo"), Some("2.1")),
        3 => (3, Some("3.0"), Some("3.1")),
        4 => (3, Some("3.0(back)"), None),
        5 => (4, Some("4.0"), Some("4.1")),
        6 => (4, Some("quad(side)"), None),
        _ => (5, Some("5.0(side)"), Some("5.1(side)")),
    };
    if low_frequency { (channels + 1, with_low) } else { (channels, name) }
}

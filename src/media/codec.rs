//! Codecs of audio and video, by their number in a legacy tag or their `FourCC` in an Enhanced one.
//!
//! An unknown number or `FourCC` stays what it is. Sources: Video File Format Specification 10.1, E.4.2.1 and
//! E.4.3.1; Enhanced RTMP v2; video codecs 8, 9, 12 and 13 are in no specification but in use.

use std::borrow::Cow;

/// A four-character code.
pub(crate) type FourCc = [u8; 4];

/// What the body of an audio or video message is coded in.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Codec {
    H264,
    Hevc,
    Vvc,
    Av1,
    Vp8,
    Vp9,
    H263,
    Screen,
    Screen2,
    Vp6,
    Vp6a,
    Mpeg4,
    Aac,
    Mp3,
    Opus,
    Flac,
    Ac3,
    Eac3,
    Speex,
    Nellymoser,
    G711a,
    G711u,
    Pcm,
    Adpcm,
    /// A number of a legacy tag that names no codec we know.
    Unknown(u8),
    /// A `FourCC` that names no codec we know.
    Other(FourCc),
}

impl Codec {
    /// The codec of a legacy video tag.
    pub(crate) const fn from_video_id(id: u8) -> Self {
        match id {
            2 | 8 => Self::H263,
            3 => Self::Screen,
            4 => Self::Vp6,
            5 => Self::Vp6a,
            6 => Self::Screen2,
            7 => Self::H264,
            9 => Self::Mpeg4,
            12 => Self::Hevc,
            13 => Self::Av1,
            other => Self::Unknown(other),
        }
    }

    /// The codec of a legacy audio tag.
    pub(crate) const fn from_audio_id(id: u8) -> Self {
        match id {
            0 | 3 => Self::Pcm,
            1 => Self::Adpcm,
            2 | 14 => Self::Mp3,
            4..=6 => Self::Nellymoser,
            7 => Self::G711a,
            8 => Self::G711u,
            10 => Self::Aac,
            11 => Self::Speex,
            other => Self::Unknown(other),
        }
    }

    /// The codec of an Enhanced tag.
    pub(crate) const fn from_fourcc(fourcc: FourCc) -> Self {
        match &fourcc {
            b"avc1" => Self::H264,
            b"hvc1" => Self::Hevc,
            b"vvc1" => Self::Vvc,
            b"av01" => Self::Av1,
            b"vp08" => Self::Vp8,
            b"vp09" => Self::Vp9,
            b"mp4a" => Self::Aac,
            b".mp3" => Self::Mp3,
            b"Opus" => Self::Opus,
            b"fLaC" => Self::Flac,
            b"ac-3" => Self::Ac3,
            b"ec-3" => Self::Eac3,
            _ => Self::Other(fourcc),
        }
    }

    /// The code of an Enhanced tag; none for a codec that only legacy tags name.
    pub(crate) const fn fourcc(self) -> Option<FourCc> {
        Some(*match self {
            Self::H264 => b"avc1",
            Self::Hevc => b"hvc1",
            Self::Vvc => b"vvc1",
            Self::Av1 => b"av01",
            Self::Vp8 => b"vp08",
            Self::Vp9 => b"vp09",
            Self::Aac => b"mp4a",
            Self::Mp3 => b".mp3",
            Self::Opus => b"Opus",
            Self::Flac => b"fLaC",
            Self::Ac3 => b"ac-3",
            Self::Eac3 => b"ec-3",
            Self::Other(fourcc) => return Some(fourcc),
            _ => return None,
        })
    }

    /// The name in reports; an unknown `FourCC` is shown as it is, or as a number when it is not plain text.
    pub(crate) fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::H264 => "h264",
            Self::Hevc => "hevc",
            Self::Vvc => "vvc",
            Self::Av1 => "av1",
            Self::Vp8 => "vp8",
            Self::Vp9 => "vp9",
            Self::H263 => "h263",
            Self::Screen => "screen",
            Self::Screen2 => "screen2",
            Self::Vp6 => "vp6",
            Self::Vp6a => "vp6a",
            Self::Mpeg4 => "mpeg4",
            Self::Aac => "aac",
            Self::Mp3 => "mp3",
            Self::Opus => "opus",
            Self::Flac => "flac",
            Self::Ac3 => "ac3",
            Self::Eac3 => "eac3",
            Self::Speex => "speex",
            Self::Nellymoser => "nellymoser",
            Self::G711a => "g711a",
            Self::G711u => "g711u",
            Self::Pcm => "pcm",
            Self::Adpcm => "adpcm",
            Self::Unknown(id) => return Cow::Owned(format!("unknown_{id}")),
            Self::Other(fourcc) => return Cow::Owned(fourcc_text(&fourcc).into_owned()),
        })
    }

    /// The name of a codec that may not be known; empty for none.
    pub(crate) fn name_of(codec: Option<Self>) -> Cow<'static, str> {
        codec.map_or(Cow::Borrowed(""), Self::name)
    }

    /// Whether coded frames in an Enhanced tag begin with a composition time.
    pub(super) const fn has_composition_time(self) -> bool {
        matches!(self, Self::H264 | Self::Hevc | Self::Vvc)
    }
}

/// A `FourCC` as text, or as a number when it is not plain text.
pub(crate) fn fourcc_text(fourcc: &FourCc) -> Cow<'_, str> {
    match std::str::from_utf8(fourcc) {
        Ok(text) if fourcc.iter().all(|b| matches!(b, b' '..=b'~')) => Cow::Borrowed(text),
        _ => Cow::Owned(format!("0x{:08x}", u32::from_be_bytes(*fourcc))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_names() {
        let video: Vec<_> = (0..16).map(|id| Codec::from_video_id(id).name().into_owned()).collect();
        assert_eq!(
            video.join(" "),
            "unknown_0 unknown_1 h263 screen vp6 vp6a screen2 h264 h263 mpeg4 unknown_10 unknown_11 hevc av1 \
             unknown_14 unknown_15"
        );
        let audio: Vec<_> = (0..16).map(|id| Codec::from_audio_id(id).name().into_owned()).collect();
        assert_eq!(
            audio.join(" "),
            "pcm adpcm mp3 pcm nellymoser nellymoser nellymoser g711a g711u unknown_9 aac speex unknown_12 \
             unknown_13 mp3 unknown_15"
        );
    }

    #[test]
    fn fourccs_are_the_published_numbers() {
        for (number, name) in [
            (1_635_148_593_u32, "h264"),
            (1_752_589_105, "hevc"),
            (1_987_470_129, "vvc"),
            (1_635_135_537, "av1"),
            (1_987_063_864, "vp8"),
            (1_987_063_865, "vp9"),
            (1_836_069_985, "aac"),
            (1_332_770_163, "opus"),
            (1_716_281_667, "flac"),
            (778_924_083, "mp3"),
            (1_633_889_587, "ac3"),
            (1_700_998_451, "eac3"),
        ] {
            let codec = Codec::from_fourcc(number.to_be_bytes());
            assert_eq!((codec.name().as_ref(), codec.fourcc()), (name, Some(number.to_be_bytes())));
        }
        assert_eq!(Codec::from_fourcc(*b"apv1").name(), "apv1");
        assert_eq!(Codec::from_fourcc(*b"a\x1b[m").name(), "0x611b5b6d");
    }
}

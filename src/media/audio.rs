//! The header of an audio message (Video File Format 10.1, E.4.2.1; Enhanced RTMP v2, `ExAudioTagHeader`).
//!
//! ```text
//! legacy    format 4 bits, rate 2, size 1, type 1;  AAC: packet type u8
//! Enhanced  9 4 bits, packet type 4 bits;  extensions;  [multitrack u8];  FourCC;  [track id u8, [size u24]]
//! ```
//!
//! Rate, size and type of a legacy AAC tag are constants and say nothing: the configuration record does.

use super::codec::Codec;
use super::enhanced;
use super::tag::{Packet, Role, Tag};
use crate::base::read::{Reader, Truncated};

/// Formats of a legacy tag that have a meaning beyond their codec.
const MP3_8_KHZ: u8 = 14;
const NELLYMOSER_16_KHZ: u8 = 4;
const NELLYMOSER_8_KHZ: u8 = 5;
const ENHANCED: u8 = 9;

/// Packet types of Enhanced audio.
const SEQUENCE_START: u8 = 0;
const CODED_FRAMES: u8 = 1;
const SEQUENCE_END: u8 = 2;
const MULTICHANNEL_CONFIG: u8 = 4;
const MULTITRACK: u8 = 5;

/// The fields of a legacy tag's first byte.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sound {
    /// Sound format, 0 to 15.
    pub(crate) format: u8,
    /// Nominal rate by the two rate bits: 5512, 11025, 22050 or 44100.
    pub(crate) nominal_rate: u32,
    /// 8 or 16; only PCM is stored so.
    pub(crate) bits: u8,
    /// Whether the type bit says stereo.
    pub(crate) stereo: bool,
}

impl Sound {
    fn new(byte: u8) -> Self {
        Self {
            format: byte >> 4,
            nominal_rate: match byte >> 2 & 0x03 {
                0 => 5512,
                1 => 11_025,
                2 => 22_050,
                _ => 44_100,
            },
            bits: if byte & 0x02 == 0 { 8 } else { 16 },
            stereo: byte & 0x01 != 0,
        }
    }

    /// Samples per second, where the tag says so; a format of fixed rate overrides the bits.
    pub(crate) const fn sample_rate(self) -> Option<u32> {
        match (self.format, Codec::from_audio_id(self.format)) {
            (_, Codec::Aac) => None,
            (MP3_8_KHZ | NELLYMOSER_8_KHZ, _) | (_, Codec::G711a | Codec::G711u) => Some(8000),
            (NELLYMOSER_16_KHZ, _) | (_, Codec::Speex) => Some(16_000),
            _ => Some(self.nominal_rate),
        }
    }

    /// Channels, where the tag says so; a format that is always mono overrides the bit.
    pub(crate) const fn channels(self) -> Option<u8> {
        match (self.format, Codec::from_audio_id(self.format)) {
            (_, Codec::Aac) => None,
            (NELLYMOSER_16_KHZ | NELLYMOSER_8_KHZ, _) | (_, Codec::Speex) => Some(1),
            _ => Some(if self.stereo { 2 } else { 1 }),
        }
    }
}

/// The header of an audio message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct AudioTag<'a> {
    /// The fields of a legacy tag.
    pub(crate) sound: Option<Sound>,
    /// What every tag has.
    pub(crate) tag: Tag<'a>,
}

impl<'a> AudioTag<'a> {
    /// Reads the first bytes of an audio message: all of them, or enough for the header.
    pub(crate) fn parse(bytes: &'a [u8]) -> Self {
        let mut reader = Reader::new(bytes);
        let mut tag = Tag::unread(Role::Silence);
        let Ok(first) = reader.u8("audio tag") else { return Self { sound: None, tag } };
        let sound = Sound::new(first);
        tag.role = Role::Cut;
        tag.enhanced = sound.format == ENHANCED;
        let read = if tag.enhanced {
            read_enhanced(&mut reader, &mut tag, first & 0x0F)
        } else {
            read_legacy(&mut reader, &mut tag, sound).map(|()| 0)
        };
        tag.finish(reader.at(), reader.rest(), read.unwrap_or(0), read.err());
        Self { sound: (!tag.enhanced).then_some(sound), tag }
    }
}

fn read_legacy(r: &mut Reader<'_>, tag: &mut Tag<'_>, sound: Sound) -> Result<(), Truncated> {
    let codec = Codec::from_audio_id(sound.format);
    tag.codec = Some(codec);
    if codec != Codec::Aac {
        tag.role = Role::Frame { key: false };
        return Ok(());
    }
    let packet_type = r.u8("AAC packet type")?;
    tag.role = match packet_type {
        0 => Role::SequenceHeader,
        1 => Role::Frame { key: false },
        other => Role::Reserved(other),
    };
    tag.packet = Packet::of(tag.role, packet_type);
    Ok(())
}

/// Gives the offset of the (first) track's body.
fn read_enhanced(r: &mut Reader<'_>, tag: &mut Tag<'_>, packet_type: u8) -> Result<usize, Truncated> {
    let packet_type = enhanced::mod_ex(r, tag, packet_type)?;
    let body_at = enhanced::tracks(r, tag, (packet_type, MULTITRACK), role)?;
    Ok(body_at.unwrap_or(r.at()))
}

fn role(packet_type: u8) -> Role {
    match packet_type {
        SEQUENCE_START => Role::SequenceHeader,
        CODED_FRAMES => Role::Frame { key: false },
        SEQUENCE_END => Role::SequenceEnd,
        MULTICHANNEL_CONFIG => Role::ChannelConfig,
        other => Role::Reserved(other),
    }
}

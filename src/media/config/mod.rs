//! Codec configuration records: what a sequence header says about the stream.
//!
//! Takes the codec and the record ([`super::tag::Tag::config`]) and gives the facts worth reporting. H.264
//! ([`avcc`], [`sps`]) and AAC ([`aac`]) are read; the records of the other codecs (hvcC, vvcC, av1C, vpcC,
//! `OpusHead`, STREAMINFO) each get a file here and a line in [`describe`].

use std::borrow::Cow;

use self::aac::AudioSpecificConfig;
use self::avcc::AvcConfig;
use super::codec::Codec;

pub(crate) mod aac;
pub(crate) mod avcc;
pub(crate) mod sps;
#[cfg(test)]
mod tests;

/// What a configuration record says, in the words of the report; what it does not say is absent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Description {
    /// Of video.
    Video(VideoFormat),
    /// Of audio.
    Audio(AudioFormat),
}

/// The format of coded video.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct VideoFormat {
    /// Profile, such as `High`.
    pub(crate) profile: Option<Cow<'static, str>>,
    /// Level, such as `3.1`.
    pub(crate) level: Option<String>,
    /// Width in pixels as shown, without what is cropped.
    pub(crate) width: Option<u32>,
    /// Height in pixels as shown, of a frame also when fields are coded.
    pub(crate) height: Option<u32>,
    /// Frames per second, if stated.
    pub(crate) fps: Option<f64>,
    /// Whether frames may be coded as fields.
    pub(crate) interlaced: Option<bool>,
    /// Bits of a luma sample.
    pub(crate) bit_depth: Option<u8>,
    /// Chroma format, such as `4:2:0`.
    pub(crate) chroma: Option<&'static str>,
}

/// The format of coded audio.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AudioFormat {
    /// Profile, such as `LC`.
    pub(crate) profile: Option<Cow<'static, str>>,
    /// Samples per second after decoding.
    pub(crate) sample_rate: Option<u32>,
    /// Channels after decoding.
    pub(crate) channels: Option<u8>,
    /// Samples per channel in a frame, at `sample_rate`.
    pub(crate) frame_samples: Option<u16>,
}

/// Describes a configuration record; none for a codec whose records are not read.
pub(crate) fn describe(codec: Codec, record: &[u8]) -> Option<Description> {
    match codec {
        Codec::H264 => Some(Description::Video(AvcConfig::parse(record).format())),
        Codec::Aac => Some(Description::Audio(AudioSpecificConfig::parse(record).format())),
        _ => None,
    }
}

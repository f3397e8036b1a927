//! Codec configurations: what a sequence header says about the stream, and what the frames of codecs without one do.
//!
//! Takes the codec and the record ([`super::tag::Tag::config`]) or the first bytes of a frame, and gives the facts
//! worth reporting. What stands before the place where a record breaks off, or becomes impossible, is given all the
//! same; [`Description::problem`] says what is wrong and where. Each record has a file of its own here.

use std::borrow::Cow;

use self::color::Color;
use super::codec::Codec;
use crate::base::read::Truncated;

pub(crate) mod aac;
mod av1;
pub(crate) mod avcc;
pub(crate) mod color;
mod flac;
mod frame;
mod hevc_sps;
mod hvcc;
mod layout;
mod opus;
pub(crate) mod parameter_set;
pub(crate) mod sps;
#[cfg(test)]
mod tests;
mod vpcc;
mod vvc_sps;
mod vvcc;

/// What a configuration says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Description {
    /// Which record it is, such as `avcC`; none for the header of a frame.
    pub(crate) record: Option<&'static str>,
    /// The facts.
    pub(crate) format: Format,
    /// What is wrong with it, and where.
    pub(crate) problem: Option<String>,
}

impl Description {
    /// The video format, of video.
    pub(crate) const fn video(&self) -> Option<&VideoFormat> {
        match &self.format {
            Format::Video(video) => Some(video),
            Format::Audio(_) => None,
        }
    }

    /// The audio format, of audio.
    pub(crate) const fn audio(&self) -> Option<&AudioFormat> {
        match &self.format {
            Format::Audio(audio) => Some(audio),
            Format::Video(_) => None,
        }
    }

    /// Whether both are the same format; the bitrate is none of it, and may change with every frame.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        match (self.audio(), other.audio()) {
            (Some(audio), Some(other)) => {
                AudioFormat { bitrate_bps: None, ..audio.clone() }
                    == AudioFormat { bitrate_bps: None, ..other.clone() }
            }
            _ => self == other,
        }
    }
}

/// What a configuration says, in the words of the report; what it does not say is absent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Format {
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
    /// Tier of the level, `main` or `high`.
    pub(crate) tier: Option<&'static str>,
    /// Width in pixels as shown, without what is cropped.
    pub(crate) width: Option<u32>,
    /// Height in pixels as shown; of a frame also when fields are coded (H.264), or of the field (H.265).
    pub(crate) height: Option<u32>,
    /// Width of a pixel against its height, if stated.
    pub(crate) pixel_aspect: Option<(u16, u16)>,
    /// Frames per second, if stated.
    pub(crate) fps: Option<f64>,
    /// Whether frames may be coded as fields.
    pub(crate) interlaced: Option<bool>,
    /// Bits of a luma sample.
    pub(crate) bit_depth: Option<u8>,
    /// Chroma format, such as `4:2:0`.
    pub(crate) chroma: Option<&'static str>,
    /// Colour.
    pub(crate) color: Color,
    /// Bytes of the length in front of each NAL unit.
    pub(crate) nal_length_bytes: Option<u8>,
}

/// The format of coded audio.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AudioFormat {
    /// Profile, such as `LC`.
    pub(crate) profile: Option<Cow<'static, str>>,
    /// Samples per second after decoding.
    pub(crate) sample_rate: Option<u32>,
    /// Samples per second of the core coder, with spectral band replication.
    pub(crate) core_sample_rate: Option<u32>,
    /// Channels after decoding.
    pub(crate) channels: Option<u8>,
    /// The usual name of their layout, such as `5.1`.
    pub(crate) channel_layout: Option<&'static str>,
    /// Samples per channel in a frame, at `sample_rate`.
    pub(crate) frame_samples: Option<u16>,
    /// Bits of a sample, where the codec is lossless.
    pub(crate) bits_per_sample: Option<u8>,
    /// Spectral band replication, if signalled as there or not.
    pub(crate) sbr: Option<bool>,
    /// Parametric stereo, if signalled as there or not.
    pub(crate) ps: Option<bool>,
    /// Samples at the start that are not to be heard.
    pub(crate) pre_skip: Option<u16>,
    /// Bits per second by the header of a frame.
    pub(crate) bitrate_bps: Option<u32>,
}

/// Describes a configuration record; none for a codec that has none, or whose records are not read.
pub(crate) fn describe(codec: Codec, record: &[u8]) -> Option<Description> {
    Some(match codec {
        Codec::H264 => avcc::describe(record),
        Codec::Hevc => hvcc::describe(record),
        Codec::Vvc => vvcc::describe(record),
        Codec::Av1 => av1::describe(record),
        Codec::Vp8 | Codec::Vp9 => vpcc::describe(record),
        Codec::Aac => aac::describe(record),
        Codec::Opus => opus::describe(record),
        Codec::Flac => flac::describe(record),
        _ => return None,
    })
}

/// Gives the parameter sets that a record holds, and what else it holds of NAL units, each with its header.
pub(crate) fn parameter_sets<'a>(codec: Codec, record: &'a [u8], each: &mut dyn FnMut(&'a [u8])) {
    match codec {
        Codec::H264 => {
            let config = avcc::AvcConfig::parse(record);
            config.sps.into_iter().chain(config.pps).for_each(each);
        }
        Codec::Hevc => hvcc::units(record, each),
        Codec::Vvc => vvcc::units(record, each),
        _ => {}
    }
}

/// Whether frames of this codec say what other codecs have a record for.
pub(crate) const fn frames_describe(codec: Codec) -> bool {
    matches!(
        codec,
        Codec::H263
            | Codec::Screen
            | Codec::Screen2
            | Codec::Vp6
            | Codec::Vp6a
            | Codec::Vp8
            | Codec::Vp9
            | Codec::Mp3
            | Codec::Ac3
            | Codec::Eac3
    )
}

/// Describes what the first bytes of a frame say, behind the tag; of video this is a key frame. None when they
/// are no such header, or too few for it.
pub(crate) fn describe_frame(codec: Codec, head: &[u8]) -> Option<Description> {
    let format = match codec {
        Codec::Mp3 => Format::Audio(frame::mpeg_audio(head)?),
        Codec::Ac3 | Codec::Eac3 => Format::Audio(frame::ac3(head)?),
        Codec::H263 => Format::Video(frame::h263(head)?),
        Codec::Screen | Codec::Screen2 => Format::Video(frame::screen(head)?),
        Codec::Vp6 => Format::Video(frame::vp6(head, 1)?),
        Codec::Vp6a => Format::Video(frame::vp6(head, 4)?),
        Codec::Vp8 => Format::Video(frame::vp8(head)?),
        Codec::Vp9 => Format::Video(frame::vp9(head)?),
        _ => return None,
    };
    Some(Description { record: None, format, problem: None })
}

/// The bits of a frame's header that say the format of audio, to tell whether it is another without reading it. None
/// when it says none.
pub(crate) fn frame_key(codec: Codec, head: &[u8]) -> Option<u32> {
    match codec {
        Codec::Mp3 => frame::mpeg_key(head),
        Codec::Ac3 | Codec::Eac3 => frame::ac3_key(head),
        _ => None,
    }
}

/// The sentence about a record that ends too early.
pub(crate) fn ends(record: &str, cut: &Truncated) -> String {
    if cut.at == 0 && cut.have == 0 {
        return format!("{record} is empty");
    }
    let Truncated { what, at, need, have } = cut;
    let unit = if *need == 1 { "byte" } else { "bytes" };
    format!("{record} ends inside the {what}: it needs {need} {unit} at byte {at}, {have} left")
}

/// A rate that is a number above zero.
fn rate(units: f64, per: f64) -> Option<f64> {
    Some(units / per).filter(|fps| fps.is_finite() && *fps > 0.0)
}

//! Audio and video messages: their tag headers, and the codec configurations they carry.
//!
//! Takes the first bytes of a message of type 8 or 9 and gives a [`tag::Tag`]: codec, role, header length. The
//! layouts are those of the FLV file format (Adobe Video File Format Specification 10.1, annex E) and of
//! Enhanced RTMP v2; a legacy tag and an Enhanced one give the same [`tag::Tag`]. [`keep`] says how much of a
//! message is worth keeping, [`config`] reads codec configuration records.
//!
//! It decodes no coded media and judges nothing.

pub(crate) mod audio;
mod bits;
pub(crate) mod channels;
pub(crate) mod codec;
pub(crate) mod config;
mod enhanced;
pub(crate) mod keep;
pub(crate) mod obu;
pub(crate) mod sieve;
pub(crate) mod tag;
#[cfg(test)]
mod tests;
pub(crate) mod tracks;
pub(crate) mod units;
pub(crate) mod video;

use self::audio::AudioTag;
use self::tag::Tag;
use self::video::VideoTag;

/// Message type of audio (RTMP 1.0, 7.1.4).
pub(crate) const AUDIO: u8 = 8;
/// Message type of video (RTMP 1.0, 7.1.5).
pub(crate) const VIDEO: u8 = 9;

/// The tag of an audio or video message from its first bytes; none for any other message type.
pub(crate) fn read(type_id: u8, head: &[u8]) -> Option<Tag<'_>> {
    match type_id {
        AUDIO => Some(AudioTag::parse(head).tag),
        VIDEO => Some(VideoTag::parse(head).tag),
        _ => None,
    }
}

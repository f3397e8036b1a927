//! The headers of frames whose codec has no configuration record.
//!
//! Each takes the first bytes of a frame, behind the tag, and gives the format; none when they are no such header or
//! too few for it. What a header does not say stays absent.

mod audio;
mod video;

pub(super) use self::audio::{ac3, ac3_key, mpeg_audio, mpeg_key};
pub(super) use self::video::{h263, screen, vp6, vp8, vp9};

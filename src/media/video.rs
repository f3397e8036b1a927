//! The header of a video message (Video File Format 10.1, E.4.3.1; Enhanced RTMP v2, `ExVideoTagHeader`).
//!
//! ```text
//! legacy    0 frame 3 bits, codec 4 bits;  AVC: packet type u8, composition time s24
//! Enhanced  1 frame 3 bits, packet type 4 bits;  extensions;  [command u8] or [multitrack u8]
//!           FourCC;  [track id u8, [size u24]];  [composition time s24]
//! ```
//!
//! HEVC and AV1 as legacy codecs 12 and 13 are laid out as AVC. A legacy command frame is the tag byte and the
//! command, whatever its codec.

use std::borrow::Cow;

use super::codec::Codec;
use super::enhanced;
use super::tag::{CODED_FRAMES_X, Packet, Role, Tag, VideoCommand};
use crate::base::read::{Reader, Truncated};

/// The frame type of a video tag.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum FrameType {
    /// 1: a key frame.
    Key,
    /// 2: an inter frame.
    Inter,
    /// 3: an inter frame that no other needs.
    Disposable,
    /// 4: a key frame made by a server.
    GeneratedKey,
    /// 5: a command, not a frame.
    Command,
    /// 0, 6, 7: without a definition.
    Reserved(u8),
}

impl FrameType {
    const fn new(bits: u8) -> Self {
        match bits {
            1 => Self::Key,
            2 => Self::Inter,
            3 => Self::Disposable,
            4 => Self::GeneratedKey,
            5 => Self::Command,
            other => Self::Reserved(other),
        }
    }

    /// The name in timelines.
    pub(crate) fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Key => "key",
            Self::Inter => "inter",
            Self::Disposable => "disposable_inter",
            Self::GeneratedKey => "generated_key",
            Self::Command => "command",
            Self::Reserved(number) => return Cow::Owned(format!("reserved_{number}")),
        })
    }

    /// Whether a decoder can start here.
    pub(crate) const fn is_key(self) -> bool {
        matches!(self, Self::Key | Self::GeneratedKey)
    }
}

/// Packet types of Enhanced video.
const SEQUENCE_START: u8 = 0;
const CODED_FRAMES: u8 = 1;
const SEQUENCE_END: u8 = 2;
const METADATA: u8 = 4;
const TS_SEQUENCE_START: u8 = 5;
const MULTITRACK: u8 = 6;

/// The header of a video message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct VideoTag<'a> {
    /// The frame type; none for an empty message.
    pub(crate) frame: Option<FrameType>,
    /// What every tag has.
    pub(crate) tag: Tag<'a>,
}

impl<'a> VideoTag<'a> {
    /// Reads the first bytes of a video message: all of them, or enough for the header.
    pub(crate) fn parse(bytes: &'a [u8]) -> Self {
        let mut reader = Reader::new(bytes);
        let mut tag = Tag::unread(Role::Empty);
        let Ok(first) = reader.u8("video tag") else { return Self { frame: None, tag } };
        let frame = FrameType::new(first >> 4 & 0x07);
        tag.role = Role::Cut;
        tag.enhanced = first & 0x80 != 0;
        let read = if tag.enhanced {
            read_enhanced(&mut reader, &mut tag, frame, first & 0x0F)
        } else {
            read_legacy(&mut reader, &mut tag, frame, first & 0x0F).map(|()| 0)
        };
        tag.finish(reader.at(), reader.rest(), read.unwrap_or(0), read.err());
        Self { frame: Some(frame), tag }
    }
}

fn read_legacy(r: &mut Reader<'_>, tag: &mut Tag<'_>, frame: FrameType, codec: u8) -> Result<(), Truncated> {
    let codec = Codec::from_video_id(codec);
    tag.codec = Some(codec);
    if frame == FrameType::Command {
        return command(r, tag);
    }
    if !matches!(codec, Codec::H264 | Codec::Hevc | Codec::Av1) {
        tag.role = Role::Frame { key: frame.is_key() };
        return Ok(());
    }
    let packet_type = r.u8("AVC packet type")?;
    tag.role = match packet_type {
        0 => Role::SequenceHeader,
        1 => Role::Frame { key: frame.is_key() },
        2 => Role::SequenceEnd,
        other => Role::Reserved(other),
    };
    tag.packet = Packet::of(tag.role, packet_type);
    tag.composition_ms = r.i24("composition time")?;
    Ok(())
}

/// Gives the offset of the (first) track's body, composition time included.
fn read_enhanced(
    r: &mut Reader<'_>,
    tag: &mut Tag<'_>,
    frame: FrameType,
    packet_type: u8,
) -> Result<usize, Truncated> {
    let packet_type = enhanced::mod_ex(r, tag, packet_type)?;
    if frame == FrameType::Command && packet_type != METADATA {
        command(r, tag)?;
        return Ok(r.at());
    }
    let body_at = enhanced::tracks(r, tag, (packet_type, MULTITRACK), |real| role(real, frame))?;
    if let (Some(Packet::CodedFrames), Some(codec), Some(_)) = (tag.packet, tag.codec, body_at)
        && codec.has_composition_time()
    {
        tag.composition_ms = r.i24("composition time")?;
    }
    Ok(body_at.unwrap_or(r.at()))
}

fn role(packet_type: u8, frame: FrameType) -> Role {
    match packet_type {
        SEQUENCE_START => Role::SequenceHeader,
        CODED_FRAMES | CODED_FRAMES_X => Role::Frame { key: frame.is_key() },
        SEQUENCE_END => Role::SequenceEnd,
        METADATA => Role::Metadata,
        TS_SEQUENCE_START => Role::TsSequenceHeader,
        other => Role::Reserved(other),
    }
}

fn command(r: &mut Reader<'_>, tag: &mut Tag<'_>) -> Result<(), Truncated> {
    tag.role = Role::Command(VideoCommand::from(r.u8("video command")?));
    Ok(())
}

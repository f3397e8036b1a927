//! What the header of an audio or video message says, the same for every layout.

use std::borrow::Cow;

use super::codec::Codec;
use super::keep::HEAD_LEN;
use super::tracks::{Layout, Tracks};
use crate::base::read::Truncated;

/// What a message is for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The codec's configuration record, for the frames after it.
    SequenceHeader,
    /// A configuration record as in an MPEG-2 transport stream (AV1).
    TsSequenceHeader,
    /// Coded media.
    Frame {
        /// Video that can be decoded on its own; always false for audio.
        key: bool,
    },
    /// No more frames of this configuration.
    SequenceEnd,
    /// AMF0 names and values about the video, such as colour information.
    Metadata,
    /// Which channel is which loudspeaker; see [`super::channels`].
    ChannelConfig,
    /// A command to the player, without media.
    Command(VideoCommand),
    /// An audio message without any bytes.
    Silence,
    /// A video message without any bytes.
    Empty,
    /// A packet type that no specification defines.
    Reserved(u8),
    /// The bytes end before the header says what this is.
    Cut,
}

/// Packet type of Enhanced video; no other packet type of frames has this number.
pub(super) const CODED_FRAMES_X: u8 = 3;

/// What the packet type says, the same for audio and video.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Packet {
    SequenceStart,
    CodedFrames,
    SequenceEnd,
    /// Coded frames whose composition time is zero and not written.
    CodedFramesX,
    Metadata,
    TsSequenceStart,
    MultichannelConfig,
    /// Without a definition.
    Reserved(u8),
}

impl Packet {
    /// The name in timelines.
    pub(crate) fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::SequenceStart => "sequence_start",
            Self::CodedFrames => "coded_frames",
            Self::SequenceEnd => "sequence_end",
            Self::CodedFramesX => "coded_frames_x",
            Self::Metadata => "metadata",
            Self::TsSequenceStart => "mpeg2ts_sequence_start",
            Self::MultichannelConfig => "multichannel_config",
            Self::Reserved(number) => return Cow::Owned(format!("reserved_{number}")),
        })
    }

    /// What a message of `role` is called; none for what has no packet type.
    pub(super) const fn of(role: Role, number: u8) -> Option<Self> {
        Some(match role {
            Role::SequenceHeader => Self::SequenceStart,
            Role::TsSequenceHeader => Self::TsSequenceStart,
            Role::Frame { .. } if number == CODED_FRAMES_X => Self::CodedFramesX,
            Role::Frame { .. } => Self::CodedFrames,
            Role::SequenceEnd => Self::SequenceEnd,
            Role::Metadata => Self::Metadata,
            Role::ChannelConfig => Self::MultichannelConfig,
            Role::Reserved(_) => Self::Reserved(number),
            Role::Command(_) | Role::Silence | Role::Empty | Role::Cut => return None,
        })
    }
}

/// The byte of a video command frame.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum VideoCommand {
    /// Client-side seeking starts.
    SeekStart,
    /// Client-side seeking ends.
    SeekEnd,
    /// Any other.
    Other(u8),
}

impl VideoCommand {
    /// The name in timelines.
    pub(crate) fn name(self) -> Cow<'static, str> {
        match self {
            Self::SeekStart => "seek_start".into(),
            Self::SeekEnd => "seek_end".into(),
            Self::Other(number) => format!("unknown_{number}").into(),
        }
    }
}

impl From<u8> for VideoCommand {
    fn from(byte: u8) -> Self {
        match byte {
            0 => Self::SeekStart,
            1 => Self::SeekEnd,
            other => Self::Other(other),
        }
    }
}

/// The most nanoseconds that an extension may add to the presentation time.
pub(crate) const MOST_OFFSET_NS: u32 = 999_999;

/// The track of a multitrack message; of several, the first.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Track {
    /// How the tracks are laid out.
    pub(crate) layout: Layout,
    /// Number of the first track; 0 is the default track.
    pub(crate) id: u8,
    /// Size of the first track's body, where the layout has one.
    pub(crate) size: Option<u32>,
    /// Offset in the message of the list of tracks.
    pub(super) list_at: usize,
}

/// The header of an audio or video message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// What the message is for.
    pub(crate) role: Role,
    /// The codec; none where the header has none (silence, commands) or was cut before it.
    pub(crate) codec: Option<Codec>,
    /// Whether the header is one of Enhanced RTMP.
    pub(crate) enhanced: bool,
    /// The packet type; none for legacy tags without one and for commands. Inside a multitrack message the real one.
    pub(crate) packet: Option<Packet>,
    /// How the tracks of a multitrack message are laid out, as soon as that was read.
    pub(crate) layout: Option<Layout>,
    /// The track, in a multitrack message.
    pub(crate) track: Option<Track>,
    /// Presentation time minus decoding time; of several tracks, the first one's.
    pub(crate) composition_ms: i32,
    /// What a timestamp extension adds to the presentation time, as written; of several extensions, the last.
    pub(crate) offset_ns: Option<u32>,
    /// `ModEx` extensions before the rest of the header, of any type.
    pub(crate) extensions: u32,
    /// Of these, of a type without a definition.
    pub(crate) unknown_extensions: u32,
    /// Of these, of a known type with data that cannot be: an offset that is too short or too large.
    pub(crate) invalid_extensions: u32,
    /// Bytes before the body of the (first) track.
    pub(crate) header_len: usize,
    /// The body of the (first) track, as far as the given bytes reach.
    pub(crate) body: &'a [u8],
    /// The field at which the bytes ended, if they ended inside the header.
    pub(crate) cut: Option<Truncated>,
}

impl<'a> Tag<'a> {
    /// Nothing known yet.
    pub(super) const fn unread(role: Role) -> Self {
        Self {
            role,
            codec: None,
            enhanced: false,
            packet: None,
            layout: None,
            track: None,
            composition_ms: 0,
            offset_ns: None,
            extensions: 0,
            unknown_extensions: 0,
            invalid_extensions: 0,
            header_len: 0,
            body: &[],
            cut: None,
        }
    }

    /// Sets the body to what is left at offset `header_len`, or to what the track's size allows of it.
    ///
    /// `track_body_at` is where the bytes that the size counts begin.
    pub(super) fn finish(
        &mut self,
        header_len: usize,
        rest: &'a [u8],
        track_body_at: usize,
        cut: Option<Truncated>,
    ) {
        self.cut = cut;
        if cut.is_some() {
            self.header_len = header_len.saturating_add(rest.len());
            return;
        }
        self.header_len = header_len;
        self.body = match self.track.and_then(|track| track.size) {
            Some(size) => {
                let size = usize::try_from(size).unwrap_or(usize::MAX);
                let left = size.saturating_sub(header_len.saturating_sub(track_body_at));
                rest.get(..left).unwrap_or(rest)
            }
            None => rest,
        };
    }

    /// The codec configuration record, if this message brings one.
    pub(crate) fn config(&self) -> Option<&'a [u8]> {
        (matches!(self.role, Role::SequenceHeader | Role::TsSequenceHeader) && self.cut.is_none())
            .then_some(self.body)
    }

    /// Bytes of coded media in a message of `message_len` bytes; 0 for all that is not a frame.
    ///
    /// In a message of several tracks the headers of the tracks after the first are counted in.
    pub(crate) const fn payload_len(&self, message_len: usize) -> usize {
        match self.role {
            Role::Frame { .. } => message_len.saturating_sub(self.header_len),
            _ => 0,
        }
    }

    /// Every track of a multitrack message of `len` bytes; `kept` are the bytes this tag was read from, or more.
    pub(crate) fn tracks<'m>(&self, kept: &'m [u8], len: usize) -> Option<Tracks<'m>> {
        self.walk(kept, len, usize::MAX)
    }

    /// The same where `kept` is what [`super::sieve`] let through of the message.
    pub(crate) fn sifted_tracks<'m>(&self, kept: &'m [u8], len: usize) -> Option<Tracks<'m>> {
        self.walk(kept, len, HEAD_LEN)
    }

    fn walk<'m>(&self, kept: &'m [u8], len: usize, body: usize) -> Option<Tracks<'m>> {
        let track = self.track?;
        let list = kept.get(track.list_at..)?;
        let timed = self.packet == Some(Packet::CodedFrames);
        let left = len.saturating_sub(track.list_at);
        Some(Tracks::new(track.layout, self.codec, list).within(left, body).timed(timed))
    }
}

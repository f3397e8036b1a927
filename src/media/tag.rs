//! What the header of an audio or video message says, the same for every layout.

use super::codec::Codec;
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

impl From<u8> for VideoCommand {
    fn from(byte: u8) -> Self {
        match byte {
            0 => Self::SeekStart,
            1 => Self::SeekEnd,
            other => Self::Other(other),
        }
    }
}

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
    /// The packet type as it came; none for legacy tags without one. Inside a multitrack message the real one.
    pub(crate) packet_type: Option<u8>,
    /// The track, in a multitrack message.
    pub(crate) track: Option<Track>,
    /// Presentation time minus decoding time.
    pub(crate) composition_ms: i32,
    /// What a timestamp extension adds to the presentation time.
    pub(crate) offset_ns: u32,
    /// `ModEx` extensions before the rest of the header, of any type.
    pub(crate) extensions: u32,
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
            packet_type: None,
            track: None,
            composition_ms: 0,
            offset_ns: 0,
            extensions: 0,
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

    /// Every track of a multitrack message; `message` are the bytes this tag was read from, or more of them.
    pub(crate) fn tracks<'m>(&self, message: &'m [u8]) -> Option<Tracks<'m>> {
        let track = self.track?;
        Some(Tracks::new(track.layout, self.codec, message.get(track.list_at..)?))
    }
}

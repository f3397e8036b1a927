//! The words for audio and video: kinds, roles, codecs, tracks, configurations, turning points.

use crate::base::read::Truncated;
use crate::media::audio::Sound;
use crate::media::codec::{Codec, FourCc};
use crate::media::config::{AudioFormat, Description, VideoFormat, ends};
use crate::media::tag::{MOST_OFFSET_NS, Packet, VideoCommand};
use crate::media::tracks::Layout;
use crate::media::units::Units;
use crate::media::video::FrameType;

/// Audio or video.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum MediaKind {
    Audio,
    Video,
}

impl MediaKind {
    /// The name used in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

/// What an audio or video message holds.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum MediaRole {
    /// A key frame.
    KeyFrame,
    /// Any other coded frame; every coded audio message.
    Frame,
    /// Codec configuration.
    SequenceHeader,
    /// End of sequence.
    SequenceEnd,
    /// An empty audio message.
    Silence,
    /// In-band metadata: colour, channel layout.
    Metadata,
    /// Video info or command frame (seek start and end).
    Command,
    /// A message whose tag could not be read, or of a reserved kind.
    Unknown,
}

impl MediaRole {
    /// Whether the message carries coded media.
    pub(crate) const fn is_coded(self) -> bool {
        matches!(self, Self::KeyFrame | Self::Frame)
    }

    /// The name used in timelines.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::KeyFrame => "keyframe",
            Self::Frame => "frame",
            Self::SequenceHeader => "sequence_header",
            Self::SequenceEnd => "sequence_end",
            Self::Silence => "silence",
            Self::Metadata => "metadata",
            Self::Command => "command",
            Self::Unknown => "unknown",
        }
    }
}

/// An audio or video message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct MediaMessage {
    /// Index of the stream within the connection (not the message stream id, which may be used again).
    pub(crate) stream: u32,
    /// Audio or video.
    pub(crate) media: MediaKind,
    /// What it holds.
    pub(crate) role: MediaRole,
    /// Codec; none where the tag names none.
    pub(crate) codec: Option<Codec>,
    /// Bytes of the message before the coded media; all of it when there is none.
    pub(crate) header_bytes: u32,
    /// Coded bytes that were on the wire.
    pub(crate) payload_bytes: u32,
    /// Whether the whole message came by.
    pub(crate) complete: bool,
    /// Whether its sender never finished it: it counts as no frame.
    pub(crate) unfinished: bool,
    /// Decoding time in milliseconds, wraps of the 32-bit clock undone, per stream and kind.
    pub(crate) dts_ms: i64,
    /// Presentation minus decoding time, in milliseconds.
    pub(crate) composition_ms: i32,
    /// Rate and channels that a legacy audio tag states.
    pub(crate) sound: Option<Sound>,
    /// Number of the track, 0 for the default one.
    pub(crate) track: u8,
    /// The units of a video frame.
    pub(crate) units: Option<Units>,
    /// The frame type of a video tag.
    pub(crate) frame_type: Option<FrameType>,
    /// The byte of a video command frame.
    pub(crate) command: Option<VideoCommand>,
    /// The packet type; none for legacy tags without one.
    pub(crate) packet: Option<Packet>,
    /// Whether the tag is one of Enhanced RTMP.
    pub(crate) enhanced: bool,
    /// The code of the codec in such a tag.
    pub(crate) four_cc: Option<FourCc>,
    /// Extensions in front of such a tag.
    pub(crate) extensions: Extensions,
    /// This track's share of a multitrack message.
    pub(crate) share: Option<Share>,
    /// What is wrong with a message that came by as a whole.
    pub(crate) problem: Option<MediaProblem>,
}

/// What is wrong with the layout of an audio or video message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum MediaProblem {
    /// It ends inside its tag.
    Tag(Truncated),
    /// It ends inside its channel configuration.
    Channels(Truncated),
    /// The body of its last track is shorter than it should be, by so many bytes.
    Track(u32),
}

impl MediaProblem {
    /// As a sentence.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Tag(cut) => ends("tag", cut),
            Self::Channels(cut) => ends("channel configuration", cut),
            Self::Track(1) => "the track ends early: 1 byte is missing".to_owned(),
            Self::Track(missing) => format!("the track ends early: {missing} bytes are missing"),
        }
    }
}

impl MediaMessage {
    /// Presentation time in nanoseconds.
    pub(crate) fn pts_ns(&self) -> i64 {
        let ms = self.dts_ms.saturating_add(i64::from(self.composition_ms));
        ms.saturating_mul(1_000_000).saturating_add(i64::from(self.extensions.added_ns().unwrap_or(0)))
    }

    /// Bytes of this track, and the coded ones among them: of the message, or of its body in one of several tracks.
    pub(crate) fn track_bytes(&self) -> (u64, u64) {
        let (bytes, payload) = match self.share {
            Some(Share { layout: Layout::Many | Layout::ManyCodecs, bytes, payload_bytes, .. }) => {
                (bytes, payload_bytes)
            }
            _ => (self.header_bytes.saturating_add(self.payload_bytes), self.payload_bytes),
        };
        (bytes.into(), payload.into())
    }
}

/// Extensions (`ModEx`) of an Enhanced tag.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extensions {
    pub(crate) count: u32,
    /// Of these, of a type without a definition.
    pub(crate) unknown: u32,
    /// Of these, of a known type with data that cannot be.
    pub(crate) invalid: u32,
    /// What the last of them adds to the presentation time, as written.
    pub(crate) offset_ns: Option<u32>,
}

impl Extensions {
    /// What is added; nothing where that would be a millisecond or more.
    pub(crate) fn added_ns(self) -> Option<u32> {
        self.offset_ns.filter(|ns| *ns <= MOST_OFFSET_NS)
    }
}

/// One track's share of a multitrack message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) layout: Layout,
    /// Tracks that the message was seen to have.
    pub(crate) tracks: u32,
    /// Some of it could not be read as tracks: cut, damaged, or more tracks than are told.
    pub(crate) unseen: bool,
    /// It is not the first of the message: `header_bytes` and `payload_bytes` stand with that one.
    pub(crate) further: bool,
    /// Bytes of its body.
    pub(crate) bytes: u32,
    /// Coded bytes of these.
    pub(crate) payload_bytes: u32,
    /// Bytes behind the last track of the message that are no track; not counted where there are more tracks than are told.
    pub(crate) unread: u32,
}

/// What a coded message or a sequence header says of the coding, as far as no configuration record does.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coding {
    pub(crate) codec: Option<Codec>,
    /// Of legacy audio.
    pub(crate) sample_rate: Option<u32>,
    pub(crate) channels: Option<u8>,
    /// Bits of a sample, of PCM.
    pub(crate) bits: Option<u8>,
}

impl Coding {
    /// That of a message.
    pub(crate) fn of(codec: Option<Codec>, sound: Option<Sound>) -> Self {
        let pcm = codec == Some(Codec::Pcm);
        Self {
            codec,
            sample_rate: sound.and_then(Sound::sample_rate),
            channels: sound.and_then(Sound::channels),
            bits: sound.filter(|_| pcm).map(|sound| sound.bits),
        }
    }
}

/// A decoded sequence header.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TrackConfig {
    pub(crate) codec: Codec,
    /// What it says; none for a codec whose records are not read.
    pub(crate) description: Option<Description>,
    /// Bytes of the record.
    pub(crate) bytes: u32,
}

impl TrackConfig {
    /// The video format, if it is one of video.
    pub(crate) fn video(&self) -> Option<&VideoFormat> {
        self.description.as_ref().and_then(Description::video)
    }

    /// The audio format, if it is one of audio.
    pub(crate) fn audio(&self) -> Option<&AudioFormat> {
        self.description.as_ref().and_then(Description::audio)
    }
}

/// What frames of a track say of themselves, where their codec has no record for that.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FrameFormat {
    pub(crate) codec: Codec,
    pub(crate) description: Description,
}

/// A sequence header against the one before it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConfigChange {
    First,
    Repeated,
    Changed,
}

/// Turning points of a stream's media.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The first message of this kind on the stream.
    FirstMessage(MediaKind),
    /// The first coded message of this kind.
    First(MediaKind),
    /// The first key frame.
    FirstKeyFrame,
    /// A key frame.
    KeyFrame,
    /// End of sequence.
    End(MediaKind),
    /// The first of a run of empty audio messages.
    Silence,
    /// The timestamp went back by this many milliseconds.
    TimestampBackward {
        media: MediaKind,
        by_ms: i64,
    },
    /// The timestamp jumped ahead by this many milliseconds.
    TimestampJump {
        media: MediaKind,
        by_ms: i64,
    },
    /// The first message of another track than the default one.
    TrackAdded {
        media: MediaKind,
        codec: Option<Codec>,
    },
    /// The codec, or the format of audio without a configuration record, is another than before.
    CodecChange {
        media: MediaKind,
        from: Coding,
        to: Coding,
    },
    /// Video command frames around a seek.
    SeekStart,
    SeekEnd,
}

//! Groups of events, so that a rule is called for what it hears only.

use crate::session::event::{Event, Kind, MediaKind, MediaMessage};

use super::seen::Seen;

/// A group of events.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// What TCP tells: opening, closing, holes, windows.
    Transport,
    /// Hellos, echoes, completion or failure.
    Handshake,
    /// Facts of the chunk decoder.
    Chunk,
    /// Messages of types 1 to 6.
    Control,
    Command,
    Data,
    /// Shared object messages and their events.
    SharedObject,
    /// Streams that start and stop.
    Stream,
    /// Each audio or video message, once for each of its tracks; those in aggregates too.
    Media,
    /// Of these: audio in the legacy form.
    Audio,
    /// Of these: video in the legacy form.
    Video,
    /// Of these: both in the form of Enhanced RTMP.
    Enhanced,
    /// Frames whose time is not a usual step from the one before on their track: the first ones, those back, those far
    /// ahead; and all media of a direction with something missing.
    Stride,
    /// Turning points of a stream's media.
    Mark,
    /// Sequence headers, formats that frames state, channel configurations, colour.
    Config,
    /// Aggregates; what is in them comes as media and data.
    Aggregate,
    /// Messages that could not be decoded, or are of no known type.
    Other,
    /// Every message once, whatever it is.
    Message,
    /// Every message once that began before one in front of it ended.
    Interleaved,
    /// Every message once that is neither audio nor video.
    NotMedia,
    /// The end of the session.
    End,
}

impl Topic {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::End as usize + 1;

    /// Whether each frame is in it, or each of a kind.
    pub(super) const fn has_each_frame(self) -> bool {
        matches!(self, Self::Media | Self::Audio | Self::Video | Self::Enhanced | Self::Message)
    }

    /// The groups of an event.
    pub(super) fn all_of(event: &Event<'_>, seen: &Seen) -> [Option<Self>; 5] {
        let narrow = match &event.kind {
            Kind::Media(MediaMessage { enhanced: true, .. }) => Some(Self::Enhanced),
            Kind::Media(MediaMessage { media: MediaKind::Audio, .. }) => Some(Self::Audio),
            Kind::Media(_) => Some(Self::Video),
            kind if event.message.is_some() && kind.is_primary() => Some(Self::NotMedia),
            _ => None,
        };
        let message = event.message.filter(|_| event.kind.is_primary()).map(|_| Self::Message);
        let interleaved = message.filter(|_| seen.is_interleaved()).map(|_| Self::Interleaved);
        let strides = seen.clocks.strides() || !seen.is_whole(event.dir);
        let stride = (matches!(event.kind, Kind::Media(_)) && strides).then_some(Self::Stride);
        [Some(Self::of(event)), narrow, message, interleaved, stride]
    }

    /// The widest group of an event, of those that are not for every message.
    const fn of(event: &Event<'_>) -> Self {
        match &event.kind {
            Kind::TcpSyn
            | Kind::TcpSynAck
            | Kind::TcpEstablished { .. }
            | Kind::TcpFin
            | Kind::TcpRst
            | Kind::TcpGap { .. }
            | Kind::TcpZeroWindowBegin
            | Kind::TcpZeroWindowEnd { .. } => Self::Transport,
            Kind::Hello(_) | Kind::Echo(_) | Kind::HandshakeDone { .. } | Kind::HandshakeFailed { .. } => {
                Self::Handshake
            }
            Kind::Fact(_) => Self::Chunk,
            Kind::SetChunkSize { .. }
            | Kind::ChunkSizeInvalid { .. }
            | Kind::Abort { .. }
            | Kind::Acknowledgement { .. }
            | Kind::WindowAckSize { .. }
            | Kind::SetPeerBandwidth { .. }
            | Kind::UserControl(_)
            | Kind::ControlTooShort(_)
            | Kind::Pong { .. } => Self::Control,
            Kind::Command(_) => Self::Command,
            Kind::Data(_) => Self::Data,
            Kind::SharedObject(_) | Kind::SharedObjectEvent { .. } => Self::SharedObject,
            Kind::StreamStarted { .. } | Kind::StreamStopped { .. } => Self::Stream,
            Kind::Media(_) => Self::Media,
            Kind::Mark { .. } => Self::Mark,
            Kind::Config { .. }
            | Kind::FrameFormat { .. }
            | Kind::Channels { .. }
            | Kind::ColorInfo { .. } => Self::Config,
            Kind::Aggregate(_) => Self::Aggregate,
            Kind::Other => Self::Other,
            Kind::SessionEnd { .. } => Self::End,
        }
    }
}

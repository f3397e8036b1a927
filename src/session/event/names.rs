//! The stable names of events, as a timeline shows them, and which event stands for its message.

use super::{ConfigChange, Kind, Mark, MediaKind};
use crate::base::pos::Dir;
use crate::rtmp::chunk::fact::Fact;

impl Kind<'_> {
    /// The stable name of the event; `None` for what no timeline shows.
    pub(crate) fn name(&self, dir: Dir) -> Option<&'static str> {
        let from_client = dir == Dir::ClientToServer;
        Some(match self {
            Self::TcpSyn => "tcp.syn",
            Self::TcpSynAck => "tcp.synack",
            Self::TcpEstablished { .. } => "tcp.established",
            Self::TcpFin => "tcp.fin",
            Self::TcpRst => "tcp.rst",
            Self::TcpGap { .. } => "tcp.gap",
            Self::TcpZeroWindowBegin => "tcp.zero_window.begin",
            Self::TcpZeroWindowEnd { .. } => "tcp.zero_window.end",
            Self::Hello(_) if from_client => "hs.c0c1",
            Self::Hello(_) => "hs.s0s1",
            Self::Echo(_) if from_client => "hs.c2",
            Self::Echo(_) => "hs.s2",
            Self::HandshakeDone { .. } => "hs.done",
            Self::HandshakeFailed { .. } => "hs.failed",
            Self::Fact(Fact::LostSync { .. }) => "chunk.desync",
            Self::Fact(Fact::Resync { .. }) => "chunk.resync",
            Self::Fact(Fact::ChunkSizeInferred { .. }) => "chunk.size_inferred",
            Self::Fact(Fact::TimestampDialect { .. }) => "chunk.timestamp_dialect",
            Self::Fact(_) => return None,
            Self::SetChunkSize { .. } | Self::ChunkSizeInvalid { .. } => "ctl.set_chunk_size",
            Self::Abort { .. } => "ctl.abort",
            Self::Acknowledgement { .. } => "ctl.ack",
            Self::WindowAckSize { .. } => "ctl.window_ack_size",
            Self::SetPeerBandwidth { .. } => "ctl.set_peer_bandwidth",
            Self::UserControl(event) => event.name(),
            Self::ControlTooShort(short) => short.name,
            Self::Pong { .. } => "uc.pong",
            Self::Command(command) => command.name,
            Self::Data(data) => data.name,
            Self::SharedObject(_) => "so.message",
            Self::SharedObjectEvent { .. } => "so.event",
            Self::StreamStarted { .. } => "ns.started",
            Self::StreamStopped { .. } => "ns.stopped",
            Self::Media(m) => match m.media {
                MediaKind::Audio => "media.audio",
                MediaKind::Video => "media.video",
            },
            Self::Mark { mark, .. } => mark.name(),
            Self::Config { media, change, .. } => match (change, media) {
                (ConfigChange::First, MediaKind::Video) => "media.video_header",
                (ConfigChange::First, MediaKind::Audio) => "media.audio_header",
                (ConfigChange::Repeated, _) => "media.header_repeat",
                (ConfigChange::Changed, _) => "media.header_change",
            },
            Self::FrameFormat { .. } => "media.frame_format",
            Self::Channels { .. } => "media.multichannel",
            Self::ColorInfo { .. } => "media.color_info",
            Self::Aggregate(_) => "media.aggregate",
            Self::Other => "message.other",
            Self::SessionEnd { .. } => "session.end",
        })
    }

    /// Whether this event stands for its message: each message has exactly one such event, and the parts of an
    /// aggregate and the further tracks of a message, which look the same, name no message. Marks, configurations,
    /// facts, events of shared objects, and streams that start or stop come besides it.
    pub(crate) const fn is_primary(&self) -> bool {
        matches!(
            self,
            Self::SetChunkSize { .. }
                | Self::ChunkSizeInvalid { .. }
                | Self::Abort { .. }
                | Self::Acknowledgement { .. }
                | Self::WindowAckSize { .. }
                | Self::SetPeerBandwidth { .. }
                | Self::UserControl(_)
                | Self::ControlTooShort(_)
                | Self::Pong { .. }
                | Self::Command(_)
                | Self::Data(_)
                | Self::SharedObject(_)
                | Self::Media(_)
                | Self::Aggregate(_)
                | Self::Other
        )
    }

    /// Whether it is one message of many (a frame), which a report's timeline leaves out.
    pub(crate) const fn is_frame(&self) -> bool {
        matches!(self, Self::Media(_))
    }
}

impl Mark {
    const fn name(self) -> &'static str {
        match self {
            Self::FirstMessage(_) => "media.first_message",
            Self::First(MediaKind::Audio) => "media.first_audio",
            Self::First(MediaKind::Video) => "media.first_video",
            Self::FirstKeyFrame => "media.first_keyframe",
            Self::KeyFrame => "media.keyframe",
            Self::End(MediaKind::Audio) => "media.audio_end",
            Self::End(MediaKind::Video) => "media.video_end",
            Self::Silence => "media.silence",
            Self::TimestampBackward { .. } => "media.ts_backward",
            Self::TimestampJump { .. } => "media.ts_jump",
            Self::TrackAdded { .. } => "media.track_added",
            Self::CodecChange { .. } => "media.codec_change",
            Self::SeekStart => "media.seek_start",
            Self::SeekEnd => "media.seek_end",
        }
    }
}

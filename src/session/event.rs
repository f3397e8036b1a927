//! The closed vocabulary everything above the session reads.
//!
//! An [`Event`] is borrowed for the length of one call, in capture order. Its names ([`Kind::name`]) are stable:
//! they are what a timeline shows. Decoded values stand in it as they came off the wire; masking and escaping
//! are the writers' work.

use crate::amf::value::Value;
use crate::base::pos::{Dir, PacketRef, Span};
use crate::media::audio::Sound;
use crate::media::channels::ChannelConfig;
use crate::rtmp::chunk::fact::Fact;
use crate::rtmp::message::command::Command;
use crate::rtmp::message::kind::MessageHeader;
use crate::rtmp::message::user_control::UserControl;

/// One thing that happened on one connection.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Event<'a> {
    /// Id of the connection in the report.
    pub(crate) connection: u32,
    /// Packet with which it was complete.
    pub(crate) at: PacketRef,
    /// Direction of the bytes it is about.
    pub(crate) dir: Dir,
    /// Stream bytes it is about; empty for what has none.
    pub(crate) span: Span,
    /// The message it came in.
    pub(crate) message: Option<&'a MessageHeader>,
    /// What it is.
    pub(crate) kind: Kind<'a>,
}

/// What an event is.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Kind<'a> {
    // Transport
    TcpSyn,
    TcpSynAck,
    /// The three-way handshake is complete; `rtt_ns` is SYN to SYN/ACK plus SYN/ACK to ACK.
    TcpEstablished {
        rtt_ns: i64,
    },
    TcpFin,
    TcpRst,
    /// Stream bytes that the capture lacks; `snapped` when the snap length cut them off.
    TcpGap {
        bytes: u64,
        snapped: bool,
    },
    TcpZeroWindowBegin,
    TcpZeroWindowEnd {
        duration_ns: i64,
    },

    // Handshake
    /// C0 and C1, or S0 and S1; what was not captured of it is absent.
    Hello {
        version: Option<u8>,
        time: Option<u32>,
        /// Bytes 4 to 7: zero in the simple handshake, else a program version.
        program: Option<u32>,
    },
    /// S2 or C2.
    Echo {
        /// Whether the 1528 random bytes are those of the peer's hello; `None` when that was not captured.
        copied: Option<bool>,
    },
    HandshakeDone {
        duration_ns: i64,
    },
    /// The connection ended with the handshake unfinished; bytes seen of it per direction.
    HandshakeFailed {
        client_bytes: u64,
        server_bytes: u64,
    },

    // Chunk layer
    /// A fact of the chunk decoder; only lost sync shows in a timeline.
    Fact(Fact),
    SetChunkSize {
        size: u32,
        previous: u32,
    },
    Abort {
        csid: u32,
    },
    Acknowledgement {
        value: u32,
        /// Stream bytes the other side had sent by then, the 3073 handshake bytes included.
        sent: u64,
    },
    WindowAckSize {
        size: u32,
    },
    SetPeerBandwidth {
        size: u32,
        limit: u8,
    },
    UserControl(UserControl),
    /// A ping's answer; the time since the request with the same value.
    Pong {
        value: u32,
        rtt_ns: Option<i64>,
    },

    // Commands
    Command(CommandEvent<'a>),

    // Data
    Data(DataEvent<'a>),

    // Streams
    /// A message stream began to publish or play (on the command), or media came on one that never said.
    StreamStarted {
        stream: u32,
        role: StreamRole,
        name: Option<&'a str>,
        /// Message stream id.
        stream_id: u32,
    },
    StreamStopped {
        stream: u32,
    },

    // Media
    /// Every audio and video message, whole or cut by a hole.
    Media(MediaMessage),
    /// A turning point in the media of a stream, besides the [`Kind::Media`] of the same message.
    Mark {
        stream: u32,
        mark: Mark,
    },
    /// A sequence header (codec configuration), decoded.
    Config {
        stream: u32,
        media: MediaKind,
        config: &'a TrackConfig,
        /// First, the same again, or changed.
        change: ConfigChange,
    },
    /// Which loudspeakers the channels of a stream's audio are for.
    Channels {
        stream: u32,
        config: ChannelConfig<'a>,
    },
    /// An aggregate message with this many parts; each part follows as an event of its own.
    Aggregate {
        parts: u32,
    },
    /// A message of a kind that is counted but not decoded further.
    Other,

    /// The connection ended, or the capture did.
    SessionEnd {
        cause: Closing,
    },
}

/// A command message and what it answers.
#[derive(Copy, Clone, Debug)]
pub(crate) struct CommandEvent<'a> {
    /// Its stable timeline name, `nc.connect` and the like.
    pub(crate) name: &'static str,
    /// The decoded message.
    pub(crate) command: &'a Command,
    /// For `_result` and `_error`: the call it answers.
    pub(crate) answers: Option<Answered<'a>>,
    /// For a command about a stream: the stream's index.
    pub(crate) stream: Option<u32>,
}

/// The call that a response answers.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Answered<'a> {
    /// Name of the call.
    pub(crate) name: &'a str,
    /// Packet that completed the call.
    pub(crate) at: PacketRef,
}

/// A data message.
#[derive(Copy, Clone, Debug)]
pub(crate) struct DataEvent<'a> {
    /// Its stable timeline name, `data.metadata` and the like.
    pub(crate) name: &'static str,
    /// Handler, `onMetaData` and the like, after a leading `@setDataFrame`.
    pub(crate) handler: Option<&'a str>,
    /// Whether it came behind `@setDataFrame`.
    pub(crate) set_data_frame: bool,
    /// The values after the handler.
    pub(crate) values: &'a [Value],
    /// The stream's index.
    pub(crate) stream: Option<u32>,
}

/// What a stream is for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum StreamRole {
    /// Client to server.
    Publish,
    /// Server to client.
    Play,
}

impl StreamRole {
    /// The name used in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Play => "play",
        }
    }

    /// The direction its media goes.
    pub(crate) const fn dir(self) -> Dir {
        match self {
            Self::Publish => Dir::ClientToServer,
            Self::Play => Dir::ServerToClient,
        }
    }
}

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
#[derive(Copy, Clone, Debug)]
pub(crate) struct MediaMessage {
    /// Index of the stream within the connection (not the message stream id, which may be used again).
    pub(crate) stream: u32,
    /// Audio or video.
    pub(crate) media: MediaKind,
    /// What it holds.
    pub(crate) role: MediaRole,
    /// Codec: a name of the report's list, a `FourCC`, or `unknown_N`.
    pub(crate) codec: CodecName,
    /// Bytes of the message before the coded media; all of it when there is none.
    pub(crate) header_bytes: u32,
    /// Coded bytes that were on the wire.
    pub(crate) payload_bytes: u32,
    /// Whether the whole message came by.
    pub(crate) complete: bool,
    /// Decoding time in milliseconds, wraps of the 32-bit clock undone, per stream and kind.
    pub(crate) dts_ms: i64,
    /// Presentation minus decoding time, in milliseconds.
    pub(crate) composition_ms: i32,
    /// Rate and channels that a legacy audio tag states.
    pub(crate) sound: Option<Sound>,
    /// Number of the track, 0 for the default one; of several tracks in a message, the first.
    pub(crate) track: u8,
}

/// A codec's name, short enough to be copied: at most 12 bytes.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CodecName {
    bytes: [u8; 12],
    len: u8,
}

impl CodecName {
    /// The first 12 bytes of `name`, which is ASCII; anything else becomes `?`.
    pub(crate) fn new(name: &str) -> Self {
        let mut this = Self::default();
        for (to, from) in this.bytes.iter_mut().zip(name.bytes()) {
            *to = if from.is_ascii_graphic() { from } else { b'?' };
            this.len += 1;
        }
        this
    }

    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        self.bytes.get(..usize::from(self.len)).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("")
    }
}

/// A decoded sequence header. What the header does not state is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TrackConfig {
    pub(crate) codec: CodecName,
    pub(crate) profile: Option<String>,
    pub(crate) level: Option<String>,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    pub(crate) frame_rate: Option<f64>,
    pub(crate) sample_rate: Option<u32>,
    pub(crate) channels: Option<u32>,
    /// Samples in an audio frame.
    pub(crate) frame_samples: Option<u32>,
    /// Bytes of the record.
    pub(crate) bytes: u32,
    /// Why it could not be decoded.
    pub(crate) problem: Option<String>,
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
    /// Metadata of colour came in band.
    ColorInfo,
    /// The first message of another track than the default one.
    TrackAdded {
        media: MediaKind,
        track: u8,
        codec: CodecName,
    },
    /// Video command frames around a seek.
    SeekStart,
    SeekEnd,
}

/// How a connection ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    ClientFin,
    ServerFin,
    ClientRst,
    ServerRst,
    /// It was still open when the capture ended or the ports were used again.
    Open,
}

impl Closing {
    /// The name used in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ClientFin => "client-fin",
            Self::ServerFin => "server-fin",
            Self::ClientRst => "client-rst",
            Self::ServerRst => "server-rst",
            Self::Open => "open",
        }
    }
}

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
            Self::Hello { .. } if from_client => "hs.c0c1",
            Self::Hello { .. } => "hs.s0s1",
            Self::Echo { .. } if from_client => "hs.c2",
            Self::Echo { .. } => "hs.s2",
            Self::HandshakeDone { .. } => "hs.done",
            Self::HandshakeFailed { .. } => "hs.failed",
            Self::Fact(Fact::LostSync { .. }) => "chunk.desync",
            Self::Fact(_) => return None,
            Self::SetChunkSize { .. } => "ctl.set_chunk_size",
            Self::Abort { .. } => "ctl.abort",
            Self::Acknowledgement { .. } => "ctl.ack",
            Self::WindowAckSize { .. } => "ctl.window_ack_size",
            Self::SetPeerBandwidth { .. } => "ctl.set_peer_bandwidth",
            Self::UserControl(event) => event.name(),
            Self::Pong { .. } => "uc.pong",
            Self::Command(command) => command.name,
            Self::Data(data) => data.name,
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
            Self::Channels { .. } => "media.multichannel",
            Self::Aggregate { .. } => "media.aggregate",
            Self::Other => "message.other",
            Self::SessionEnd { .. } => "session.end",
        })
    }

    /// Whether this event stands for its message: each message has exactly one such event, and the parts of an
    /// aggregate, which look the same, name no message. Marks, configurations, facts, and streams that start or
    /// stop come besides it.
    pub(crate) const fn is_primary(&self) -> bool {
        matches!(
            self,
            Self::SetChunkSize { .. }
                | Self::Abort { .. }
                | Self::Acknowledgement { .. }
                | Self::WindowAckSize { .. }
                | Self::SetPeerBandwidth { .. }
                | Self::UserControl(_)
                | Self::Pong { .. }
                | Self::Command(_)
                | Self::Data(_)
                | Self::Media(_)
                | Self::Aggregate { .. }
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
            Self::ColorInfo => "media.color_info",
            Self::TrackAdded { .. } => "media.track_added",
            Self::SeekStart => "media.seek_start",
            Self::SeekEnd => "media.seek_end",
        }
    }
}

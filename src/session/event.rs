//! The closed vocabulary everything above the session reads.
//!
//! An [`Event`] is borrowed for the length of one call, in capture order. Its names ([`Kind::name`]) are stable:
//! they are what a timeline shows. Decoded values stand in it as they came off the wire; masking and escaping
//! are the writers' work.

mod aggregate;
mod media;
mod names;

use std::sync::Arc;

use crate::amf::error::AmfError;
use crate::amf::{Note, Value};
use crate::base::pos::{Dir, PacketRef, PerDir, Span};
use crate::media::channels::ChannelConfig;
use crate::rtmp::chunk::fact::Fact;
use crate::rtmp::handshake::{Answer, Echo, Form, Greeting};
use crate::rtmp::message::command::Command;
use crate::rtmp::message::form::FormatByte;
use crate::rtmp::message::kind::MessageHeader;
use crate::rtmp::message::shared_object::{SharedObject, SharedObjectEvent};
use crate::rtmp::message::user_control::{TooShort, UserControl};
use crate::tunnel::tls::Tls;

pub(crate) use aggregate::{Aggregate, Part};
pub(crate) use media::{
    Coding, ConfigChange, Extensions, FrameFormat, Mark, MediaKind, MediaMessage, MediaProblem, MediaRole,
    Share, TrackConfig,
};

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
    /// The part of an aggregate it came in, which is no message of its own.
    pub(crate) part: Option<Part>,
    /// What is kept of the body of that message or part, from its start.
    pub(crate) body: &'a [u8],
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
    /// C0 and C1, or S0 and S1.
    Hello(Greeting),
    /// S2 or C2, beside what it answers, if that came by.
    Echo(Option<Answer>),
    /// Both sides are ready.
    HandshakeDone {
        duration_ns: i64,
        /// Form of the client's hello.
        form: Option<Form>,
        /// What C2 is.
        client_echo: Option<Echo>,
        /// What S2 is.
        server_echo: Option<Echo>,
    },
    /// The connection ended with the handshake unfinished; bytes seen of it per direction.
    HandshakeFailed {
        client_bytes: u64,
        server_bytes: u64,
        /// The first bytes of each, behind a prefix; zeros in place of what did not come.
        heads: PerDir<[u8; 5]>,
    },

    // Chunk layer
    /// A fact of the chunk decoder; a timeline shows sync that was lost and found, chunk sizes found from the bytes,
    /// and dialects of timestamps.
    Fact(Fact),
    SetChunkSize {
        size: u32,
        previous: u32,
    },
    /// A Set Chunk Size of 0 or with the top bit set, which changes nothing.
    ChunkSizeInvalid {
        size: u32,
    },
    /// An Abort, and the bytes of a message in the making that it threw away.
    Abort {
        csid: u32,
        discarded: u32,
    },
    Acknowledgement {
        value: u32,
        /// Stream bytes the other side had sent by then, the 3073 handshake bytes and a proxy's prefix included.
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
    /// A control message whose body does not hold what its type says.
    ControlTooShort(TooShort),
    /// A ping's answer; the time since the request with the same value.
    Pong {
        value: u32,
        rtt_ns: Option<i64>,
    },

    // Commands
    Command(CommandEvent<'a>),

    // Data
    Data(DataEvent<'a>),

    // Shared objects
    /// A shared object message; each of its events follows.
    SharedObject(&'a SharedObject),
    /// An event of a shared object.
    SharedObjectEvent {
        object: &'a SharedObject,
        event: &'a SharedObjectEvent,
    },

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
        /// The side that ended it; nobody where the connection, or a stream in its place, did.
        by: Option<Dir>,
    },

    // Media
    /// Every audio and video message, whole or cut by a hole. One of several tracks gives one for each track: the
    /// first stands for the message, the others name none.
    Media(&'a MediaMessage),
    /// A turning point in the media of a stream, besides the [`Kind::Media`] of the same message.
    Mark {
        stream: u32,
        track: u8,
        mark: Mark,
    },
    /// A sequence header (codec configuration), decoded.
    Config {
        stream: u32,
        media: MediaKind,
        track: u8,
        config: &'a Arc<TrackConfig>,
        /// First, the same again, or changed.
        change: ConfigChange,
        /// The one before, when changed.
        previous: Option<&'a TrackConfig>,
    },
    /// What a frame says of itself, of a codec that has no sequence headers, or whose headers do not say all.
    FrameFormat {
        stream: u32,
        media: MediaKind,
        track: u8,
        format: &'a FrameFormat,
        /// What one before said; none of the first.
        previous: Option<&'a FrameFormat>,
    },
    /// Which loudspeakers the channels of a stream's audio are for.
    Channels {
        stream: u32,
        track: u8,
        config: ChannelConfig<'a>,
    },
    /// Metadata of video that came in band: names and values, as one object.
    ColorInfo {
        stream: u32,
        track: u8,
        info: &'a Value,
        /// What is wrong with its values.
        problem: Option<AmfError>,
    },
    /// An aggregate message; its parts follow as events of their own.
    Aggregate(Aggregate),
    /// A message of a kind that is counted but not decoded further.
    Other,

    /// The connection ended, or the capture did.
    SessionEnd {
        cause: Closing,
        /// What TLS said in clear, where it is on the connection from its beginning.
        tls: Option<&'a Tls>,
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
    /// What is wrong with the values: where decoding stopped, or a reference that leads nowhere, which stops nothing.
    pub(crate) error: Option<AmfError>,
    /// Bytes not decoded.
    pub(crate) undecoded: usize,
    /// Whether it is of type 15, or any of its values is AMF3.
    pub(crate) amf3: bool,
    /// What stood in front of the values.
    pub(crate) format_byte: FormatByte,
    /// What there is to note about the values, those in front included.
    pub(crate) notes: &'a [Note],
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

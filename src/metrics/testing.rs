//! Synthetic events for the tests of the metrics.

use super::{ConnectionMetrics, Depth};
use crate::amf::Value;
use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef, Span};
use crate::base::time::CaptureTime;
use crate::media::codec::Codec;
use crate::media::video::FrameType;
use crate::rtmp::message::command::Command;
use crate::rtmp::message::kind::{MessageHeader, MessageType};
use crate::session::event::{
    Answered, CommandEvent, Event, Extensions, Kind, MediaKind, MediaMessage, MediaRole,
};

/// 2024-01-01, so that no test works only near zero.
const EPOCH_NS: i64 = 1_704_067_200_000_000_000;

/// A linear congruential generator (Knuth's constants): seeded, the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// The next number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// The capture time `ms` after the tests' epoch.
pub(crate) const fn time(ms: i64) -> CaptureTime {
    CaptureTime(EPOCH_NS + ms * 1_000_000)
}

/// A packet at `ms`, with a number that goes with its time.
pub(crate) fn packet(ms: i64) -> PacketRef {
    PacketRef { no: u64::try_from(ms + 1).unwrap_or(0), ts: time(ms), acked: 0 }
}

/// An event that comes in no message.
pub(crate) fn event(ms: i64, dir: Dir, kind: Kind<'_>) -> Event<'_> {
    Event {
        connection: 1,
        at: packet(ms),
        dir,
        span: Span::default(),
        message: None,
        part: None,
        body: &[],
        kind,
    }
}

/// A video message of 5 + 995 bytes on stream 0.
pub(crate) fn video(role: MediaRole, dts_ms: i64) -> MediaMessage {
    let (header_bytes, payload_bytes) = if role.is_coded() { (5, 995) } else { (1000, 0) };
    MediaMessage {
        stream: 0,
        media: MediaKind::Video,
        role,
        codec: Some(Codec::H264),
        header_bytes,
        payload_bytes,
        complete: true,
        unfinished: false,
        dts_ms,
        composition_ms: 0,
        sound: None,
        track: 0,
        units: None,
        frame_type: Some(match role {
            MediaRole::Frame => FrameType::Inter,
            _ => FrameType::Key,
        }),
        command: None,
        packet: None,
        enhanced: false,
        four_cc: None,
        extensions: Extensions::default(),
        share: None,
        problem: None,
    }
}

/// An audio message of 2 + 98 bytes on stream 0.
pub(crate) fn audio(role: MediaRole, dts_ms: i64) -> MediaMessage {
    let (header_bytes, payload_bytes) = if role.is_coded() { (2, 98) } else { (100, 0) };
    let codec = Some(Codec::Aac);
    let media = MediaKind::Audio;
    MediaMessage { media, codec, header_bytes, payload_bytes, frame_type: None, ..video(role, dts_ms) }
}

/// One connection's metrics, fed message by message.
pub(crate) struct Feed {
    pub(crate) metrics: ConnectionMetrics,
    pub(crate) stream_id: u32,
}

impl Feed {
    pub(crate) fn new() -> Self {
        Self { metrics: ConnectionMetrics::new(&Limits::default(), Depth::Full), stream_id: 0 }
    }

    /// An event without a message.
    pub(crate) fn plain(&mut self, ms: i64, dir: Dir, kind: Kind<'_>) {
        self.metrics.event(&event(ms, dir, kind));
    }

    /// An event of a message of type `of`.
    pub(crate) fn message(&mut self, ms: i64, dir: Dir, of: MessageType, length: u32, kind: Kind<'_>) {
        let header = MessageHeader { stream_id: self.stream_id, ..MessageHeader::whole(of, length) };
        self.metrics.event(&Event { message: Some(&header), ..event(ms, dir, kind) });
    }

    /// A command message with `arguments` behind a null object.
    pub(crate) fn command(&mut self, ms: i64, dir: Dir, call: Call<'_>) {
        let command = Command {
            name: call.raw.to_owned(),
            transaction_id: call.transaction_id,
            object: Some(Value::Null),
            arguments: call.arguments,
            ..Command::default()
        };
        let answers = call.answers.map(|(name, ms)| Answered { name, at: packet(ms) });
        let kind = CommandEvent { name: call.name, command: &command, answers, stream: call.stream };
        self.message(ms, dir, MessageType::COMMAND_AMF0, 50, Kind::Command(kind));
    }

    /// A media message on message stream 1.
    pub(crate) fn media(&mut self, ms: i64, dir: Dir, media: MediaMessage) {
        let of = match media.media {
            MediaKind::Audio => MessageType::AUDIO,
            MediaKind::Video => MessageType::VIDEO,
        };
        let stream_id = std::mem::replace(&mut self.stream_id, 1);
        self.message(ms, dir, of, media.header_bytes + media.payload_bytes, Kind::Media(&media));
        self.stream_id = stream_id;
    }
}

/// What a command of a test says.
#[derive(Default)]
pub(crate) struct Call<'a> {
    /// Timeline name.
    pub(crate) name: &'static str,
    /// Name on the wire.
    pub(crate) raw: &'a str,
    pub(crate) transaction_id: Option<f64>,
    pub(crate) arguments: Vec<Value>,
    /// The call it answers, and when that was.
    pub(crate) answers: Option<(&'a str, i64)>,
    pub(crate) stream: Option<u32>,
}

/// The arguments of an `onStatus` with this code.
pub(crate) fn status(code: &str) -> Vec<Value> {
    vec![Value::Object(vec![("code".to_owned(), Value::String(code.to_owned()))])]
}

//! Whether there is RTMP in streams whose beginning was not captured, and which side is the client.
//!
//! Takes what a detector holds; decodes it as chunks from an unknown place on, and weighs what comes out: messages
//! that make sense one after another are beyond chance, and some of them are said by one side only. Nothing of it
//! is kept.

use crate::amf::{self, Value};
use crate::base::limits::Limits;
use crate::base::pos::{Dir, PerDir};
use crate::rtmp::chunk::decoder::Decoder;
use crate::rtmp::chunk::fact::{Fact, LossCause};
use crate::rtmp::chunk::output::Output;
use crate::rtmp::message::form::Form;
use crate::rtmp::message::kind::{MessageHeader, MessageType};
use crate::rtmp::message::user_control::UserControl;
use crate::tcp::assembler::Delivery;
use crate::tunnel::detect::Detector;
use crate::tunnel::joined::{ENOUGH, Heard};

/// Points of a message that alone is enough; of one that has little room for chance; of media whose header names type
/// and length; and of media whose header has a time alone.
const CERTAIN: u32 = ENOUGH;
const STRONG: u32 = ENOUGH / 2;
const WEAK: u32 = 2;
const WEAKER: u32 = 1;

/// What is held is asked about; at the `end` of the connection nothing more will come.
pub(super) fn ask(detector: &Detector, end: bool, limits: &Limits) -> Heard {
    let mut ears = PerDir { c2s: Ear::default(), s2c: Ear::default() };
    for (dir, delivery) in detector.stream() {
        ears.get_mut(dir).take(delivery, limits);
    }
    if end {
        for dir in Dir::BOTH {
            ears.get_mut(dir).finish(limits);
        }
    }
    let points = ears.c2s.tally.points.max(ears.s2c.tally.points);
    let said = |dir| if ears.get(dir).tally.points > 0 { ears.get(dir).tally.client } else { 0 };
    let client = match said(Dir::ClientToServer) - said(Dir::ServerToClient) {
        2.. => Some(Dir::ClientToServer),
        ..=-2 => Some(Dir::ServerToClient),
        _ => None,
    };
    Heard { asked: true, points, client }
}

/// One direction.
#[derive(Default)]
struct Ear {
    decoder: Decoder,
    began: bool,
    tally: Tally,
    last: Option<Delivery<'static>>,
}

/// What was found since the bytes made no sense last.
#[derive(Debug, Default)]
struct Tally {
    points: u32,
    /// For the sender being the client, or below 0 against it.
    client: i32,
    /// Timestamp and first body byte of the last audio and the last video message.
    audio: Option<(u32, u8)>,
    video: Option<(u32, u8)>,
}

impl Ear {
    fn take(&mut self, delivery: Delivery<'_>, limits: &Limits) {
        let Self { decoder, began, tally, last } = self;
        let out = &mut |output: Output<'_>| tally.take(output, limits);
        match delivery {
            Delivery::Data { pos, bytes, at } => {
                if !std::mem::replace(began, true) {
                    decoder.lose_sync(pos, at, out);
                }
                decoder.data(pos, bytes, at, limits, out);
                *last = Some(Delivery::Gap { pos: pos + bytes.len() as u64, len: 0, snapped: false, at });
            }
            Delivery::Gap { pos, len, snapped, at } if *began => {
                decoder.gap(pos, len, snapped, at, limits, out);
                *last = Some(Delivery::Gap { pos: pos + len, len: 0, snapped, at });
            }
            Delivery::Gap { .. } => {}
        }
    }

    fn finish(&mut self, limits: &Limits) {
        let Self { decoder, tally, last, .. } = self;
        if let Some(Delivery::Gap { pos, at, .. }) = *last {
            decoder.finish(pos, at, limits, &mut |output| tally.take(output, limits));
        }
    }
}

impl Tally {
    fn take(&mut self, output: Output<'_>, limits: &Limits) {
        match output {
            Output::Fact {
                fact: Fact::LostSync { why: LossCause::UnknownChunkStream | LossCause::ImplausibleHeader, .. },
                ..
            } => *self = Self::default(),
            Output::Message { header, body, .. } if header.complete && !header.inferred.length => {
                self.points += self.media(header, body) + points(header, body, limits);
                self.client += client(header, body, limits);
            }
            _ => {}
        }
    }
}

impl Tally {
    /// Media counts where it goes on with what was before: the same codec, and the time near.
    fn media(&mut self, header: &MessageHeader, body: &[u8]) -> u32 {
        let (last, codec) = match header.kind {
            MessageType::AUDIO => (&mut self.audio, 0xFF),
            MessageType::VIDEO => (&mut self.video, 0x8F),
            _ => return 0,
        };
        let Some(lead) = body.first().filter(|_| is_media(header.kind, body)) else { return 0 };
        let goes_on = last.replace((header.timestamp, *lead)).is_some_and(|(time, before)| {
            let apart = header.timestamp.wrapping_sub(time).cast_signed().unsigned_abs();
            let enhanced = *lead & 0x80 != 0 && header.kind == MessageType::VIDEO;
            apart <= NEAR_MS && (before & codec == *lead & codec || (enhanced && before & 0x80 != 0))
        });
        match header.fmt {
            0 | 1 if goes_on => WEAK,
            2 if goes_on => WEAKER,
            _ => 0,
        }
    }
}

/// Milliseconds between two media messages.
const NEAR_MS: u32 = 5_000;

/// Whether a media message begins as those do that are in use.
fn is_media(kind: MessageType, body: &[u8]) -> bool {
    let Some([lead, second, ..]) = body.first_chunk::<4>() else { return false };
    let named = body.get(1..5).is_some_and(|name| name.iter().all(u8::is_ascii_graphic));
    match (kind, lead >> 4, lead & 15) {
        (MessageType::AUDIO, 9, _) | (MessageType::VIDEO, 8..=13, 0..=3) => named,
        (MessageType::AUDIO, 10, _) => *second <= 1,
        (MessageType::VIDEO, 1..=5, 7 | 12..=14) => *second <= 2,
        (MessageType::AUDIO, 2 | 7 | 8 | 11, _) | (MessageType::VIDEO, 1..=5, 2..=5) => true,
        _ => false,
    }
}

/// How little room a message other than media leaves for chance.
fn points(header: &MessageHeader, body: &[u8], limits: &Limits) -> u32 {
    match header.kind {
        MessageType::COMMAND_AMF0
        | MessageType::COMMAND_AMF3
        | MessageType::DATA_AMF0
        | MessageType::DATA_AMF3 => match name(header, body, limits) {
            Some(name) if NAMES.iter().any(|(known, _)| *known == name) => CERTAIN,
            Some(name) if name.len() >= 3 && name.bytes().all(|b| b.is_ascii_graphic()) => STRONG,
            _ => 0,
        },
        kind if kind.is_control() => {
            let usual = header.csid == 2 && header.stream_id == 0 && header.fmt == 0;
            if usual { STRONG } else { 0 }
        }
        _ => 0,
    }
}

/// Names of commands and data messages, and how much each is for its sender being the client, or against it.
const NAMES: [(&str, i32); 35] = [
    ("connect", 4),
    ("createStream", 4),
    ("deleteStream", 4),
    ("closeStream", 4),
    ("releaseStream", 4),
    ("getStreamLength", 4),
    ("publish", 4),
    ("play", 4),
    ("play2", 4),
    ("pause", 4),
    ("pauseRaw", 4),
    ("seek", 4),
    ("receiveAudio", 4),
    ("receiveVideo", 4),
    ("FCPublish", 4),
    ("FCUnpublish", 4),
    ("FCSubscribe", 4),
    ("FCUnsubscribe", 4),
    ("_checkbw", 4),
    ("@setDataFrame", 4),
    ("@clearDataFrame", 4),
    ("onStatus", -4),
    ("onFCPublish", -4),
    ("onFCUnpublish", -4),
    ("onFCSubscribe", -4),
    ("onFCUnsubscribe", -4),
    ("onBWDone", -4),
    ("onBWCheck", -4),
    ("_onbwcheck", -4),
    ("_onbwdone", -4),
    ("|RtmpSampleAccess", -4),
    // A client answers too, when the server measures the bandwidth.
    ("_result", -2),
    ("_error", -2),
    // Sent by publishers, and passed on by servers.
    ("onMetaData", 0),
    ("onTextData", 0),
];

/// How much a message is for its sender being the client, or against it. Media is sent by both.
fn client(header: &MessageHeader, body: &[u8], limits: &Limits) -> i32 {
    match header.kind {
        MessageType::SET_PEER_BANDWIDTH => -1,
        MessageType::USER_CONTROL => match UserControl::parse(body) {
            Ok(UserControl::SetBufferLength { .. }) => 4,
            Ok(UserControl::PingResponse { .. } | UserControl::SwfResponse { .. }) => 2,
            Ok(UserControl::PingRequest { .. } | UserControl::SwfRequest { .. }) => -2,
            Ok(UserControl::Unknown { .. }) | Err(_) => 0,
            Ok(_) => -4,
        },
        MessageType::COMMAND_AMF0
        | MessageType::COMMAND_AMF3
        | MessageType::DATA_AMF0
        | MessageType::DATA_AMF3 => {
            let name = name(header, body, limits);
            NAMES.iter().find(|(known, _)| Some(*known) == name.as_deref()).map_or(0, |(_, points)| *points)
        }
        _ => 0,
    }
}

/// The first value of a command or data message.
fn name(header: &MessageHeader, body: &[u8], limits: &Limits) -> Option<String> {
    let form = Form::of(header.kind, body);
    let limits = Limits { amf_values: 1, ..limits.clone() };
    match amf::decode_one(form.encoding, form.body, &limits).values.into_iter().next() {
        Some(Value::String(name)) => Some(name),
        _ => None,
    }
}

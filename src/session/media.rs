//! Audio and video messages to events, one for each track: times, what the tag says, configurations and metadata.
//!
//! What is remembered of a track, and its turning points, are in [`super::track`].

use crate::amf::{self, AmfError, Value};
use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef, Span};
use crate::media::audio::AudioTag;
use crate::media::channels::ChannelConfig;
use crate::media::codec::{Codec, FourCc};
use crate::media::keep::{is_sifted, most_tracks};
use crate::media::tag::{Role, Tag};
use crate::media::tracks::Layout;
use crate::media::units::{self, TrackUnits};
use crate::media::video::VideoTag;
use crate::rtmp::message::kind::{MessageHeader, MessageType};

use super::Out;
use super::config::{self, SeenConfig};
use super::event::{Event, Extensions, Kind, MediaKind, MediaMessage, MediaProblem, MediaRole, Share};
use super::streams::Streams;

/// An audio or video message, of its own or a part of an aggregate.
pub(super) struct MediaIn<'a> {
    pub(super) kind: MessageType,
    pub(super) timestamp: u32,
    pub(super) body: &'a [u8],
    /// Those of the frame of each track of a video message; of a part of a message they are in its body.
    pub(super) units: &'a TrackUnits,
    /// Body bytes as announced.
    pub(super) length: u32,
    /// Those that were on the wire.
    pub(super) received: u32,
    pub(super) complete: bool,
    /// The RTMP message, unless this is a part of one.
    pub(super) message: Option<&'a MessageHeader>,
    pub(super) span: Span,
    pub(super) dir: Dir,
    pub(super) at: PacketRef,
}

/// Emits the events of a media message of `stream`.
pub(super) fn message(
    streams: &mut Streams,
    stream: u32,
    input: &MediaIn<'_>,
    limits: &Limits,
    out: &mut Out<'_>,
) {
    let (media, tag, sound, frame_type) = if input.kind == MessageType::AUDIO {
        let audio = AudioTag::parse(input.body);
        (MediaKind::Audio, audio.tag, audio.sound, None)
    } else {
        let video = VideoTag::parse(input.body);
        (MediaKind::Video, video.tag, None, video.frame)
    };
    // Without its first bytes a message looks empty, but is not.
    let headless = input.body.is_empty() && (input.received > 0 || !input.complete);
    let received = usize::try_from(input.received).unwrap_or(usize::MAX);
    let payload = tag.payload_len(received);
    let whole = input.complete && received == input.body.len();
    let mut event = MediaMessage {
        stream,
        media,
        role: if headless { MediaRole::Unknown } else { role_of(&tag, media) },
        codec: tag.codec,
        header_bytes: size(received.saturating_sub(payload)),
        payload_bytes: size(payload),
        complete: input.complete,
        unfinished: input.message.is_some_and(|message| message.unfinished),
        dts_ms: 0,
        composition_ms: tag.composition_ms,
        sound,
        track: 0,
        frame_type,
        command: if let Role::Command(command) = tag.role { Some(command) } else { None },
        packet: tag.packet,
        enhanced: tag.enhanced,
        four_cc: four_cc(&tag, tag.codec),
        extensions: Extensions {
            count: tag.extensions,
            unknown: tag.unknown_extensions,
            invalid: tag.invalid_extensions,
            offset_ns: tag.offset_ns,
        },
        share: None,
        problem: problem(&tag).filter(|_| whole && !input.body.is_empty()),
        units: input.units.first().copied().flatten(),
    };
    let mut one = One { streams, input, limits, out };
    if tag.layout.is_some() {
        multitrack(&mut one, &mut event, &tag, received);
    } else {
        let len = input.length.saturating_sub(size(tag.header_len));
        one.track(&mut event, &tag, Body { codec: tag.codec, bytes: tag.body, len });
    }
}

/// A message of one or more numbered tracks; an event for each.
fn multitrack(one: &mut One<'_, '_>, event: &mut MediaMessage, tag: &Tag<'_>, received: usize) {
    let One { input, limits, .. } = *one;
    let sifted = input.message.is_some() && is_sifted(input.kind.0, input.body);
    let tracks =
        if sifted { tag.sifted_tracks(input.body, received) } else { tag.tracks(input.body, received) };
    let most = most_tracks(limits);
    let is_frame = event.role.is_coded();
    let mut share = Share {
        layout: tag.layout.unwrap_or(Layout::One),
        tracks: 0,
        unseen: tag.cut.is_some(),
        further: false,
        bytes: 0,
        payload_bytes: 0,
        unread: 0,
    };
    let Some(tracks) = tracks else {
        event.share = Some(share);
        return one.track(event, tag, Body { codec: tag.codec, bytes: &[], len: 0 });
    };
    let mut all = tracks.clone();
    let mut headers = 0_usize;
    for part in all.by_ref().take(most) {
        headers += if share.tracks == 0 { tag.header_len } else { part.header_len };
        share.tracks += 1;
    }
    share.unseen |= all.left() > 0;
    if all.left() > 0 && usize::try_from(share.tracks) == Ok(most) {
        one.streams.dropped_tracks += 1;
    } else {
        share.unread = size(all.left());
    }
    if is_frame {
        event.header_bytes = size(headers.min(received));
        event.payload_bytes = size(received.saturating_sub(headers));
    }
    for (part, n) in tracks.take(most).zip(0..) {
        share.bytes = size(part.size);
        share.payload_bytes = if is_frame { size(part.payload_len) } else { 0 };
        event.share = Some(share);
        event.track = part.id;
        (event.codec, event.four_cc) = (part.codec, four_cc(tag, part.codec));
        event.composition_ms = part.composition_ms;
        event.units = input.units.get(n).copied().flatten();
        event.complete = input.complete && part.missing == 0;
        let missing = (input.complete && part.missing > 0).then(|| MediaProblem::Track(size(part.missing)));
        event.problem = missing.or_else(|| channel_problem(tag.role, part.body).filter(|_| input.complete));
        one.track(event, tag, Body { codec: part.codec, bytes: part.body, len: size(part.payload_len) });
        share.further = true;
        (event.header_bytes, event.payload_bytes) = (0, 0);
    }
}

/// What is wrong with a message by itself.
fn problem(tag: &Tag<'_>) -> Option<MediaProblem> {
    tag.cut.map(MediaProblem::Tag).or_else(|| channel_problem(tag.role, tag.body))
}

fn channel_problem(role: Role, body: &[u8]) -> Option<MediaProblem> {
    let read = (role == Role::ChannelConfig).then(|| ChannelConfig::parse(body))?;
    read.err().map(MediaProblem::Channels)
}

/// One message on its way to events.
struct One<'a, 'o> {
    streams: &'a mut Streams,
    input: &'a MediaIn<'a>,
    limits: &'a Limits,
    out: &'a mut Out<'o>,
}

/// What is there of one track's body.
#[derive(Copy, Clone)]
struct Body<'a> {
    codec: Option<Codec>,
    bytes: &'a [u8],
    /// All that should be there.
    len: u32,
}

impl One<'_, '_> {
    /// The events of one track of the message.
    fn track(&mut self, event: &mut MediaMessage, tag: &Tag<'_>, body: Body<'_>) {
        let Self { streams, input, limits, out } = self;
        let MediaMessage { stream, media, track: id, .. } = *event;
        let mut emit = |kind: Kind<'_>| {
            let further =
                matches!(kind, Kind::Media(MediaMessage { share: Some(Share { further: true, .. }), .. }));
            (out.sink)(&Event {
                connection: out.connection,
                at: input.at,
                dir: input.dir,
                span: input.span,
                message: input.message.filter(|_| !further),
                part: None,
                body: input.body,
                kind,
            });
        };
        let Some(track) = streams.track(stream, media, id, limits.tracks) else {
            let mut clock = streams.tracks(stream, media).map(|tracks| tracks.clock()).unwrap_or_default();
            event.dts_ms = clock.extend(input.timestamp);
            return emit(Kind::Media(event));
        };
        event.dts_ms = track.clock.extend(input.timestamp);
        let further = event.share.is_some_and(|share| share.further);
        if media == MediaKind::Video && input.message.is_none() && !further {
            event.units = units::scanner::units(tag, input.length, track.length_sizes);
        }
        emit(Kind::Media(event));
        if event.unfinished {
            return;
        }
        track.turning_points(event, &mut |mark| emit(Kind::Mark { stream, track: id, mark }));
        if tag.cut.is_some() {
            return;
        }
        match (tag.role, body.codec) {
            (Role::ChannelConfig, _) => {
                if let Ok(config) = ChannelConfig::parse(body.bytes) {
                    emit(Kind::Channels { stream, track: id, config });
                }
            }
            (Role::Metadata, _) if event.complete => {
                let (info, problem) = color_info(body.bytes, limits);
                emit(Kind::ColorInfo { stream, track: id, info: &info, problem });
            }
            (Role::SequenceHeader | Role::TsSequenceHeader, Some(codec)) if event.complete => {
                track.length_sizes.learn(codec, body.bytes);
                let (change, before) =
                    config::decode(codec, (body.bytes, body.len), &mut track.config, limits);
                let previous = before.as_ref().map(|before| &**before.decoded());
                if let Some(config) = track.config.as_ref().map(SeenConfig::decoded) {
                    emit(Kind::Config { stream, media, track: id, config, change, previous });
                }
            }
            (Role::Frame { key }, Some(codec)) => {
                if let Some((format, before)) = track.frame.describe((codec, key), media, body.bytes) {
                    let previous = before.as_deref();
                    emit(Kind::FrameFormat { stream, media, track: id, format, previous });
                }
            }
            _ => {}
        }
    }
}

/// Names and values, each a value of its own in the message, as one object. A value without a name has an empty one.
fn color_info(body: &[u8], limits: &Limits) -> (Value, Option<AmfError>) {
    let decoded = amf::decode(amf::Encoding::Amf0, body, limits);
    let mut values = decoded.values.into_iter();
    let mut fields = Vec::new();
    while let Some(value) = values.next() {
        fields.push(match value {
            Value::String(name) => (name, values.next().unwrap_or(Value::Null)),
            other => (String::new(), other),
        });
    }
    (Value::Object(fields), decoded.error)
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn four_cc(tag: &Tag<'_>, codec: Option<Codec>) -> Option<FourCc> {
    codec.filter(|_| tag.enhanced).and_then(Codec::fourcc)
}

fn role_of(tag: &Tag<'_>, media: MediaKind) -> MediaRole {
    match tag.role {
        Role::Frame { key: true } if media == MediaKind::Video => MediaRole::KeyFrame,
        Role::Frame { .. } => MediaRole::Frame,
        Role::SequenceHeader | Role::TsSequenceHeader => MediaRole::SequenceHeader,
        Role::SequenceEnd => MediaRole::SequenceEnd,
        Role::Silence => MediaRole::Silence,
        Role::Metadata | Role::ChannelConfig => MediaRole::Metadata,
        Role::Command(_) => MediaRole::Command,
        Role::Empty | Role::Reserved(_) | Role::Cut => MediaRole::Unknown,
    }
}

#[cfg(test)]
mod tests;

//! Audio and video messages to events: the media clock of each track and its turning points.

use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef, Span};
use crate::base::time::MediaClock;
use crate::media::audio::AudioTag;
use crate::media::channels::ChannelConfig;
use crate::media::codec::Codec;
use crate::media::tag::{Role, Tag, VideoCommand};
use crate::media::units::{self, LengthSizes, Units};
use crate::media::video::VideoTag;
use crate::rtmp::message::kind::{MessageHeader, MessageType};

use super::Out;
use super::config::{self, SeenConfig, SeenFrame};
use super::event::{CodecName, Event, Kind, Mark, MediaKind, MediaMessage, MediaRole};
use super::streams::Streams;

/// What is remembered of one track.
#[derive(Debug, Default)]
pub(super) struct Track {
    clock: MediaClock,
    last_dts_ms: Option<i64>,
    stage: Stage,
    silent: bool,
    config: Option<SeenConfig>,
    /// For frames in aggregates.
    length_sizes: LengthSizes,
    frame: SeenFrame,
    /// Numbers of the other tracks seen; at most 255, since a number is a byte.
    others: Vec<u8>,
}

/// How far a track has come; each stage includes those before.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    #[default]
    Nothing,
    Message,
    CodedMessage,
    KeyFrame,
}

impl Track {
    /// Whether `stage` is reached for the first time.
    fn reaches(&mut self, stage: Stage) -> bool {
        let first = self.stage < stage;
        self.stage = self.stage.max(stage);
        first
    }

    /// Tells what `message`, whose tag and first bytes these are, begins or ends.
    fn turning_points(
        &mut self,
        message: &MediaMessage,
        tag: &Tag<'_>,
        body: &[u8],
        mark: &mut dyn FnMut(Mark),
    ) {
        let media = message.media;
        if self.reaches(Stage::Message) {
            mark(Mark::FirstMessage(media));
        }
        if message.role.is_coded() && message.track == 0 {
            if self.reaches(Stage::CodedMessage) {
                mark(Mark::First(media));
            }
            self.step(message, mark);
        }
        match (message.role, tag.role) {
            (MediaRole::KeyFrame, _) if message.track == 0 => {
                let first = self.reaches(Stage::KeyFrame);
                mark(if first { Mark::FirstKeyFrame } else { Mark::KeyFrame });
            }
            (MediaRole::SequenceEnd, _) => mark(Mark::End(media)),
            (MediaRole::Silence, _) if !self.silent => mark(Mark::Silence),
            (_, Role::Metadata) => mark(Mark::ColorInfo),
            (_, Role::Command(VideoCommand::SeekStart)) => mark(Mark::SeekStart),
            (_, Role::Command(VideoCommand::SeekEnd)) => mark(Mark::SeekEnd),
            _ => {}
        }
        self.silent = message.role == MediaRole::Silence;
        for part in tag.tracks(body).into_iter().flatten() {
            if part.id != 0 && !self.others.contains(&part.id) {
                self.others.push(part.id);
                mark(Mark::TrackAdded { media, track: part.id, codec: codec_name(part.codec) });
            }
        }
    }

    /// The step of the media clock from the coded message before.
    fn step(&mut self, message: &MediaMessage, mark: &mut dyn FnMut(Mark)) {
        let media = message.media;
        let by_ms = self.last_dts_ms.map_or(0, |before| message.dts_ms - before);
        if by_ms < 0 {
            mark(Mark::TimestampBackward { media, by_ms: -by_ms });
        } else if by_ms > JUMP_MS {
            mark(Mark::TimestampJump { media, by_ms });
        }
        self.last_dts_ms = Some(message.dts_ms);
    }
}

/// A step ahead longer than this is a jump.
const JUMP_MS: i64 = 5000;

/// An audio or video message, of its own or a part of an aggregate.
pub(super) struct MediaIn<'a> {
    pub(super) kind: MessageType,
    pub(super) timestamp: u32,
    pub(super) body: &'a [u8],
    /// Those of a video frame that is an RTMP message; of a part of one they are in its body.
    pub(super) units: Option<&'a Units>,
    /// Body bytes that were on the wire.
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
    let (media, tag, sound) = if input.kind == MessageType::AUDIO {
        let audio = AudioTag::parse(input.body);
        (MediaKind::Audio, audio.tag, audio.sound)
    } else {
        (MediaKind::Video, VideoTag::parse(input.body).tag, None)
    };
    let Some(track) = streams.get_mut(stream).map(|s| s.track(media)) else { return };
    let dts_ms = track.clock.extend(input.timestamp);
    // Without its first bytes a message looks empty, but is not.
    let headless = input.body.is_empty() && (input.received > 0 || !input.complete);
    let role = if headless { MediaRole::Unknown } else { role_of(&tag, media) };
    let received = usize::try_from(input.received).unwrap_or(usize::MAX);
    let payload = tag.payload_len(received);
    let codec = codec_name(tag.codec);
    if media == MediaKind::Video && input.complete {
        units::scanner::learn(&mut track.length_sizes, &tag, input.body);
    }
    let scan = || units::scanner::units(&tag, input.body, track.length_sizes);
    let units = input.units.copied().or_else(|| input.message.is_none().then(scan).flatten());
    let event = MediaMessage {
        stream,
        media,
        role,
        codec,
        header_bytes: u32::try_from(received - payload).unwrap_or(u32::MAX),
        payload_bytes: u32::try_from(payload).unwrap_or(u32::MAX),
        complete: input.complete,
        dts_ms,
        composition_ms: tag.composition_ms,
        sound,
        track: tag.track.map_or(0, |track| track.id),
        units,
    };
    let mut emit = |kind: Kind<'_>| {
        (out.sink)(&Event {
            connection: out.connection,
            at: input.at,
            dir: input.dir,
            span: input.span,
            message: input.message,
            part: None,
            kind,
        });
    };
    emit(Kind::Media(event));
    track.turning_points(&event, &tag, input.body, &mut |mark| emit(Kind::Mark { stream, mark }));
    if let (Role::ChannelConfig, Ok(config)) = (tag.role, ChannelConfig::parse(tag.body)) {
        emit(Kind::Channels { stream, config });
    }
    let default_track = event.track == 0;
    if let (true, true, Some(record), Some(codec)) = (default_track, input.complete, tag.config(), tag.codec)
    {
        let (change, before) = config::decode(codec, record, &mut track.config, limits);
        let previous = before.as_ref().map(SeenConfig::decoded);
        if let Some(config) = track.config.as_ref().map(SeenConfig::decoded) {
            emit(Kind::Config { stream, media, config, change, previous });
        }
    }
    if let (true, Role::Frame { key }, Some(codec)) = (default_track, tag.role, tag.codec)
        && let Some(description) = track.frame.describe(codec, key, tag.body)
    {
        emit(Kind::FrameFormat { stream, media, description });
    }
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

fn codec_name(codec: Option<Codec>) -> CodecName {
    codec.map_or_else(CodecName::default, |codec| CodecName::new(&codec.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::pos::PacketRef;
    use crate::session::event::StreamRole;

    /// The roles of messages with these bodies and received bytes.
    fn roles(inputs: &[(&[u8], u32, bool)]) -> Vec<MediaRole> {
        let (dir, at, span) = (Dir::ClientToServer, PacketRef::default(), Span::default());
        let mut roles = Vec::new();
        let mut sink = |event: &Event<'_>| {
            if let Kind::Media(media) = event.kind {
                roles.push(media.role);
            }
        };
        let mut out = Out { connection: 1, sink: &mut sink };
        let mut streams = Streams::default();
        let stream = streams.start(1, StreamRole::Publish, None, span, 9, &mut out).unwrap();
        for &(body, received, complete) in inputs {
            let kind = MessageType::AUDIO;
            let input = MediaIn {
                kind,
                timestamp: 0,
                body,
                units: None,
                received,
                complete,
                message: None,
                span,
                dir,
                at,
            };
            message(&mut streams, stream, &input, &Limits::default(), &mut out);
        }
        roles
    }

    /// The units of the video messages of an aggregate.
    fn units_of(bodies: &[&[u8]]) -> Vec<Option<String>> {
        let (dir, at, span) = (Dir::ClientToServer, PacketRef::default(), Span::default());
        let mut found = Vec::new();
        let mut sink = |event: &Event<'_>| {
            if let Kind::Media(media) = event.kind {
                found.push(media.units.map(|units| units.names().collect::<Vec<_>>().join(" ")));
            }
        };
        let mut out = Out { connection: 1, sink: &mut sink };
        let mut streams = Streams::default();
        let stream = streams.start(1, StreamRole::Publish, None, span, 9, &mut out).unwrap();
        for body in bodies {
            let (kind, units, message) = (MessageType::VIDEO, None, None);
            let (timestamp, received, complete) = (0, u32::try_from(body.len()).unwrap(), true);
            let input = MediaIn { kind, timestamp, body, units, received, complete, message, span, dir, at };
            super::message(&mut streams, stream, &input, &Limits::default(), &mut out);
        }
        found
    }

    #[test]
    fn frames_in_aggregates_have_units() {
        let record: &[u8] = &[0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xFD, 0xE0, 0];
        let of_four: &[u8] = &[0x17, 1, 0, 0, 0, 0, 0, 0, 2, 0x65, 0xB8];
        let of_two: &[u8] = &[0x27, 1, 0, 0, 0, 0, 2, 9, 0xF0, 0, 2, 0x41, 0xB8];
        let some = |names: &str| Some(names.to_owned());
        let seen = units_of(&[of_four, record, of_two]);
        assert_eq!(seen, [some("idr"), None, some("aud slice")], "lengths are as the record says");
    }

    #[test]
    fn only_an_empty_message_is_silence() {
        let seen = roles(&[(&[], 0, true), (&[], 300, true), (&[], 0, false), (&[0xAF, 1, 7], 3, true)]);
        let want = [MediaRole::Silence, MediaRole::Unknown, MediaRole::Unknown, MediaRole::Frame];
        assert_eq!(seen, want);
    }
}

//! A publish of AV1 and AAC, and what is said besides in the cases of Enhanced RTMP.

use crate::common::Dir;
use crate::common::amf::{self, Amf};
use crate::common::codec::ASC;
use crate::common::enhanced::{
    AUDIO_TRACKS, CHANNELS, COMMAND, FRAMES, INTER, KEY, METADATA, MOD_EX, OFFSET_NANO, START, TS_START,
    VIDEO_TRACKS, audio, extended, many_tracks, of, one_track, video,
};
use crate::common::media::{Av, Frame};
use crate::common::message as msg;
use crate::common::records::{self, Picture};
use crate::common::talk::{Close, Talk};
use crate::harness::{Subject, finish};

pub const AV01: [u8; 4] = *b"av01";

/// A live publish of a second, of AV1 and AAC.
pub fn plain() -> Subject {
    v(&[])
}

/// The same, with these video messages behind it.
pub fn v(bodies: &[Vec<u8>]) -> Subject {
    behind(|talk| bodies.iter().fold(talk, |talk, body| talk.media_message(&msg::video(1_000, body.clone()))))
}

/// The same with audio messages.
pub fn a(bodies: &[Vec<u8>]) -> Subject {
    behind(|talk| bodies.iter().fold(talk, |talk, body| talk.media_message(&msg::audio(1_010, body.clone()))))
}

pub fn behind(more: impl FnOnce(Talk) -> Talk) -> Subject {
    finish(more(opened().media(&frames(1)))).into()
}

/// Up to the media.
pub fn opened() -> Talk {
    opened_as(&[], &[])
}

/// The same, where client and server say more in `connect` and its answer.
pub fn opened_as(client: &[(&str, Amf)], server: &[(&str, Amf)]) -> Talk {
    let usual = [("app", "live".into()), ("tcUrl", "rtmp://192.0.2.10/live".into())];
    let talk = Talk::new().handshake().connect_answered(&[&usual, client].concat(), server);
    let talk = talk.fc_publish("cam1").create_stream().publish("cam1");
    let facts = amf::ecma([
        ("width", 640.0.into()),
        ("height", 360.0.into()),
        ("framerate", 25.0.into()),
        ("videocodecid", u32::from_be_bytes(AV01).into()),
        ("audiocodecid", 10.0.into()),
    ]);
    let start = msg::video(0, video(KEY, START, &of(AV01, &records::av1c(&small()))));
    talk.chunk_size(Dir::Up, 4_096).metadata_of(facts).media_message(&start).aac_header()
}

/// Pictures of AV1, one each 40 ms, and AAC.
pub fn frames(seconds: u32) -> Vec<Frame> {
    let mut frames = Av { with_video: false, ..Av::seconds(seconds) }.frames();
    frames.extend((0..seconds * 25).map(|n| {
        let is_key = n % 25 == 0;
        let body = video(if is_key { KEY } else { INTER }, FRAMES, &of(AV01, &unit()));
        Frame { is_video: true, is_key, timestamp: n * 40, body }
    }));
    frames.sort_by_key(|frame| frame.timestamp);
    frames
}

/// 640x360, 25 frames per second.
pub fn small() -> Picture {
    Picture { width: 640, height: 360, level: 8, profile: 1, ..Picture::default() }
}

/// A temporal unit of AV1: delimiter and frame.
pub fn unit() -> Vec<u8> {
    [records::obu(2, &[]), records::obu(6, &[0x10; 100])].concat()
}

/// A message of video track 1 alone.
pub fn track(packet_type: u8, fourcc: [u8; 4], data: &[u8]) -> Vec<u8> {
    video(KEY, VIDEO_TRACKS, &one_track(packet_type, fourcc, 1, data))
}

pub fn audio_track(packet_type: u8, fourcc: [u8; 4], data: &[u8]) -> Vec<u8> {
    audio(AUDIO_TRACKS, &one_track(packet_type, fourcc, 1, data))
}

pub fn start() -> Vec<u8> {
    track(START, AV01, &records::av1c(&small()))
}

pub fn ts_start() -> Vec<u8> {
    track(TS_START, AV01, &descriptor())
}

pub fn descriptor() -> Vec<u8> {
    records::av1_descriptor(&small())
}

/// A key frame with offsets in nanoseconds.
pub fn nano<const N: usize>(offsets: &[[u8; N]]) -> Subject {
    let chain: Vec<_> = offsets.iter().map(|data| (OFFSET_NANO, &data[..])).collect();
    v(&[video(KEY, MOD_EX, &extended(&chain, FRAMES, &of(AV01, &unit())))])
}

/// A key frame with one extension, and the packet type behind it.
pub fn extension(kind: u8, packet_type: u8) -> Subject {
    v(&[video(KEY, MOD_EX, &extended(&[(kind, &[0, 0, 1])], packet_type, &of(AV01, &unit())))])
}

pub fn two_tracks() -> Subject {
    v(&[sized(0)])
}

/// Configurations of tracks 1 and 2 in one message, with so many bytes behind the last, or missing in it.
pub fn sized(more: i8) -> Vec<u8> {
    let record = records::av1c(&small());
    let mut body = many_tracks(START, AV01, &[(1, record.clone()), (2, record)]);
    body.resize(body.len().saturating_add_signed(more.into()), 0);
    video(KEY, VIDEO_TRACKS, &body)
}

/// What a side says of Enhanced RTMP.
pub type Said = Vec<(&'static str, Amf)>;

pub fn offered(client: Said, server: Said, bodies: fn() -> Vec<Vec<u8>>) -> Subject {
    let talk = opened_as(&client, &server).media(&frames(1));
    let send = |talk: Talk, body: Vec<u8>| talk.media_message(&msg::video(1_000, body));
    finish(bodies().into_iter().fold(talk, send)).into()
}

pub fn none() -> Said {
    Vec::new()
}

pub fn list(codes: &[&str]) -> Said {
    vec![("fourCcList", Amf::Strict(codes.iter().map(|code| (*code).into()).collect()))]
}

pub fn video_map(code: &str, flags: u32) -> Said {
    vec![("videoFourCcInfoMap", amf::object([(code, flags.into())]))]
}

pub fn number(name: &'static str, number: u32) -> Said {
    vec![(name, number.into())]
}

pub fn v_plain() -> Vec<Vec<u8>> {
    Vec::new()
}

pub fn two_starts() -> Vec<Vec<u8>> {
    vec![start()]
}

/// Video track 1 with this record.
pub fn record(fourcc: [u8; 4], record: &[u8]) -> Subject {
    v(&[track(START, fourcc, record)])
}

pub fn sound_record(record: &[u8]) -> Subject {
    a(&[audio_track(START, *b"Opus", record)])
}

pub fn opus(channels: u8) -> Vec<u8> {
    records::opus_head(channels, 312, 48_000, 0, &[])
}

pub fn hvcc() -> Vec<u8> {
    records::hvcc(&small())
}

pub fn changed(mut record: Vec<u8>, at: usize, byte: u8) -> Vec<u8> {
    record[at] = byte;
    record
}

/// Configurations of two tracks in one message.
pub fn numbered(ids: [u8; 2]) -> Vec<u8> {
    let record = records::av1c(&small());
    video(KEY, VIDEO_TRACKS, &many_tracks(START, AV01, &ids.map(|id| (id, record.clone()))))
}

/// AAC in legacy tags, then a frame in an Enhanced one, whose configuration came at the beginning, and is said again or not.
pub fn both_forms(again: bool) -> Subject {
    let start = msg::audio(0, audio(START, &of(*b"mp4a", &ASC)));
    let frame = msg::audio(1_010, audio(FRAMES, &of(*b"mp4a", &[0x01, 0x40, 0x22, 0x80, 0xA3, 0x7F])));
    let talk = opened().media_message(&start).media(&frames(1));
    let talk = if again { talk.media_message(&start.timestamp(1_010)) } else { talk };
    finish(talk.media_message(&frame)).into()
}

/// Video, and two messages of audio track 1, the second after `ms`.
pub fn second_track_alone(ms: u32) -> Subject {
    let talk =
        Talk::new().handshake().connect("live").create_stream().publish("cam1").chunk_size(Dir::Up, 4_096);
    let facts = amf::ecma([("width", 640.0.into()), ("height", 360.0.into()), ("framerate", 25.0.into())]);
    let start = msg::video(0, video(KEY, START, &of(AV01, &records::av1c(&small()))));
    let sound = |at: u32| msg::audio(at, audio_track(START, *b"mp4a", &ASC));
    let talk = talk.metadata_of(facts).media_message(&start).media_message(&sound(0));
    let pictures: Vec<_> =
        frames(6).into_iter().filter(|frame| frame.is_video && frame.timestamp <= ms).collect();
    finish(talk.media(&pictures).media_message(&sound(ms))).into()
}

pub fn metadata_packet(at: u32, data: &[u8]) -> Subject {
    behind(|talk| talk.media_message(&msg::video(at, video(COMMAND, METADATA, &of(AV01, data)))))
}

pub fn color_at(at: u32, info: Amf) -> Subject {
    metadata_packet(at, &amf::encode(&["colorInfo".into(), info]))
}

pub fn color(info: Amf) -> Subject {
    color_at(1_000, info)
}

/// `colorInfo` with a light level and a bit depth.
pub fn hdr(light: f64, depth: f64) -> Amf {
    let config = amf::object([("bitDepth", depth.into()), ("colorPrimaries", 9.0.into())]);
    let light = amf::object([("maxFall", 0.0.into()), ("maxCLL", light.into())]);
    let display =
        amf::object([("redX", 0.708.into()), ("redY", 0.292.into()), ("maxLuminance", 1_000.0.into())]);
    amf::object([("colorConfig", config), ("hdrCll", light), ("hdrMdcv", display)])
}

/// A channel configuration of audio track 1.
pub fn channels(data: &[u8]) -> Subject {
    a(&[audio_track(START, *b"Opus", &opus(2)), audio_track(CHANNELS, *b"Opus", data)])
}

/// A publish with a reconnect request near its end, after which the client closes.
pub fn moved(caps: u32, level: &str, msid: u32, transaction: f64, url: Amf) -> Subject {
    finish(asked_to_move(caps, level, msid, transaction, url)).into()
}

pub fn asked_to_move(caps: u32, level: &str, msid: u32, transaction: f64, url: Amf) -> Talk {
    let code = "NetConnection.Connect.ReconnectRequest";
    let info = amf::object([("level", level.into()), ("code", code.into()), ("tcUrl", url)]);
    let request = msg::command("onStatus", transaction, Amf::Null, &[info]).msid(msid);
    opened_as(&[("capsEx", caps.into())], &[("capsEx", 1.0.into())]).media(&frames(1)).down(&request)
}

pub fn moved_well() -> Subject {
    moved(1, "status", 0, 0.0, "/other".into())
}

/// The server closes so many milliseconds behind its request.
pub fn closed_by_server(ms: u64) -> Subject {
    asked_to_move(1, "status", 0, 0.0, "/other".into()).wait(ms).close_with(Close::Fin(Dir::Down)).into()
}

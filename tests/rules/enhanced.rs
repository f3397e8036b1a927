//! Cases of the rules in `src/rules/enhanced`.

use crate::common::Dir;
use crate::common::amf;
use crate::common::enhanced::{
    AUDIO_TRACKS, COMMAND, END, FRAMES, FRAMES_X, INTER, KEY, MOD_EX, OFFSET_NANO, START, TS_START,
    VIDEO_TRACKS, audio, extended, many_tracks, of, one_track, video,
};
use crate::common::media::{Av, Frame};
use crate::common::message as msg;
use crate::common::records::{self, Picture};
use crate::common::talk::Talk;
use crate::harness::{Case, Subject, finish};

const AV01: [u8; 4] = *b"av01";

pub const CASES: &[Case] = &[
    Case::new("ERTMP-01", "packet-type", || v(&[video(KEY, 9, &of(AV01, b"x"))]), plain),
    Case::new("ERTMP-01", "short", || v(&[video(INTER, FRAMES, b"av0")]), plain),
    Case::new(
        "ERTMP-01",
        "fourcc",
        || a(&[audio_track(FRAMES, *b"alac", b"x")]),
        || a(&[audio_track(FRAMES, *b"Opus", b"x")]),
    ),
    Case::new(
        "ERTMP-03",
        "",
        || v(&[video(KEY, FRAMES_X, &of(AV01, &unit()))]),
        || {
            v(&[
                track(START, *b"hvc1", &records::hvcc(&small())),
                track(FRAMES_X, *b"hvc1", &[0, 0, 0, 2, 0x26, 1]),
            ])
        },
    ),
    Case::new(
        "ERTMP-04",
        "missing",
        || v(&[track(FRAMES, AV01, &unit())]),
        || v(&[start(), track(FRAMES, AV01, &unit())]),
    ),
    Case::new("ERTMP-04", "vpx", || v(&[track(FRAMES, *b"vp09", &[0x82])]), plain),
    Case::new("ERTMP-05", "codec", || v(&[track(TS_START, *b"vp09", &descriptor())]), || v(&[ts_start()])),
    Case::new(
        "ERTMP-05",
        "both",
        || v(&[start(), ts_start()]),
        || v(&[start(), track(END, AV01, b""), ts_start()]),
    ),
    Case::new("ERTMP-07", "cut", || v(&[video(KEY, MOD_EX, &[9, 0, 0, 1])]), || nano(&[[0, 0, 1]])),
    Case::new("ERTMP-07", "offset-short", || nano(&[[0, 1]]), || nano(&[[0, 0, 1]])),
    Case::new("ERTMP-07", "offset-large", || nano(&[[0x0F, 0x42, 0x40]]), || nano(&[[0x0F, 0x42, 0x3F]])),
    Case::new("ERTMP-07", "long-chain", || nano(&[[0, 0, 1]; 17]), || nano(&[[0, 0, 1]; 16])),
    Case::new("ERTMP-07", "reserved", || extension(OFFSET_NANO, 11), || extension(OFFSET_NANO, FRAMES)),
    Case::new("ERTMP-07", "unknown", || extension(3, FRAMES), || extension(OFFSET_NANO, FRAMES)),
    Case::new("ERTMP-08", "cut", || v(&[video(KEY, VIDEO_TRACKS, b"\x00av01")]), two_tracks),
    Case::new("ERTMP-08", "cut", || v(&[video(KEY, VIDEO_TRACKS, b"")]), two_tracks),
    Case::new("ERTMP-08", "type", || v(&[video(KEY, VIDEO_TRACKS, b"\x31av01\x01")]), two_tracks),
    Case::new("ERTMP-08", "nested", || v(&[video(KEY, VIDEO_TRACKS, b"\x06av01\x01")]), two_tracks),
    Case::new("ERTMP-08", "packet-type", || v(&[video(KEY, VIDEO_TRACKS, b"\x0Bav01\x01")]), two_tracks),
    Case::new("ERTMP-08", "size", || v(&[sized(1)]), || v(&[sized(0)])),
    Case::new("ERTMP-08", "size", || v(&[sized(-1)]), || v(&[sized(0)])),
    Case::new(
        "ERTMP-11",
        "command",
        || v(&[video(COMMAND, FRAMES, b"av01")]),
        || v(&[video(COMMAND, FRAMES, &[1])]),
    ),
    Case::new(
        "ERTMP-11",
        "command",
        || v(&[video(COMMAND, FRAMES, b"")]),
        || v(&[video(COMMAND, FRAMES, &[1])]),
    ),
    Case::new(
        "ERTMP-11",
        "command-long",
        || v(&[video(COMMAND, FRAMES, &[1, 0])]),
        || v(&[video(COMMAND, FRAMES, &[1])]),
    ),
    Case::new("ERTMP-11", "end-body", || v(&[track(END, AV01, b"x")]), || v(&[track(END, AV01, b"")])),
    Case::new("ERTMP-11", "end-body", || v(&[video(KEY, END, b"av01x")]), || v(&[video(KEY, END, b"av01")])),
];

/// A live publish of a second, of AV1 and AAC.
fn plain() -> Subject {
    v(&[])
}

/// The same, with these video messages behind it.
fn v(bodies: &[Vec<u8>]) -> Subject {
    behind(|talk| bodies.iter().fold(talk, |talk, body| talk.media_message(&msg::video(1_000, body.clone()))))
}

/// The same with audio messages.
fn a(bodies: &[Vec<u8>]) -> Subject {
    behind(|talk| bodies.iter().fold(talk, |talk, body| talk.media_message(&msg::audio(1_010, body.clone()))))
}

fn behind(more: impl FnOnce(Talk) -> Talk) -> Subject {
    finish(more(opened().media(&frames(1)))).into()
}

/// Up to the media.
fn opened() -> Talk {
    let talk = Talk::new().handshake().connect("live").fc_publish("cam1").create_stream().publish("cam1");
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
fn frames(seconds: u32) -> Vec<Frame> {
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
fn small() -> Picture {
    Picture { width: 640, height: 360, level: 8, profile: 1, ..Picture::default() }
}

/// A temporal unit of AV1: delimiter and frame.
fn unit() -> Vec<u8> {
    [records::obu(2, &[]), records::obu(6, &[0x10; 100])].concat()
}

/// A message of video track 1 alone.
fn track(packet_type: u8, fourcc: [u8; 4], data: &[u8]) -> Vec<u8> {
    video(KEY, VIDEO_TRACKS, &one_track(packet_type, fourcc, 1, data))
}

fn audio_track(packet_type: u8, fourcc: [u8; 4], data: &[u8]) -> Vec<u8> {
    audio(AUDIO_TRACKS, &one_track(packet_type, fourcc, 1, data))
}

fn start() -> Vec<u8> {
    track(START, AV01, &records::av1c(&small()))
}

fn ts_start() -> Vec<u8> {
    track(TS_START, AV01, &descriptor())
}

fn descriptor() -> Vec<u8> {
    records::av1_descriptor(&small())
}

/// A key frame with offsets in nanoseconds.
fn nano<const N: usize>(offsets: &[[u8; N]]) -> Subject {
    let chain: Vec<_> = offsets.iter().map(|data| (OFFSET_NANO, &data[..])).collect();
    v(&[video(KEY, MOD_EX, &extended(&chain, FRAMES, &of(AV01, &unit())))])
}

/// A key frame with one extension, and the packet type behind it.
fn extension(kind: u8, packet_type: u8) -> Subject {
    v(&[video(KEY, MOD_EX, &extended(&[(kind, &[0, 0, 1])], packet_type, &of(AV01, &unit())))])
}

fn two_tracks() -> Subject {
    v(&[sized(0)])
}

/// Configurations of tracks 1 and 2 in one message, with so many bytes behind the last, or missing in it.
fn sized(more: i8) -> Vec<u8> {
    let record = records::av1c(&small());
    let mut body = many_tracks(START, AV01, &[(1, record.clone()), (2, record)]);
    body.resize(body.len().saturating_add_signed(more.into()), 0);
    video(KEY, VIDEO_TRACKS, &body)
}

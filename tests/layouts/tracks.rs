//! Several tracks in a stream: each has its figures in the report, in the three layouts.

use serde_json::{Value, json};

use crate::common::enhanced as ex;
use crate::common::message as msg;
use crate::common::records::{self, Picture};
use crate::harness::{Case, case, hold_apart, shows};

/// An HEVC picture (IDR) with its length.
const IDR: [u8; 7] = [0, 0, 0, 3, 0x26, 0x01, 0xAF];

fn video(at: u32, rest: &[u8]) -> Case {
    case("video", msg::video(at, ex::video(ex::KEY, ex::VIDEO_TRACKS, rest)), json!({"event": "media.video"}))
}

fn audio(at: u32, rest: &[u8]) -> Case {
    case("audio", msg::audio(at, ex::audio(ex::AUDIO_TRACKS, rest)), json!({"event": "media.audio"}))
}

/// Track 0 is HEVC of 1920x1080, track 1 AV1 of 1280x720; ten frames of the first, five of the second, of which three
/// share a message with one of the first.
fn two_pictures() -> Vec<Case> {
    let hevc = records::hvcc(&Picture { profile: 1, level: 120, ..Picture::default() });
    let av1 =
        records::av1c(&Picture { profile: 0, level: 5, width: 1280, height: 720, ..Picture::default() });
    let mut list = vec![video(0, &ex::many_codecs(ex::START, &[(*b"hvc1", 0, hevc), (*b"av01", 1, av1)]))];
    for n in 0..10 {
        let unit = [records::obu(2, &[]), records::obu(6, &[0x10; 20])].concat();
        list.push(match n {
            0..3 => video(
                40 * n,
                &ex::many_codecs(ex::FRAMES_X, &[(*b"hvc1", 0, IDR.to_vec()), (*b"av01", 1, unit)]),
            ),
            _ => video(40 * n, &ex::one_track(ex::FRAMES_X, *b"hvc1", 0, &IDR)),
        });
        if (5..7).contains(&n) {
            list.push(video(40 * n, &ex::one_track(ex::FRAMES, *b"av01", 1, &records::obu(6, &[0x10; 20]))));
        }
    }
    list
}

/// No track 0: the lowest number stands for the stream. Opus as 1, AC-3 as 5.
fn two_sounds() -> Vec<Case> {
    let head = records::opus_head(2, 312, 48_000, 0, &[]);
    let mut list = vec![audio(0, &ex::one_track(ex::START, *b"Opus", 1, &head))];
    for n in 0..6 {
        let both = [(*b"Opus", 1, vec![0xFC; 20]), (*b"ac-3", 5, records::ac3_frame(0, 7, true))];
        list.push(audio(20 * n, &ex::many_codecs(ex::FRAMES, &both)));
    }
    list
}

/// More tracks in a message than are followed: 32 are told.
fn crowd() -> Vec<Case> {
    let tracks: Vec<(u8, Vec<u8>)> = (100..140).map(|id| (id, vec![0xFC; 3])).collect();
    let each = (100..132).map(|id| json!({"event": "media.audio", "track": id, "codec": "opus"}));
    let crowd = audio(1_000, &ex::many_tracks(ex::FRAMES, *b"Opus", &tracks));
    let mut crowd = each.skip(1).fold(crowd, Case::besides);
    crowd.want = json!({"event": "media.audio", "track": 100, "tracks": 32, "tracks_unseen": true});
    vec![crowd]
}

pub(crate) fn cases() -> Vec<Case> {
    [two_pictures(), two_sounds(), crowd()].concat()
}

#[test]
fn a_crowd_is_told_as_far_as_it_is_followed() {
    hold_apart(&[crowd()]);
}

#[test]
fn each_track_has_its_figures() {
    let report = hold_apart(&[two_pictures(), two_sounds()]);
    let stream = &report[0]["streams"][0];
    let tracks = stream["tracks"].as_array().expect("there are tracks");
    let named: Vec<(Value, Value)> =
        tracks.iter().map(|t| (t["media"].clone(), t["track_id"].clone())).collect();
    assert_eq!(named, [(json!("video"), json!(0)), (json!("video"), json!(1))]);
    let first = json!({"codec": "hevc", "width": 1920, "height": 1080, "frames": 10, "keyframes": 10,
        "sequence_headers": 1, "fps": 25});
    shows("track 0", &tracks[0], first.clone());
    shows("the stream's video", &stream["video"], first);
    shows(
        "track 1",
        &tracks[1],
        json!({"codec": "av1", "width": 1280, "height": 720, "frames": 5, "sequence_headers": 1}),
    );
    assert_eq!(stream["video"]["other_track_frames"], Value::Null);

    let stream = &report[1]["streams"][0];
    let tracks = stream["tracks"].as_array().expect("there are tracks");
    let named: Vec<(Value, Value)> =
        tracks.iter().map(|t| (t["media"].clone(), t["track_id"].clone())).collect();
    assert_eq!(named, [(json!("audio"), json!(1)), (json!("audio"), json!(5))]);
    shows("track 1", &tracks[0], json!({"codec": "opus", "frames": 6, "channels": 2, "record": "OpusHead"}));
    shows("the stream's audio", &stream["audio"], json!({"codec": "opus", "frames": 6}));
    shows("track 5", &tracks[1], json!({"codec": "ac3", "frames": 6, "channels": 6, "sample_rate": 48_000}));
}

/// Whatever layout the tracks have, each byte of the media messages is in one class of the ledger.
#[test]
fn the_ledger_adds_up() {
    let lists = [two_pictures(), two_sounds()];
    let report = hold_apart(&lists);
    for (list, connection) in lists.iter().zip(&report) {
        let ledger = &connection["efficiency"]["client_to_server"];
        let of = |class: &str| ledger[class].as_u64().unwrap();
        let bodies: usize = list.iter().map(|case| case.message.body.len()).sum();
        assert_eq!(of("media_header_bytes") + of("media_payload_bytes"), bodies as u64);
        assert_eq!(of("unclassified_bytes"), 0);
    }
}

/// Lines of tracks after the first name their track, and one record may change while the other stays.
#[test]
fn records_are_of_their_tracks() {
    let record = |width: u32| records::hvcc(&Picture { profile: 1, level: 120, width, ..Picture::default() });
    let both =
        |a: u32, b: u32| video(0, &ex::many_tracks(ex::START, *b"hvc1", &[(0, record(a)), (2, record(b))]));
    let line = |event: &str, track: Value, width: u32| {
        json!({"event": event, "track": track, "width": width,
        "record": "hvcC"})
    };
    hold_apart(&[vec![
        both(1920, 1280).besides(line("media.video_header", Value::Null, 1920)).besides(line(
            "media.video_header",
            json!(2),
            1280,
        )),
        both(1920, 640).besides(line("media.header_repeat", Value::Null, 1920)).besides(line(
            "media.header_change",
            json!(2),
            640,
        )),
        video(0, &ex::one_track(ex::START, *b"hvc1", 2, &record(640))).besides(line(
            "media.header_repeat",
            json!(2),
            640,
        )),
    ]]);
}

/// Without tracks there is no list of them.
#[test]
fn a_stream_without_tracks_has_no_list() {
    let plain = case(
        "plain",
        msg::video(0, ex::video(ex::KEY, ex::FRAMES_X, &ex::of(*b"hvc1", &IDR))),
        json!({"codec": "hevc"}),
    );
    let report = hold_apart(&[vec![plain]]);
    shows(
        "the stream",
        &report[0]["streams"][0],
        json!({"tracks": null, "video": {"$some": {"codec": "hevc", "frames": 1}}}),
    );
}

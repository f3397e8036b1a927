//! Numbered tracks of Enhanced RTMP through the whole command: several in a message, in chunks, with and without holes.
//! The figures of each track are those it was written with, and the bytes still count once.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "helper functions of tests fail loudly too"
)]

mod common;
mod support;

use common::capture::Capture;
use common::talk::Talk;
use common::tcp::Packet;
use common::{Dir, impair, message as msg};
use serde_json::{Value, json};
use support::run;
use support::truth;

const MESSAGES: u32 = 100;

/// A track of one message: number, `FourCC`, body.
type Track = (u8, [u8; 4], Vec<u8>);

/// A message of several tracks, each with its codec.
fn many_codecs(first: u8, packet_type: u8, tracks: &[Track]) -> Vec<u8> {
    let mut body = vec![first, 0x20 | packet_type];
    for (id, four_cc, data) in tracks {
        body.extend(four_cc);
        body.push(*id);
        body.extend(&(data.len() as u32).to_be_bytes()[1..]);
        body.extend(data);
    }
    body
}

/// Coded data behind a composition time.
fn timed(composition_ms: u8, len: usize) -> Vec<u8> {
    [vec![0, 0, composition_ms], vec![0x55; len]].concat()
}

/// Two seconds of pictures: HEVC in each message, AV1 too, H.264 in every second one; key frames twice a second. And
/// AAC as track 5 by itself.
fn talk(chunk_size: u32) -> Talk {
    let talk = Talk::new().handshake().connect("live").create_stream().publish("cam1");
    let mut talk = talk.chunk_size(Dir::Up, chunk_size);
    for n in 0..MESSAGES {
        let mut tracks =
            vec![(0, *b"hvc1", timed(40, 1997)), (1, *b"av01", vec![0x77; 700 + n as usize % 3])];
        if n % 2 == 0 {
            tracks.push((9, *b"avc1", timed(80, 297)));
        }
        let first = if n % 25 == 0 { 0x96 } else { 0xA6 };
        let sound = [&b"\x95\x01mp4a\x05"[..], &[0x21; 93]].concat();
        talk = talk
            .media_message(&msg::video(20 * n, many_codecs(first, 1, &tracks)))
            .media_message(&msg::audio(20 * n, sound))
            .wait(20);
    }
    talk.close()
}

fn track<'v>(stream: &'v Value, media: &str, id: u64) -> &'v Value {
    let tracks = stream["tracks"].as_array().unwrap();
    tracks.iter().find(|track| track["media"] == media && track["track_id"] == id).unwrap()
}

#[test]
fn each_track_has_its_own_figures() {
    let talk = talk(128);
    let capture = Capture::of(&talk.packets()).bytes();
    let report = run::report(capture.clone());
    let connection = run::only(&report);
    truth::assert_ledger(connection, "tracks");
    let stream = &connection["streams"][0];
    assert_eq!(stream["tracks"].as_array().unwrap().len(), 4);
    for (media, id, codec, frames, fps, bytes) in [
        ("video", 0, "hevc", 100, Some(50.0), 200_000),
        ("video", 1, "av1", 100, Some(50.0), 70_099),
        ("video", 9, "h264", 50, Some(25.0), 15_000),
        ("audio", 5, "aac", 100, None, 10_000),
    ] {
        let track = track(stream, media, id);
        let about = format!("{media} {id}: {track}");
        assert_eq!(
            (track["codec"].as_str(), track["frames"].as_u64()),
            (Some(codec), Some(frames)),
            "{about}"
        );
        assert_eq!(
            (track["bytes"].as_u64(), track["enhanced"].as_bool()),
            (Some(bytes), Some(true)),
            "{about}"
        );
        assert_eq!(
            (track["fps"].as_f64(), track["timestamp_regressions"].as_u64()),
            (fps, Some(0)),
            "{about}"
        );
    }
    let hevc = track(stream, "video", 0);
    assert_eq!((hevc["composition_ms"]["max"].as_i64(), hevc["keyframes"].as_u64()), (Some(40), Some(4)));
    assert_eq!(hevc["gop_s"], json!({"count": 3, "min": 0.5, "max": 0.5, "mean": 0.5}));
    assert_eq!(hevc["bitrate_bps"].as_f64(), Some(8.0 * 1997.0 * 50.0));
    // Every second message has no key frame of this track, so that two are left.
    let avc = track(stream, "video", 9);
    assert_eq!((avc["composition_ms"]["min"].as_i64(), avc["keyframes"].as_u64()), (Some(80), Some(2)));
    assert_eq!(avc["bitrate_bps"].as_f64(), Some(8.0 * 297.0 * 25.0));
    // The default track stands for the stream, or the lowest number.
    assert_eq!((&stream["video"]["frames"], &stream["video"]["codec"]), (&json!(100), &json!("hevc")));
    assert_eq!((&stream["audio"]["frames"], &stream["audio"]["codec"]), (&json!(100), &json!("aac")));
    assert!(stream["av_sync"].is_object(), "{stream}");
    // All bytes are written as media once.
    let sent: u64 = talk.sent().iter().filter(|s| [8, 9].contains(&s.kind)).map(|s| s.len() as u64).sum();
    let ledger = &connection["efficiency"]["client_to_server"];
    let (header, payload) = (&ledger["media_header_bytes"], &ledger["media_payload_bytes"]);
    assert_eq!(header.as_u64().unwrap() + payload.as_u64().unwrap(), sent);
    assert_eq!(payload.as_u64(), Some(100 * 1997 + 70_099 + 50 * 297 + 100 * 93));
    let text = run::on(&["analyze", "-q"], &capture.into());
    assert!(text.stdout.contains("track"), "{}", text.stdout);
}

#[test]
fn every_track_is_a_line_and_every_message_one_of_them() {
    let talk = talk(1000);
    let lines = run::timeline(Capture::of(&talk.packets()).bytes());
    truth::assert_decoded(&lines, 1, &talk, "tracks");
    let video: Vec<&Value> = lines.iter().filter(|line| line["event"] == "media.video").collect();
    assert_eq!(video.len(), 250);
    let third = &video[..3];
    assert_eq!(
        third.iter().map(|l| l["codec"].as_str().unwrap()).collect::<Vec<_>>(),
        ["hevc", "av1", "h264"]
    );
    assert_eq!(third.iter().map(|l| &l["track_bytes"]).collect::<Vec<_>>(), [2000, 700, 300]);
    assert_eq!(third.iter().map(|l| &l["pts_ms"]).collect::<Vec<_>>(), [40, 0, 80]);
    assert_eq!(third.iter().map(|l| &l["four_cc"]).collect::<Vec<_>>(), ["hvc1", "av01", "avc1"]);
    assert_eq!((&third[0]["is_message"], &third[0]["track"]), (&json!(true), &Value::Null));
    assert_eq!((&third[1]["is_message"], &third[1]["track"]), (&Value::Null, &json!(1)));
    assert!(third.iter().all(|line| line["tracks"] == 3 && line["multitrack"] == "many_tracks_many_codecs"));
    assert!(lines.iter().all(|line| line.get("tracks_unseen").is_none()));
    let added: Vec<_> = lines.iter().filter(|line| line["event"] == "media.track_added").collect();
    assert_eq!(added.iter().map(|line| &line["track"]).collect::<Vec<_>>(), [1, 9, 5]);
}

#[test]
fn a_hole_costs_the_tracks_behind_it() {
    let packets = talk(4096).packets();
    // The packet in which the first track of a message ends, so that where the second begins is not known.
    let begins = |p: &Packet| p.dir == Dir::Up && p.payload.windows(2).any(|bytes| bytes == [0xA6, 0x21]);
    let first = packets.iter().position(begins).unwrap();
    let rest = packets[first + 1..].iter().position(|p| p.dir == Dir::Up && !p.payload.is_empty()).unwrap();
    let packets = impair::drop(&packets, impair::Pick::Index(first + 1 + rest));
    let lines = run::timeline(Capture::of(&packets).bytes());
    let cut: Vec<&Value> =
        lines.iter().filter(|line| line["event"] == "media.video" && line["complete"] == false).collect();
    let [cut] = cut[..] else { panic!("{cut:?}") };
    assert_eq!((&cut["track"], &cut["tracks"]), (&Value::Null, &json!(1)));
    assert_eq!(
        lines.iter().filter(|line| line["event"] == "media.video").count(),
        250 - 1 - usize::from(cut["keyframe"] == true)
    );
    let report = run::report(Capture::of(&packets).bytes());
    truth::assert_ledger(run::only(&report), "hole");
}

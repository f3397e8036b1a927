//! Configuration records of video, and what a sequence header tells: first, repeated, changed, broken.
//!
//! Each record is on a connection of its own, so that each is the first of its track.

use serde_json::{Value, json};

use crate::audio_records;
use crate::common::bits::{Bits, bits};
use crate::common::enhanced as ex;
use crate::common::message as msg;
use crate::common::records::{self, Picture};
use crate::harness::{Case, case, hold_apart, shows};

pub(crate) fn video_header(name: &str, fourcc: [u8; 4], record: &[u8], want: Value) -> Case {
    header(
        case(
            name,
            msg::video(0, ex::video(ex::KEY, ex::START, &ex::of(fourcc, record))),
            json!({"packet_type": "sequence_start"}),
        ),
        "video",
        record,
        want,
    )
}

pub(crate) fn audio_header(name: &str, fourcc: [u8; 4], record: &[u8], want: Value) -> Case {
    header(
        case(
            name,
            msg::audio(0, ex::audio(ex::START, &ex::of(fourcc, record))),
            json!({"packet_type": "sequence_start"}),
        ),
        "audio",
        record,
        want,
    )
}

pub(crate) fn header(case: Case, media: &str, record: &[u8], mut want: Value) -> Case {
    want["event"] = format!("media.{media}_header").into();
    want["bytes"] = record.len().into();
    if want.get("problem").is_none() {
        want["problem"] = Value::Null;
    }
    case.besides(want)
}

pub(crate) fn apart(cases: Vec<Case>) -> Vec<Value> {
    hold_apart(&cases.into_iter().map(|case| vec![case]).collect::<Vec<_>>())
}

fn avc() -> Vec<Case> {
    let full = Picture { tick: (1, 50), ..Picture::default() };
    let interlaced = Picture { interlaced: true, tick: (1001, 60_000), level: 41, ..Picture::default() };
    let studio = Picture {
        profile: 122,
        chroma: 2,
        depth: 10,
        width: 1280,
        height: 720,
        full_range: true,
        level: 32,
        color: [9, 16, 9],
        tick: (1, 120),
        ..full
    };
    let avcc = |name, p: &Picture, want| {
        header(
            case(
                name,
                msg::video(0, [&[0x17, 0, 0, 0, 0][..], &records::avcc(p)].concat()),
                json!({"codec": "h264"}),
            ),
            "video",
            &records::avcc(p),
            want,
        )
    };
    vec![
        avcc(
            "avcC, High, progressive",
            &full,
            json!({"record": "avcC", "codec": "h264", "profile": "High", "codec_level": "4.0",
            "width": 1920, "height": 1080, "frame_rate": 25, "bit_depth": 8, "chroma": "4:2:0",
                "interlaced": false,
            "nal_length_bytes": 4, "color_primaries": {"$like": "709"}, "matrix": {"$like": "709"},
                "full_range": false}),
        ),
        avcc(
            "avcC, interlaced",
            &interlaced,
            json!({"width": 1920, "height": 1080, "interlaced": true, "frame_rate": 30_000.0 / 1_001.0,
                "codec_level": "4.1"}),
        ),
        avcc(
            "avcC, High 4:2:2, ten bits",
            &studio,
            json!({"profile": {"$like": "high422"}, "width": 1280, "height": 720, "bit_depth": 10,
            "chroma": "4:2:2", "full_range": true, "color_primaries": {"$like": "2020"}, "frame_rate": 60}),
        ),
        video_header(
            "avcC, enhanced",
            *b"avc1",
            &records::avcc(&full),
            json!({"record": "avcC", "width": 1920, "height": 1080, "codec_level": "4.0"}),
        ),
    ]
}

fn hevc() -> Vec<Case> {
    let main10 = Picture {
        profile: 2,
        level: 153,
        depth: 10,
        high_tier: true,
        width: 3840,
        height: 2160,
        color: [9, 16, 9],
        tick: (1, 50),
        ..Picture::default()
    };
    let main = Picture { profile: 1, level: 120, tick: (1001, 30_000), ..Picture::default() };
    let legacy = [&[0x1C, 0, 0, 0, 0][..], &records::hvcc(&main)].concat();
    let facts = json!({"record": "hvcC", "codec": "hevc", "profile": {"$like": "main"},
        "tier": {"$like": "main"}, "codec_level": {"$like": "4.0"},
        "width": 1920, "height": 1080, "bit_depth": 8, "frame_rate": 30_000.0 / 1_001.0,
            "nal_length_bytes": 4});
    vec![
        video_header(
            "hvcC, Main 10",
            *b"hvc1",
            &records::hvcc(&main10),
            json!({"record": "hvcC", "codec": "hevc", "profile": {"$like": "main10"},
            "tier": {"$like": "high"}, "codec_level": "5.1", "width": 3840, "height": 2160, "frame_rate": 50,
                "bit_depth": 10, "chroma": "4:2:0",
            "interlaced": {"$any": true}, "nal_length_bytes": 4, "color_primaries": {"$like": "2020"},
                "full_range": false}),
        ),
        header(
            case(
                "hvcC under codec 12",
                msg::video(0, legacy),
                json!({"codec": "hevc", "packet_type": "sequence_start"}),
            ),
            "video",
            &records::hvcc(&main),
            facts,
        ),
    ]
}

fn vvc_av1_vpx() -> Vec<Case> {
    let vvc = Picture { profile: 1, level: 83, depth: 10, width: 3840, height: 2160, ..Picture::default() };
    let av1 =
        Picture { profile: 0, level: 9, depth: 10, color: [9, 16, 9], tick: (1, 60), ..Picture::default() };
    let vp9 = Picture {
        profile: 2,
        level: 41,
        depth: 10,
        color: [9, 16, 9],
        full_range: true,
        ..Picture::default()
    };
    let vpcc = json!({"record": "vpcC", "codec": "vp9", "profile": {"$like": "2"},
        "codec_level": {"$like": "4.1"}, "bit_depth": 10, "chroma": "4:2:0",
        "full_range": true, "color_primaries": {"$like": "2020"}, "width": null});
    vec![
        // 60 Hz in 1/256 Hz; level 83 = 16 x 5 + 3 x 1. All is in the record itself, which has no SPS beside it.
        video_header(
            "vvcC",
            *b"vvc1",
            &records::vvcc(&vvc, 15_360),
            json!({"record": "vvcC", "codec": "vvc", "profile": {"$like": "main10"}, "codec_level": "5.1",
            "width": 3840, "height": 2160, "frame_rate": 60, "bit_depth": 10, "chroma": "4:2:0",
                "nal_length_bytes": 4, "problem": {"$like": "no SPS"}}),
        ),
        // Level 9 = 2 + 9 / 4, point 9 mod 4.
        video_header(
            "av1C",
            *b"av01",
            &records::av1c(&av1),
            json!({"record": "av1C", "codec": "av1", "profile": {"$like": "main"}, "codec_level": "4.1",
            "width": 1920, "height": 1080, "bit_depth": 10, "chroma": "4:2:0", "frame_rate": 60,
                "color_primaries": {"$like": "2020"}, "full_range": false}),
        ),
        video_header("vpcC of 12 bytes", *b"vp09", &records::vpcc(&vp9, true), vpcc.clone()),
        video_header("vpcC of 8 bytes", *b"vp09", &records::vpcc(&vp9, false), vpcc),
    ]
}

/// Records that say nonsense or end early have a problem.
fn broken() -> Vec<Case> {
    let problem = |record: &str| json!({"record": record, "problem": {"$any": true}});
    let hevc = records::hvcc(&Picture { profile: 1, level: 120, ..Picture::default() });
    let avc = records::avcc(&Picture::default());
    vec![
        video_header("avcC is cut", *b"avc1", &avc[..12], problem("avcC")),
        video_header("hvcC is cut", *b"hvc1", &hevc[..30], problem("hvcC")),
        video_header("vvcC is cut", *b"vvc1", &[0xFF, 0], problem("vvcC")),
        video_header("av1C is cut", *b"av01", &[0x81, 0], problem("av1C")),
        video_header("vpcC is cut", *b"vp09", &[0, 10], problem("vpcC")),
        audio_header("OpusHead is cut", *b"Opus", b"OpusHead\x01", problem("OpusHead")),
        audio_header("STREAMINFO is cut", *b"fLaC", b"fLaC\x80\0\0\x22\x10", problem("STREAMINFO")),
        audio_header("ASC is cut", *b"mp4a", &[0x12], problem("ASC")),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    let mut list =
        [avc(), hevc(), vvc_av1_vpx(), audio_records::aac(), audio_records::opus_and_flac(), broken()]
            .concat();
    // One after the other on one track they are changes, which is not what the list says.
    for case in &mut list {
        case.besides.clear();
    }
    list
}

#[test]
fn avc_records() {
    let report = apart(avc());
    let video = |n: usize| &report[n]["streams"][0]["video"];
    let color = json!({"$some": {"primaries": {"$like": "709"}, "full_range": false}});
    shows(
        "progressive",
        video(0),
        json!({"record": "avcC", "width": 1920, "height": 1080, "bit_depth": 8, "chroma": "4:2:0",
        "interlaced": false, "nal_length_bytes": 4, "stated_fps": 25, "color": color, "enhanced": null}),
    );
    shows("4:2:2", video(2), json!({"bit_depth": 10, "chroma": "4:2:2", "width": 1280}));
    shows("enhanced", video(3), json!({"record": "avcC", "enhanced": true}));
}

#[test]
fn hevc_records() {
    let report = apart(hevc());
    shows(
        "the report",
        &report[0]["streams"][0]["video"],
        json!({"codec": "hevc", "tier": {"$like": "high"}, "level": "5.1", "width": 3840,
        "height": 2160, "bit_depth": 10, "record": "hvcC", "enhanced": true}),
    );
}

#[test]
fn vvc_av1_and_vp9_records() {
    apart(vvc_av1_vpx());
}

#[test]
fn broken_records_have_a_problem() {
    apart(broken());
}

/// The same record again, another one, and that one again: the change shows both.
#[test]
fn every_change_is_told_with_what_was_before() {
    let header = |name, p: &Picture| {
        case(
            name,
            msg::video(0, [&[0x17, 0, 0, 0, 0][..], &records::avcc(p)].concat()),
            json!({"event": "media.video"}),
        )
    };
    let (one, two) = (
        Picture { tick: (1, 50), ..Picture::default() },
        Picture { width: 1280, height: 720, level: 31, tick: (1, 100), ..Picture::default() },
    );
    let previous = json!({"$some": {"width": 1920, "height": 1080, "codec_level": "4.0", "frame_rate": 25,
        "record": "avcC"}});
    hold_apart(&[vec![
        header("first", &one).besides(json!({"event": "media.video_header", "width": 1920,
            "previous_config": null})),
        header("again", &one).besides(json!({"event": "media.header_repeat", "width": 1920,
            "previous_config": null})),
        header("another", &two).besides(json!({"event": "media.header_change", "width": 1280, "height": 720,
            "frame_rate": 50, "previous_config": previous})),
        header("and again", &two).besides(json!({"event": "media.header_repeat", "width": 1280})),
    ]]);
}

/// The bit writer and the parameter sets are right where known bytes say so.
#[test]
fn the_writers_are_right() {
    assert_eq!(Bits::new().ues(&[0, 1, 2, 3, 7]).out, [0b1010_0110, 0b0100_0001, 0b0000_0000]);
    assert_eq!(records::mp3_frame(0, 0)[..4], [0xFF, 0xFB, 0x90, 0x00]);
    assert_eq!(
        records::hvcc(&Picture { profile: 1, ..Picture::default() })[22],
        3,
        "23 bytes, then the arrays"
    );
    assert_eq!(records::vpcc(&Picture::default(), true).len(), 12);
    assert_eq!(records::opus_head(2, 0, 48_000, 0, &[]).len(), 19);
    assert_eq!(records::flac_header(44_100, 2, 16, 4_096).len(), 8 + 34);
    assert_eq!(bits(&[(2, 5), (4, 4), (1, 4), (0, 3)]), crate::common::codec::ASC);
}

//! Enhanced RTMP: packet types, extensions, commands, metadata, tracks.
//!
//! ```text
//! video  1, frame type 3 bits, packet type 4 bits        audio  9 (4 bits), packet type 4 bits
//! while packet type = 7: size-1 u8 (FF: size-1 u16), data, type 4 bits, next packet type 4 bits
//! FourCC; or tracks: layout 4 bits, packet type 4 bits, [FourCC], ([FourCC] track u8 [size u24] data)*
//! ```

use serde_json::{Value, json};

use crate::common::amf;
use crate::common::enhanced::{self as ex, INTER, KEY};
use crate::common::message as msg;
use crate::common::records::{self, Picture};
use crate::harness::{Case, case, hold};

/// An HEVC picture (IDR) with its length.
const IDR: [u8; 7] = [0, 0, 0, 3, 0x26, 0x01, 0xAF];
/// 40 ms of composition time.
const CT: [u8; 3] = [0, 0, 40];

fn video(name: &str, body: Vec<u8>, want: Value) -> Case {
    case(name, msg::video(1_000, body), want)
}

fn audio(name: &str, body: Vec<u8>, want: Value) -> Case {
    case(name, msg::audio(1_000, body), want)
}

/// Codec names and what their frames have in front.
fn codecs() -> Vec<Case> {
    let pictures: [([u8; 4], &str, bool); 6] = [
        (*b"avc1", "h264", true),
        (*b"hvc1", "hevc", true),
        (*b"vvc1", "vvc", true),
        (*b"av01", "av1", false),
        (*b"vp08", "vp8", false),
        (*b"vp09", "vp9", false),
    ];
    let sounds: [([u8; 4], &str); 6] = [
        (*b"mp4a", "aac"),
        (*b"Opus", "opus"),
        (*b"fLaC", "flac"),
        (*b".mp3", "mp3"),
        (*b"ac-3", "ac3"),
        (*b"ec-3", "eac3"),
    ];
    let mut list = Vec::new();
    for (fourcc, codec, composed) in pictures {
        let four_cc = String::from_utf8_lossy(&fourcc).into_owned();
        let time: &[u8] = if composed { &CT } else { &[] };
        let ms = if composed { 40 } else { 0 };
        let want = |packet_type: &str, ct: u32, header: usize| {
            json!({"event": "media.video", "enhanced": true, "four_cc": four_cc, "codec": codec,
                "packet_type": packet_type,
                "frame_type": "key", "keyframe": true, "composition_ms": ct, "pts_ms": 1_000 + ct,
                    "header_bytes": header,
                "payload_bytes": 7, "mod_ex": null, "multitrack": null, "tracks": null, "track_bytes": null})
        };
        let frame = ex::video(KEY, ex::FRAMES, &ex::of(fourcc, &[time, &IDR].concat()));
        list.push(video(&format!("{four_cc} frames"), frame, want("coded_frames", ms, 5 + time.len())));
        if composed {
            let frame = ex::video(KEY, ex::FRAMES_X, &ex::of(fourcc, &IDR));
            list.push(video(
                &format!("{four_cc} frames without a time"),
                frame,
                want("coded_frames_x", 0, 5),
            ));
        }
        let end = ex::video(KEY, ex::END, &fourcc);
        list.push(video(
            "end",
            end,
            json!({"packet_type": "sequence_end", "codec": codec, "keyframe": false}),
        ));
    }
    for (fourcc, codec) in sounds {
        let four_cc = String::from_utf8_lossy(&fourcc).into_owned();
        let want = json!({"event": "media.audio", "enhanced": true, "four_cc": four_cc, "codec": codec,
            "packet_type": "coded_frames", "header_bytes": 5, "payload_bytes": 3, "frame_type": null});
        list.push(audio(&four_cc, ex::audio(ex::FRAMES, &ex::of(fourcc, &[1, 2, 3])), want));
        let end = ex::audio(ex::END, &fourcc);
        list.push(audio("end", end, json!({"packet_type": "sequence_end", "codec": codec})));
    }
    list
}

/// Frame types of three bits, commands, and packet types that no specification defines.
fn types() -> Vec<Case> {
    let frame = |kind: u8| ex::video(kind, ex::FRAMES_X, &ex::of(*b"hvc1", &IDR));
    let kinds = ["reserved_0", "key", "inter", "disposable_inter", "generated_key"];
    let mut list: Vec<Case> = (0..5)
        .map(|kind: u8| {
            video(
                kinds[usize::from(kind)],
                frame(kind),
                json!({"frame_type": kinds[usize::from(kind)], "enhanced": true}),
            )
        })
        .collect();
    list.push(video("frame type 7", frame(7), json!({"frame_type": "reserved_7"})));
    for (byte, name) in [(0, "seek_start"), (1, "seek_end"), (5, "unknown_5")] {
        let body = ex::video(ex::COMMAND, ex::FRAMES, &[byte]);
        list.push(video(
            name,
            body,
            json!({"role": "command", "frame_type": "command", "command": name,
            "enhanced": true, "four_cc": null}),
        ));
    }
    for kind in 8..16_u8 {
        let name = format!("reserved_{kind}");
        list.push(video(
            &name,
            ex::video(INTER, kind, &ex::of(*b"hvc1", &IDR)),
            json!({"packet_type": name, "keyframe": false}),
        ));
    }
    for kind in [3, 6, 8, 9, 15_u8] {
        let name = format!("reserved_{kind}");
        list.push(audio(&name, ex::audio(kind, &ex::of(*b"Opus", &[1])), json!({"packet_type": name})));
    }
    list
}

/// Extensions: nanoseconds on the presentation time, types that are not known, long data, chains.
fn extensions() -> Vec<Case> {
    let nano = |ns: u32| ns.to_be_bytes()[1..].to_vec();
    let frame = ex::of(*b"hvc1", &[&CT[..], &IDR].concat());
    let of = |extensions: &[(u8, &[u8])]| {
        ex::video(KEY, ex::MOD_EX, &ex::extended(extensions, ex::FRAMES, &frame))
    };
    let want = |count: u32, unknown: Value, offset: Value, pts: f64| {
        json!({"packet_type": "coded_frames", "four_cc": "hvc1", "mod_ex": count, "mod_ex_unknown": unknown,
            "mod_ex_invalid": null,
            "offset_ns": offset, "composition_ms": 40, "dts_ms": 1_000, "pts_ms": pts, "payload_bytes": 7})
    };
    let invalid = |count: u32, offset: Value, pts: f64| {
        let mut want = want(count, Value::Null, offset, pts);
        want["mod_ex_invalid"] = json!(1);
        want
    };
    let long = vec![0xEE; 300];
    let sound = ex::of(*b"Opus", &[1, 2, 3]);
    let sound =
        ex::audio(ex::MOD_EX, &ex::extended(&[(ex::OFFSET_NANO, &nano(999_999))], ex::FRAMES, &sound));
    vec![
        video(
            "half a millisecond",
            of(&[(0, &nano(500_000))]),
            want(1, Value::Null, json!(500_000), 1_040.5),
        ),
        video("no nanosecond", of(&[(0, &nano(0))]), want(1, Value::Null, json!(0), 1_040.0)),
        video("an unknown type", of(&[(9, &[1, 2])]), want(1, json!(1), Value::Null, 1_040.0)),
        video("a long one", of(&[(15, &long)]), want(1, json!(1), Value::Null, 1_040.0)),
        video("256 bytes", of(&[(3, &long[..256])]), want(1, json!(1), Value::Null, 1_040.0)),
        video("255 bytes", of(&[(3, &long[..255])]), want(1, json!(1), Value::Null, 1_040.0)),
        video(
            "a chain",
            of(&[(9, &[1]), (0, &nano(250_000)), (8, &long)]),
            want(3, json!(2), json!(250_000), 1_040.25),
        ),
        video("more than a millisecond", of(&[(0, &nano(1_000_000))]), invalid(1, json!(1_000_000), 1_040.0)),
        video("the most there can be", of(&[(0, &[0xFF; 3])]), invalid(1, json!(0xFF_FFFF), 1_040.0)),
        video("too short", of(&[(0, &[1, 2])]), invalid(1, Value::Null, 1_040.0)),
        video(
            "the last counts",
            of(&[(0, &nano(2_000_000)), (0, &nano(250_000))]),
            invalid(2, json!(250_000), 1_040.25),
        ),
        audio(
            "on audio",
            sound,
            json!({"packet_type": "coded_frames", "codec": "opus", "mod_ex": 1, "offset_ns": 999_999,
                "pts_ms": 1_000.999_999}),
        ),
    ]
}

/// Colour information, the transport stream's way to say a configuration, and channels.
fn metadata() -> Vec<Case> {
    let color = amf::object([
        (
            "colorConfig",
            amf::object([
                ("bitDepth", 10.0.into()),
                ("colorPrimaries", 9.0.into()),
                ("transferCharacteristics", 16.0.into()),
                ("matrixCoefficients", 9.0.into()),
            ]),
        ),
        ("hdrCll", amf::object([("maxFall", 400.0.into()), ("maxCLL", 1000.0.into())])),
    ]);
    let color = ex::of(*b"hvc1", &amf::encode(&["colorInfo".into(), color]));
    let shown = json!({"colorInfo": {
        "colorConfig": {"bitDepth": 10, "colorPrimaries": 9, "transferCharacteristics": 16,
            "matrixCoefficients": 9},
        "hdrCll": {"maxFall": 400, "maxCLL": 1000},
    }});
    let av1 = Picture { profile: 0, level: 8, depth: 10, ..Picture::default() };
    let ts = ex::of(*b"av01", &records::av1_descriptor(&av1));
    let channels = |order: u8, count: u8, rest: &[u8]| {
        ex::audio(ex::CHANNELS, &ex::of(*b"Opus", &[&[order, count][..], rest].concat()))
    };
    let told = |order: &str, channels: u32, speakers: Value| {
        json!({"event": "media.multichannel",
        "channel_order": order, "channels": channels, "speakers": speakers})
    };
    let main = || json!({"event": "media.audio", "packet_type": "multichannel_config", "codec": "opus"});
    vec![
        video(
            "color info",
            ex::video(KEY, ex::METADATA, &color),
            json!({"packet_type": "metadata",
            "four_cc": "hvc1", "keyframe": false}),
        )
        .besides(json!({"event": "media.color_info", "color_info": shown})),
        video(
            "color info in a command frame",
            ex::video(ex::COMMAND, ex::METADATA, &color),
            json!({"packet_type": "metadata"}),
        )
        .besides(json!({"event": "media.color_info", "color_info": shown})),
        video(
            "TS sequence start",
            ex::video(KEY, ex::TS_START, &ts),
            json!({"packet_type": "mpeg2ts_sequence_start", "codec": "av1"}),
        )
        .besides(json!({"event": {"$like": "header"}, "record": "mpeg2ts_av1", "bit_depth": 10,
                "chroma": "4:2:0", "codec_level": {"$like": "4.0"}})),
        audio("order unspecified", channels(0, 6, &[]), main())
            .besides(json!({"event": "media.multichannel",
            "channel_order": "unspecified", "channels": 6})),
        // Bits 0 to 3: front left, right, centre, low frequency.
        audio("native order", channels(1, 4, &[0, 0, 0, 0x0F]), main()).besides(told(
            "native",
            4,
            json!(["FL", "FR", "FC", "LFE1"]),
        )),
        audio("custom order", channels(2, 3, &[2, 0, 23]), main()).besides(told(
            "custom",
            3,
            json!(["FC", "FL", "BFR"]),
        )),
        audio("reserved order", channels(7, 2, &[]), main()).besides(json!({"event": "media.multichannel",
            "channel_order": "reserved_7"})),
    ]
}

/// The three layouts of tracks. The message's own line is that of its first track.
fn tracks() -> Vec<Case> {
    let composed = |data: &[u8]| [&CT[..], data].concat();
    let video_of = |rest: Vec<u8>| ex::video(KEY, ex::VIDEO_TRACKS, &rest);
    let audio_of = |rest: Vec<u8>| ex::audio(ex::AUDIO_TRACKS, &rest);
    let own = |layout: &str, tracks: u32, bytes: usize, payload: u32| {
        json!({"multitrack": layout, "tracks": tracks, "track": null, "track_bytes": bytes, "enhanced": true,
            "payload_bytes": payload, "packet_type": {"$like": "codedframes"}})
    };
    let further = |media: &str, track: u8, codec: &str, bytes: usize| {
        json!({"event": media, "track": track,
        "codec": codec, "track_bytes": bytes})
    };
    let single = ex::one_track(ex::FRAMES_X, *b"hvc1", 4, &IDR);
    // Two bytes of header, FourCC, then for each track its number, a size, composition time and picture.
    let two = ex::many_tracks(
        ex::FRAMES,
        *b"hvc1",
        &[(0, composed(&IDR)), (3, composed(&[&IDR[..], &IDR].concat()))],
    );
    let codecs = ex::many_codecs(
        ex::FRAMES_X,
        &[(*b"avc1", 0, IDR.to_vec()), (*b"hvc1", 1, [IDR, IDR].concat()), (*b"vvc1", 2, IDR.to_vec())],
    );
    let sounds = ex::many_tracks(ex::FRAMES, *b"Opus", &[(0, vec![1, 2, 3]), (7, vec![4, 5])]);
    let mixed = ex::many_codecs(ex::FRAMES, &[(*b"mp4a", 1, vec![9; 4]), (*b"ac-3", 2, vec![8; 5])]);
    let nano = [0, 0x07, 0xA1, 0x20][1..].to_vec();
    let moved = ex::video(KEY, ex::MOD_EX, &ex::extended(&[(0, &nano)], ex::VIDEO_TRACKS, &two));
    let open = |mut want: Value, keys: &[&str]| {
        for key in keys {
            want.as_object_mut().unwrap().remove(*key);
        }
        want
    };
    let inner = &["payload_bytes", "track_bytes"][..];
    vec![
        video(
            "one track",
            video_of(single),
            json!({"multitrack": "one_track", "tracks": 1, "track": 4,
            "track_bytes": 7, "codec": "hevc",
            "packet_type": "coded_frames_x", "keyframe": true, "payload_bytes": 7}),
        ),
        video("two tracks", video_of(two.clone()), open(own("many_tracks", 2, 0, 0), inner))
            .besides(json!({"event": "media.video", "track": 3, "codec": "hevc", "composition_ms": 40})),
        video(
            "two tracks, half a millisecond later",
            moved,
            json!({"multitrack": "many_tracks", "mod_ex": 1,
            "pts_ms": 1_040.5}),
        ),
        video(
            "three codecs",
            video_of(codecs),
            open(own("many_tracks_many_codecs", 3, 7, 0), &["payload_bytes"]),
        )
        .besides(json!({"event": "media.video", "track": 1, "codec": "hevc", "track_bytes": 14,
            "units": ["idr", "idr"], "unit_count": 2}))
        .besides(json!({"event": "media.video", "track": 2, "codec": "vvc", "track_bytes": 7,
            "units": {"$any": true}, "unit_count": 1})),
        audio("two tracks of audio", audio_of(sounds), open(own("many_tracks", 2, 3, 0), &["payload_bytes"]))
            .besides(further("media.audio", 7, "opus", 2)),
        audio(
            "no default track",
            audio_of(mixed),
            json!({"multitrack": "many_tracks_many_codecs",
            "tracks": 2, "track": 1, "codec": "aac", "track_bytes": 4}),
        )
        .besides(further("media.audio", 2, "ac3", 5)),
        video(
            "a reserved layout",
            video_of([&[0x70 | ex::FRAMES_X][..], b"hvc1", &IDR].concat()),
            json!({"event": "media.video", "enhanced": true}),
        ),
    ]
}

/// What ends too early says where.
fn broken() -> Vec<Case> {
    let cut = |name: &str, body: &[u8], at: &str| {
        let want = json!({"event": "media.video", "complete": true, "problem": at});
        video(name, body.to_vec(), want).never("media.codec_change")
    };
    let channels = ex::audio(ex::CHANNELS, &ex::of(*b"Opus", &[2, 5, 0, 1]));
    let short = b"\x96\x11hvc1\x01\0\0\x07\0\0\0\x03\x26\x01\xaf\x02\0\0\x09\0\0".to_vec();
    let track = |track: u8, problem: Value| json!({"event": "media.video", "track": track, "tracks": 2, "problem": problem});
    vec![
        cut("no FourCC", b"\x90hv", "tag ends inside the FourCC: it needs 4 bytes at byte 1, 2 left"),
        cut("no command", b"\xd1", "tag ends inside the video command: it needs 1 byte at byte 1, 0 left"),
        cut(
            "extension",
            b"\x97\x02\0\0",
            "tag ends inside the ModEx data: it needs 3 bytes at byte 2, 2 left",
        ),
        cut("no AVC packet type", b"\x17", "tag ends inside the AVC packet type: it needs 1 byte at byte 1, 0 left"),
        audio("channels without names", channels, json!({"packet_type": "multichannel_config",
            "problem": "channel configuration ends inside the channel mapping: it needs 5 bytes at byte 2, 2 left"}))
        .never("media.multichannel"),
        video("last track too short", short, track(1, Value::Null))
            .besides(track(2, json!("the track ends early: 7 bytes are missing"))),
        audio("silence", Vec::new(), json!({"role": "silence", "problem": null})),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    [codecs(), types(), extensions(), metadata(), tracks()].concat()
}

#[test]
fn codecs_and_packet_types() {
    hold(&codecs());
}

#[test]
fn frame_types_commands_and_reserved_packet_types() {
    hold(&types());
}

#[test]
fn extensions_of_the_header() {
    hold(&extensions());
}

#[test]
fn metadata_and_channels() {
    hold(&metadata());
}

#[test]
fn three_layouts_of_tracks() {
    hold(&tracks());
}

#[test]
fn headers_and_tracks_that_end_too_early() {
    hold(&broken());
}

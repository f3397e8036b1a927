//! Legacy video tags: frame type 4 bits, codec 4 bits; AVC adds packet type u8 and composition time s24.

use serde_json::{Value, json};

use crate::common::media;
use crate::common::message as msg;
use crate::harness::{Case, case, hold, hold_apart, shows};

/// One access unit: a slice that could be any.
const UNIT: [u8; 8] = [0, 0, 0, 4, 0x41, 0x9A, 0x02, 0x0C];

fn video(name: &str, body: &[u8], want: Value) -> Case {
    case(name, msg::video(0, body.to_vec()), want)
}

fn avc(packet_type: &str, frame_type: &str, more: Value) -> Value {
    let want = json!({"event": "media.video", "media": "video", "codec": "h264", "packet_type": packet_type,
        "frame_type": frame_type, "enhanced": null, "four_cc": null, "track": null, "multitrack": null,
            "mod_ex": null});
    and(want, more)
}

fn and(mut want: Value, more: Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        want[key] = value.clone();
    }
    want
}

fn codecs() -> Vec<Case> {
    let names =
        [(2, "h263"), (3, "screen"), (4, "vp6"), (5, "vp6a"), (6, "screen2"), (8, "h263"), (9, "mpeg4")];
    names
        .into_iter()
        .map(|(id, name)| {
            let want = json!({"codec": name, "frame_type": "inter", "packet_type": null, "keyframe": false});
            video(&format!("codec {id}"), &[0x20 | id, 1, 2, 3, 4], want)
        })
        .collect()
}

/// Frame types of any codec.
fn frame_types() -> Vec<Case> {
    let of = |name: &str, byte: u8, keyframe: bool| {
        let want =
            json!({"event": "media.video", "frame_type": name, "keyframe": keyframe, "codec": "screen"});
        video(name, &[byte << 4 | 3, 9, 9], want)
    };
    vec![
        of("key", 1, true),
        of("inter", 2, false),
        of("disposable_inter", 3, false),
        video("generated_key", &[0x43, 9], json!({"frame_type": "generated_key", "codec": "screen"})),
        of("reserved_0", 0, false),
        of("reserved_6", 6, false),
        of("reserved_7", 7, false),
    ]
}

/// Frame type 5: a command to the player, in the byte behind.
fn commands() -> Vec<Case> {
    let of = |name: &str, byte: u8| {
        let want = json!({"event": "media.video", "role": "command", "frame_type": "command",
            "command": name, "keyframe": false});
        video(name, &[0x57, byte], want)
    };
    vec![
        of("seek_start", 0).besides(json!({"event": "media.seek_start"})),
        of("seek_end", 1).besides(json!({"event": "media.seek_end"})),
        of("unknown_9", 9),
    ]
}

/// AVC, and the same layout for HEVC and AV1 under their unofficial numbers.
fn packets() -> Vec<Case> {
    let packet = |name: &str, body: Vec<u8>, at: u32, want: Value| case(name, msg::video(at, body), want);
    let mut list = vec![
        packet(
            "header",
            media::avc_header(),
            0,
            avc("sequence_start", "key", json!({"role": {"$like": "header"}})),
        ),
        packet(
            "key frame",
            media::avc(true, 1, 80, &UNIT),
            40,
            avc(
                "coded_frames",
                "key",
                json!({"keyframe": true, "dts_ms": 40, "composition_ms": 80, "pts_ms": 120,
                "header_bytes": 5, "payload_bytes": 8}),
            ),
        ),
        packet(
            "negative composition time",
            media::avc(false, 1, -40, &UNIT),
            80,
            avc("coded_frames", "inter", json!({"dts_ms": 80, "composition_ms": -40, "pts_ms": 40})),
        ),
        packet(
            "lowest composition time",
            media::avc(false, 1, -0x0080_0000, &UNIT),
            120,
            json!({"composition_ms": -8_388_608}),
        ),
        packet("end", media::avc_end(), 160, avc("sequence_end", "key", json!({"keyframe": false})))
            .besides(json!({"event": "media.video_end"})),
        packet(
            "a packet type that is none",
            media::avc(false, 7, 0, &UNIT),
            200,
            avc("reserved_7", "inter", json!({"keyframe": false})),
        ),
    ];
    for (id, name) in [(12, "hevc"), (13, "av1")] {
        let body = [&[0x10 | id, 1, 0, 0, 40][..], &[0, 0, 0, 3, 0x26, 0x01, 0xAF]].concat();
        let want = json!({"codec": name, "packet_type": "coded_frames", "keyframe": true,
            "composition_ms": 40, "enhanced": null});
        list.push(packet(&format!("codec {id}"), body, 240, want));
    }
    list
}

pub(crate) fn cases() -> Vec<Case> {
    let odd = video(
        "a cut header",
        &[0x17, 1, 0],
        json!({"event": "media.video", "codec": "h264", "frame_type": "key"}),
    );
    let empty = video("nothing", &[], json!({"event": "media.video", "length": 0, "keyframe": false}));
    [codecs(), frame_types(), commands(), packets(), vec![odd, empty]].concat()
}

#[test]
fn all_kinds_of_tags() {
    hold(&cases());
}

/// The report counts frame types; each key frame counts, also those a server made.
#[test]
fn the_report_counts_frame_types() {
    let body = |byte: u8| vec![byte << 4 | 3, 1, 2, 3];
    let list = [1, 2, 2, 3, 3, 3, 4, 2].iter().enumerate().map(|(n, kind)| {
        let name = ["key", "inter", "disposable_inter", "generated_key"][usize::from(*kind) - 1];
        case(name, msg::video(40 * n as u32, body(*kind)), json!({"frame_type": name}))
    });
    let report = hold_apart(&[list.collect()]);
    let video = &report[0]["streams"][0]["video"];
    let counts = json!({"$some": {"key": 1, "inter": 3, "disposable_inter": 3, "generated_key": 1}});
    shows(
        "the video",
        video,
        json!({"codec": "screen", "frames": 8, "frame_types": counts, "enhanced": null}),
    );
}

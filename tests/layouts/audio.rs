//! Legacy audio tags: format 4 bits, rate 2, sample size 1, channels 1; AAC adds packet type u8.

use serde_json::{Value, json};

use crate::common::media;
use crate::common::message as msg;
use crate::harness::{Case, case, hold, hold_apart, shows};

fn audio(name: &str, at: u32, body: &[u8], want: Value) -> Case {
    case(name, msg::audio(at, body.to_vec()), want)
}

const FORMATS: [(u8, &str); 11] = [
    (0, "pcm"),
    (1, "adpcm"),
    (2, "mp3"),
    (3, "pcm"),
    (4, "nellymoser"),
    (5, "nellymoser"),
    (6, "nellymoser"),
    (7, "g711a"),
    (8, "g711u"),
    (11, "speex"),
    (14, "mp3"),
];

fn formats() -> Vec<Case> {
    FORMATS
        .into_iter()
        .map(|(id, name)| {
            let want = json!({"event": "media.audio", "media": "audio", "codec": name, "packet_type": null,
                "header_bytes": 1, "payload_bytes": 4, "enhanced": null, "frame_type": null,
                    "keyframe": false});
            audio(&format!("format {id}"), 0, &[id << 4 | 0x0F, 1, 2, 3, 4], want)
        })
        .collect()
}

fn aac() -> Vec<Case> {
    vec![
        audio("header", 0, &media::aac_header(), json!({"codec": "aac", "packet_type": "sequence_start"}))
            .besides(json!({"event": {"$like": "header"}, "media": "audio", "record": "ASC",
                "sample_rate": 44_100, "channels": 1})),
        audio(
            "frame",
            23,
            &media::aac(1, &[0x21, 0x10, 4]),
            json!({"codec": "aac", "packet_type": "coded_frames", "dts_ms": 23, "pts_ms": 23,
                "header_bytes": 2, "payload_bytes": 3}),
        ),
        audio(
            "a packet type that is none",
            46,
            &media::aac(9, &[1]),
            json!({"codec": "aac",
            "packet_type": "reserved_9"}),
        ),
        audio("silence", 69, &[], json!({"event": "media.audio", "role": "silence", "length": 0}))
            .besides(json!({"event": "media.silence"})),
        audio("a cut header", 92, &[0xAF], json!({"event": "media.audio", "codec": "aac"})),
        audio("reserved format 12", 115, &[0xCF, 1], json!({"event": "media.audio", "codec": "unknown_12"})),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    [formats(), aac()].concat()
}

#[test]
fn all_kinds_of_tags() {
    hold(&cases());
}

/// Without a configuration record the tag's bits say rate and channels, unless the format fixes them.
#[test]
fn the_tag_says_rate_and_channels() {
    let cases = [
        ("5.5 kHz, 8 bits, mono", 0x30, 5_512, 1),
        ("11 kHz, mono", 0x34, 11_025, 1),
        ("22 kHz, 16 bits, stereo", 0x3B, 22_050, 2),
        ("44 kHz, stereo", 0x3F, 44_100, 2),
        ("Nellymoser 16 kHz mono", 0x4F, 16_000, 1),
        ("Nellymoser 8 kHz mono", 0x5F, 8_000, 1),
    ];
    let list = |name: &str, byte: u8| {
        let frame = |at: u32| audio(name, at, &[byte, 0, 1, 2, 3], json!({"event": "media.audio"}));
        vec![frame(0), frame(20)]
    };
    let lists: Vec<Vec<Case>> = cases.iter().map(|(name, byte, _, _)| list(name, *byte)).collect();
    let report = hold_apart(&lists);
    for ((name, _, rate, channels), connection) in cases.iter().zip(&report) {
        let rate = if *rate == 5_512 { json!({"$any": true}) } else { json!(rate) };
        let want =
            json!({"sample_rate": rate, "channels": channels, "frames": 2, "enhanced": null, "record": null});
        shows(name, &connection["streams"][0]["audio"], want);
    }
}

/// Without records, a change of the tag's bits is told as one of the codec.
#[test]
fn a_change_of_codec_is_an_event() {
    let frame = |at: u32, byte: u8| audio("frame", at, &[byte, 0, 1, 2], json!({"event": "media.audio"}));
    let speex = json!({"event": "media.codec_change", "media": "audio", "from": {"$like": "pcm"},
        "to": {"$like": "speex"}});
    let video = |at: u32, byte: u8| {
        case("picture", msg::video(at, vec![byte, 1, 2, 3]), json!({"event": "media.video"}))
    };
    let vp6 = json!({"event": "media.codec_change", "media": "video", "from": {"$like": "screen"},
        "to": {"$like": "vp6"}});
    hold(&[
        frame(0, 0x3F).never("media.codec_change"),
        frame(20, 0x3F).never("media.codec_change"),
        frame(40, 0xB6).besides(speex),
        frame(60, 0xB6).never("media.codec_change"),
        video(60, 0x13).never("media.codec_change"),
        video(100, 0x14).besides(vp6),
    ]);
}

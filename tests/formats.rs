//! Codec configurations in the timeline and the report: changed ones with what was before, broken ones, and what the
//! frames of codecs without a sequence header say.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "helper functions of tests fail loudly too"
)]

mod common;
mod support;

use common::message::Message;
use common::talk::Talk;
use common::{media, message as msg};
use serde_json::{Value, json};
use support::run;

/// A publish of these messages, 40 ms apart.
fn publish(messages: &[Message]) -> Talk {
    let talk = Talk::new().handshake().connect("live").create_stream().publish("cam1");
    messages.iter().fold(talk, |talk, message| talk.wait(40).media_message(message)).wait(40).close()
}

fn video(bodies: &[Vec<u8>]) -> Talk {
    let messages: Vec<_> = bodies.iter().zip(0..).map(|(body, n)| msg::video(40 * n, body.clone())).collect();
    publish(&messages)
}

fn audio(bodies: &[Vec<u8>]) -> Talk {
    let messages: Vec<_> = bodies.iter().zip(0..).map(|(body, n)| msg::audio(26 * n, body.clone())).collect();
    publish(&messages)
}

/// The lines about sequence headers.
fn headers(talk: &Talk) -> Vec<Value> {
    let about = ["media.video_header", "media.audio_header", "media.header_change", "media.header_repeat"];
    let mut lines = run::timeline(&talk.packets());
    lines.retain(|line| about.contains(&line["event"].as_str().unwrap()));
    lines
}

/// The video or audio of the one stream.
fn track(talk: &Talk, kind: &str) -> Value {
    run::only(&run::report(&talk.packets()))["streams"][0][kind].clone()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// Main, 640x480, 30000/1001 frames a second, by libx264.
const OTHER: &str = "014d401effe10016674d401eeca0501ed808800001f480007530078b16cb01000568ebe3cb20";

#[test]
fn a_changed_sequence_header_carries_what_was_before() {
    let other = media::avc(true, 0, 0, &hex(OTHER));
    let talk = video(&[
        media::avc_header(),
        media::avc(true, 1, 0, &[0, 0, 0, 1, 0x65]),
        media::avc_header(),
        other,
        media::avc(true, 1, 0, &[0, 0, 0, 1, 0x65]),
        media::avc_header(),
    ]);
    let lines = headers(&talk);
    let names: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    let expected =
        ["media.video_header", "media.header_repeat", "media.header_change", "media.header_change"];
    assert_eq!(names, expected);
    assert_eq!((lines[0].get("previous_config"), lines[1].get("previous_config")), (None, None));
    let [before, now] = [&lines[2]["previous_config"], &lines[2]];
    assert_eq!(
        (&before["width"], &before["height"], &before["profile"]),
        (&json!(640), &json!(360), &json!("High"))
    );
    assert_eq!((&now["width"], &now["height"], &now["profile"]), (&json!(640), &json!(480), &json!("Main")));
    assert_eq!(now["bytes"], hex(OTHER).len());
    for key in ["codec", "record", "codec_level", "frame_rate", "bytes"] {
        assert_eq!(before[key], lines[0][key], "{key} of the one before");
        assert_eq!(lines[3]["previous_config"][key], now[key], "{key} of the one before, the second time");
    }
    let track = track(&talk, "video");
    assert_eq!((&track["config_changes"], &track["height"]), (&json!(2), &json!(360)));
}

/// Another codec's header is a change as well.
#[test]
fn a_sequence_header_of_another_codec_is_a_change() {
    let opus = [&b"OpusHead"[..], &hex("0102380144ac0000000000")].concat();
    let lines = headers(&audio(&[media::aac_header(), media::ex_audio(0, *b"Opus", &opus)]));
    assert_eq!(lines[1]["event"], "media.header_change");
    assert_eq!((&lines[1]["codec"], &lines[1]["record"]), (&json!("opus"), &json!("OpusHead")));
    assert_eq!((&lines[1]["sample_rate"], &lines[1]["pre_skip"]), (&json!(48_000), &json!(312)));
    assert_eq!(
        (&lines[1]["previous_config"]["codec"], &lines[1]["previous_config"]["record"]),
        (&json!("aac"), &json!("ASC"))
    );
    assert_eq!(
        (&lines[1]["previous_config"]["channel_layout"], lines[1].get("profile")),
        (&json!("mono"), None)
    );
}

#[test]
fn a_broken_sequence_header_says_what_and_where() {
    // An hvcC whose VPS is longer than what is left.
    let record = hex("0122200000009000000000005df000fcfdfafa00000f01a000010018400103");
    let talk = video(&[media::ex_video(true, 0, *b"hvc1", &record)]);
    let lines = headers(&talk);
    assert_eq!(lines[0]["problem"], "hvcC ends inside the VPS array: it needs 24 bytes at byte 28, 3 left");
    for (key, value) in [
        ("profile", json!("Main 10")),
        ("tier", json!("high")),
        ("codec_level", json!("3.1")),
        ("bit_depth", json!(10)),
    ] {
        assert_eq!(lines[0][key], value, "{key} stands before");
    }
    let track = track(&talk, "video");
    assert_eq!((&track["tier"], &track["level"], track.get("width")), (&json!("high"), &json!("3.1"), None));
}

#[test]
fn av1_described_as_in_a_transport_stream() {
    let descriptor = hex("050441563031800481296c10");
    let lines = headers(&video(&[media::ex_video(true, 5, *b"av01", &descriptor)]));
    assert_eq!(
        (&lines[0]["event"], &lines[0]["record"]),
        (&json!("media.video_header"), &json!("mpeg2ts_av1"))
    );
    assert_eq!((&lines[0]["profile"], &lines[0]["codec_level"]), (&json!("High"), &json!("4.1")));
}

/// The tag can only say 44100 and stereo; the frame says 22050 and mono.
#[test]
fn the_frame_of_mp3_is_right_about_rate_and_channels() {
    let frame = [&[0x2F][..], &hex("fff380c40024e0ae50075a480104ba64")].concat();
    let talk = audio(&[frame.clone(), frame]);
    assert_eq!(headers(&talk), [] as [Value; 0], "it has no sequence header");
    let track = track(&talk, "audio");
    let told = ["sample_rate", "channels", "channel_layout", "stated_bitrate_bps", "sequence_headers"];
    assert_eq!(
        told.map(|key| track[key].clone()),
        [json!(22_050), json!(1), json!("mono"), json!(64_000), json!(0)]
    );
    // Without a header that can be read, the tag is what there is.
    let track = self::track(&audio(&[vec![0x2F, 1, 2, 3]]), "audio");
    assert_eq!(
        (&track["sample_rate"], &track["channels"], track.get("record")),
        (&json!(44_100), &json!(2), None)
    );
}

#[test]
fn the_frames_of_ac3_say_rate_and_channels() {
    for (fourcc, frame, told) in [
        (*b"ac-3", "0b77b50b1e40ebf8403eff99ff0841fc", (48_000, 6, "5.1(side)", 448_000)),
        (*b"ec-3", "0b7700bfb287c00021062050e77d587e", (32_000, 1, "mono", 64_000)),
    ] {
        let track = track(&audio(&[media::ex_audio(1, fourcc, &hex(frame))]), "audio");
        assert_eq!((&track["sample_rate"], &track["channels"]), (&json!(told.0), &json!(told.1)));
        assert_eq!(
            (&track["channel_layout"], &track["stated_bitrate_bps"]),
            (&json!(told.2), &json!(told.3))
        );
    }
}

#[test]
fn key_frames_say_the_size_and_its_change() {
    let h263 = |kind: u8, head: &str| [&[kind][..], &hex(head)].concat();
    let (small, large) = ("00008401922620202021fffed4801806", "0000840080a0005a122620202021ffff");
    let size = |talk: Talk| {
        let track = track(&talk, "video");
        (track["width"].as_u64(), track["height"].as_u64())
    };
    assert_eq!(size(video(&[h263(0x12, small)])), (Some(176), Some(144)));
    assert_eq!(
        size(video(&[h263(0x12, small), h263(0x22, small), h263(0x12, large)])),
        (Some(320), Some(180))
    );
    // The first frame seen may be no key frame.
    assert_eq!(size(video(&[h263(0x22, large)])), (Some(320), Some(180)));
    let vp6 = vec![0x14, 0x08, 0x02, 0x36, 23, 45, 23, 45];
    assert_eq!(size(video(&[vp6])), (Some(720), Some(360)));
    let vp9 = hex("824983420013f00b360c38241c184a00");
    assert_eq!(size(video(&[media::ex_video(true, 1, *b"vp09", &vp9)])), (Some(320), Some(180)));
}

//! Configuration records of audio, and the headers of frames, audio and video, that carry their own configuration.

use serde_json::{Value, json};

use crate::common::bits::bits;
use crate::common::enhanced as ex;
use crate::common::media;
use crate::common::message as msg;
use crate::common::records;
use crate::harness::{Case, case, hold_apart, shows};
use crate::records::{apart, audio_header, header};

/// `AudioSpecificConfig` in its forms. Frequency index 3 is 48 000 Hz, 4 is 44 100, 6 is 24 000.
pub(crate) fn aac() -> Vec<Case> {
    let asc = |name: &str, fields: &[(u32, usize)], mut want: Value| {
        let record = bits(fields);
        want["record"] = "ASC".into();
        want["codec"] = "aac".into();
        header(
            case(name, msg::audio(0, media::aac(0, &record)), json!({"codec": "aac"})),
            "audio",
            &record,
            want,
        )
    };
    let general = [(0, 1), (0, 1), (0, 1)];
    let lc =
        |frequency: u32, channels: u32| [&[(2, 5), (frequency, 4), (channels, 4)], &general[..]].concat();
    let explicit = |object: u32, channels: u32| {
        [&[(object, 5), (6, 4), (channels, 4), (3, 4), (2, 5)], &general[..]].concat()
    };
    let synced = [lc(6, 2), vec![(0x2B7, 11), (5, 5), (1, 1), (3, 4)]].concat();
    // A program with one front pair and one single element behind it: 3 channels.
    let elements = [
        (0, 4),
        (1, 2),
        (4, 4),
        (1, 4),
        (0, 4),
        (1, 4),
        (0, 2),
        (0, 3),
        (0, 4),
        (0, 3),
        (1, 1),
        (0, 4),
        (0, 1),
        (1, 4),
    ];
    let elements = [&lc(4, 0)[..], &elements, &[(0, 8)]].concat();
    let mut list = vec![
        asc(
            "LC",
            &lc(4, 2),
            json!({"profile": "LC", "sample_rate": 44_100, "channels": 2, "frame_samples": 1024,
                "sbr": {"$any": true}}),
        ),
        asc(
            "LC, frames of 960",
            &[(2, 5), (4, 4), (2, 4), (1, 1), (0, 2)],
            json!({"frame_samples": 960, "sample_rate": 44_100}),
        ),
        asc(
            "a frequency of its own",
            &[(2, 5), (15, 4), (37_800, 24), (1, 4), (0, 3)],
            json!({"sample_rate": 37_800, "channels": 1}),
        ),
        asc(
            "an object type beyond 31",
            &[(31, 5), (10, 6), (3, 4), (2, 4), (0, 8)],
            json!({"profile": {"$like": "xhe"}, "sample_rate": 48_000, "channels": 2}),
        ),
        asc(
            "SBR by object type",
            &explicit(5, 2),
            json!({"profile": {"$like": "he"}, "sample_rate": 48_000, "core_sample_rate": 24_000,
                "sbr": true, "channels": 2}),
        ),
        asc(
            "SBR and PS by object type",
            &explicit(29, 1),
            json!({"profile": {"$like": "hev2"}, "sample_rate": 48_000, "core_sample_rate": 24_000,
                "sbr": true, "ps": true, "channels": 2}),
        ),
        asc(
            "SBR by sync extension",
            &synced,
            json!({"sample_rate": 48_000, "core_sample_rate": 24_000, "sbr": true}),
        ),
        asc("program config element", &elements, json!({"sample_rate": 44_100, "channels": 3})),
    ];
    list[0].besides[0].as_object_mut().unwrap().remove("sbr");
    for (index, channels) in [(1, 1), (3, 3), (6, 6), (7, 8), (11, 7), (12, 8), (13, 24), (14, 8)] {
        list.push(asc(
            &format!("channel configuration {index}"),
            &lc(3, index),
            json!({"sample_rate": 48_000, "channels": channels}),
        ));
    }
    list.push(audio_header(
        "ASC, enhanced",
        *b"mp4a",
        &bits(&lc(3, 2)),
        json!({"record": "ASC", "codec": "aac", "sample_rate": 48_000, "channels": 2}),
    ));
    list
}

pub(crate) fn opus_and_flac() -> Vec<Case> {
    let surround = records::opus_head(6, 312, 44_100, 1, &[4, 2, 0, 4, 1, 2, 3, 5]);
    vec![
        audio_header(
            "OpusHead, family 0",
            *b"Opus",
            &records::opus_head(2, 3840, 48_000, 0, &[]),
            json!({"record": "OpusHead", "codec": "opus",
            "channels": 2, "pre_skip": 3840, "sample_rate": 48_000}),
        ),
        audio_header(
            "OpusHead, family 1",
            *b"Opus",
            &surround,
            json!({"record": "OpusHead", "channels": 6, "pre_skip": 312}),
        ),
        audio_header(
            "FLAC",
            *b"fLaC",
            &records::flac_header(96_000, 2, 24, 4_608),
            json!({"record": "STREAMINFO", "codec": "flac",
            "sample_rate": 96_000, "channels": 2, "bits_per_sample": 24}),
        ),
    ]
}

#[test]
fn audio_specific_configs() {
    let report = apart(aac());
    let audio =
        json!({"sample_rate": 48_000, "core_sample_rate": 24_000, "sbr": true, "ps": true, "record": "ASC"});
    shows("the report", &report[5]["streams"][0]["audio"], audio);
}

/// A multichannel configuration says more of the loudspeakers than the usual name of a layout, and is what counts.
#[test]
fn loudspeakers_in_band_go_before_the_name_of_the_layout() {
    let record = bits(&[(2, 5), (4, 4), (6, 4), (0, 3)]);
    let record = |at: u32| {
        let message = ex::audio(ex::START, &ex::of(*b"mp4a", &record));
        case("record", msg::audio(at, message), json!({"event": "media.audio"}))
    };
    let channels = |at: u32, body: &[u8]| {
        let message = ex::audio(ex::CHANNELS, &ex::of(*b"mp4a", body));
        case("channels", msg::audio(at, message), json!({"event": "media.audio"}))
            .besides(json!({"event": "media.multichannel"}))
    };
    let custom = [2, 6, 2, 0, 1, 4, 5, 3];
    let report = hold_apart(&[
        vec![record(0)],
        vec![record(0), channels(20, &custom)],
        vec![channels(0, &custom), record(20)],
        // Only a number of channels: there is no better name.
        vec![record(0), channels(20, &[0, 6])],
    ]);
    for (connection, layout) in
        report.iter().zip(["5.1", "FC FL FR BL BR LFE1", "FC FL FR BL BR LFE1", "5.1"])
    {
        shows(
            "the report",
            &connection["streams"][0]["audio"],
            json!({"channel_layout": layout, "channels": 6}),
        );
    }
}

#[test]
fn opus_and_flac_records() {
    let report = apart(opus_and_flac());
    let audio = json!({"codec": "flac", "sample_rate": 96_000, "bits_per_sample": 24, "record": "STREAMINFO",
        "enhanced": true});
    shows("the report", &report[2]["streams"][0]["audio"], audio);
}

/// Codecs without records: rate, channels and size are in the first frame's own header, whatever the tag says.
#[test]
fn frames_that_carry_their_configuration() {
    let sound =
        |name: &str, body: Vec<u8>| vec![case(name, msg::audio(0, body), json!({"event": "media.audio"}))];
    let picture = |name: &str, code: u8, width: u32, height: u32| {
        vec![case(
            name,
            msg::video(0, [vec![0x12], records::h263_key(code, width, height)].concat()),
            json!({"codec": "h263", "keyframe": true}),
        )]
    };
    let enhanced = |fourcc: [u8; 4], frame: Vec<u8>| ex::audio(ex::FRAMES, &ex::of(fourcc, &frame));
    let report = hold_apart(&[
        sound("MP3 under a tag of 5.5 kHz mono", [vec![0x22], records::mp3_frame(0, 0)].concat()),
        sound("MP3, enhanced, mono", enhanced(*b".mp3", records::mp3_frame(1, 3))),
        sound("AC-3, 3/2 and LFE", enhanced(*b"ac-3", records::ac3_frame(0, 7, true))),
        sound("AC-3, stereo at 44.1 kHz", enhanced(*b"ac-3", records::ac3_frame(1, 2, false))),
        sound("E-AC-3, 3/2 and LFE", enhanced(*b"ec-3", records::eac3_frame(0, 7, true))),
        picture("size in 8 bits", 0, 200, 120),
        picture("size in 16 bits", 1, 720, 404),
        picture("CIF", 2, 0, 0),
        picture("QVGA", 5, 0, 0),
    ]);
    let audio = [(44_100, 2), (48_000, 1), (48_000, 6), (44_100, 2), (48_000, 6)];
    for (n, (rate, channels)) in audio.into_iter().enumerate() {
        shows(
            &format!("audio {n}"),
            &report[n]["streams"][0]["audio"],
            json!({"sample_rate": rate, "channels": channels}),
        );
    }
    for (n, (width, height)) in [(200, 120), (720, 404), (352, 288), (320, 240)].into_iter().enumerate() {
        let want = json!({"codec": "h263", "width": width, "height": height, "profile": null});
        shows(&format!("picture {n}"), &report[audio.len() + n]["streams"][0]["video"], want);
    }
}

const FORMAT: &str = "media.frame_format";

/// Frames that state another format than those before.
#[test]
fn a_change_of_what_frames_state_is_an_event() {
    let first = |want: Value| {
        with(
            json!({"event": FORMAT, "change": "first", "media": {"$any": true}, "bytes": null, "previous_config": null}),
            want,
        )
    };
    let changed = |previous: Value, want: Value| {
        with(json!({"event": FORMAT, "change": "changed", "previous_config": {"$some": previous}}), want)
    };
    let sound = |at: u32, fourcc: [u8; 4], frame: Vec<u8>| {
        let message = ex::audio(ex::FRAMES, &ex::of(fourcc, &frame));
        case(&format!("sound at {at}"), msg::audio(at, message), json!({"event": "media.audio"}))
    };
    let mp3 = |at: u32, rate: u8, mode: u8| sound(at, *b".mp3", records::mp3_frame(rate, mode));
    let other_bitrate = |at: u32| {
        let mut frame = records::mp3_frame(0, 0);
        frame[2] = frame[2] & 0x0F | 0x50;
        sound(at, *b".mp3", frame)
    };
    let fast = json!({"codec": "mp3", "sample_rate": 44_100, "channels": 2});
    let slow = json!({"codec": "mp3", "sample_rate": 32_000, "channels": 2});
    let mpeg = vec![
        mp3(0, 0, 0).besides(first(fast.clone())),
        other_bitrate(26).never(FORMAT),
        // Stereo and joint stereo.
        mp3(52, 0, 1).never(FORMAT),
        sound(78, *b".mp3", vec![1, 2, 3, 4, 5]).never(FORMAT),
        mp3(104, 2, 1).besides(changed(fast, slow.clone())),
        mp3(130, 2, 3).besides(changed(slow, json!({"channels": 1}))),
        mp3(156, 2, 3).never(FORMAT),
    ];
    let mut dependent = records::eac3_frame(1, 2, false);
    dependent[2] = dependent[2] & 0x3F | 0x40;
    let five_one = json!({"codec": "eac3", "sample_rate": 48_000, "channels": 6});
    let dolby = vec![
        sound(0, *b"ec-3", records::eac3_frame(0, 7, true)).besides(first(five_one.clone())),
        sound(32, *b"ec-3", dependent).never(FORMAT),
        sound(64, *b"ec-3", records::eac3_frame(0, 7, true)).never(FORMAT),
        sound(96, *b"ec-3", records::eac3_frame(0, 2, false))
            .besides(changed(five_one, json!({"channels": 2}))),
        sound(128, *b"ac-3", records::ac3_frame(1, 2, false))
            .besides(changed(json!({"codec": "eac3"}), json!({"codec": "ac3", "sample_rate": 44_100}))),
    ];
    let vp8 = |at: u32, key: bool, width: u16, height: u16| {
        let [w, h] = [width, height].map(u16::to_le_bytes);
        let frame = [0x10 | u8::from(!key), 0, 0, 0x9D, 1, 0x2A, w[0], w[1], h[0], h[1], 0, 0];
        let message = ex::video(if key { 1 } else { 2 }, ex::FRAMES, &ex::of(*b"vp08", &frame));
        case(&format!("picture at {at}"), msg::video(at, message), json!({"event": "media.video"}))
    };
    let small = json!({"codec": "vp8", "width": 640, "height": 360});
    let pictures = vec![
        vp8(0, true, 640, 360).besides(first(small.clone())),
        vp8(40, false, 1280, 720).never(FORMAT),
        vp8(80, true, 640, 360).never(FORMAT),
        vp8(120, true, 1280, 720).besides(changed(small, json!({"width": 1280, "height": 720}))),
    ];
    let report = hold_apart(&[mpeg, dolby, pictures]);
    let track = |n: usize, kind: &str| report[n]["streams"][0][kind].clone();
    shows("MP3", &track(0, "audio"), json!({"config_changes": 2, "sample_rate": 32_000, "channels": 1}));
    shows("Dolby", &track(1, "audio"), json!({"config_changes": 2, "codec": "ac3", "sample_rate": 44_100}));
    shows("VP8", &track(2, "video"), json!({"config_changes": 1, "width": 1280, "height": 720}));
}

/// Both objects.
fn with(mut object: Value, more: Value) -> Value {
    let more = more.as_object().unwrap().clone();
    object.as_object_mut().unwrap().extend(more);
    object
}

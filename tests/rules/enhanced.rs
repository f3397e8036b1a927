//! Cases of the rules in `src/rules/enhanced`.

mod talks;

use crate::common::amf::{self, Amf};
use crate::common::enhanced::{
    COMMAND, END, FRAMES, FRAMES_X, INTER, KEY, MOD_EX, OFFSET_NANO, START, TS_START, VIDEO_TRACKS, of, video,
};
use crate::common::records;
use crate::harness::Case;

use talks::{
    AV01, a, audio_track, both_forms, changed, channels, closed_by_server, color, color_at, descriptor,
    extension, hdr, hvcc, list, metadata_packet, moved, moved_well, nano, none, number, numbered, offered,
    opus, plain, record, second_track_alone, sized, small, sound_record, start, track, ts_start, two_starts,
    two_tracks, unit, v, v_plain, video_map,
};

pub const CASES: &[Case] = &[
    Case::new("ERTMP-02", "unannounced", plain, || offered(list(&["*"]), none(), v_plain)),
    Case::new(
        "ERTMP-02",
        "excluded",
        || offered(list(&["av01"]), video_map("hvc1", 1), v_plain),
        || offered(list(&["av01"]), video_map("av01", 1), v_plain),
    ),
    Case::new(
        "ERTMP-02",
        "caps-lacking",
        || offered(list(&["av01"]), number("capsEx", 13), two_starts),
        || offered(list(&["av01"]), number("capsEx", 2), two_starts),
    ),
    Case::new(
        "ERTMP-02",
        "caps-unsaid",
        || offered(list(&["av01"]), none(), two_starts),
        || offered(list(&["av01"]), number("capsEx", 2), two_starts),
    ),
    Case::new("ERTMP-06", "cut", || record(*b"hvc1", &hvcc()[..40]), || record(*b"hvc1", &hvcc())),
    Case::new(
        "ERTMP-06",
        "cut",
        || record(*b"vvc1", &records::vvcc(&small(), 6_400)[..12]),
        || record(*b"vvc1", &records::vvcc(&small(), 6_400)),
    ),
    Case::new(
        "ERTMP-06",
        "version",
        || record(*b"hvc1", &changed(hvcc(), 0, 2)),
        || record(*b"hvc1", &hvcc()),
    ),
    Case::new(
        "ERTMP-06",
        "length-size",
        || record(*b"hvc1", &changed(hvcc(), 21, 0x0E)),
        || record(*b"hvc1", &changed(hvcc(), 21, 0x0D)),
    ),
    // The PPS is the last of three arrays.
    Case::new("ERTMP-06", "sets", || record(*b"hvc1", &changed(hvcc(), 22, 2)), || record(*b"hvc1", &hvcc())),
    Case::new(
        "ERTMP-06",
        "form",
        || record(*b"hvc1", &[&[0, 0, 0, 1], &hvcc()[..]].concat()),
        || record(*b"hvc1", &hvcc()),
    ),
    Case::new(
        "ERTMP-06",
        "bare",
        || record(*b"vp09", &records::vpcc(&small(), false)),
        || record(*b"vp09", &records::vpcc(&small(), true)),
    ),
    Case::new("ERTMP-06", "channels", || sound_record(&opus(0)), || sound_record(&opus(2))),
    Case::new("ERTMP-09", "twice", || v(&[numbered([1, 1])]), || v(&[numbered([1, 2])])),
    Case::new(
        "ERTMP-09",
        "codec-change",
        || v(&[start(), track(FRAMES, *b"vp09", &[0x82])]),
        || {
            let record = records::vpcc(&small(), true);
            v(&[start(), track(START, *b"vp09", &record), track(FRAMES, *b"vp09", &[0x82])])
        },
    ),
    Case::new("ERTMP-09", "both-forms", || both_forms(false), || both_forms(true)),
    Case::new("ERTMP-09", "no-default", || second_track_alone(5_000), || second_track_alone(4_900)),
    Case::new("ERTMP-10", "late", || color_at(960, hdr(1_000.0, 8.0)), || color_at(1_000, hdr(1_000.0, 8.0))),
    Case::new("ERTMP-10", "range", || color(hdr(10_000_000.0, 8.0)), || color(hdr(10_000.0, 8.0))),
    Case::new("ERTMP-10", "range", || color(hdr(1_000.0, 9.0)), || color(hdr(0.0, 12.0))),
    Case::new("ERTMP-10", "pairs", || color(Amf::Null), || color(Amf::Undefined)),
    Case::new(
        "ERTMP-10",
        "pairs",
        || metadata_packet(1_000, &amf::encode(&[hdr(1.0, 8.0)])),
        || color(hdr(1.0, 8.0)),
    ),
    Case::new("ERTMP-10", "pairs", || metadata_packet(1_000, &[2, 0, 9, b'c']), || color(hdr(1.0, 8.0))),
    Case::new(
        "ERTMP-10",
        "unknown-name",
        || metadata_packet(1_000, &amf::encode(&["colour".into(), hdr(1.0, 8.0)])),
        || color(hdr(1.0, 8.0)),
    ),
    Case::new(
        "ERTMP-12",
        "list",
        || offered(list(&["av1"]), none(), v_plain),
        || offered(list(&["*"]), none(), v_plain),
    ),
    Case::new(
        "ERTMP-12",
        "list",
        || offered(number("fourCcList", 1), none(), v_plain),
        || offered(list(&["av01"]), none(), v_plain),
    ),
    Case::new(
        "ERTMP-12",
        "map",
        || offered(video_map("av1", 1), video_map("*", 1), v_plain),
        || offered(video_map("av01", 1), video_map("*", 1), v_plain),
    ),
    Case::new(
        "ERTMP-12",
        "map-bits",
        || offered(video_map("av01", 9), video_map("*", 1), v_plain),
        || offered(video_map("av01", 7), video_map("*", 1), v_plain),
    ),
    Case::new(
        "ERTMP-12",
        "bits",
        || offered(number("capsEx", 16), number("capsEx", 2), v_plain),
        || offered(number("capsEx", 15), number("capsEx", 2), v_plain),
    ),
    Case::new(
        "ERTMP-12",
        "no-answer",
        || offered(number("capsEx", 2), none(), v_plain),
        || offered(number("capsEx", 2), number("capsEx", 2), v_plain),
    ),
    Case::new("ERTMP-12", "channels-order", || channels(&[3, 2]), || channels(&[0, 2])),
    Case::new("ERTMP-12", "channels-none", || channels(&[0, 0]), || channels(&[0, 1])),
    Case::new(
        "ERTMP-12",
        "channels-flags",
        || channels(&[1, 2, 0, 0, 0, 7]),
        || channels(&[1, 2, 0, 0, 0, 3]),
    ),
    Case::new("ERTMP-12", "channels-cut", || channels(&[2, 2, 0]), || channels(&[2, 2, 0, 1])),
    Case::new("ERTMP-13", "level", || moved(1, "error", 0, 0.0, "rtmp://192.0.2.11/live".into()), moved_well),
    Case::new(
        "ERTMP-13",
        "stream",
        || moved(1, "status", 1, 0.0, "rtmp://192.0.2.11/live".into()),
        moved_well,
    ),
    Case::new("ERTMP-13", "transaction", || moved(1, "status", 0, 5.0, "/other".into()), moved_well),
    Case::new("ERTMP-13", "url", || moved(1, "status", 0, 0.0, 5.0.into()), moved_well),
    Case::new("ERTMP-13", "unasked", || moved(2, "status", 0, 0.0, "/other".into()), moved_well),
    Case::new("ERTMP-13", "no-grace", || closed_by_server(900), || closed_by_server(1_100)),
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

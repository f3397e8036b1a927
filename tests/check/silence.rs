//! Silence: what real programs say to each other is clean, and each finding on it that is graver than an info was looked
//! at in the wire and is true. Here they all are, with the reason.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::corpus::{self, Named};
use crate::json;
use crate::support::run::rtmpscope;

/// A capture, the findings as connection and rule, and why they are right.
type Known = (&'static str, &'static [(u32, &'static str)], &'static str);

/// The hand-made client echoes random bytes, its avcC announces three bytes of SPS more than there are, and the server
/// acknowledges 100000 bytes at once, before so many were sent.
const MADE: &str =
    "C2 is random, the SPS length in the avcC is 24 for 21 bytes, 100000 is acknowledged too early";

const KNOWN: &[Known] = &[
    ("craft_abort", &[(1, "ACK-03"), (1, "HS-04"), (1, "VID-06")], MADE),
    (
        "craft_ertmp",
        &[
            (1, "ACK-03"),
            (1, "ERTMP-04"),
            (1, "ERTMP-06"),
            (1, "ERTMP-10"),
            (1, "HS-04"),
            (1, "TS-09"),
            (1, "VID-06"),
            (1, "VID-07"),
        ],
        "made without an encoder: an hvcC with a length of 8738, a track without a start, colour behind its frame, two \
         frames of one time, start codes",
    ),
    (
        "craft_ext_ts_norepeat",
        &[(1, "ACK-03"), (1, "CH-05"), (1, "HS-04"), (1, "TS-01"), (1, "TS-02"), (1, "VID-06")],
        "no extended timestamp on format 3, which is what it is for; times that jump ahead and back",
    ),
    (
        "craft_ext_ts_repeat",
        &[(1, "ACK-03"), (1, "HS-04"), (1, "TS-01"), (1, "TS-02"), (1, "VID-06")],
        "times that jump ahead and back",
    ),
    (
        "craft_fmt3_after_fmt0",
        &[(1, "ACK-03"), (1, "CH-07"), (1, "HS-04"), (1, "VID-06")],
        "format 3 behind format 0, which is what it is for",
    ),
    ("craft_fmt_types", &[(1, "ACK-03"), (1, "HS-04"), (1, "VID-06")], MADE),
    ("craft_interleaved", &[(1, "ACK-03"), (1, "HS-04"), (1, "VID-06")], MADE),
    (
        "craft_msg_types",
        &[(1, "ACK-03"), (1, "AMF-06"), (1, "HS-04"), (1, "MSG-01"), (1, "VID-06")],
        "types 7 and 99, and AMF3 that nobody agreed on",
    ),
    (
        "craft_violation",
        &[(1, "CH-02"), (1, "HS-04"), (1, "VID-06")],
        "format 3 on a chunk stream never used before; the rest as in all hand-made ones",
    ),
    (
        "fail_gst_segfault_wrap32",
        &[(2, "CH-03"), (2, "NET-04")],
        "librtmp goes back by a delta of 4294964296, then crashes and is silent for 24 s",
    ),
    ("fail_key_in_use", &[(2, "CMD-08")], "NetStream.Publish.BadName"),
    (
        "fail_not_rtmp",
        &[(1, "HS-09"), (3, "HS-09"), (3, "TUN-04")],
        "a hello of 101 bytes; a hello that asks for encryption, without a digest, which the server closes on",
    ),
    ("fail_server_killed", &[(2, "NET-03")], "the server is killed while a stream is published"),
    ("fail_wrong_app", &[(1, "CMD-04"), (2, "CMD-04")], "nginx closes 0.1 ms after connect"),
    (
        "ffmpeg_listen_play",
        &[(1, "META-02")],
        "ffmpeg as a server sends @setDataFrame to a player, in packet 34",
    ),
    (
        "nginx_chunk16_ping",
        &[(1, "CMD-09"), (1, "PC-03"), (2, "PC-03"), (3, "PC-03")],
        "a chunk size of 16; createStream is not answered for 4.9 s, then the server closes",
    ),
    (
        "nginx_chunk1_ping",
        &[(1, "CH-09"), (1, "PC-03"), (2, "CH-09"), (2, "PC-03")],
        "a chunk size of 1; the server sends its pings whole, in chunks of 6 bytes",
    ),
    ("nms_key_in_use", &[(2, "CMD-13")], "the server closes 2.3 ms after publish, without a status"),
    ("ns_blackhole", &[(1, "NET-03"), (2, "NET-03")], "the path goes dead: data is repeated for 13 and 20 s"),
    (
        "ns_corrupt",
        &[(1, "CH-02"), (1, "NET-02")],
        "bits are flipped and checksums not verified: with --verify-checksums the chunks are whole; 1.7 % sent again",
    ),
    ("ns_loss2", &[(2, "NET-02")], "4.8 % of the server's data is sent again"),
    ("ns_no_tcp_options", &[(1, "NET-02")], "1.0 % of the client's data is sent again"),
    ("ns_rate_limit", &[(1, "NET-02")], "12.9 % of the client's data is sent again"),
    ("ns_reorder", &[(2, "NET-02")], "1.4 % of the server's data is sent again, though nothing was lost"),
    ("rtmpe_fail_ffmpeg9", &[(1, "SEC-02"), (1, "TUN-04")], "RTMPE; ffmpeg 9 copies S1 where it has to sign"),
    (
        "rtmpe_play_publish",
        &[(1, "SEC-02"), (2, "SEC-02"), (3, "SEC-02"), (4, "SEC-02"), (4, "TUN-04")],
        "RTMPE; ffmpeg 9 copies S1 where it has to sign",
    ),
    ("slow_reader_zero_window", &[(2, "NET-02")], "the player's window is closed for 5.7 s"),
    ("ts_wrap_2_31", &[(1, "TS-06")], "ffmpeg keeps 31 bits of a timestamp"),
    ("ts_wrap_2_32", &[(1, "TS-06"), (2, "TS-06")], "ffmpeg keeps 31 bits of a timestamp"),
];

/// The findings of a capture graver than an info, as connection and rule, and what they say.
fn found(capture: &Named) -> BTreeMap<(u32, String), String> {
    let path = capture.1.to_str().unwrap();
    let report = json(&rtmpscope(&["check", "-q", "--format", "json", path], None));
    let grave = report["findings"].as_array().unwrap().iter().filter(|f| f["severity"] != "info");
    grave
        .map(|f| {
            let connection = f["connection"].as_u64().unwrap_or(0) as u32;
            ((connection, f["code"].as_str().unwrap().to_owned()), said(f))
        })
        // A capture that ends inside a packet is no matter of its peers.
        .filter(|((_, code), _)| code != "NET-01")
        .collect()
}

fn said(finding: &Value) -> String {
    format!("packet {}: {}, {}", finding["packet"], finding["message"], finding["actual"])
}

fn silent_but_for_what_is_known(captures: &[Named]) {
    let mut wrong = Vec::new();
    for capture in captures {
        let known = KNOWN.iter().find(|(name, ..)| *name == capture.0).map_or(&[][..], |(_, known, _)| known);
        let found = found(capture);
        for ((connection, code), said) in &found {
            if !known.contains(&(*connection, code.as_str())) {
                wrong.push(format!("{} #{connection}: {code} {said}", capture.0));
            }
        }
        for (connection, code) in known {
            if !found.contains_key(&(*connection, (*code).to_owned())) {
                wrong.push(format!("{} #{connection}: {code} is not found any more", capture.0));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_captures_of_testdata_are_clean() {
    silent_but_for_what_is_known(&corpus::kept());
}

#[test]
fn the_captures_kept_elsewhere_are_clean() {
    match corpus::elsewhere() {
        Some(captures) => silent_but_for_what_is_known(&captures),
        None => println!("skipped: the captures kept elsewhere are not on this machine"),
    }
}

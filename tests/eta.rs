//! Transmission efficiency: media seconds per second of time, and coded bytes over wire bytes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "helper functions of tests fail loudly too"
)]

mod common;
mod support;

use common::capture::Capture;
use common::media::Av;
use common::talk::Talk;
use common::tcp::Tap;
use common::{Dir, MS, ready};
use serde_json::Value;
use support::run::{self, float, number};
use support::truth::{self, DIRECTIONS};

fn near(value: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((value - expected).abs() <= tolerance, "{what} is {value}, not {expected}");
}

/// The pacing of the one stream.
fn pacing(report: &Value) -> &Value {
    &run::only(report)["streams"][0]["pacing"]
}

#[test]
fn half_the_rate_is_half_the_eta() {
    let report = run::report(&ready::slow_path().packets());
    near(float(pacing(&report), "/eta"), 0.5, 0.02, "eta");
    near(float(&report, "/summary/eta"), 0.5, 0.02, "the summary's eta");
    assert!(float(pacing(&report), "/max_lag_ms") > 10_000.0);
}

/// At the client's end the same path shows once the sender may not send more than the window.
#[test]
fn half_the_rate_seen_from_the_client() {
    let talk = ready::slow_path().tcp(|tcp| tcp.tap = Tap::Client);
    near(float(pacing(&run::report(&talk.packets())), "/eta"), 0.5, 0.03, "eta");
}

#[test]
fn real_time_is_one() {
    for (name, talk) in [("publish", ready::publish_av(6)), ("play", ready::play_av(6))] {
        let report = run::report(&talk.packets());
        near(float(pacing(&report), "/eta"), 1.0, 0.02, name);
        near(float(&report, "/summary/eta"), 1.0, 0.02, name);
        near(float(pacing(&report), "/media_s"), 5.98, 0.03, name);
        near(float(pacing(&report), "/wall_s"), 5.98, 0.05, name);
        assert_eq!(number(pacing(&report), "/stalls"), 0);
        assert_eq!(pacing(&report).get("burst_ms"), None);
    }
}

/// A path that is fast enough changes nothing.
#[test]
fn a_path_with_room_is_one() {
    let talk = ready::publish_av(6).tcp(|tcp| (tcp.rate[0], tcp.rtt) = (Some(1_000_000), 40 * MS));
    near(float(pacing(&run::report(&talk.packets())), "/eta"), 1.0, 0.02, "eta");
}

/// A play whose server has `cached_s` seconds of media to send at once, and goes on for `live_s` in real time.
fn play_with_cache(cached_s: u32, live_s: u32) -> Talk {
    let frames = Av::seconds(cached_s + live_s).frames();
    let live = frames.partition_point(|frame| frame.timestamp < cached_s * 1_000);
    Talk::new()
        .handshake()
        .connect("live")
        .create_stream()
        .play("cam1")
        .chunk_size(Dir::Down, 4_096)
        .metadata()
        .avc_header()
        .aac_header()
        .burst(&frames[..live])
        .media(&frames[live..])
        .wait(40)
        .delete_stream()
        .wait(20)
        .close()
}

#[test]
fn a_burst_from_the_cache_is_told_apart() {
    for (cached_s, live_s) in [(2, 8), (4, 6)] {
        let talk = play_with_cache(cached_s, live_s);
        let report = run::report(&talk.packets());
        let pacing = pacing(&report);
        near(float(pacing, "/eta"), 1.0, 0.02, "eta");
        near(float(&report, "/summary/eta"), 1.0, 0.02, "the summary's eta");
        near(float(pacing, "/burst_ms"), f64::from(cached_s) * 1_000.0, 60.0, "burst");
        near(float(pacing, "/media_s"), f64::from(live_s), 0.1, "live media");
        near(float(pacing, "/wall_s"), f64::from(live_s), 0.1, "live time");
        let lines = run::timeline(&talk.packets());
        truth::assert_decoded(&lines, 1, &talk, "burst");
    }
}

/// Eight seconds of media in twelve. Far from 1, eta goes from key frame to key frame, here six seconds in ten.
#[test]
fn a_stall_is_counted() {
    let frames = Av::seconds(8).frames();
    let half = frames.partition_point(|frame| frame.timestamp < 4_000);
    let talk = Talk::new()
        .handshake()
        .connect("live")
        .create_stream()
        .publish("cam1")
        .chunk_size(Dir::Up, 4_096)
        .avc_header()
        .aac_header()
        .media(&frames[..half])
        .wait(4_000)
        .media(&frames[half..])
        .close();
    let report = run::report(&talk.packets());
    assert_eq!(number(pacing(&report), "/stalls"), 1);
    let plain = float(pacing(&report), "/media_s") / float(pacing(&report), "/wall_s");
    near(plain, 8.0 / 12.0, 0.01, "media over time");
    near(float(pacing(&report), "/eta"), 6.0 / 10.0, 0.01, "eta");
    near(float(pacing(&report), "/max_lag_ms"), 4_000.0, 60.0, "lag");
}

/// Coded bytes from the script over the lengths of all frames in the file.
#[test]
fn payload_to_wire_is_what_a_hand_calculates() {
    for (name, talk) in [
        ("hello", ready::hello_rtmp()),
        ("publish", ready::publish_av(4)),
        ("play", ready::play_av(4)),
        ("slow", ready::slow_path()),
    ] {
        let capture = Capture::of(&talk.packets());
        let report = run::report(capture.bytes());
        let efficiency = &run::only(&report)["efficiency"];
        truth::assert_ledger(run::only(&report), name);
        let mut all = (0, 0);
        for dir in [Dir::Up, Dir::Down] {
            let mine: Vec<_> = talk.sent().iter().filter(|s| s.dir == dir).cloned().collect();
            let payload = truth::media_payload(&mine);
            let frames = capture.frames();
            let wire: usize = frames.iter().filter(|f| f.dir == dir).map(|f| f.wire_len).sum();
            let ledger = &efficiency[DIRECTIONS[dir.i()]];
            assert_eq!(number(ledger, "/media_payload_bytes"), payload, "{name}");
            assert_eq!(number(ledger, "/wire_bytes"), wire as u64, "{name}");
            near(float(ledger, "/payload_to_wire"), payload as f64 / wire as f64, 1e-4, name);
            all = (all.0 + payload, all.1 + wire as u64);
        }
        assert_eq!(number(efficiency, "/total/media_payload_bytes"), all.0, "{name}");
        assert_eq!(number(&report, "/capture/wire_bytes"), all.1, "{name}");
        let ratio = all.0 as f64 / all.1 as f64;
        near(float(efficiency, "/total/payload_to_wire"), ratio, 1e-4, name);
        near(float(&report, "/summary/payload_to_wire"), ratio, 1e-4, name);
        assert!(name == "hello" || ratio > 0.6, "{name}: {ratio}");
    }
}

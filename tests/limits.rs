//! Hostile captures: every limit that is reached shows in the report by its name, and no input takes more memory than
//! 256 MiB.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helper functions of tests fail loudly too"
)]

mod common;
#[path = "../examples/captures/kinds.rs"]
mod kinds;
#[path = "../examples/captures/streaming.rs"]
mod streaming;
mod support;
#[path = "../examples/captures/wire.rs"]
mod wire;

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use common::amf::{self, Amf};
use common::capture::Capture;
use common::message as msg;
use common::talk::Talk;
use rtmpscope::Limits;
use support::run::{self, Input};

/// A limit, a value for it, and a capture that reaches this value, but not the default.
const REACHED: [(&str, &str, &str, u64); 19] = [
    ("block_bytes", "100", "tiny", 1),
    ("fragmented_datagrams", "4", "fragments", 40),
    ("datagram_bytes", "1000", "fragments", 4),
    ("memory_bytes", "200K", "holes", 5),
    ("connections", "3", "handshakes", 10),
    ("held_bytes", "20K", "holes", 1),
    ("chunk_streams", "100", "chunk_streams", 1),
    ("partial_bytes", "20K", "unfinished", 1),
    ("search_bytes", "1K", "holes", 1),
    ("reported_connections", "2", "tiny", 5),
    ("report_bytes", "10K", "tiny", 5),
    ("command_bytes", "1K", "calls", 1),
    ("amf_depth", "8", "nested", 1),
    ("amf_values", "100", "metadata", 1),
    ("commands", "5", "commands", 1),
    ("streams", "3", "streams", 1),
    ("tracks", "5", "tracks", 1),
    ("timeline", "5", "tiny", 1),
    ("timeline_total", "5", "tiny", 1),
];

/// No rule has findings about a connection so far.
const UNREACHABLE: [&str; 1] = ["findings"];

/// Captures that cost much memory for their size.
const HEAVY: [(&str, u64); 8] = [
    ("handshakes", 60_000),
    ("scan", 200_000),
    ("undecided", 18_000),
    ("many_unfinished", 3200),
    ("chunk_streams", 250),
    ("commands", 1700),
    ("tracks", 60),
    ("units", 5),
];

const MOST_KIB: u64 = 256 << 10;

fn capture(kind: &str, number: u64) -> Vec<u8> {
    let (_, _, make) = kinds::KINDS.iter().chain(&streaming::KINDS).find(|(name, ..)| *name == kind).unwrap();
    let mut bytes = Vec::new();
    make(&mut wire::Wire::new(&mut bytes).unwrap(), number).unwrap();
    bytes
}

fn limits_hit(flags: &[&str], bytes: &[u8]) -> Vec<String> {
    let ran =
        run::on(&[&["analyze", "-q", "--format", "json"], flags].concat(), &Input::Stdin(bytes.to_vec()));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let hits = report.pointer("/capture/quality/limits_hit").and_then(|hits| hits.as_array()).unwrap();
    hits.iter().map(|hit| run::text(hit, "/limit").to_owned()).collect()
}

/// What is measured is what it is meant to be: streaming in which nothing is missing.
#[test]
fn ordinary_streaming_reaches_no_limit_and_lacks_nothing() {
    for (kind, ..) in streaming::KINDS {
        let report = run::report_with(&[], capture(kind, 5_000_000));
        let connections = run::connections(&report);
        assert!(connections.len() >= 8, "{kind}");
        for connection in connections {
            let verdict = run::text(connection, "/verdict");
            assert!(verdict.ends_with("closed cleanly"), "{kind}: {verdict}");
        }
        assert_eq!(run::number(&report, "/capture/quality/gaps"), 0, "{kind}");
        let hits = report.pointer("/capture/quality/limits_hit").unwrap();
        assert_eq!(hits, &serde_json::json!([]), "{kind}");
        let again = |connection| run::number(connection, "/tcp/client_to_server/retransmitted_segments");
        let again: u64 = connections.iter().map(again).sum();
        assert_eq!(again > 0, kind == "lossy", "{kind}");
    }
}

#[test]
fn every_limit_has_its_capture() {
    let shown = format!("{:?}", Limits::default());
    let mut names: Vec<&str> = REACHED.iter().map(|(name, ..)| *name).chain(UNREACHABLE).collect();
    assert!(names.iter().all(|name| shown.contains(&format!(" {name}: "))), "{shown}");
    names.dedup();
    assert_eq!(names.len(), shown.matches(": ").count(), "{shown}");
}

#[test]
fn a_limit_that_is_reached_is_in_the_report() {
    for (name, value, kind, number) in REACHED {
        let bytes = capture(kind, number);
        let hits = limits_hit(&["--limit", &format!("{name}={value}")], &bytes);
        assert!(hits.iter().any(|hit| hit == name), "{name}={value} with {kind} {number}: {hits:?}");
        let hits = limits_hit(&[], &bytes);
        assert!(!hits.iter().any(|hit| hit == name), "{name} with {kind} {number}: {hits:?}");
    }
}

/// Lists of the report that have a length of their own, and what came in band of single tracks.
#[test]
fn a_full_list_of_the_report_is_told() {
    let again = || {
        let status = [("code", "NetConnection.Connect.ReconnectRequest".into())];
        msg::command("onStatus", 0.0, Amf::Null, &[amf::object(status)])
    };
    let talk = |entries: u32, requests: usize, tracks: u8| {
        let info = Amf::Object((0..entries).map(|n| (format!("c{n:03}"), 1.0.into())).collect());
        let talk = Talk::new()
            .handshake()
            .connect_with(&[("app", "live".into()), ("videoFourCcInfoMap", info)])
            .create_stream()
            .publish("cam1");
        let talk = (0..requests).fold(talk, |talk, _| talk.down(&again()));
        let color = amf::encode(&["colorInfo".into(), amf::object([("a", 1.0.into())])]);
        let of_track = |id| msg::video(0, [&[0x96, 0x04], &b"hvc1"[..], &[id], &color[..]].concat()).msid(1);
        let packets = (0..tracks).fold(talk, |talk, id| talk.up(&of_track(id))).wait(5).close().packets();
        limits_hit(&["--limit", "streams=3"], &Capture::of(&packets).bytes())
    };
    assert_eq!(talk(64, 64, 3), [""; 0]);
    assert_eq!(talk(65, 1, 1), ["capabilities"]);
    assert_eq!(talk(1, 65, 1), ["reconnect_requests"]);
    assert_eq!(talk(1, 1, 4), ["streams"]);
}

#[test]
fn memory_that_runs_short_costs_what_is_held_up_and_not_the_connections() {
    let report = run::report_with(&["--limit", "memory_bytes=200K"], capture("holes", 5));
    assert_eq!(run::connections(&report).len(), 5);
    let gaps = run::number(&report, "/capture/quality/gaps");
    assert_eq!(gaps, 5, "each connection has one hole");
}

/// The most memory the command has taken for a capture, in KiB.
/// A connection that has to go when memory runs short is counted then, and not once more.
#[test]
fn no_packet_is_counted_twice_when_memory_runs_short() {
    for kind in ["scan", "undecided", "handshakes", "tiny"] {
        let flags = ["analyze", "-q", "--format", "json", "--limit", "memory_bytes=300K"];
        let ran = run::on(&flags, &Input::Stdin(capture(kind, 1000)));
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let number =
            |value: &serde_json::Value, at| value.pointer(at).and_then(serde_json::Value::as_u64).unwrap();
        let others = number(&report, "/capture/other_connections/packets");
        let connections = report.pointer("/connections").and_then(|list| list.as_array()).unwrap();
        let directions = ["/tcp/client_to_server/segments", "/tcp/server_to_client/segments"];
        let segments = |it| directions.map(|at| number(it, at)).iter().sum::<u64>();
        let counted = others + connections.iter().map(segments).sum::<u64>();
        assert!(counted <= number(&report, "/capture/packets") && counted > 0, "{kind}: {counted}");
    }
}

fn peak_kib(bytes: Vec<u8>) -> u64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtmpscope"));
    command.args(["analyze", "-q", "--format", "json", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let feeder = std::thread::spawn(move || drop(input.write_all(&bytes)));
    let reader = std::thread::spawn(move || drop(output.read_to_end(&mut Vec::new())));
    let mut peak = 0;
    let code = loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
        peak = peak.max(now.unwrap_or(0));
        if let Some(code) = child.try_wait().unwrap() {
            break code;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    feeder.join().unwrap();
    reader.join().unwrap();
    assert!(code.success());
    peak
}

#[test]
fn hostile_captures_take_no_more_memory_than_they_may() {
    if !std::path::Path::new("/proc/self/status").exists() {
        println!("not run: memory is read from /proc");
        return;
    }
    for (kind, number) in HEAVY {
        let peak = peak_kib(capture(kind, number));
        println!("{kind} {number}: {} MiB", peak >> 10);
        assert!((1024..MOST_KIB).contains(&peak), "{kind} {number}: {peak} KiB");
    }
}

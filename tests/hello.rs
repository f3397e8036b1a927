//! The smallest conversation: handshake, `connect`, `createStream`, a data message that says "Hello, RTMP!", and the
//! end. Each of the four steps shows, in order and by what it is, in both forms of the timeline, in the commands
//! table, and the end in the verdict.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "helper functions of tests fail loudly too"
)]

mod common;
mod support;

use common::capture::Capture;
use common::ready;
use serde_json::json;
use support::run::{self, Input};
use support::truth;

/// The events of the conversation, in order.
const STORY: [&str; 21] = [
    "tcp.syn",
    "tcp.synack",
    "tcp.established",
    "hs.c0c1",
    "hs.s0s1",
    "hs.s2",
    "hs.c2",
    "hs.done",
    "nc.connect",
    "ctl.window_ack_size",
    "ctl.set_peer_bandwidth",
    "uc.stream_begin",
    "nc.connect_result",
    "ctl.window_ack_size",
    "ns.create_stream",
    "ns.create_stream_result",
    "data.other",
    "ns.delete_stream",
    "tcp.fin",
    "tcp.fin",
    "session.end",
];

/// The four steps among them, each with a word that it shows in the table.
const STEPS: [(&str, &str); 4] = [
    ("nc.connect", "app=live"),
    ("ns.create_stream", "createStream"),
    ("data.other", "Hello, RTMP!"),
    ("ns.delete_stream", "deleteStream"),
];

fn hello() -> Input {
    Capture::of(&ready::hello_rtmp().packets()).bytes().into()
}

#[test]
fn the_timeline_tells_the_steps_to_programs() {
    let lines = run::timeline(hello());
    let names: Vec<&str> = lines.iter().map(|line| run::text(line, "/event")).collect();
    assert_eq!(names, STORY);
    truth::assert_decoded(&lines, 1, &ready::hello_rtmp(), "hello");
    let line = |name: &str| lines.iter().find(|line| line["event"] == name).unwrap();
    assert_eq!(line("nc.connect")["object"]["app"], "live");
    assert_eq!(line("data.other")["handler"], "onHello");
    assert_eq!(line("data.other")["values"], json!(["Hello, RTMP!"]));
    for (step, _) in STEPS {
        assert_eq!(line(step)["direction"], "client_to_server", "{step}");
    }
}

#[test]
fn the_timeline_tells_the_steps_to_people() {
    let ran = run::on(&["timeline"], &hello());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let mut lines = ran.stdout.lines().skip(1);
    for name in STORY {
        let line = lines.next().unwrap();
        assert_eq!(line.split_whitespace().nth(4), Some(name), "{line}");
        let word = STEPS.iter().find(|(step, _)| *step == name).map_or("", |(_, word)| word);
        assert!(line.contains(word), "{line}");
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn the_report_has_the_steps() {
    let report = run::report(hello());
    let connection = run::only(&report);
    let commands = connection["commands"].as_array().unwrap();
    let rows: Vec<_> = commands.iter().map(|c| (run::text(c, "/name"), c["response"].as_str())).collect();
    assert_eq!(
        rows,
        [("connect", Some("_result")), ("createStream", Some("_result")), ("deleteStream", None)]
    );
    let timeline = connection["timeline"].as_array().unwrap();
    let names: Vec<&str> = timeline.iter().map(|entry| run::text(entry, "/event")).collect();
    assert_eq!(names, STORY);
    assert_eq!(connection["handshake"]["complete"], true);
    assert_eq!(connection["handshake"]["kind"], "simple");
    assert_eq!(connection["handshake"]["echo_ok"], true);
    assert_eq!(connection["connect"]["result"], "NetConnection.Connect.Success");
    assert_eq!(connection["messages"]["client_to_server"]["by_type"]["data_amf0"]["count"], 1);
    let verdict = run::text(connection, "/verdict");
    assert!(
        verdict.contains("connected to app \"live\"") && verdict.ends_with("closed cleanly"),
        "{verdict}"
    );
}

#[test]
fn the_verdict_tells_the_steps() {
    let report = run::report(hello());
    let verdict = run::text(run::only(&report), "/verdict");
    assert!(!verdict.contains("used no stream"), "{verdict}");
}

/// `analyze` shows the same to people: the commands in their order, and the verdict.
#[test]
fn the_table_has_the_steps() {
    let ran = run::on(&["analyze"], &hello());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let report = run::report(hello());
    assert!(ran.stdout.contains(run::text(run::only(&report), "/verdict")));
    let places = ["handshake: simple, complete", "connect ", "createStream ", "deleteStream "];
    let found: Vec<_> = places.iter().map(|word| ran.stdout.find(word)).collect();
    assert!(found.iter().all(Option::is_some), "{found:?}");
    assert!(found[0] < found[2] && found[1] < found[2] && found[2] < found[3], "{found:?}");
}

//! A connection among many is told as if there were few: where there are many, their packets are not taken one by one in
//! the order of the capture.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helper functions of tests fail loudly too")]

mod common;
mod support;

use std::collections::BTreeMap;

use common::capture::Capture;
use common::tcp::{Flow, Packet, Tcp, merge};
use common::{Dir, MS, impair, ready};
use serde_json::Value;
use support::run::{self, Input};

const CONNECTIONS: u16 = 520;
const FIRST_PORT: u16 = 40_000;
/// So few that each packet is taken when it comes.
const FEW: u16 = 260;

/// One of many, of which some are whole, and some damaged in ways that take time to be told.
fn connection(number: u16) -> Vec<Packet> {
    let talk = if number.is_multiple_of(2) { ready::publish_av(1) } else { ready::play_av(1) };
    let media = if number.is_multiple_of(2) { Dir::Up } else { Dir::Down };
    let flow = Flow::port(FIRST_PORT + number);
    let packets = talk.seed(number.into()).tcp(|tcp| *tcp = Tcp { flow, ..tcp.clone() }).packets();
    let nth = |n| impair::Pick::Data(media, n);
    let damaged = match number % 7 {
        1 => impair::drop(&packets, nth(20)),
        2 => impair::reorder(&packets, media, 10, 4, number.into()),
        3 => impair::lose_and_retransmit(&packets, nth(25), 200 * MS),
        4 => impair::duplicate(&packets, nth(30), MS),
        5 => impair::zero_window(&packets, nth(22), 300 * MS),
        6 => impair::until(&packets, nth(34)),
        _ => packets,
    };
    impair::shift(&damaged, i64::from(number) * 1_000_000)
}

/// The capture with the packets of all connections, and the client's port of each packet.
fn crowd() -> (Vec<u8>, Vec<u16>) {
    let parts: Vec<Vec<Packet>> = (0..CONNECTIONS).map(connection).collect();
    let packets = merge(&parts);
    let clients = packets.iter().map(|packet| packet.flow.client.port()).collect();
    (Capture::of(&packets).bytes(), clients)
}

/// The same capture, in which the packets of other connections are no IP packets.
fn only(capture: &[u8], clients: &[u16], keep: impl Fn(u16) -> bool) -> Vec<u8> {
    let mut bytes = capture.to_vec();
    let mut at = 24;
    for port in clients {
        let len = u32::from_le_bytes(bytes[at + 8..at + 12].try_into().unwrap());
        if !keep(*port) {
            bytes[at + 28..at + 30].copy_from_slice(&[0x88, 0xB5]);
        }
        at += 16 + len as usize;
    }
    assert_eq!(at, bytes.len());
    bytes
}

fn json(command: &[&str], capture: &[u8]) -> Value {
    let flags = ["-q", "--format", "json", "--show-secrets", "--limit", "timeline_total=1000000"];
    let ran = run::on(&[command, &flags].concat(), &Input::Stdin(capture.to_vec()));
    assert_eq!(ran.stderr, "");
    serde_json::from_str(&ran.stdout).unwrap()
}

/// What the report says of each connection but its number, and what `check` does, by the client's endpoint.
fn told(capture: &[u8]) -> BTreeMap<String, (Value, Vec<Value>)> {
    let report = json(&["analyze"], capture);
    let check = json(&["check"], capture);
    let mut told = BTreeMap::new();
    for connection in run::connections(&report) {
        let mut connection = connection.clone();
        let id = connection.as_object_mut().unwrap().remove("id").unwrap();
        let of_it =
            check["findings"].as_array().unwrap().iter().filter(|finding| finding["connection"] == id);
        let findings = of_it.cloned().map(|mut finding| {
            finding.as_object_mut().unwrap().remove("connection");
            finding
        });
        told.insert(run::text(&connection, "/client").to_owned(), (connection, findings.collect()));
    }
    told
}

#[test]
fn a_connection_among_many_is_told_like_one_among_few() {
    let (capture, clients) = crowd();
    let among_many = told(&capture);
    assert_eq!(among_many.len(), usize::from(CONNECTIONS));
    let mut among_few = told(&only(&capture, &clients, |port| port < FIRST_PORT + FEW));
    assert_eq!(among_few.len(), usize::from(FEW));
    among_few.extend(told(&only(&capture, &clients, |port| port >= FIRST_PORT + FEW)));
    let findings: usize = among_few.values().map(|(_, findings)| findings.len()).sum();
    assert!(findings > 0);
    for (client, (connection, findings)) in &among_few {
        assert!(among_many[client].0 == *connection, "{client}: the report differs");
        assert!(among_many[client].1 == *findings, "{client}: the findings differ");
    }
}

#[test]
fn a_timeline_of_many_is_in_the_order_of_the_capture() {
    let parts: Vec<Vec<Packet>> = (0..CONNECTIONS).filter(|number| number % 7 == 0).map(connection).collect();
    let whole: Vec<Vec<Packet>> = (0..530)
        .map(|number| {
            let copy = parts[number % parts.len()].iter().cloned();
            let flow = Flow::port(FIRST_PORT + u16::try_from(number).unwrap());
            copy.map(|packet| Packet { flow, ..packet }).collect()
        })
        .collect();
    let lines = run::timeline(Capture::of(&merge(&whole)).bytes());
    let media: Vec<&Value> = lines.iter().filter(|line| line["event"] == "media.video").collect();
    assert!(media.len() > 1000, "{}", media.len());
    assert!(media.is_sorted_by_key(|line| run::number(line, "/packet")));
}

#[test]
fn many_connections_in_little_memory_are_told_the_same_each_time() {
    let (capture, _) = crowd();
    let analyze = || {
        let flags = ["analyze", "-q", "--format", "json", "--limit", "memory_bytes=9M"];
        run::on(&flags, &Input::Stdin(capture.clone()))
    };
    let ran = analyze();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let hits = report.pointer("/capture/quality/limits_hit").and_then(Value::as_array).unwrap();
    assert!(hits.iter().any(|hit| hit["limit"] == "memory_bytes"), "{hits:?}");
    assert!(run::connections(&report).len() >= usize::from(CONNECTIONS));
    assert_eq!(analyze().stdout, ran.stdout);
}

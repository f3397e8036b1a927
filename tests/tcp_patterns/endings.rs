//! How connections begin and end: closings, ports used again, one direction, the middle.

use serde_json::Value;

use crate::common::impair::{self, down, up};
use crate::common::talk::{Close, Talk};
use crate::common::tcp::{self, Flow, Packet, SYN};
use crate::common::{Dir, MS, S, ready};
use crate::support::run::{self, number, text};
use crate::support::truth::{self, DIRECTIONS};

#[test]
fn who_ended_it() {
    let cases = [
        (Close::Fin(Dir::Up), "client-fin", "closed cleanly"),
        (Close::Fin(Dir::Down), "server-fin", "the server closed the connection"),
        (Close::Rst(Dir::Up), "client-rst", "closed cleanly, with a reset"),
        (Close::Rst(Dir::Down), "server-rst", "the server reset the connection"),
        (Close::Open, "open", "the capture ended with the connection open"),
    ];
    for (close, closing, words) in cases {
        let talk = ready::publish_av(2).close_with(close);
        let packets = talk.packets();
        let report = run::report(&packets);
        let connection = run::only(&report);
        assert_eq!(text(connection, "/closing"), closing);
        let verdict = text(connection, "/verdict");
        assert!(verdict.contains("published <stream-1>") && verdict.contains(words), "{closing}: {verdict}");
        let lines = run::timeline(&packets);
        truth::assert_decoded(&lines, 1, &talk, closing);
        let last = lines.last().unwrap();
        assert_eq!((text(last, "/event"), text(last, "/cause")), ("session.end", closing));
    }
}

/// A FIN that was lost and sent again, and packets behind a reset, change nothing.
#[test]
fn the_first_end_counts() {
    let talk = ready::publish_av(2);
    let packets = talk.packets();
    let fin = packets.iter().position(|p| p.has(tcp::FIN)).unwrap();
    let again = Packet { time: packets[fin].time + 300 * MS, ip_id: 7, ..packets[fin].clone() };
    let twice = [packets.clone(), vec![again]].concat();
    assert_eq!(text(run::only(&run::report(&twice)), "/closing"), "client-fin");
    let last = packets.last().unwrap();
    let reset = Packet { time: last.time + MS, flags: tcp::RST, dir: Dir::Down, ..last.clone() };
    let late = [packets, vec![reset]].concat();
    assert_eq!(text(run::only(&run::report(&late)), "/closing"), "client-fin");
}

fn endpoints(connection: &Value) -> (&str, &str) {
    (text(connection, "/client"), text(connection, "/server"))
}

#[test]
fn ports_used_again_are_another_connection() {
    let (first, second) = (ready::publish_av(2), ready::play_av(2).tcp(|t| t.isn = [7, 9]));
    for (gap, close) in [(S, Close::Fin(Dir::Up)), (10 * MS, Close::Rst(Dir::Down)), (90 * S, Close::Open)] {
        let before = first.clone().close_with(close);
        let packets = tcp::one_after_other(&before.packets(), &second.packets(), gap);
        let report = run::report(&packets);
        let [a, b] = run::connections(&report) else { panic!("two connections") };
        assert_eq!((number(a, "/id"), number(b, "/id")), (1, 2));
        assert_eq!(endpoints(a), endpoints(b));
        assert_eq!(text(a, "/streams/0/role"), "publish");
        assert_eq!(text(b, "/streams/0/role"), "play");
        assert_eq!(number(&report, "/summary/connections"), 2);
        let lines = run::timeline(&packets);
        truth::assert_decoded(&lines, 1, &before, "the first");
        truth::assert_decoded(&lines, 2, &second, "the second");
        for connection in [a, b] {
            truth::assert_ledger(connection, "port used again");
        }
    }
}

/// Ids go by the order in which connections are told to be RTMP.
#[test]
fn connections_are_numbered_as_they_are_recognised() {
    let early = ready::hello_rtmp().tcp(|t| (t.flow, t.rtt) = (Flow::port(40_001), 400 * MS));
    let late = ready::hello_rtmp().tcp(|t| (t.flow, t.start) = (Flow::port(40_002), t.start + 20 * MS));
    let packets = tcp::merge(&[early.packets(), late.packets()]);
    let report = run::report(&packets);
    let clients: Vec<_> = run::connections(&report).iter().map(|c| text(c, "/client")).collect();
    assert_eq!(clients, ["192.0.2.1:40002", "192.0.2.1:40001"]);
}

#[test]
fn many_at_once_do_not_mix() {
    let talks: Vec<Talk> = (0..8)
        .map(|n| {
            let talk = if n % 2 == 0 { ready::publish_av(2) } else { ready::play_av(1) };
            talk.seed(n).tcp(|t| {
                t.flow = Flow::port(40_000 + n as u16);
                t.start += n * 3 * MS;
            })
        })
        .collect();
    let packets = tcp::merge(&talks.iter().map(Talk::packets).collect::<Vec<_>>());
    let lines = run::timeline(&packets);
    for (n, talk) in talks.iter().enumerate() {
        truth::assert_decoded(&lines, n as u64 + 1, talk, &format!("connection {n}"));
    }
    let report = run::report(&packets);
    let roles = (number(&report, "/summary/by_role/publish"), number(&report, "/summary/by_role/play"));
    assert_eq!(roles, (4, 4));
}

/// One side alone still tells its half.
#[test]
fn one_direction() {
    let talk = ready::publish_av(2);
    let packets = talk.packets();
    for dir in [Dir::Up, Dir::Down] {
        let alone = impair::only(&packets, dir);
        let lines = run::timeline(&alone);
        truth::assert_same(&truth::decoded(&lines, 1, dir), &truth::said(&talk, dir), "one direction");
        assert_eq!(truth::decoded(&lines, 1, dir.back()), []);
        let report = run::report(&alone);
        let connection = run::only(&report);
        assert_eq!(endpoints(connection), ("192.0.2.1:51234", "192.0.2.10:1935"));
        assert_eq!(number(&report, "/capture/quality/one_way_connections"), 1);
        assert_eq!(number(connection, &format!("/tcp/{}/segments", DIRECTIONS[dir.back().i()])), 0);
        assert_eq!(number(connection, &format!("/tcp/{}/gaps", DIRECTIONS[dir.i()])), 0);
        truth::assert_ledger(connection, "one direction");
    }
    // The client's half has all the media.
    let report = run::report(&impair::only(&packets, Dir::Up));
    assert_eq!(number(run::only(&report), "/streams/0/video/frames"), 50);
}

/// The capture starts inside: after the handshake, or inside the media.
#[test]
fn joined_in_the_middle() {
    let talk = ready::publish_av(4);
    let packets = talk.packets();
    for (pick, name) in
        [(up(3), "behind the handshake"), (up(60), "inside the media"), (down(3), "at an answer")]
    {
        let part = impair::from(&packets, pick);
        let report = run::report(&part);
        let connection = run::only(&report);
        assert_eq!(text(connection, "/opening"), "mid-stream", "{name}");
        assert_eq!(text(connection, "/closing"), "client-fin", "{name}");
        assert_eq!(endpoints(connection), ("192.0.2.1:51234", "192.0.2.10:1935"));
        assert_eq!(number(&report, "/capture/quality/connections_without_syn"), 1, "{name}");
        truth::assert_ledger(connection, name);
    }
    assert!(!impair::from(&packets, up(3)).iter().any(|p| p.has(SYN)));
}

/// The decoder finds the first message it can be sure of, and goes on from there.
#[test]
fn joined_in_the_middle_decodes() {
    let talk = ready::publish_av(4);
    let packets = talk.packets();
    for (pick, name) in
        [(up(3), "behind the handshake"), (up(60), "inside the media"), (down(3), "at an answer")]
    {
        let part = impair::from(&packets, pick);
        let report = run::report(&part);
        assert!(number(run::only(&report), "/streams/0/video/frames") > 60, "{name}");
        // All that was decoded was said, whatever offset the capture begins at.
        let said = truth::said(&talk, Dir::Up);
        let lines = run::timeline(&part);
        let got = truth::decoded(&lines, 1, Dir::Up);
        let last = &said[said.len() - got.len() + 20..];
        let alike = |(a, b): (&truth::Told, &truth::Told)| {
            (a.kind, a.length, a.csid, a.msid) == (b.kind, b.length, b.csid, b.msid)
        };
        assert!(got[20..].iter().zip(last).all(alike), "{name}");
    }
}

//! What is RTMP and what is not, and the flags that choose.

use serde_json::Value;

use crate::common::capture::Capture;
use crate::common::handshake::Handshake;
use crate::common::impair::{self, up};
use crate::common::talk::{Close, Talk};
use crate::common::tcp::{self, Flow, Packet};
use crate::common::{Dir, S, ready};
use crate::support::run::{self, Input, number, text};
use crate::support::truth;

/// A conversation of two lines on a port.
fn chat(port: u16, up: &[u8], down: &[u8]) -> Vec<Packet> {
    let talk = Talk::new().raw(Dir::Up, up).answer(Dir::Down).raw(Dir::Down, down).wait(5).close();
    talk.tcp(|t| t.flow.server.set_port(port)).packets()
}

#[test]
fn what_is_not_rtmp_is_counted_and_left_alone() {
    let http: (&[u8], &[u8]) = (b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n");
    let mail: (&[u8], &[u8]) = (b"EHLO example.com\r\n", b"220 mail\r\n");
    let desktop: (&[u8], &[u8]) = (&[3, 0, 0, 19, 14, 224, 0, 0], &[3, 0, 0, 19, 14, 208, 0, 0]);
    for (name, (up, down)) in [("http", http), ("mail", mail), ("remote desktop", desktop)] {
        for port in [80, 443, 1935, 3389, 40_404] {
            if name == "remote desktop" && port == 1935 {
                continue; // a first byte of 3 on RTMP's own port is taken for RTMP
            }
            let packets = chat(port, up, down);
            let report = run::report(&packets);
            assert!(run::connections(&report).is_empty(), "{name} on {port}");
            let other = &report["capture"]["other_connections"];
            let frames = Capture::of(&packets).frames();
            let wire: usize = frames.iter().map(|f| f.wire_len).sum();
            assert_eq!(number(other, "/count"), 1, "{name} on {port}");
            assert_eq!(number(other, "/packets"), packets.len() as u64, "{name} on {port}");
            assert_eq!(number(other, "/wire_bytes"), wire as u64, "{name} on {port}");
        }
    }
}

#[test]
fn rtmp_is_found_among_others() {
    let others = [
        chat(80, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"),
        chat(25, b"EHLO example.com\r\n", b"220 mail\r\n"),
    ];
    let talk = ready::publish_av(1).tcp(|t| t.flow.server.set_port(27_182));
    let packets = tcp::merge(&[others[0].clone(), talk.packets(), others[1].clone()]);
    let report = run::report(&packets);
    assert_eq!(text(run::only(&report), "/server"), "192.0.2.10:27182");
    assert_eq!(number(&report, "/capture/other_connections/count"), 2);
    truth::assert_decoded(&run::timeline(&packets), 1, &talk, "among others");
}

/// However small the segments are in which the hello comes.
#[test]
fn rtmp_is_found_in_tiny_segments() {
    let talk = ready::publish_av(1).tcp(|t| t.flow.server.set_port(27_182));
    let packets = impair::tiny(&talk.packets(), 2);
    truth::assert_decoded(&run::timeline(&packets), 1, &talk, "tiny segments");
}

/// A capture without RTMP is no failure; it says so, unless it is to be quiet.
#[test]
fn no_rtmp_is_said() {
    let packets = chat(80, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n");
    let input = Input::Stdin(Capture::of(&packets).bytes());
    let ran = run::on(&["analyze"], &input);
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.stderr.contains("no RTMP connection found") && ran.stderr.contains("--port"),
        "{}",
        ran.stderr
    );
    let quiet = run::on(&["analyze", "-q"], &input);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
    assert_eq!(quiet.stdout, ran.stdout);
}

/// A client that stops in the middle of its hello: on a port that is known for RTMP that is enough to say so.
fn stopped(port: u16) -> Vec<Packet> {
    let talk = Talk::new().handshake_as(Handshake::Truncated(700)).wait(10).close_with(Close::Rst(Dir::Up));
    talk.tcp(|t| t.flow.server.set_port(port)).packets()
}

#[test]
fn the_port_flag_makes_a_port_known() {
    let known = run::report(&stopped(1935));
    let verdict = text(run::only(&known), "/verdict");
    assert!(verdict.contains("the handshake was not completed"), "{verdict}");
    assert!(verdict.contains("700"), "{verdict}");
    let unknown = run::report(&stopped(9_999));
    assert!(run::connections(&unknown).is_empty());
    let told = run::report_with(&["--port", "9998", "--port", "9999"], &stopped(9_999));
    assert_eq!(text(run::only(&told), "/verdict"), verdict);
    // A known port makes other protocols there no RTMP.
    let http = chat(9_999, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n");
    assert!(run::connections(&run::report_with(&["--port", "9999"], &http)).is_empty());
}

/// With a known port, the lower port number no longer tells who is the server.
#[test]
fn the_port_flag_tells_the_server() {
    let talk =
        ready::publish_av(2).tcp(|t| t.flow = Flow { server: ([192, 0, 2, 10], 60_000).into(), ..t.flow });
    let middle = impair::from(&talk.packets(), up(60));
    let report = run::report_with(&["--port", "60000"], &middle);
    let connection = run::only(&report);
    assert_eq!(text(connection, "/server"), "192.0.2.10:60000");
}

#[test]
fn decode_as_leaves_no_doubt() {
    // An RTMP conversation of which not even the first byte is right.
    let talk = ready::publish_av(1).tcp(|t| t.flow.server.set_port(8_080));
    let mut packets = talk.packets();
    for packet in packets.iter_mut().filter(|p| p.payload.first() == Some(&3)).take(2) {
        packet.payload[0] = 77;
    }
    let first = |dir: Dir| packets.iter().find(|p| p.dir == dir && !p.payload.is_empty()).unwrap().payload[0];
    assert_eq!((first(Dir::Up), first(Dir::Down)), (77, 77));
    assert!(run::connections(&run::report(&packets)).is_empty());
    let wrong = ["--decode-as", "192.0.2.10:8081=rtmp"];
    assert!(run::connections(&run::report_with(&wrong, &packets)).is_empty());
    let right = ["--decode-as", "192.0.2.10:8080=rtmp"];
    let report = run::report_with(&right, &packets);
    let connection = run::only(&report);
    assert_eq!(number(connection, "/handshake/client_version"), 77);
    truth::assert_decoded(&run::timeline_with(&right, &packets), 1, &talk, "decode as");
}

/// Three connections one after the other.
fn three() -> Vec<Packet> {
    let talk = |n: u16| {
        let talk = if n == 2 { ready::play_av(1) } else { ready::publish_av(1) };
        talk.tcp(|t| (t.flow, t.start) = (Flow::port(40_000 + n), t.start + 2 * S * u64::from(n)))
    };
    tcp::merge(&[talk(1).packets(), talk(2).packets(), talk(3).packets()])
}

#[test]
fn one_connection_of_several() {
    let input = Input::Stdin(Capture::of(&three()).bytes());
    let all = run::report(input.clone());
    let lines = run::timeline(input.clone());
    assert_eq!(run::connections(&all).len(), 3);
    for n in 1..=3_u64 {
        let flags = ["--connection", &n.to_string()];
        let report = run::report_with(&flags, input.clone());
        assert_eq!(run::only(&report), &run::connections(&all)[n as usize - 1]);
        assert_eq!(report["capture"], all["capture"]);
        let mine: Vec<Value> = lines.iter().filter(|line| line["connection"] == n).cloned().collect();
        assert_eq!(run::timeline_with(&flags, input.clone()), mine);
        assert!(mine.len() > 80);
    }
    assert!(run::connections(&run::report_with(&["--connection", "9"], input.clone())).is_empty());
    assert!(run::timeline_with(&["--connection", "9"], input).is_empty());
}

/// The timeline shows the lines of that time; the analysis is of the packets of that time.
#[test]
fn a_part_of_the_time() {
    let packets = three();
    let lines = run::timeline(&packets);
    let times = [("2..4.5", 2.0, 4.5), ("3s..", 3.0, f64::MAX), ("..2500ms", f64::MIN, 2.5)];
    for (flag, from, to) in times {
        let inside = |line: &&Value| (from..=to).contains(&line["time_s"].as_f64().unwrap());
        let mine: Vec<Value> = lines.iter().filter(inside).cloned().collect();
        assert!(!mine.is_empty() && mine.len() < lines.len());
        assert_eq!(run::timeline_with(&["--time", flag], &packets), mine, "{flag}");
        let report = run::report_with(&["--time", flag], &packets);
        let start = packets[0].time;
        let seconds = |p: &&Packet| (p.time - start) as f64 / 1e9;
        let count = packets.iter().filter(|p| (from..=to).contains(&seconds(p))).count();
        assert_eq!(number(&report, "/capture/packets"), count as u64, "{flag}");
    }
    // The second connection, whole.
    let report = run::report_with(&["--time", "2..3.9"], &packets);
    let connection = run::only(&report);
    assert_eq!(text(connection, "/client"), "192.0.2.1:40002");
    assert_eq!(text(connection, "/opening"), "syn");
    assert_eq!(number(connection, "/streams/0/video/frames"), 25);
}

#[test]
fn events_by_name() {
    let packets = ready::publish_av(4).packets();
    let lines = run::timeline(&packets);
    for prefixes in [&["nc."][..], &["ns.", "media.keyframe"], &["tcp.fin"], &["no such"]] {
        let begins = |line: &&Value| prefixes.iter().any(|p| text(line, "/event").starts_with(p));
        let mine: Vec<Value> = lines.iter().filter(begins).cloned().collect();
        let flags: Vec<&str> = prefixes.iter().flat_map(|p| ["--event", p]).collect();
        assert_eq!(run::timeline_with(&flags, &packets), mine, "{prefixes:?}");
    }
    let marks = |name: &str| lines.iter().filter(|line| line["event"] == name).count();
    assert_eq!((marks("media.first_keyframe"), marks("media.keyframe")), (1, 1));
}

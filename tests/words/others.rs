//! What is no RTMP, or no RTMP that can be read: other protocols, scans, TLS, RTMPE.

use crate::common::capture::Capture;
use crate::common::talk::{Close, Talk};
use crate::common::tcp::{self, Flow, Packet};
use crate::common::{Dir, MS, ready};
use crate::told::{self, Told};

/// A TLS client hello, as far as anyone looks at it.
const CLIENT_HELLO: &[u8] = &[0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, 7, 7, 7, 7, 7, 7, 7, 7, 7];
const SERVER_HELLO: &[u8] = &[0x16, 3, 3, 0, 80, 2, 0, 0, 76, 3, 3, 9, 9, 9, 9, 9, 9, 9, 9, 9];

fn asked(client: &[u8], server: &[u8], port: u16) -> Vec<Packet> {
    let talk = Talk::new().raw(Dir::Up, client).answer(Dir::Down);
    let talk = if server.is_empty() { talk } else { talk.raw(Dir::Down, server) };
    talk.wait(20).close().tcp(|t| t.flow.server.set_port(port)).packets()
}

fn told_of(packets: &[Packet]) -> Told {
    told::bytes(&Capture::of(packets).bytes(), &[])
}

#[test]
fn a_web_browser_on_the_port_of_rtmp() {
    let told = told_of(&asked(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"", 1935));
    told.sentences(&[]).line(&["not RTMP: 1 TCP connection"]).line(&[":1935: 1 connection, HTTP"]);
    told.note(&["no RTMP connection found", ":1935 was asked in HTTP, not in RTMP"]);
    assert_eq!(told.report["capture"]["other_connections"]["servers"][0]["kind"], "http");
}

#[test]
fn other_protocols_on_the_port_of_rtmp() {
    let told = told_of(&asked(b"SSH-2.0-OpenSSH_9.6\r\n", b"SSH-2.0-OpenSSH_9.6\r\n", 1935));
    told.sentences(&[]).line(&[":1935: 1 connection, SSH"]);
    let told = told_of(&asked(b"\0\0\0\x17hello, is anyone there?", b"", 1935));
    told.sentences(&[]).line(&[":1935: 1 connection, unknown"]);
}

#[test]
fn tls_on_the_port_of_rtmp() {
    let told = told_of(&asked(CLIENT_HELLO, SERVER_HELLO, 1935));
    told.sentences(&[&["encrypted by TLS (RTMPS): what is inside is not visible", "the client closed"]]);
    told.finding(
        &["1 connection was encrypted by TLS: nothing inside was judged"],
        &["between it and the RTMP server"],
    );
    told.line(&["media payload / wire bytes not known"]).never(&["did not answer"]);
}

#[test]
fn tls_elsewhere() {
    let told = told_of(&asked(CLIENT_HELLO, SERVER_HELLO, 443));
    told.sentences(&[]).line(&[":443: 1 connection, TLS"]);
    told.note(&[":443 was asked in TLS", "if that is RTMPS, capture behind what ends the TLS"]);
}

#[test]
fn rtmp_on_the_port_of_tls() {
    let packets = ready::publish_av(2).tcp(|t| t.flow.server.set_port(443)).packets();
    told_of(&packets).sentences(&[&["client published <stream-1> for 2", "closed cleanly"]]).findings(0);
    let Some(told) = told::of("derived_port443") else { return };
    told.sentences(&[&["published <stream-1> for 6.0 s"], &["played <stream-1>"], &["played <stream-1>"]]);
}

/// An HTTP request, a handshake cut short, RTMPE without an answer, bytes like TLS; all on port 1935.
#[test]
fn a_capture_of_nothing_but_strangers() {
    let Some(told) = told::of("fail_not_rtmp") else { return };
    told.line(&["not RTMP: 1 TCP connection"]).line(&["127.0.0.1:1935: 1 connection, HTTP"]);
    told.sentences(&[
        &["the handshake was not completed: the client sent 101 and the server 0 of 3073 bytes"],
        &["encrypted by TLS (RTMPS): what is inside is not visible", "the server did not answer"],
        &[
            "the client asked for encrypted RTMP (RTMPE, version 6), with no digest in its hello",
            "the server did not answer",
        ],
    ]);
    told.finding(&["encrypted by TLS"], &["where the stream is plain"]);
    told.findings(1);
}

/// A real client and a server that do not agree on the encryption: what came behind the handshake is not visible.
#[test]
fn encryption_by_the_means_of_rtmp() {
    let Some(told) = told::of("rtmpe_fail_ffmpeg9") else { return };
    told.sentences(&[&[
        "encrypted RTMP (RTMPE, version 6): what is behind the handshake is not visible",
        "208 bytes from the client and 0 from the server",
        "the server closed the connection",
    ]]);
    told.line(&["handshake: encrypted, complete"]);
    told.finding(&["encrypted by RTMP's own means (RTMPE)"], &["rtmp:// URL in place of rtmpe://"]);
}

fn syn(n: u16, server_port: u16, at: u64, answer: Option<u8>) -> Vec<Packet> {
    let flow = Flow::port(40_000 + n);
    let mut packets = ready::hello_rtmp().tcp(|t| t.flow = flow).packets();
    packets.truncate(2);
    for packet in &mut packets {
        packet.flow.server.set_port(server_port);
        packet.time += at;
    }
    match answer {
        None => packets.truncate(1),
        Some(flags) => {
            packets[1].flags = flags;
            packets[1].options.clear();
        }
    }
    packets
}

/// A thousand ports are tried; most refuse, some say nothing.
#[test]
fn a_port_scan() {
    let parts: Vec<Vec<Packet>> = (0..1000)
        .map(|n| syn(n, 2000 + n, u64::from(n) * MS, (n % 10 != 0).then_some(tcp::RST | tcp::ACK)))
        .collect();
    let told = told_of(&tcp::merge(&parts));
    told.sentences(&[]).line(&["not RTMP: 1,000 TCP connections", "900 refused", "100 not answered"]);
    told.line(&["    995 more"]).note(&["refused to connect", "nothing listened on the port"]);
    let other = &told.report["capture"]["other_connections"];
    assert_eq!((&other["refused"], &other["unanswered"]), (&900.into(), &100.into()));
    assert!(other["servers"].as_array().unwrap().len() <= 20, "the list is bounded");
}

/// The port of RTMP is blocked: the client tries again and again.
#[test]
fn a_port_that_is_blocked() {
    let first = syn(1, 1935, 0, None);
    let again =
        |n: u64| Packet { time: first[0].time + n * 1000 * MS, ip_id: 90 + n as u16, ..first[0].clone() };
    let packets: Vec<Packet> = [0, 1, 3, 7, 15].map(again).to_vec();
    told_of(&packets).sentences(&[&["the server did not answer: the client asked 5 times in 15.0 s"]]);
    let refused = told_of(&syn(1, 1935, 0, Some(tcp::RST | tcp::ACK)));
    refused.sentences(&[&["the server refused the connection"]]);
}

#[test]
fn connections_that_say_nothing() {
    let talk = Talk::new().wait(2_000).close_with(Close::Fin(Dir::Up));
    told_of(&talk.packets())
        .sentences(&[&["neither side sent anything", "the client closed the connection"]]);
}

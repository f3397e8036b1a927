//! What is no RTMP, or cannot be read as such, joined in the middle.

use serde_json::Value;

use crate::common::impair::{self, Pick};
use crate::common::talk::Talk;
use crate::common::tcp::{self, Packet};
use crate::common::{Dir, Rng};
use crate::strangers::{self, KINDS};
use crate::support::run::{self, connections, text};

/// Both sides send these bytes; the capture begins behind `skip` packets of the opening and the data.
fn late(up: &[u8], down: &[u8], ports: (u16, u16), skip: usize) -> Vec<Packet> {
    let mut talk = Talk::new();
    for (dir, bytes) in [(Dir::Up, up), (Dir::Down, down)] {
        for part in bytes.chunks(8_000) {
            talk = talk.raw(dir, part).wait(2);
        }
    }
    let talk = talk.wait(20).close().tcp(|tcp| {
        tcp.flow.client.set_port(ports.0);
        tcp.flow.server.set_port(ports.1);
    });
    impair::from(&talk.packets(), Pick::Index(3 + skip))
}

fn other_kinds(report: &Value) -> Vec<&str> {
    let servers = report["capture"]["other_connections"]["servers"].as_array().unwrap();
    servers.iter().map(|server| text(server, "/kind")).collect()
}

/// Nothing of this is RTMP, wherever the capture begins, with holes and without.
#[test]
fn nothing_else_is_taken_for_rtmp() {
    let mut count = 0;
    let mut taken = Vec::new();
    for (n, (name, make)) in KINDS.iter().enumerate() {
        let streams = (0..12_u16).map(|seed| {
            let rng = &mut Rng::new(u64::from(seed) << 8 | n as u64);
            let (up, down) = (make(rng, 4_000), make(rng, 90_000));
            let packets = late(&up, &down, (50_000 + seed, 8_000 + n as u16), usize::from(seed) * 3);
            match seed % 3 {
                0 => packets,
                1 => packets.into_iter().enumerate().filter(|(i, _)| i % 9 != 4).map(|(_, p)| p).collect(),
                _ => impair::only(&packets, Dir::Down),
            }
        });
        let streams: Vec<Vec<Packet>> = streams.collect();
        count += streams.len();
        let report = run::report(&tcp::merge(&streams));
        let found: Vec<&str> = connections(&report).iter().map(|c| text(c, "/verdict")).collect();
        if found.is_empty() {
            assert_eq!(report["capture"]["other_connections"]["count"], streams.len(), "{name}");
        } else {
            taken.push(format!("{name}: {found:?}"));
        }
    }
    assert!(taken.is_empty(), "{taken:#?}");
    println!("{count} connections of other protocols, none taken for RTMP");
}

/// Records of TLS on the port of RTMP, from the beginning of one and from the inside; the same on the port of TLS.
#[test]
fn tls_joined_in_the_middle() {
    let bytes = strangers::tls(&mut Rng::new(7), 60_000);
    for skip in [0, 1, 5] {
        let report = run::report(&late(&bytes, &bytes[..4_000], (50_000, 1935), skip));
        let connection = run::only(&report);
        assert_eq!(text(connection, "/transport"), "rtmps", "{skip}");
        assert!(text(connection, "/verdict").contains("encrypted by TLS"), "{skip}");
        let report = run::report(&late(&bytes, &bytes[..4_000], (50_000, 443), skip));
        assert_eq!((connections(&report).len(), other_kinds(&report)), (0, vec!["tls"]), "{skip}");
    }
}

/// On the port of RTMP a connection stays in the report, and is said to show no chunks.
#[test]
fn no_chunks_on_the_port_of_rtmp() {
    let mut rng = Rng::new(3);
    let web = [&b"<html><body>"[..], &b"hello, is anyone there? ".repeat(400)].concat();
    for bytes in [rng.bytes(5_000), rng.bytes(90_000), web, vec![0; 20_000]] {
        let report = run::report(&late(&bytes, b"", (50_000, 1935), 0));
        let connection = run::only(&report);
        let words = format!("joined in the middle: no RTMP chunks were found in {} bytes; ", bytes.len());
        assert!(text(connection, "/verdict").contains(&words), "{}", text(connection, "/verdict"));
        let messages = &connection["messages"]["client_to_server"]["total"];
        assert_eq!((text(connection, "/transport"), messages.as_u64()), ("rtmp", Some(0)));
    }
}

/// RTMPT is known by its requests, also from an answer on.
#[test]
fn rtmpt_joined_in_the_middle() {
    let ask = b"POST /idle/1234/7 HTTP/1.1\r\nContent-Type: application/x-fcs\r\nContent-Length: 1\r\n\r\n\0";
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\x09";
    let talk =
        (0..4).fold(Talk::new(), |talk, _| talk.raw(Dir::Up, ask).wait(5).raw(Dir::Down, answer).wait(5));
    for ports in [(50_000, 8_000), (8_000, 50_000)] {
        let talk = talk.clone().close().tcp(|tcp| {
            tcp.flow.client.set_port(ports.0);
            tcp.flow.server.set_port(ports.1);
        });
        let packets = talk.packets();
        for first in [impair::up(1), impair::down(1)] {
            let report = run::report(&impair::from(&packets, first));
            let connection = run::only(&report);
            assert_eq!(text(connection, "/transport"), "rtmpt");
            assert!(text(connection, "/client").ends_with(&format!(":{}", ports.0)), "{ports:?}");
        }
    }
}

//! RTMP that is joined in the middle: it is found, and each side is taken for what it is.

use serde_json::Value;

use crate::common::impair::{self, Pick};
use crate::common::media::Av;
use crate::common::talk::Talk;
use crate::common::tcp::Packet;
use crate::common::{Dir, ready};
use crate::support::run::{self, number, text};

/// The conversation between these ports, from its `n`-th packet on.
fn late(talk: Talk, ports: (u16, u16), n: usize) -> Vec<Packet> {
    let packets = moved(talk, ports).packets();
    impair::from(&packets, Pick::Index(n))
}

fn moved(talk: Talk, (client, server): (u16, u16)) -> Talk {
    talk.tcp(|tcp| {
        tcp.flow.client.set_port(client);
        tcp.flow.server.set_port(server);
    })
}

/// A place in the media: behind all that is said before it.
fn in_media(talk: &Talk) -> usize {
    talk.packets().len() / 3
}

fn roles(connection: &Value) -> (&str, &str, bool) {
    let inferred = connection["roles_inferred"].as_bool().unwrap_or(false);
    (text(connection, "/client"), text(connection, "/server"), inferred)
}

fn frames(connection: &Value, role: &str) -> u64 {
    let streams = connection["streams"].as_array().unwrap();
    let of = |s: &Value| ["video", "audio"].map(|t| s[t]["frames"].as_u64().unwrap_or(0)).iter().sum::<u64>();
    streams.iter().filter(|s| s["role"] == role).map(of).sum()
}

/// The port of TLS, a port of no meaning, and ports the wrong way round: media is found from every fifth packet on.
#[test]
fn media_on_any_port() {
    for (name, role, talk) in
        [("publish", "publish", ready::publish_av as fn(u32) -> Talk), ("play", "play", ready::play_av)]
    {
        let whole = run::report(&moved(talk(2), (50_000, 8_000)).packets());
        let all = frames(run::only(&whole), role);
        let count = talk(2).packets().len();
        for ports in [(50_000, 443), (50_000, 8_000)] {
            for n in (12..count * 3 / 4).step_by((count / 6).max(1)) {
                let report = run::report(&late(talk(2), ports, n));
                let connection = run::only(&report);
                let case = format!("{name} on {ports:?} from {n}");
                assert_eq!(text(connection, "/transport"), "rtmp", "{case}");
                assert_eq!(text(connection, "/opening"), "mid-stream", "{case}");
                let (client, server, _) = roles(connection);
                assert!(client.ends_with(":50000") && !server.ends_with(":50000"), "{case}");
                let left = all * (count - n) as u64 / count as u64;
                let found = frames(connection, role);
                assert!(found * 4 >= left, "{case}: {found} of about {left} frames");
            }
        }
    }
}

/// Nothing but media tells no side from the other: the lower port is the server's, and that is said to be a guess.
#[test]
fn media_alone_does_not_tell_the_sides() {
    let from = in_media(&ready::play_av(4));
    let report = run::report(&late(ready::play_av(4), (50_000, 8_000), from));
    assert_eq!(roles(run::only(&report)), ("192.0.2.1:50000", "192.0.2.10:8000", true));
    let report = run::report(&late(ready::play_av(4), (50_000, 1935), from));
    assert_eq!(roles(run::only(&report)), ("192.0.2.1:50000", "192.0.2.10:1935", false));
}

/// A server on a port above the client's: what is said tells, whoever is heard first.
#[test]
fn commands_tell_the_sides() {
    for talk in [ready::publish_av as fn(u32) -> Talk, ready::play_av, |_| ready::hello_rtmp()] {
        let packets = moved(talk(1), (40_000, 50_000)).packets();
        let media = packets.iter().filter(|p| !p.payload.is_empty()).count();
        for n in 2..media.min(5) {
            let at = packets.iter().enumerate().filter(|(_, p)| !p.payload.is_empty()).nth(n).unwrap().0;
            let report = run::report(&impair::from(&packets, Pick::Index(at)));
            let connection = run::only(&report);
            assert_eq!(roles(connection), ("192.0.2.1:40000", "192.0.2.10:50000", false), "data packet {n}");
        }
    }
}

/// S0 and S1 look like C0 and C1.
#[test]
fn a_hello_of_the_server_is_not_taken_for_one_of_the_client() {
    for ports in [(40_000, 3_935), (3_935, 40_000)] {
        let packets = moved(ready::publish_av(1), ports).packets();
        let first = impair::index(&packets, impair::down(0));
        for cut in [packets[first..].to_vec(), impair::tiny(&packets[first..], 512)] {
            let report = run::report(&cut);
            let connection = run::only(&report);
            let (client, server, inferred) = roles(connection);
            assert!(client.ends_with(&format!(":{}", ports.0)), "{ports:?}: {client} to {server}");
            assert!(
                server.ends_with(&format!(":{}", ports.1)) && !inferred,
                "{ports:?}: {client} to {server}"
            );
            assert_eq!(text(connection, "/streams/0/role"), "publish");
        }
        let first = impair::index(&packets, impair::up(0));
        let report = run::report(&packets[first..].to_vec());
        assert!(text(run::only(&report), "/client").ends_with(&format!(":{}", ports.0)), "{ports:?}");
    }
}

/// Who ended the connection is told right although the sides changed places only behind its end.
#[test]
fn the_end_is_told_of_the_right_side() {
    let packets = moved(ready::hello_rtmp(), (40_000, 50_000)).packets();
    let whole = run::report(&packets);
    let last = impair::index(&packets, impair::up(3));
    let report = run::report(&impair::from(&packets, Pick::Index(last)));
    let closing = |report: &Value| text(run::only(report), "/closing").to_owned();
    assert_eq!(closing(&report), "client-fin");
    assert_eq!(closing(&report), closing(&whole));
}

/// The last command is all that is captured of what a player said: it says that the player ended the stream.
#[test]
fn one_command_alone_is_found() {
    let packets = moved(ready::play_av(4), (50_000, 1_935)).packets();
    let said: Vec<usize> = packets
        .iter()
        .enumerate()
        .filter(|(_, packet)| packet.dir == Dir::Up && !packet.payload.is_empty())
        .map(|(n, _)| n)
        .collect();
    let late = impair::from(&packets, Pick::Index(said[said.len() - 2] + 1));
    assert!(late.iter().filter(|packet| packet.dir == Dir::Down && !packet.payload.is_empty()).count() > 20);
    let report = run::report(&late);
    let connection = run::only(&report);
    assert_eq!(text(connection, "/commands/0/name"), "deleteStream", "{connection}");
    assert_eq!(number(connection, "/commands/0/transaction_id"), 4);
    assert!(text(connection, "/verdict").ends_with(" and closed cleanly"), "{}", connection["verdict"]);
    // The same bytes without a name in them are taken for nothing.
    let mut other = late;
    let last = other.iter().rposition(|packet| packet.dir == Dir::Up && !packet.payload.is_empty()).unwrap();
    let name = other[last].payload.windows(12).position(|bytes| bytes == b"deleteStream").unwrap();
    other[last].payload[name..name + 12].fill(0x9D);
    let report = run::report(&other);
    assert_eq!(run::only(&report)["commands"].as_array().map_or(0, Vec::len), 0);
}

/// One direction of a conversation joined in the middle.
#[test]
fn one_direction_is_enough() {
    for (talk, dir, role) in
        [(ready::publish_av(4), Dir::Up, "publish"), (ready::play_av(4), Dir::Down, "play")]
    {
        let packets = late(talk, (50_000, 8_000), 150);
        let report = run::report(&impair::only(&packets, dir));
        assert!(frames(run::only(&report), role) > 100, "{role}");
    }
}

/// Key frames far longer than what is held: chunks are found in what comes behind them.
#[test]
fn large_messages() {
    let frames_of = Av { sizes: [150_000, 8_000, 4_000], ..Av::seconds(4) }.frames();
    let packets = moved(ready::publish_of(&frames_of), (50_000, 8_000)).packets();
    let first = packets.iter().position(|p| p.payload.len() > 1_000).unwrap();
    let report = run::report(&impair::from(&packets, Pick::Index(first + 40)));
    let connection = run::only(&report);
    assert!(frames(connection, "publish") > 150);
    // What was given up is accounted for.
    let bytes = &connection["efficiency"]["client_to_server"];
    let classes: u64 = bytes
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| *name != "wire_bytes")
        .filter_map(|(_, n)| n.as_u64())
        .sum();
    assert_eq!(classes, number(bytes, "/wire_bytes"));
}

/// A hole at the very beginning of a connection whose SYN was captured: what is behind it tells.
#[test]
fn a_hole_over_the_handshake() {
    let packets = moved(ready::publish_av(2), (50_000, 8_000)).packets();
    let handshake = |p: &Packet, n: usize| !p.payload.is_empty() && p.dir == Dir::Up && n < 9;
    let rest: Vec<Packet> =
        packets.iter().enumerate().filter(|(n, p)| !handshake(p, *n)).map(|(_, p)| p.clone()).collect();
    let report = run::report(&rest);
    let connection = run::only(&report);
    assert_eq!((text(connection, "/transport"), text(connection, "/opening")), ("rtmp", "syn"));
}

//! Damaged packets: taken as they are by default, left out on request, as their receiver did.

use crate::common::capture::Capture;
use crate::common::impair;
use crate::common::ip::Tunnel;
use crate::common::tcp::Packet;
use crate::common::{MS, ready};
use crate::told::{self, Told};

const VERIFY: &[&str] = &["--verify-checksums"];

/// 13 packets of the publisher have a flipped bit; each was sent again.
#[test]
fn damaged_packets_that_were_sent_again() {
    let Some(told) = told::of("ns_corrupt") else { return };
    told.finding(
        &["in 1 connection bytes were sent again", "packets may be damaged"],
        &["--verify-checksums"],
    );
    let verified = told::with("ns_corrupt", VERIFY).unwrap();
    assert_eq!(verified.media(0), (261, 152), "what the server recorded");
    verified.quality(&[("bad_checksums", 13)]).findings(1);
    verified.finding(&["13 TCP segments were left out for a wrong checksum"], &["a receiver drops"]);
    verified.line(&["capture quality: 13 segments left out for a wrong checksum"]);
    verified.sentences(&[
        &["client published <stream-1> for 6.0 s and closed cleanly"],
        &["client played <stream-1> for 3.1 s"],
    ]);
    verified.never(&["could be decoded"]);
}

/// Captured on the sending host, where the card fills checksums in; or changed by a tool that left them as they were.
#[test]
fn checksums_that_say_nothing_drop_nothing() {
    for name in ["nginx_pub_2players", "derived_ipfrag", "derived_port443", "ipv6_loopback", "ns_gso"] {
        let (Some(plain), Some(verified)) = (told::of(name), told::with(name, VERIFY)) else { continue };
        assert_eq!(plain.report["connections"], verified.report["connections"], "{name}");
        let quality = &verified.report["capture"]["quality"];
        assert_eq!(quality["bad_checksums"], 0, "{name}");
        let unverified = quality["unverified_checksums"].as_u64().unwrap();
        let packets = verified.report["capture"]["packets"].as_u64().unwrap();
        assert!(unverified > packets * 3 / 4, "{name}: {unverified} of {packets}");
        verified.finding(
            &["TCP segments were taken although the checksum is wrong"],
            &["network card", "ethtool"],
        );
        verified.line(&["segments without a checksum to verify"]);
        assert!(plain.report["capture"]["quality"].get("bad_checksums").is_none(), "{name}: not known");
    }
}

fn damaged(packets: &[Packet], every: usize) -> Vec<u8> {
    // The wrong byte is written behind the checksum's computation, into the frames.
    let capture = Capture::of(packets);
    let mut bytes = capture.bytes();
    let frames = capture.frames();
    let mut at = 24;
    for (n, frame) in frames.iter().enumerate() {
        let last = at + 16 + frame.bytes.len() - 1;
        if n % every == every - 1 && frame.bytes.len() > 100 {
            bytes[last] ^= 0x10;
        }
        at += 16 + frame.bytes.len();
    }
    bytes
}

/// Whether reports agree on what was said on the connection.
fn same_talk(a: &Told, b: &Told) {
    for field in ["messages", "commands", "streams", "verdict"] {
        let of = |told: &Told| told.report["connections"][0][field].clone();
        if field == "streams" || field == "commands" {
            let count = |told: &Told| of(told).as_array().map(Vec::len);
            assert_eq!(count(a), count(b));
        } else {
            assert_eq!(of(a), of(b), "{field}");
        }
    }
}

/// Each damaged packet is followed by a good copy, and the good copy is taken.
#[test]
fn the_copy_that_was_sent_again_is_taken() {
    let talk = ready::publish_av(2).packets();
    let clean = told::bytes(&Capture::of(&talk).bytes(), VERIFY);
    clean.quality(&[]).findings(0);
    let mut packets = Vec::new();
    for packet in &talk {
        packets.push(packet.clone());
        if packet.payload.len() > 50 {
            // The copy of the third packet of three is the one that stays as it is.
            let mut again = packet.clone();
            again.time += MS / 2;
            again.ip_id = again.ip_id.wrapping_add(0x4000);
            packets.push(again);
        }
    }
    let bytes = damaged(&packets, 7);
    let verified = told::bytes(&bytes, VERIFY);
    let dropped = verified.report["capture"]["quality"]["bad_checksums"].as_u64().unwrap();
    assert!(dropped > 5, "{dropped}");
    same_talk(&clean, &verified);
}

/// A receiver cannot be asked about what the capture has in part, so it stays.
#[test]
fn what_was_cut_cannot_be_verified() {
    let talk = ready::publish_av(2).packets();
    let snapped = Capture::of(&talk).bad_checksums().snap(120).bytes();
    let told = told::bytes(&snapped, VERIFY);
    let plain = told::bytes(&snapped, &[]);
    assert_eq!(told.report["connections"], plain.report["connections"]);
    assert_eq!(told.report["capture"]["quality"]["bad_checksums"], 0);
}

/// Right checksums are found right in every form: IPv4 and IPv6, fragments, tunnels.
#[test]
fn right_checksums_are_right_everywhere() {
    let talk = ready::hello_rtmp();
    let v4 = talk.packets();
    let v6 = talk.tcp(|tcp| tcp.flow = crate::common::tcp::Flow::v6()).packets();
    for packets in [&v4, &v6] {
        let capture = Capture::of(packets);
        let forms = [
            capture.clone(),
            capture.clone().mtu(576),
            capture.clone().trailer(6),
            capture.clone().pad(),
            capture.clone().tunnel(Tunnel::Vxlan(7)),
            capture.clone().tunnel(Tunnel::Gre),
        ];
        for (n, form) in forms.into_iter().enumerate() {
            told::bytes(&form.bytes(), VERIFY).quality(&[]);
            let wrong = told::bytes(&form.bad_checksums().bytes(), VERIFY);
            let unverified = wrong.report["capture"]["quality"]["unverified_checksums"].as_u64().unwrap();
            assert_eq!(unverified, packets.len() as u64, "form {n}: all are wrong, so none is left out");
        }
    }
}

/// Two copies of the same bytes that differ, the first of them still held: told without the option too.
#[test]
fn copies_that_differ_are_told() {
    let talk = ready::publish_av(1).packets();
    let pick = impair::up(40);
    let at = impair::index(&talk, pick);
    let mut packets = talk.clone();
    // The packet in front comes late, so that the first copy is held.
    let late = packets.remove(at - 1);
    let mut other = talk[at].clone();
    other.payload.iter_mut().for_each(|byte| *byte ^= 0xFF);
    other.time += MS;
    other.ip_id = other.ip_id.wrapping_add(0x4000);
    packets.insert(at, other);
    packets.insert(at + 1, Packet { time: talk[at].time + 2 * MS, ..late });
    let told = told::bytes(&Capture::of(&packets).bytes(), &[]);
    told.finding(
        &["in 1 connection bytes were sent again, and what came first differs"],
        &["--verify-checksums"],
    );
}

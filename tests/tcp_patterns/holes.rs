//! Bytes that the peer had and the capture has not.

use crate::common::capture::Capture;
use crate::common::impair::{self, down, up};
use crate::common::talk::Talk;
use crate::common::tcp::{self, Packet};
use crate::common::{Dir, ready};
use crate::support::run::{self, number, text};
use crate::support::truth::{self, Told};

/// The stream offsets that the packet `up(n)` carries.
fn span(packets: &[Packet], n: usize) -> (u64, u64) {
    let (base, _) = tcp::stream(packets, Dir::Up);
    let packet = &packets[impair::index(packets, up(n))];
    let at = u64::from(packet.seq.wrapping_sub(base));
    (at, at + packet.payload.len() as u64)
}

/// The data packets of the client that lie inside the first chunk of one video message, with that message.
fn inside_bodies(talk: &Talk, packets: &[Packet]) -> Vec<(usize, Told)> {
    let data = packets.iter().filter(|p| p.dir == Dir::Up && !p.payload.is_empty()).count();
    let videos: Vec<Told> = truth::said(talk, Dir::Up).into_iter().filter(|m| m.kind == 9).collect();
    let around = |n: usize| {
        let (from, to) = span(packets, n);
        let inside = |m: &&Told| m.span.0 + 18 < from && to < m.span.0 + m.length.min(4_096);
        videos.iter().find(inside).map(|m| (n, m.clone()))
    };
    (0..data).filter_map(around).collect()
}

/// The hole of one packet: counted once, with its bytes, and the finding says so.
fn assert_hole(packets: &[Packet], bytes: u64, case: &str) {
    let report = run::report(packets);
    let connection = run::only(&report);
    truth::assert_ledger(connection, case);
    let tcp = &connection["tcp"]["client_to_server"];
    assert_eq!((number(tcp, "/gaps"), number(tcp, "/gap_bytes")), (1, bytes), "{case}");
    assert_eq!(number(&connection["tcp"]["server_to_client"], "/gaps"), 0, "{case}");
    let quality = &report["capture"]["quality"];
    assert_eq!((number(quality, "/gaps"), number(quality, "/missing_bytes")), (1, bytes), "{case}");
    let findings = report["findings"].as_array().unwrap();
    let [finding] = findings.as_slice() else { panic!("{case}: {findings:?}") };
    assert_eq!(text(finding, "/code"), "NET-01", "{case}");
    assert!(text(finding, "/message").contains(&format!("{bytes} bytes")), "{case}");
    assert!(number(finding, "/packet") > 0);
}

#[test]
fn a_hole_in_a_body_costs_that_message_only() {
    let talk = ready::publish_av(4);
    let packets = talk.packets();
    let places = inside_bodies(&talk, &packets);
    assert!(places.len() > 2);
    for (n, message) in places {
        let case = format!("packet {n}");
        let (from, to) = span(&packets, n);
        let damaged = impair::drop(&packets, up(n));
        assert_hole(&damaged, to - from, &case);
        let lines = run::timeline(&damaged);
        let lines = truth::message_lines(&lines, 1, Dir::Up);
        let got: Vec<Told> = lines.iter().map(|line| truth::told(line)).collect();
        truth::assert_same(&got, &truth::said(&talk, Dir::Up), &case);
        let cut: Vec<Told> =
            lines.iter().filter(|l| l["complete"] == false).map(|line| truth::told(line)).collect();
        assert_eq!(cut, [message], "{case}");
        let report = run::report(&damaged);
        let video = &run::only(&report)["messages"]["client_to_server"]["by_type"]["video"];
        assert_eq!((number(video, "/count"), number(video, "/incomplete")), (100, 1), "{case}");
    }
}

/// A hole anywhere in the media: it is counted, and whatever is shown was said, all of it before the hole.
#[test]
fn a_hole_anywhere_invents_nothing() {
    holes_anywhere(None);
}

/// The decoder finds back within a few messages.
#[test]
fn a_hole_anywhere_does_not_stop_the_decoder() {
    holes_anywhere(Some(6));
}

/// With the number of messages that may be lost behind the hole.
fn holes_anywhere(may_lose: Option<usize>) {
    let talk = ready::publish_av(2);
    let packets = talk.packets();
    let data = packets.iter().filter(|p| p.dir == Dir::Up && !p.payload.is_empty()).count();
    let said = truth::said(&talk, Dir::Up);
    for n in (8..data - 4).step_by(7) {
        let case = format!("packet {n}");
        let (from, to) = span(&packets, n);
        let damaged = impair::drop(&packets, up(n));
        assert_hole(&damaged, to - from, &case);
        let lines = run::timeline(&damaged);
        let lines = truth::message_lines(&lines, 1, Dir::Up);
        let whole: Vec<_> = lines.into_iter().filter(|line| line["complete"] == true).collect();
        let strange: Vec<_> = whole.iter().filter(|line| !truth::was_said(line, &said)).collect();
        assert!(strange.is_empty(), "{case}: {strange:?}");
        let got: Vec<Told> = whole.into_iter().map(truth::told).collect();
        let behind = said.iter().filter(|m| m.span.0 >= to).count();
        let found = got.iter().filter(|m| m.span.0 >= to).count();
        let enough = may_lose.is_none_or(|n| found + n >= behind);
        assert!(enough, "{case}: {found} of {behind} messages behind the hole");
        let before = said.iter().filter(|m| m.span.1 <= from).count();
        assert_eq!(got.iter().filter(|m| m.span.1 <= from).count(), before, "{case}");
    }
}

/// Neighbours make one hole, others one each.
#[test]
fn several_holes() {
    let talk = ready::publish_av(2);
    let packets = talk.packets();
    let bytes = |ns: &[usize]| ns.iter().map(|n| span(&packets, *n)).map(|(a, b)| b - a).sum::<u64>();
    let without = |ns: &[usize]| ns.iter().rev().fold(packets.clone(), |p, n| impair::drop(&p, up(*n)));
    for (ns, gaps) in [(&[30, 31, 32][..], 1), (&[30, 45, 60, 75, 90], 5)] {
        let damaged = without(ns);
        let report = run::report(&damaged);
        let tcp = &run::only(&report)["tcp"]["client_to_server"];
        assert_eq!((number(tcp, "/gaps"), number(tcp, "/gap_bytes")), (gaps, bytes(ns)), "{ns:?}");
        truth::assert_ledger(run::only(&report), "several holes");
    }
}

#[test]
fn several_holes_do_not_stop_the_decoder() {
    let packets = ready::publish_av(2).packets();
    let damaged = [90, 75, 60, 45, 30].iter().fold(packets, |p, n| impair::drop(&p, up(*n)));
    let frames = number(run::only(&run::report(&damaged)), "/streams/0/video/frames");
    assert!(frames > 30, "{frames} of 50 frames");
}

/// The handshake's length is known, so that a hole in it hides nothing behind it.
#[test]
fn a_hole_in_the_handshake() {
    let talk = ready::publish_av(2);
    let packets = talk.packets();
    for pick in [up(0), up(1), up(2), down(0), down(1), down(2)] {
        let case = format!("{pick:?}");
        let packet = &packets[impair::index(&packets, pick)];
        let (dir, bytes) = (packet.dir, packet.payload.len() as u64);
        let (base, _) = tcp::stream(&packets, dir);
        let behind = u64::from(packet.seq.wrapping_sub(base)) + bytes;
        let damaged = impair::drop(&packets, pick);
        let report = run::report(&damaged);
        let connection = run::only(&report);
        truth::assert_ledger(connection, &case);
        let gaps: u64 = truth::DIRECTIONS.iter().map(|d| number(&connection["tcp"][d], "/gap_bytes")).sum();
        assert_eq!(gaps, bytes, "{case}");
        let lines = run::timeline(&damaged);
        for side in [Dir::Up, Dir::Down] {
            let from = if side == dir { behind } else { 0 };
            let said: Vec<Told> = truth::said(&talk, side).into_iter().filter(|m| m.span.0 >= from).collect();
            let got: Vec<Told> =
                truth::decoded(&lines, 1, side).into_iter().filter(|m| m.span.0 >= from).collect();
            truth::assert_same(&got, &said, &format!("{case}, {side:?}"));
        }
    }
}

/// What was not acknowledged was not there; what no one could acknowledge is given up in the end.
#[test]
fn the_end_of_the_capture() {
    let talk = ready::publish_av(2);
    let packets = talk.packets();
    let report = run::report(&impair::until(&packets, up(70)));
    let connection = run::only(&report);
    assert_eq!(text(connection, "/closing"), "open");
    assert_eq!(number(connection, "/tcp/client_to_server/gaps"), 0);
    truth::assert_ledger(connection, "cut off");
    let (n, message) = inside_bodies(&talk, &packets)[1].clone();
    let (from, to) = span(&packets, n);
    let alone = impair::only(&impair::drop(&packets, up(n)), Dir::Up);
    let report = run::report(&alone);
    let tcp = &run::only(&report)["tcp"]["client_to_server"];
    assert_eq!((number(tcp, "/gaps"), number(tcp, "/gap_bytes")), (1, to - from));
    let lines = run::timeline(&alone);
    let lines = truth::message_lines(&lines, 1, Dir::Up);
    let got: Vec<Told> = lines.iter().map(|line| truth::told(line)).collect();
    truth::assert_same(&got, &truth::said(&talk, Dir::Up), "one direction with a hole");
    assert!(lines.iter().all(|line| (line["complete"] == true) == (truth::told(line) != message)));
}

/// A snap length inside the packets: counted, told, and the ledger still has the lengths of the wire.
#[test]
fn a_snap_length() {
    let talk = ready::publish_av(2);
    let capture = Capture::of(&talk.packets()).snap(900);
    let cut = capture.frames().iter().filter(|f| f.wire_len > f.bytes.len()).count() as u64;
    let report = run::report(capture.bytes());
    assert_eq!(number(&report, "/capture/quality/truncated_packets"), cut);
    let connection = run::only(&report);
    truth::assert_ledger(connection, "snap length");
    let wire: usize = capture.frames().iter().map(|f| f.wire_len).sum();
    assert_eq!(number(connection, "/efficiency/total/wire_bytes"), wire as u64);
    assert_eq!(
        number(connection, "/tcp/client_to_server/gaps"),
        0,
        "the peer's bytes were all captured in part"
    );
    let finding = &report["findings"][0];
    assert_eq!((text(finding, "/code"), number(finding, "/occurrences")), ("NET-01", cut));
    let said = truth::said(&talk, Dir::Up);
    let lines = run::timeline(capture.bytes());
    let got = truth::message_lines(&lines, 1, Dir::Up);
    let strange = got.iter().filter(|l| l["complete"] == true).filter(|l| !truth::was_said(l, &said));
    assert_eq!(strange.count(), 0);
}

#[test]
fn a_snap_length_does_not_stop_the_decoder() {
    let talk = ready::publish_av(2);
    let lines = run::timeline(Capture::of(&talk.packets()).snap(900).bytes());
    let (got, said) = (truth::message_lines(&lines, 1, Dir::Up).len(), truth::said(&talk, Dir::Up).len());
    assert!(got * 10 > said * 8, "{got} of {said}");
}

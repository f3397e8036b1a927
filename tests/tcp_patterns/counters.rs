//! One kind of damage, and exactly its number in the report.

use serde_json::Value;

use crate::common::impair::{self, Pick, up};
use crate::common::tcp::Packet;
use crate::common::{Dir, MS, S, ready};
use crate::support::run::{self, float, number};
use crate::support::truth::{self, DIRECTIONS};

/// The TCP figures of a direction that tell of damage; `zero_window_events` is left to its own test.
const KEYS: [&str; 8] = [
    "retransmitted_segments",
    "retransmitted_bytes",
    "out_of_order_segments",
    "duplicate_packets",
    "keep_alives",
    "conflicting_bytes",
    "gaps",
    "late_bytes",
];

/// Segments at the places of the media where another one of the same write follows at once: inside key frames.
fn inside_bursts(packets: &[Packet]) -> Vec<usize> {
    let data: Vec<&Packet> = packets.iter().filter(|p| p.dir == Dir::Up && !p.payload.is_empty()).collect();
    (20..data.len() - 1).filter(|n| data[n + 1].time - data[*n].time < MS / 10).collect()
}

/// The last segments of writes: the next one is more than 5 ms later.
fn at_ends(packets: &[Packet]) -> Vec<usize> {
    let data: Vec<&Packet> = packets.iter().filter(|p| p.dir == Dir::Up && !p.payload.is_empty()).collect();
    (20..data.len() - 1).filter(|n| data[n + 1].time - data[*n].time > 5 * MS).collect()
}

/// Runs the report; `want` has the figures of the direction up that are not 0.
fn check(case: &str, packets: &[Packet], want: &[(&str, u64)]) -> Value {
    let report = run::report(packets);
    truth::assert_decoded(&run::timeline(packets), 1, &ready::publish_av(2), case);
    let connection = run::only(&report);
    truth::assert_ledger(connection, case);
    for (dir, want) in DIRECTIONS.iter().zip([want, &[]]) {
        for key in KEYS {
            let expected = want.iter().find(|(k, _)| *k == key).map_or(0, |(_, n)| *n);
            assert_eq!(number(&connection["tcp"][dir], &format!("/{key}")), expected, "{case}: {dir} {key}");
        }
    }
    report
}

fn clean() -> Vec<Packet> {
    ready::publish_av(2).packets()
}

fn bytes(packets: &[Packet], picks: &[usize]) -> u64 {
    picks.iter().map(|n| packets[impair::index(packets, up(*n))].payload.len() as u64).sum()
}

fn fold(picks: &[usize], damage: impl Fn(&[Packet], Pick) -> Vec<Packet>) -> Vec<Packet> {
    picks.iter().rev().fold(clean(), |list, n| damage(&list, up(*n)))
}

#[test]
fn none() {
    let report = check("clean", &clean(), &[]);
    let quality = &report["capture"]["quality"];
    for key in ["gaps", "missing_bytes", "duplicate_packets", "oversized_segments", "undecodable_packets"] {
        assert_eq!(quality[key], 0, "{key}");
    }
    assert_eq!(report["findings"], Value::Array(Vec::new()));
}

#[test]
fn retransmissions() {
    let packets = clean();
    let picks: Vec<usize> = at_ends(&packets).into_iter().step_by(3).take(15).collect();
    let n = picks.len() as u64;
    let sent = bytes(&packets, &picks);
    let again = fold(&picks, |p, pick| impair::retransmit(p, pick, 2 * MS));
    check("retransmitted", &again, &[("retransmitted_segments", n), ("retransmitted_bytes", sent)]);
    // The packets behind a lost one are held until it comes again, several round trips later.
    let lost = fold(&picks, |p, pick| impair::lose_and_retransmit(p, pick, 60 * MS));
    check("lost", &lost, &[("retransmitted_segments", n)]);
}

#[test]
fn reordering() {
    let packets = clean();
    let picks: Vec<usize> = inside_bursts(&packets).into_iter().step_by(2).collect();
    let mut swapped = packets.clone();
    for n in &picks {
        let (a, b) = (impair::index(&packets, up(*n)), impair::index(&packets, up(n + 1)));
        let times = (swapped[a].time, swapped[b].time);
        swapped.swap(a, b);
        (swapped[a].time, swapped[b].time) = times;
    }
    assert!(picks.len() > 3);
    check("reordered", &swapped, &[("out_of_order_segments", picks.len() as u64)]);
}

#[test]
fn duplicates() {
    let packets = clean();
    let picks: Vec<usize> = (0..90).step_by(4).collect();
    let some = fold(&picks, |p, pick| impair::duplicate(p, pick, 500_000));
    let report = check("some twice", &some, &[("duplicate_packets", picks.len() as u64)]);
    assert_eq!(number(&report, "/capture/quality/duplicate_packets"), picks.len() as u64);
    assert_eq!(number(&report, "/capture/packets"), some.len() as u64);
    let report = run::report(&impair::duplicate_all(&packets, 1_000));
    assert_eq!(number(&report, "/capture/quality/duplicate_packets"), packets.len() as u64);
    assert_eq!(number(&report, "/capture/packets"), 2 * packets.len() as u64);
    // Longer than a millisecond apart it is no second look at the same packet.
    let again = impair::duplicate(&packets, up(30), 2 * MS);
    let sent = bytes(&packets, &[30]);
    check("sent twice", &again, &[("retransmitted_segments", 1), ("retransmitted_bytes", sent)]);
}

/// A mirror that passes on a burst of eight twice, all within a millisecond.
#[test]
fn duplicates_of_bursts() {
    let packets = impair::tiny(&clean(), 200);
    let burst = |eight: &[Packet]| {
        let up = eight.iter().all(|p| p.dir == Dir::Up && !p.payload.is_empty());
        up && eight[7].time - eight[0].time < MS / 10
    };
    let at = 80 + packets[80..].windows(8).position(burst).unwrap();
    let burst = &packets[at..at + 8];
    let twice = [&packets[..at + 8], burst, &packets[at + 8..]].concat();
    check("a burst twice", &twice, &[("duplicate_packets", 8)]);
}

#[test]
fn overlaps() {
    let packets = clean();
    let picks = &at_ends(&packets)[5..6];
    let size = bytes(&packets, picks);
    let again = |back, change| fold(picks, |p, pick| impair::overlap(p, pick, back, 0, 2 * MS, change));
    let want = [("retransmitted_segments", 1), ("retransmitted_bytes", size + 300)];
    check("other borders", &again(300, 0), &want);
    // Other bytes in what was delivered before cannot be told from a plain retransmission: the first ones were used.
    check("other bytes", &again(300, 0x55), &want);
}

/// Bytes that differ from ones still held behind a hole: the first ones win, and the others are counted.
#[test]
fn conflicts() {
    let packets = clean();
    let at = inside_bursts(&packets)[2];
    // The packet before is late, so that this one is held when its double comes.
    let late = impair::lose_and_retransmit(&packets, up(at), 30 * MS);
    let held = impair::index(&late, up(at));
    let size = late[held].payload.len() as u64;
    let double = impair::overlap(&late, up(at), 0, 0, MS, 0x55);
    let want = [("retransmitted_segments", 2), ("retransmitted_bytes", size), ("conflicting_bytes", size)];
    check("conflict", &double, &want);
}

#[test]
fn keep_alives() {
    let packets = clean();
    let picks: Vec<usize> = at_ends(&packets).into_iter().step_by(4).take(12).collect();
    let n = picks.len() as u64;
    let bare = fold(&picks, |p, pick| impair::keep_alive(p, pick, 2 * MS, 0));
    check("without a byte", &bare, &[("keep_alives", n)]);
    let one = fold(&picks, |p, pick| impair::keep_alive(p, pick, 2 * MS, 1));
    check("with a byte", &one, &[("keep_alives", n), ("retransmitted_bytes", n)]);
}

/// The byte of a keep-alive stands for nothing (RFC 9293, 3.8.4), so that it cannot differ from what came before.
#[test]
fn the_byte_of_a_keep_alive_is_no_conflict() {
    let packets = clean();
    let end = at_ends(&packets)[8];
    // The last packet of a write is held, as one before it is late.
    let late = impair::lose_and_retransmit(&packets, up(end - 1), 60 * MS);
    let probed = impair::keep_alive(&late, up(end - 1), MS, 1);
    let want = [("keep_alives", 1), ("retransmitted_bytes", 1), ("retransmitted_segments", 1)];
    check("keep-alive behind a hole", &probed, &want);
}

/// The server closes its window twice, for one and for two seconds.
fn zero_windows() -> Value {
    let packets = clean();
    let ends = at_ends(&packets);
    let once = impair::zero_window(&packets, up(ends[30]), 2 * S);
    let twice = impair::zero_window(&once, up(ends[5]), S);
    truth::assert_decoded(&run::timeline(&twice), 1, &ready::publish_av(2), "zero window");
    let report = run::report(&twice);
    truth::assert_ledger(run::only(&report), "zero window");
    run::only(&report)["tcp"].clone()
}

#[test]
fn zero_windows_are_counted_and_measured() {
    let tcp = zero_windows();
    let events: u64 = DIRECTIONS.iter().map(|dir| number(&tcp[dir], "/zero_window_events")).sum();
    assert_eq!(events, 2);
    let ms = DIRECTIONS.iter().filter_map(|dir| tcp[dir].get("zero_window_ms")).filter_map(Value::as_f64);
    assert!((ms.sum::<f64>() - 3_000.0).abs() < 0.001);
}

/// They stand under the direction of the side that announced them, as the schema says: here the server's.
#[test]
fn zero_windows_are_those_of_their_sender() {
    let tcp = zero_windows();
    assert_eq!(number(&tcp["server_to_client"], "/zero_window_events"), 2);
    assert_eq!(number(&tcp["client_to_server"], "/zero_window_events"), 0);
    assert!((float(&tcp["server_to_client"], "/zero_window_ms") - 3_000.0).abs() < 0.001);
}

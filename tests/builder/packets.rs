//! Conversations as TCP packets, and the damage to them.

use crate::common::impair::{self, down, index, up};
use crate::common::talk::{Close, Talk};
use crate::common::tcp::{self, FIN, Packet, RST, SYN, Tap, stream};
use crate::common::{Dir, MS, S, ready};

#[test]
fn the_packets_carry_the_bytes() {
    let talks = [
        ready::hello_rtmp(),
        ready::publish_av(1),
        ready::play_av(1).tcp(|t| t.isn = [0xFFFF_F000, 0xFFFF_0000]),
        ready::publish_av(1).tcp(|t| t.fast_open = true),
        ready::publish_av(1).tcp(|t| (t.mss, t.timestamps, t.window) = (536, false, 4_000)),
        ready::play_av(1).tcp(|t| (t.tap, t.rate) = (Tap::Client, [None, Some(300_000)])),
    ];
    for talk in talks {
        let packets = talk.packets();
        for dir in [Dir::Up, Dir::Down] {
            assert!(stream(&packets, dir).1 == talk.bytes(dir));
        }
        assert_causal(&packets);
        assert_eq!(packets, talk.packets(), "the same each time");
    }
}

/// Times do not go back, and nobody acknowledges what was not captured before.
fn assert_causal(packets: &[Packet]) {
    let back = packets.windows(2).find(|two| two[0].time > two[1].time);
    assert!(back.is_none(), "{back:?}");
    let isn = |dir: Dir| packets.iter().find(|p| p.dir == dir && p.has(SYN)).unwrap().seq;
    let isn = [isn(Dir::Up), isn(Dir::Down)];
    let mut seen = [0, 0];
    for packet in packets {
        let end = packet.end().wrapping_sub(isn[packet.dir.i()]);
        if packet.has(tcp::ACK) {
            let peer = packet.dir.back().i();
            assert!(packet.ack.wrapping_sub(isn[peer]) <= seen[peer], "{packet:?}");
        }
        seen[packet.dir.i()] = seen[packet.dir.i()].max(end);
    }
}

#[test]
fn connections_begin_and_end_as_asked() {
    let packets = ready::hello_rtmp().packets();
    assert_eq!(packets.iter().filter(|p| p.has(SYN)).count(), 2);
    assert_eq!(packets.iter().filter(|p| p.has(FIN)).count(), 2);
    let reset = ready::hello_rtmp().close_with(Close::Rst(Dir::Down)).packets();
    let last = reset.last().unwrap();
    assert!(last.has(RST) && last.dir == Dir::Down);
    let open = ready::hello_rtmp().close_with(Close::Open).packets();
    assert!(!open.iter().any(|p| p.has(FIN) || p.has(RST)));
    let fast = ready::hello_rtmp().tcp(|t| t.fast_open = true).packets();
    assert_eq!(fast[0].payload.len(), 1_448);
    assert!(Talk::new().packets().len() == 6, "a connection without a word");
}

#[test]
fn harmless_damage_leaves_the_bytes() {
    let talk = ready::publish_av(2);
    let whole = talk.packets();
    let cases = [
        impair::lose_and_retransmit(&whole, up(20), 50 * MS),
        impair::duplicate(&whole, up(20), 1_000),
        impair::duplicate_all(&whole, 1_000),
        impair::retransmit(&whole, up(20), 50 * MS),
        impair::reorder(&whole, Dir::Up, 30, 3, 1),
        impair::shuffle_records(&whole, 20, 2),
        impair::overlap(&whole, up(20), 1_000, 300, MS, 0),
        impair::overlap(&whole, up(20), 1_000, 0, MS, 0x55),
        impair::keep_alive(&whole, up(20), 5 * MS, 1),
        impair::keep_alive(&whole, down(2), 5 * MS, 0),
        impair::tiny(&whole, 7),
        impair::coalesce(&whole, 65_000, MS),
        impair::zero_window(&whole, up(20), S),
    ];
    for (n, damaged) in cases.iter().enumerate() {
        assert_ne!(*damaged, whole, "case {n}");
        for dir in [Dir::Up, Dir::Down] {
            assert!(stream(damaged, dir).1 == talk.bytes(dir), "case {n}");
        }
    }
    for n in [0, 4, 10, 11, 12] {
        assert_causal(&cases[n]);
    }
}

#[test]
fn a_dropped_packet_is_acknowledged_all_the_same() {
    let packets = ready::publish_av(1).packets();
    let lost = packets[index(&packets, up(20))].clone();
    let damaged = impair::drop(&packets, up(20));
    assert_eq!(damaged.len(), packets.len() - 1);
    assert!(damaged.iter().any(|p| p.dir == Dir::Down && p.ack >= lost.end()));
    assert!(stream(&damaged, Dir::Up).1 != stream(&packets, Dir::Up).1);
}

#[test]
fn a_conflicting_overlap_changes_what_comes_first() {
    let talk = ready::publish_av(1);
    let packets = talk.packets();
    let damaged = impair::overlap(&impair::drop(&packets, up(20)), up(20), 2_000, 0, 0, 0x55);
    assert!(stream(&damaged, Dir::Up).1 != talk.bytes(Dir::Up));
}

#[test]
fn parts_of_a_capture() {
    let packets = ready::publish_av(1).packets();
    assert!(!impair::from(&packets, up(5)).iter().any(|p| p.has(SYN)));
    assert!(impair::only(&packets, Dir::Down).iter().all(|p| p.dir == Dir::Down));
    let twice = tcp::one_after_other(&packets, &packets, S);
    assert_eq!(twice.iter().filter(|p| p.has(SYN)).count(), 4);
    assert!(twice.is_sorted_by_key(|p| p.time));
    let gso = impair::coalesce(&packets, 65_000, MS);
    assert!(gso.iter().any(|p| p.payload.len() > 5_000));
    assert!(impair::tiny(&packets, 7).iter().all(|p| p.payload.len() <= 7));
}

#[test]
fn a_closed_window_opens_again() {
    let packets = impair::zero_window(&ready::publish_av(1).packets(), up(20), S);
    let at = packets.iter().position(|p| p.window == 0).unwrap();
    let opened = packets[at..].iter().find(|p| p.dir == Dir::Down && p.window > 0).unwrap();
    assert_eq!(opened.time - packets[at].time, S);
}

#[test]
fn half_of_a_megabit_stream_passes_the_slow_path() {
    let talk = ready::slow_path();
    let packets = talk.packets();
    let media: Vec<_> = talk.sent().iter().filter(|s| s.kind == 9 && s.len() > 100).collect();
    let (first, last) = (media[100], media[550]); // key frames
    let wire = last.end - first.end;
    let media_ms = u64::from(last.timestamp - first.timestamp);
    let encoded = wire as f64 * 8.0 / media_ms as f64;
    assert!((encoded - 1_000.0).abs() < 1.0, "{encoded} kb/s");
    let base = packets[0].seq.wrapping_add(1);
    let arrival = |offset: u64| {
        let has = |p: &&Packet| {
            p.dir == Dir::Up && u64::from(p.end().wrapping_sub(base)) >= offset && p.end() != base
        };
        packets.iter().find(|p| !p.has(SYN) && has(p)).unwrap().time
    };
    let eta = media_ms as f64 * MS as f64 / (arrival(last.end) - arrival(first.end)) as f64;
    assert!((eta - 0.5).abs() < 0.001, "eta {eta}");
    assert_eq!((media.len(), media_ms), (600, 18_000));
}

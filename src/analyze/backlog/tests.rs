use super::*;
use crate::link::checksum::Checksum;
use crate::link::segment::TcpFlags;

const CLIENT: Endpoint = Endpoint::v4([192, 0, 2, 1], 40_000);
const SERVER: Endpoint = Endpoint::v4([192, 0, 2, 2], 1935);

/// A segment in which no two fields are alike.
fn segment<'a>(src: Endpoint, seq: u32, options: &'a [u8], payload: &'a [u8]) -> Segment<'a> {
    Segment {
        src,
        dst: if src == CLIENT { SERVER } else { CLIENT },
        seq,
        ack: 2,
        flags: TcpFlags(0x18),
        window: 3,
        options,
        payload,
        payload_len: 1000,
        wire_bytes: 1054,
        link_bytes: 14,
        ip_bytes: 20,
        tcp_header_bytes: 32,
        frames: 4,
        ip_id: Some(5),
        length_unknown: true,
        frame_short: false,
        checksum: Checksum::Unfilled,
    }
}

fn at(no: u64) -> PacketRef {
    PacketRef { no, ts: CaptureTime(i64::try_from(no).unwrap() * 10), acked: 0 }
}

#[test]
fn segments_of_a_slot_come_back_as_they_were_and_in_order() {
    let mut backlog = Backlog::default();
    backlog.open(7, true);
    let sent = [
        segment(CLIENT, 10, b"\x01\x01\x08\x0a", b"first"),
        segment(SERVER, 20, b"", b""),
        segment(CLIENT, 30, b"", b"second"),
    ];
    for (i, segment) in sent.iter().enumerate() {
        backlog.push(7, segment, at(i as u64));
        // Of another connection.
        backlog.push(3, segment, at(100));
    }
    assert_eq!(backlog.latest(7), Some(CaptureTime(20)));
    let mut taken = 0;
    // The ends in either order: which is the client is for the connection to say.
    let any = backlog.take(7, (SERVER, CLIENT), |segment, packet| {
        assert_eq!((segment, packet), (&sent[taken], at(taken as u64)));
        taken += 1;
    });
    assert_eq!((any, taken), (true, 3));
    assert!(!backlog.take(7, (CLIENT, SERVER), |_, _| panic!("taken twice")));
    assert_eq!(backlog.latest(7), None);
}

#[test]
fn slots_come_in_the_order_of_their_first_segment() {
    let mut backlog = Backlog::default();
    let data = segment(CLIENT, 1, b"", b"data");
    for slot in [5, 2, 5, 9, 2] {
        backlog.open(slot, true);
        backlog.push(slot, &data, at(1));
    }
    // A slot without a place has nothing that waits.
    backlog.push(11, &data, at(1));
    assert_eq!([0, 1, 2, 3].map(|number| backlog.slot(number)), [Some(5), Some(2), Some(9), None]);
    let mut of_two = 0;
    backlog.take(2, (CLIENT, SERVER), |_, _| of_two += 1);
    assert_eq!(of_two, 2);
    backlog.clear();
    assert_eq!((backlog.slot(0), backlog.held_bytes()), (None, 0));
}

#[test]
fn it_is_full_when_there_is_enough_of_each_or_no_more_room() {
    let mut backlog = Backlog::default();
    backlog.open(0, true);
    let data = segment(CLIENT, 1, b"", &[0; 1000]);
    for _ in 1..FEW {
        backlog.push(0, &data, at(1));
        assert!(!backlog.is_full(usize::MAX));
    }
    assert!(backlog.is_full(1_000_000) && !backlog.is_full(10_000_000));
    backlog.push(0, &data, at(1));
    assert!(backlog.is_full(usize::MAX));
    backlog.release();
    assert!(!backlog.is_full(1));
}

#[test]
fn a_slot_is_open_until_it_is_closed() {
    let mut backlog = Backlog::default();
    assert!(!backlog.is_open(4));
    backlog.open(4, true);
    assert!(backlog.is_open(4) && !backlog.is_open(3));
    backlog.open(4, false);
    assert!(!backlog.is_open(4));
}

//! Aggregates from bytes: whole, cut, with wrong back pointers, and their events.

use super::*;
use crate::base::pos::{Dir, PacketRef};
use crate::media::units::Extent;
use crate::rtmp::message::aggregate::Tag;
use crate::session::event::MediaMessage;

fn put(kind: u8, time: u32, body: &[u8], back: Option<u32>, out: &mut Vec<u8>) {
    let len = u32::try_from(body.len()).unwrap();
    out.push(kind);
    out.extend(&len.to_be_bytes()[1..]);
    out.extend(&time.to_be_bytes()[1..]);
    out.push(time.to_be_bytes()[0]);
    out.extend([0, 0, 0]);
    out.extend(body);
    out.extend(back.map_or_else(Vec::new, |back| back.to_be_bytes().to_vec()));
}

fn header(timestamp: u32, received: usize) -> MessageHeader {
    let length = u32::try_from(received).unwrap();
    MessageHeader {
        timestamp,
        timestamp_field: timestamp,
        ..MessageHeader::whole(MessageType::AGGREGATE, length)
    }
}

fn tags<'a>(body: &'a [u8], header: &MessageHeader) -> (Aggregate, Vec<Tag<'a>>) {
    (summary(body, header), Tags::new(body).collect())
}

fn of(body: &[u8]) -> (Aggregate, usize) {
    let (all, tags) = tags(body, &header(1000, body.len()));
    (all, tags.len())
}

#[test]
fn counts_what_is_there() {
    let mut body = Vec::new();
    put(8, 500, &[0xAF, 1, 7], Some(14), &mut body);
    put(9, 520, &[0x27, 1, 0, 0, 0, 9], Some(17), &mut body);
    put(18, 530, &[5], Some(12), &mut body);
    put(22, 540, &[1, 2], Some(13), &mut body);
    put(20, 540, &[], Some(11), &mut body);
    let whole = Aggregate {
        parts: 5,
        base_timestamp: 1000,
        first_part_timestamp: Some(500),
        back_pointer_errors: 0,
        cut: false,
        trailing_bytes: 0,
        other_parts: 2,
        undecoded: 0,
    };
    assert_eq!(of(&body), (whole, 5));
    body.extend([1, 2, 3]);
    assert_eq!(of(&body), (Aggregate { trailing_bytes: 3, ..whole }, 5));
    assert_eq!(of(&[]), (Aggregate { base_timestamp: 1000, ..Aggregate::default() }, 0));
}

#[test]
fn back_pointers() {
    let mut body = Vec::new();
    put(8, 0, &[1, 2, 3], Some(3), &mut body);
    put(8, 0, &[1, 2, 3], Some(14), &mut body);
    assert_eq!(of(&body).0.back_pointer_errors, 1);
    let (all, _) = of(&body[..body.len() - 4]);
    assert_eq!((all.parts, all.back_pointer_errors, all.trailing_bytes, all.cut), (2, 2, 0, false));
    let (all, _) = of(&body[..body.len() - 1]);
    assert_eq!((all.parts, all.back_pointer_errors, all.trailing_bytes, all.cut), (2, 2, 3, false));
}

#[test]
fn cut_parts() {
    let mut body = Vec::new();
    put(8, 0, &[1, 2, 3], Some(14), &mut body);
    put(9, 0, &[1; 9], None, &mut body);
    let cut = &body[..body.len() - 2];
    let (all, there) = tags(cut, &header(0, cut.len()));
    assert_eq!((all.parts, all.cut, all.trailing_bytes, all.back_pointer_errors), (2, true, 0, 0));
    assert_eq!((there[0].complete, there[1].complete, there[1].body.len()), (true, false, 7));
    // Of a message that was kept in part, the end is not known.
    let (all, there) = tags(cut, &header(0, cut.len() + 100));
    assert_eq!((all.parts, all.cut, there[1].complete, all.undecoded), (2, false, false, 100));
}

/// Where what was kept ends, nothing is wrong with the parts.
#[test]
fn the_end_of_what_was_kept_is_no_fault() {
    let mut body = Vec::new();
    put(8, 0, &[1, 2, 3], Some(3), &mut body);
    put(9, 0, &[1; 9], Some(20), &mut body);
    for end in 18..body.len() {
        let (all, _) = tags(&body[..end], &header(0, body.len()));
        let parts = if end < 18 + 11 { 1 } else { 2 };
        let unseen = u32::try_from(body.len() - end).unwrap();
        let told = (all.parts, all.undecoded, all.cut, all.trailing_bytes, all.back_pointer_errors);
        assert_eq!(told, (parts, unseen, false, 0, 1), "{end}");
    }
}

#[test]
fn any_cut_adds_up() {
    let mut body = Vec::new();
    for n in 0..4 {
        put(8 + n % 2, 40, &[1; 5], Some(16), &mut body);
    }
    for end in 0..body.len() {
        let (all, tags) = tags(&body[..end], &header(0, end));
        let inside: usize = tags.iter().map(|tag| 11 + tag.body.len()).sum();
        let pointers = tags.iter().filter(|tag| tag.complete).count() * 4;
        let missing = if all.back_pointer_errors > 0 { 4 } else { 0 };
        let trailing = usize::try_from(all.trailing_bytes).unwrap();
        assert_eq!(inside + pointers - missing + trailing, end, "{all:?}");
    }
}

/// Name, time of the message, and part of each event.
fn told(timestamp: u32, body: &[u8]) -> Vec<(&'static str, bool, Option<Part>)> {
    let header = header(timestamp, body.len());
    let dir = Dir::ClientToServer;
    let m = Message { dir, at: PacketRef::default(), header: &header, body, units: &[] };
    let mut told = Vec::new();
    let sink = &mut |e: &Event<'_>| {
        if e.kind.is_primary() {
            told.push((e.kind.name(dir).unwrap(), e.message.is_some(), e.part));
        }
    };
    Talk::default().aggregate(m, &Limits::default(), &mut Out { connection: 1, sink });
    told
}

/// What is told of the units of each frame.
fn units(bodies: &[&[u8]]) -> Vec<(Extent, u32)> {
    let mut talk = Talk::default();
    let mut told = Vec::new();
    for body in bodies {
        let header = header(0, body.len());
        let (dir, at) = (Dir::ClientToServer, PacketRef::default());
        let m = Message { dir, at, header: &header, body, units: &[] };
        let sink = &mut |e: &Event<'_>| {
            if let Kind::Media(MediaMessage { units: Some(units), .. }) = e.kind {
                told.push((units.extent, units.total));
            }
        };
        talk.aggregate(m, &Limits::default(), &mut Out { connection: 1, sink });
    }
    told
}

#[test]
fn a_frame_in_a_cut_part_has_the_units_that_are_there() {
    // Units of 257 bytes, whose lengths look like start codes, and of 20.
    for sizes in [[257_u32, 20], [20, 257], [20, 30]] {
        let mut frame = vec![0x17, 1, 0, 0, 0];
        for size in sizes {
            frame.extend(size.to_be_bytes());
            frame.extend(vec![0x65; usize::try_from(size).unwrap()]);
        }
        let mut body = Vec::new();
        put(9, 0, &frame, None, &mut body);
        assert_eq!(units(&[&body]), [(Extent::Whole, 2)]);
        let second = body.len() - usize::try_from(sizes[1]).unwrap();
        for (kept, total) in [(second - 6, 1), (second - 1, 1), (second, 1), (11 + 5 + 6, 1)] {
            assert_eq!(units(&[&body[..kept]]), [(Extent::Incomplete, total)], "{sizes:?}, {kept} bytes");
        }
    }
}

#[test]
fn parts_are_events_with_times_of_the_stream() {
    let mut body = Vec::new();
    put(8, 0xFFFF_FFF0, &[0xAF, 1, 7], Some(14), &mut body);
    put(20, 0xFFFF_FFF8, b"\x02\0\x01f", Some(15), &mut body);
    put(18, 0x10, b"\x02\0\x0aonMetaData\x05", Some(25), &mut body);
    put(9, 0x20, &[0x27, 1, 0, 0, 0, 9], None, &mut body);
    let part = |index, timestamp| Some(Part { index, timestamp });
    assert_eq!(
        told(0xFFFF_FFE0, &body),
        [
            ("media.aggregate", true, None),
            ("media.audio", false, part(0, 0xFFFF_FFE0)),
            ("data.metadata", false, part(2, 0)),
            ("media.video", false, part(3, 0x10)),
        ]
    );
}

#[test]
fn an_aggregate_in_an_aggregate_is_not_followed() {
    let (mut inner, mut outer) = (Vec::new(), Vec::new());
    put(8, 0, &[0xAF, 1, 7], Some(14), &mut inner);
    put(22, 0, &inner, Some(29), &mut outer);
    assert_eq!(told(0, &outer), [("media.aggregate", true, None)]);
}

//! Every event from bytes, lengths that do not fit, and the properties of the decoder.

use super::*;

const HEAD: &[u8] = b"\x00\x02so\0\0\0\x05\0\0\0\x02\0\0\0\0";

fn body(events: &[(u8, &[u8])]) -> Vec<u8> {
    let mut body = HEAD.to_vec();
    for (kind, data) in events {
        body.push(*kind);
        body.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        body.extend(*data);
    }
    body
}

fn parse(body: &[u8]) -> SharedObject {
    SharedObject::parse(MessageType::SHARED_OBJECT_AMF0, body, &Limits::default())
}

/// The only event, which is whole.
fn one(kind: u8, data: &[u8]) -> SharedObjectEvent {
    let object = parse(&body(&[(kind, data)]));
    assert_eq!((&object.problem, object.undecoded), (&None, 0));
    let [event] = &object.events[..] else { panic!("{object:?}") };
    assert_eq!((event.kind, usize::try_from(event.bytes).unwrap()), (kind, data.len()));
    event.clone()
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

#[test]
fn the_head() {
    let object = parse(HEAD);
    assert_eq!((object.name.as_deref(), object.version), (Some("so"), Some(5)));
    assert_eq!((object.is_persistent(), object.odd_flags()), (Some(true), None));
    assert_eq!((object.events.len(), object.problem, object.undecoded), (0, None, 0));
    for (flags, persistent, odd) in
        [(0, false, false), (2 << 32, true, false), (3 << 32, false, true), (2 << 32 | 1, true, true)]
    {
        let object = SharedObject { flags: Some(flags), ..SharedObject::default() };
        assert_eq!((object.is_persistent(), object.odd_flags()), (Some(persistent), odd.then_some(flags)));
    }
}

#[test]
fn every_event() {
    let slot = || Content::Slot("k".to_owned());
    for (kind, name) in [(1, "use"), (2, "release"), (8, "clear"), (11, "use_success")] {
        let event = one(kind, &[]);
        assert_eq!((event.name().as_ref(), event.content), (name, Content::Nothing));
    }
    for (kind, name) in [(5, "success"), (9, "remove"), (10, "request_remove")] {
        let event = one(kind, b"\x00\x01k");
        assert_eq!((event.name().as_ref(), event.content), (name, slot()));
    }
    let event = one(3, b"\x00\x01k\x02\x00\x01v");
    let pairs = vec![("k".to_owned(), text("v"))];
    assert_eq!((event.name().as_ref(), event.content), ("request_change", Content::Values(pairs.clone())));
    let event = one(4, b"\x00\x01k\x02\x00\x01v\x00\x01n\x11\x04\x05");
    let pairs = [pairs, vec![("n".to_owned(), Value::Number(5.0))]].concat();
    assert_eq!((event.name().as_ref(), event.content), ("change", Content::Values(pairs)));
    let event = one(7, b"\x00\x02co\x00\x02le");
    let status = Content::Status { code: "co".to_owned(), level: Some("le".to_owned()) };
    assert_eq!((event.name().as_ref(), event.content), ("status", status));
    for data in [&b"\x02\x00\x01h\x05\x01\x01"[..], b"\x00\x01h\x05\x01\x01"] {
        let event = one(6, data);
        let arguments = vec![Value::Null, Value::Boolean(true)];
        let send = Content::Send { handler: Some("h".to_owned()), arguments };
        assert_eq!((event.name().as_ref(), event.content), ("send_message", send));
    }
    for kind in [0, 12, 14, 200] {
        let event = one(kind, b"\x01\x02\x03");
        assert_eq!((event.name().into_owned(), event.content), (format!("unknown_{kind}"), Content::Nothing));
    }
}

#[test]
fn values_of_amf3() {
    let plain = body(&[(3, b"\x00\x01k\x11\x04\x05"), (6, b"\x02\x00\x01h\x11\x01")]);
    let kind = MessageType::SHARED_OBJECT_AMF3;
    let with_byte = [&[0][..], &plain].concat();
    let object = SharedObject::parse(kind, &with_byte, &Limits::default());
    assert_eq!(object, parse(&plain));
    let absent = SharedObject::parse(kind, &plain, &Limits::default());
    assert_eq!((absent.format_byte, &absent.events), (FormatByte::Absent, &object.events));
    // A format byte of 3: values of AMF3 without a switch marker.
    let body = [&[3][..], &body(&[(3, b"\x00\x01k\x04\x05"), (6, b"\x06\x03h\x01")])].concat();
    let object3 = SharedObject::parse(kind, &body, &Limits::default());
    assert_eq!((&object3.problem, object3.format_byte), (&None, FormatByte::Other(3)));
    let contents =
        |object: &SharedObject| object.events.iter().map(|e| e.content.clone()).collect::<Vec<_>>();
    assert_eq!(contents(&object3), contents(&object));
}

#[test]
fn lengths_that_do_not_fit() {
    // Longer than the message: what is there is read.
    let mut bytes = body(&[(5, b"\x00\x01k")]);
    let at = HEAD.len() + 4;
    bytes[at] = 9;
    let object = parse(&bytes);
    assert_eq!(object.events[0].content, Content::Slot("k".to_owned()));
    assert_eq!(object.events[0].bytes, 9);
    assert_eq!(object.problem.unwrap(), "event data at byte 21 needs 9 bytes, 3 left");
    // Longer than the event: what is behind is told, and the next event is found.
    let object = parse(&body(&[(5, b"\x00\x01kxyz"), (1, b"q"), (8, b"")]));
    assert_eq!(object.events.iter().map(|e| e.undecoded).collect::<Vec<_>>(), [3, 1, 0]);
    assert_eq!((object.undecoded, object.problem.unwrap().as_str()), (4, "3 bytes behind the event's data"));
    // Too short for what it should hold.
    let object = parse(&body(&[(9, b"\x00\x05k"), (8, b"")]));
    assert_eq!((object.events.len(), object.undecoded), (2, 3));
    assert_eq!(object.problem.unwrap(), "slot name at byte 23 needs 5 bytes, 1 left");
    let object = parse(&body(&[(4, b"\x00\x01k\x05\x00\x01n")]));
    assert_eq!(object.events[0].content, Content::Values(vec![("k".to_owned(), Value::Null)]));
    assert_eq!(object.problem.unwrap(), "value at byte 28 needs 1 bytes, 0 left");
    let object = parse(&body(&[(7, b"\x00\x02co")]));
    assert_eq!(object.events[0].content, Content::Status { code: "co".to_owned(), level: None });
    // A value that cannot be read.
    let object = parse(&body(&[(3, b"\x00\x01k\x04zz"), (8, b"")]));
    assert_eq!((object.events[0].undecoded, object.events.len()), (3, 2));
    assert_eq!(object.problem.unwrap(), "reserved AMF0 marker 0x04 (AMF byte 24)");
    // The head of an event is cut.
    let object = parse(&[HEAD, &[1, 0]].concat());
    assert_eq!((object.events.len(), object.undecoded), (0, 2));
    assert_eq!(object.problem.unwrap(), "event length at byte 17 needs 4 bytes, 1 left");
}

#[test]
fn cut_anywhere_and_garbage() {
    let whole = body(&[
        (4, b"\x00\x01k\x02\x00\x01v\x00\x01n\x05"),
        (6, b"\x02\x00\x01h\x05"),
        (7, b"\x00\x01c\x00\x01l"),
    ]);
    for end in 0..whole.len() {
        let object = parse(&whole[..end]);
        let missing = object.problem.is_some() || object.events.len() < 3;
        assert!(missing && object.undecoded <= end, "{end}: {object:?}");
        assert_eq!(object.name.is_some(), end >= 4);
    }
    let mut seed = 1_u64;
    for _ in 0..2000 {
        let mut bytes = whole.clone();
        for _ in 0..4 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(seed >> 40).unwrap() % bytes.len();
            bytes[at] = seed.to_be_bytes()[1] % 16;
        }
        for kind in [MessageType::SHARED_OBJECT_AMF0, MessageType::SHARED_OBJECT_AMF3] {
            let object = SharedObject::parse(kind, &bytes, &Limits::default());
            assert!(object.undecoded <= bytes.len());
        }
    }
}

#[test]
fn events_and_values_are_limited() {
    let many = Limits { amf_values: 5, ..Limits::default() };
    let bytes = body(&[(8, &[][..]); 9]);
    let object = SharedObject::parse(MessageType::SHARED_OBJECT_AMF0, &bytes, &many);
    assert_eq!((object.events.len(), object.undecoded, object.limit), (5, 20, Some("amf_values")));
    let bytes = body(&[(6, b"\x02\x00\x01h\x05\x05\x05"), (6, b"\x02\x00\x01h\x05\x05\x05")]);
    let object = SharedObject::parse(MessageType::SHARED_OBJECT_AMF0, &bytes, &many);
    assert_eq!(object.problem.unwrap(), "too many values (AMF byte 37)");
    assert_eq!(object.limit, Some("amf_values"));
}

#[test]
fn the_first_field_that_is_cut() {
    let cut = |body: &[u8]| parse(body).cut.map(|cut| (cut.what, cut.at, cut.need, cut.have));
    let whole = body(&[(9, b"\x00\x01k"), (5, b"\x00\x01k")]);
    assert_eq!(cut(&whole), None);
    assert_eq!(cut(&whole[..3]), Some(("name", 2, 2, 1)));
    assert_eq!(cut(&whole[..10]), Some(("flags", 8, 8, 2)));
    assert_eq!(cut(&whole[..whole.len() - 1]), Some(("event data", 29, 3, 2)));
    // The name inside of the first event.
    let mut inner = whole;
    inner[22] = 2;
    assert_eq!(cut(&inner), Some(("slot name", 23, 2, 1)));
}

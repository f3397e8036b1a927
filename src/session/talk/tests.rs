//! Messages by their bodies to events: commands of both types, shared objects, control messages of any length.

use super::*;
use crate::rtmp::message::form::FormatByte;

fn header(kind: MessageType, body: &[u8]) -> MessageHeader {
    let length = u32::try_from(body.len()).unwrap();
    MessageHeader { stream_id: 0, ..MessageHeader::whole(kind, length) }
}

/// Feeds one whole message and hands each event to `check`.
fn feed(talk: &mut Talk, dir: Dir, kind: MessageType, body: &[u8], check: &mut dyn FnMut(&Event<'_>)) {
    let header = header(kind, body);
    let mut out = Out { connection: 1, sink: check };
    talk.output(dir, 0, Output::Message { header: &header, body, units: &[] }, &Limits::default(), &mut out);
}

/// The name of the only event of a message from the client, and how it prints.
fn one(kind: MessageType, body: &[u8]) -> (&'static str, String) {
    let mut told = Vec::new();
    feed(&mut Talk::default(), Dir::ClientToServer, kind, body, &mut |event| {
        assert!(event.kind.is_primary() && event.message.is_some());
        told.push((event.kind.name(event.dir).unwrap(), format!("{:?}", event.kind)));
    });
    assert_eq!(told.len(), 1, "one event for one message: {told:?}");
    told.remove(0)
}

#[test]
fn commands_of_type_17_are_answered_like_those_of_type_20() {
    let mut talk = Talk::default();
    let (c2s, s2c) = (Dir::ClientToServer, Dir::ServerToClient);
    // The transaction id is an AMF3 integer here and an AMF0 number in the answer.
    let call = b"\0\x02\0\x0ccreateStream\x11\x04\x04\x05";
    feed(&mut talk, c2s, MessageType::COMMAND_AMF3, call, &mut |event| {
        let Kind::Command(it) = event.kind else { panic!("{event:?}") };
        assert_eq!((it.name, it.command.transaction_id), ("ns.create_stream", Some(4.0)));
        assert!(it.command.amf3 && it.command.error.is_none());
    });
    let answer = b"\0\x02\0\x07_result\0\x40\x10\0\0\0\0\0\0\x05\x11\x0a\x0b\x01\x03a\x04\x01\x01";
    feed(&mut talk, s2c, MessageType::COMMAND_AMF3, answer, &mut |event| {
        let Kind::Command(it) = event.kind else { panic!("{event:?}") };
        assert_eq!((it.name, it.answers.map(|a| a.name)), ("ns.create_stream_result", Some("createStream")));
        assert_eq!(it.command.arguments[0].get("a").and_then(Value::as_f64), Some(1.0));
    });
}

#[test]
fn messages_without_their_format_byte() {
    let mut seen = 0;
    for (body, byte) in [
        (&b"\x02\0\x01f\0\0\0\0\0\0\0\0\0"[..], FormatByte::Absent),
        (b"\x11\x06\x03f\x04\x00", FormatByte::Absent),
        (b"\x03\x06\x03f\x04\x00", FormatByte::Other(3)),
    ] {
        feed(&mut Talk::default(), Dir::ClientToServer, MessageType::COMMAND_AMF3, body, &mut |event| {
            let Kind::Command(it) = event.kind else { panic!("{event:?}") };
            assert_eq!((it.command.name.as_str(), it.command.format_byte), ("f", byte));
            seen += 1;
        });
    }
    let body = b"\x11\x06\x15onMetaData\x11\x09\x01\x03w\x04\x05\x01";
    feed(&mut Talk::default(), Dir::ClientToServer, MessageType::DATA_AMF3, body, &mut |event| {
        let Kind::Data(it) = event.kind else { panic!("{event:?}") };
        assert_eq!(
            (it.name, it.format_byte, it.amf3, it.undecoded),
            ("data.metadata", FormatByte::Absent, true, 0)
        );
        seen += 1;
    });
    assert_eq!(seen, 4);
}

#[test]
fn control_messages_too_short_keep_their_names() {
    for (kind, name, need) in [
        (MessageType::SET_CHUNK_SIZE, "ctl.set_chunk_size", 4),
        (MessageType::ABORT, "ctl.abort", 4),
        (MessageType::ACKNOWLEDGEMENT, "ctl.ack", 4),
        (MessageType::WINDOW_ACK_SIZE, "ctl.window_ack_size", 4),
        (MessageType::SET_PEER_BANDWIDTH, "ctl.set_peer_bandwidth", 5),
    ] {
        for len in 0..need {
            let (told, kind) = one(kind, &[1; 9][..len]);
            assert_eq!(told, name);
            assert!(
                kind.starts_with("ControlTooShort") && kind.contains(&format!("bytes: {len} ")),
                "{kind}"
            );
        }
    }
    assert_eq!(one(MessageType::USER_CONTROL, &[0, 3, 0]).0, "uc.set_buffer_length");
    assert_eq!(one(MessageType::USER_CONTROL, &[0, 7, 0]).0, "uc.pong");
    assert_eq!(one(MessageType::USER_CONTROL, &[]).0, "uc.unknown");
    assert_eq!(one(MessageType(7), &[]).0, "message.other");
}

/// What follows a ping request, of the other side too, does not make it forgotten.
#[test]
fn each_answer_to_a_ping_finds_its_request() {
    let mut talk = Talk::default();
    let mut answers = Vec::new();
    let mut say = |dir, event: u8, value: u8| {
        feed(&mut talk, dir, MessageType::USER_CONTROL, &[0, event, 0, 0, 0, value], &mut |event| {
            if let Kind::Pong { value, rtt_ns } = event.kind {
                answers.push((value, rtt_ns.is_some()));
            }
        });
    };
    let (c2s, s2c) = (Dir::ClientToServer, Dir::ServerToClient);
    say(s2c, 6, 1);
    say(s2c, 6, 2);
    say(c2s, 6, 3);
    say(c2s, 7, 1);
    say(c2s, 7, 3); // Its own question.
    say(c2s, 7, 2);
    say(c2s, 7, 2);
    say(s2c, 7, 3);
    (0..=17).for_each(|value| say(s2c, 6, value));
    say(c2s, 7, 1);
    say(c2s, 7, 2);
    let told = [(1, true), (3, false), (2, true), (2, false), (3, true), (1, false), (2, true)];
    assert_eq!(answers, told);
}

#[test]
fn a_chunk_size_that_cannot_be_is_told_as_written() {
    assert_eq!(one(MessageType::SET_CHUNK_SIZE, &[0; 4]).1, "ChunkSizeInvalid { size: 0 }");
    let (name, kind) = one(MessageType::SET_CHUNK_SIZE, &[0x80, 0, 0, 1, 7]);
    assert_eq!((name, kind.as_str()), ("ctl.set_chunk_size", "ChunkSizeInvalid { size: 2147483649 }"));
}

/// The decoder says itself what it made of a valid Set Chunk Size and of an Abort: once each.
#[test]
fn what_the_chunk_decoder_acts_on_is_told_once() {
    for kind in [MessageType::SET_CHUNK_SIZE, MessageType::ABORT] {
        feed(&mut Talk::default(), Dir::ClientToServer, kind, &[0, 0, 0, 4], &mut |event| {
            panic!("{event:?}")
        });
    }
    let header = header(MessageType::ABORT, &[0; 4]);
    let mut told = 0;
    let mut sink = |event: &Event<'_>| {
        assert!(matches!(event.kind, Kind::Abort { csid: 4, discarded: 128 }) && event.kind.is_primary());
        told += 1;
    };
    let mut out = Out { connection: 1, sink: &mut sink };
    let aborted = Output::Aborted { csid: 4, dropped: 128, header: &header };
    Talk::default().output(Dir::ClientToServer, 0, aborted, &Limits::default(), &mut out);
    assert_eq!(told, 1);
}

/// Of a message longer than what is kept of one, the decoder obeys the beginning; what it does not obey is told here.
#[test]
fn a_long_control_message_is_told_once() {
    let told = |kind, kept: &[u8]| {
        let header = MessageHeader { received: 300_000, length: 300_000, ..header(kind, kept) };
        let mut told = Vec::new();
        let mut sink = |event: &Event<'_>| told.push(event.kind.name(event.dir).unwrap());
        let mut out = Out { connection: 1, sink: &mut sink };
        let message = Output::Message { header: &header, body: kept, units: &[] };
        Talk::default().output(Dir::ClientToServer, 0, message, &Limits::default(), &mut out);
        told
    };
    let obeyed = [0, 0, 1, 0, 0, 0];
    assert_eq!(told(MessageType::SET_CHUNK_SIZE, &obeyed), [""; 0]);
    assert_eq!(told(MessageType::ABORT, &obeyed), [""; 0]);
    assert_eq!(told(MessageType::SET_CHUNK_SIZE, &[0; 6]), ["ctl.set_chunk_size"]);
    assert_eq!(told(MessageType::SET_CHUNK_SIZE, &[0; 3]), ["message.other"]);
    assert_eq!(told(MessageType::WINDOW_ACK_SIZE, &obeyed), ["message.other"]);
}

#[test]
fn events_of_shared_objects_come_behind_their_message() {
    let body = b"\0\x02so\0\0\0\x01\0\0\0\0\0\0\0\0\x01\0\0\0\0\x08\0\0\0\0";
    for (kind, front) in [(MessageType::SHARED_OBJECT_AMF0, &[][..]), (MessageType::SHARED_OBJECT_AMF3, &[0])]
    {
        let body = [front, body].concat();
        let mut told = Vec::new();
        feed(&mut Talk::default(), Dir::ServerToClient, kind, &body, &mut |event| {
            told.push((
                event.kind.name(event.dir).unwrap(),
                event.kind.is_primary(),
                event.message.is_some(),
            ));
        });
        assert_eq!(
            told,
            [("so.message", true, true), ("so.event", false, false), ("so.event", false, false)]
        );
    }
}

//! Lines of text and JSON of events made by hand.

use super::*;
use crate::amf::Value;
use crate::base::pos::{Dir, PacketRef, Span};
use crate::media::tag::Packet;
use crate::media::video::FrameType;
use crate::rtmp::message::command::Command;
use crate::rtmp::message::kind::{Inferred, MessageHeader, MessageType};
use crate::session::event::{
    Answered, Closing, CodecName, CommandEvent, Extensions, Kind, Mark, MediaKind, MediaMessage, MediaRole,
};

const START: CaptureTime = CaptureTime(1_795_333_621_000_000_000);

fn packet(no: u64) -> PacketRef {
    PacketRef { no, ts: CaptureTime(START.0 + i64::try_from(no).unwrap() * 1_000_500) }
}

fn header(kind: MessageType) -> MessageHeader {
    MessageHeader {
        inferred: Inferred::default(),
        csid: 3,
        fmt: 0,
        kind,
        length: 100,
        timestamp: 40,
        timestamp_field: 40,
        extended: false,
        stream_id: 1,
        chunks: 1,
        header_bytes: 12,
        received: 100,
        lost: 0,
        complete: true,
        span: Span { start: 10, end: 122, first: packet(7), last: packet(8) },
    }
}

fn event<'a>(kind: Kind<'a>, message: Option<&'a MessageHeader>, dir: Dir) -> Event<'a> {
    let span = message.map_or_else(Span::default, |m| m.span);
    Event { connection: 1, at: packet(8), dir, span, message, kind }
}

fn text(s: &str) -> Value {
    Value::String(s.into())
}

/// One event of each form through `check`.
fn each(check: &mut dyn FnMut(&Event<'_>)) {
    let c2s = Dir::ClientToServer;
    let command_header = header(MessageType::COMMAND_AMF0);
    let video = header(MessageType::VIDEO);
    let unknown = header(MessageType(99));
    check(&event(Kind::TcpEstablished { rtt_ns: 1_234_567 }, None, c2s));
    let publish = Command {
        name: "publish".into(),
        transaction_id: Some(4.0),
        object: Some(Value::Null),
        arguments: vec![text("k\u{1b}y_1?t=12"), text("live")],
        error: None,
    };
    let kind = CommandEvent { name: "ns.publish", command: &publish, answers: None, stream: Some(1) };
    check(&event(Kind::Command(kind), Some(&command_header), c2s));
    let media = MediaMessage {
        stream: 1,
        media: MediaKind::Video,
        role: MediaRole::KeyFrame,
        codec: CodecName::new("h264"),
        header_bytes: 5,
        payload_bytes: 95,
        complete: true,
        dts_ms: 40,
        composition_ms: -80,
        sound: None,
        track: 0,
        frame_type: Some(FrameType::Key),
        command: None,
        packet: Some(Packet::CodedFrames),
        enhanced: false,
        four_cc: None,
        extensions: Extensions::default(),
        share: None,
    };
    check(&event(Kind::Media(media), Some(&video), c2s));
    check(&event(
        Kind::Mark {
            stream: 1,
            track: 0,
            mark: Mark::TimestampBackward { media: MediaKind::Audio, by_ms: 20 },
        },
        None,
        c2s,
    ));
    check(&event(Kind::Other, Some(&unknown), c2s));
    check(&event(Kind::SessionEnd { cause: Closing::ClientFin }, None, c2s));
}

/// A status, with the stream's name in its description.
fn status(check: &mut dyn FnMut(&Event<'_>)) {
    let status = Command {
        name: "onStatus".into(),
        transaction_id: Some(0.0),
        object: None,
        arguments: vec![Value::Object(vec![
            ("level".into(), text("status")),
            ("code".into(), text("NetStream.Publish.Start")),
            ("description".into(), text("k\u{1b}y_1 is now published")),
        ])],
        error: None,
    };
    let answers = Some(Answered { name: "publish", at: packet(6) });
    let kind = CommandEvent { name: "ns.publish_start", command: &status, answers, stream: Some(1) };
    check(&event(Kind::Command(kind), Some(&header(MessageType::COMMAND_AMF0)), Dir::ServerToClient));
}

fn written(layout: Layout, filter: &Filter) -> String {
    let mut out = Vec::new();
    let mut masker = Masker::new();
    let mut writer = TimelineWriter::new(&mut out, layout, filter.clone());
    each(&mut |e| writer.event(e, START, &mut masker).unwrap());
    String::from_utf8(out).unwrap()
}

#[test]
fn lines_of_json() {
    insta::assert_snapshot!(written(Layout::Ndjson, &Filter::default()));
    for line in written(Layout::Ndjson, &Filter::default()).lines() {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        assert_eq!(object.len(), line.matches("\":").count() - nested_keys(&object), "a key twice: {line}");
    }
}

fn nested_keys(object: &serde_json::Map<String, serde_json::Value>) -> usize {
    fn count(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::Object(o) => o.len() + o.values().map(count).sum::<usize>(),
            serde_json::Value::Array(a) => a.iter().map(count).sum(),
            _ => 0,
        }
    }
    object.values().map(count).sum()
}

#[test]
fn lines_of_text() {
    insta::assert_snapshot!(written(Layout::Table { color: false }, &Filter::default()));
}

#[test]
fn filters() {
    let count = |filter: Filter| written(Layout::Ndjson, &filter).lines().count();
    assert_eq!(count(Filter { events: vec!["ns.".into(), "media.video".into()], ..Filter::default() }), 2);
    assert_eq!(count(Filter { connection: Some(2), ..Filter::default() }), 0);
    assert_eq!(count(Filter { time: Some((0.008, 0.009)), ..Filter::default() }), 6);
    assert_eq!(count(Filter { time: Some((0.009, f64::INFINITY)), ..Filter::default() }), 0);
}

#[test]
fn a_filter_does_not_change_a_mask() {
    let mut out = Vec::new();
    let mut masker = Masker::new();
    let filter = Filter { events: vec!["ns.publish_start".into()], ..Filter::default() };
    let mut writer = TimelineWriter::new(&mut out, Layout::Ndjson, filter);
    each(&mut |e| writer.event(e, START, &mut masker).unwrap());
    status(&mut |e| writer.event(e, START, &mut masker).unwrap());
    let line: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(line["description"], "<stream-1> is now published");
    assert_eq!(line["code"], "NetStream.Publish.Start");
    assert_eq!((&line["answers"], &line["response_ms"]), (&"publish".into(), &2.001.into()));
}

#[test]
fn entries_of_a_report() {
    let mut masker = Masker::new();
    let mut entries = Vec::new();
    each(&mut |e| entries.extend(entry(e, START, &mut masker)));
    let publish = serde_json::to_value(&entries[1]).unwrap();
    assert_eq!(
        publish,
        serde_json::json!({
            "time_s": 0.008_004, "packet": 8, "direction": "client_to_server", "event": "ns.publish",
            "detail": {"name": "publish", "transaction_id": 4, "stream": 2,
                       "arguments": ["<stream-1>?<query>", "live"]}
        })
    );
}

//! Lines of text and JSON of events made by hand.

use std::sync::Arc;

use super::*;
use crate::amf::{self, Value};
use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef, Span};
use crate::media::channels::ChannelConfig;
use crate::media::codec::Codec;
use crate::media::config;
use crate::media::tag::Packet;
use crate::media::video::FrameType;
use crate::rtmp::chunk::dialect::Choice;
use crate::rtmp::chunk::fact::Fact;
use crate::rtmp::message::command::Command;
use crate::rtmp::message::form::FormatByte;
use crate::rtmp::message::kind::{MessageHeader, MessageType, TimeReading, Timing};
use crate::rtmp::message::shared_object::SharedObject;
use crate::rtmp::message::user_control::UserControl;
use crate::session::event::{
    Aggregate, Answered, Closing, CommandEvent, ConfigChange, DataEvent, Extensions, Kind, Mark, MediaKind,
    MediaMessage, MediaRole, Part, TrackConfig,
};

const START: CaptureTime = CaptureTime(1_795_333_621_000_000_000);

fn packet(no: u64) -> PacketRef {
    PacketRef { no, ts: CaptureTime(START.0 + i64::try_from(no).unwrap() * 1_000_500), acked: 0 }
}

fn header(kind: MessageType) -> MessageHeader {
    MessageHeader {
        timestamp: 40,
        timestamp_field: 40,
        span: Span { start: 10, end: 122, first: packet(7), last: packet(8) },
        ..MessageHeader::whole(kind, 100)
    }
}

fn event<'a>(kind: Kind<'a>, message: Option<&'a MessageHeader>, dir: Dir) -> Event<'a> {
    let span = message.map_or_else(Span::default, |m| m.span);
    Event { connection: 1, at: packet(8), dir, span, message, part: None, body: &[], kind }
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
        ..Command::default()
    };
    let kind = CommandEvent { name: "ns.publish", command: &publish, answers: None, stream: Some(1) };
    check(&event(Kind::Command(kind), Some(&command_header), c2s));
    let media = MediaMessage {
        stream: 1,
        media: MediaKind::Video,
        role: MediaRole::KeyFrame,
        codec: Some(Codec::H264),
        header_bytes: 5,
        payload_bytes: 95,
        complete: true,
        unfinished: false,
        dts_ms: 40,
        composition_ms: -80,
        sound: None,
        track: 0,
        units: None,
        frame_type: Some(FrameType::Key),
        command: None,
        packet: Some(Packet::CodedFrames),
        enhanced: false,
        four_cc: None,
        extensions: Extensions::default(),
        share: None,
        problem: None,
    };
    check(&event(Kind::Media(&media), Some(&video), c2s));
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
    check(&event(Kind::SessionEnd { cause: Closing::ClientFin, tls: None }, None, c2s));
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
        ..Command::default()
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
    let (mut masker, mut kept) = (Masker::new(), Kept::default());
    each(&mut |e| assert!(kept.add(e, START, &mut masker) || e.kind.name(e.dir).is_none()));
    let entries = kept.entries();
    assert_eq!(entries.len(), kept.len());
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

/// The fields of an event's line that are no part of the header.
fn detail_of(kind: Kind<'_>, message: Option<&MessageHeader>) -> String {
    let details = details(&event(kind, message, Dir::ClientToServer), &mut Masker::new());
    String::from_utf8(details).unwrap()
}

#[test]
fn control_messages_say_what_is_missing_and_what_is_too_much() {
    let of = |received| MessageHeader { received, ..header(MessageType::USER_CONTROL) };
    let begin = Kind::UserControl(UserControl::StreamBegin { stream_id: 1 });
    assert_eq!(detail_of(begin, Some(&of(6))), r#"{"target_stream_id":1}"#);
    assert_eq!(detail_of(begin, Some(&of(9))), r#"{"target_stream_id":1,"extra_bytes":3}"#);
    assert_eq!(
        detail_of(Kind::Pong { value: 7, rtt_ns: None }, Some(&of(7))),
        r#"{"value":7,"extra_bytes":1}"#
    );
    assert_eq!(
        detail_of(Kind::Abort { csid: 4, discarded: 0 }, Some(&of(5))),
        r#"{"aborted_csid":4,"discarded_bytes":0,"extra_bytes":1}"#
    );
    let short = Kind::ControlTooShort(UserControl::parse(&[0, 3, 0, 0, 0, 1]).unwrap_err());
    assert_eq!(
        detail_of(short, Some(&of(6))),
        r#"{"problem":"buffer length at byte 6 needs 4 bytes, 0 left","bytes":4}"#
    );
    assert_eq!(
        detail_of(Kind::ChunkSizeInvalid { size: 0x8000_0001 }, Some(&of(4))),
        r#"{"size":2147483649,"problem":"the top bit is set"}"#
    );
    let unknown = |event| Kind::UserControl(UserControl::Unknown { event, bytes: 2 });
    assert_eq!(
        detail_of(unknown(41), Some(&of(4))),
        r#"{"user_event":41,"event_name":"set_keep_alive","bytes":2}"#
    );
    assert_eq!(detail_of(unknown(99), Some(&of(4))), r#"{"user_event":99,"bytes":2}"#);
    let swf = |body: &[u8]| Kind::UserControl(UserControl::parse(body).unwrap());
    assert_eq!(detail_of(swf(&[0, 26, 1]), Some(&of(3))), r#"{"bytes":1}"#);
    let proof = [&[0, 27, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0][..], &[0x0A; 32]].concat();
    let hash = "0a".repeat(32);
    assert_eq!(detail_of(swf(&proof), Some(&of(44))), format!(r#"{{"swf_size":256,"swf_hash":"{hash}"}}"#));
}

#[test]
fn shared_objects_and_their_events() {
    let head = b"\0\x02so\0\0\0\x01\0\0\0\x02\0\0\0\x01";
    let mut body = head.to_vec();
    for (kind, data) in [
        (3, &b"\0\x05token\x02\0\x03abc"[..]),
        (4, b"\0\x01a\x05\0\x01b\x01\x01"),
        (6, b"\x02\0\x01h\x02\0\x01x\x03\0\x01n\x05\0\0\x09"),
        (7, b"\0\x1dSharedObject.UriMismatch.more\0\x05error"),
        (13, b"??"),
        (9, b"\0\x09k"),
    ] {
        body.push(kind);
        body.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        body.extend(data);
    }
    let object = SharedObject::parse(MessageType::SHARED_OBJECT_AMF0, &body, &Limits::default());
    let lines: Vec<String> = std::iter::once(Kind::SharedObject(&object))
        .chain(object.events.iter().map(|event| Kind::SharedObjectEvent { object: &object, event }))
        .map(|kind| detail_of(kind, None))
        .collect();
    let problem = r#""problem":"slot name at byte 126 needs 9 bytes, 1 left","undecoded_bytes":3}"#;
    assert_eq!(
        lines,
        [
            format!(
                r#"{{"so_name":"so","so_version":1,"persistent":true,"so_flags":"0x0000000200000001","events":6,{problem}"#
            ),
            r#"{"so_name":"so","so_event":"request_change","so_key":"token","so_value":"<secret>","bytes":13}"#.to_owned(),
            r#"{"so_name":"so","so_event":"change","so_values":{"a":null,"b":true},"bytes":9}"#.to_owned(),
            r#"{"so_name":"so","so_event":"send_message","so_handler":"h","so_arguments":["x",{"n":null}],"bytes":16}"#
                .to_owned(),
            r#"{"so_name":"so","so_event":"status","so_code":"SharedObject.UriMismatch.more","so_level":"error","bytes":38}"#
                .to_owned(),
            r#"{"so_name":"so","so_event":"unknown_13","bytes":2}"#.to_owned(),
            format!(r#"{{"so_name":"so","so_event":"remove","bytes":3,{problem}"#),
        ]
    );
}

/// A message may have thousands of events: each repeats only the beginning of a long name.
#[test]
fn the_events_of_a_shared_object_show_the_beginning_of_its_name() {
    let name = format!("{} token=abcdef1234", "n".repeat(1012));
    let mut body = u16::try_from(name.len()).unwrap().to_be_bytes().to_vec();
    body.extend(name.as_bytes());
    body.extend([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    body.extend([[1, 0, 0, 0, 0], [2, 0, 0, 0, 0]].concat());
    let object = SharedObject::parse(MessageType::SHARED_OBJECT_AMF0, &body, &Limits::default());
    let mut masker = Masker::new();
    let mut shown = |kind| {
        let details = details(&event(kind, None, Dir::ClientToServer), &mut masker);
        let fields: serde_json::Value = serde_json::from_slice(&details).unwrap();
        fields["so_name"].as_str().unwrap().to_owned()
    };
    let whole = shown(Kind::SharedObject(&object));
    assert!(whole.len() > 1024 && !whole.contains("abc"), "{whole}");
    for event in &object.events {
        assert_eq!(shown(Kind::SharedObjectEvent { object: &object, event }), whole[..1024]);
    }
}

/// The line of text of an event, from its name on.
fn text_of(kind: Kind<'_>) -> String {
    let mut out = Vec::new();
    let mut writer = TimelineWriter::new(&mut out, Layout::Table { color: false }, Filter::default());
    writer.event(&event(kind, None, Dir::ClientToServer), START, &mut Masker::new()).unwrap();
    let text = String::from_utf8(out).unwrap();
    let line = text.lines().nth(1).unwrap();
    line.split_once('→').unwrap().1.trim().to_owned()
}

/// In a line of text, values without names keep their places, and an empty one can be seen.
#[test]
fn values_without_names_in_a_line_of_text() {
    let call = |values: Vec<Value>, id: f64| {
        let command = Command {
            name: "call".to_owned(),
            transaction_id: Some(id),
            arguments: values,
            ..Command::default()
        };
        let kind = CommandEvent { name: "nc.call", command: &command, answers: None, stream: None };
        text_of(Kind::Command(kind)).split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
    };
    let list = Value::StrictArray(vec![Value::Number(1.0), Value::Null, Value::Object(vec![])]);
    assert_eq!(
        call(vec![text("a"), Value::Null, text(""), list], 2.0),
        r#"call txn=2 a null "" 1 null {0 fields}"#
    );
    let many = vec![Value::Null; 21];
    assert_eq!(call(many, 1e300), format!("call txn=1e300 {} …", ["null"; 20].join(" ")));
    assert_eq!(call(vec![], f64::NAN), "call txn=NaN");

    let mut body = b"\0\x01s\0\0\0\x01\0\0\0\0\0\0\0\0".to_vec();
    for (kind, data) in [
        (4, &b"\0\x01k\x05"[..]),
        (4, b"\0\x01k\x02\0\0"),
        (4, b"\0\x01k\x01\x01"),
        (4, b"\0\x01k\x03\0\x01n\x01\0\0\0\x09"),
        (4, b"\0\x01a\x05\0\x01b\x02\0\0\0\x01c\x03\0\0\x09"),
        (6, b"\x02\0\x01h\x02\0\x01x\x05"),
    ] {
        body.push(kind);
        body.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        body.extend(data);
    }
    let object = SharedObject::parse(MessageType::SHARED_OBJECT_AMF0, &body, &Limits::default());
    let lines: Vec<String> = object
        .events
        .iter()
        .map(|event| text_of(Kind::SharedObjectEvent { object: &object, event }))
        .map(|line| line.split_once("so_event=").unwrap().1.to_owned())
        .collect();
    assert_eq!(
        lines,
        [
            "change so_key=k so_value=null bytes=4",
            r#"change so_key=k so_value="" bytes=6"#,
            "change so_key=k so_value=true bytes=5",
            "change so_key=k n=false bytes=12",
            r#"change a=null b="" bytes=17"#,
            "send_message so_handler=h x null bytes=9",
        ]
    );
}

#[test]
fn parts_of_aggregates_and_what_could_not_be_decoded() {
    let aggregate = Aggregate { parts: 2, base_timestamp: 9, cut: true, ..Aggregate::default() };
    assert_eq!(
        detail_of(Kind::Aggregate(aggregate), None),
        r#"{"parts":2,"base_timestamp":9,"back_pointer_errors":0,"cut_parts":1,"trailing_bytes":0,"other_parts":0}"#
    );
    let decoded = amf::decode(amf::Encoding::Amf0, b"\x11\x0a\x07\x07a.B\x01\x02", &Limits::default());
    let data = DataEvent {
        name: "data.other",
        handler: None,
        set_data_frame: false,
        values: &decoded.values,
        stream: None,
        error: decoded.error,
        undecoded: decoded.rest,
        amf3: decoded.amf3,
        format_byte: FormatByte::Absent,
        notes: &[],
    };
    let part = Some(Part { index: 1, timestamp: 30 });
    let event = Event { part, ..event(Kind::Data(data), None, Dir::ClientToServer) };
    assert_eq!(
        String::from_utf8(details(&event, &mut Masker::new())).unwrap(),
        concat!(
            r#"{"values":[{"$class":"a.B","$externalizable_bytes":2}],"encoding":"amf3","format_byte":"absent","#,
            r#""partly_decoded":true,"undecoded_bytes":2,"#,
            r#""problem":"externalizable object, whose layout only its class knows (AMF byte 7)","#,
            r#""part":1,"part_timestamp":30}"#
        )
    );
}

/// A reading that departs from the specification stands at its message; a new one is a line of its own.
#[test]
fn readings_of_timestamps() {
    let line = |event: &Event<'_>| {
        let mut out = Vec::new();
        let mut writer = TimelineWriter::new(&mut out, Layout::Ndjson, Filter::default());
        writer.event(event, START, &mut Masker::new()).unwrap();
        serde_json::from_slice::<serde_json::Value>(&out).unwrap()
    };
    let dialect = |reading| {
        let timing = Timing { reading, ..Timing::default() };
        let header = MessageHeader { timing, ..header(MessageType(99)) };
        line(&event(Kind::Other, Some(&header), Dir::ClientToServer))["timestamp_dialect"].clone()
    };
    assert_eq!(dialect(TimeReading::Absolute), "absolute_in_delta");
    assert_eq!(dialect(TimeReading::SameTime), "type3_same_time");
    for reading in [TimeReading::Plain, TimeReading::Delta, TimeReading::AddsTimestamp] {
        assert!(dialect(reading).is_null(), "{reading:?}");
    }
    let choices = [
        (Choice::Type3Extended { repeated: true }, "type3_extended", "repeated"),
        (Choice::Type3Extended { repeated: false }, "type3_extended", "omitted"),
        (Choice::DeltaExtended { absolute: true }, "delta_extended", "absolute"),
        (Choice::DeltaExtended { absolute: false }, "delta_extended", "delta"),
        (Choice::Type3AfterType0 { same_time: true }, "type3_after_type0", "same_time"),
        (Choice::Type3AfterType0 { same_time: false }, "type3_after_type0", "adds_timestamp"),
    ];
    for (choice, aspect, reading) in choices {
        let fact = Fact::TimestampDialect { csid: 6, choice };
        let line = line(&event(Kind::Fact(fact), None, Dir::ServerToClient));
        assert_eq!(line["event"], "chunk.timestamp_dialect");
        assert_eq!((&line["aspect"], &line["reading"]), (&aspect.into(), &reading.into()));
        assert_eq!((&line["csid"], &line["direction"]), (&6.into(), &"server_to_client".into()));
    }
}

/// What a line of text shows of an event.
fn words_of(kind: Kind<'_>) -> String {
    let mut out = Vec::new();
    let mut writer = TimelineWriter::new(&mut out, Layout::Table { color: false }, Filter::default());
    writer.event(&event(kind, None, Dir::ClientToServer), START, &mut Masker::new()).unwrap();
    let text = String::from_utf8(out).unwrap();
    text.lines().last().unwrap().split_whitespace().skip(5).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_changed_configuration_shows_what_was_different_before_what_is() {
    let of = |record: &[u8]| TrackConfig {
        codec: Codec::Aac,
        description: config::describe(Codec::Aac, record),
        bytes: 2,
    };
    let (before, now) = (of(&[0x12, 0x10]), of(&[0x11, 0x90]));
    let (media, change) = (MediaKind::Audio, ConfigChange::Changed);
    let changed =
        Kind::Config { stream: 0, media, track: 0, config: &Arc::new(now), change, previous: Some(&before) };
    assert_eq!(
        words_of(changed),
        "stream=1 audio change=changed was sample_rate=44100 now aac record=ASC profile=LC \
         channel_layout=stereo sample_rate=48000 channels=2 frame_samples=1024 bytes=2"
    );
}

#[test]
fn lists_and_nested_values_keep_their_names_in_a_line() {
    let config = ChannelConfig::parse(&[2, 3, 0, 1, 0xFE]).unwrap();
    assert_eq!(
        words_of(Kind::Channels { stream: 0, track: 0, config }),
        "stream=1 channels=3 channel_order=custom speakers=FL,FR,unused"
    );
    let object = |fields: &[(&str, Value)]| {
        Value::Object(fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
    };
    let color = object(&[("bitDepth", Value::Number(10.0)), ("colorPrimaries", Value::Number(9.0))]);
    let info = object(&[("colorInfo", object(&[("colorConfig", color)]))]);
    assert_eq!(
        words_of(Kind::ColorInfo { stream: 0, track: 0, info: &info, problem: None }),
        "stream=1 colorConfig.bitDepth=10 colorConfig.colorPrimaries=9"
    );
    let connect = Command {
        name: "connect".into(),
        transaction_id: Some(1.0),
        object: Some(object(&[
            ("fourCcList", Value::StrictArray(vec![text("hvc1"), text("*")])),
            ("videoFourCcInfoMap", object(&[("hvc1", Value::Number(3.0))])),
        ])),
        ..Command::default()
    };
    let kind = CommandEvent { name: "nc.connect", command: &connect, answers: None, stream: None };
    assert_eq!(words_of(Kind::Command(kind)), "connect txn=1 fourCcList=hvc1,* videoFourCcInfoMap.hvc1=3");
}

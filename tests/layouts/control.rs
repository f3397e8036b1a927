//! Control messages: types 1 to 6 with a body of the right length, too short, and too long.

use serde_json::json;

use crate::common::Dir;
use crate::common::bits::bits;
use crate::common::message::{self as msg, Limit, Message};
use crate::harness::{Case, Run, case, hold, opened, reports, shows};

fn control(kind: u8, body: &[u8]) -> Message {
    Message::new(msg::CONTROL_CSID, kind, body.to_vec())
}

/// event u16, data
fn user_events() -> Vec<Case> {
    let word = [0, 0, 0, 1];
    let server = |name, event: u16, want| case(name, msg::user_control(event, &word), want).down();
    let hash = [0xAB; 32];
    let response = [&[1, 1, 0, 0, 0x30, 0x39, 0, 0, 0x30, 0x39][..], &hash].concat();
    vec![
        server(
            "StreamBegin",
            0,
            json!({"event": "uc.stream_begin", "target_stream_id": 1, "extra_bytes": null}),
        ),
        server("StreamEOF", 1, json!({"event": "uc.stream_eof", "target_stream_id": 1})),
        server("StreamDry", 2, json!({"event": "uc.stream_dry", "target_stream_id": 1})),
        case(
            "SetBufferLength",
            msg::set_buffer_length(1, 3_000),
            json!({"event": "uc.set_buffer_length", "target_stream_id": 1, "buffer_ms": 3000}),
        ),
        server("StreamIsRecorded", 4, json!({"event": "uc.stream_is_recorded", "target_stream_id": 1})),
        case("PingRequest", msg::ping_request(77), json!({"event": "uc.ping", "value": 77})).down(),
        case(
            "PingResponse",
            msg::ping_response(77),
            json!({"event": "uc.pong", "value": 77, "rtt_ms": {"$any": true}}),
        ),
        case("SWF request", msg::user_control(26, &[1]), json!({"event": "uc.swf_request", "bytes": 1}))
            .down(),
        case(
            "SWF request, empty",
            msg::user_control(26, &[]),
            json!({"event": "uc.swf_request", "bytes": 0}),
        )
        .down(),
        case(
            "SWF response",
            msg::user_control(27, &response),
            json!({"event": "uc.swf_response", "swf_size": 12345, "swf_hash": "ab".repeat(32),
                "bytes": null}),
        ),
        case(
            "SWF response of another length",
            msg::user_control(27, &response[..41]),
            json!({"event": "uc.swf_response", "swf_size": null, "swf_hash": null, "bytes": 41}),
        ),
        server("buffer empty", 31, json!({"event": "uc.buffer_empty", "target_stream_id": 1})),
        server("buffer ready", 32, json!({"event": "uc.buffer_ready", "target_stream_id": 1})),
        server(
            "flow sync",
            34,
            json!({"event": "uc.unknown", "user_event": 34, "bytes": 4, "event_name": "flow_sync"}),
        ),
        server(
            "set keep-alive",
            41,
            json!({"event": "uc.unknown", "user_event": 41, "bytes": 4, "event_name": "set_keep_alive"}),
        ),
        server(
            "unknown",
            99,
            json!({"event": "uc.unknown", "user_event": 99, "bytes": 4, "event_name": null}),
        ),
    ]
}

/// Types 2, 3, 5 and 6.
fn protocol() -> Vec<Case> {
    let limit = |limit: Limit| msg::set_peer_bandwidth(2_500_000, limit);
    let shown = |limit: &str| json!({"event": "ctl.set_peer_bandwidth", "size": 2_500_000, "limit": limit});
    vec![
        case(
            "acknowledgement",
            msg::ack(0xFFFF_FFFF),
            json!({"event": "ctl.ack", "value": 4_294_967_295_u32}),
        )
        .down(),
        case(
            "window",
            msg::window_ack_size(5_000_000),
            json!({"event": "ctl.window_ack_size", "size": 5_000_000}),
        ),
        case("hard", limit(Limit::Hard), shown("hard")).down(),
        case("soft", limit(Limit::Soft), shown("soft")).down(),
        case("dynamic", limit(Limit::Dynamic), shown("dynamic")).down(),
        case("another limit", control(6, &bits(&[(2_500_000, 32), (9, 8)])), shown("unknown_9")).down(),
        case(
            "abort of nothing",
            msg::abort(9),
            json!({"event": "ctl.abort", "aborted_csid": 9, "discarded_bytes": 0}),
        ),
    ]
}

/// The body ends before its last field: the message keeps its own name.
fn short() -> Vec<Case> {
    let problem = |event: &str| json!({"event": event, "problem": {"$any": true}});
    let user =
        |name, event: u16, data: &[u8], shown| case(name, msg::user_control(event, data), problem(shown));
    vec![
        case("ack", control(3, &[0, 0, 1]), problem("ctl.ack")),
        case("abort", control(2, &[]), problem("ctl.abort")),
        case("window", control(5, &[1]), problem("ctl.window_ack_size")),
        case("bandwidth without its limit", control(6, &[0, 0, 0, 1]), problem("ctl.set_peer_bandwidth")),
        user("StreamBegin", 0, &[0, 0, 1], "uc.stream_begin"),
        user("SetBufferLength", 3, &[0, 0, 0, 1, 0], "uc.set_buffer_length"),
        user("PingRequest", 6, &[], "uc.ping"),
        user("PingResponse", 7, &[1, 2], "uc.pong"),
        user("buffer ready", 32, &[0], "uc.buffer_ready"),
    ]
}

/// Bytes behind the last field.
fn long() -> Vec<Case> {
    vec![
        case(
            "ack",
            control(3, &[0, 0, 0, 9, 1, 2]),
            json!({"event": "ctl.ack", "value": 9, "extra_bytes": 2}),
        ),
        case(
            "abort",
            control(2, &[0, 0, 0, 9, 1]),
            json!({"event": "ctl.abort", "aborted_csid": 9, "extra_bytes": 1}),
        ),
        case(
            "window",
            control(5, &[0, 0, 0, 9, 1]),
            json!({"event": "ctl.window_ack_size", "size": 9, "extra_bytes": 1}),
        ),
        case(
            "bandwidth",
            control(6, &[0, 0, 0, 9, 0, 7, 7, 7]),
            json!({"event": "ctl.set_peer_bandwidth", "size": 9, "limit": "hard", "extra_bytes": 3}),
        ),
        case(
            "StreamBegin",
            msg::user_control(0, &[0, 0, 0, 1, 0, 0]),
            json!({"event": "uc.stream_begin", "target_stream_id": 1, "extra_bytes": 2}),
        ),
        case(
            "SetBufferLength",
            msg::user_control(3, &[0, 0, 0, 1, 0, 0, 0, 2, 3]),
            json!({"event": "uc.set_buffer_length", "buffer_ms": 2, "extra_bytes": 1}),
        ),
    ]
}

/// All of them, for the properties.
pub(crate) fn cases() -> Vec<Case> {
    [user_events(), protocol(), short(), long()].concat()
}

#[test]
fn every_user_control_event() {
    hold(&user_events());
}

#[test]
fn protocol_control_messages() {
    hold(&protocol());
}

#[test]
fn too_short_ones_keep_their_names() {
    hold(&short());
}

#[test]
fn too_long_ones_say_what_is_left_over() {
    hold(&long());
}

/// 31 bits of size; it takes effect behind the message.
#[test]
fn chunk_sizes() {
    hold(&[
        case(
            "a size",
            msg::set_chunk_size(60_000),
            json!({"event": "ctl.set_chunk_size", "size": 60_000, "previous": 4096}),
        ),
        case(
            "a long message in one chunk",
            msg::data(&["x".repeat(5_000).as_str().into()]),
            json!({"chunks": 1}),
        ),
        case("a smaller size", msg::set_chunk_size(1_000), json!({"size": 1000, "previous": 60_000})),
        case("in six chunks", msg::data(&["x".repeat(5_000).as_str().into()]), json!({"chunks": 6})),
        case("the server's own", msg::ack(1), json!({"event": "ctl.ack", "chunks": 1})).down(),
    ]);
}

/// A size that cannot be is told as written and changes nothing.
#[test]
fn impossible_chunk_sizes() {
    let talks: Vec<_> = [0, 0x8000_0080]
        .into_iter()
        .map(|size| opened().up(&msg::set_chunk_size(size)).silent_chunk_size(Dir::Up, 4_096).close())
        .collect();
    let run = Run::of(&talks);
    for (n, size) in [0_u32, 0x8000_0080].into_iter().enumerate() {
        let sent = talks[n].sent().last().unwrap();
        let line = &run.group(n, sent)[0];
        shows(
            "the size as written",
            line,
            json!({"event": "ctl.set_chunk_size", "size": size, "problem": {"$any": true}}),
        );
    }
}

/// A message of 300 bytes in chunks of 128: one chunk is out when it is given up.
#[test]
fn abort_drops_what_has_come() {
    let given_up = msg::video(0, [vec![0x27, 1, 0, 0, 0], vec![7; 295]].concat()).msid(1);
    let next = msg::video(40, vec![0x27, 1, 0, 0, 0, 1, 2, 3]).msid(1);
    let talk = opened().chunk_size(Dir::Up, 128).write(Dir::Up, |pen| {
        let mut open = crate::common::chunk::Open::new(given_up.clone());
        pen.chunk(&mut open);
        pen.message(&msg::abort(msg::VIDEO_CSID));
        pen.message(&next.clone().fmt(0));
    });
    let talk = talk.wait(5).close();
    let run = Run::of(std::slice::from_ref(&talk));
    let want = json!({"event": "ctl.abort", "aborted_csid": 6, "discarded_bytes": 128, "problem": null});
    shows("the abort", &run.first(0, "ctl.abort"), want);
    let frames: Vec<_> = run.lines.iter().filter(|line| line["event"] == "media.video").collect();
    assert_eq!(frames.len(), 2, "{frames:?}");
    shows("what was given up", frames[0], json!({"complete": false, "unfinished": true, "length": 300}));
    shows(
        "the next one",
        frames[1],
        json!({"complete": true, "unfinished": null, "length": 8, "timestamp": 40}),
    );
    let abort = run.first(0, "ctl.abort");
    assert!(frames[0]["stream_end"].as_u64() <= abort["stream_start"].as_u64(), "{} {abort}", frames[0]);
    let report = &reports(&[talk])[0];
    shows("messages", &report["messages"]["client_to_server"]["by_type"]["video"], json!({"incomplete": 1}));
    let video = json!({"frames": 1, "messages": 2, "first_timestamp_ms": 40});
    shows("no frame", &report["streams"][0]["video"], video);
}

//! What `connect` and its answer say about the two programs, and requests to connect again.

use serde_json::{Value, json};

use crate::common::Dir;
use crate::common::amf::{self, Amf};
use crate::common::message::{self as msg, Message};
use crate::common::talk::Talk;
use crate::harness::{Run, reports, shows};

/// `connect` with these properties; its answer has these two objects.
fn talk(client: Amf, server: Amf, info: Amf) -> Talk {
    Talk::new()
        .handshake()
        .up(&msg::command("connect", 1.0, client, &[]))
        .answer(Dir::Down)
        .down(&msg::command("_result", 1.0, server, &[info]))
        .wait(5)
        .close()
}

fn success() -> Vec<(String, Amf)> {
    vec![("level".to_owned(), "status".into()), ("code".to_owned(), "NetConnection.Connect.Success".into())]
}

fn texts(list: &[&str]) -> Amf {
    Amf::Strict(list.iter().map(|text| (*text).into()).collect())
}

/// Enhanced RTMP v2 on both sides: the answer's second object has the server's part.
fn enhanced() -> Talk {
    let client = amf::object([
        ("app", "live".into()),
        ("flashVer", "LNX 9,0,124,2".into()),
        ("tcUrl", "rtmp://192.0.2.10/live".into()),
        ("capabilities", 239.0.into()),
        ("audioCodecs", f64::from(0x404).into()), // MP3, AAC
        ("videoCodecs", f64::from(0x80).into()),  // H.264
        ("videoFunction", 15.0.into()),
        ("objectEncoding", 0.0.into()),
        ("fourCcList", texts(&["av01", "hvc1", "Opus"])),
        ("videoFourCcInfoMap", amf::object([("hvc1", 3.0.into()), ("*", 4.0.into())])),
        ("audioFourCcInfoMap", amf::object([("Opus", 1.0.into())])),
        ("capsEx", 15.0.into()),
    ]);
    let server = amf::object([
        ("fmsVer", "FMS/3,5,3,824".into()),
        ("capabilities", 127.0.into()),
        ("mode", 1.0.into()),
    ]);
    let mut info = success();
    info.push(("fourCcList".to_owned(), texts(&["*"])));
    info.push(("videoFourCcInfoMap".to_owned(), amf::object([("*", 4.0.into())])));
    info.push(("capsEx".to_owned(), f64::from(0b10_0011).into()));
    talk(client, server, Amf::Object(info))
}

/// A URL with a secret.
const ELSEWHERE: &str = "rtmp://198.51.100.4/live?token=Zm9vYmFy";

fn sent_away() -> Talk {
    crate::harness::opened()
        .down(&reconnect(Some(ELSEWHERE)))
        .wait(1_000)
        .down(&reconnect(None))
        .wait(5)
        .close()
}

pub(crate) fn talks() -> Vec<Talk> {
    vec![enhanced(), old(), sent_away()]
}

/// A client that says nothing of it, and a server whose first object has it.
fn old() -> Talk {
    let client = amf::object([("app", "live".into()), ("videoFunction", 1.0.into())]);
    let server = amf::object([
        ("fmsVer", "FMS/3,0,1,123".into()),
        ("capabilities", 31.0.into()),
        ("capsEx", 2.0.into()),
    ]);
    talk(client, server, Amf::Object(success()))
}

fn reconnect(url: Option<&str>) -> Message {
    let mut info = vec![
        ("level".to_owned(), "status".into()),
        ("code".to_owned(), "NetConnection.Connect.ReconnectRequest".into()),
        ("description".to_owned(), "maintenance".into()),
    ];
    info.extend(url.map(|url| ("tcUrl".to_owned(), url.into())));
    msg::command("onStatus", 0.0, Amf::Null, &[Amf::Object(info)])
}

#[test]
fn what_client_and_server_can_do() {
    let report = reports(&[enhanced(), old()]);
    shows(
        "the client",
        &report[0]["connect"]["client"],
        json!({
            "four_cc_list": ["av01", "hvc1", "Opus"],
            "video_four_cc_info": {"hvc1": ["decode", "encode"], "*": ["forward"]},
            "audio_four_cc_info": {"Opus": ["decode"]},
            "caps_ex": ["reconnect", "multitrack", "mod_ex", "timestamp_nano_offset"],
            "caps_ex_value": 15,
            "audio_codecs": ["mp3", "aac"],
            "video_codecs": [{"$like": "h264"}],
            "video_function": ["client_seek", "hdr", "metadata", "large_scale_tile"],
            "fms_version": null,
        }),
    );
    shows(
        "the server",
        &report[0]["connect"]["server"],
        json!({
            "four_cc_list": ["*"],
            "video_four_cc_info": {"*": ["forward"]},
            "audio_four_cc_info": null,
            "caps_ex": ["reconnect", "multitrack", "bit_5"],
            "caps_ex_value": 35,
            "fms_version": "FMS/3,5,3,824",
            "capabilities": 127,
            "mode": 1,
        }),
    );
    let client = &report[1]["connect"]["client"];
    shows(
        "the old client",
        client,
        json!({"video_function": ["client_seek"], "four_cc_list": null, "caps_ex": null,
            "caps_ex_value": null}),
    );
    let server = &report[1]["connect"]["server"];
    shows(
        "the old server",
        server,
        json!({"caps_ex": ["multitrack"], "capabilities": 31, "mode": null, "four_cc_list": null}),
    );
}

/// The timeline has the objects as they came.
#[test]
fn the_timeline_has_the_objects() {
    let run = Run::of(&[enhanced()]);
    let some = |want: Value| json!({"$some": want});
    let object =
        some(json!({"fourCcList": ["av01", "hvc1", "Opus"], "capsEx": 15, "videoFourCcInfoMap": {"hvc1": 3,
            "*": 4}}));
    shows("connect", &run.first(0, "nc.connect"), json!({"object": object}));
    let want = json!({"code": "NetConnection.Connect.Success", "object": some(json!({"mode": 1})),
        "arguments": [some(json!({"capsEx": 35}))]});
    shows("its answer", &run.first(0, "nc.connect_result"), want);
}

/// The server sends the client elsewhere, or to the same place again. What the URL hides stays hidden.
#[test]
fn requests_to_connect_again() {
    let talk = sent_away();
    let run = Run::of(std::slice::from_ref(&talk));
    let lines: Vec<&Value> =
        run.lines.iter().filter(|line| line["event"] == "nc.reconnect_request").collect();
    assert_eq!(lines.len(), 2, "two requests");
    shows(
        "with a URL",
        lines[0],
        json!({"reconnect_tc_url": {"$like": "rtmp://198.51.100.4/live"},
            "code": "NetConnection.Connect.ReconnectRequest"}),
    );
    shows("without one", lines[1], json!({"reconnect_tc_url": null, "description": "maintenance"}));
    let report = reports(&[talk]);
    let requests = &report[0]["connect"]["reconnect_requests"];
    assert_eq!(requests.as_array().map(Vec::len), Some(2), "{requests}");
    shows(
        "in the report",
        &requests[0],
        json!({"tc_url": {"$like": "rtmp://198.51.100.4/live"}, "description": "maintenance",
        "packet": lines[0]["packet"], "time_s": {"$any": true}}),
    );
    shows(
        "in the report, without",
        &requests[1],
        json!({"tc_url": null, "description": "maintenance", "packet": lines[1]["packet"]}),
    );
    let said = format!("{report:?}{:?}", run.lines);
    assert!(!said.contains("Zm9vYmFy"), "the query is shown");
}

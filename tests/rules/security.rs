//! Cases of the rules in `src/rules/security`.

use crate::common::Dir;
use crate::common::amf::{self, Amf};
use crate::common::chunk::Open;
use crate::common::media::Av;
use crate::common::message::{self as msg, Message};
use crate::common::talk::Talk;
use crate::harness::{Case, Subject, check, publish, session_behind, with};
use crate::tunnel::{rtmpe, tls_version};

pub const CASES: &[Case] = &[
    Case::new(
        "SEC-01",
        "user-info",
        || url("rtmp://me:pw@host.example/live"),
        || url("rtmp://host.example/live"),
    ),
    Case::new(
        "SEC-01",
        "fragment",
        || url("rtmp://host.example/live#top"),
        || url("rtmp://host.example/live?top"),
    ),
    Case::new(
        "SEC-01",
        "query",
        || url("rtmp://host.example/live?token=1"),
        || url("rtmp://host.example/live?monkey=1"),
    ),
    Case::new("SEC-01", "query", || name("cam1?sign=1"), || name("cam1?vhost=a")),
    Case::new("SEC-02", "login", || app("live?authmod=adobe&user=me"), || app("live?authmod=none&user=me")),
    Case::new("SEC-02", "old-tls", || tls_version(2), || tls_version(3)),
    Case::new("SEC-02", "rtmpe", rtmpe, || with(|t| t)),
    Case::new("SEC-03", "", || with(|t| t), || between([192, 168, 1, 10])),
    Case::new("SEC-04", "long-message", || claims(10_485_761), || claims(10_485_760)).also(&["NET-03"]),
    Case::new("SEC-04", "unfinished", || at_once(17), || at_once(16)),
    Case::new("SEC-04", "depth", || value(nested(40)), || value(nested(20))).also(&["AMF-02"]),
    Case::new("SEC-04", "array", || value(array(65_536)), || value(array(65_535))).also(&["AMF-02"]),
    Case::new(
        "SEC-04",
        "hint",
        || value(Amf::Ecma(Vec::new(), 70_000)),
        || value(Amf::Ecma(Vec::new(), 60_000)),
    ),
    Case::new("SEC-05", "dot-dot", || name("../cam1"), || name("..cam1")),
    Case::new("SEC-05", "backslash", || app("live%5cx"), || app("live%5fx")),
    Case::new("SEC-05", "control", || name("cam\n1"), || name("cam 1")),
    Case::new(
        "SEC-05",
        "reconnect-clear",
        || reconnect("rtmp://a.example.org/live"),
        || reconnect("rtmps://a.example.org/live"),
    ),
    Case::new(
        "SEC-05",
        "reconnect-elsewhere",
        || reconnect("rtmps://a.example.com/live"),
        || reconnect("rtmps://b.example.org/live"),
    ),
];

/// A publish behind a connect with these properties.
fn connected(properties: &[(&str, Amf)], stream: &str) -> Subject {
    let talk =
        Talk::new().handshake().connect_with(properties).fc_publish(stream).create_stream().publish(stream);
    publish(talk.acks(50_000).chunk_size(Dir::Up, 4_096)).into()
}

fn url(url: &str) -> Subject {
    connected(&[("app", "live".into()), ("tcUrl", url.into())], "cam1")
}

fn app(app: &str) -> Subject {
    connected(&[("app", app.into()), ("tcUrl", format!("rtmp://192.0.2.10/{app}").as_str().into())], "cam1")
}

/// A publish under this name; without the commands that name it besides.
fn name(name: &str) -> Subject {
    let talk = Talk::new().handshake().connect("live").create_stream().publish(name);
    let talk = talk.acks(50_000).chunk_size(Dir::Up, 4_096).metadata().avc_header().aac_header();
    talk.media(&Av::seconds(1).frames()).wait(40).unpublish(name).wait(20).close().into()
}

/// A publish between two hosts of a private network.
fn between(server: [u8; 4]) -> Subject {
    session_behind(Talk::new().handshake())
        .tcp(|tcp| {
            tcp.flow.server = (server, 1935).into();
            tcp.flow.client = ([10, 0, 0, 1], 50_000).into();
        })
        .into()
}

/// The beginning of a message that claims to be so long.
fn claims(bytes: u32) -> Subject {
    with(|t| {
        t.write(Dir::Up, |pen| {
            pen.chunk(&mut Open::new(
                Message::new(9, msg::VIDEO, vec![0x17; 4_096]).msid(1).claimed_len(bytes),
            ));
        })
    })
}

/// So many messages on chunk streams of their own, chunk by chunk in turn.
fn at_once(messages: u32) -> Subject {
    let noise = |csid| msg::data(&["onNoise".into(), "x".repeat(5_000).as_str().into()]).csid(csid).msid(1);
    let messages: Vec<_> = (10..10 + messages).map(noise).collect();
    with(|t| t.interleave(Dir::Up, &messages))
}

/// A data message with this value.
fn value(value: Amf) -> Subject {
    with(|t| t.up(&msg::data(&["onNoise".into(), value]).msid(1)))
}

/// Objects in each other.
fn nested(depth: usize) -> Amf {
    (0..depth).fold(Amf::Null, |inner, _| amf::object([("a", inner)]))
}

/// An array of two nulls that claims to have so many.
fn array(count: u32) -> Amf {
    Amf::Raw([&[10][..], &count.to_be_bytes(), &[5, 5]].concat())
}

/// A server sends its client, who came by `rtmps://a.example.org/live`, elsewhere.
fn reconnect(url: &str) -> Subject {
    let info = amf::object([
        ("level", "status".into()),
        ("code", "NetConnection.Connect.ReconnectRequest".into()),
        ("tcUrl", url.into()),
    ]);
    let talk = Talk::new()
        .handshake()
        .connect_with(&[
            ("app", "live".into()),
            ("tcUrl", "rtmps://a.example.org/live".into()),
            ("capsEx", 1.0.into()),
        ])
        .down(&msg::command("onStatus", 0.0, Amf::Null, &[info]))
        .create_stream()
        .publish("cam1");
    publish(talk.acks(50_000).chunk_size(Dir::Up, 4_096)).into()
}

/// What is found to be secret is not told by the finding, nor are the names of streams.
#[test]
fn findings_keep_secrets() {
    for subject in [
        url("rtmp://hunter:hunter2@host.example/live?token=hunter2"),
        app("live?authmod=adobe&user=hunter&response=hunter2"),
        name("hunter2?sign=hunter2"),
        name("../hunter2%00"),
    ] {
        let report = check(&subject, &[]).to_string();
        assert!(report.contains("SEC-0") && !report.contains("hunter"), "{report}");
    }
    assert!(check(&name("hunter2"), &["--show-secrets"]).to_string().contains("hunter2"));
}

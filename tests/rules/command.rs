//! Cases of the rules in `src/rules/command`.

mod say;
mod talks;

use std::collections::BTreeSet;

use crate::common::amf::{self, Amf};
use crate::common::message as msg;
use crate::common::talk::Close;
use crate::common::{Dir, ready};
use crate::harness::{Case, Subject, check, real, session_behind, with};
use say::{
    asking, call, connect_of, connected, connecting, ended, info, on_stream, properties, ready_to_publish,
    refuse, reply, status, talk,
};
use talks::*;

pub const CASES: &[Case] = &[
    Case::new("CMD-01", "first", || session_behind(talk().up(&call("hello", 0.0, &[]))).into(), clean),
    Case::new("CMD-01", "again", || with(|t| t.up(&connecting(1.0, properties()))), refused_once),
    Case::new("CMD-02", "", || connect_as(7.0).into(), clean),
    Case::new("CMD-03", "no-object", || connect_of(Amf::Null), clean),
    Case::new("CMD-03", "no-app", || connect_of(amf::object([("tcUrl", "rtmp://h/live".into())])), clean),
    Case::new("CMD-03", "no-tc-url", || connect_of(amf::object([("app", "live".into())])), clean),
    Case::new("CMD-03", "empty-app", || connect_to("", "rtmp://h/live"), clean),
    Case::new("CMD-03", "empty-tc-url", || connect_to("live", ""), clean),
    Case::new(
        "CMD-03",
        "path",
        || connect_to("live", "rtmp://h/live2"),
        || connect_to("live", "rtmp://h/live/2"),
    ),
    Case::new(
        "CMD-03",
        "scheme",
        || connect_to("live", "rtmps://h/live"),
        || connect_to("live", "RTMP://h/live"),
    ),
    Case::new("CMD-04", "closed", hung_up, || talk_refused("No such application.").into()),
    Case::new("CMD-04", "silent", || unanswered_connect(11_000), || answered_connect(9_000)),
    Case::new("CMD-04", "late", || answered_connect(11_000), || answered_connect(9_000)),
    Case::new("CMD-05", "code", || connected(&[info("status", "NetConnection.Connect.Closed")]), clean),
    Case::new("CMD-05", "no-info", || connected(&[]), clean),
    Case::new("CMD-05", "error-code", || refused_with(&[]), || talk_refused("No.").into()).also(&["CMD-08"]),
    Case::new("CMD-05", "encoding", || encodings(0.0, 3.0), || encodings(3.0, 3.0)),
    Case::new(
        "CMD-06",
        "unmatched",
        || with(|t| t.down(&reply("_result", 77.0, &[]))),
        || with(|t| t.up(&call("hello", 77.0, &[])).answer(Dir::Down).down(&reply("_result", 77.0, &[]))),
    ),
    Case::new("CMD-06", "reuse", || calls(["hello", "world"]), || calls(["FCSubscribe", "getStreamLength"])),
    Case::new(
        "CMD-06",
        "create-stream",
        || with(|t| t.up(&call("createStream", 0.0, &[]))),
        || with(|t| t.up(&call("releaseStream", 0.0, &["cam1".into()]))),
    ),
    Case::new("CMD-07", "no-object", || status_of(&["NetStream.Data.Start".into()]), clean),
    Case::new("CMD-07", "no-code", || status_of(&[amf::object([("level", "status".into())])]), clean),
    Case::new(
        "CMD-07",
        "no-level",
        || status_of(&[amf::object([("code", "NetStream.Data.Start".into())])]),
        clean,
    ),
    Case::new(
        "CMD-07",
        "level",
        || levels("info", "NetStream.Data.Start"),
        || levels("status", "NetStream.Data.Start"),
    ),
    Case::new(
        "CMD-07",
        "disagree",
        || levels("error", "NetStream.Data.Start"),
        || levels("status", "Vendor.Code"),
    ),
    Case::new(
        "CMD-07",
        "transaction",
        || with(|t| t.down(&on_stream("onStatus", 9.0, &[info("status", "NetStream.Data.Start")]))),
        clean,
    ),
    Case::new(
        "CMD-07",
        "object",
        || {
            with(|t| {
                t.down(&msg::command("onStatus", 0.0, info("status", "NetStream.Data.Start"), &[]).msid(1))
            })
        },
        clean,
    ),
    Case::new("CMD-08", "publish", || real("fail_key_in_use.pcap"), clean),
    Case::new("CMD-08", "connect", || talk_refused("No such application.").into(), clean),
    Case::new("CMD-08", "login", || talk_refused("[ code=403 need auth; authmod=adobe ] : ").into(), clean),
    Case::new(
        "CMD-08",
        "login-failed",
        || talk_refused("[ authmod=adobe ] : ?reason=authfailed&x=y").into(),
        clean,
    ),
    Case::new(
        "CMD-08",
        "create-stream",
        || refuse(talk().connect("live"), &call("createStream", 2.0, &[]), "NetConnection.Call.Failed"),
        clean,
    ),
    Case::new(
        "CMD-08",
        "play",
        || {
            ended(
                talk().connect("live").create_stream().play_refused("cam1", "NetStream.Play.StreamNotFound"),
            )
        },
        || ready::play_av(1).into(),
    ),
    Case::new("CMD-08", "status", || levels("error", "NetStream.Failed"), || levels("status", "Vendor.Code")),
    Case::new("CMD-08", "trouble", || levels("error", "NetStream.Seek.Failed"), clean),
    Case::new("CMD-08", "redirect", || redirected("ex"), || redirected("other")),
    Case::new("CMD-08", "optional", || error_to("FCSubscribe"), clean),
    Case::new("CMD-08", "call", || error_to("hello"), clean),
    Case::new("CMD-09", "id", || created(0.0.into()), || created(1.0.into())),
    Case::new("CMD-09", "large", || created(16_777_216.0.into()), || created(16_777_215.0.into())),
    Case::new("CMD-09", "silent", || create_after(11_000, false), || create_after(9_000, true)),
    Case::new("CMD-09", "late", || create_after(11_000, true), || create_after(9_000, true)),
    Case::new(
        "CMD-09",
        "closed",
        || {
            asking(talk().connect("live"), &call("createStream", 2.0, &[]))
                .close_with(Close::Fin(Dir::Down))
                .into()
        },
        || create_after(100, true),
    ),
    Case::new("CMD-10", "zero", || with(|t| t.up(&call("receiveAudio", 0.0, &[true.into()]))), clean),
    Case::new(
        "CMD-10",
        "unknown",
        || with(|t| t.up(&call("receiveAudio", 0.0, &[true.into()]).msid(2))),
        || with(|t| t.up(&call("receiveAudio", 0.0, &[true.into()]).msid(1))),
    ),
    Case::new("CMD-10", "early", || pipelined().into(), clean),
    Case::new("CMD-11", "publish", || published_twice(false), || published_twice(true)),
    Case::new(
        "CMD-11",
        "play",
        || with(|t| t.up(&on_stream("play", 0.0, &["cam2".into()])).down(&status("NetStream.Play.Start"))),
        || with(|t| t.on_stream(2).create_stream().play("cam2").on_stream(1).media_goes(Dir::Up)),
    ),
    Case::new("CMD-12", "empty-name", || published_as(&["".into(), "live".into()]), clean),
    Case::new("CMD-12", "no-name", || published_as(&[Amf::Null, "live".into()]), clean),
    Case::new("CMD-12", "type", || published_as(&["cam1".into(), "stream".into()]), clean),
    Case::new("CMD-12", "type-case", || published_as(&["cam1".into(), "LIVE".into()]), clean),
    Case::new(
        "CMD-12",
        "no-type",
        || published_as(&["cam1".into()]),
        || published_as(&["cam1".into(), "record".into()]),
    ),
    Case::new(
        "CMD-13",
        "closed",
        || ready_to_publish().ask_publish("cam1", "live").close_with(Close::Fin(Dir::Down)).into(),
        || ended(ready_to_publish().publish_refused("cam1", "NetStream.Publish.BadName")),
    ),
    Case::new("CMD-13", "silent", || publish_after(6_000, false), || publish_after(4_000, true)),
    Case::new("CMD-13", "late", || publish_after(6_000, true), || publish_after(4_000, true)),
    Case::new("CMD-13", "media-only", || played_without_status().into(), || ready::play_av(1).into()),
    Case::new(
        "CMD-13",
        "pause",
        || positioned("pause", "Vendor.Code"),
        || positioned("pause", "NetStream.Pause.Notify"),
    ),
    Case::new(
        "CMD-13",
        "seek",
        || positioned("seek", "Vendor.Code"),
        || positioned("seek", "NetStream.Seek.Notify"),
    ),
    Case::new(
        "CMD-13",
        "elsewhere",
        || asked_and_told(&msg::on_status("status", "NetStream.Publish.Start", "go")).into(),
        || asked_and_told(&status("NetStream.Publish.Start")).into(),
    ),
    Case::new("CMD-14", "", || hasty(true), || hasty(false)),
    Case::new(
        "CMD-15",
        "start",
        || play_of(&["cam1".into(), (-3.0).into()]),
        || play_of(&["cam1".into(), (-1.0).into()]),
    ),
    Case::new(
        "CMD-15",
        "milliseconds",
        || play_of(&["cam1".into(), (-1000.0).into()]),
        || play_of(&["cam1".into(), 1000.0.into()]),
    ),
    Case::new("CMD-15", "reset-unasked", play_with_reset, || play_of(&["cam1".into()])),
    Case::new("CMD-15", "reset-missing", || play_reset(true), || play_reset(false)),
    Case::new(
        "CMD-16",
        "release",
        || named(["cam2", "cam1", "cam1"]),
        || named(["mp4:cam1", "cam1", "cam1"]),
    ),
    Case::new(
        "CMD-16",
        "fc-publish",
        || named(["cam1", "cam2", "cam1"]),
        || named(["cam1", "cam1?x=y", "cam1"]),
    ),
    Case::new(
        "CMD-16",
        "fc-unpublish",
        || named(["cam1", "cam1", "cam2"]),
        || named(["cam1", "cam1", "/cam1"]),
    ),
    Case::new("CMD-16", "delete-id", || deleted(7.0.into()), || deleted(1.0.into())),
    Case::new("CMD-16", "delete-no-number", || deleted("cam1".into()), || deleted(1.0.into())),
    Case::new("CMD-17", "client", || ended_then_media("FCUnpublish"), || ended_then_media("FCSubscribe")),
    Case::new("CMD-17", "server", || gone_then_media(2), || gone_then_media(1)),
    Case::new(
        "CMD-17",
        "left",
        || publish_left().close().into(),
        || publish_left().delete_stream().close().into(),
    ),
];

/// Who hangs up at once did not wait for the answer; who waited some seconds did.
#[test]
fn impatient_clients_prove_nothing() {
    for (ms, expected) in [(300, ["", "", ""]), (3_000, ["CMD-04", "CMD-09", "CMD-13"])] {
        let talks = [
            asking(talk(), &connecting(1.0, properties())),
            asking(talk().connect("live"), &call("createStream", 2.0, &[])),
            ready_to_publish().ask_publish("cam1", "live"),
        ];
        assert_eq!(talks.map(|talk| graver_codes(&talk.wait(ms).close().into())), expected, "after {ms} ms");
    }
}

/// What follows from a refusal, or from an answer that never comes, is not found besides.
#[test]
fn one_cause_is_one_finding() {
    for (what, subject, expected) in [
        ("connect unanswered", all_at_once(None), "CMD-04"),
        ("connect refused", all_at_once(Some(1.0)), "CMD-08"),
        ("createStream unanswered", behind_connect(None), "CMD-09"),
        ("createStream refused", behind_connect(Some(2.0)), "CMD-08"),
        ("name in use", real("fail_key_in_use.pcap"), "CMD-08"),
        ("name in use, closed", real("nms_key_in_use.pcap"), "CMD-13"),
        ("application unknown", real("fail_wrong_app.pcap"), "CMD-04"),
        ("nobody publishes", real("fail_play_no_publisher.pcap"), ""),
    ] {
        assert_eq!(graver_codes(&subject), expected, "{what}");
    }
}

/// A server's words may hold the name, also in front of the command that tells it.
#[test]
fn names_stay_inside() {
    let said = |level: &str| {
        let text = format!("{} the key cam1-SECRET-9f3 is taken", "x".repeat(240));
        let of = [
            ("level", level.into()),
            ("code", "NetStream.Publish.BadName".into()),
            ("description", text.as_str().into()),
        ];
        amf::object(of)
    };
    let key = || Amf::from("cam1-SECRET-9f3?token=SECRET");
    let announced = asking(talk().connect("live"), &call("FCPublish", 2.0, &[key()]))
        .down(&reply("_error", 2.0, &[said("error")]))
        .answer(Dir::Up);
    let published = asking(announced.create_stream(), &on_stream("publish", 4.0, &[key(), "stream".into()]));
    let refused = published.down(&on_stream("onStatus", 0.0, &[said("status")]));
    let closed = refused.up(&call("FCUnpublish", 5.0, &["other-SECRET".into()])).wait(20).close();
    let report = check(&closed.into(), &[]);
    let findings = report["findings"].as_array().unwrap();
    let codes: BTreeSet<_> = findings.iter().map(|f| f["code"].as_str().unwrap()).collect();
    for code in ["CMD-07", "CMD-08", "CMD-12", "CMD-16"] {
        assert!(codes.contains(code), "{code} found nothing: {codes:?}");
    }
    let shown: Vec<_> = findings.iter().map(ToString::to_string).filter(|f| f.contains("SECRET")).collect();
    assert!(shown.is_empty(), "{shown:#?}");
}

/// The codes of warnings and errors on commands.
fn graver_codes(subject: &Subject) -> String {
    let report = check(subject, &[]);
    let findings = report["findings"].as_array().unwrap().iter().filter(|f| f["severity"] != "info");
    let codes: BTreeSet<_> = findings.map(|f| f["code"].as_str().unwrap()).collect();
    codes.into_iter().filter(|code| code.starts_with("CMD")).collect::<Vec<_>>().join(" ")
}

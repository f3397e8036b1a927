//! Handshakes as the command tells them: digests and signatures of real programs and of scripts, encryption, the prefix
//! of a proxy; and what the peers say of themselves in `connect`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "helper functions of tests fail loudly too"
)]

mod common;
mod support;

use std::path::Path;

use common::capture::Capture;
use common::handshake::{self, Handshake};
use common::talk::Talk;
use common::tcp::Packet;
use common::{Dir, Rng, amf, impair, message as msg, ready};
use serde_json::{Value, json};
use support::run::{self, Input};

const PREFIX: [u8; 7] = [0xF3, 0, 4, 192, 0, 2, 7];

fn real(name: &str) -> Input {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/captures").join(name);
    std::fs::read(path).unwrap().into()
}

/// The lines with this event.
fn events<'l>(lines: &'l [Value], name: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["event"] == name).collect()
}

/// The one line with this event.
fn event<'l>(lines: &'l [Value], name: &str) -> &'l Value {
    let found = events(lines, name);
    let [one] = found[..] else { panic!("{} lines of {name}", found.len()) };
    one
}

/// Every byte of a connection is in one class; gives the classes of one direction.
fn ledger<'c>(connection: &'c Value, direction: &str) -> &'c Value {
    for direction in ["client_to_server", "server_to_client", "total"] {
        let classes = connection["efficiency"][direction].as_object().unwrap();
        let bytes = classes.iter().filter(|(key, _)| key.ends_with("_bytes") && *key != "wire_bytes");
        let sum: u64 = bytes.map(|(_, bytes)| bytes.as_u64().unwrap()).sum();
        assert_eq!(sum, run::number(&connection["efficiency"][direction], "/wire_bytes"), "{direction}");
    }
    &connection["efficiency"][direction]
}

/// ffmpeg and SRS: the offsets are those that a separate script found with the library of another language.
#[test]
fn digests_of_real_programs_are_verified() {
    let lines = run::timeline(real("srs_av.pcap"));
    let first: Vec<Value> = lines.iter().filter(|line| line["connection"] == 1).cloned().collect();
    let client = event(&first, "hs.c0c1");
    assert_eq!((&client["form"], &client["digest_offset"]), (&json!("digest@8"), &json!(494)));
    assert_eq!(client["program_version"], "9.0.124.2");
    assert_eq!(client["program_name"], "Flash Player 9.0.124 or ffmpeg");
    let server = event(&first, "hs.s0s1");
    assert_eq!((&server["form"], &server["digest_offset"]), (&json!("digest@8"), &json!(366)));
    assert_eq!((&server["program_name"], &server["digest"]), (&json!("SRS"), &Value::Null));
    let s2 = event(&first, "hs.s2");
    assert_eq!((&s2["echo"], &s2["copied"]), (&json!("signed"), &json!(false)));
    let c2 = event(&first, "hs.c2");
    assert_eq!((&c2["echo"], &c2["copied"]), (&json!("copy"), &json!(true)));
    let done = event(&first, "hs.done");
    assert_eq!((&done["form"], &done["client_echo"]), (&json!("digest@8"), &json!("copy")));
    assert_eq!((&done["server_echo"], done["duration_ms"].is_number()), (&json!("signed"), true));

    let report = run::report(real("srs_av.pcap"));
    let handshake = &run::connections(&report)[0]["handshake"];
    let expected = [
        ("kind", json!("digest-0")),
        ("client_form", json!("digest@8")),
        ("server_form", json!("digest@8")),
        ("client_echo", json!("copy")),
        ("server_echo", json!("signed")),
        ("echo_ok", json!(true)),
        ("client_program", json!("Flash Player 9.0.124 or ffmpeg")),
        ("server_program", json!("SRS")),
    ];
    for (key, value) in expected {
        assert_eq!(handshake[key], value, "{key}");
    }
    for key in ["client_digest", "server_digest", "proxy_client", "proxy_prefix_bytes"] {
        assert_eq!(handshake[key], Value::Null, "{key}");
    }
}

/// The snap length leaves the version field, and not enough for a digest.
#[test]
fn what_was_cut_off_leaves_the_verdicts_open() {
    let [c0c1, s0s1s2, c2] = handshake::parts(Handshake::NoZero, 5);
    let talk = Talk::new().raw(Dir::Up, &c0c1).answer(Dir::Down).raw(Dir::Down, &s0s1s2);
    let packets = talk.answer(Dir::Up).raw(Dir::Up, &c2).wait(20).close().packets();
    let whole = run::report(&packets);
    let handshake = &run::only(&whole)["handshake"];
    assert_eq!((&handshake["client_form"], &handshake["kind"]), (&json!("unverified"), &json!("unknown")));
    assert_eq!(handshake["echo_ok"], true, "copies are copies");
    let cut = run::report(Capture::of(&packets).snap(200).bytes());
    let handshake = &run::only(&cut)["handshake"];
    assert_eq!(handshake["complete"], true);
    assert_eq!(handshake["client_program"], "Flash Player 9.0.124 or ffmpeg");
    for key in ["client_form", "server_form", "client_echo", "server_echo", "echo_ok"] {
        assert_eq!(handshake[key], Value::Null, "{key}");
    }
    ledger(run::only(&cut), "total");
}

#[test]
fn an_answer_that_is_neither_is_told() {
    let packets = Talk::new().handshake_as(Handshake::BadEcho).connect("live").close().packets();
    let report = run::report(&packets);
    let handshake = &run::only(&report)["handshake"];
    assert_eq!((&handshake["client_echo"], &handshake["server_echo"]), (&json!("unrelated"), &json!("copy")));
    assert_eq!((&handshake["echo_ok"], &handshake["kind"]), (&json!(false), &json!("simple")));
    let table = run::on(&["analyze"], &(&packets).into()).stdout;
    assert!(table.contains("what the client sent back is neither a copy nor signed"), "{table}");
}

/// ffmpeg and a server of which the client does not know the encryption.
#[test]
fn real_encryption_is_followed_to_the_end_of_the_handshake() {
    let lines = run::timeline(real("rtmpe_fail_ffmpeg9.pcap"));
    let (client, server) = (event(&lines, "hs.c0c1"), event(&lines, "hs.s0s1"));
    for (hello, offset) in [(client, 1255), (server, 831)] {
        assert_eq!((&hello["form"], &hello["digest"]), (&json!("encrypted"), &json!("digest@772")));
        assert_eq!((&hello["version"], &hello["digest_offset"]), (&json!(6), &json!(offset)));
    }
    assert_eq!(event(&lines, "hs.done")["form"], "encrypted");
    let report = run::report(real("rtmpe_fail_ffmpeg9.pcap"));
    let connection = run::only(&report);
    assert_eq!(connection["transport"], "rtmpe");
    let handshake = &connection["handshake"];
    assert_eq!((&handshake["kind"], &handshake["client_form"]), (&json!("encrypted"), &json!("encrypted")));
    assert_eq!(handshake["client_digest"], "digest@772");
    assert_eq!(handshake["server_digest"], "digest@772");
    assert_eq!(handshake["server_program"], Value::Null, "its version field is zero");
    let up = ledger(connection, "client_to_server");
    assert_eq!((&up["handshake_bytes"], &up["tunnel_bytes"]), (&json!(3073), &json!(208)));
}

/// An encrypted conversation: both sides send noise behind the handshake.
fn encrypted(version: u8, prefix: &[u8]) -> Vec<Packet> {
    let [c0c1, s0s1s2, c2] = handshake::parts(Handshake::Version(version), 9);
    let mut rng = Rng::new(u64::from(version));
    let mut talk = Talk::new().raw(Dir::Up, &[prefix, &c0c1].concat()).answer(Dir::Down);
    talk = talk.raw(Dir::Down, &s0s1s2).answer(Dir::Up).raw(Dir::Up, &c2);
    for _ in 0..20 {
        talk =
            talk.raw(Dir::Up, &rng.bytes(3_000)).wait(20).answer(Dir::Down).raw(Dir::Down, &rng.bytes(500));
    }
    talk.wait(20).close().packets()
}

#[test]
fn what_is_encrypted_is_counted_and_nothing_is_made_of_it() {
    for version in [6, 8, 9] {
        let packets = encrypted(version, &[]);
        let lost = impair::drop(&packets, impair::up(12));
        for (packets, holed) in [(&packets, false), (&lost, true)] {
            let report = run::report(packets);
            let connection = run::only(&report);
            assert_eq!(connection["transport"], "rtmpe");
            assert_eq!(connection["handshake"]["client_version"], version);
            let up = ledger(connection, "client_to_server");
            let missing = run::number(connection, "/tcp/client_to_server/gap_bytes");
            assert_eq!(missing > 0, holed);
            assert_eq!(
                (&up["tunnel_bytes"], &up["unclassified_bytes"]),
                (&json!(60_000 - missing), &json!(0))
            );
            assert_eq!(ledger(connection, "server_to_client")["tunnel_bytes"], 10_000);
            assert_eq!(connection["lost_sync"], Value::Null);
            assert_eq!(connection["messages"]["client_to_server"]["total"], 0);
            assert_eq!(connection["chunk_sizes"]["client_to_server"], json!([]));
            let lines = run::timeline(packets);
            let chunks = lines.iter().filter(|line| run::text(line, "/event").starts_with("chunk."));
            assert_eq!(chunks.count(), 0, "nothing is said of chunks");
            assert_eq!(events(&lines, "tcp.gap").len(), usize::from(holed));
            let verdict = run::text(connection, "/verdict");
            let told = format!("encrypted RTMP (RTMPE, version {version})");
            assert!(verdict.starts_with(&told), "{verdict}");
            assert!(verdict.contains(&format!("{} bytes from the client", 60_000 - missing)), "{verdict}");
            assert!(verdict.ends_with("the client closed the connection"), "{verdict}");
        }
    }
}

/// Encryption is known on a port that is not known for RTMP, where the user says that all is RTMP, and by one side
/// alone.
#[test]
fn encryption_is_known_anywhere() {
    let mut elsewhere = encrypted(6, &[]);
    for packet in &mut elsewhere {
        packet.flow.server.set_port(4444);
    }
    let port = &["--port", "4444"][..];
    for (packets, flags) in [
        (elsewhere.clone(), &[][..]),
        (elsewhere, port),
        (encrypted(9, &PREFIX), &[]),
        (impair::only(&encrypted(6, &[]), Dir::Up), &[]),
        (impair::only(&encrypted(6, &[]), Dir::Down), &[]),
        (impair::drop(&encrypted(6, &[]), impair::up(1)), &[]),
    ] {
        let report = run::report_with(flags, &packets);
        let connection = run::only(&report);
        let verdict = run::text(connection, "/verdict");
        assert_eq!(connection["transport"], "rtmpe", "{flags:?} {verdict}");
        assert_eq!(connection["lost_sync"], Value::Null);
        assert!(ledger(connection, "total")["tunnel_bytes"].as_u64().unwrap() > 9_000, "{flags:?}");
        assert!(verdict.contains("what is behind the handshake is not visible"), "{verdict}");
    }
}

/// An answer of version 6 that never came, and one byte that is a 6: no more is said than is known.
#[test]
fn a_hello_alone_is_a_question() {
    let [c0c1, ..] = handshake::parts(Handshake::Version(6), 9);
    let asked = |bytes: &[u8]| run::report(&Talk::new().raw(Dir::Up, bytes).wait(20).close().packets());
    let report = asked(&c0c1);
    let connection = run::only(&report);
    let verdict = run::text(connection, "/verdict");
    assert!(verdict.starts_with("the client asked for encrypted RTMP (RTMPE, version 6)"), "{verdict}");
    assert!(verdict.contains("with no digest in its hello; the server did not answer"), "{verdict}");
    assert_eq!(report["findings"], json!([]), "nothing is hidden");
    assert_eq!(ledger(connection, "client_to_server")["handshake_bytes"], 1537);
    let report = asked(&[6, 1, 2, 3]);
    let connection = run::only(&report);
    assert_eq!(connection["transport"], "rtmp");
    assert!(run::text(connection, "/verdict").contains("the client sent 4 and the server 0 of 3073 bytes"));
}

/// The same conversation with and without a prefix, in a segment of its own or with C0: only the prefix differs.
#[test]
fn the_prefix_of_a_proxy_is_skipped_and_shown() {
    let plain = ready::publish_av(2);
    let report_plain = run::report(&plain.packets());
    let without = run::only(&report_plain);
    for joined in [false, true] {
        let packets = prefixed(&plain, joined);
        let report = run::report(&packets);
        let connection = run::only(&report);
        let handshake = &connection["handshake"];
        assert_eq!(
            (&handshake["proxy_client"], &handshake["proxy_prefix_bytes"]),
            (&json!("192.0.2.7"), &json!(7))
        );
        assert_eq!((&handshake["kind"], &handshake["complete"]), (&json!("simple"), &json!(true)));
        assert_eq!(ledger(connection, "client_to_server")["handshake_bytes"], 3080);
        for key in ["verdict", "messages", "chunk_sizes", "lost_sync"] {
            assert_eq!(connection[key], without[key], "{key}");
        }
        let base = "/acknowledgement/client_to_server/base";
        assert_eq!(connection.pointer(base), without.pointer(base));
        let lines = run::timeline(&packets);
        let hello = event(&lines, "hs.c0c1");
        assert_eq!((&hello["proxy_client"], &hello["proxy_prefix_bytes"]), (&json!("192.0.2.7"), &json!(7)));
        assert_eq!((&hello["stream_start"], &hello["stream_end"]), (&json!(7), &json!(1544)));
        assert_eq!(event(&lines, "nc.connect")["stream_start"], 3080);
        let table = run::on(&["analyze"], &(&packets).into()).stdout;
        assert!(table.contains("through a proxy for 192.0.2.7"), "{table}");
    }
}

/// A conversation with the prefix in front.
fn prefixed(talk: &Talk, joined: bool) -> Vec<Packet> {
    let mut writes = talk.writes().to_vec();
    for write in &mut writes {
        if write.dir == Dir::Down && write.needs > 0 {
            write.needs += PREFIX.len() as u64;
        }
    }
    if joined {
        writes[0].bytes.splice(0..0, PREFIX);
    } else {
        let first = common::talk::Write { bytes: PREFIX.to_vec(), ..writes[0].clone() };
        writes.insert(0, first);
    }
    common::tcp::Tcp::default().packets(&writes, common::talk::Close::Fin(Dir::Up), talk.now())
}

/// A connection that stops within the prefix, or behind it.
#[test]
fn a_prefix_and_nothing_more() {
    let hello = &handshake::parts(Handshake::Simple, 1)[0];
    for (bytes, client) in [(&[&PREFIX[..], &hello[..100]].concat(), 100), (&PREFIX[..5].to_vec(), 0)] {
        let report = run::report_with(
            &["--port", "1935"],
            &Talk::new().raw(Dir::Up, bytes).wait(20).close().packets(),
        );
        let connection = run::only(&report);
        let verdict = run::text(connection, "/verdict");
        assert!(
            verdict.contains(&format!("the client sent {client} and the server 0 of 3073 bytes")),
            "{verdict}"
        );
        assert_eq!(ledger(connection, "client_to_server")["handshake_bytes"], bytes.len());
    }
}

/// What both say that they can do, and a request to connect again.
#[test]
fn capabilities_and_a_request_to_connect_again() {
    let info = amf::object([("hvc1", 3.0.into()), ("av01", 1.0.into())]);
    let again = amf::object([
        ("level", "status".into()),
        ("code", "NetConnection.Connect.ReconnectRequest".into()),
        ("description", "maintenance".into()),
        ("tcUrl", "rtmp://other.example/live/cam1?key=s3cretkey".into()),
    ]);
    let packets = Talk::new()
        .handshake()
        .connect_with(&[
            ("app", "live".into()),
            ("videoFourCcInfoMap", info),
            ("capsEx", 5.0.into()),
            ("audioCodecs", f64::from(0x404).into()),
        ])
        .down(&msg::command("onStatus", 0.0, amf::Amf::Null, &[again]))
        .wait(20)
        .close()
        .packets();
    let report = run::report(&packets);
    let connect = &run::only(&report)["connect"];
    let client = json!({
        "video_four_cc_info": {"av01": ["decode"], "hvc1": ["decode", "encode"]},
        "caps_ex": ["reconnect", "mod_ex"],
        "caps_ex_value": 5,
        "audio_codecs": ["mp3", "aac"],
    });
    assert_eq!(connect["client"], client);
    assert_eq!(connect["server"], json!({"fms_version": "FMS/3,0,1,123", "capabilities": 31}));
    let [request] = &connect["reconnect_requests"].as_array().unwrap()[..] else { panic!("{connect}") };
    assert_eq!(request["description"], "maintenance");
    let url = run::text(request, "/tc_url");
    assert!(url.starts_with("rtmp://other.example/live") && !url.contains("s3cretkey"), "{url}");
    let lines = run::timeline(&packets);
    let line = event(&lines, "nc.reconnect_request");
    assert_eq!(run::text(line, "/reconnect_tc_url"), url);
    assert_eq!(line["packet"], request["packet"]);
}

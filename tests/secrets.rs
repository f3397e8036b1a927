//! Secrets stay inside: no output of any command has a stream key, a credential or a token, unless asked to; and
//! nothing from the wire reaches a terminal raw.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "helper functions of tests fail loudly too"
)]

mod common;
mod support;

use common::amf::{self, Amf};
use common::media::Av;
use common::message as msg;
use common::talk::Talk;
use common::{Dir, tcp};
use support::run::{self, Input, Ran};

const KEY: &str = "live_0123456789abcdef?token=s3cr3t&user=bob";
const BARE: &str = "live_0123456789abcdef";

/// Every command that prints something of a capture.
const COMMANDS: [&[&str]; 7] = [
    &["analyze"],
    &["analyze", "--color", "always"],
    &["analyze", "--format", "json"],
    &["analyze", "--format", "ndjson"],
    &["timeline"],
    &["timeline", "--color", "always"],
    &["timeline", "--format", "ndjson"],
];

/// Those that print what was found, which may be nothing.
const CHECKS: [&[&str]; 5] = [
    &["check", "--verbose", "--fail-on", "info"],
    &["check", "--format", "json"],
    &["check", "--format", "junit"],
    &["check", "--format", "sarif"],
    &["check", "--format", "github"],
];

/// Parts of secrets; none may be seen. The word "user" of the query is no secret, its value is too short to be
/// looked for on its own and is looked for with its key.
const SECRETS: [&str; 15] = [
    "live_0123456789abcdef",
    "0123456789",
    "s3cr3t",
    "token=",
    "user=bob",
    "h4lf-bl00d",
    "prince",
    "signature=",
    "5ignatur3",
    "c0nnect-t0ken",
    "me7a-pass",
    "r3d1rect",
    "backup_key_77",
    "aut0mat1c",
    "t1cket",
];

/// A publisher and the echoes of its key, from a server that likes to repeat what it hears.
fn leaky() -> Talk {
    let talk = Talk::new().handshake().connect_with(&[
        ("app", "live?auth=c0nnect-t0ken".into()),
        ("tcUrl", "rtmp://prince:h4lf-bl00d@192.0.2.10:1935/live?signature=5ignatur3".into()),
        ("swfUrl", "https://example.com/player.swf?ticket=t1cket99".into()),
        ("pageUrl", "https://prince:h4lf-bl00d@example.com/watch".into()),
    ]);
    let status = |level: &str, code: &str, text: &str| {
        amf::object([
            ("level", level.into()),
            ("code", code.into()),
            ("description", text.into()),
            ("details", BARE.into()),
            ("clientid", "1".into()),
        ])
    };
    let published = format!("Publishing {KEY} started.");
    let echo = |name: &str, text: &str| {
        msg::command(name, 0.0, Amf::Null, &[status("status", "NetStream.Publish.Start", text)])
    };
    let redirect = amf::object([
        ("level", "error".into()),
        ("code", "NetConnection.Connect.Rejected".into()),
        (
            "description",
            "[ code=403 need auth; authmod=llnw ] ?reason=needauth&user=bob&opaque=r3d1rect==".into(),
        ),
        (
            "ex",
            amf::object([
                ("code", 302.0.into()),
                ("redirect", format!("rtmp://prince:h4lf-bl00d@198.51.100.7/live/{KEY}").as_str().into()),
            ]),
        ),
    ]);
    let facts = amf::ecma([
        ("width", 640.0.into()),
        ("password", "me7a-pass".into()),
        ("streamName", KEY.into()),
        ("comment", format!("made for {BARE}").as_str().into()),
        ("encoder", "builder".into()),
    ]);
    talk.fc_publish(KEY)
        .down(&echo("onFCPublish", &format!("FCPublish to stream {BARE}.")))
        .create_stream()
        .ask_publish(KEY, "live")
        .answer(Dir::Down)
        .down(&echo("onStatus", &published).csid(msg::STREAM_CSID).msid(1))
        .answer(Dir::Up)
        .chunk_size(Dir::Up, 4_096)
        .metadata_of(facts)
        .avc_header()
        .aac_header()
        .media(&Av::seconds(1).frames())
        .down(&msg::command("close", 0.0, Amf::Null, &[redirect]))
        .down(&echo("onStatus", &format!("{BARE} is now unpublished.")).csid(msg::STREAM_CSID).msid(1))
        .unpublish(KEY)
        .wait(20)
        .close()
}

/// The same publisher again, of another key first and then of the same one.
fn again() -> Talk {
    let talk = |talk: Talk, key: &str| talk.create_stream().publish(key).media(&Av::seconds(1).frames());
    let first = talk(Talk::new().handshake().connect("live"), "backup_key_77?ticket=aut0mat1c");
    talk(first.delete_stream().on_stream(2), BARE).delete_stream().wait(20).close()
}

fn capture() -> Input {
    let second = again().tcp(|t| t.flow = tcp::Flow::port(51_235));
    Input::from(&tcp::one_after_other(&leaky().packets(), &second.packets(), common::S))
}

fn outputs(flags: &[&str], input: &Input) -> Vec<(String, Ran)> {
    outputs_of(&COMMANDS, flags, input)
}

fn outputs_of(commands: &[&[&str]], flags: &[&str], input: &Input) -> Vec<(String, Ran)> {
    let run = |words: &&[&str]| {
        let words = [*words, flags].concat();
        let ran = run::on(&words, input);
        assert!(ran.code == Some(0) || (ran.code == Some(1) && words[0] == "check"), "{words:?}");
        assert!(!ran.stdout.is_empty());
        (words.join(" "), ran)
    };
    commands.iter().map(run).collect()
}

#[test]
fn no_output_has_a_secret() {
    let checks = outputs_of(&CHECKS, &[], &capture());
    for (command, ran) in outputs(&[], &capture()).into_iter().chain(checks) {
        for secret in SECRETS {
            for (stream, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
                let at = text.to_lowercase().find(secret);
                let near = at.map(|at| text.get(at.saturating_sub(60)..(at + 60).min(text.len())));
                assert!(at.is_none(), "{command}: {secret} in {stream}: {near:?}");
            }
        }
    }
}

#[test]
fn a_name_has_one_mask() {
    let report = run::report(capture());
    let names: Vec<Vec<&str>> = run::connections(&report)
        .iter()
        .map(|c| c["streams"].as_array().unwrap().iter().map(|s| run::text(s, "/name")).collect())
        .collect();
    assert_eq!(names, [vec!["<stream-1>?<query>"], vec!["<stream-2>?<query>", "<stream-1>"]]);
    for (command, ran) in outputs(&[], &capture()) {
        assert!(ran.stdout.contains("<stream-1>") && ran.stdout.contains("<stream-2>"), "{command}");
        assert!(!ran.stdout.contains("<stream-3>"), "{command}");
    }
}

/// What the server echoed is masked in place, and the rest of its words stay.
#[test]
fn echoes_stay_readable() {
    let lines = run::timeline(capture());
    let described: Vec<&str> = lines.iter().filter_map(|line| line["description"].as_str()).collect();
    assert!(described.contains(&"FCPublish to stream <stream-1>."), "{described:?}");
    assert!(described.contains(&"<stream-1> is now unpublished."), "{described:?}");
    let report = run::report(capture());
    let connection = &run::connections(&report)[0];
    assert_eq!(run::text(connection, "/connect/tc_url"), "rtmp://<credentials>@192.0.2.10:1935/live?<query>");
    assert_eq!(run::text(connection, "/connect/app"), "live?<query>");
    let metadata = &connection["streams"][0]["metadata"];
    assert_eq!((&metadata["password"], &metadata["encoder"]), (&"<secret>".into(), &"builder".into()));
    assert_eq!(metadata["comment"], "made for <stream-1>");
}

#[test]
fn secrets_show_when_asked_for() {
    let shown = ["--show-secrets"];
    for (command, ran) in outputs(&shown, &capture()) {
        assert!(ran.stdout.contains(KEY), "{command}");
        assert!(!ran.stdout.contains("<stream-") && !ran.stdout.contains("<query>"), "{command}");
        assert!(ran.stdout.contains("backup_key_77?ticket=aut0mat1c"), "{command}");
    }
    let report = run::report_with(&shown, capture());
    let connection = &run::connections(&report)[0];
    let url = "rtmp://prince:h4lf-bl00d@192.0.2.10:1935/live?signature=5ignatur3";
    assert_eq!(run::text(connection, "/connect/tc_url"), url);
    assert_eq!(run::text(connection, "/streams/0/metadata/password"), "me7a-pass");
}

/// A filter shows less, and no other masks.
#[test]
fn filters_do_not_change_masks() {
    let ran = run::on(&["timeline", "--connection", "2"], &capture());
    assert!(ran.stdout.contains("<stream-1>") && ran.stdout.contains("<stream-2>"));
    for secret in SECRETS {
        assert!(!ran.stdout.contains(secret), "{secret}");
    }
    let late = run::on(&["timeline", "--event", "ns.unpublish", "--event", "ns.delete"], &capture());
    assert!(SECRETS.iter().all(|secret| !late.stdout.contains(secret)));
}

/// Terminal escapes, line breaks, characters that turn or hide text.
const HOSTILE: &str = "a\u{1b}[31mb\r\nZZ\u{202E}d\u{7}e\u{9b}2Jf\u{2066}g\u{200B}h\u{85}i\u{2028}j\u{FEFF}k";

fn hostile() -> Input {
    let facts = amf::ecma([("encoder", HOSTILE.into()), (HOSTILE, HOSTILE.into())]);
    let status = msg::on_status(HOSTILE, HOSTILE, HOSTILE).msid(1);
    let talk = Talk::new()
        .handshake()
        .connect_with(&[("app", HOSTILE.into()), ("tcUrl", HOSTILE.into()), (HOSTILE, HOSTILE.into())])
        .create_stream()
        .publish(HOSTILE)
        .metadata_of(facts)
        .media_message(&msg::data(&[HOSTILE.into(), HOSTILE.into()]))
        .media(&Av::seconds(1).frames())
        .up(&msg::command(HOSTILE, 9.0, Amf::Null, &[HOSTILE.into()]))
        .down(&status)
        .down(&msg::command("_error", 9.0, Amf::Null, &[status_of(HOSTILE)]))
        .close();
    Input::from(&talk.packets())
}

fn status_of(text: &str) -> Amf {
    amf::object([("level", "error".into()), ("code", text.into()), ("description", text.into())])
}

/// What must not come out: control characters but the line break, and marks of direction or of nothing.
fn is_raw(c: char) -> bool {
    let hidden = matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}');
    (c.is_control() && c != '\n') || hidden || matches!(c, '\u{61C}' | '\u{FEFF}')
}

#[test]
fn nothing_of_the_wire_reaches_the_terminal_raw() {
    for flags in [&[][..], &["--show-secrets"]] {
        for (command, ran) in outputs(flags, &hostile()) {
            if command.contains("always") {
                continue; // has escapes of its own
            }
            let raw: Vec<char> = ran.stdout.chars().filter(|c| is_raw(*c)).collect();
            assert_eq!(raw, [], "{command}");
            if command.contains("json") {
                assert!(ran.stdout.contains("\\u001b") && ran.stdout.contains("\\u009b"), "{command}");
            } else {
                assert!(!ran.stdout.contains("\nZZ"), "{command}");
            }
        }
    }
}

#[test]
fn nothing_of_the_wire_is_raw_in_what_was_found() {
    for flags in [&[][..], &["--show-secrets"]] {
        for (command, ran) in outputs_of(&CHECKS, flags, &hostile()) {
            let raw: Vec<char> = ran.stdout.chars().filter(|c| is_raw(*c)).collect();
            assert_eq!(raw, [], "{command}");
            assert!(!ran.stdout.contains("\nZZ"), "{command}");
        }
    }
}

/// One more mark of direction than the others.
#[test]
fn the_arabic_letter_mark_is_escaped() {
    let talk = Talk::new().handshake().connect("live\u{61C}x").close();
    for command in ["analyze", "timeline"] {
        let ran = run::on(&[command, "--show-secrets"], &Input::from(&talk.packets()));
        assert!(ran.stdout.contains("live") && !ran.stdout.chars().any(is_raw), "{command}");
    }
}

/// With colors on, the only escapes are those of the colors.
#[test]
fn colors_are_the_only_escapes() {
    for command in ["analyze", "timeline"] {
        let plain = run::on(&[command, "--show-secrets", "--color", "never"], &hostile());
        let color = run::on(&[command, "--show-secrets", "--color", "always"], &hostile());
        let mut rest = color.stdout.as_str();
        let mut stripped = String::new();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            stripped.push_str(before);
            let (code, after) = after.split_once('m').unwrap();
            assert!(
                code.starts_with('[') && code[1..].chars().all(|c| c.is_ascii_digit() || c == ';'),
                "{code}"
            );
            rest = after;
        }
        stripped.push_str(rest);
        assert_ne!(stripped, color.stdout);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let named =
            |text: &str| words(text).into_iter().filter(|w| !w.contains("rtmpscope-")).collect::<Vec<_>>();
        assert_eq!(named(&stripped), named(&plain.stdout), "{command}");
    }
}

/// File names are hostile too.
#[test]
fn file_names_do_not_reach_the_terminal_raw() {
    let name = "a\u{1b}[31mb\u{202E}c.pcap".to_owned();
    let bytes = common::capture::Capture::of(&again().packets()).bytes();
    let good = run::on(&["analyze"], &Input::Named(vec![(name.clone(), bytes)]));
    let bad = run::on(&["analyze"], &Input::Named(vec![(name, b"no capture at all".to_vec())]));
    assert_eq!((good.code, bad.code), (Some(0), Some(2)));
    for ran in [good, bad] {
        assert!(ran.stdout.contains("\\u{1b}") || ran.stderr.contains("\\u{1b}"));
        assert!(!ran.stdout.chars().any(is_raw) && !ran.stderr.chars().any(is_raw));
    }
}

//! Text of the wire and names of files in every place that an output shows: nothing of them reaches a terminal raw,
//! makes a line of its own, or breaks a format; and what is shown as data is still the same text.

use serde_json::Value;

use crate::common::amf::{self, Amf};
use crate::common::capture::Capture;
use crate::common::file::{Format, NG};
use crate::common::media::{self, Av};
use crate::common::message::{self as msg, Message};
use crate::common::talk::Talk;
use crate::common::tcp::{self, Flow, Packet};
use crate::common::{Dir, S};
use crate::support::run::{self, Input, Ran, connections, text};

/// A line that would pass for one of ours, a terminal's commands in both forms, marks of direction, text that takes no
/// place, markup, and a formula.
const ATTACKS: [&str; 6] = [
    "=cmd|' /C calc'!A0",
    "a\r\nerror NET-99: forged\r\n#7 forged",
    "b\u{1b}[31m\u{1b}]0;title\u{7}\u{9b}2J\u{90}q\u{9c}\u{7f}\u{85}\u{8}",
    "c\u{202e}\u{2066}\u{61c}\u{200b}\u{feff}\u{2028}\u{2029}\u{ad}\u{2060}\u{3164}\u{e0041}\u{e007f}\u{fffb}\u{180e}",
    "<script>alert('d')</script> `e` [f](javascript:g) | h | \"i\" \\j &amp;",
    "@k +l -m \t%n ${o} \u{0}",
];

/// What is never to be seen in an output, but for line breaks.
fn is_raw(c: char) -> bool {
    let hidden = [
        0xAD..=0xAD,
        0x61C..=0x61C,
        0x180E..=0x180E,
        0x200B..=0x200F,
        0x2028..=0x202E,
        0x2060..=0x206F,
        0x3164..=0x3164,
        0xFEFF..=0xFEFF,
        0xFFF9..=0xFFFB,
        0xE0000..=0xE0FFF,
    ];
    (c.is_control() && c != '\n') || hidden.iter().any(|range| range.contains(&u32::from(c)))
}

fn status(text: &str) -> Amf {
    amf::object([
        ("level", text.into()),
        ("code", text.into()),
        ("description", text.into()),
        ("details", text.into()),
        (text, text.into()),
    ])
}

/// Every message with text in it that a peer can send, all of it `text`.
fn talk(text: &str) -> Talk {
    let all = |names: &[&str]| {
        Amf::Object(names.iter().map(|name| ((*name).to_owned(), Amf::from(text))).collect())
    };
    let client = all(&["app", "flashVer", "tcUrl", "swfUrl", "pageUrl", "type", "videoCodecs", text]);
    let server = all(&["fmsVer", "mode", text]);
    let status_of = |name: &str, level: &str| {
        let info =
            amf::object([("level", level.into()), ("code", text.into()), ("description", text.into())]);
        msg::command(name, 0.0, Amf::Null, &[info]).csid(msg::STREAM_CSID).msid(1)
    };
    let nested = Amf::Strict(vec![text.into(), amf::object([(text, Amf::Strict(vec![text.into()]))])]);
    let facts = amf::ecma([("encoder", text.into()), (text, text.into()), ("custom", nested)]);
    let fourcc = [0x1B, b'[', b'7', b'm'];
    let odd = [
        msg::video(4_000, media::ex_video(true, 1, fourcc, &[0; 20])).msid(1),
        msg::audio(4_000, media::ex_audio(1, *b"=1+1", &[0; 20])).msid(1),
    ];
    Talk::new()
        .handshake()
        .up(&msg::command("connect", 1.0, client, &[text.into()]))
        .answer(Dir::Down)
        .down(&msg::command("_result", 1.0, server, &[status(text)]))
        .up(&msg::command("releaseStream", 2.0, Amf::Null, &[text.into()]))
        .create_stream()
        .ask_publish(text, text)
        .answer(Dir::Down)
        .down(&status_of("onStatus", "status"))
        .metadata_of(facts)
        .avc_header()
        .aac_header()
        .media(&Av::seconds(1).frames())
        .send_all(Dir::Up, &odd)
        .media_message(&msg::data(&[text.into(), text.into(), Amf::Null]))
        .up(&msg::command(text, 9.0, amf::object([(text, text.into())]), &[text.into()]))
        .up(&Message::new(5, 19, [b"\0\x10", &text.as_bytes()[..text.len().min(16)]].concat()))
        .down(&msg::command("_error", 9.0, Amf::Null, &[status(text)]))
        .down(&status_of("onStatus", "error"))
        .down(&msg::command("close", 0.0, Amf::Null, &[status(text)]))
        .wait(20)
        .close()
}

/// A client whose connect, and one whose publish, is refused in the words of `text`.
fn refused(text: &str) -> [Talk; 2] {
    let error = msg::command("_error", 1.0, Amf::Null, &[status(text)]);
    let connect = Talk::new()
        .handshake()
        .up(&msg::command("connect", 1.0, amf::object([("app", text.into())]), &[]))
        .answer(Dir::Down)
        .down(&error)
        .close();
    let publish = Talk::new()
        .handshake()
        .connect(text)
        .create_stream()
        .ask_publish(text, "live")
        .answer(Dir::Down)
        .down(&msg::on_status("error", text, text).msid(1))
        .close();
    [connect, publish]
}

fn capture(text: &str) -> Vec<Packet> {
    let [connect, publish] = refused(text);
    let mut all = talk(text).packets();
    for (n, talk) in [connect, publish].into_iter().enumerate() {
        let packets = talk.tcp(|t| t.flow = Flow::port(52_000 + n as u16)).packets();
        all = tcp::one_after_other(&all, &packets, S);
    }
    all
}

const FORMATS: [&[&str]; 5] = [
    &["analyze"],
    &["analyze", "--format", "json"],
    &["analyze", "--format", "ndjson"],
    &["timeline"],
    &["timeline", "--format", "ndjson"],
];

/// Runs every format, masked and not; each run must succeed.
fn outputs(input: &Input) -> Vec<(String, Ran)> {
    let mut all = Vec::new();
    for flags in [&[][..], &["--show-secrets"]] {
        for words in FORMATS {
            let words = [words, flags].concat();
            let ran = run::on(&words, input);
            assert_eq!(ran.code, Some(0), "{words:?}");
            all.push((words.join(" "), ran));
        }
    }
    all
}

fn assert_tame(about: &str, ran: &Ran) {
    for (stream, text) in [("standard output", &ran.stdout), ("standard error", &ran.stderr)] {
        for line in text.lines() {
            let raw: Vec<char> = line.chars().filter(|c| is_raw(*c)).collect();
            assert_eq!(raw, [], "{about}: {stream}: {line}");
            assert!(!line.starts_with(['=', '+', '@', '\t']), "{about}: {stream}: {line}");
            for forged in ["error NET-99", "#7 forged", "<script>", "note: forged"] {
                assert!(!line.starts_with(forged), "{about}: {stream}: {line}");
            }
        }
    }
}

#[test]
fn text_of_the_wire_is_tame_in_every_output() {
    for attack in ATTACKS {
        let input = Input::from(&capture(attack));
        for (words, ran) in outputs(&input) {
            assert_tame(&format!("{words}: {attack:?}"), &ran);
            if words.contains("ndjson") {
                for line in ran.stdout.lines() {
                    serde_json::from_str::<Value>(line).unwrap();
                }
            } else if words.contains("json") {
                serde_json::from_str::<Value>(&ran.stdout).unwrap();
            }
        }
    }
}

/// Escaping is a matter of writing: a program that reads the JSON gets the text that was sent.
#[test]
fn data_is_the_text_that_was_sent() {
    for attack in ATTACKS {
        let report = run::report_with(&["--show-secrets"], &capture(attack));
        let all = connections(&report);
        assert_eq!(all.len(), 3);
        assert_eq!(text(&all[0], "/connect/app"), attack);
        assert_eq!(text(&all[0], "/connect/server_version"), attack);
        let stream = &all[0]["streams"][0];
        assert_eq!((text(stream, "/name"), text(stream, "/metadata/encoder")), (attack, attack));
        assert_eq!(stream["metadata"][attack], attack);
    }
}

/// A sentence is there to be printed, also by whoever takes it out of the JSON.
#[test]
fn sentences_are_tame_as_data_too() {
    for attack in ATTACKS {
        for flags in [&[][..], &["--show-secrets"]] {
            let report = run::report_with(flags, &capture(attack));
            for connection in connections(&report) {
                let verdict = text(connection, "/verdict");
                assert!(!verdict.chars().any(|c| is_raw(c) || c == '\n'), "{verdict:?}");
            }
        }
    }
}

/// A long text does not push who ended the connection, and what the server answered, out of sight.
#[test]
fn long_text_hides_nothing_behind_it() {
    let long = "x".repeat(5_000);
    let input = Input::from(&capture(&long));
    let ran = run::on(&["analyze", "--show-secrets"], &input);
    let sentences: Vec<&str> = ran.stdout.lines().filter(|line| line.contains("the client closed")).collect();
    assert_eq!(sentences.len(), 2, "{}", ran.stdout);
    assert!(sentences.iter().all(|line| line.contains("refuse") && line.chars().count() < 1_000));
    assert!(
        ran.stdout.lines().any(|line| line.starts_with("connect: app xxx") && line.contains("description x"))
    );
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 1_100));
}

/// Names of files and directories, in the report and in errors; arguments that are wrong.
#[test]
fn names_of_files_are_tame() {
    let bytes = Capture::of(&talk("cam1").packets()).bytes();
    for attack in ATTACKS {
        let name: String = attack.chars().filter(|c| !matches!(c, '/' | '\0')).collect();
        let good = Input::Named(vec![(name.clone(), bytes.clone())]);
        for (words, ran) in outputs(&good) {
            assert_tame(&format!("{words}: a capture named {name:?}"), &ran);
        }
        let cut = Input::Named(vec![(name.clone(), bytes[..bytes.len() - 5].to_vec())]);
        let other = Input::Named(vec![(name.clone(), b"no capture".to_vec())]);
        let dir =
            Input::Directory(vec![(name.clone(), bytes.clone()), (format!("{name}2"), b"nothing".to_vec())]);
        for input in [cut, other, dir] {
            for words in FORMATS {
                assert_tame(&format!("{words:?}: a file named {name:?}"), &run::on(words, &input));
            }
        }
        for arguments in [
            &["analyze", "--limit", &name, "x"][..],
            &["analyze", "--decode-as", &name, "x"],
            &["analyze", "--time", &name, "x"],
            &["analyze", &format!("--{name}")],
            &["analyze", &name],
            &["analyze", "-o", &format!("/nowhere/{name}"), "testdata/captures/hello.pcap"],
            &[&name],
        ] {
            let ran = run::rtmpscope(arguments, None);
            assert_eq!(ran.code, Some(2), "{arguments:?}");
            let about = format!("{arguments:?}");
            let raw: Vec<char> = ran.stderr.chars().filter(|c| is_raw(*c)).collect();
            assert_eq!(raw, [], "{about}: {}", ran.stderr);
        }
    }
}

/// Comments and names in a pcapng file are passed over.
#[test]
fn names_in_the_file_are_tame() {
    let mut bytes = Capture::of(&talk("cam1").packets()).format(Format::Ng(NG)).bytes();
    let at = bytes.windows(7).position(|w| w == b"builder").unwrap();
    bytes[at..at + 7].copy_from_slice(b"\x1b[31mZZ");
    for (words, ran) in outputs(&bytes.into()) {
        assert_tame(&words, &ran);
        assert!(!ran.stdout.contains("ZZ"), "{words}");
    }
}

/// Names that are masked are masked in the sentences too, in whatever form they come back.
#[test]
fn sentences_have_no_secret() {
    let key = "live_5ecr3t_k3y?sig=f00dbabe99";
    let words = format!("stream {key} is in use, says rtmp://bob:hunt3r2x@192.0.2.1/live/{key}");
    let publish = Talk::new()
        .handshake()
        .connect("live?auth=c0nnectt0ken")
        .create_stream()
        .ask_publish(key, "live")
        .answer(Dir::Down)
        .down(&msg::on_status("error", "NetStream.Publish.BadName", &words).msid(1))
        .close();
    let connect = Talk::new()
        .handshake()
        .up(&msg::command("connect", 1.0, amf::object([("app", "live?auth=c0nnectt0ken".into())]), &[]))
        .answer(Dir::Down)
        .close_with(crate::common::talk::Close::Fin(Dir::Down));
    let packets =
        tcp::one_after_other(&publish.packets(), &connect.tcp(|t| t.flow = Flow::port(52_001)).packets(), S);
    for (command, ran) in outputs(&Input::from(&packets)) {
        let shown = command.contains("--show-secrets");
        for secret in ["5ecr3t_k3y", "f00dbabe99", "hunt3r2x", "c0nnectt0ken"] {
            let found = ran.stdout.contains(secret) || ran.stderr.contains(secret);
            assert_eq!(found, shown, "{command}: {secret}");
        }
    }
    let report = run::report(&packets);
    let sentence = text(&connections(&report)[0], "/verdict");
    let start =
        "the server refused publishing <stream-1>?<query>: NetStream.Publish.BadName (stream <stream-1>";
    assert!(sentence.starts_with(start), "{sentence}");
}

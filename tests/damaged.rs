//! Captures that end too early or are none, and output that nobody reads.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "helper functions of tests fail loudly too"
)]

mod common;
mod support;

use std::process::{Command, Stdio};

use common::capture::Capture;
use common::file::{Block, Format, NG, Ng};
use common::{Dir, ready};
use serde_json::Value;
use support::files::Files;
use support::run::{self, Input, number, text};
use support::truth;

const FORMATS: [(&str, Format); 4] = [
    ("pcap", Format::Pcap),
    ("pcap with long headers", Format::PcapModified),
    ("pcapng", Format::PcapNg),
    ("pcapng of old blocks", Format::Ng(Ng { block: Block::Old, section: Some(7), ..NG })),
];

/// Analyzes a cut file, whatever comes of it.
fn cut(bytes: &[u8], at: usize) -> Option<Value> {
    let ran = run::on(&["analyze", "-q", "--format", "json"], &bytes[..at].to_vec().into());
    if ran.code == Some(0) {
        return Some(serde_json::from_str(&ran.stdout).unwrap());
    }
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "byte {at}");
    assert!(ran.stderr.contains("capture") && ran.stderr.starts_with("error: "), "byte {at}: {}", ran.stderr);
    None
}

/// The offsets behind the file header and behind each record, of a little-endian pcap.
fn borders(pcap: &[u8], header: usize) -> Vec<usize> {
    let mut out = vec![24];
    while let Some(len) = pcap.get(out[out.len() - 1] + 8..).and_then(|rest| rest.first_chunk::<4>()) {
        out.push(out[out.len() - 1] + header + u32::from_le_bytes(*len) as usize);
    }
    out
}

#[test]
fn a_file_cut_anywhere_is_read_that_far() {
    for (name, format) in FORMATS {
        let bytes = Capture::of(&ready::hello_rtmp().packets()).format(format).bytes();
        let mut before = 0;
        for at in (0..bytes.len()).step_by(97) {
            let case = format!("{name}, byte {at}");
            let Some(report) = cut(&bytes, at) else {
                assert!(at < 48, "{case} refused");
                continue;
            };
            let input = &report["capture"]["inputs"][0];
            let packets = number(input, "/packets");
            assert_eq!(number(&report, "/capture/packets"), packets, "{case}");
            assert!(packets >= before, "{case}");
            before = packets;
            if input["complete"] == true {
                assert_eq!(report["findings"], Value::Array(Vec::new()), "{case}");
                continue;
            }
            let problem = text(input, "/problem");
            assert!(problem.contains(&format!("cut off at byte {at}")), "{case}: {problem}");
            let finding = &report["findings"][0];
            assert_eq!((text(finding, "/code"), text(finding, "/severity")), ("NET-01", "warning"), "{case}");
            assert!(text(finding, "/message").contains(problem), "{case}");
            if packets > 0 {
                assert_eq!(number(finding, "/packet"), packets, "{case}");
            }
        }
        assert!(before >= 18, "{name}: {before} packets before the last cut");
    }
}

/// At each border of a record, and in the middle of its header and of its data.
#[test]
fn cuts_inside_records_are_told_from_cuts_between_them() {
    let bytes = Capture::of(&ready::hello_rtmp().packets()).bytes();
    let borders = borders(&bytes, 16);
    assert_eq!((borders.len(), borders[borders.len() - 1]), (21, bytes.len()));
    for (n, two) in borders.windows(2).enumerate() {
        let whole = cut(&bytes, two[0]).unwrap();
        let input = &whole["capture"]["inputs"][0];
        assert_eq!((number(input, "/packets"), &input["complete"]), (n as u64, &Value::Bool(true)));
        for at in [two[0] + 1, two[0] + 15, two[0] + 16, two[0] + 40, two[1] - 1] {
            let part = cut(&bytes, at).unwrap();
            let input = &part["capture"]["inputs"][0];
            assert_eq!(
                (number(input, "/packets"), &input["complete"]),
                (n as u64, &Value::Bool(false)),
                "{at}"
            );
            let problem = text(input, "/problem");
            assert!(problem.contains(&format!("packet {} is cut off at byte {at}", n + 1)), "{problem}");
            assert_eq!(part["connections"], whole["connections"]);
        }
    }
}

/// A packed file cut short still gives what could be unpacked.
#[test]
fn packed_files_cut_anywhere() {
    let capture = Capture::of(&ready::publish_av(6).packets());
    for (name, bytes) in [("gzip", capture.clone().gzip().bytes()), ("zstd", capture.zstd().bytes())] {
        let mut most = 0;
        for at in (20..bytes.len()).step_by(bytes.len() / 12) {
            let Some(report) = cut(&bytes, at) else { continue };
            let input = &report["capture"]["inputs"][0];
            assert_eq!(input["complete"], false, "{name}, byte {at}");
            assert_eq!(text(&report["findings"][0], "/code"), "NET-01", "{name}, byte {at}");
            assert!(text(input, "/problem").contains("byte"), "{name}, byte {at}");
            most = most.max(number(input, "/packets"));
        }
        // zstd unpacks in blocks of 128 KiB.
        assert!(most > 50, "{name}: {most} packets");
    }
}

/// What was said before the cut is decoded.
#[test]
fn what_was_read_is_reported() {
    let talk = ready::publish_av(2);
    let bytes = Capture::of(&talk.packets()).bytes();
    let at = bytes.len() / 2;
    let lines = run::timeline(bytes[..at].to_vec());
    let said = truth::said(&talk, Dir::Up);
    let got = truth::message_lines(&lines, 1, Dir::Up);
    let got: Vec<_> = got.into_iter().filter(|l| l["complete"] == true).map(truth::told).collect();
    truth::assert_same(&got, &said[..got.len()], "before the cut");
    assert!(got.len() > 60);
}

#[test]
fn one_broken_file_of_several() {
    let parts = Capture::of(&ready::publish_av(2).packets()).split(80);
    let mut files: Vec<(String, Vec<u8>)> =
        parts.into_iter().enumerate().map(|(n, part)| (format!("part-{n}"), part)).collect();
    let short = files[0].1.len() - 5;
    files[0].1.truncate(short);
    let report = run::report(Input::Named(files.clone()));
    let inputs = report["capture"]["inputs"].as_array().unwrap();
    let complete: Vec<bool> = inputs.iter().map(|input| input["complete"] == true).collect();
    assert!(!complete[0]);
    assert!(complete[1..].iter().all(|c| *c) && complete.len() == files.len());
    assert_eq!(number(&inputs[0], "/packets"), 79);
    assert_eq!(number(&inputs[1], "/first_packet"), 80);
    assert!(text(&report["findings"][0], "/message").contains("part-0"));
}

#[test]
fn what_is_no_capture_is_refused_with_file_and_cause() {
    let files = Files::new();
    let hello = Capture::of(&ready::hello_rtmp().packets()).bytes();
    let good = files.add("good.pcap", &hello);
    std::fs::create_dir(files.path("nothing")).unwrap();
    std::fs::write(files.path("nothing/notes.txt"), "not a capture\n").unwrap();
    let cases = [
        (files.add("empty.pcap", b""), "empty"),
        (files.add("text.pcap", b"This is not the capture you are looking for.\n"), "not a"),
        (files.add("header.pcap", &hello[..17]), "header"),
        (files.path("missing.pcap"), "No such file"),
        (files.path("nothing"), "no capture"),
    ];
    for (path, cause) in cases {
        for command in ["analyze", "timeline"] {
            for paths in [&[path.as_str()][..], &[&good, &path]] {
                let ran = run::rtmpscope(&[&[command], paths].concat(), None);
                assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{path}");
                assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(&path), "{}", ran.stderr);
                let said = ran.stderr.to_lowercase();
                assert!(said.contains(&cause.to_lowercase()), "{path}: {} without '{cause}'", ran.stderr);
            }
        }
    }
    let ran = run::rtmpscope(&["analyze", "-"], Some(b""));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("empty"), "{}", ran.stderr);
}

/// A capture that has a header and no packet is one.
#[test]
fn a_capture_without_packets() {
    for format in [Format::Pcap, Format::PcapNg] {
        let bytes = Capture::of(&ready::hello_rtmp().packets()).format(format).bytes();
        let header = if format == Format::Pcap { 24 } else { 0 };
        let bytes = if header > 0 { bytes[..header].to_vec() } else { ng_header(&bytes) };
        let report = run::report(bytes);
        assert_eq!(number(&report, "/capture/packets"), 0);
        assert_eq!(report["capture"]["inputs"][0]["complete"], true);
        assert_eq!((report["capture"].get("start"), report["capture"].get("duration_s")), (None, None));
    }
}

/// The blocks of a little-endian pcapng before its first packet.
fn ng_header(bytes: &[u8]) -> Vec<u8> {
    let mut at = 0;
    while bytes[at] != 6 {
        at += u32::from_le_bytes(*bytes[at + 4..].first_chunk().unwrap()) as usize;
    }
    bytes[..at].to_vec()
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let input = Input::Stdin(Capture::of(&ready::publish_av(2).packets()).bytes());
    for words in [
        &["analyze"][..],
        &["analyze", "--format", "json"],
        &["analyze", "--format", "ndjson"],
        &["timeline"],
        &["timeline", "--format", "ndjson"],
    ] {
        let first = run::on(words, &input);
        assert_eq!(first.code, Some(0));
        assert!(first == run::on(words, &input), "{words:?}");
    }
}

/// The result in a file is the result on standard output.
#[test]
fn output_to_a_file() {
    let files = Files::new();
    let capture = files.add("hello.pcap", &Capture::of(&ready::hello_rtmp().packets()).bytes());
    let out = files.path("out");
    for words in [&["analyze", "--format", "json"][..], &["timeline"]] {
        let shown = run::rtmpscope(&[words, &[&capture]].concat(), None);
        let silent = run::rtmpscope(&[words, &["-o", &out, &capture]].concat(), None);
        assert_eq!((silent.code, silent.stdout.as_str()), (Some(0), ""));
        assert_eq!(std::fs::read_to_string(&out).unwrap(), shown.stdout);
    }
    let refused = run::rtmpscope(&["analyze", "-o", &capture, &capture], None);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    let nowhere = run::rtmpscope(&["analyze", "-o", &files.path("no/where"), &capture], None);
    assert_eq!(nowhere.code, Some(2));
    assert!(nowhere.stderr.contains("no/where"), "{}", nowhere.stderr);
}

/// Whoever reads the output may have seen enough: `rtmpscope timeline FILE | head -1`.
#[test]
fn a_closed_pipe_is_success() {
    let files = Files::new();
    let capture = files.add("publish.pcap", &Capture::of(&ready::publish_av(6).packets()).bytes());
    for words in [&["timeline", "--format", "ndjson"][..], &["timeline"], &["analyze", "--format", "json"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rtmpscope"));
        command.args(words).arg(&capture).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{words:?}");
    }
}

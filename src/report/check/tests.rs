//! All formats of one report, in which every text is hostile.

use serde_json::{Value, json};

use super::*;
use crate::base::text::is_unsafe;
use crate::report::model::{BaselineEntry, BaselineUse, Direction, Evidence, Input, Outcome};

/// What may come from the wire, a file's name or a profile.
const HOSTILE: &str = "x\u{1b}[2J\u{9b}1m\r\n::error::y\n##[warning]\u{202e}\u{200b}\0\u{fffe}\u{ffff}]]><a b='c' d=\"e\">\
                       &amp;%0A%25,:{0}[link](http://192.0.2.1/)\u{feff}\u{e0041}é😀";

fn hostile() -> CheckReport {
    let text = || HOSTILE.to_owned();
    let finding = |connection, severity, accepted| Finding {
        code: "X-01".to_owned(),
        name: "a-rule".to_owned(),
        case: Some(text()),
        severity,
        connection,
        direction: Some(Direction::ClientToServer),
        packet: Some(3),
        time_s: Some(0.5),
        packets: vec![3, 4],
        stream_bytes: Some([5, 9]),
        message: text(),
        expected: Some(text()),
        actual: Some(text()),
        evidence: Some(Evidence {
            message_type: text(),
            body_hex: Some("00".to_owned()),
            ..Evidence::default()
        }),
        help: Some(text()),
        spec: Some(text()),
        occurrences: 7,
        accepted,
        fingerprint: Some(text()),
    };
    let outcome = |outcome| RuleOutcome { code: "X-01".into(), outcome, reason: Some(HOSTILE.into()) };
    let connection = |id, outcomes| CheckedConnection {
        id,
        client: text(),
        server: text(),
        transport: model::Transport::Rtmp,
        verdict: text(),
        start_s: 0.0,
        end_s: 1.5,
        outcomes: [outcomes].into(),
    };
    let mut report = CheckReport {
        profile: text(),
        rules: vec![CheckedRule {
            code: "X-01".to_owned(),
            name: "a-rule".to_owned(),
            severity: Severity::Error,
            about: text(),
            spec: text(),
            help: text(),
        }],
        outcomes: vec![outcome(Outcome::Pass)],
        connections: vec![
            connection(1, outcome(Outcome::Pass)),
            connection(2, outcome(Outcome::Inconclusive)),
        ],
        findings: vec![
            finding(None, Severity::Info, false),
            finding(Some(1), Severity::Error, false),
            finding(Some(1), Severity::Warning, false),
            finding(Some(1), Severity::Error, true),
        ],
        findings_omitted: 3,
        baseline: Some(BaselineUse {
            accepted: 1,
            stale: vec![BaselineEntry {
                code: text(),
                case: Some(text()),
                message: Some(text()),
                fingerprint: text(),
            }],
        }),
        ..CheckReport::default()
    };
    report.capture.inputs =
        vec![Input { path: text(), first_packet: Some(1), packets: 9, ..Input::default() }];
    settle(&mut report);
    report
}

fn written(format: &CheckFormat) -> String {
    let mut out = Vec::new();
    format.write(&hostile(), &PacketPlaces::from([(3, [40, 60])]), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let raw: Vec<_> = text.chars().filter(|c| *c != '\n' && is_unsafe(*c)).collect();
    assert!(raw.is_empty(), "{format:?}: {raw:?}");
    text
}

#[test]
fn text_keeps_its_lines() {
    let text = written(&CheckFormat::Text { style: Style::default(), verbose: true });
    insta::assert_snapshot!(text);
}

#[test]
fn json_reads_back() {
    let report: CheckReport = serde_json::from_str(&written(&CheckFormat::Json)).unwrap();
    assert_eq!(report, hostile());
}

#[test]
fn junit_reads_back() {
    let text = written(&CheckFormat::Junit(Root::default()));
    let xml = roxmltree::Document::parse(&text).unwrap();
    let cases: Vec<_> = xml.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    assert_eq!(cases.len(), 3);
    let said = |node: roxmltree::Node<'_, '_>| node.attribute("message").unwrap().to_owned();
    let failure = xml.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    assert!(said(failure).contains("]]><a b='c' d=\"e\">&amp;%0A"), "{}", said(failure));
    assert_eq!(failure.attribute("type"), Some("X-01"));
    let skipped = xml.descendants().find(|node| node.has_tag_name("skipped")).unwrap();
    assert!(said(skipped).starts_with("inconclusive: x\\u{1b}[2J"));
    // What does not fail is told aside: the info of the capture, the warning of the connection.
    let aside = xml.descendants().filter(|node| node.has_tag_name("system-out"));
    let first = |node: roxmltree::Node<'_, '_>| node.text().unwrap().split('[').next().unwrap().to_owned();
    assert_eq!(aside.map(first).collect::<Vec<_>>(), ["info", "warning"]);
}

#[test]
fn sarif_has_no_links_and_says_what_is_accepted() {
    let log: Value = serde_json::from_str(&written(&CheckFormat::Sarif(Root::default()))).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let levels: Vec<_> = results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["note", "error", "warning", "error"]);
    for result in results {
        let text = result["message"]["text"].as_str().unwrap();
        assert!(!text.contains("k]("), "{text}");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["region"], json!({"byteOffset": 40, "byteLength": 60}));
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{uri}");
    }
    let suppressed: Vec<_> =
        results.iter().map(|result| result["suppressions"].as_array().unwrap().len()).collect();
    assert_eq!(suppressed, [0, 0, 0, 1]);
    let prints: std::collections::BTreeSet<_> =
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect();
    assert_eq!(prints.len(), 4, "fingerprints of one file are told apart");
    assert_eq!(log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().len(), 2);
}

#[test]
fn workflow_commands_are_ours_alone() {
    let text = written(&CheckFormat::Github(Root::default()));
    let lines: Vec<_> = text.lines().collect();
    let starts: Vec<_> = lines.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(starts, ["::error", "::warning", "::notice", "::notice", "rtmpscope"]);
    // The text begins behind the properties, in which no colon is left.
    let text = lines[0].splitn(3, "::").nth(2).unwrap();
    assert!(text.starts_with("x\\u{1b}[2J") && text.contains("%250A%2525,:"), "{text}");
}

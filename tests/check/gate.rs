//! Whether a capture passes, and the exit code that says so.

use crate::common::Dir;
use crate::common::ready::publish_av;
use crate::common::talk::Talk;
use crate::support::files::Files;
use crate::support::run::{Input, on, rtmpscope};
use crate::{codes, json, right, wrong};

fn code(words: &[&str], input: &Input) -> Option<i32> {
    on(&[&["check", "-q"], words].concat(), input).code
}

#[test]
fn the_exit_code_says_what_came_out() {
    assert_eq!(code(&[], &right().into()), Some(0));
    assert_eq!(code(&[], &wrong().into()), Some(1));
    assert_eq!(code(&["--profile", "nothing-of-that-name"], &right().into()), Some(2));
    assert_eq!(rtmpscope(&["check", "no-such-file.pcap"], None).code, Some(2));
    assert_eq!(code(&[], &b"no capture".to_vec().into()), Some(2));
    let empty = crate::common::capture::Capture::of(&[]).bytes();
    assert_eq!(code(&[], &empty.into()), Some(3));
}

/// A finding that is left out does not fail; one that is chosen alone does.
#[test]
fn rules_can_be_chosen() {
    assert_eq!(code(&["--ignore", "CMD-02"], &wrong().into()), Some(0));
    assert_eq!(code(&["--ignore", "CMD"], &wrong().into()), Some(0));
    assert_eq!(code(&["--select", "CH,PC"], &wrong().into()), Some(0));
    assert_eq!(code(&["--select", "cmd-02"], &wrong().into()), Some(1));
    let ran = on(&["check", "-q", "--format", "json", "--select", "CMD-02"], &wrong().into());
    let report = json(&ran);
    assert_eq!(codes(&report), ["CMD-02"]);
    assert_eq!(report["rules"].as_array().unwrap().len(), 1);
}

/// The stricter of the command line and the profile counts.
#[test]
fn the_threshold_is_the_stricter_of_two() {
    let files = Files::new();
    let strict = files.add("strict.toml", b"fail_on = 'info'\nselect = ['NET-01']\n");
    let lax = files.add("lax.toml", b"fail_on = 'error'\nselect = ['NET-01']\n");
    let packets = publish_av(1).packets();
    let holed = Input::from(&crate::common::impair::drop(&packets, crate::common::impair::up(30)));
    assert_eq!(code(&["--profile", &strict], &holed), Some(1));
    assert_eq!(code(&["--profile", &strict, "--fail-on", "error"], &holed), Some(1));
    assert_eq!(code(&["--profile", &lax, "--fail-on", "error"], &holed), Some(0));
    assert_eq!(code(&["--profile", &lax, "--fail-on", "info"], &holed), Some(1));
}

/// Every rule has an outcome for every connection, with a reason where it did not judge. NET-01 is about the capture.
#[test]
fn each_rule_has_an_outcome_for_each_connection() {
    let whole = json(&on(&["check", "-q", "--format", "json"], &right().into()));
    let packets = publish_av(1).packets();
    let one_sided = Input::from(&crate::common::impair::only(&packets, Dir::Up));
    let one_sided = json(&on(&["check", "-q", "--format", "json"], &one_sided));
    let hello =
        json(&on(&["check", "-q", "--format", "json"], &(&Talk::new().handshake().close().packets()).into()));
    for report in [&whole, &one_sided, &hello] {
        // Those about the capture have theirs beside the connections.
        let of_capture: Vec<_> =
            report["outcomes"].as_array().unwrap().iter().map(|it| &it["code"]).collect();
        assert_eq!(of_capture, ["NET-01"]);
        let rules: Vec<_> = report["rules"].as_array().unwrap().iter().collect();
        let rules: Vec<_> = rules.into_iter().filter(|rule| !of_capture.contains(&&rule["code"])).collect();
        let [connection] = &report["connections"].as_array().unwrap()[..] else {
            panic!("not one connection")
        };
        let outcomes = connection["outcomes"].as_array().unwrap();
        assert_eq!(outcomes.len(), rules.len());
        for (outcome, rule) in outcomes.iter().zip(rules) {
            assert_eq!(outcome["code"], rule["code"]);
            let judged = matches!(outcome["outcome"].as_str(), Some("pass"));
            assert_eq!(judged, outcome["reason"].is_null(), "{outcome}");
        }
    }
    let of = |report: &serde_json::Value, code: &str| {
        let outcomes = report["connections"][0]["outcomes"].as_array().unwrap().clone();
        outcomes.into_iter().find(|outcome| outcome["code"] == code).unwrap()
    };
    assert_eq!(of(&whole, "CMD-02")["outcome"], "pass");
    assert_eq!(of(&hello, "CMD-02")["outcome"], "not_applicable");
    assert_eq!(of(&hello, "CMD-02")["reason"], "no connect commands");
    assert_eq!(of(&one_sided, "HS-06")["outcome"], "inconclusive");
    assert_eq!(of(&one_sided, "HS-06")["reason"], "one direction was not captured");
}

/// Nothing inside a tunnel or TLS was judged: that is no pass.
#[test]
fn what_could_not_be_read_has_not_passed() {
    let capture = "testdata/captures/rtmpt_publish_ffmpeg.pcap";
    for format in ["text", "json", "junit", "sarif", "github"] {
        let ran = rtmpscope(&["check", "-q", "--format", format, capture], None);
        assert_eq!(ran.code, Some(3), "{format}");
        let said = if format == "json" { "nothing_to_check" } else { "is encrypted or tunnelled" };
        assert!(ran.stdout.contains(said), "{format}: {}", ran.stdout);
    }
    // What the outside tells can be asked for.
    assert_eq!(rtmpscope(&["check", "-q", "--select", "TUN", capture], None).code, Some(0));
}

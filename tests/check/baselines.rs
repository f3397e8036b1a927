//! Baselines: what is known is accepted, what is new fails, what is gone is told.

use crate::support::files::Files;
use crate::support::run::{Ran, rtmpscope};
use crate::{codes, json, right, wrong};

fn check(words: &[&str]) -> Ran {
    rtmpscope(&[&["check", "-q", "--format", "json"], words].concat(), None)
}

#[test]
fn what_was_written_is_accepted() {
    let files = Files::new();
    let (capture, known) = (files.add("a.pcap", &wrong()), files.path("known.json"));
    assert_eq!(check(&[&capture]).code, Some(1));
    let written = check(&["--write-baseline", &known, &capture]);
    assert_eq!(written.code, Some(0));
    let accepted = check(&["--baseline", &known, &capture]);
    assert_eq!(accepted.code, Some(0));
    let report = json(&accepted);
    assert_eq!(codes(&report), ["CMD-02"]);
    assert_eq!(report["findings"][0]["accepted"], true);
    assert_eq!(
        (&report["baseline"]["accepted"], &report["summary"]["findings"]["error"]),
        (&1.into(), &0.into())
    );
    assert_eq!(report["baseline"]["stale"].as_array().unwrap().len(), 0);
}

/// The same conversation at another time, from another port, with other random bytes.
#[test]
fn a_second_recording_of_the_same_is_accepted_too() {
    let files = Files::new();
    let (first, known) = (files.add("a.pcap", &wrong()), files.path("known.json"));
    check(&["--write-baseline", &known, &first]);
    let capture = files.add("b.pcap", &crate::common::capture::Capture::of(&other_recording()).bytes());
    assert_eq!(check(&[&capture]).code, Some(1));
    assert_eq!(check(&["--baseline", &known, &capture]).code, Some(0));
}

fn other_recording() -> Vec<crate::common::tcp::Packet> {
    use crate::common::amf::{self, Amf};
    use crate::common::message as msg;
    let info = amf::object([("level", "status".into()), ("code", "NetConnection.Connect.Success".into())]);
    let properties = amf::object([("app", "live".into()), ("tcUrl", "rtmp://192.0.2.10/live".into())]);
    crate::common::talk::Talk::new()
        .seed(9)
        .tcp(|tcp| tcp.flow = crate::common::tcp::Flow::port(50_001))
        .wait(70)
        .handshake()
        .up(&msg::command("connect", 9.0, properties, &[]))
        .answer(crate::common::Dir::Down)
        .down(&msg::command("_result", 9.0, Amf::Null, &[info]))
        .wait(300)
        .close()
        .packets()
}

#[test]
fn a_new_finding_fails_and_an_old_entry_is_stale() {
    let files = Files::new();
    let known = files.path("known.json");
    let (clean, broken) = (files.add("a.pcap", &right()), files.add("b.pcap", &wrong()));
    check(&["--write-baseline", &known, &clean]);
    assert_eq!(check(&["--baseline", &known, &broken]).code, Some(1));
    check(&["--write-baseline", &known, &broken]);
    let later = check(&["--baseline", &known, &clean]);
    assert_eq!(later.code, Some(0));
    let stale = json(&later)["baseline"]["stale"].clone();
    assert_eq!(stale[0]["code"], "CMD-02");
}

/// A baseline that cannot be read is no empty one.
#[test]
fn a_broken_baseline_is_an_error() {
    let files = Files::new();
    let capture = files.add("a.pcap", &right());
    for text in ["", "{}", "[]", "{\"schema_version\": 2, \"findings\": []}"] {
        let path = files.add("known.json", text.as_bytes());
        let ran = check(&["--baseline", &path, &capture]);
        assert_eq!(ran.code, Some(2), "{text}");
        assert!(ran.stderr.starts_with(&format!("error: baseline {path}: ")), "{}", ran.stderr);
    }
    let ran = check(&["--baseline", &files.path("none.json"), &capture]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}

/// Nothing that is read is written over, whichever option names it.
#[test]
fn captures_profiles_and_baselines_are_not_written_over() {
    let files = Files::new();
    let (capture, own) = (files.add("a.pcap", &wrong()), files.add("own.toml", b"strict = true\n"));
    let (known, directory) = (files.path("known.json"), files.dir());
    assert_eq!(check(&["--write-baseline", &known, &capture]).code, Some(0));
    let before = std::fs::read(&known).unwrap();
    for (words, said) in [
        (vec!["-o", &capture, &capture], "would overwrite a capture"),
        (vec!["-o", &capture, &directory], "would overwrite a capture"),
        (vec!["--write-baseline", &capture, &capture], "would overwrite a capture"),
        (vec!["-o", &known, "--baseline", &known, &capture], "would overwrite the baseline"),
        (vec!["-o", &known, "--write-baseline", &known, &capture], "would be one file"),
        (vec!["-o", &own, "--profile", &own, &capture], "would overwrite the profile"),
        (vec!["--write-baseline", &own, "--profile", &own, &capture], "would overwrite the profile"),
    ] {
        let ran = check(&words);
        assert!(ran.code == Some(2) && ran.stderr.contains(said), "{words:?}: {}", ran.stderr);
    }
    assert_eq!(std::fs::read(&capture).unwrap(), wrong());
    assert_eq!(std::fs::read(&known).unwrap(), before);
    assert_eq!(std::fs::read(&own).unwrap(), b"strict = true\n");
    // A baseline may be brought up to date, and results may be beside the captures.
    let renewed = check(&["--baseline", &known, "--write-baseline", &known, &capture]);
    assert_eq!((renewed.code, std::fs::read(&known).unwrap()), (Some(0), before));
    let result = files.path("result.json");
    for _ in 0..2 {
        assert_eq!(check(&["-o", &result, &directory]).code, Some(1));
    }
}

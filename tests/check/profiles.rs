//! Profiles: built in and of files, with expectations of the report's figures.

use crate::common::media::Av;
use crate::common::ready::publish_of;
use crate::support::files::Files;
use crate::support::run::{Input, on};
use crate::{codes, json, right};

fn found(profile: &str, input: &Input) -> Vec<String> {
    let ran = on(&["check", "-q", "--format", "json", "--select", "EXPECT", "--profile", profile], input);
    let report = json(&ran);
    report["findings"].as_array().unwrap().iter().map(|f| f["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn built_in_profiles_hold_a_stream_to_their_limits() {
    let ordinary = publish_of(&Av::seconds(5).frames()).packets();
    for profile in ["youtube", "twitch", "facebook", "cloudflare"] {
        assert_eq!(found(profile, &(&ordinary).into()), [""; 0], "{profile}");
    }
    let long = Av { gop: 300, ..Av::seconds(26) };
    let long = publish_of(&long.frames()).packets();
    for (profile, limit) in [("youtube", 4.2), ("facebook", 4.2), ("twitch", 2.2)] {
        let said = format!("streams[0].video.gop_s.max is 12.0, and at most {limit} is expected");
        assert_eq!(found(profile, &(&long).into()), [said], "{profile}");
    }
}

#[test]
fn a_profile_of_ones_own_extends_another_beside_it() {
    let files = Files::new();
    files.add("base.toml", b"[[expect]]\nmetric = \"streams[*].video.gop_s.max\"\nmax = 1.0\n");
    let own = files.add(
        "own.toml",
        b"extends = \"base.toml\"\n[[expect]]\nmetric = \"streams[*].audio.codec\"\nequals = \"opus\"\n",
    );
    let said = found(&own, &(&publish_of(&Av::seconds(5).frames()).packets()).into());
    assert_eq!(
        said,
        [
            "streams[0].video.gop_s.max is 2.0, and at most 1 is expected",
            "streams[0].audio.codec is aac, and opus is expected"
        ]
    );
}

#[test]
fn a_mistake_in_a_profile_is_an_error_that_names_what_was_meant() {
    let files = Files::new();
    for (text, said) in [
        ("selct = ['CH']", ":1: unknown key 'selct'; did you mean 'select'?"),
        ("\n[rules.CMD-2]\nseverity = 'info'", ":2: unknown rule 'CMD-2'; did you mean 'CMD-02'?"),
        (
            "[[expect]]\nmetric = 'streams[*].vide.fps'\nmin = 1",
            ":2: metric 'streams[*].vide.fps': the report has no 'vide' there; did you mean 'video'?",
        ),
    ] {
        let path = files.add("own.toml", text.as_bytes());
        let ran = on(&["check", "--profile", &path], &right().into());
        assert_eq!(ran.code, Some(2));
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

/// Severities change what fails, and no more.
#[test]
fn a_severity_is_changed_by_a_profile() {
    let files = Files::new();
    let own = files.add("own.toml", b"[rules.CMD-02]\nseverity = 'info'\n");
    let ran = on(
        &["check", "-q", "--format", "json", "--profile", &own, "--select", "CMD-02"],
        &crate::wrong().into(),
    );
    let report = json(&ran);
    assert_eq!((ran.code, codes(&report)), (Some(0), vec!["CMD-02"]));
    assert_eq!(report["findings"][0]["severity"], "info");
}

/// A check of nothing is a mistake, not a pass.
#[test]
fn a_choice_that_leaves_no_rule_is_an_error() {
    for (words, said) in [
        (vec!["--select", "EXPECT"], "no rule of profile default is left"),
        (vec!["--select", "CH", "--ignore", "ch"], "no rule of profile default is left"),
        (vec!["--select", "EXPECT-typo"], "no rule 'EXPECT-typo'"),
        (
            vec!["--profile", "youtube", "--ignore", "EXPECT-video-codc"],
            "no rule 'EXPECT-video-codc'; did you mean 'EXPECT-video-codec'?",
        ),
    ] {
        let ran = on(&[&["check"][..], &words].concat(), &right().into());
        assert!(ran.code == Some(2) && ran.stderr.contains(said), "{words:?}: {}", ran.stderr);
    }
    assert_eq!(on(&["check", "-q", "--select", "CH, expect"], &right().into()).code, Some(0));
}

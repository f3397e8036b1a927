//! Expectations against a report of two streams, and paths against the schema.

use serde_json::json;

use super::*;
use crate::report::sample;
use crate::rules::Severity;
use crate::rules::profile::Bound;
use crate::session::event::StreamRole;

fn expectation(metric: &str, bound: Bound) -> Expectation {
    Expectation {
        at: "p.toml:2".to_owned(),
        name: "it".to_owned(),
        metric: metric.to_owned(),
        role: None,
        bound,
        required: false,
        severity: Severity::Error,
        help: None,
        source: None,
    }
}

fn at_most(max: f64) -> Bound {
    Bound { max: Some(max), ..Bound::default() }
}

/// What is wrong with a report of two streams by this expectation.
fn judged(it: Expectation) -> (Vec<String>, Outcome) {
    let value = json!({"streams": [
        {"role": "publish", "video": {"codec": "h264", "gop_s": {"max": 2.5}}},
        {"role": "play", "video": {"codec": "vp9", "gop_s": {"max": 9.0}}},
        {"role": "play"},
    ]});
    let expected = resolve(&[it]).unwrap();
    let mut check = CheckReport::default();
    let outcome = expected[0].judge(&value, Some(1), &mut check);
    (
        check.findings.into_iter().map(|f| format!("{} x{}", f.message, f.occurrences)).collect(),
        outcome.outcome,
    )
}

#[test]
fn figures_are_held_to_bounds() {
    let metric = "streams[*].video.gop_s.max";
    let (found, _) = judged(expectation(metric, at_most(2.0)));
    assert_eq!(found, ["streams[0].video.gop_s.max is 2.5, and at most 2 is expected x2"]);
    assert_eq!(judged(expectation(metric, at_most(9.0))), (vec![], Outcome::Pass));
    let publish = Expectation { role: Some(StreamRole::Publish), ..expectation(metric, at_most(3.0)) };
    assert_eq!(judged(publish), (vec![], Outcome::Pass));
    let one = expectation("streams[1].video.gop_s.max", at_most(3.0));
    assert_eq!(judged(one).0, ["streams[1].video.gop_s.max is 9.0, and at most 3 is expected x1"]);
}

#[test]
fn texts_are_held_to_lists() {
    let of = |names: &[&str]| Bound {
        one_of: names.iter().map(|name| Asked::Text((*name).to_owned())).collect(),
        ..Bound::default()
    };
    let (found, _) = judged(expectation("streams[*].video.codec", of(&["h264", "hevc", "av1"])));
    assert_eq!(found, ["streams[1].video.codec is vp9, and h264, hevc or av1 is expected x1"]);
    assert!(judged(expectation("streams[*].video.codec", of(&["h264", "vp9"]))).0.is_empty());
}

#[test]
fn what_is_not_there_fails_only_where_it_is_required() {
    let it = expectation("streams[*].audio.bitrate_bps", at_most(1.0));
    assert_eq!(judged(it.clone()), (vec![], Outcome::Inconclusive));
    let (found, _) = judged(Expectation { required: true, ..it.clone() });
    assert_eq!(found, ["there is no streams[0].audio, and at most 1 is expected x2"]);
    let none = Expectation { required: true, ..expectation("streams[7].audio.bitrate_bps", at_most(1.0)) };
    assert_eq!(judged(none), (vec![], Outcome::NotApplicable));
}

#[test]
fn a_path_that_the_report_does_not_have_is_an_error() {
    for (metric, said) in [
        ("streams[*].video.gop.max", "the report has no 'gop' there; did you mean 'gop_s'?"),
        ("stream[*].video", "the report has no 'stream' there; did you mean 'streams'?"),
        ("streams.video", "the report has no 'video' there"),
        ("id[*]", "there is no list where '[' stands"),
        ("streams[x]", "'[x]' is no place in a list"),
        ("streams[*", "a ']' is missing"),
        ("streams[*].video", "there are figures below it; itself it has none, and can only be 'required'"),
        (
            "streams",
            "it is a list: [*] stands for its entries; the list has no figure, and can only be 'required'",
        ),
        ("", "a name is missing"),
    ] {
        let error = resolve(&[expectation(metric, at_most(1.0))]).unwrap_err().to_string();
        assert_eq!(error, format!("profile p.toml:2: metric '{metric}': {said}"));
    }
    let of_role = Expectation {
        role: Some(StreamRole::Play),
        ..expectation("tcp.client_to_server.rtt_ms.p95", at_most(1.0))
    };
    let error = resolve(&[of_role]).unwrap_err().to_string();
    assert!(error.ends_with("it is of no stream, so 'role' says nothing"), "{error}");
    let there = Expectation { required: true, ..expectation("streams[*].video", Bound::default()) };
    assert_eq!(judged(there).1, Outcome::Pass);
    for metric in [
        "capture.quality.gaps",
        "summary.eta",
        "messages.client_to_server.by_type.video.count",
        "streams[*].metadata.encoder",
        "efficiency.total.payload_to_wire",
        "tcp.client_to_server.rtt_ms.p95",
        "streams[*].latency.first_keyframe_ms",
        "connect.server.mode",
    ] {
        assert!(resolve(&[expectation(metric, at_most(1.0))]).is_ok(), "{metric}");
    }
}

#[test]
fn a_report_is_held_to_figures_of_its_own() {
    let report = sample::report();
    let expected = resolve(&[expectation("summary.connections", at_most(1.0))]).unwrap();
    let mut told = CheckReport::default();
    check(&expected, &report, &mut told);
    assert_eq!(told.findings[0].message, "summary.connections is 2, and at most 1 is expected");
    assert_eq!((told.findings[0].connection, told.rules[0].code.as_str()), (None, "EXPECT-it"));
}

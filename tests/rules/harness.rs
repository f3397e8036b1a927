//! Runs the cases, and holds them against the list of rules.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::common::capture::Capture;
use crate::common::media::Av;
use crate::common::ready;
use crate::common::talk::Talk;
use crate::common::tcp::Packet;
use crate::common::{Dir, Rng};
use crate::support::run::{self, Input};

/// A capture of a case.
pub struct Subject(Input);

/// A rule's case: what fires it, and what is near that and does not.
#[expect(clippy::struct_field_names, reason = "a rule's case has the name of the finding's case")]
#[derive(Copy, Clone)]
pub struct Case {
    pub code: &'static str,
    /// The case of the finding, where the rule has several.
    pub case: &'static str,
    pub fires: fn() -> Subject,
    pub near: fn() -> Subject,
    /// Other rules that find something as grave as a warning in what fires it, since it cannot be had without.
    pub also: &'static [&'static str],
    /// Profile to check with.
    pub profile: &'static str,
}

impl Case {
    pub const fn new(
        code: &'static str,
        case: &'static str,
        fires: fn() -> Subject,
        near: fn() -> Subject,
    ) -> Self {
        Self { code, case, fires, near, also: &[], profile: "default" }
    }

    /// With these other rules.
    pub const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
}

impl From<Talk> for Subject {
    fn from(talk: Talk) -> Self {
        talk.packets().into()
    }
}

impl From<Vec<Packet>> for Subject {
    fn from(packets: Vec<Packet>) -> Self {
        Self(Capture::of(&packets).bytes().into())
    }
}

impl From<Vec<u8>> for Subject {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

/// A real capture, by its path below `testdata/captures`.
pub fn real(path: &str) -> Subject {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/captures").join(path);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())).into()
}

/// A live publish of a second, with something between the start of the stream and its media.
pub fn with(middle: impl FnOnce(Talk) -> Talk) -> Subject {
    let talk = Talk::new().handshake().connect("live").fc_publish("cam1").create_stream().publish("cam1");
    publish(middle(talk.acks(50_000).chunk_size(Dir::Up, 4_096))).into()
}

/// A live publish of a second behind a handshake that was made already.
pub fn session_behind(handshake: Talk) -> Talk {
    let talk = handshake.connect("live").fc_publish("cam1").create_stream().publish("cam1");
    publish(talk.acks(50_000).chunk_size(Dir::Up, 4_096))
}

/// Metadata, headers and a second of media; then the clean end of a publish.
pub fn publish(talk: Talk) -> Talk {
    finish(talk.metadata().avc_header().aac_header().media(&Av::seconds(1).frames()))
}

/// The clean end of a publish.
pub fn finish(talk: Talk) -> Talk {
    talk.wait(40).unpublish("cam1").wait(20).close()
}

/// The report of a check.
pub fn check(subject: &Subject, flags: &[&str]) -> Value {
    let ran = run::on(
        &[&["check", "-q", "--format", "json", "--limit", "findings=100000"], flags].concat(),
        &subject.0,
    );
    assert!(matches!(ran.code, Some(0 | 1 | 3)), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value[name].as_array().unwrap().iter()
}

/// The cases of a group, each in a test of its own, and all of them.
macro_rules! groups {
    ($($group:ident),*) => {
        fn cases() -> Vec<Case> {
            [$(crate::$group::CASES),*].concat()
        }
        $(
            #[test]
            fn $group() {
                each_fires_once_and_its_neighbour_does_not(crate::$group::CASES);
            }
        )*
    };
}

groups!(
    handshake,
    chunk,
    control,
    user_control,
    amf,
    command,
    message,
    video,
    audio,
    metadata,
    timestamps,
    ack,
    enhanced,
    tunnel,
    security,
    net
);

/// What is wrong with a case, if anything is.
fn problem(case: &Case) -> Option<String> {
    let flags: &[&str] = if case.profile == "default" { &[] } else { &["--profile", case.profile] };
    let fired = check(&(case.fires)(), flags);
    let of_rule: Vec<_> = list(&fired, "findings").filter(|f| f["code"] == case.code).collect();
    let [finding] = of_rule.as_slice() else {
        return Some(format!("{} findings where it fires: {of_rule:#?}", of_rule.len()));
    };
    if finding["case"].as_str().unwrap_or_default() != case.case {
        return Some(format!("the case is {}", finding["case"]));
    }
    let grave = |f: &&Value| f["severity"] != "info" && f["code"] != case.code;
    let others: Vec<_> = list(&fired, "findings")
        .filter(grave)
        .filter(|f| !case.also.iter().any(|code| f["code"] == *code))
        .map(|f| format!("{} {}", f["code"], f["message"]))
        .collect();
    if !others.is_empty() {
        return Some(format!("where it fires, others do too: {others:#?}"));
    }
    let near = check(&(case.near)(), flags);
    let found: Vec<_> =
        list(&near, "findings").filter(|f| f["code"] == case.code && f["case"] == finding["case"]).collect();
    if !found.is_empty() {
        return Some(format!("the neighbour fires it: {found:#?}"));
    }
    // What is about the capture has no outcome of its own.
    let outcomes: BTreeSet<_> = list(&near, "connections")
        .flat_map(|c| list(c, "outcomes"))
        .filter(|o| o["code"] == case.code)
        .map(|o| format!("{} {}", o["outcome"], o["reason"]))
        .collect();
    let judged = outcomes.iter().any(|o| o.starts_with("\"pass") || o.starts_with("\"fail"));
    (case.code != "NET-01" && !judged).then(|| format!("the neighbour is not judged: {outcomes:?}"))
}

/// `RTMPSCOPE_RULE=CH-04` tries the cases of one rule only.
fn each_fires_once_and_its_neighbour_does_not(cases: &[Case]) {
    let only = std::env::var("RTMPSCOPE_RULE").unwrap_or_default();
    let mut problems = Vec::new();
    for case in cases.iter().filter(|case| case.code.starts_with(&only)) {
        if let Some(problem) = problem(case) {
            problems.push(format!("{} {:?}: {problem}", case.code, case.case));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn every_rule_has_a_case() {
    let report = check(&ready::publish_av(1).into(), &[]);
    let rules: BTreeSet<_> = list(&report, "rules").map(|r| r["code"].as_str().unwrap().to_owned()).collect();
    let tried: BTreeSet<_> = cases().iter().map(|case| case.code.to_owned()).collect();
    assert_eq!(rules, tried, "rules on the left, rules with cases on the right");
}

/// What all cases are made of is clean.
#[test]
fn ordinary_conversations_are_clean() {
    let mut found = Vec::new();
    for (name, talk) in [
        ("publish", ready::publish_av(5)),
        ("play", ready::play_av(5)),
        ("with", session_behind(Talk::new().handshake())),
    ] {
        for finding in list(&check(&talk.into(), &[]), "findings").filter(|f| f["severity"] != "info") {
            found.push(format!("{name}: {} {}", finding["code"], finding["message"]));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Random bytes for bodies that nobody reads.
#[allow(dead_code, reason = "cases may want it")]
pub fn random(seed: u64, n: usize) -> Vec<u8> {
    Rng::new(seed).bytes(n)
}

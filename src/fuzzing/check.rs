//! All rules over a hostile conversation or a hostile file: the report of a check, and its formats.
//!
//! ```text
//! how u8    bit 0: a capture file, else the messages of `conversation`; bit 1: the strict profile;
//!           bits 2, 3: the severity that fails; bit 4: room for few findings; bit 5: with a baseline of the same;
//!           bit 6: secrets are shown; bit 7: little is kept of a message
//! ```

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::OnceLock;

use serde_json::Value as Json;

use super::conversation;
use super::input::Input;
use super::output::{safe, without_colour};
use crate::analyze::Options;
use crate::base::limits::Limits;
use crate::capture::Capture;
use crate::check::{Profile, check_open};
use crate::report::Style;
use crate::report::baseline::Baseline;
use crate::report::check::paths::Root;
use crate::report::check::{CheckFormat, PacketPlaces};
use crate::report::model::{CheckReport, Finding, Outcome, RuleOutcome, Severity, Status};

/// Findings of a connection where there is room for few.
const FEW: usize = 3;

/// Checks the capture twice, and once more with a baseline.
pub(super) fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let how = input.u8();
    let capture = if how & 1 != 0 { input.rest().to_vec() } else { conversation::capture(input.rest()) };
    let mut limits = Limits { block_bytes: 256 << 10, ..Limits::default() };
    if how & 16 != 0 {
        limits.findings = FEW;
    }
    if how & 128 != 0 {
        limits.command_bytes = 64;
    }
    let options = Options { show_secrets: how & 64 != 0, limits, ..Options::default() };
    let profile = profile(how);
    let Some(report) = check(&capture, &options, &profile, None) else { return };
    let again = check(&capture, &options, &profile, None);
    assert!(again.is_some_and(|again| again == report), "two runs come to the same");
    holds(&report, &options.limits);
    if how & 32 != 0 {
        let known = Baseline::of(&report);
        let accepted = check(&capture, &options, &profile, Some(&known));
        assert!(accepted.is_some_and(|with| agrees(&report, &with, &options.limits)), "it is accepted");
    }
}

fn profile(how: u8) -> Profile {
    static PROFILES: OnceLock<[Profile; 2]> = OnceLock::new();
    let load = |name| Profile::load(name).unwrap_or_default();
    let [usual, strict] = PROFILES.get_or_init(|| ["default", "strict"].map(load));
    let profile = if how & 2 != 0 { strict } else { usual };
    profile.clone().fail_on(match how >> 2 & 3 {
        0 | 1 => Severity::Error,
        2 => Severity::Warning,
        _ => Severity::Info,
    })
}

fn check(
    bytes: &[u8],
    options: &Options,
    profile: &Profile,
    known: Option<&Baseline>,
) -> Option<CheckReport> {
    let capture = Capture::from_reader("input", Cursor::new(bytes.to_vec()), &options.limits).ok()?;
    Some(check_open(capture, options, profile, known))
}

/// The same findings with a baseline of them: none of a connection fails any more.
fn agrees(open: &CheckReport, with: &CheckReport, limits: &Limits) -> bool {
    holds(with, limits);
    let same = |(a, b): (&Finding, &Finding)| {
        b.accepted == a.severity.fails(open.fail_on) && Finding { accepted: false, ..b.clone() } == *a
    };
    open.findings.len() == with.findings.len()
        && open.findings.iter().zip(&with.findings).all(same)
        && with.summary.status != Status::Failed
        && with.baseline.as_ref().is_some_and(|baseline| baseline.stale.is_empty())
}

fn holds(report: &CheckReport, limits: &Limits) {
    let about = |id: Option<u32>| report.findings.iter().filter(move |finding| finding.connection == id);
    let ids: BTreeSet<_> = report.connections.iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), report.connections.len(), "each connection is there once");
    let mut codes = BTreeSet::new();
    outcomes_hold(&report.outcomes, about(None), report, &mut codes);
    for connection in &report.connections {
        let mut all = codes.clone();
        outcomes_hold(&connection.outcomes, about(Some(connection.id)), report, &mut all);
        assert_eq!(all.len(), report.rules.len(), "each rule has an outcome on #{}", connection.id);
        let found = about(Some(connection.id)).count();
        assert!(found <= limits.findings, "#{} has {found} findings", connection.id);
    }
    for finding in &report.findings {
        assert!(finding.connection.is_none_or(|id| ids.contains(&id)), "{finding:?}");
        finding_holds(finding, report.capture.packets);
    }
    let failing = report.findings.iter().any(|finding| is_failing(finding, report));
    let status = report.summary.status;
    assert_eq!(status == Status::Failed, failing, "{:?}", report.summary);
    assert!(
        failing || !report.connections.is_empty() || status == Status::NothingToCheck,
        "{:?}",
        report.summary
    );
    formats_agree(report);
}

fn is_failing(finding: &Finding, report: &CheckReport) -> bool {
    !finding.accepted && finding.severity >= report.fail_on
}

/// Each rule once; it fails where something was found that fails, and has a reason unless it passed.
fn outcomes_hold<'r>(
    outcomes: &'r [RuleOutcome],
    findings: impl Iterator<Item = &'r Finding>,
    report: &CheckReport,
    codes: &mut BTreeSet<&'r str>,
) {
    let (mut found, mut failing) = (BTreeSet::new(), BTreeSet::new());
    for finding in findings {
        found.insert(finding.code.as_str());
        if is_failing(finding, report) {
            failing.insert(finding.code.as_str());
        }
    }
    for it in outcomes {
        assert!(codes.insert(&it.code), "{} has one outcome", it.code);
        assert!(report.rules.iter().any(|rule| *rule.code == *it.code), "{} is a rule", it.code);
        assert_eq!(it.outcome == Outcome::Fail, failing.contains(&*it.code), "{it:?}");
        assert!(matches!(it.outcome, Outcome::Pass | Outcome::Fail) || !found.contains(&*it.code), "{it:?}");
        assert_eq!(it.reason.is_none(), it.outcome == Outcome::Pass, "{it:?}");
    }
    let unknown: Vec<_> = found.iter().filter(|code| !codes.contains(*code)).collect();
    assert!(unknown.is_empty(), "findings of rules without an outcome: {unknown:?}");
}

fn finding_holds(finding: &Finding, packets: u64) {
    let exists = |no: u64| (1..=packets).contains(&no);
    assert!(finding.packet.is_none_or(exists), "{finding:?}");
    assert!(finding.packets.iter().all(|no| exists(*no)), "{finding:?}");
    assert!(finding.evidence.iter().filter_map(|it| it.first_packet).all(exists), "{finding:?}");
    assert!(finding.stream_bytes.is_none_or(|[from, to]| from <= to), "{finding:?}");
    assert!(finding.occurrences >= finding.packets.len().max(1) as u64, "{finding:?}");
    assert!(!finding.message.is_empty() && finding.fingerprint.is_some(), "{finding:?}");
}

/// All formats tell of the same result, in text that is safe to show.
fn formats_agree(report: &CheckReport) {
    let root = Root::default();
    let write = |format: CheckFormat| {
        let mut out = Vec::new();
        let written = format.write(report, &PacketPlaces::new(), &mut out);
        assert!(written.is_ok(), "{format:?} cannot be written");
        out
    };
    let summary = &report.summary;
    let [plain, coloured] = [false, true].map(|color| {
        let style = Style { color, ..Style::default() };
        without_colour(&write(CheckFormat::Text { style, verbose: color }))
    });
    for text in [&plain, &coloured] {
        let result = safe(text.as_bytes()).lines().last().unwrap_or_default();
        let told = match summary.status {
            Status::Passed => "PASSED",
            Status::Failed => "FAILED",
            Status::NothingToCheck => "NOTHING TO CHECK",
        };
        assert!(result.to_uppercase().contains(told), "{result}: {summary:?}");
    }
    let json: Option<CheckReport> = serde_json::from_str(safe(&write(CheckFormat::Json))).ok();
    assert!(json.is_some_and(|json| json.summary == *summary), "the JSON reads back");
    let junit = write(CheckFormat::Junit(root.clone()));
    let count = |tag: &str| safe(&junit).matches(tag).count() as u64;
    assert_eq!(count("<failure"), summary.outcomes.fail, "a failure for each rule that failed");
    let nothing = summary.status == Status::NothingToCheck;
    assert_eq!(count("<error") > 0, nothing, "an error for nothing to check");
    sarif_agrees(report, &write(CheckFormat::Sarif(root.clone())));
    let github = write(CheckFormat::Github(root));
    let result = safe(&github).lines().last().unwrap_or_default().to_owned();
    let told = match summary.status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::NothingToCheck => "nothing to check",
    };
    assert!(result.starts_with(&format!("rtmpscope check: {told} ")), "{result}: {summary:?}");
}

fn sarif_agrees(report: &CheckReport, sarif: &[u8]) {
    let sarif: Json = serde_json::from_str(safe(sarif)).unwrap_or_default();
    let at = |path: &str| sarif.pointer(path).unwrap_or(&Json::Null);
    let done = report.summary.status != Status::NothingToCheck;
    assert_eq!(at("/runs/0/invocations/0/executionSuccessful"), done);
    let results = at("/runs/0/results").as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!(results.len(), report.findings.len(), "a result for each finding");
    for (finding, result) in report.findings.iter().zip(results) {
        assert_eq!(result.get("ruleId"), Some(&Json::from(finding.code.as_str())));
        let accepted = result.get("suppressions").and_then(Json::as_array).is_some_and(|all| !all.is_empty());
        assert_eq!(accepted, finding.accepted, "{result}");
    }
}

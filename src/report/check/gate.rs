//! The one gate: whether a capture passed, told once from the findings for all formats and for the exit code.

use std::collections::BTreeMap;

use crate::report::model::{
    ByOutcome, BySeverity, CheckReport, CheckedConnection, Outcome, RuleOutcome, Severity, Status, Transport,
};

/// Marks what failed, counts, and tells whether the capture passed. Findings that a baseline accepts count for nothing.
pub(crate) fn settle(report: &mut CheckReport) {
    let fail_on = report.fail_on;
    let open = || report.findings.iter().filter(|finding| !finding.accepted);
    let mut findings = BySeverity::default();
    for finding in open() {
        match finding.severity {
            Severity::Error => findings.error += 1,
            Severity::Warning => findings.warning += 1,
            Severity::Info => findings.info += 1,
        }
    }
    let failing: Vec<_> = open().filter(|finding| finding.severity.fails(fail_on)).collect();
    let mut failed = BTreeMap::new();
    for finding in &failing {
        failed.entry((finding.connection, finding.code.as_str())).or_insert(finding.message.as_str());
    }
    let mut outcomes = ByOutcome::default();
    let mut settle = |id: Option<u32>, rules: &mut Vec<RuleOutcome>| {
        for rule in rules {
            if let Some(first) = failed.get(&(id, &*rule.code)) {
                (rule.outcome, rule.reason) = (Outcome::Fail, Some((*first).into()));
            }
            match rule.outcome {
                Outcome::Pass => outcomes.pass += 1,
                Outcome::Fail => outcomes.fail += 1,
                Outcome::NotApplicable => outcomes.not_applicable += 1,
                Outcome::Inconclusive => outcomes.inconclusive += 1,
            }
        }
    };
    settle(None, &mut report.outcomes);
    report.connections.iter_mut().for_each(|it| settle(Some(it.id), &mut it.outcomes));
    let nothing_read = report.connections.iter().all(is_closed);
    let summary = &mut report.summary;
    summary.connections = u64::try_from(report.connections.len()).unwrap_or(u64::MAX);
    (summary.findings, summary.outcomes) = (findings, outcomes);
    summary.status = if !failing.is_empty() {
        Status::Failed
    } else if nothing_read {
        Status::NothingToCheck
    } else {
        Status::Passed
    };
}

/// Whether the RTMP of a connection is in TLS or a tunnel, and rules were to look at it: that none of them found anything
/// says nothing. One whose handshake is visible (RTMPE) is judged by that.
fn is_closed(connection: &CheckedConnection) -> bool {
    use Transport::{Rtmps, Rtmpt, Rtmpte, Rtmpts};
    matches!(connection.transport, Rtmps | Rtmpt | Rtmpte | Rtmpts)
        && connection.outcomes.iter().any(|it| it.outcome == Outcome::Inconclusive)
}

//! The one gate: whether a capture passed, told once from the findings for all formats and for the exit code.

use std::collections::BTreeMap;
use std::sync::Arc;

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
    let mut lists = Lists::default();
    let mut settle = |id: Option<u32>, list: &Arc<[RuleOutcome]>| {
        let of_it = failed.range((id, "")..).take_while(|((of, _), _)| *of == id);
        lists.settle(list, of_it.map(|((_, code), message)| (*code, *message)).collect())
    };
    report.outcomes = settle(None, &report.outcomes.as_slice().into()).to_vec();
    report.connections.iter_mut().for_each(|it| it.outcomes = settle(Some(it.id), &it.outcomes));
    let nothing_read = report.connections.iter().all(is_closed);
    let summary = &mut report.summary;
    summary.connections = u64::try_from(report.connections.len()).unwrap_or(u64::MAX);
    (summary.findings, summary.outcomes) = (findings, lists.outcomes);
    summary.status = if !failing.is_empty() {
        Status::Failed
    } else if nothing_read {
        Status::NothingToCheck
    } else {
        Status::Passed
    };
}

/// Lists of outcomes, each marked once for all connections that share it and fail alike.
#[derive(Default)]
struct Lists<'f> {
    settled: BTreeMap<(usize, Failing<'f>), Settled>,
    outcomes: ByOutcome,
}

/// The rules that failed, by their codes, each with the first of its findings.
type Failing<'f> = Vec<(&'f str, &'f str)>;

struct Settled {
    list: Arc<[RuleOutcome]>,
    outcomes: ByOutcome,
    /// What it was made of, by whose address it is found: kept, so that nothing else comes to be there.
    _from: Arc<[RuleOutcome]>,
}

impl<'f> Lists<'f> {
    /// The list with what failed marked in it; counted.
    fn settle(&mut self, list: &Arc<[RuleOutcome]>, failing: Failing<'f>) -> Arc<[RuleOutcome]> {
        let key = (Arc::as_ptr(list).addr(), failing);
        let settled = self.settled.entry(key).or_insert_with_key(|(_, failing)| Settled::of(list, failing));
        let (all, of_it) = (&mut self.outcomes, settled.outcomes);
        all.pass += of_it.pass;
        all.fail += of_it.fail;
        all.not_applicable += of_it.not_applicable;
        all.inconclusive += of_it.inconclusive;
        Arc::clone(&settled.list)
    }
}

impl Settled {
    fn of(from: &Arc<[RuleOutcome]>, failing: &Failing<'_>) -> Self {
        let mut outcomes = ByOutcome::default();
        let mark = |rule: &RuleOutcome| {
            let mut rule = rule.clone();
            if let Some((_, first)) = failing.iter().find(|(code, _)| **code == *rule.code) {
                (rule.outcome, rule.reason) = (Outcome::Fail, Some((*first).into()));
            }
            match rule.outcome {
                Outcome::Pass => outcomes.pass += 1,
                Outcome::Fail => outcomes.fail += 1,
                Outcome::NotApplicable => outcomes.not_applicable += 1,
                Outcome::Inconclusive => outcomes.inconclusive += 1,
            }
            rule
        };
        let list = from.iter().map(mark).collect();
        Self { list, outcomes, _from: Arc::clone(from) }
    }
}

/// Whether the RTMP of a connection is in TLS or a tunnel, and rules were to look at it: that none of them found anything
/// says nothing. One whose handshake is visible (RTMPE) is judged by that.
fn is_closed(connection: &CheckedConnection) -> bool {
    use Transport::{Rtmps, Rtmpt, Rtmpte, Rtmpts};
    matches!(connection.transport, Rtmps | Rtmpt | Rtmpte | Rtmpts)
        && connection.outcomes.iter().any(|it| it.outcome == Outcome::Inconclusive)
}

//! The work of `check`: analysis with rules, and the gate.

use super::options::{CheckTask, Options};
use crate::analyze::{self, judge};
use crate::report::check::{JudgedConnection, build, settle};
use crate::report::model::{CheckReport, Report};
use crate::rules::set::RuleSet;

/// Checks the captures; gives the report of the analysis too.
pub(super) fn check(
    options: &Options,
    task: &CheckTask,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(CheckReport, Report), analyze::Error> {
    let set = RuleSet::new(&task.profile);
    let (report, judged) = judge(&options.captures, &options.analysis, progress, &set)?;
    let judged = judged.iter().map(|judged| JudgedConnection {
        id: judged.id,
        findings: &judged.findings,
        omitted: judged.omitted,
        outcomes: &judged.outcomes,
    });
    let mut check = build(&report, judged, &set, &task.profile.name);
    check.fail_on = task.fail_on;
    settle(&mut check);
    Ok((check, report))
}

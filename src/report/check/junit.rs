//! A check as JUnit XML: a suite for the capture and one for each connection, a case for each rule.
//!
//! Names of suites and cases stay the same from run to run, so that dashboards can follow them: addresses and ports are
//! properties. Times are those of the capture. What XML cannot hold, or a terminal would obey, is escaped before.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::paths::{Named, Root};
use super::words;
use crate::base::text::is_unsafe;
use crate::report::model::{CheckReport, CheckedConnection, Finding, Outcome, RuleOutcome};

/// Writes the report.
pub(super) fn write(report: &CheckReport, root: &Root, out: &mut dyn Write) -> io::Result<()> {
    let mut of: BTreeMap<Of<'_>, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| !finding.accepted) {
        of.entry((finding.connection, &finding.code)).or_default().push(finding);
    }
    let writer = Writer {
        report,
        names: report.rules.iter().map(|rule| (rule.code.as_str(), rule.name.as_str())).collect(),
        of,
        capture: class(report, root),
    };
    let (begin, end) = writer.frame()?;
    out.write_all(begin.as_bytes())?;
    let connections = report.connections.iter().map(|connection| writer.connection(connection));
    for suite in std::iter::once(writer.capture()).chain(connections) {
        // One at a time: with many connections, all of them would take far more memory than their text.
        let mut one = Report::unnamed();
        one.add_test_suite(suite);
        let text = one.to_string().map_err(io::Error::other)?;
        let (_, suite, _) = parts(&text);
        out.write_all(suite.as_bytes())?;
    }
    out.write_all(end.as_bytes())
}

/// A report in XML: up to the end of its opening tag, its suites, and its closing tag.
fn parts(xml: &str) -> (&str, &str, &str) {
    let begin = xml.find("<testsuites").and_then(|at| Some(at + xml.get(at..)?.find('>')? + 1));
    let (begin, rest) = xml.split_at_checked(begin.unwrap_or_default()).unwrap_or((xml, ""));
    let end = rest.rfind("\n</testsuites>").unwrap_or(rest.len());
    let (suites, end) = rest.split_at_checked(end).unwrap_or((rest, ""));
    (begin, suites, end)
}

/// Connection and code.
type Of<'r> = (Option<u32>, &'r str);

struct Writer<'r> {
    report: &'r CheckReport,
    /// Of rules, by code.
    names: BTreeMap<&'r str, &'r str>,
    of: BTreeMap<Of<'r>, Vec<&'r Finding>>,
    /// The capture, as the first part of class names.
    capture: String,
}

impl Writer<'_> {
    /// What stands around the suites, with the counts of all.
    fn frame(&self) -> io::Result<(String, String)> {
        let of = self.report.summary.outcomes;
        let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let nothing = usize::from(words::nothing(self.report).is_some());
        let mut junit = Report::new("rtmpscope check");
        junit.tests = count(of.pass + of.fail + of.not_applicable + of.inconclusive) + nothing;
        junit.failures = count(of.fail);
        junit.errors = nothing;
        junit.skipped = count(of.not_applicable + of.inconclusive);
        let text = junit.to_string().map_err(io::Error::other)?;
        let (begin, _, end) = parts(&text);
        Ok((begin.to_owned(), end.to_owned()))
    }

    fn capture(&self) -> TestSuite {
        let CheckReport { capture, profile, fail_on, baseline, findings_omitted, .. } = self.report;
        let mut suite = TestSuite::new("capture");
        let files: Vec<_> = capture.inputs.iter().map(|input| input.path.as_str()).collect();
        suite.add_properties([
            property("files", &files.join(", ")),
            property("profile", profile),
            property("fail_on", fail_on.name()),
            property("findings_omitted", &findings_omitted.to_string()),
        ]);
        if let Some(baseline) = baseline {
            suite.add_property(property("baseline_accepted", &baseline.accepted.to_string()));
            suite.add_property(property("baseline_stale", &baseline.stale.len().to_string()));
        }
        suite.time = capture.duration_s.and_then(|s| Duration::try_from_secs_f64(s).ok());
        let class = format!("{}.capture", self.capture);
        for it in &self.report.outcomes {
            suite.add_test_case(self.case(it, None, &class));
        }
        if let Some(why) = words::nothing(self.report) {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(why).set_type("nothing-to-check");
            let mut case = TestCase::new("RTMP was found", status);
            case.set_classname(class);
            suite.add_test_case(case);
        }
        suite
    }

    fn connection(&self, connection: &CheckedConnection) -> TestSuite {
        let mut suite = TestSuite::new(format!("connection {}", connection.id));
        suite.add_properties([
            property("client", &connection.client),
            property("server", &connection.server),
            property("transport", connection.transport.name()),
            property("verdict", &connection.verdict),
        ]);
        suite.time = Duration::try_from_secs_f64(connection.end_s - connection.start_s).ok();
        let class = format!("{}.connection {}", self.capture, connection.id);
        for it in &*connection.outcomes {
            suite.add_test_case(self.case(it, Some(connection.id), &class));
        }
        suite
    }

    /// A rule, with what it found.
    fn case(&self, it: &RuleOutcome, connection: Option<u32>, class: &str) -> TestCase {
        let findings = self.of.get(&(connection, &*it.code)).map_or(&[][..], Vec::as_slice);
        let (failing, other): (Vec<_>, Vec<_>) = findings
            .iter()
            .copied()
            .partition(|finding| it.outcome == Outcome::Fail && finding.severity.fails(self.report.fail_on));
        let reason = it.reason.as_deref().unwrap_or_default();
        let status = match it.outcome {
            Outcome::Pass => TestCaseStatus::success(),
            Outcome::Fail => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(clean(reason)).set_type(clean(&it.code)).set_description(blocks(&failing));
                status
            }
            Outcome::NotApplicable | Outcome::Inconclusive => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(clean(&format!("{}: {reason}", it.outcome.name())));
                status
            }
        };
        let name = self.names.get(&*it.code).copied().unwrap_or_default();
        let mut case = TestCase::new(clean(&format!("{} {name}", it.code)), status);
        case.set_classname(clean(class));
        if !other.is_empty() {
            case.set_system_out(blocks(&other));
        }
        case
    }
}

/// Findings with their details.
fn blocks(findings: &[&Finding]) -> String {
    let block = |finding: &&Finding| {
        let lines = std::iter::once(words::headline(finding)).chain(words::lines(finding));
        lines.map(|line| clean(&line)).collect::<Vec<_>>().join("\n")
    };
    findings.iter().map(block).collect::<Vec<_>>().join("\n\n")
}

/// The first file, without dots, which would part it.
fn class(report: &CheckReport, root: &Root) -> String {
    let first = report.capture.inputs.first().filter(|input| input.path != "-");
    let name = first.map(|input| root.name(&input.path));
    name.as_ref().map_or("stdin", Named::shown).replace('.', "_")
}

fn property(name: &str, value: &str) -> Property {
    Property::new(name, clean(value))
}

/// One line of characters that XML can hold.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) || matches!(c, '\u{FFFE}' | '\u{FFFF}') {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

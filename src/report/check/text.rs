//! A check for people: each finding with its evidence and what to do, then the result.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::words;
use crate::report::Style;
use crate::report::model::{CheckReport, CheckedConnection, Finding, Outcome, RuleOutcome, Severity, Status};
use crate::report::page::{Page, Tone, count, plural};

/// Connections without findings that are shown.
const MOST_CLEAN: usize = 20;
/// Codes named in the last line.
const MOST_CODES: usize = 20;

/// Writes the report; if `verbose`, with what each rule came to.
pub(super) fn write(
    report: &CheckReport,
    style: Style,
    verbose: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(out, style);
    let names = Names::of(report);
    let about_capture = || open(report).filter(|finding| finding.connection.is_none());
    if about_capture().next().is_some() || (verbose && !report.outcomes.is_empty()) {
        page.heading("capture")?;
        about_capture().try_for_each(|finding| block(finding, &mut page))?;
        if verbose {
            outcomes(&report.outcomes, &names, &mut page)?;
        }
        page.line("")?;
    }
    let mut of: BTreeMap<u32, Vec<&Finding>> = BTreeMap::new();
    for finding in open(report) {
        if let Some(id) = finding.connection {
            of.entry(id).or_default().push(finding);
        }
    }
    let mut clean = 0;
    for connection in &report.connections {
        let findings = of.get(&connection.id).map_or(&[][..], Vec::as_slice);
        clean += usize::from(findings.is_empty());
        if !findings.is_empty() || verbose || clean <= MOST_CLEAN {
            about(connection, findings, &mut page)?;
            if verbose {
                outcomes(&connection.outcomes, &names, &mut page)?;
            }
            page.line("")?;
        }
    }
    if clean > MOST_CLEAN && !verbose {
        page.line(&format!("{} more connections without findings", clean - MOST_CLEAN))?;
        page.line("")?;
    }
    summary(report, &mut page)
}

/// The findings that no baseline accepts.
fn open(report: &CheckReport) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| !finding.accepted)
}

fn about(connection: &CheckedConnection, findings: &[&Finding], page: &mut Page<'_>) -> io::Result<()> {
    let CheckedConnection { id, client, server, .. } = connection;
    page.heading(&format!("#{id} {client} → {server} {}", connection.transport.name()))?;
    page.line(&connection.verdict)?;
    findings.iter().try_for_each(|finding| block(finding, page))
}

fn block(finding: &Finding, page: &mut Page<'_>) -> io::Result<()> {
    page.line("")?;
    page.toned(tone(finding.severity), &words::headline(finding))?;
    words::lines(finding).try_for_each(|line| page.line(&format!("  {line}")))
}

const fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Error,
        Severity::Warning => Tone::Warning,
        Severity::Info => Tone::Plain,
    }
}

/// The names of rules by their codes.
struct Names<'r>(BTreeMap<&'r str, &'r str>);

impl<'r> Names<'r> {
    fn of(report: &'r CheckReport) -> Self {
        Self(report.rules.iter().map(|rule| (rule.code.as_str(), rule.name.as_str())).collect())
    }
}

fn outcomes(outcomes: &[RuleOutcome], names: &Names<'_>, page: &mut Page<'_>) -> io::Result<()> {
    for (n, it) in outcomes.iter().enumerate() {
        if n == 0 {
            page.line("")?;
        }
        let name = names.0.get(&*it.code).copied().unwrap_or_default();
        let reason = it.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let line = format!("  {:<14} {} {name}{reason}", it.outcome.name(), it.code);
        page.toned(if it.outcome == Outcome::Fail { Tone::Error } else { Tone::Plain }, &line)?;
    }
    Ok(())
}

fn summary(report: &CheckReport, page: &mut Page<'_>) -> io::Result<()> {
    let found = &report.summary.findings;
    let mut line = format!(
        "findings: {}, {}, {} info",
        plural(found.error, "error"),
        plural(found.warning, "warning"),
        count(found.info)
    );
    let accepted = report.findings.iter().filter(|finding| finding.accepted).count();
    if accepted > 0 || report.baseline.is_some() {
        let _ = write!(line, "; {accepted} accepted by the baseline");
    }
    page.line(&line)?;
    if report.findings_omitted > 0 {
        let omitted = plural(report.findings_omitted, "more finding");
        page.toned(Tone::Warning, &format!("not shown: {omitted}, beyond --limit findings"))?;
    }
    stale(report, page)?;
    rules(report, page)?;
    page.line("")?;
    result(report, page)
}

fn stale(report: &CheckReport, page: &mut Page<'_>) -> io::Result<()> {
    let stale = report.baseline.as_ref().map_or(&[][..], |baseline| baseline.stale.as_slice());
    if stale.is_empty() {
        return Ok(());
    }
    page.toned(Tone::Warning, "no longer found, delete from the baseline:")?;
    for entry in stale {
        let case = entry.case.as_deref().map(|case| format!(" {case}")).unwrap_or_default();
        let message = entry.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default();
        page.line(&format!("    {}{case} {}{message}", entry.code, entry.fingerprint))?;
    }
    Ok(())
}

fn rules(report: &CheckReport, page: &mut Page<'_>) -> io::Result<()> {
    let of = &report.summary.outcomes;
    let rules = u64::try_from(report.rules.len()).unwrap_or(u64::MAX);
    page.line(&format!(
        "{} on {}: {} passed, {} failed, {} not applicable, {} inconclusive",
        plural(rules, "rule"),
        plural(report.summary.connections, "connection"),
        count(of.pass),
        count(of.fail),
        count(of.not_applicable),
        count(of.inconclusive),
    ))?;
    let mut why: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for connection in &report.connections {
        let mut here: BTreeMap<&str, u64> = BTreeMap::new();
        for it in connection.outcomes.iter().filter(|it| it.outcome == Outcome::Inconclusive) {
            *here.entry(it.reason.as_deref().unwrap_or_default()).or_default() += 1;
        }
        for (reason, n) in here {
            let (rules, connections) = why.entry(reason).or_default();
            (*rules, *connections) = (*rules + n, *connections + 1);
        }
    }
    let mut why: Vec<_> = why.into_iter().collect();
    why.sort_by_key(|(reason, (n, _))| (std::cmp::Reverse(*n), *reason));
    for (reason, (n, connections)) in why {
        let on = if report.connections.len() > 1 {
            format!(" (on {})", plural(connections, "connection"))
        } else {
            String::new()
        };
        page.line(&format!("    {} inconclusive: {reason}{on}", count(n)))?;
    }
    Ok(())
}

fn result(report: &CheckReport, page: &mut Page<'_>) -> io::Result<()> {
    let (profile, fail_on) = (&report.profile, report.fail_on.name());
    let held = format!("profile {profile}, fails on {fail_on}");
    match report.summary.status {
        Status::Passed => page.heading(&format!("passed ({held})")),
        Status::NothingToCheck => {
            let why = words::nothing(report).unwrap_or_default();
            page.toned(Tone::Warning, &format!("nothing to check: {why} ({held})"))
        }
        Status::Failed => {
            let mut codes: Vec<String> = Vec::new();
            for finding in open(report).filter(|finding| finding.severity.fails(report.fail_on)) {
                let title = words::title(finding);
                if !codes.contains(&title) {
                    codes.push(title);
                }
            }
            let more = codes.len().saturating_sub(MOST_CODES);
            codes.truncate(MOST_CODES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            page.toned(Tone::Error, &format!("failed by {}{more} ({held})", codes.join(", ")))
        }
    }
}

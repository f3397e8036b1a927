//! A check as workflow commands of GitHub: annotations of the capture file.
//!
//! GitHub shows ten annotations of each kind in a step and drops the rest unseen; so the last one says how many more
//! there are. Its escapes are those of the toolkit's `core.error`: `%`, CR and LF everywhere, `:` and `,` in properties
//! too. Everything else about a capture was made printable before.

use std::io::{self, Write};

use super::paths::{self, Root};
use super::words;
use crate::base::text::Printable;
use crate::report::model::{CheckReport, Finding, Severity, Status};
use crate::report::page::{count, plural};

/// Annotations of each kind.
const MOST: usize = 10;
/// Characters of a line.
const MAX_TEXT: usize = 1000;

/// Writes the report.
pub(super) fn write(report: &CheckReport, root: &Root, out: &mut dyn Write) -> io::Result<()> {
    let open: Vec<_> = report.findings.iter().filter(|finding| !finding.accepted).collect();
    let of = |severity| open.iter().filter(move |finding| finding.severity == severity);
    let kinds = [Severity::Error, Severity::Warning, Severity::Info];
    let crowded = report.findings_omitted > 0 || kinds.iter().any(|kind| of(*kind).count() > MOST);
    let mut more = [0_usize; 3];
    for (kind, more) in kinds.into_iter().zip(&mut more) {
        // The roll-up is a notice itself.
        let most = if crowded && kind == Severity::Info { MOST - 1 } else { MOST };
        of(kind).take(most).try_for_each(|finding| annotation(report, finding, root, out))?;
        *more = of(kind).count().saturating_sub(most);
    }
    if crowded {
        let [error, warning, info] = more.map(|n| u64::try_from(n).unwrap_or(u64::MAX));
        let mut parts = vec![plural(error, "more error"), plural(warning, "more warning"), {
            format!("{} more info", count(info))
        }];
        if report.findings_omitted > 0 {
            parts.push(format!("{} beyond --limit findings", count(report.findings_omitted)));
        }
        let text = format!("{}; --format text lists all", parts.join(", "));
        command("notice", None, "rtmpscope: not shown as annotations", &text, out)?;
    }
    if let Some(text) = words::nothing(report) {
        command("error", None, "rtmpscope: nothing to check", text, out)?;
    }
    closing(report, out)
}

fn annotation(report: &CheckReport, finding: &Finding, root: &Root, out: &mut dyn Write) -> io::Result<()> {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut lines = vec![finding.message.clone()];
    let about = finding.connection.and_then(|id| report.connections.iter().find(|it| it.id == id));
    lines.extend(about.map(|it| format!("connection: #{} {} → {}", it.id, it.client, it.server)));
    lines.extend(words::lines(finding));
    let lines: Vec<_> = lines.iter().map(|line| Printable::new(line, MAX_TEXT).to_string()).collect();
    let input = paths::input_of(&report.capture, finding.packet).filter(|(_, input)| input.path != "-");
    let file = input.map(|(_, input)| root.name(&input.path));
    let file = file.as_ref().map(paths::Named::shown);
    command(kind, file, &words::title(finding), &lines.join("\n"), out)
}

fn command(kind: &str, file: Option<&str>, title: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "::{kind} ")?;
    if let Some(file) = file {
        write!(out, "file={},", property(file))?;
    }
    writeln!(out, "title={}::{}", property(title), data(text))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    let text = Printable::new(text, MAX_TEXT).to_string();
    data(&text).replace(':', "%3A").replace(',', "%2C")
}

/// The result, in a line that is no command.
fn closing(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    let summary = &report.summary;
    let result = match summary.status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::NothingToCheck => "nothing to check",
    };
    write!(
        out,
        "rtmpscope check: {result} (profile {}, fails on {}): {}, {}, {} info on {}",
        Printable::new(&report.profile, MAX_TEXT),
        report.fail_on.name(),
        plural(summary.findings.error, "error"),
        plural(summary.findings.warning, "warning"),
        count(summary.findings.info),
        plural(summary.connections, "connection"),
    )?;
    if let Some(baseline) = &report.baseline {
        let stale = u64::try_from(baseline.stale.len()).unwrap_or(u64::MAX);
        write!(out, "; baseline: {} accepted, {} no longer found", count(baseline.accepted), count(stale))?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::Input;

    fn finding(severity: Severity, message: &str) -> Finding {
        let finding = serde_json::json!({
            "code": "CH-04", "name": "a-name", "severity": severity, "packet": 3, "message": message, "occurrences": 1,
        });
        serde_json::from_value(finding).unwrap()
    }

    fn written(findings: Vec<Finding>, path: &str) -> String {
        let mut report = CheckReport { findings, ..CheckReport::default() };
        report.capture.inputs =
            vec![Input { path: path.to_owned(), first_packet: Some(1), packets: 9, ..Input::default() }];
        let mut out = Vec::new();
        write(&report, &Root::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_has_a_meaning_is_escaped() {
        let text =
            written(vec![finding(Severity::Error, "100%: a,b\r\n::error::x\u{1b}[2J")], "a:b,c%\n.pcap");
        let first = text.lines().next().unwrap();
        assert_eq!(
            first,
            "::error file=a%3Ab%2Cc%25\\n.pcap,title=CH-04 a-name::\
             100%25: a,b\\r\\n::error::x\\u{1b}[2J%0Awhere: packet 3"
        );
    }

    #[test]
    fn ten_of_each_kind_and_a_word_on_the_rest() {
        let mut findings = Vec::new();
        for severity in [Severity::Info, Severity::Warning, Severity::Error] {
            findings.extend((0..12).map(|n| finding(severity, &format!("number {n}"))));
        }
        let text = written(findings, "a.pcap");
        let of = |kind: &str| text.lines().filter(|line| line.starts_with(&format!("::{kind} "))).count();
        // Nothing was settled: there is one error more for a capture with nothing to check.
        assert_eq!((of("error"), of("warning"), of("notice")), (11, 10, 10));
        assert!(text.contains("::2 more errors, 2 more warnings, 3 more info; --format text"), "{text}");
        let ten = (0..10).map(|n| finding(Severity::Warning, &format!("number {n}"))).collect();
        assert!(!written(ten, "a.pcap").contains("more"));
    }
}

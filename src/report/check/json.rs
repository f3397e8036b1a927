//! A check as one JSON object.

use std::io::{self, Write};

use crate::report::json::pretty;
use crate::report::model::CheckReport;

/// Writes the report.
pub(super) fn write(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    pretty(report, out)
}

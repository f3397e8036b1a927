//! The report as JSON: one object, or one connection a line.

use std::io::{self, Write};

use serde::Serialize;

use super::model::{Finding, Report};
use super::safe_json;

/// The whole report, indented.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    pretty(report, out)
}

/// Any value, indented.
pub(super) fn pretty<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    safe_json::write_pretty(value, out)?;
    out.write_all(b"\n")
}

/// One connection a line, each with the findings about it; what is about the capture alone is left out.
pub(super) fn write_lines(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for connection in &report.connections {
        if connection.findings.is_empty()
            && report.findings.iter().any(|f| f.connection == Some(connection.id))
        {
            let about = |f: &&Finding| f.connection == Some(connection.id);
            let mut connection = connection.clone();
            connection.findings = report.findings.iter().filter(about).cloned().collect();
            line(&connection, out)?;
        } else {
            line(connection, out)?;
        }
    }
    Ok(())
}

/// Any value, on a line of its own.
pub(super) fn line<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    safe_json::write(value, out)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_sample_goes_through_unchanged() {
        let mut out = Vec::new();
        write(&sample::report(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), sample::JSON);
    }

    #[test]
    fn lines_carry_the_findings_of_their_connection() {
        let mut out = Vec::new();
        write_lines(&sample::report(), &mut out).unwrap();
        let lines: Vec<serde_json::Value> =
            String::from_utf8(out).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["findings"][0]["code"], "CH-04");
        assert_eq!(lines[1]["id"], 2);
    }
}

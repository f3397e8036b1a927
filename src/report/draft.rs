//! A report in the making: all is known of it, and the entries of its connections are made as they are asked for.
//!
//! Takes what is about the whole capture, and the entries one by one; gives a [`Report`], or writes it. For JSON no more
//! than one entry is held at a time.

use std::cell::RefCell;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::model::{Capture, Connection, Finding, Generator, Report, SCHEMA_VERSION};
use super::summary::Sums;
use super::{Format, json};

/// Entries of connections, in order of their numbers.
pub(crate) type Entries<'e> = Box<dyn Iterator<Item = Box<Connection>> + 'e>;

/// A report in the making.
pub(crate) struct Draft<'e> {
    pub(crate) capture: Capture,
    /// Findings about the capture as a whole.
    pub(crate) findings: Vec<Finding>,
    pub(crate) connections: Entries<'e>,
}

/// What is left of a report when it is written.
pub(crate) struct Written {
    pub(crate) capture: Capture,
    /// Whether it listed a connection.
    pub(crate) any: bool,
}

impl Draft<'_> {
    /// The whole report.
    pub(crate) fn report(self) -> Report {
        let Self { capture, findings, connections } = self;
        let mut sums = Sums::default();
        let counted = connections.map(|entry| {
            sums.add(&entry);
            *entry
        });
        let connections = counted.collect();
        let summary = sums.summary(&findings);
        Report { capture, connections, findings, summary, ..Report::default() }
    }

    /// Writes the report.
    ///
    /// # Errors
    /// Those of `out`.
    pub(crate) fn write(self, format: Format, out: &mut dyn Write) -> io::Result<Written> {
        let mut any = false;
        match format {
            Format::Json => {
                let sums = RefCell::new(Sums::default());
                let entries: Entries<'_> =
                    Box::new(self.connections.inspect(|entry| sums.borrow_mut().add(entry)));
                let passing = Passing {
                    schema_version: SCHEMA_VERSION,
                    generator: Generator::default(),
                    capture: &self.capture,
                    connections: Each(RefCell::new(entries)),
                    findings: &self.findings,
                    summary: Summed { sums: &sums, findings: &self.findings },
                };
                json::pretty(&passing, out)?;
                any = sums.borrow().connections() > 0;
            }
            Format::Ndjson => {
                for entry in self.connections {
                    json::line(&entry, out)?;
                    any = true;
                }
            }
            Format::Table(_) => {
                let report = self.report();
                format.write(&report, out)?;
                return Ok(Written { any: !report.connections.is_empty(), capture: report.capture });
            }
        }
        Ok(Written { capture: self.capture, any })
    }
}

/// A report whose entries are made while it is written; the fields are those of [`Report`].
#[derive(Serialize)]
struct Passing<'p> {
    schema_version: u32,
    generator: Generator,
    capture: &'p Capture,
    connections: Each<'p>,
    findings: &'p [Finding],
    summary: Summed<'p>,
}

/// Entries on their way.
struct Each<'p>(RefCell<Entries<'p>>);

impl Serialize for Each<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&mut *self.0.borrow_mut())
    }
}

/// The summary, to be written when all entries have passed.
struct Summed<'p> {
    sums: &'p RefCell<Sums>,
    findings: &'p [Finding],
}

impl Serialize for Summed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.sums.borrow().summary(self.findings).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Style, sample};

    /// A report as it is made anew of its parts; without findings about one connection, which no analysis puts there.
    fn draft() -> Draft<'static> {
        let Report { capture, connections, mut findings, .. } = sample::report();
        for finding in &mut findings {
            finding.connection = None;
        }
        Draft { capture, findings, connections: Box::new(connections.into_iter().map(Box::new)) }
    }

    #[test]
    fn what_is_written_on_the_way_is_what_the_whole_report_says() {
        let none = || Draft { connections: Box::new(std::iter::empty()), ..draft() };
        for (draft, any) in [(draft as fn() -> Draft<'static>, true), (none, false)] {
            for format in [Format::Json, Format::Ndjson, Format::Table(Style::default())] {
                let (mut whole, mut passing) = (Vec::new(), Vec::new());
                format.write(&draft().report(), &mut whole).unwrap();
                assert_eq!(draft().write(format, &mut passing).unwrap().any, any);
                assert_eq!(String::from_utf8(passing).unwrap(), String::from_utf8(whole).unwrap());
            }
        }
    }
}

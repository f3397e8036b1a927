//! What was found, as plain data, and the formats it is written in.
//!
//! Takes events (for the timeline) and the filled-in [`model::Report`]; gives text to a `Write`. [`model`] is the
//! data, [`mask`] keeps secrets inside, the other modules are one writer each. No writer decides anything: what is
//! shown is in the model.

pub(crate) mod baseline;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod collect;
pub(crate) mod draft;
pub(crate) mod expect;
pub(crate) mod findings;
mod in_band;
mod json;
mod loss;
pub(crate) mod mask;
pub mod model;
mod page;
mod reached;
pub(crate) mod rfc3339;
pub(crate) mod rules;
mod safe_json;
#[cfg(test)]
mod sample;
pub(crate) mod schema;
pub(crate) mod summary;
mod table;
pub(crate) mod timeline;
mod verdict;
pub(crate) mod weight;

use std::io::{self, Write};

use self::model::Report;

/// The formats of a report.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: tables of text.
    Table(Style),
    /// For programs: one JSON object.
    Json,
    /// For programs: one JSON object a line, a connection each.
    Ndjson,
}

/// How text looks.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns to fill at most.
    pub width: u16,
    /// Whether to use terminal colours.
    pub color: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 100, color: false }
    }
}

impl Format {
    /// Writes the report.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Table(style) => table::write(report, style, out),
            Self::Json => json::write(report, out),
            Self::Ndjson => json::write_lines(report, out),
        }
    }
}

//! The work of `rules` and `rule`.

use std::io::Write;

use super::args::{Color, ListFormat, Rules};
use super::options::style;
use super::run::{ExitStatus, Failure, Terminal, to_stdout};
use crate::report::rules::{chosen, find, groups, known, write_json, write_one, write_table};
use crate::rules::nearest::hint;

/// Lists the rules.
pub(super) fn list(args: &Rules, out: &mut dyn Write, terminal: &Terminal) -> Result<ExitStatus, Failure> {
    let rules = chosen(&args.prefixes)
        .map_err(|prefix| unknown(&format!("no rule's code begins with '{prefix}'"), &prefix, groups()))?;
    to_stdout(match args.format {
        ListFormat::Text => write_table(&rules, style(args.color, terminal), out),
        ListFormat::Json => write_json(&rules, out),
    })
}

/// Explains a rule.
pub(super) fn explain(
    wanted: &str,
    color: Color,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<ExitStatus, Failure> {
    match find(wanted) {
        Some(rule) => to_stdout(write_one(rule, style(color, terminal), out)),
        None => Err(unknown(&format!("no rule '{wanted}'"), wanted, known())),
    }
}

/// An error with the name that was perhaps meant.
fn unknown(message: &str, wrong: &str, known: impl Iterator<Item = &'static str>) -> Failure {
    Failure::Usage(match hint(wrong, known) {
        hint if hint.is_empty() => format!("{message}; 'rtmpscope rules' lists all"),
        hint => format!("{message}{hint}"),
    })
}

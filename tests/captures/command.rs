//! Runs the command on a capture.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::corpus::Case;
use crate::judge::Verdicts;

/// What the command said about one capture.
pub(crate) struct Run {
    pub report: Value,
    pub timeline: Vec<Value>,
}

impl Run {
    /// The report's connection with this client address, if it has one.
    pub(crate) fn connection(&self, client: &str) -> Option<&Value> {
        self.connections().iter().find(|connection| connection["client"] == client)
    }

    /// All connections of the report.
    pub(crate) fn connections(&self) -> &[Value] {
        self.report["connections"].as_array().map_or(&[], Vec::as_slice)
    }
}

/// Runs `analyze` and `timeline`; `None` when one of them failed.
pub(crate) fn run(case: &Case, verdicts: &mut Verdicts) -> Option<Run> {
    let report = output(case, &["analyze", "--format", "json"], verdicts)?;
    let lines = output(case, &["timeline", "--format", "ndjson"], verdicts)?;
    let report = parse(case, "the report", &report, verdicts)?;
    let timeline = lines
        .lines()
        .map(|line| parse(case, "a line of the timeline", line, verdicts))
        .collect::<Option<Vec<_>>>()?;
    Some(Run { report, timeline })
}

/// The standard output of one run that must succeed.
fn output(case: &Case, args: &[&str], verdicts: &mut Verdicts) -> Option<String> {
    let done = execute(args, &case.capture);
    let text = String::from_utf8(done.stdout);
    verdicts.must(case, done.status.success() && text.is_ok(), || {
        format!("{args:?} ended with {}: {}", done.status, String::from_utf8_lossy(&done.stderr))
    });
    text.ok().filter(|_| done.status.success())
}

/// Runs the command once.
fn execute(args: &[&str], capture: &Path) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_rtmpscope")).args(args).arg(capture).output().unwrap()
}

/// Parses one JSON text.
fn parse(case: &Case, what: &str, text: &str, verdicts: &mut Verdicts) -> Option<Value> {
    let parsed = serde_json::from_str(text);
    verdicts.must(case, parsed.is_ok(), || format!("{what} is not JSON: {text}"));
    parsed.ok()
}

//! What a profile expects of the figures of a report.
//!
//! A metric is a path into a connection's entry: names with dots between, `[*]` for all entries of a list or `[0]` for one;
//! with `capture.` or `summary.` in front it is a path into the report. Paths are held against the report's schema before
//! anything is read, so that a mistake is no expectation that always holds.

mod path;

use serde_json::Value;

pub(crate) use self::path::{Path, PathError};
use super::model::{CheckReport, CheckedRule, Finding, Outcome, Report, RuleOutcome};
use crate::rules::profile::{Asked, Expectation};
use crate::session::event::StreamRole;

/// An expectation with its path.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    expectation: Expectation,
    path: Path,
}

/// The expectations of a profile, if all their paths lead somewhere.
///
/// # Errors
/// A path that the report does not have.
pub(crate) fn resolve(expectations: &[Expectation]) -> Result<Vec<Expected>, PathError> {
    let resolved = |expectation: &Expectation| {
        Ok(Expected { expectation: expectation.clone(), path: Path::parse(expectation)? })
    };
    expectations.iter().map(resolved).collect()
}

/// Holds the figures of a report against what is expected: adds findings and outcomes.
pub(crate) fn check(expected: &[Expected], report: &Report, check: &mut CheckReport) {
    for one in expected {
        let it = &one.expectation;
        check.rules.push(entry(it));
        if one.path.of_report {
            let value = serde_json::to_value(report).unwrap_or_default();
            let outcome = one.judge(&value, None, check);
            check.outcomes.push(outcome);
        }
    }
    let of_connections: Vec<_> = expected.iter().filter(|one| !one.path.of_report).collect();
    if of_connections.is_empty() {
        return;
    }
    for (index, connection) in report.connections.iter().enumerate() {
        let value = serde_json::to_value(connection).unwrap_or_default();
        for one in &of_connections {
            let outcome = one.judge(&value, Some(connection.id), check);
            if let Some(checked) = check.connections.get_mut(index) {
                checked.outcomes = checked.outcomes.iter().cloned().chain([outcome]).collect();
            }
        }
    }
}

fn entry(it: &Expectation) -> CheckedRule {
    CheckedRule {
        code: it.code(),
        name: it.name.clone(),
        severity: it.severity.into(),
        about: format!("Expects {} to be {}.", it.metric, it.bound),
        spec: spec(it),
        help: help(it),
    }
}

fn spec(it: &Expectation) -> String {
    it.source.clone().unwrap_or_else(|| "profile".to_owned())
}

fn help(it: &Expectation) -> String {
    it.help.clone().unwrap_or_else(|| "change what is sent, or the expectation in the profile".to_owned())
}

impl Expected {
    /// Holds one connection, or the report, against it.
    fn judge(&self, value: &Value, connection: Option<u32>, check: &mut CheckReport) -> RuleOutcome {
        let it = &self.expectation;
        let role = it.role.map(StreamRole::name);
        let found = self.path.find(value, role);
        let there = || found.iter().filter_map(|(path, value)| Some((path, value.as_ref()?)));
        let wrong: Vec<_> = there().filter(|(_, value)| !holds(it, value)).collect();
        let missing: Vec<_> = found.iter().filter(|(_, value)| it.required && value.is_none()).collect();
        if let Some((path, value)) = wrong.first() {
            let message = format!("{path} is {}, and {} is expected", shown(value), it.bound);
            check.findings.push(self.finding(connection, message, Some(shown(value)), wrong.len()));
        } else if let Some((path, _)) = missing.first() {
            let message = format!("there is no {path}, and {} is expected", it.bound);
            check.findings.push(self.finding(connection, message, None, missing.len()));
        }
        let (outcome, reason) = match () {
            () if found.is_empty() => (Outcome::NotApplicable, Some("no such streams".to_owned())),
            () if there().next().is_none() && missing.is_empty() => {
                (Outcome::Inconclusive, Some(format!("no {}", it.metric)))
            }
            () => (Outcome::Pass, None),
        };
        RuleOutcome { code: it.code().into(), outcome, reason: reason.map(Into::into) }
    }

    fn finding(
        &self,
        connection: Option<u32>,
        message: String,
        actual: Option<String>,
        times: usize,
    ) -> Finding {
        let it = &self.expectation;
        Finding {
            code: it.code(),
            name: it.name.clone(),
            case: None,
            severity: it.severity.into(),
            connection,
            direction: None,
            packet: None,
            time_s: None,
            packets: Vec::new(),
            stream_bytes: None,
            message,
            expected: Some(it.bound.to_string()),
            actual,
            evidence: None,
            help: Some(help(it)),
            spec: Some(spec(it)),
            occurrences: u64::try_from(times).unwrap_or(u64::MAX),
            accepted: false,
            fingerprint: None,
        }
    }
}

fn holds(it: &Expectation, value: &Value) -> bool {
    let number = value.as_f64();
    let at_least = |min: f64| number.is_some_and(|number| number >= min);
    let at_most = |max: f64| number.is_some_and(|number| number <= max);
    let same = |asked: &Asked| match asked {
        Asked::Text(text) => value.as_str() == Some(text),
        Asked::Bool(truth) => value.as_bool() == Some(*truth),
        Asked::Number(asked) => {
            number.is_some_and(|number| (number - asked).abs() < f64::EPSILON * number.abs().max(1.0))
        }
    };
    it.bound.min.is_none_or(at_least)
        && it.bound.max.is_none_or(at_most)
        && (it.bound.one_of.is_empty() || it.bound.one_of.iter().any(same))
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;

//! Baselines: findings that are known and accepted, so that a check fails on new ones only.
//!
//! A baseline is a JSON file of entries with a fingerprint each. The fingerprint is made of what stays when the same
//! conversation is recorded again: rule, case, direction, and what the connection was for; not of times, packets or
//! figures. As many findings of a fingerprint are accepted as the baseline has entries of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::rules::registry;

use super::check::Peers;
use super::model::{BaselineEntry, BaselineUse, CheckReport, Finding, SCHEMA_VERSION};

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Baseline {
    /// Version of its shape.
    schema_version: u32,
    findings: Vec<BaselineEntry>,
}

impl Baseline {
    /// From the text of a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.schema_version != SCHEMA_VERSION {
            return Err(format!("schema_version {} is not known", baseline.schema_version));
        }
        Ok(baseline)
    }

    /// One that accepts what makes a check fail now.
    pub(crate) fn of(report: &CheckReport) -> Self {
        let failing = report.findings.iter().filter(|finding| finding.severity.fails(report.fail_on));
        let mut findings: Vec<_> = failing.map(entry).collect();
        findings.sort();
        Self { schema_version: SCHEMA_VERSION, findings }
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// How many it accepts.
    pub(crate) fn len(&self) -> usize {
        self.findings.len()
    }

    /// Marks the findings it accepts, and tells which of its entries nothing was found for.
    pub(crate) fn apply(&self, report: &mut CheckReport) {
        let mut left: BTreeMap<&str, Vec<&BaselineEntry>> = BTreeMap::new();
        for entry in &self.findings {
            left.entry(&entry.fingerprint).or_default().push(entry);
        }
        let mut accepted = 0;
        for finding in &mut report.findings {
            let known = finding.fingerprint.as_deref().and_then(|print| left.get_mut(print));
            if known.and_then(Vec::pop).is_some() {
                finding.accepted = true;
                accepted += 1;
            }
        }
        // Of rules that were not asked, and where nothing was captured, there is nothing to say.
        let asked = |code: &str| {
            !report.connections.is_empty()
                && (report.rules.iter().any(|rule| rule.code == code) || !exists(code))
        };
        let left = left.into_values().flatten();
        let mut stale: Vec<_> = left.filter(|entry| asked(&entry.code)).cloned().collect();
        stale.sort();
        report.baseline = Some(BaselineUse { accepted, stale });
    }
}

/// Whether there may be something of this code: a rule, or an expectation of a profile.
fn exists(code: &str) -> bool {
    code.starts_with("EXPECT-") || registry::all().any(|rule| rule.code == code)
}

fn entry(finding: &Finding) -> BaselineEntry {
    BaselineEntry {
        code: finding.code.clone(),
        case: finding.case.clone(),
        message: Some(finding.message.clone()),
        fingerprint: finding.fingerprint.clone().unwrap_or_default(),
    }
}

/// Gives each finding its fingerprint.
pub(crate) fn fingerprint(check: &mut CheckReport, peers: &[Peers]) {
    for finding in &mut check.findings {
        let connection = finding.connection.and_then(|id| {
            let index = peers.binary_search_by_key(&id, |it| it.id).ok()?;
            peers.get(index)
        });
        let roles: Vec<_> = connection.into_iter().flat_map(|it| &it.roles).map(|role| role.name()).collect();
        let direction = finding.direction.map_or("", super::model::Direction::name);
        let parts = [&finding.code, finding.case.as_deref().unwrap_or_default(), direction, &roles.join("+")];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let mut print = String::with_capacity(16);
        for byte in hash.finalize().iter().take(8) {
            let _ = write!(print, "{byte:02x}");
        }
        finding.fingerprint = Some(print);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::{CheckedConnection, CheckedRule, Severity, Transport};

    fn finding(code: &str, severity: Severity) -> Finding {
        let json = serde_json::json!({
            "code": code, "name": "n", "severity": severity, "message": format!("of {code}"), "occurrences": 1
        });
        serde_json::from_value(json).unwrap()
    }

    fn report(codes: &[&str]) -> CheckReport {
        let findings = codes.iter().map(|code| finding(code, Severity::Error)).collect();
        let rule = |code: &str| CheckedRule {
            code: code.to_owned(),
            name: "n".to_owned(),
            severity: Severity::Error,
            about: String::new(),
            spec: String::new(),
            help: String::new(),
        };
        let rules = ["CH-04", "CMD-01", "PC-02"].map(rule).to_vec();
        let connections = vec![CheckedConnection {
            id: 1,
            client: String::new(),
            server: String::new(),
            transport: Transport::Rtmp,
            verdict: String::new(),
            start_s: 0.0,
            end_s: 1.0,
            outcomes: [].into(),
        }];
        let mut check = CheckReport { rules, connections, findings, ..CheckReport::default() };
        fingerprint(&mut check, &[]);
        check
    }

    #[test]
    fn as_many_are_accepted_as_were_known_and_the_rest_is_stale() {
        let known = Baseline::of(&report(&["CH-04", "CH-04", "CMD-01"]));
        let known = Baseline::parse(&known.text()).unwrap();
        assert_eq!(known.len(), 3);
        let mut now = report(&["CH-04", "CH-04", "CH-04", "PC-02"]);
        known.apply(&mut now);
        let accepted: Vec<_> = now.findings.iter().map(|f| f.accepted).collect();
        assert_eq!(accepted, [true, true, false, false]);
        let told = now.baseline.unwrap();
        assert_eq!(told.accepted, 2);
        assert_eq!(told.stale.iter().map(|e| e.code.as_str()).collect::<Vec<_>>(), ["CMD-01"]);
    }

    #[test]
    fn an_entry_of_what_was_not_asked_is_not_stale() {
        let known = Baseline::of(&report(&["CH-04", "CMD-01", "ZZ-99"]));
        let stale = |mut now: CheckReport| {
            known.apply(&mut now);
            now.baseline.unwrap().stale.into_iter().map(|entry| entry.code).collect::<Vec<_>>()
        };
        let mut some = report(&[]);
        some.rules.retain(|rule| rule.code != "CH-04");
        assert_eq!(stale(some), ["CMD-01", "ZZ-99"]);
        assert_eq!(stale(CheckReport { connections: Vec::new(), ..report(&[]) }), [""; 0]);
    }

    #[test]
    fn what_does_not_make_a_check_fail_is_not_in_a_baseline() {
        let mut check = report(&["CH-04"]);
        check.findings.push(finding("CH-08", Severity::Info));
        assert_eq!(Baseline::of(&check).len(), 1);
    }

    #[test]
    fn a_file_that_is_no_baseline_is_an_error() {
        for text in [
            "",
            "[]",
            "{\"schema_version\": 1}",
            "{\"schema_version\": 9, \"findings\": []}",
            "{\"schema_version\": 1, \"findings\": [{\"code\": \"A\", \"fingerprint\": \"b\", \"more\": 1}]}",
        ] {
            assert!(Baseline::parse(text).is_err(), "{text}");
        }
    }
}

//! The report of `check`: made of what the rules came to, and written in its formats.
//!
//! Takes the report of the analysis and what was judged of each connection; gives a [`CheckReport`]. Whether the capture
//! passed is told in one place, [`gate`], for all formats and for the exit code.

mod gate;
mod github;
mod json;
mod junit;
pub(crate) mod paths;
mod sarif;
#[cfg(test)]
mod tests;
mod text;
mod words;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

pub(crate) use self::gate::settle;
use self::paths::Root;
use super::Style;
use super::draft::Draft;
use super::model::{
    self, Capture, CheckReport, CheckedConnection, CheckedRule, Connection, Finding, Report, Role,
    RuleOutcome, Severity, Transport,
};
use crate::rules::context::Doubt;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::set::RuleSet;

/// The formats of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CheckFormat {
    /// For people: findings with evidence and help; if `verbose`, also what each rule came to.
    Text { style: Style, verbose: bool },
    /// For programs: one JSON object.
    Json,
    /// For dashboards of tests: JUnit XML.
    Junit(Root),
    /// For tools that collect findings: SARIF 2.1.0.
    Sarif(Root),
    /// For GitHub: annotations.
    Github(Root),
}

/// Where packets are in their files: the offset of the first captured byte, and how many there are; by number.
pub(crate) type PacketPlaces = BTreeMap<u64, [u64; 2]>;

impl CheckFormat {
    /// Whether it shows where packets are in their files.
    pub(crate) const fn shows_places(&self) -> bool {
        matches!(self, Self::Sarif(_))
    }

    /// Writes the report; `places` are those of the packets of its findings, as far as they are known.
    pub(crate) fn write(
        &self,
        report: &CheckReport,
        places: &PacketPlaces,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Text { style, verbose } => text::write(report, *style, *verbose, out),
            Self::Json => json::write(report, out),
            Self::Junit(root) => junit::write(report, root, out),
            Self::Sarif(root) => sarif::write(report, root, places, out),
            Self::Github(root) => github::write(report, root, out),
        }
    }
}

/// What was judged of one connection.
pub(crate) struct JudgedConnection {
    pub(crate) id: u32,
    pub(crate) findings: Vec<Finding>,
    pub(crate) omitted: u64,
    pub(crate) outcomes: Vec<Outcome>,
}

/// What a check tells of a report.
pub(crate) struct About {
    capture: Capture,
    findings: Vec<Finding>,
    peers: Vec<Peers>,
}

/// A connection of the report, in the words of the check.
pub(crate) struct Peers {
    pub(crate) id: u32,
    client: String,
    server: String,
    transport: Transport,
    verdict: String,
    start_s: f64,
    end_s: f64,
    /// What it was for: the roles of its streams, each once, in the order of their names.
    pub(crate) roles: Vec<Role>,
}

impl Peers {
    fn of(entry: &Connection) -> Self {
        let mut roles: Vec<_> = entry.streams.iter().map(|stream| stream.role).collect();
        roles.sort_unstable_by_key(|role| role.name());
        roles.dedup();
        Self {
            id: entry.id,
            client: entry.client.clone(),
            server: entry.server.clone(),
            transport: entry.transport,
            verdict: entry.verdict.clone(),
            start_s: entry.start_s,
            end_s: entry.end_s,
            roles,
        }
    }
}

impl About {
    /// That of a whole report.
    pub(crate) fn of(report: &Report) -> Self {
        let peers = report.connections.iter().map(Peers::of).collect();
        Self { capture: report.capture.clone(), findings: report.findings.clone(), peers }
    }
}

impl From<Draft<'_>> for About {
    /// The entries pass, one after the other.
    fn from(Draft { capture, findings, connections }: Draft<'_>) -> Self {
        Self { capture, findings, peers: connections.map(|entry| Peers::of(&entry)).collect() }
    }
}

/// The report of a check, before it is settled, and the connections of the capture in order of their numbers.
pub(crate) fn build(
    About { capture, findings, mut peers }: About,
    judged: impl Iterator<Item = JudgedConnection>,
    set: &RuleSet,
    profile: &str,
) -> (CheckReport, Vec<Peers>) {
    let rules: Vec<_> = set.rules().collect();
    let mut texts = Texts::default();
    let has = |code: &str| rules.iter().any(|rule| rule.code == code);
    let mut check = CheckReport {
        profile: profile.to_owned(),
        capture,
        rules: rules.iter().map(|rule| entry(rule)).collect(),
        outcomes: rules
            .iter()
            .filter(|rule| is_about_capture(rule))
            .map(|rule| told(rule, Outcome::Pass, &mut texts))
            .collect(),
        findings: findings.into_iter().filter(|finding| has(&finding.code)).collect(),
        ..CheckReport::default()
    };
    let mut lists = BTreeMap::new();
    for connection in judged {
        check.findings.extend(connection.findings);
        check.findings_omitted += connection.omitted;
        let index = peers.binary_search_by_key(&connection.id, |it| it.id);
        let Some(it) = index.ok().and_then(|index| peers.get_mut(index)) else { continue };
        let outcomes =
            lists.entry(connection.outcomes).or_insert_with_key(|outcomes| -> Arc<[RuleOutcome]> {
                let outcomes = rules.iter().zip(outcomes).filter(|(rule, _)| !is_about_capture(rule));
                outcomes.map(|(rule, outcome)| told(rule, *outcome, &mut texts)).collect()
            });
        check.connections.push(CheckedConnection {
            id: it.id,
            client: std::mem::take(&mut it.client),
            server: std::mem::take(&mut it.server),
            transport: it.transport,
            verdict: std::mem::take(&mut it.verdict),
            start_s: it.start_s,
            end_s: it.end_s,
            outcomes: Arc::clone(outcomes),
        });
    }
    (check, peers)
}

/// What hears nothing of a connection is about the capture.
const fn is_about_capture(rule: &Rule) -> bool {
    rule.hears.is_empty()
}

fn entry(rule: &Rule) -> CheckedRule {
    CheckedRule {
        code: rule.code.to_owned(),
        name: rule.name.to_owned(),
        severity: rule.severity.into(),
        about: rule.section("What it does").unwrap_or_default(),
        spec: rule.spec.to_owned(),
        help: rule.help.to_owned(),
    }
}

/// The texts of outcomes, each held once.
#[derive(Default)]
struct Texts(BTreeMap<&'static str, Arc<str>>);

impl Texts {
    /// `text`, or what `made` makes of it.
    fn of(&mut self, text: &'static str, made: impl FnOnce(&str) -> String) -> Arc<str> {
        Arc::clone(self.0.entry(text).or_insert_with(|| made(text).into()))
    }
}

/// An outcome in the words of the report. Whether what was found makes the check fail is for the gate to say.
fn told(rule: &'static Rule, outcome: Outcome, texts: &mut Texts) -> RuleOutcome {
    let (outcome, reason) = match outcome {
        Outcome::Pass | Outcome::Found => (model::Outcome::Pass, None),
        Outcome::NotApplicable => {
            (model::Outcome::NotApplicable, Some(texts.of(rule.subject, |subject| format!("no {subject}"))))
        }
        Outcome::Inconclusive(doubt) => {
            (model::Outcome::Inconclusive, Some(texts.of(Doubt::sentence(doubt), str::to_owned)))
        }
    };
    RuleOutcome { code: texts.of(rule.code, str::to_owned), outcome, reason }
}

impl Severity {
    /// Whether it makes a check fail that fails on `fail_on`.
    pub(crate) fn fails(self, fail_on: Self) -> bool {
        self >= fail_on
    }
}

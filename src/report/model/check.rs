//! The report of `check`: what each rule came to with each connection, and what was found.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::capture::Capture;
use super::connection::Transport;
use super::finding::{Finding, Severity};
use super::round;
use super::{BySeverity, Generator, SCHEMA_VERSION};

/// What rtmpscope holds against one capture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckReport {
    /// Version of the shape and meaning of this report; a field never changes its meaning within one version.
    pub schema_version: u32,
    /// The program that made the report.
    pub generator: Generator,
    /// Name of the profile the capture was held to.
    pub profile: String,
    /// Findings of this severity and graver ones make the check fail.
    pub fail_on: Severity,
    /// What was read.
    pub capture: Capture,
    /// The rules that were checked, in order.
    pub rules: Vec<CheckedRule>,
    /// What the rules came to that are about the capture as a whole.
    pub outcomes: Vec<RuleOutcome>,
    /// The RTMP connections, in order of their first packet.
    pub connections: Vec<CheckedConnection>,
    /// What was found, in order of connections; what is about the capture comes first.
    pub findings: Vec<Finding>,
    /// Findings that there was no room for.
    pub findings_omitted: u64,
    /// What a baseline accepted; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineUse>,
    /// The result in a few numbers.
    pub summary: CheckSummary,
}

impl Default for CheckReport {
    fn default() -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            generator: Generator::default(),
            profile: "default".to_owned(),
            fail_on: Severity::Error,
            capture: Capture::default(),
            rules: Vec::new(),
            outcomes: Vec::new(),
            connections: Vec::new(),
            findings: Vec::new(),
            findings_omitted: 0,
            baseline: None,
            summary: CheckSummary::default(),
        }
    }
}

/// A rule that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedRule {
    /// Code of the rule; never given to another. Expectations of a profile have the code `EXPECT`.
    pub code: String,
    /// Name of the rule.
    pub name: String,
    /// Severity of its findings, unless a finding says otherwise.
    pub severity: Severity,
    /// What it does, in a sentence or two.
    pub about: String,
    /// Where it is written.
    pub spec: String,
    /// What to do about its findings.
    pub help: String,
}

/// A connection, and what the rules came to with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedConnection {
    /// Number of the connection in this report, from 1, in the order in which they were recognised as RTMP.
    pub id: u32,
    /// Address and port of the side that opened the connection.
    pub client: String,
    /// Address and port of the side that accepted it.
    pub server: String,
    /// How RTMP was carried.
    pub transport: Transport,
    /// One sentence: what the connection was for, who ended it, and why.
    pub verdict: String,
    /// Time of the first packet, in seconds from the capture's first.
    #[serde(serialize_with = "round::s")]
    pub start_s: f64,
    /// Time of the last packet, in seconds from the capture's first.
    #[serde(serialize_with = "round::s")]
    pub end_s: f64,
    /// What each rule about connections came to, in the order of the rules. Connections on which all came to the same
    /// share it: mostly there are few different ones.
    #[serde(serialize_with = "shared")]
    pub outcomes: Arc<[RuleOutcome]>,
}

/// Name under which a list goes to a serializer that stands in the same place of memory for all that share it: one that
/// knows it may make its text once.
pub(crate) const SHARED: &str = "rtmpscope::shared";

fn shared<S: Serializer>(list: &Arc<[RuleOutcome]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_newtype_struct(SHARED, &**list)
}

/// What a rule came to with a connection, or with the capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleOutcome {
    /// Code of the rule.
    pub code: Arc<str>,
    /// What it came to.
    pub outcome: Outcome,
    /// Why: of what was not judged, and of what failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
}

/// What a rule came to.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It judged, and found nothing that makes the check fail.
    Pass,
    /// It found something that makes the check fail.
    Fail,
    /// There was nothing to judge.
    NotApplicable,
    /// It could not tell.
    Inconclusive,
}

impl Outcome {
    /// The name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not applicable",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// What a baseline did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineUse {
    /// Findings that it accepts.
    pub accepted: u64,
    /// Entries of it that nothing was found for: they can be deleted.
    pub stale: Vec<BaselineEntry>,
}

/// A finding that is known and accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    /// Code of the rule.
    pub code: String,
    /// Which of the rule's cases it is; absent where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// What the finding says, for readers; not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Fingerprint of the finding: of the rule, its case, the direction, and what the connection was for.
    pub fingerprint: String,
}

/// The result in a few numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckSummary {
    /// Whether the capture passed.
    pub status: Status,
    /// RTMP connections.
    pub connections: u64,
    /// Findings by severity, without those that a baseline accepts.
    pub findings: BySeverity,
    /// What the rules came to, over the capture and all connections.
    pub outcomes: ByOutcome,
}

/// Whether a capture passed: the gate of all formats, and of the exit code.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing was found at or above the severity that fails.
    Passed,
    /// Something was.
    Failed,
    /// There is no RTMP in the capture, or all of it is encrypted or tunnelled.
    #[default]
    NothingToCheck,
}

/// A count of rules for each outcome; one on two connections counts twice.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ByOutcome {
    /// Those that passed.
    pub pass: u64,
    /// Those that failed.
    pub fail: u64,
    /// Those with nothing to judge.
    pub not_applicable: u64,
    /// Those that could not tell.
    pub inconclusive: u64,
}

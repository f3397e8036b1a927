//! A check as SARIF 2.1.0.
//!
//! A capture has no lines: a location is the bytes of a packet in its file, where the file can be read again and is not
//! compressed, and a logical name of connection, direction and packet. Everything is written out that readers tend to
//! assume: levels, and the kind of each result.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Value, json};
use serde_sarif::sarif::{
    Artifact, ArtifactLocation, Invocation, Location, LogicalLocation, Message, MultiformatMessageString,
    Notification, PhysicalLocation, PropertyBag, Region, ReportingConfiguration, ReportingDescriptor, Result,
    ResultKind, ResultLevel, Run, Sarif, Suppression, Tool, ToolComponent,
};

use super::PacketPlaces;
use super::paths::{Named, Root, encoded, input_of};
use super::words;
use crate::report::json::pretty;
use crate::report::model::{CheckReport, CheckedRule, Finding, Severity, Status};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Where relative names begin; whoever reads the file knows where that is.
const TOP: &str = "%SRCROOT%";

/// Writes the report.
pub(super) fn write(
    report: &CheckReport,
    root: &Root,
    places: &PacketPlaces,
    out: &mut dyn Write,
) -> io::Result<()> {
    let files = Files::of(report, root);
    let used: BTreeSet<&str> = report.findings.iter().map(|finding| finding.code.as_str()).collect();
    let mut rules: Vec<_> = report.rules.iter().filter(|rule| used.contains(rule.code.as_str())).collect();
    rules.sort_by(|a, b| a.code.cmp(&b.code));
    rules.dedup_by(|a, b| a.code == b.code);
    let results = Results { report, files: &files, places, rules: &rules };
    let mut driver = ToolComponent::builder().name(report.generator.name.clone()).build();
    driver.version = Some(report.generator.version.clone());
    driver.semantic_version = Some(report.generator.version.clone());
    driver.rules = Some(rules.iter().map(|rule| descriptor(rule)).collect());
    let mut run = Run::builder().tool(Tool::builder().driver(driver).build()).build();
    run.invocations = Some(vec![invocation(report)]);
    run.artifacts = Some(files.artifacts(report));
    run.original_uri_base_ids = files.bases();
    run.results = Some(results.all());
    run.properties = Some(bag([
        ("profile", json!(report.profile)),
        ("failOn", json!(report.fail_on)),
        ("summary", serde_json::to_value(&report.summary)?),
        ("baseline", serde_json::to_value(&report.baseline)?),
    ]));
    let mut log = Sarif::builder().version(json!("2.1.0")).runs(vec![run]).build();
    log.schema = Some(SCHEMA.to_owned());
    pretty(&log, out)
}

fn descriptor(rule: &CheckedRule) -> ReportingDescriptor {
    let (about, help, spec) = (&rule.about, &rule.help, &rule.spec);
    let mut it = ReportingDescriptor::builder().id(rule.code.clone()).build();
    it.name = Some(rule.name.clone());
    it.short_description = Some(text(rule.name.replace('-', " ")));
    it.full_description = Some(text(if about.is_empty() { rule.name.clone() } else { about.clone() }));
    let mut advice = text(format!("{help}\nspec: {spec}"));
    advice.markdown =
        Some(format!("**What it does:** {about}\n\n**How to fix:** {help}\n\n**Spec:** {spec}\n"));
    it.help = Some(advice);
    let mut configuration = ReportingConfiguration::builder().build();
    configuration.level = Some(json!(level_name(rule.severity)));
    it.default_configuration = Some(configuration);
    it.properties = Some(bag([("tags", json!(["rtmp", rule.code.split('-').next()]))]));
    it
}

/// What the run lacks is told as notifications: without results it would look clean.
fn invocation(report: &CheckReport) -> Invocation {
    let mut told = Vec::new();
    told.extend(words::nothing(report).map(|why| ("error", why.to_owned())));
    if report.findings_omitted > 0 {
        let n = report.findings_omitted;
        told.push(("warning", format!("{n} more findings, beyond --limit findings, are not in this file")));
    }
    for entry in report.baseline.iter().flat_map(|baseline| &baseline.stale) {
        told.push((
            "note",
            format!("no longer found, delete from the baseline: {} {}", entry.code, entry.fingerprint),
        ));
    }
    let notification = |(level, text): (&str, String)| {
        let mut it = Notification::builder().message(message(text)).build();
        it.level = Some(json!(level));
        it
    };
    let done = report.summary.status != Status::NothingToCheck;
    let mut it = Invocation::builder().execution_successful(done).build();
    if !told.is_empty() {
        it.tool_execution_notifications = Some(told.into_iter().map(notification).collect());
    }
    it
}

/// The captures: their names, and the folders of those outside the root.
struct Files(Vec<(Named, bool)>);

impl Files {
    fn of(report: &CheckReport, root: &Root) -> Self {
        let named = report.capture.inputs.iter().map(|input| {
            let piped = input.path == "-";
            (if piped { Named::Inside("stdin".to_owned()) } else { root.name(&input.path) }, piped)
        });
        Self(named.collect())
    }

    /// The folders outside the root, each once and in order.
    fn folders(&self) -> Vec<&str> {
        let mut folders: Vec<&str> = Vec::new();
        for (named, _) in &self.0 {
            if let Named::Outside(Some(folder), _) = named
                && !folders.contains(&folder.as_str())
            {
                folders.push(folder);
            }
        }
        folders
    }

    fn bases(&self) -> Option<BTreeMap<String, ArtifactLocation>> {
        let folders = self.folders();
        let base = |(n, folder): (usize, &&str)| {
            let mut it = ArtifactLocation::builder().build();
            let end = if folder.ends_with('/') { "" } else { "/" };
            it.uri = Some(format!("file://{}{end}", encoded(folder)));
            (format!("FOLDER{}", n + 1), it)
        };
        (!folders.is_empty()).then(|| folders.iter().enumerate().map(base).collect())
    }

    fn location(&self, index: usize) -> Option<ArtifactLocation> {
        let (named, piped) = self.0.get(index)?;
        let mut it = ArtifactLocation::builder().build();
        it.uri = Some(encoded(named.shown()));
        it.index = i64::try_from(index).ok();
        it.uri_base_id = match named {
            _ if *piped => None,
            Named::Inside(_) => Some(TOP.to_owned()),
            Named::Outside(folder, _) => folder.as_deref().and_then(|folder| {
                let n = self.folders().iter().position(|known| *known == folder)?;
                Some(format!("FOLDER{}", n + 1))
            }),
        };
        if *piped {
            it.description = Some(message("standard input".to_owned()));
        }
        Some(it)
    }

    fn artifacts(&self, report: &CheckReport) -> Vec<Artifact> {
        let artifact = |(index, input): (usize, &crate::report::model::Input)| {
            let mut it = Artifact::builder().build();
            it.location = self.location(index).map(|location| ArtifactLocation { index: None, ..location });
            it.roles = Some(vec![json!("analysisTarget")]);
            it.properties = Some(bag([
                ("format", json!(input.format)),
                ("firstPacket", json!(input.first_packet)),
                ("packets", json!(input.packets)),
                ("complete", json!(input.complete)),
            ]));
            it
        };
        report.capture.inputs.iter().enumerate().map(artifact).collect()
    }
}

struct Results<'r> {
    report: &'r CheckReport,
    files: &'r Files,
    places: &'r PacketPlaces,
    /// Those of the driver.
    rules: &'r [&'r CheckedRule],
}

impl Results<'_> {
    fn all(&self) -> Vec<Result> {
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        self.report.findings.iter().map(|finding| self.one(finding, &mut seen)).collect()
    }

    fn one(&self, finding: &Finding, seen: &mut BTreeMap<String, u64>) -> Result {
        let mut it = Result::builder().message(message(said(finding))).build();
        it.rule_id = Some(finding.code.clone());
        let rule = self.rules.iter().position(|rule| rule.code == finding.code);
        it.rule_index = rule.and_then(|index| i64::try_from(index).ok());
        it.kind = Some(ResultKind::Fail);
        it.level = Some(level(finding.severity));
        it.occurrence_count = i64::try_from(finding.occurrences).ok().filter(|n| *n > 0);
        let physical = self.physical(finding);
        // Equal findings of one file are told apart by their order.
        let uri = physical.as_ref().and_then(|it| it.artifact_location.as_ref()?.uri.clone());
        let print =
            format!("{}#{}", uri.unwrap_or_default(), finding.fingerprint.as_deref().unwrap_or_default());
        let n = seen.entry(print.clone()).or_default();
        *n += 1;
        it.partial_fingerprints = Some(BTreeMap::from([("rtmpscope/v1".to_owned(), format!("{print}:{n}"))]));
        let mut location = Location::builder().build();
        location.physical_location = physical;
        location.logical_locations = Some(vec![logical(finding)]);
        it.locations = Some(vec![location]);
        it.suppressions = Some(if finding.accepted {
            let mut suppression = Suppression::builder().kind(json!("external")).build();
            suppression.status = Some(json!("accepted"));
            suppression.justification = Some("known to the baseline".to_owned());
            vec![suppression]
        } else {
            Vec::new()
        });
        it.properties = Some(properties(finding));
        it
    }

    fn physical(&self, finding: &Finding) -> Option<PhysicalLocation> {
        let (index, _) = input_of(&self.report.capture, finding.packet)?;
        let mut it = PhysicalLocation::builder().build();
        it.artifact_location = self.files.location(index);
        it.region =
            finding.packet.and_then(|packet| self.places.get(&packet)).and_then(|[offset, length]| {
                let mut region = Region::builder().build();
                region.byte_offset = Some(i64::try_from(*offset).ok()?);
                region.byte_length = Some(i64::try_from(*length).ok()?);
                Some(region)
            });
        Some(it)
    }
}

/// `connection 1/client_to_server/packet 20`.
fn logical(finding: &Finding) -> LogicalLocation {
    let mut parts = vec![match finding.connection {
        Some(id) => format!("connection {id}"),
        None => "capture".to_owned(),
    }];
    parts.extend(finding.direction.map(|dir| dir.name().to_owned()));
    parts.extend(finding.packet.map(|packet| format!("packet {packet}")));
    let mut it = LogicalLocation::builder().build();
    it.name = parts.last().cloned();
    it.fully_qualified_name = Some(parts.join("/"));
    it
}

fn properties(finding: &Finding) -> PropertyBag {
    let mut bag = bag([
        ("case", json!(finding.case)),
        ("connection", json!(finding.connection)),
        ("direction", json!(finding.direction)),
        ("packet", json!(finding.packet)),
        ("packets", json!((!finding.packets.is_empty()).then_some(&finding.packets))),
        ("timeSeconds", json!(finding.time_s)),
        ("streamBytes", json!(finding.stream_bytes)),
        ("expected", json!(finding.expected)),
        ("actual", json!(finding.actual)),
        ("evidence", json!(finding.evidence)),
        ("help", json!(finding.help)),
        ("spec", json!(finding.spec)),
    ]);
    bag.additional_properties.retain(|_, value| !value.is_null());
    bag
}

/// The sentence and its details.
fn said(finding: &Finding) -> String {
    let mut lines = vec![finding.message.clone()];
    lines.extend(words::lines(finding));
    lines.join("\n")
}

/// Text in which nothing is a link: SARIF takes `[text](target)` for one in plain text too.
fn message(text: String) -> Message {
    let mut it = Message::builder().build();
    it.text = Some(if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text });
    it
}

fn text(text: String) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}

fn bag<const N: usize>(values: [(&str, Value); N]) -> PropertyBag {
    let mut bag = PropertyBag::builder().build();
    bag.additional_properties = values
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .filter(|(_, v)| !v.is_null())
        .collect();
    bag
}

const fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Info => ResultLevel::Note,
    }
}

const fn level_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

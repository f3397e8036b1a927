//! A finding in words, the same for every format that people read.

use std::fmt::Write as _;

use crate::report::model::{CheckReport, Direction, Evidence, Finding, Status};
use crate::report::page::{count, plural, seconds};

/// `CH-04 set-chunk-size`.
pub(super) fn title(finding: &Finding) -> String {
    format!("{} {}", finding.code, finding.name)
}

/// `error[CH-04 set-chunk-size]: …`.
pub(super) fn headline(finding: &Finding) -> String {
    format!("{}[{}]: {}", finding.severity.name(), title(finding), finding.message)
}

/// Where it is, what was asked for and what came, how often, and what to do: each with its label.
pub(super) fn details(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let mut add = |label, text: Option<String>| lines.extend(text.map(|text| (label, text)));
    add("where", place(finding));
    add("expected", finding.expected.clone());
    add("actual", finding.actual.clone());
    add("in message", finding.evidence.as_ref().map(|evidence| shown(evidence, finding.packet)));
    add("seen", times(finding));
    add("help", finding.help.clone());
    add("spec", finding.spec.clone());
    lines
}

/// The details as lines.
pub(super) fn lines(finding: &Finding) -> impl Iterator<Item = String> {
    details(finding).into_iter().map(|(label, text)| format!("{label}: {text}"))
}

/// Why there was nothing to check, if there was nothing.
pub(super) fn nothing(report: &CheckReport) -> Option<&'static str> {
    (report.summary.status == Status::NothingToCheck).then_some(if report.connections.is_empty() {
        "no RTMP connection in the capture"
    } else {
        "all RTMP in the capture is encrypted or tunnelled"
    })
}

/// A direction in words.
pub(super) const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::ClientToServer => "client to server",
        Direction::ServerToClient => "server to client",
    }
}

fn place(finding: &Finding) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(finding.packet.map(|packet| format!("packet {packet}")));
    parts.extend(finding.time_s.map(seconds));
    parts.extend(finding.direction.map(|dir| direction(dir).to_owned()));
    parts.extend(finding.stream_bytes.map(|[from, to]| format!("stream bytes {from} to {to}")));
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn shown(evidence: &Evidence, packet: Option<u64>) -> String {
    let mut text = format!(
        "{}, chunk stream {}, message stream {}, timestamp {} ms, {}",
        evidence.message_type,
        evidence.chunk_stream_id,
        evidence.message_stream_id,
        evidence.timestamp_ms,
        plural(evidence.length_bytes.into(), "byte"),
    );
    if let Some(first) = evidence.first_packet.filter(|first| packet != Some(*first)) {
        let _ = write!(text, ", begun in packet {first}");
    }
    if let Some(hex) = &evidence.body_hex {
        let more = if hex.len() / 2 < evidence.length_bytes as usize { " …" } else { "" };
        let _ = write!(text, ": {hex}{more}");
    }
    text
}

fn times(finding: &Finding) -> Option<String> {
    if finding.occurrences <= 1 {
        return None;
    }
    let mut text = plural(finding.occurrences, "time");
    if finding.packets.len() > 1 {
        let packets: Vec<String> = finding.packets.iter().map(u64::to_string).collect();
        let _ = write!(text, ", in packets {}", packets.join(", "));
        let named = u64::try_from(packets.len()).unwrap_or(u64::MAX);
        if finding.occurrences > named {
            let _ = write!(text, " … ({} more)", count(finding.occurrences - named));
        }
    }
    Some(text)
}

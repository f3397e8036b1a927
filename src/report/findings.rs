//! Findings of rules to those of a report: names, times from the capture's first packet, everything fit to be shown.

use std::fmt::Write as _;

use super::model::{Evidence, Finding, Severity};
use crate::base::text::Printable;
use crate::base::time::CaptureTime;
use crate::rules;

/// Characters of a sentence, which may name a file.
const MAX_TEXT: usize = 4096;

/// The finding of a connection, or of the capture, whose first packet was at `start`.
pub(crate) fn finding(
    found: &rules::Finding,
    connection: Option<u32>,
    start: Option<CaptureTime>,
) -> Finding {
    let rules::Finding { rule, case, place, packets, .. } = found;
    let shown = |text: &String| Printable::new(text, MAX_TEXT).to_string();
    Finding {
        code: rule.code.to_owned(),
        name: rule.name.to_owned(),
        case: (!case.is_empty()).then(|| (*case).to_owned()),
        severity: found.severity.into(),
        connection,
        direction: place.dir.map(Into::into),
        packet: found.packet(),
        time_s: place.at.zip(start).map(|(at, start)| at.ts.seconds_since(start)),
        packets: if packets.len() > 1 { packets.clone() } else { Vec::new() },
        stream_bytes: place.span.map(|span| [span.start, span.end]),
        message: shown(&found.message),
        expected: found.expected.as_ref().map(shown),
        actual: found.actual.as_ref().map(shown),
        evidence: place.message.map(|message| Evidence {
            first_packet: place.span.map(|span| span.first.no),
            chunk_stream_id: message.csid,
            message_stream_id: message.stream_id,
            message_type: message.kind.to_string(),
            timestamp_ms: message.timestamp,
            length_bytes: message.length,
            body_hex: (!place.head().is_empty()).then(|| hex(place.head())),
        }),
        help: Some(found.help.to_owned()),
        spec: Some(rule.spec.to_owned()),
        occurrences: found.occurrences,
        accepted: false,
        fingerprint: None,
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

impl From<rules::Severity> for Severity {
    fn from(severity: rules::Severity) -> Self {
        match severity {
            rules::Severity::Info => Self::Info,
            rules::Severity::Warning => Self::Warning,
            rules::Severity::Error => Self::Error,
        }
    }
}

impl From<Severity> for rules::Severity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

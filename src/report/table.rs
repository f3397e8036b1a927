//! The report for people: a summary, then one block a connection, then the findings.
//!
//! All text goes through [`page::Page`], which escapes what came from the wire. Parts without content are left
//! out, so that a short connection has a short block.

mod connection;
mod peers;
mod stream;

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Style;
use super::model::{Capture, Finding, OtherConnections, Quality, Report, Severity};
use super::page::{self, Page, Tone, count, plural, seconds};

/// Writes the report.
pub(super) fn write(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, style);
    summary(report, &mut page)?;
    for connection in &report.connections {
        connection::write(connection, &mut page)?;
        let about = |f: &&Finding| f.connection == Some(connection.id);
        if connection.findings.is_empty() {
            findings(report.findings.iter().filter(about), connection.findings_omitted, &mut page)?;
        } else {
            findings(connection.findings.iter(), connection.findings_omitted, &mut page)?;
        }
    }
    let elsewhere =
        |f: &&Finding| f.connection.is_none_or(|id| !report.connections.iter().any(|c| c.id == id));
    if report.findings.iter().any(|f| elsewhere(&f)) {
        page.line("")?;
        page.heading("capture")?;
        findings(report.findings.iter().filter(elsewhere), 0, &mut page)?;
    }
    Ok(())
}

fn summary(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let (summary, capture) = (&report.summary, &report.capture);
    page.heading(&format!(
        "{} ({} publish, {} play), {}, {}, {} info",
        plural(summary.connections, "RTMP connection"),
        summary.by_role.publish,
        summary.by_role.play,
        plural(summary.findings.error, "error"),
        plural(summary.findings.warning, "warning"),
        summary.findings.info,
    ))?;
    let mut line = format!("{}, {} bytes", plural(capture.packets, "packet"), count(capture.wire_bytes));
    if let (Some(start), Some(duration)) = (&capture.start, capture.duration_s) {
        let _ = write!(line, ", {} from {start}", seconds(duration));
    }
    page.line(&line)?;
    let mut ratios: Vec<String> = Vec::new();
    ratios.extend(summary.payload_to_wire.map(|ratio| payload(ratio, summary.undecoded_to_wire)));
    ratios.extend(summary.eta.map(|eta| format!("eta (1 is real time) {eta:.3}")));
    if !ratios.is_empty() {
        page.line(&ratios.join(", "))?;
    }
    inputs(capture, page)?;
    quality(&capture.quality, page)?;
    let other = &capture.other_connections;
    if other.count > 0 {
        let mut line = format!(
            "not RTMP: {}, {}, {} bytes",
            plural(other.count, "TCP connection"),
            plural(other.packets, "packet"),
            count(other.wire_bytes),
        );
        for (n, what) in [(other.refused, "refused"), (other.unanswered, "not answered")] {
            if n > 0 {
                let _ = write!(line, ", {} {what}", count(n));
            }
        }
        page.line(&line)?;
        others(other, page)?;
    }
    Ok(())
}

/// The share of media, and how much of the bytes it is not known of.
fn payload(ratio: f64, undecoded: Option<f64>) -> String {
    match undecoded.filter(|share| *share >= 0.001) {
        None => format!("media payload / wire bytes {ratio:.3}"),
        Some(share) if ratio == 0.0 => {
            format!(
                "media payload / wire bytes not known ({:.1}% of the bytes could not be decoded)",
                share * 100.0
            )
        }
        Some(share) => {
            let share = share * 100.0;
            format!(
                "media payload / wire bytes at least {ratio:.3} ({share:.1}% of the bytes could not be decoded)"
            )
        }
    }
}

/// The servers of connections that are no RTMP.
fn others(other: &OtherConnections, page: &mut Page<'_>) -> io::Result<()> {
    const SHOWN: usize = 5;
    let shown = other.servers.iter().take(SHOWN);
    let mut told = 0;
    for server in shown {
        told += server.count;
        let kind = server.kind.words();
        page.line(&format!("    {}: {}, {kind}", server.server, plural(server.count, "connection")))?;
    }
    match other.count.saturating_sub(told) {
        0 => Ok(()),
        _ if told == 0 => Ok(()),
        more => page.line(&format!("    {} more", count(more))),
    }
}

fn inputs(capture: &Capture, page: &mut Page<'_>) -> io::Result<()> {
    for input in &capture.inputs {
        let kind: Vec<&str> =
            [&input.format, &input.compression].into_iter().flatten().map(String::as_str).collect();
        let line = format!("{}: {} {}", input.path, kind.join(" "), plural(input.packets, "packet"));
        match &input.problem {
            Some(problem) => page.toned(Tone::Warning, &format!("{line}, not read to its end: {problem}"))?,
            None if !input.complete => page.toned(Tone::Warning, &format!("{line}, not read to its end"))?,
            None => page.line(&line)?,
        }
    }
    Ok(())
}

fn quality(quality: &Quality, page: &mut Page<'_>) -> io::Result<()> {
    let mut parts: Vec<String> = [
        (quality.truncated_packets, "packet cut by the snap length"),
        (quality.truncated_bytes, "byte cut off with them"),
        (quality.gaps, "hole in the streams"),
        (quality.missing_bytes, "byte missing"),
        (quality.duplicate_packets, "packet captured twice"),
        (quality.oversized_segments, "segment larger than a network carries"),
        (quality.connections_without_syn, "connection begun before the capture"),
        (quality.one_way_connections, "connection with one direction only"),
        (quality.undecodable_packets, "packet that could not be decoded"),
        (quality.packets_without_time, "packet without a time"),
        (quality.fragments_given_up, "datagram lacking fragments"),
        (quality.bad_checksums.unwrap_or(0), "segment left out for a wrong checksum"),
        (quality.unverified_checksums.unwrap_or(0), "segment without a checksum to verify"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, what)| plural_first(n, what))
    .collect();
    parts.extend(
        quality
            .limits_hit
            .iter()
            .map(|hit| format!("limit {} reached {}", hit.limit, plural(hit.count, "time"))),
    );
    if parts.is_empty() { Ok(()) } else { page.line(&format!("capture quality: {}", parts.join("; "))) }
}

fn findings<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    omitted: u64,
    page: &mut Page<'_>,
) -> io::Result<()> {
    for (n, finding) in findings.enumerate() {
        if n == 0 {
            page.line("")?;
        }
        let tone = match finding.severity {
            Severity::Error => Tone::Error,
            Severity::Warning => Tone::Warning,
            Severity::Info => Tone::Plain,
        };
        let mut place = Vec::new();
        place.extend(finding.time_s.map(seconds));
        place.extend(finding.packet.map(|packet| format!("packet {packet}")));
        place.extend(finding.direction.map(|d| page::direction(d).to_owned()));
        place.extend(finding.stream_bytes.map(|[from, to]| format!("stream bytes {from} to {to}")));
        if finding.occurrences > 1 {
            place.push(plural(finding.occurrences, "time"));
        }
        let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
        page.toned(
            tone,
            &format!("{} {}: {}{place}", finding.severity.name(), finding.code, finding.message),
        )?;
        for (name, text) in [
            ("expected", &finding.expected),
            ("actual", &finding.actual),
            ("help", &finding.help),
            ("spec", &finding.spec),
        ] {
            if let Some(text) = text {
                page.line(&format!("    {name}: {text}"))?;
            }
        }
    }
    if omitted > 0 { page.line(&format!("{} more findings", count(omitted))) } else { Ok(()) }
}

/// The same with the first word in the plural: `2 holes in the streams`.
fn plural_first(n: u64, what: &str) -> String {
    let (first, rest) = what.split_once(' ').unwrap_or((what, ""));
    format!("{} {rest}", plural(n, first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn written(style: Style) -> String {
        let mut out = Vec::new();
        write(&sample::report(), style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn plain() {
        let text = written(Style::default());
        assert!(!text.contains('\u{1b}'), "an escape of the wire came through");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn color_adds_nothing_but_color() {
        let text = written(Style { color: true, ..Style::default() });
        assert!(text.contains('\u{1b}'));
        let mut bare = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("\u{1b}[") {
            bare.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        bare.push_str(rest);
        let lines: Vec<&str> = bare.lines().map(str::trim_end).collect();
        assert_eq!(lines, written(Style::default()).lines().collect::<Vec<_>>());
    }

    #[test]
    fn an_empty_report_has_a_summary() {
        let mut out = Vec::new();
        write(&Report::default(), Style::default(), &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().starts_with("0 RTMP connections (0 publish, 0 play)"));
    }
}

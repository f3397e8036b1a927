//! What holds for every output of any capture.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Cursor;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;

use crate::analyze::{self, Options};
use crate::base::limits::Limits;
use crate::base::time::CaptureTime;
use crate::capture::Capture;
use crate::report::mask::Masker;
use crate::report::model::{Connection, Report};
use crate::report::timeline::{Filter, Layout, TimelineWriter};
use crate::report::{Format, Style};
use crate::session::event::Event;

/// Everything that is written about a capture.
#[derive(PartialEq)]
struct Outputs {
    json: Vec<u8>,
    lines: Vec<u8>,
    table: Vec<u8>,
    coloured: Vec<u8>,
    timeline_table: Vec<u8>,
    timeline_lines: Vec<u8>,
}

/// Analyses the capture, twice masked, and once with secrets while little is kept of a message.
pub(super) fn check(capture: &[u8]) {
    let limits = Limits { block_bytes: 256 << 10, ..Limits::default() };
    let Some(masked) = analyze(capture, false, &limits) else { return };
    let again = analyze(capture, false, &limits);
    assert!(again.is_some_and(|again| again == masked), "two runs give the same output");
    masked.check();
    if let Some(shown) = analyze(capture, true, &Limits { command_bytes: 64, ..limits }) {
        shown.check();
    }
}

fn analyze(bytes: &[u8], show_secrets: bool, limits: &Limits) -> Option<Outputs> {
    let limits = limits.clone();
    let open = || Capture::from_reader("input", Cursor::new(bytes.to_vec()), &limits).ok();
    let (capture, again) = (open()?, open()?);
    let options = Options { show_secrets, limits, ..Options::default() };
    let (mut timeline_table, mut timeline_lines) = (Vec::new(), Vec::new());
    {
        let layout = Layout::Table { color: false };
        let mut table = TimelineWriter::new(&mut timeline_table, layout, Filter::default());
        let mut lines = TimelineWriter::new(&mut timeline_lines, Layout::Ndjson, Filter::default());
        let mut on_event = |event: &Event<'_>, start: CaptureTime, masker: &mut Masker| {
            // Writing to memory does not fail.
            let written =
                table.event(event, start, masker).is_ok() && lines.event(event, start, masker).is_ok();
            if written { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        analyze::listen_open(again, &options, &mut |_, _| {}, &mut on_event);
    }
    let report = analyze::read(capture, &options, &mut |_, _| {}).report();
    report_holds(&report);
    let write = |format: Format| {
        let mut out = Vec::new();
        let written = format.write(&report, &mut out);
        assert!(written.is_ok(), "{format:?} cannot be written");
        out
    };
    Some(Outputs {
        json: write(Format::Json),
        lines: write(Format::Ndjson),
        table: write(Format::Table(Style::default())),
        coloured: write(Format::Table(Style { width: 60, color: true })),
        timeline_table,
        timeline_lines,
    })
}

impl Outputs {
    fn check(&self) {
        let json: Option<Json> = serde_json::from_str(safe(&self.json)).ok();
        assert!(json.is_some_and(|json| json.is_object()), "the report is a JSON object");
        safe(&self.table);
        safe(&self.timeline_table);
        safe(without_colour(&self.coloured).as_bytes());
        lines(&self.lines);
        events(&lines(&self.timeline_lines));
    }
}

/// Each line is an object without a key twice.
fn lines(text: &[u8]) -> Vec<Fields> {
    let text = safe(text);
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is whole");
    let objects: Vec<Fields> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert_eq!(objects.len(), text.lines().count(), "each line is an object");
    objects
}

/// The fields of an object.
#[derive(Debug)]
struct Fields(BTreeMap<String, Json>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<String, Json>()? {
            let twice = fields.insert(key.clone(), value);
            assert!(twice.is_none(), "{key} is there twice");
        }
        Ok(Fields(fields))
    }
}

/// Of the whole messages of one direction, packets and places in the stream do not go back, and where one ends, no other
/// one does: each is told once. (A message that breaks off is told when that is known; what was told late, because
/// sync had to be found first, may stand behind events of later packets.)
fn events(lines: &[Fields]) {
    let number = |line: &Fields, key: &str| line.0.get(key).and_then(Json::as_u64);
    let (mut last, mut ends) = (BTreeMap::new(), BTreeSet::new());
    for line in lines {
        let (connection, packet) = (number(line, "connection"), number(line, "packet"));
        assert!(connection.is_some() && packet.is_some(), "{line:?}");
        let (start, end) = (number(line, "stream_start"), number(line, "stream_end"));
        assert!(start <= end && number(line, "first_packet") <= packet, "{line:?}");
        if ["is_message", "complete"].iter().all(|key| line.0.get(*key).is_some_and(|is| is == true)) {
            let flow = (connection, line.0.get("direction").map(Json::to_string));
            assert!(ends.insert((flow.clone(), end)), "told twice: {line:?}");
            let before = last.insert(flow, (packet, end));
            assert!(before <= Some((packet, end)), "behind {before:?}: {line:?}");
        }
    }
}

/// The text, which has no character that a terminal obeys or that changes the order of the others.
pub(super) fn safe(text: &[u8]) -> &str {
    let text = std::str::from_utf8(text).unwrap_or("\u{0}");
    let bad = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    assert_eq!(text.chars().find(bad), None, "no such character is in an output: {text:.2000}");
    text
}

/// The text without the colours that the table writer sets.
pub(super) fn without_colour(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut plain = String::new();
    for (n, part) in text.split("\u{1b}[").enumerate() {
        let colour = part
            .split_once('m')
            .filter(|(code, _)| !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit() || b == b';'));
        match colour {
            _ if n == 0 => plain.push_str(part),
            Some((_, rest)) => plain.push_str(rest),
            None => plain.push('\u{1b}'),
        }
    }
    plain
}

fn report_holds(report: &Report) {
    let mut last = 0;
    for connection in &report.connections {
        assert!(connection.id > last, "connections are in the order of their numbers");
        last = connection.id;
        connection_holds(connection, report.capture.packets);
    }
    assert_eq!(report.summary.connections, report.connections.len() as u64, "the summary counts them");
    for finding in report.findings.iter().chain(report.connections.iter().flat_map(|c| &c.findings)) {
        assert!(finding.packet.is_none_or(|no| no <= report.capture.packets), "{finding:?}");
        assert!(finding.stream_bytes.is_none_or(|[from, to]| from <= to), "{finding:?}");
    }
}

fn connection_holds(connection: &Connection, packets: u64) {
    let efficiency = &connection.efficiency;
    for ledger in [&efficiency.client_to_server, &efficiency.server_to_client, &efficiency.total] {
        assert_eq!(ledger.sum(), ledger.wire_bytes, "the byte ledger adds up: {ledger:?}");
        assert!(ledger.payload_to_wire.is_none_or(|share| (0.0..=1.0).contains(&share)), "{ledger:?}");
    }
    for entry in &connection.timeline {
        assert!(entry.packet <= packets, "{entry:?}");
    }
}

//! Compares what both programs say of one capture, message by message.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use crate::align::{self, Step};
use crate::around::{Around, Walk};
use crate::facts::{self, Facts};
use crate::inherit::{self, Filled};
use crate::message::Message;
use crate::ours::{self, OneWay, Report, Way};
use crate::pdml::{self, Listing, Shown};

/// In what a pair differs, or who lacks a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    OnlyRtmpscope,
    OnlyTshark,
    Timestamp,
    StreamId,
    Csid,
    /// The chunk stream as tshark prints it, where its bytes say the same as rtmpscope.
    CsidPrinted,
    /// The timestamp that tshark computes, where the fields of the headers give the same as rtmpscope.
    TimestampPrinted,
    /// tshark put another number of body bytes together than the header says.
    Assembled,
    /// The packet that completed the message.
    Packet,
    /// What is read in the body.
    Fact(&'static str),
}

/// One difference, and what is known around it.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub kind: Kind,
    pub way: Way,
    pub ours: Option<Message>,
    pub theirs: Option<Filled>,
    /// The two texts of a fact.
    pub said: Option<(String, String)>,
    pub around: Around,
}

/// How much was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Directions with a message.
    pub ways: usize,
    pub rtmpscope: usize,
    pub tshark: usize,
    /// Messages that both have, and those of them that are the same in everything.
    pub paired: usize,
    pub equal: usize,
    /// Facts of bodies that both give.
    pub facts: usize,
}

/// What came out of one capture.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub capture: String,
    pub count: Count,
    pub differences: Vec<Difference>,
    /// Messages that tshark sees in connections that are not plain RTMP, by what those are.
    pub others: BTreeMap<String, usize>,
    pub report: Report,
}

/// What tshark says of one direction.
#[derive(Default)]
struct Theirs<'a> {
    shown: Vec<&'a Shown>,
    lost: bool,
}

/// Runs both over one capture.
pub(crate) fn capture(name: &str, file: &Path) -> Outcome {
    let report = ours::read(file);
    let listing = pdml::read(file);
    let mut outcome = Outcome { capture: name.to_owned(), ..Outcome::default() };
    let mut theirs = by_way(&report, &listing, &mut outcome);
    for way in report.ways.keys() {
        theirs.entry(*way).or_default();
    }
    for (way, side) in &theirs {
        if report
            .connections
            .iter()
            .any(|connection| connection.id == way.0 && connection.transport == "rtmp")
        {
            one_way(&report, *way, side, &mut outcome);
        }
    }
    outcome.report = report;
    outcome
}

/// The messages of tshark for each direction that rtmpscope knows; what is elsewhere is counted.
fn by_way<'a>(report: &Report, listing: &'a Listing, outcome: &mut Outcome) -> BTreeMap<Way, Theirs<'a>> {
    let way_of = |from: SocketAddr, to: SocketAddr, packet: u64| {
        let (connection, up) = report.connection(from, to, packet)?;
        Some(((connection.id, up), connection.transport.as_str()))
    };
    let mut ways: BTreeMap<Way, Theirs<'_>> = BTreeMap::new();
    for (flow, shown) in &listing.messages {
        match way_of(flow.from, flow.to, shown.frame) {
            Some((way, "rtmp")) => ways.entry(way).or_default().shown.push(shown),
            Some((_, transport)) => *outcome.others.entry(transport.to_owned()).or_default() += 1,
            None => *outcome.others.entry("not RTMP".to_owned()).or_default() += 1,
        }
    }
    for (flow, frame) in &listing.lost {
        if let Some((way, "rtmp")) = way_of(flow.from, flow.to, *frame) {
            ways.entry(way).or_default().lost = true;
        }
    }
    ways
}

fn one_way(report: &Report, way: Way, side: &Theirs<'_>, outcome: &mut Outcome) {
    let empty = OneWay::default();
    let said = report.ways.get(&way).unwrap_or(&empty);
    let filled = inherit::fill(side.shown.iter().copied());
    let left: Vec<&Message> = said.messages.iter().collect();
    let right: Vec<&Message> = filled.iter().map(|filled| &filled.message).collect();
    outcome.count.ways += usize::from(!left.is_empty() || !right.is_empty());
    outcome.count.rtmpscope += left.len();
    outcome.count.tshark += right.len();
    let opened = report.connections.iter().any(|connection| connection.id == way.0 && connection.opened);
    let mut walk =
        Walk::new(Around { opened, lost: side.lost, silent: left.is_empty(), ..Around::default() });
    for step in align::align(&left, &right) {
        let (i, j) = match step {
            Step::Both(i, j) => (Some(i), Some(j)),
            Step::Left(i) => (Some(i), None),
            Step::Right(j) => (None, Some(j)),
        };
        let (ours, theirs) = (i.map(|i| left[i]), j.map(|j| &filled[j]));
        let mut around = walk.step(ours, theirs);
        let packet = ours.or(theirs.map(|theirs| &theirs.message)).map_or(0, |message| message.packet);
        around.hole = said.holes.iter().any(|hole| *hole <= packet);
        around.broken = said.broken.is_some_and(|broken| broken <= packet);
        let facts = i.map(|i| &said.facts[i]);
        let found = differences(ours, theirs, facts, &mut outcome.count);
        let found = found.into_iter().map(|(kind, said)| Difference {
            kind,
            way,
            ours: ours.cloned(),
            theirs: theirs.cloned(),
            said,
            around,
        });
        outcome.differences.extend(found);
    }
}

type Found = Vec<(Kind, Option<(String, String)>)>;

/// All differences of a pair, or that it is none.
fn differences(
    ours: Option<&Message>,
    theirs: Option<&Filled>,
    facts: Option<&Facts>,
    count: &mut Count,
) -> Found {
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        return vec![(if ours.is_some() { Kind::OnlyRtmpscope } else { Kind::OnlyTshark }, None)];
    };
    let mut found: Found = in_headers(ours, theirs).into_iter().map(|kind| (kind, None)).collect();
    let read = facts::of_tshark(&theirs.shown, theirs.message.type_id);
    for (name, text) in facts.into_iter().flatten() {
        if let Some(other) = read.get(name) {
            count.facts += 1;
            if text != other {
                found.push((Kind::Fact(name), Some((text.clone(), other.clone()))));
            }
        }
    }
    count.paired += 1;
    count.equal += usize::from(found.is_empty());
    found
}

fn in_headers(ours: &Message, theirs: &Filled) -> Vec<Kind> {
    let said = &theirs.message;
    let same_time = ours.timestamp == said.timestamp;
    let same_csid = ours.csid == said.csid;
    let body = theirs.shown.whole_bytes.checked_sub(theirs.shown.header_bytes);
    let checks = [
        (Kind::Timestamp, same_time),
        (Kind::TimestampPrinted, !same_time || theirs.calculated.is_none_or(|time| time == ours.timestamp)),
        (Kind::StreamId, ours.stream_id == said.stream_id),
        (Kind::Csid, same_csid),
        (Kind::CsidPrinted, !same_csid || theirs.csid_shown == ours.csid),
        (Kind::Assembled, body == Some(ours.length)),
        (Kind::Packet, ours.packet == said.packet),
    ];
    checks.into_iter().filter(|(_, holds)| !holds).map(|(kind, _)| kind).collect()
}

impl Count {
    pub(crate) fn add(&mut self, other: &Self) {
        self.ways += other.ways;
        self.rtmpscope += other.rtmpscope;
        self.tshark += other.tshark;
        self.paired += other.paired;
        self.equal += other.equal;
        self.facts += other.facts;
    }
}

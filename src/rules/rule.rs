//! What a rule is: its code and name, when it may judge, what it hears, and how it is made.

use crate::base::time::CaptureTime;
use crate::session::event::{Closing, Event};
use crate::tcp::connection::Connection;

use super::context::Cx;
use super::severity::Severity;
use super::topic::Topic;

/// A rule; one static per file.
pub(crate) struct Rule {
    /// Stable code, `CH-04` and the like; never given to another.
    pub(crate) code: &'static str,
    /// Name in kebab case.
    pub(crate) name: &'static str,
    /// Severity of its findings that name no other.
    pub(crate) severity: Severity,
    /// The same in a strict profile, where the specification says MUST and implementations do not.
    pub(crate) strict: Option<Severity>,
    /// Where it is written, as findings show it.
    pub(crate) spec: &'static str,
    /// What it judges, in the plural: "no {subject} in this connection".
    pub(crate) subject: &'static str,
    /// What to do about a finding that says nothing better.
    pub(crate) help: &'static str,
    /// When it may judge.
    pub(crate) guards: &'static [Guard],
    /// Figures that a profile may change.
    pub(crate) thresholds: &'static [Threshold],
    /// The events it hears; none twice.
    pub(crate) hears: &'static [Topic],
    /// Those it hears besides while it is awake ([`Cx::wake`]): what comes often, and is of interest now and then.
    pub(crate) on_call: &'static [Topic],
    /// Of messages that are like one before them it hears none, unless it is awake: it looks at nothing in which they
    /// differ. Once it has found something in a frame, it hears all of them.
    pub(crate) skips_alike: bool,
    /// Its source file, of which the head is its documentation.
    pub(crate) source: &'static str,
    /// Its state for a connection.
    pub(crate) new: fn() -> Box<dyn Check>,
}

impl Rule {
    /// What most rules have in common, for struct update.
    pub(crate) const BASE: Self = Self {
        code: "",
        name: "",
        severity: Severity::Error,
        strict: None,
        spec: "",
        subject: "",
        help: "",
        guards: &[],
        thresholds: &[],
        hears: &[],
        on_call: &[],
        skips_alike: false,
        source: "",
        new: || Box::new(Silent),
    };

    /// The documentation: the lines at the head of the source, without the marks of a comment.
    pub(crate) fn doc(&self) -> String {
        let mut doc = String::new();
        for line in self.source.lines().map_while(|line| line.strip_prefix("//!")) {
            doc.push_str(line.strip_prefix(' ').unwrap_or(line));
            doc.push('\n');
        }
        doc
    }

    /// Whether it hears each frame of a kind, like others or not.
    pub(super) fn hears_each_frame(&self) -> bool {
        !self.skips_alike && self.hears.iter().any(|topic| topic.has_each_frame())
    }

    /// The text of a section of the documentation, by its heading.
    pub(crate) fn section(&self, heading: &str) -> Option<String> {
        let doc = self.doc();
        let mut lines = doc.lines().skip_while(|line| line.strip_prefix("## ") != Some(heading));
        lines.next()?;
        let text: Vec<_> = lines.take_while(|line| !line.starts_with("## ")).map(str::trim).collect();
        Some(text.join(" ").trim().to_owned())
    }
}

/// When a rule may judge. What a guard withholds from a rule makes its outcome inconclusive.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// The opening was captured, so that stream offset 0 is known in both directions (G-SYN).
    Syn,
    /// It hears a direction up to the first missing byte, or the first chunk header that is none (G-NOGAP).
    NoGap,
    /// It hears both directions up to the first missing byte of either.
    NoGapEither,
    /// Both directions were captured (G-BOTH).
    Both,
    /// What it judges is not encrypted (G-CLEAR).
    Clear,
    /// "Before it was received" is told by acknowledgement numbers, never by capture order (G-ORDER).
    Order,
    /// The capture goes on for long enough behind what waits for an answer (G-TAIL).
    Tail,
    /// The beginning of the stream was captured (G-FRESH).
    Fresh,
    /// Holes do not matter to it.
    Holes,
}

impl Guard {
    /// As a sentence.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Syn => "The connection's opening was captured.",
            Self::NoGap => "No byte of the direction is missing up to the point judged.",
            Self::NoGapEither => "No byte of either direction is missing up to the point judged.",
            Self::Both => "Both directions were captured.",
            Self::Clear => "The bytes are not encrypted.",
            Self::Order => {
                "The order is known from TCP acknowledgement numbers, never by the order of packets."
            }
            Self::Tail => "The capture goes on for as long as an answer may take, or the connection closed.",
            Self::Fresh => "The beginning of the stream was captured.",
            Self::Holes => "Missing bytes do not matter.",
        }
    }
}

/// Several of them.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Guards(u16);

impl Guards {
    /// Those of a list.
    pub(super) fn of(list: &[Guard]) -> Self {
        Self(list.iter().fold(0, |all, guard| all | 1 << *guard as u16))
    }

    /// Whether one is among them.
    pub(super) const fn has(self, guard: Guard) -> bool {
        self.0 >> guard as u16 & 1 != 0
    }
}

/// A figure that a profile may change.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Threshold {
    /// Key in a profile, with its unit: `longest_s`.
    pub(crate) name: &'static str,
    pub(crate) default: f64,
    /// What it is.
    pub(crate) about: &'static str,
}

/// The state of a rule for one connection.
pub(crate) trait Check {
    /// Takes the next event.
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>);

    /// The connection has ended, or the capture has.
    fn end(&mut self, _end: &End<'_>, _cx: &mut Cx<'_>) {}

    /// Memory held beside the structure itself, or more; bounded by the rule.
    fn held_bytes(&self) -> usize {
        0
    }
}

/// A check that hears nothing: of a rule that is judged elsewhere.
struct Silent;

impl Check for Silent {
    fn event(&mut self, _: &Event<'_>, _: &mut Cx<'_>) {}
}

/// How a connection ended.
pub(crate) struct End<'e> {
    /// What TCP knows of it.
    pub(crate) tcp: &'e Connection,
    pub(crate) closing: Closing,
    /// Time of the capture's last packet so far.
    pub(crate) latest: CaptureTime,
}

impl End<'_> {
    /// Whether at least `ns` were captured behind `since`, or the connection closed: otherwise what did not come may come
    /// yet (G-TAIL).
    pub(crate) fn is_late(&self, since: CaptureTime, ns: i64) -> bool {
        self.closing != Closing::Open || self.latest.since(since) >= ns
    }
}

//! What a rule has at hand while it judges: its figures, what was seen of the connection, and where findings go.

use crate::base::limits::Limits;

use super::finding::{Findings, Found, Said};
use super::profile::Settings;
use super::rule::{Guards, Rule};
use super::seen::Seen;

/// Makes wire text fit to be shown: secrets in it are masked unless they are to be shown.
pub(crate) trait Words {
    /// A stream name.
    fn name(&mut self, raw: &str) -> String;
    /// A URL.
    fn url(&mut self, raw: &str) -> String;
    /// The `app` of a connect command.
    fn app(&mut self, raw: &str) -> String;
    /// A single word that should be one of a known list: a command's name, a status code.
    fn word(&mut self, raw: &str) -> String;
    /// Any other text.
    fn text(&mut self, raw: &str) -> String;
}

/// Why a rule could not tell.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doubt {
    /// Bytes are missing in the capture.
    Hole,
    /// Chunk boundaries were lost.
    LostSync,
    /// A chunk header left out fields that no header before it had said.
    Unsaid,
    /// The capture begins inside the connection.
    MidStream,
    /// One direction was not captured.
    OneSided,
    /// The bytes are encrypted, or tunnelled in a way that is not read.
    Unreadable,
    /// The capture ends before it can be told.
    CaptureEnds,
    /// Too little came to judge by.
    TooLittle,
    /// Something was found that the limit on findings left no room for.
    NoRoom,
}

impl Doubt {
    /// The reason, as a sentence.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Hole => "bytes are missing in the capture",
            Self::LostSync => "chunk boundaries were lost",
            Self::Unsaid => "a chunk header left out what none before it had said",
            Self::MidStream => "the capture begins inside the connection",
            Self::OneSided => "one direction was not captured",
            Self::Unreadable => "the bytes are encrypted or tunnelled",
            Self::CaptureEnds => "the capture ends too early to tell",
            Self::TooLittle => "too little came to judge by",
            Self::NoRoom => "there was no room for what it found",
        }
    }
}

/// What a rule came to with one connection, beside its findings.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Tally {
    /// It judged something.
    pub(super) judged: bool,
    /// Something it hears was withheld from it, and why.
    pub(super) withheld: Option<Doubt>,
    /// It could not tell about something.
    pub(super) doubt: Option<Doubt>,
}

/// What a rule wants to hear from now on.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Attention {
    /// Nothing.
    Done,
    /// What it hears on call too.
    Awake,
    /// What it hears always.
    Asleep,
}

/// A rule of a set.
pub(crate) struct Enabled {
    pub(super) is: &'static Rule,
    pub(super) settings: Settings,
    pub(super) guards: Guards,
    /// Where its state stands among those of a connection.
    pub(super) seat: usize,
}

impl Enabled {
    pub(super) fn new(is: &'static Rule, settings: &Settings, seat: usize) -> Self {
        Self { is, settings: settings.clone(), guards: Guards::of(is.guards), seat }
    }
}

/// What a rule has at hand.
pub(crate) struct Cx<'c> {
    pub(super) rule: &'c Enabled,
    pub(super) strict: bool,
    pub(super) tally: Tally,
    pub(super) findings: &'c mut Findings,
    pub(super) words: &'c mut dyn Words,
    pub(super) limits: &'c Limits,
    pub(super) attention: Option<Attention>,
    /// It found something.
    pub(super) found: bool,
    /// What was seen of the connection so far, the present event included.
    pub(crate) seen: &'c Seen,
}

impl<'c> Cx<'c> {
    /// The next rule begins.
    pub(super) const fn begin(&mut self, rule: &'c Enabled, tally: Tally) {
        (self.rule, self.tally, self.attention, self.found) = (rule, tally, None, false);
    }

    /// Something was there to judge: without a finding the rule has passed.
    pub(crate) fn judged(&mut self) {
        self.tally.judged = true;
    }

    /// The rule has heard all it wants of this connection. It is still asked at the end.
    pub(crate) const fn done(&mut self) {
        self.attention = Some(Attention::Done);
    }

    /// From the next event on the rule hears what it hears on call.
    pub(crate) const fn wake(&mut self) {
        self.attention = Some(Attention::Awake);
    }

    /// It hears that no more, until it wakes again.
    pub(crate) const fn sleep(&mut self) {
        self.attention = Some(Attention::Asleep);
    }

    /// Something could not be told: without a finding the outcome is inconclusive.
    pub(crate) fn doubt(&mut self, why: Doubt) {
        self.tally.doubt.get_or_insert(why);
    }

    /// A figure of the rule, as the profile has it.
    pub(crate) fn threshold(&self, name: &str) -> f64 {
        let figure = self.rule.settings.threshold(self.rule.is, name);
        debug_assert!(figure.is_some(), "{} has no threshold {name}", self.rule.is.code);
        figure.unwrap_or_default()
    }

    /// The same, from seconds or milliseconds (by the end of its name) to nanoseconds.
    pub(crate) fn threshold_ns(&self, name: &str) -> i64 {
        self.rule.settings.threshold_ns(self.rule.is, name).unwrap_or_default()
    }

    /// Whether the profile holds peers to every MUST of the specification.
    pub(crate) const fn is_strict(&self) -> bool {
        self.strict
    }

    /// Reports something. The words are made only when the same was not found before.
    pub(crate) fn find(&mut self, found: Found, say: impl FnOnce(&mut dyn Words) -> Said) {
        (self.tally.judged, self.found) = (true, true);
        let Self { rule: Enabled { is: rule, settings, .. }, strict, findings, words, limits, .. } = self;
        let usual = if *strict { rule.strict.unwrap_or(rule.severity) } else { rule.severity };
        let severity = |own: Option<super::Severity>| match own {
            Some(own) if own != rule.severity => own,
            _ => settings.severity.unwrap_or(usual),
        };
        findings.add(rule, severity, found, limits, || say(&mut **words));
    }
}

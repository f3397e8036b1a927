//! What a rule found: one cause, where it showed first, and how often it happened.

use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef, Span};
use crate::rtmp::message::kind::MessageType;
use crate::session::event::Event;

use super::per::push;
use super::rule::Rule;
use super::severity::Severity;

/// Packets named in a finding at most.
const MOST_PACKETS: usize = 10;
/// Bytes shown of the message a finding is about.
const SHOWN_BYTES: usize = 32;

/// What a rule has to say.
#[derive(Clone)]
pub(crate) struct Finding {
    pub(crate) rule: &'static Rule,
    /// Which of the rule's cases it is; empty where there is one.
    pub(crate) case: &'static str,
    /// What it is about, of several: a chunk stream id, a stream's index.
    of: u64,
    pub(crate) severity: Severity,
    pub(crate) place: Place,
    /// The packets of the first few times.
    pub(crate) packets: Vec<u64>,
    /// What happened, in a sentence.
    pub(crate) message: String,
    /// What the rule asks for.
    pub(crate) expected: Option<String>,
    /// What there is.
    pub(crate) actual: Option<String>,
    /// What to do about it.
    pub(crate) help: &'static str,
    pub(crate) occurrences: u64,
}

impl Finding {
    /// One about the capture itself: no connection has it.
    pub(super) fn of_capture(
        rule: &'static Rule,
        severity: Severity,
        packet: Option<u64>,
        said: Said,
        occurrences: u64,
    ) -> Self {
        let Said { message, expected, actual, help } = said;
        let help = help.unwrap_or(rule.help);
        let place = Place { number: packet, ..Place::default() };
        let packets = packet.into_iter().collect();
        Self { rule, case: "", of: 0, severity, place, packets, message, expected, actual, help, occurrences }
    }

    /// The packet to look at.
    pub(crate) fn packet(&self) -> Option<u64> {
        self.place.at.map(|at| at.no).or(self.place.number)
    }

    /// Memory it takes, or more.
    fn held_bytes(&self) -> usize {
        let texts = [Some(&self.message), self.expected.as_ref(), self.actual.as_ref()];
        let texts: usize = texts.into_iter().flatten().map(|text| text.capacity() + 16).sum();
        size_of::<Self>() + texts + MOST_PACKETS * size_of::<u64>()
    }
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {:?}: {}", self.rule.code, self.case, self.severity, self.message)
    }
}

/// Where something was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) dir: Option<Dir>,
    /// The packet to look at.
    pub(crate) at: Option<PacketRef>,
    /// Its number, where nothing else is known of it.
    number: Option<u64>,
    /// Stream bytes; none when it is about none.
    pub(crate) span: Option<Span>,
    /// The message it was in.
    pub(crate) message: Option<InMessage>,
    /// The first bytes of that message, and how many; none where they may hold names that are secret. Not in a vector: a
    /// place is made each time something is found, and mostly only counted.
    head: ([u8; SHOWN_BYTES], usize),
}

/// The header fields of the message that a finding is about.
#[derive(Copy, Clone, Debug)]
pub(crate) struct InMessage {
    pub(crate) csid: u32,
    pub(crate) stream_id: u32,
    pub(crate) kind: MessageType,
    pub(crate) timestamp: u32,
    pub(crate) length: u32,
}

impl Place {
    /// That of an event.
    pub(crate) fn of(event: &Event<'_>) -> Self {
        let message = event.message.map(|header| InMessage {
            csid: header.csid,
            stream_id: header.stream_id,
            kind: header.kind,
            timestamp: header.timestamp,
            length: header.length,
        });
        let shows = message.is_some_and(|m| {
            m.kind.is_control() || matches!(m.kind, MessageType::AUDIO | MessageType::VIDEO)
        });
        let body = if shows { event.body.get(..SHOWN_BYTES).unwrap_or(event.body) } else { &[] };
        let mut head = [0; SHOWN_BYTES];
        head.iter_mut().zip(body).for_each(|(place, byte)| *place = *byte);
        Self {
            dir: Some(event.dir),
            at: Some(event.at),
            number: None,
            span: (event.span.end > event.span.start).then_some(event.span),
            message,
            head: (head, body.len()),
        }
    }

    /// The first bytes of the message it is in, unless they may hold names that are secret.
    pub(crate) fn head(&self) -> &[u8] {
        self.head.0.get(..self.head.1).unwrap_or_default()
    }

    /// A packet, without stream bytes.
    pub(crate) fn packet(dir: Dir, at: PacketRef) -> Self {
        Self { dir: Some(dir), at: Some(at), ..Self::default() }
    }

    /// Stream bytes.
    pub(crate) fn bytes(dir: Dir, span: Span) -> Self {
        Self { dir: Some(dir), at: Some(span.last), span: Some(span), ..Self::default() }
    }
}

/// Where and what, before it is put in words: the same thing again only counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    place: Place,
    case: &'static str,
    of: u64,
    severity: Option<Severity>,
}

impl Found {
    /// At an event.
    pub(crate) fn at(event: &Event<'_>) -> Self {
        Self::in_place(Place::of(event))
    }

    /// Elsewhere.
    pub(crate) fn in_place(place: Place) -> Self {
        Self { place, ..Self::default() }
    }

    /// Which of the rule's cases it is, in kebab case; each is a finding of its own.
    pub(crate) fn case(self, case: &'static str) -> Self {
        Self { case, ..self }
    }

    /// What it is about, where each of several is a finding of its own.
    pub(crate) fn of(self, of: impl Into<u64>) -> Self {
        Self { of: of.into(), ..self }
    }

    /// Another severity than the rule's own.
    pub(crate) fn severity(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }

    /// [`Severity::Warning`].
    pub(crate) fn warning(self) -> Self {
        self.severity(Severity::Warning)
    }

    /// [`Severity::Info`].
    pub(crate) fn info(self) -> Self {
        self.severity(Severity::Info)
    }

    /// [`Severity::Error`].
    pub(crate) fn error(self) -> Self {
        self.severity(Severity::Error)
    }
}

/// The words of a finding.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    message: String,
    expected: Option<String>,
    actual: Option<String>,
    help: Option<&'static str>,
}

impl Said {
    /// What happened: a sentence that begins in lower case and ends without a full stop. Wire text in it comes through
    /// [`super::context::Words`].
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// What the rule asks for.
    pub(crate) fn expected(self, expected: impl Into<String>) -> Self {
        Self { expected: Some(expected.into()), ..self }
    }

    /// What there is.
    pub(crate) fn actual(self, actual: impl Into<String>) -> Self {
        Self { actual: Some(actual.into()), ..self }
    }

    /// What to do about it, where the rule's own words do not fit.
    pub(crate) fn help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }
}

/// The findings of one connection.
#[derive(Default)]
pub(crate) struct Findings {
    all: Vec<Finding>,
    /// Those that there was no room for.
    omitted: u64,
    /// The rules they are of.
    left_out: Vec<&'static Rule>,
    held: usize,
}

impl Findings {
    /// Adds one, or counts it with the one that says the same.
    pub(super) fn add(
        &mut self,
        rule: &'static Rule,
        severity: impl FnOnce(Option<Severity>) -> Severity,
        found: Found,
        limits: &Limits,
        say: impl FnOnce() -> Said,
    ) {
        let Found { place, case, of, severity: own } = found;
        let same = |f: &&mut Finding| {
            std::ptr::eq(f.rule, rule) && f.case == case && f.of == of && f.place.dir == place.dir
        };
        if let Some(known) = self.all.iter_mut().find(same) {
            known.occurrences += 1;
            let packet = place.at.map(|at| at.no).filter(|no| known.packets.last() != Some(no));
            if let Some(packet) = packet.filter(|_| known.packets.len() < MOST_PACKETS) {
                known.packets.push(packet);
            }
            return;
        }
        let severity = severity(own);
        if self.all.len() >= limits.findings {
            self.omitted += 1;
            // What is graver takes the room of what is milder: nobody can crowd out what makes a check fail.
            let last_first = self.all.iter().enumerate().rev();
            let mildest = last_first.min_by_key(|(_, known)| known.severity);
            let Some((index, _)) = mildest.filter(|(_, known)| known.severity < severity) else {
                return self.leave_out(rule);
            };
            let gone = self.all.remove(index);
            self.leave_out(gone.rule);
            self.held = self.held.saturating_sub(gone.held_bytes());
        }
        let Said { message, expected, actual, help } = say();
        let finding = Finding {
            rule,
            case,
            of,
            severity,
            packets: place.at.iter().map(|at| at.no).collect(),
            place,
            message,
            expected,
            actual,
            help: help.unwrap_or(rule.help),
            occurrences: 1,
        };
        self.held += finding.held_bytes();
        push(&mut self.all, finding);
    }

    /// The rules that found something, perhaps more than once each.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        self.all.iter().map(|finding| finding.rule)
    }

    /// Those that there was no room for something of.
    pub(super) fn left_out(&self) -> impl Iterator<Item = &'static Rule> {
        self.left_out.iter().copied()
    }

    fn leave_out(&mut self, rule: &'static Rule) {
        if !self.left_out.iter().any(|left_out| std::ptr::eq(*left_out, rule)) {
            self.left_out.push(rule);
        }
    }

    /// Memory held beside the structure itself, or more.
    pub(super) const fn held_bytes(&self) -> usize {
        self.held + self.left_out.capacity() * size_of::<&Rule>()
    }

    /// All of them, in order of first sight, and how many there was no room for.
    pub(super) fn take(self) -> (Vec<Finding>, u64) {
        (self.all, self.omitted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static RULE: Rule = Rule { code: "X-01", help: "do it", ..Rule::BASE };

    #[test]
    fn the_gravest_are_kept_where_there_is_no_room() {
        let limits = Limits { findings: 3, ..Limits::default() };
        let mut findings = Findings::default();
        let mut add = |of: u64, own: Severity| {
            let found = Found::default().of(of).severity(own);
            findings.add(
                &RULE,
                |own| own.unwrap_or(Severity::Info),
                found,
                &limits,
                || Said::new(of.to_string()),
            );
            (findings.all.iter().map(|f| f.of).collect::<Vec<_>>(), findings.omitted)
        };
        for (of, severity) in [(1, Severity::Info), (2, Severity::Warning), (3, Severity::Info)] {
            add(of, severity);
        }
        assert_eq!(add(4, Severity::Info), (vec![1, 2, 3], 1));
        // The last one of the mildest makes room.
        assert_eq!(add(5, Severity::Error), (vec![1, 2, 5], 2));
        assert_eq!(add(6, Severity::Warning), (vec![2, 5, 6], 3));
        assert_eq!(add(7, Severity::Warning), (vec![2, 5, 6], 4));
        assert_eq!(add(8, Severity::Error), (vec![2, 5, 8], 5));
        assert_eq!(add(8, Severity::Error), (vec![2, 5, 8], 5));
        assert_eq!(findings.held, findings.all.iter().map(Finding::held_bytes).sum::<usize>());
    }
}

//! What becomes of the streams of a connection: found out, decoded, and heard by all who take events.
//!
//! Takes what TCP signals; gives the entry of the report, and what the capture's figures need. A connection of which no
//! more is shown than that there was one is not decoded.

use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef};
use crate::metrics::ConnectionMetrics;
use crate::report::build::{self, Parts};
use crate::report::collect::Collected;
use crate::report::findings;
use crate::report::model::{self, Transport};
use crate::rules::rule::End;
use crate::rules::set::{ConnectionRules, Judged};
use crate::session::event::{Closing, Event};
use crate::session::{Out, Overhead, Session};
use crate::tcp::assembler::Delivery;
use crate::tcp::connection::{Connection, Signal};
use crate::tunnel::detect::{Detector, Hints, Other, Verdict};

use super::done::JudgedConnection;
use super::flows::Shared;
use super::probe;

/// What the streams are taken for.
pub(super) enum App {
    /// Nothing yet; with the number it will have, if it is known to be one for the report.
    Unknown(Box<Detector>, Option<u32>),
    Rtmp(Box<Rtmp>),
    /// One of the report, of which it only tells how many there are.
    Counted(Counted),
    Other(Other),
    /// It is in the report already.
    Left,
}

/// A connection of the report that is followed.
pub(super) struct Rtmp {
    id: u32,
    transport: Transport,
    session: Session,
    /// What its entry is made of; none if it is only listened to.
    figures: Option<Box<Figures>>,
    /// The rules it is held to, if it is.
    rules: Option<Box<ConnectionRules>>,
    /// Client and server have to change places in what TCP still says.
    flipped: bool,
    /// Which side is the client is a guess.
    roles_inferred: bool,
    /// Bytes that were given up before the connection was recognised.
    passed: [u64; 2],
}

/// What the entry of a connection is made of.
struct Figures {
    metrics: ConnectionMetrics,
    collected: Collected,
}

/// A connection of the report beyond those that are listed.
pub(super) struct Counted {
    id: u32,
    transport: Transport,
    /// Client and server have to change places in what TCP still says.
    flipped: bool,
    /// The first packet behind a hole.
    first_gap: Option<u64>,
}

/// What the capture's figures and findings need of a connection of the report, besides what TCP says.
pub(super) struct Aside {
    pub(super) id: u32,
    /// Figures of it were kept, for an entry.
    pub(super) followed: bool,
    pub(super) transport: Transport,
    /// There is more than could be read behind its handshake, as it is encrypted.
    pub(super) encrypted: bool,
    /// The first packet behind a hole.
    pub(super) first_gap: Option<u64>,
    /// Directions that could not be decoded although no byte is missing.
    pub(super) broken: [bool; 2],
    /// There was no room for some of its commands.
    pub(super) commands_omitted: bool,
    /// What the rules came to.
    pub(super) judged: Option<JudgedConnection>,
}

/// The longest handshake of one direction.
const HANDSHAKE_BYTES: u64 = 3073;

impl App {
    /// Memory held beside the structure itself, or more.
    pub(super) fn held_bytes(&self) -> usize {
        match self {
            Self::Rtmp(rtmp) => rtmp.held_bytes(),
            Self::Unknown(detector, _) => size_of::<Detector>() + detector.held_bytes(),
            Self::Counted(_) | Self::Other(_) | Self::Left => 0,
        }
    }

    /// Whether client and server have to change places in what TCP says from now on.
    pub(super) const fn take_flipped(&mut self) -> bool {
        match self {
            Self::Rtmp(rtmp) => std::mem::replace(&mut rtmp.flipped, false),
            Self::Counted(counted) => std::mem::replace(&mut counted.flipped, false),
            Self::Unknown(..) | Self::Other(_) | Self::Left => false,
        }
    }

    /// Takes a signal of the connection.
    pub(super) fn signal(
        &mut self,
        dir: Dir,
        at: PacketRef,
        signal: Signal<'_>,
        hints: Hints,
        shared: &mut Shared<'_>,
    ) {
        match self {
            Self::Rtmp(rtmp) => rtmp.signal(dir, at, signal, shared),
            Self::Counted(counted) => counted.signal(signal),
            Self::Unknown(detector, id) => {
                if hints.port && !hints.from_start && matches!(signal, Signal::Stream(_)) {
                    id.get_or_insert_with(|| shared.next_id());
                }
                let mut verdict = detector.push(dir, at, signal, hints);
                if verdict == Verdict::Undecided && detector.is_due(hints) {
                    verdict = detector.hear(probe::ask(detector, false, shared.limits()), hints);
                }
                *self = match (verdict, transport(verdict)) {
                    (Verdict::Undecided, _) => return,
                    (_, None) => Self::Other(detector.other()),
                    (_, Some(transport)) => {
                        Self::begin(std::mem::take(detector), *id, transport, hints, shared)
                    }
                };
            }
            Self::Other(_) | Self::Left => {}
        }
    }

    /// The connection is one for the report: takes what was held so far.
    pub(super) fn begin(
        detector: Detector,
        id: Option<u32>,
        transport: Transport,
        hints: Hints,
        shared: &mut Shared<'_>,
    ) -> Self {
        let flipped = detector.flips(hints);
        let id = id.unwrap_or_else(|| shared.next_id());
        let listed = shared.may_list(id);
        if !listed && shared.listener.is_none() {
            let mut counted = Counted { id, transport, flipped, first_gap: None };
            detector.replay(flipped, &mut |_, _, signal| counted.signal(signal));
            return Self::Counted(counted);
        }
        let mut passed = Dir::BOTH.map(|dir| detector.passed(dir));
        if flipped {
            passed.reverse();
        }
        let session = match transport {
            Transport::Rtmp => Session::new(hints.from_start),
            Transport::Rtmpe => Session::encrypted(hints.from_start),
            Transport::Rtmps => Session::tls(hints.from_start),
            _ => Session::opaque(),
        };
        let figures =
            || Figures { metrics: ConnectionMetrics::new(shared.limits()), collected: Collected::default() };
        let mut rtmp = Box::new(Rtmp {
            id,
            transport,
            session,
            figures: listed.then(|| Box::new(figures())),
            rules: shared.rules.filter(|_| listed).map(|set| {
                let unreadable = !matches!(transport, Transport::Rtmp | Transport::Rtmpe);
                Box::new(ConnectionRules::new(set, unreadable))
            }),
            flipped,
            roles_inferred: !detector.knows_roles(hints),
            passed,
        });
        detector.replay(flipped, &mut |dir, at, signal| rtmp.take(dir, at, signal, shared));
        Self::Rtmp(rtmp)
    }
}

/// What a connection of the report costs beside what grows: itself, and some short lists.
const RTMP: usize = size_of::<Rtmp>() + 512;

/// What carries RTMP, where the connection is of the report.
pub(super) const fn transport(verdict: Verdict) -> Option<Transport> {
    match verdict {
        Verdict::Undecided | Verdict::Other => None,
        Verdict::Rtmp => Some(Transport::Rtmp),
        Verdict::Rtmpe => Some(Transport::Rtmpe),
        Verdict::Rtmpt => Some(Transport::Rtmpt),
        Verdict::Rtmps => Some(Transport::Rtmps),
    }
}

impl Rtmp {
    /// Takes a signal of TCP.
    fn signal(&mut self, dir: Dir, at: PacketRef, signal: Signal<'_>, shared: &mut Shared<'_>) {
        self.take(if self.flipped { dir.opposite() } else { dir }, at, signal, shared);
    }

    /// Takes a signal whose direction is that of the entry.
    fn take(&mut self, dir: Dir, at: PacketRef, signal: Signal<'_>, shared: &mut Shared<'_>) {
        self.with(shared, |session, limits, out| session.signal(dir, at, signal, limits, out));
    }

    /// The connection ended with its packet `last`.
    pub(super) fn finish(&mut self, last: PacketRef, cause: Closing, shared: &mut Shared<'_>) {
        self.with(shared, |session, limits, out| session.finish(last, cause, limits, out));
    }

    /// Lets the session work, with its events going to everyone who hears them.
    fn with(&mut self, shared: &mut Shared<'_>, work: impl FnOnce(&mut Session, &Limits, &mut Out<'_>)) {
        let Shared { options, masker, listener, rules: set, start, stopped, timeline_left, .. } = shared;
        let Self { id, session, figures, rules, .. } = self;
        let limits = &options.limits;
        let mut sink = |event: &Event<'_>| {
            if let Some(figures) = figures {
                figures.metrics.event(event);
            }
            if let Some(listener) = listener
                && !*stopped
            {
                *stopped = listener(event, *start, masker).is_break();
            }
            if let Some(figures) = figures {
                figures.collected.event(event, *start, limits, timeline_left, masker);
            }
            if let (Some(rules), Some(set)) = (&mut *rules, *set) {
                rules.event(set, event, limits, masker);
            }
        };
        work(session, limits, &mut Out { connection: *id, sink: &mut sink });
    }

    /// Memory held, or more.
    fn held_bytes(&self) -> usize {
        let figures = self.figures.as_ref().map_or(0, |figures| {
            size_of::<Figures>() + figures.metrics.held_bytes() + figures.collected.held_bytes()
        });
        let rules = self.rules.as_ref().map_or(0, |rules| rules.held_bytes());
        RTMP + self.session.held_bytes() + figures + rules
    }

    /// What [`Self::shed`] gives up.
    pub(super) fn partial_bytes(&self) -> usize {
        self.session.partial_bytes()
    }

    /// Gives up what is kept of unfinished messages.
    pub(super) fn shed(&mut self) {
        self.session.shed();
    }

    /// Whether its end was told.
    pub(super) const fn has_ended(&self) -> bool {
        self.session.has_ended()
    }

    /// What the capture needs of it. The rules come to an end.
    pub(super) fn aside(&mut self, tcp: &Connection, shared: &mut Shared<'_>) -> Aside {
        let judged = self.rules.take().map(|rules| judge(tcp, self.id, *rules, shared));
        let figures = self.figures.as_deref();
        let behind_handshake =
            |dir: &Dir| tcp.stats(*dir).unique_bytes > self.session.overhead(*dir).handshake;
        Aside {
            id: self.id,
            followed: figures.is_some() || shared.listener.is_some(),
            transport: self.transport,
            encrypted: Dir::BOTH.iter().any(behind_handshake),
            first_gap: figures.and_then(|figures| figures.collected.first_gap),
            broken: Dir::BOTH
                .map(|dir| figures.is_some_and(|figures| figures.collected.losses.get(dir).is_broken())),
            commands_omitted: figures.is_some_and(|figures| figures.metrics.commands().omitted() > 0),
            judged,
        }
    }

    /// Limits that it reached.
    pub(super) fn limits_hit(&self) -> impl Iterator<Item = &'static str> {
        let of_figures = self.figures.iter().flat_map(|figures| {
            let metrics = &figures.metrics;
            let sizes = Dir::BOTH.iter().any(|dir| metrics.chunk_sizes(*dir).omitted() > 0);
            let streams = metrics.omitted_streams() > 0;
            let of_metrics = [(sizes, "chunk_sizes"), (streams, "streams")];
            let of_metrics = of_metrics.into_iter().filter_map(|(hit, name)| hit.then_some(name));
            of_metrics.chain(figures.collected.reached.names().iter().copied())
        });
        self.session.limits_hit().chain(of_figures)
    }

    /// About the memory that its entry will take, if it is to have one.
    pub(super) fn entry_bytes(&self) -> Option<usize> {
        let Figures { metrics, collected } = self.figures.as_deref()?;
        Some(size_of::<model::Connection>() + metrics.held_bytes() + collected.held_bytes())
    }

    /// Its entry, if it is to have one.
    pub(super) fn build(
        self: Box<Self>,
        tcp: &Connection,
        shared: &mut Shared<'_>,
    ) -> Option<Box<model::Connection>> {
        let Self { id, transport, session, figures, roles_inferred, passed, .. } = *self;
        let Figures { metrics, collected } = *figures?;
        let overhead = |dir, passed: u64| {
            let overhead = session.overhead(dir);
            Overhead { skipped: overhead.skipped + passed, ..overhead }
        };
        let [up, down] = passed;
        let parts = Parts {
            id,
            transport,
            tcp,
            roles_inferred,
            overhead: [overhead(Dir::ClientToServer, up), overhead(Dir::ServerToClient, down)],
            metrics: &metrics,
            collected,
            start: shared.start,
            latest: shared.latest,
        };
        Some(Box::new(build::connection(parts, &mut shared.masker)))
    }
}

impl Counted {
    /// Takes a signal.
    const fn signal(&mut self, signal: Signal<'_>) {
        if let Signal::Stream(Delivery::Gap { snapped: false, at, .. }) = signal
            && self.first_gap.is_none()
        {
            self.first_gap = Some(at.no);
        }
    }

    /// What the capture needs of it.
    pub(super) fn aside(&self, tcp: &Connection) -> Aside {
        Aside {
            id: self.id,
            followed: false,
            transport: self.transport,
            encrypted: Dir::BOTH.iter().any(|dir| tcp.stats(*dir).unique_bytes > HANDSHAKE_BYTES),
            first_gap: self.first_gap,
            broken: [false; 2],
            commands_omitted: false,
            judged: None,
        }
    }
}

/// What the rules come to at the end of a connection.
fn judge(tcp: &Connection, id: u32, rules: ConnectionRules, shared: &mut Shared<'_>) -> JudgedConnection {
    let Shared { options, masker, rules: set, start, latest, .. } = shared;
    let end = End { tcp, closing: build::closing(tcp), latest: *latest };
    let one_sided = build::missing_side(tcp).is_some();
    let judged = set.map(|set| rules.finish(set, &end, one_sided, &options.limits, masker));
    let Judged { findings, omitted, outcomes } = judged.unwrap_or_default();
    let findings = findings.iter().map(|found| findings::finding(found, Some(id), Some(*start))).collect();
    JudgedConnection { id, findings, omitted, outcomes }
}

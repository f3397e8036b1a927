//! A connection of the report that is followed: decoded, and heard by all who take events.
//!
//! Takes what TCP signals; gives the entry of the report, and what the capture's figures need.

use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef};
use crate::metrics::ConnectionMetrics;
use crate::report::build::{self, Parts};
use crate::report::collect::Collected;
use crate::report::findings;
use crate::report::model::{self, Transport};
use crate::rules::rule::End;
use crate::rules::set::{ConnectionRules, Judged};
use crate::session::event::{Closing, Event, Kind};
use crate::session::{Out, Overhead, Session};
use crate::tcp::connection::{Connection, Signal};
use crate::tunnel::detect::{Detector, Hints};

use super::done::JudgedConnection;
use super::flows::Shared;

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
    heard: Heard,
}

/// What kinds of events there were.
struct Heard {
    /// One that is more than a frame, since that was asked last.
    told: bool,
    /// A frame, since the last command or data message.
    flows: bool,
}

impl Heard {
    const fn hear(&mut self, kind: &Kind<'_>) {
        match kind {
            Kind::Media(_) => self.flows = true,
            Kind::Command(_) | Kind::Data(_) => *self = Self { told: true, flows: false },
            _ => self.told = true,
        }
    }
}

/// What the entry of a connection is made of.
struct Figures {
    metrics: ConnectionMetrics,
    collected: Collected,
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

/// What a connection of the report costs beside what grows: itself, and some short lists.
const RTMP: usize = size_of::<Rtmp>() + 512;

/// What the entry of an ordinary connection has beside itself, its streams and its timeline, more or less.
const ENTRY: usize = 3 << 10;

impl Rtmp {
    /// One with this number, before anything of its streams was taken.
    pub(super) fn new(
        id: u32,
        transport: Transport,
        detector: &Detector,
        hints: Hints,
        shared: &Shared<'_>,
    ) -> Box<Self> {
        let flipped = detector.flips(hints);
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
        let listed = shared.may_list(id);
        let metrics = || ConnectionMetrics::new(shared.limits(), shared.depth);
        let figures = || Figures { metrics: metrics(), collected: Collected::default() };
        Box::new(Self {
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
            heard: Heard { told: true, flows: false },
        })
    }

    /// Takes the next bytes of a stream, if they are the middle of a long message.
    #[inline]
    pub(super) fn pass(&mut self, dir: Dir, pos: u64, bytes: &[u8], at: PacketRef) -> bool {
        !self.flipped && self.session.pass(dir, pos, bytes, at)
    }

    /// Takes a signal of TCP.
    pub(super) fn signal(&mut self, dir: Dir, at: PacketRef, signal: Signal<'_>, shared: &mut Shared<'_>) {
        self.take(if self.flipped { dir.opposite() } else { dir }, at, signal, shared);
    }

    /// Takes a signal whose direction is that of the entry.
    pub(super) fn take(&mut self, dir: Dir, at: PacketRef, signal: Signal<'_>, shared: &mut Shared<'_>) {
        self.with(shared, |session, limits, out| session.signal(dir, at, signal, limits, out));
    }

    /// The connection ended with its packet `last`.
    pub(super) fn finish(&mut self, last: PacketRef, cause: Closing, shared: &mut Shared<'_>) {
        self.with(shared, |session, limits, out| session.finish(last, cause, limits, out));
    }

    /// Lets the session work, with its events going to everyone who hears them.
    fn with(&mut self, shared: &mut Shared<'_>, work: impl FnOnce(&mut Session, &Limits, &mut Out<'_>)) {
        let Shared { options, masker, listener, rules: set, start, stopped, timeline_left, .. } = shared;
        let Self { id, session, figures, rules, heard, .. } = self;
        let limits = &options.limits;
        let mut sink = |event: &Event<'_>| {
            heard.hear(&event.kind);
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
    pub(super) fn held_bytes(&self) -> usize {
        let figures = self.figures.as_ref().map_or(0, |figures| {
            size_of::<Figures>() + figures.metrics.held_bytes() + figures.collected.held_bytes()
        });
        let rules = self.rules.as_ref().map_or(0, |rules| rules.held_bytes());
        RTMP + self.session.held_bytes() + figures + rules
    }

    /// Of this: what a segment can make grow without an event that is more than a frame.
    pub(super) fn held_at_once(&self) -> usize {
        self.session.held_without_events()
    }

    /// Whether there was an event that is more than a frame since that was asked last.
    pub(super) const fn take_told(&mut self) -> bool {
        std::mem::replace(&mut self.heard.told, false)
    }

    /// Whether it is in the midst of its media.
    pub(super) const fn flows(&self) -> bool {
        self.heard.flows
    }

    /// Whether client and server have to change places in what TCP says from now on.
    pub(super) const fn take_flipped(&mut self) -> bool {
        std::mem::replace(&mut self.flipped, false)
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
        Some(ENTRY + size_of::<model::Connection>() + metrics.told_bytes() + collected.held_bytes())
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

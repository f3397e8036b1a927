//! What is open of one connection: TCP, and what is made of its streams.

use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef};
use crate::link::segment::Segment;
use crate::metrics::ConnectionMetrics;
use crate::report::build::{self, Parts};
use crate::report::collect::Collected;
use crate::report::findings;
use crate::report::model::{self, Transport};
use crate::rules::rule::End;
use crate::rules::set::{ConnectionRules, Judged};
use crate::session::event::Event;
use crate::session::{Out, Overhead, Session};
use crate::tcp::connection::{Connection, Signal};
use crate::tcp::table::FlowKey;
use crate::tunnel::detect::{Detector, Hints, Other, Verdict};

use super::flows::{JudgedConnection, Shared};
use super::probe;

/// One connection.
pub(super) struct Live {
    /// Tells it from others that had the same slot.
    pub(super) serial: u64,
    pub(super) key: FlowKey,
    pub(super) tcp: Connection,
    /// Memory that it takes, as accounted in [`Shared::held`].
    pub(super) held: usize,
    /// It waits in the queue of closed connections.
    pub(super) lingering: bool,
    hints: Hints,
    app: App,
}

/// What the streams are taken for.
enum App {
    /// Nothing yet; with the number it will have, if it is known to be one for the report.
    Unknown(Detector, Option<u32>),
    Rtmp(Box<Rtmp>),
    Other(Other),
    /// It is in the report already.
    Left,
}

/// A connection of the report.
struct Rtmp {
    id: u32,
    transport: Transport,
    session: Session,
    metrics: ConnectionMetrics,
    collected: Collected,
    /// The rules it is held to, if it is.
    rules: Option<Box<ConnectionRules>>,
    /// Client and server have to change places in what TCP still says.
    flipped: bool,
    /// Which side is the client is a guess.
    roles_inferred: bool,
    /// Bytes that were given up before the connection was recognised.
    passed: [u64; 2],
}

/// What the capture's findings need of a connection besides its entry.
pub(super) struct Aside {
    /// The first packet behind a hole.
    pub(super) first_gap: Option<u64>,
    /// Directions that could not be decoded although no byte is missing.
    pub(super) broken: [bool; 2],
    /// What the rules came to.
    pub(super) judged: Option<JudgedConnection>,
}

impl Live {
    pub(super) fn new(serial: u64, key: FlowKey, tcp: Connection, hints: Hints) -> Self {
        Self {
            serial,
            key,
            tcp,
            held: 0,
            lingering: false,
            hints,
            app: App::Unknown(Detector::default(), None),
        }
    }

    /// Takes the next segment.
    pub(super) fn push(&mut self, segment: &Segment<'_>, at: PacketRef, shared: &mut Shared<'_>) {
        if segment.flags.syn() {
            self.opening(segment);
        }
        let Self { tcp, app, hints, .. } = self;
        let limits = &shared.options.limits;
        tcp.push(segment, at, limits, &mut |dir, at, signal| app.signal(dir, at, signal, *hints, shared));
        self.settle_roles();
    }

    /// Client and server change places in what TCP says from now on, if the bytes told so.
    fn settle_roles(&mut self) {
        if let App::Rtmp(rtmp) = &mut self.app
            && std::mem::take(&mut rtmp.flipped)
        {
            self.tcp.flip();
        }
    }

    /// A SYN tells client from server, even when the capture holds another packet in front of it.
    fn opening(&mut self, segment: &Segment<'_>) {
        (self.hints.from_start, self.hints.roles) = (true, true);
        let client = if segment.flags.ack() { segment.dst } else { segment.src };
        if let App::Unknown(detector, _) = &mut self.app
            && client != self.tcp.client()
        {
            self.tcp.flip();
            detector.flip();
        }
    }

    /// No more bytes are expected: what is held is passed on, and the session ends.
    pub(super) fn end_session(&mut self, shared: &mut Shared<'_>) {
        let Self { tcp, app, hints, .. } = self;
        tcp.finish(&mut |dir, at, signal| app.signal(dir, at, signal, *hints, shared));
        if let App::Unknown(detector, id) = app {
            let hints = *hints;
            if detector.searches(hints) {
                detector.hear(probe::ask(detector, true, &shared.options.limits), hints);
            }
            // On a port known for RTMP, a connection that never said anything is worth a line.
            let (opening, payload) = (tcp.opening(), Dir::BOTH.map(|dir| tcp.stats(dir).payload_bytes));
            let seen =
                opening.syn.is_some() || opening.syn_ack.is_some() || payload.iter().any(|bytes| *bytes > 0);
            let known = (hints.port || hints.certain) && !detector.is_stranger(hints);
            let transport = match detector.end(hints) {
                Verdict::Undecided | Verdict::Other if seen && known => {
                    let encrypted = hints.from_start && detector.asks_for_encryption();
                    Some(if encrypted { Transport::Rtmpe } else { Transport::Rtmp })
                }
                verdict => transport(verdict),
            };
            *app = match transport {
                Some(transport) => App::begin(std::mem::take(detector), *id, transport, hints, shared),
                None => App::Other(detector.other()),
            };
        }
        self.settle_roles();
        let Self { tcp, app, .. } = self;
        if let App::Rtmp(rtmp) = app {
            let (_, last) = tcp.packets();
            let cause = build::closing(tcp);
            rtmp.with(shared, |session, limits, out| session.finish(last, cause, limits, out));
        }
    }

    /// Brings what all connections hold up to date with what this one holds.
    pub(super) fn account(&mut self, shared: &mut Shared<'_>) {
        let held = LIVE + self.tcp.held_bytes() + self.app.held_bytes();
        if held != self.held {
            shared.held = (shared.held + held).saturating_sub(self.held);
            self.held = held;
        }
    }

    /// What [`Self::shed`] gives up.
    pub(super) fn waiting_bytes(&self) -> usize {
        let app = if let App::Rtmp(rtmp) = &self.app { rtmp.session.partial_bytes() } else { 0 };
        self.tcp.early_bytes() + app
    }

    /// Gives up holes, with what is held behind them, and what is kept of unfinished messages.
    pub(super) fn shed(&mut self, shared: &mut Shared<'_>) {
        let Self { tcp, app, hints, .. } = self;
        tcp.shed(&mut |dir, at, signal| app.signal(dir, at, signal, *hints, shared));
        if let App::Rtmp(rtmp) = app {
            rtmp.session.shed();
        }
    }

    /// Whether nothing more can come of it.
    pub(super) const fn has_ended(&self) -> bool {
        match &self.app {
            App::Rtmp(rtmp) => rtmp.session.has_ended(),
            App::Unknown(..) => false,
            App::Other(_) | App::Left => true,
        }
    }

    /// Limits that the connection reached.
    pub(super) fn limits_hit(&self) -> impl Iterator<Item = &'static str> {
        let rtmp = if let App::Rtmp(rtmp) = &self.app { Some(rtmp) } else { None };
        rtmp.into_iter().flat_map(|rtmp| {
            let metrics = &rtmp.metrics;
            let sizes = Dir::BOTH.iter().any(|dir| metrics.chunk_sizes(*dir).omitted() > 0);
            let streams = metrics.omitted_streams() > 0;
            let of_metrics = [(sizes, "chunk_sizes"), (streams, "streams")];
            let of_metrics = of_metrics.into_iter().filter_map(|(hit, name)| hit.then_some(name));
            rtmp.session.limits_hit().chain(of_metrics).chain(rtmp.collected.reached.names().iter().copied())
        })
    }

    /// Whether it is in the report already.
    pub(super) const fn is_left(&self) -> bool {
        matches!(self.app, App::Left)
    }

    /// The entry of the report and what else is to be told; for what is not RTMP, what it is. The connection is left.
    pub(super) fn take_entry(
        &mut self,
        shared: &mut Shared<'_>,
    ) -> Result<(Box<model::Connection>, Aside), Other> {
        let rtmp = match std::mem::replace(&mut self.app, App::Left) {
            App::Rtmp(rtmp) => rtmp,
            App::Other(other) => return Err(other),
            App::Unknown(detector, _) => return Err(detector.other()),
            App::Left => return Err(Other::Unknown),
        };
        let Rtmp { id, transport, session, metrics, collected, rules, roles_inferred, passed, .. } = *rtmp;
        let aside = Aside {
            judged: rules.map(|rules| judge(&self.tcp, id, *rules, shared)),
            first_gap: collected.first_gap,
            broken: Dir::BOTH.map(|dir| collected.losses.get(dir).is_broken()),
        };
        let parts = Parts {
            id,
            transport,
            tcp: &self.tcp,
            roles_inferred,
            overhead: {
                let [up, down] = Dir::BOTH.map(|dir| session.overhead(dir));
                let [up_passed, down_passed] = passed;
                let with = |o: Overhead, passed| Overhead { skipped: o.skipped + passed, ..o };
                [with(up, up_passed), with(down, down_passed)]
            },
            metrics: &metrics,
            collected,
            start: shared.start,
            latest: shared.latest,
        };
        Ok((Box::new(build::connection(parts, &mut shared.masker)), aside))
    }
}

/// What a connection costs at least: itself, and its place in the table.
const LIVE: usize = size_of::<Live>() + 256;

impl App {
    fn held_bytes(&self) -> usize {
        match self {
            Self::Rtmp(rtmp) => {
                let Rtmp { session, metrics, collected, rules, .. } = &**rtmp;
                let rules = rules.as_ref().map_or(0, |rules| rules.held_bytes());
                RTMP + session.held_bytes() + metrics.held_bytes() + collected.held_bytes() + rules
            }
            Self::Unknown(detector, _) => detector.held_bytes(),
            Self::Other(_) | Self::Left => 0,
        }
    }

    fn signal(&mut self, dir: Dir, at: PacketRef, signal: Signal<'_>, hints: Hints, shared: &mut Shared<'_>) {
        match self {
            Self::Rtmp(rtmp) => {
                let dir = if rtmp.flipped { dir.opposite() } else { dir };
                rtmp.with(shared, |session, limits, out| session.signal(dir, at, signal, limits, out));
            }
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
    fn begin(
        detector: Detector,
        id: Option<u32>,
        transport: Transport,
        hints: Hints,
        shared: &mut Shared<'_>,
    ) -> Self {
        let flip = detector.flips(hints);
        let mut passed = Dir::BOTH.map(|dir| detector.passed(dir));
        if flip {
            passed.reverse();
        }
        let session = match transport {
            Transport::Rtmp => Session::new(hints.from_start),
            Transport::Rtmpe => Session::encrypted(hints.from_start),
            Transport::Rtmps => Session::tls(hints.from_start),
            _ => Session::opaque(),
        };
        let mut rtmp = Box::new(Rtmp {
            id: id.unwrap_or_else(|| shared.next_id()),
            transport,
            session,
            metrics: ConnectionMetrics::new(shared.limits()),
            collected: Collected::default(),
            rules: shared.rules.map(|set| {
                let unreadable = !matches!(transport, Transport::Rtmp | Transport::Rtmpe);
                Box::new(ConnectionRules::new(set, unreadable))
            }),
            flipped: flip,
            roles_inferred: !detector.knows_roles(hints),
            passed,
        });
        detector.replay(flip, &mut |dir, at, signal| {
            rtmp.with(shared, |session, limits, out| session.signal(dir, at, signal, limits, out));
        });
        Self::Rtmp(rtmp)
    }
}

/// What a connection of the report costs beside what grows: itself, and some short lists.
const RTMP: usize = size_of::<Rtmp>() + 512;

/// What carries RTMP, where the connection is of the report.
const fn transport(verdict: Verdict) -> Option<Transport> {
    match verdict {
        Verdict::Undecided | Verdict::Other => None,
        Verdict::Rtmp => Some(Transport::Rtmp),
        Verdict::Rtmpe => Some(Transport::Rtmpe),
        Verdict::Rtmpt => Some(Transport::Rtmpt),
        Verdict::Rtmps => Some(Transport::Rtmps),
    }
}

impl Rtmp {
    /// Lets the session work, with its events going to everyone who hears them.
    fn with(&mut self, shared: &mut Shared<'_>, work: impl FnOnce(&mut Session, &Limits, &mut Out<'_>)) {
        let Shared { options, masker, listener, rules: set, start, stopped, timeline_left, .. } = shared;
        let Self { id, session, metrics, collected, rules, .. } = self;
        let limits = &options.limits;
        let mut sink = |event: &Event<'_>| {
            metrics.event(event);
            if let Some(listener) = listener
                && !*stopped
            {
                *stopped = listener(event, *start, masker).is_break();
            }
            collected.event(event, *start, limits, timeline_left, masker);
            if let (Some(rules), Some(set)) = (&mut *rules, *set) {
                rules.event(set, event, limits, masker);
            }
        };
        work(session, limits, &mut Out { connection: *id, sink: &mut sink });
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

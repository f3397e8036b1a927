//! What is open of one connection: TCP, and what is made of its streams.

use crate::base::pos::{Dir, PacketRef};
use crate::link::segment::Segment;
use crate::metrics::ConnectionMetrics;
use crate::report::build::{self, Parts};
use crate::report::collect::Collected;
use crate::report::model::{self, Transport};
use crate::session::event::Event;
use crate::session::{Out, Session};
use crate::tcp::connection::{Connection, Signal};
use crate::tcp::table::FlowKey;
use crate::tunnel::detect::{Detector, Hints, Other, Verdict};

use super::flows::Shared;

/// One connection.
pub(super) struct Live {
    /// Tells it from others that had the same slot.
    pub(super) serial: u64,
    pub(super) key: FlowKey,
    pub(super) tcp: Connection,
    /// It waits in the queue of closed connections.
    pub(super) lingering: bool,
    hints: Hints,
    app: App,
}

/// What the streams are taken for.
enum App {
    Unknown(Detector),
    Rtmp(Box<Rtmp>),
    Other(Other),
}

/// A connection of the report.
struct Rtmp {
    id: u32,
    transport: Transport,
    session: Session,
    metrics: ConnectionMetrics,
    collected: Collected,
    /// Client and server have to change places in what TCP still says.
    flipped: bool,
}

/// A connection that is no RTMP.
pub(super) struct Stranger {
    pub(super) tcp: Connection,
    pub(super) what: Other,
}

/// What the capture's findings need of a connection besides its entry.
pub(super) struct Aside {
    /// The first packet behind a hole.
    pub(super) first_gap: Option<u64>,
    /// Directions that could not be decoded although no byte is missing.
    pub(super) broken: [bool; 2],
}

impl Live {
    pub(super) fn new(serial: u64, key: FlowKey, tcp: Connection, hints: Hints) -> Self {
        Self { serial, key, tcp, lingering: false, hints, app: App::Unknown(Detector::default()) }
    }

    /// Takes the next segment.
    pub(super) fn push(&mut self, segment: &Segment<'_>, at: PacketRef, shared: &mut Shared<'_>) {
        if segment.flags.syn() {
            self.opening(segment);
        }
        let Self { tcp, app, hints, .. } = self;
        let limits = &shared.options.limits;
        tcp.push(segment, at, limits, &mut |dir, at, signal| app.signal(dir, at, signal, *hints, shared));
        if let App::Rtmp(rtmp) = app
            && std::mem::take(&mut rtmp.flipped)
        {
            tcp.flip();
        }
    }

    /// A SYN tells client from server, even when the capture holds another packet in front of it.
    fn opening(&mut self, segment: &Segment<'_>) {
        self.hints.from_start = true;
        let client = if segment.flags.ack() { segment.dst } else { segment.src };
        if let App::Unknown(detector) = &mut self.app
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
        if let App::Unknown(detector) = app {
            // On a port known for RTMP, a connection that never said anything is worth a line.
            let (opening, payload) = (tcp.opening(), Dir::BOTH.map(|dir| tcp.stats(dir).payload_bytes));
            let seen =
                opening.syn.is_some() || opening.syn_ack.is_some() || payload.iter().any(|bytes| *bytes > 0);
            *app = if seen && (hints.port || hints.certain) {
                let encrypted = detector.asks_for_encryption();
                let transport = if encrypted { Transport::Rtmpe } else { Transport::Rtmp };
                App::begin(std::mem::take(detector), transport, false, *hints, shared)
            } else {
                App::Other(detector.other())
            };
        }
        if let App::Rtmp(rtmp) = app {
            let (_, last) = tcp.packets();
            let cause = build::closing(tcp);
            rtmp.with(shared, |session, limits, out| session.finish(last, cause, limits, out));
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
            rtmp.session.limits_hit().chain(of_metrics)
        })
    }

    /// The entry of the report and what else is to be told; TCP alone for what is not RTMP.
    pub(super) fn into_entry(
        self,
        shared: &mut Shared<'_>,
    ) -> Result<(Box<model::Connection>, Aside), Box<Stranger>> {
        let rtmp = match self.app {
            App::Rtmp(rtmp) => rtmp,
            App::Other(other) => return Err(Box::new(Stranger { tcp: self.tcp, what: other })),
            App::Unknown(detector) => {
                return Err(Box::new(Stranger { tcp: self.tcp, what: detector.other() }));
            }
        };
        let Rtmp { id, transport, session, metrics, collected, .. } = *rtmp;
        let aside = Aside {
            first_gap: collected.first_gap,
            broken: Dir::BOTH.map(|dir| collected.losses.get(dir).is_broken()),
        };
        let parts = Parts {
            id,
            transport,
            tcp: &self.tcp,
            overhead: (transport == Transport::Rtmp).then(|| Dir::BOTH.map(|dir| session.overhead(dir))),
            metrics: &metrics,
            collected,
            start: shared.start,
            latest: shared.latest,
        };
        Ok((Box::new(build::connection(parts, &mut shared.masker)), aside))
    }
}

impl App {
    fn signal(&mut self, dir: Dir, at: PacketRef, signal: Signal<'_>, hints: Hints, shared: &mut Shared<'_>) {
        match self {
            Self::Rtmp(rtmp) => {
                let dir = if rtmp.flipped { dir.opposite() } else { dir };
                rtmp.with(shared, |session, limits, out| session.signal(dir, at, signal, limits, out));
            }
            Self::Unknown(detector) => {
                let (transport, flip) = match detector.push(dir, at, signal, hints) {
                    Verdict::Undecided => return,
                    Verdict::Other => {
                        *self = Self::Other(detector.other());
                        return;
                    }
                    Verdict::Rtmp => (Transport::Rtmp, false),
                    Verdict::RtmpFlipped => (Transport::Rtmp, true),
                    Verdict::Rtmpe => (Transport::Rtmpe, false),
                    Verdict::Rtmpt => (Transport::Rtmpt, false),
                    Verdict::Rtmps => (Transport::Rtmps, false),
                };
                *self = Self::begin(std::mem::take(detector), transport, flip, hints, shared);
            }
            Self::Other(_) => {}
        }
    }

    /// The connection is one for the report: takes what was held so far.
    fn begin(
        detector: Detector,
        transport: Transport,
        flip: bool,
        hints: Hints,
        shared: &mut Shared<'_>,
    ) -> Self {
        shared.ids += 1;
        let session = match transport {
            Transport::Rtmp => Session::new(hints.from_start),
            _ => Session::opaque(),
        };
        let mut rtmp = Box::new(Rtmp {
            id: shared.ids,
            transport,
            session,
            metrics: ConnectionMetrics::new(shared.limits()),
            collected: Collected::default(),
            flipped: flip,
        });
        detector.replay(flip, &mut |dir, at, signal| {
            rtmp.with(shared, |session, limits, out| session.signal(dir, at, signal, limits, out));
        });
        Self::Rtmp(rtmp)
    }
}

impl Rtmp {
    /// Lets the session work, with its events going to everyone who hears them.
    fn with(
        &mut self,
        shared: &mut Shared<'_>,
        work: impl FnOnce(&mut Session, &crate::base::limits::Limits, &mut Out<'_>),
    ) {
        let Shared { options, masker, listener, start, stopped, timeline_left, .. } = shared;
        let Self { id, session, metrics, collected, .. } = self;
        let limits = &options.limits;
        let mut sink = |event: &Event<'_>| {
            metrics.event(event);
            if let Some(listener) = listener
                && !*stopped
            {
                *stopped = listener(event, *start, masker).is_break();
            }
            collected.event(event, *start, limits, timeline_left, masker);
        };
        work(session, limits, &mut Out { connection: *id, sink: &mut sink });
    }
}

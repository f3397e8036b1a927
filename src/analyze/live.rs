//! What is open of one connection: TCP, and what is made of its streams.

use crate::base::pos::{Dir, PacketRef};
use crate::link::segment::Segment;
use crate::report::build;
use crate::report::model::{self, Transport};
use crate::tcp::connection::Connection;
use crate::tcp::table::FlowKey;
use crate::tunnel::detect::{Hints, Other, Verdict};

use super::app::{App, transport};
use super::flows::Shared;
use super::followed::Aside;
use super::probe;

/// One connection.
#[repr(C)]
pub(super) struct Live {
    pub(super) tcp: Connection,
    /// Tells it from others that had the same slot.
    pub(super) serial: u64,
    /// Memory that it takes, as accounted in [`Shared::held`].
    pub(super) held: usize,
    /// Of that, what was looked at with the last segment, and how many segments came since all was looked at.
    held_at_once: usize,
    unaccounted: u8,
    /// It waits in the queue of closed connections.
    pub(super) lingering: bool,
    hints: Hints,
    app: App,
}

impl Live {
    pub(super) fn new(serial: u64, tcp: Connection, hints: Hints) -> Self {
        Self {
            serial,
            tcp,
            held: 0,
            held_at_once: 0,
            unaccounted: 0,
            lingering: false,
            hints,
            app: App::Unknown(Box::default(), None),
        }
    }

    /// What its segments are found by.
    pub(super) fn key(&self) -> FlowKey {
        FlowKey::new(self.tcp.client(), self.tcp.server())
    }

    /// Takes the next segment, and accounts for what it made grow.
    #[expect(clippy::inline_always, reason = "runs for each packet; a call here costs a twentieth of all")]
    #[inline(always)]
    pub(super) fn push(&mut self, segment: &Segment<'_>, at: PacketRef, shared: &mut Shared<'_>) {
        if segment.flags.syn() {
            self.opening(segment);
        }
        let Self { tcp, app, hints, .. } = self;
        let limits = &shared.options.limits;
        let mut heard = false;
        tcp.push(segment, at, limits, &mut |dir, at, signal| {
            if app.pass(dir, signal) {
                return;
            }
            heard = true;
            app.signal(dir, at, signal, *hints, shared);
        });
        if heard {
            self.settle_roles();
        }
        // Most segments say nothing to the streams, or nothing that is kept: what waits behind holes is all they add.
        if heard || self.tcp.early_bytes() > 0 {
            self.account_segment(shared);
        }
    }

    /// Client and server change places in what TCP says from now on, if the bytes told so.
    fn settle_roles(&mut self) {
        if self.app.take_flipped() {
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
                Some(transport) => App::begin(std::mem::take(&mut **detector), *id, transport, hints, shared),
                None => App::Other(detector.other()),
            };
        }
        self.settle_roles();
        let Self { tcp, app, .. } = self;
        if let App::Rtmp(rtmp) = app {
            let (_, last) = tcp.packets();
            let cause = build::closing(tcp);
            rtmp.finish(last, cause, shared);
        }
    }

    /// The same as [`Self::account`] behind a segment, most of which change little. What a segment can make grow by
    /// much is looked at each time: bytes that wait, and whatever came with an event that is more than a frame. The rest
    /// are samples of quantiles, and is looked at every few segments.
    fn account_segment(&mut self, shared: &mut Shared<'_>) {
        let at_once = self.tcp.early_bytes() + self.app.held_at_once();
        let told = self.app.take_told();
        self.unaccounted += 1;
        if told || at_once != self.held_at_once || self.unaccounted >= UNACCOUNTED {
            (self.held_at_once, self.unaccounted) = (at_once, 0);
            self.account(shared);
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
        let app = if let App::Rtmp(rtmp) = &self.app { rtmp.partial_bytes() } else { 0 };
        self.tcp.early_bytes() + app
    }

    /// Gives up holes, with what is held behind them, and what is kept of unfinished messages.
    pub(super) fn shed(&mut self, shared: &mut Shared<'_>) {
        let Self { tcp, app, hints, .. } = self;
        tcp.shed(&mut |dir, at, signal| app.signal(dir, at, signal, *hints, shared));
        if let App::Rtmp(rtmp) = app {
            rtmp.shed();
        }
    }

    /// Whether its segments may be taken later than those of other connections: its place in the report is known,
    /// media flows, and nobody has begun to close it. Nothing is gained if they are long: most of what they bring is
    /// the middle of a message, which is passed over, and to keep it meanwhile costs more.
    pub(super) fn may_wait(&self) -> bool {
        let flows = matches!(&self.app, App::Rtmp(rtmp) if rtmp.flows());
        flows && self.tcp.first_close().is_none() && self.tcp.has_short_segments()
    }

    /// Whether nothing more can come of it.
    pub(super) const fn has_ended(&self) -> bool {
        match &self.app {
            App::Rtmp(rtmp) => rtmp.has_ended(),
            App::Unknown(..) => false,
            App::Counted(_) | App::Other(_) | App::Left => true,
        }
    }

    /// It is counted, and nothing more is to be made of it.
    pub(super) fn leave(&mut self) {
        self.app = App::Left;
    }

    /// Whether it is in the report already.
    pub(super) const fn is_left(&self) -> bool {
        matches!(self.app, App::Left)
    }

    /// Ends the connection, and tells what the capture's figures and findings need of it; of what is no RTMP, what it is.
    pub(super) fn close(&mut self, shared: &mut Shared<'_>) -> Result<Aside, Other> {
        self.end_session(shared);
        let Self { tcp, app, .. } = self;
        match app {
            App::Rtmp(rtmp) => Ok(rtmp.aside(tcp, shared)),
            App::Counted(counted) => Ok(counted.aside(tcp)),
            App::Other(other) => Err(*other),
            App::Unknown(..) | App::Left => Err(Other::Unknown),
        }
    }

    /// Limits that the connection reached.
    pub(super) fn limits_hit(&self) -> impl Iterator<Item = &'static str> {
        let rtmp = if let App::Rtmp(rtmp) = &self.app { Some(rtmp) } else { None };
        rtmp.into_iter().flat_map(|rtmp| rtmp.limits_hit())
    }

    /// About the memory that the entry of the report will take; none if there is nothing to make one of.
    pub(super) fn entry_bytes(&self) -> Option<usize> {
        if let App::Rtmp(rtmp) = &self.app { rtmp.entry_bytes() } else { None }
    }

    /// The entry of the report, if the connection is one that was followed. The connection is left.
    pub(super) fn build(&mut self, shared: &mut Shared<'_>) -> Option<Box<model::Connection>> {
        match std::mem::replace(&mut self.app, App::Left) {
            App::Rtmp(rtmp) => rtmp.build(&self.tcp, shared),
            _ => None,
        }
    }
}

/// Segments of a connection between two looks at all that it holds.
const UNACCOUNTED: u8 = 16;

/// What a connection costs at least: itself, and its place in the table.
const LIVE: usize = size_of::<Live>() + 256;

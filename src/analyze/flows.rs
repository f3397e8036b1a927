//! All connections of a capture: each segment to its own, and what becomes of those that ended.

use std::collections::VecDeque;

use crate::base::endpoint::Endpoint;
use crate::base::limits::Limits;
use crate::base::pos::PacketRef;
use crate::base::time::CaptureTime;
use crate::link::segment::Segment;
use crate::metrics::Depth;
use crate::report::mask::Masker;
use crate::rules::set::RuleSet;
use crate::tcp::connection::Connection;
use crate::tcp::table::{FlowKey, Table};
use crate::tunnel::detect::Hints;

use super::backlog::Backlog;
use super::done::Done;
use super::live::Live;
use super::{Listeners, OnEvent, Options};

/// The port that RTMP is registered for.
const RTMP_PORT: u16 = 1935;
/// A closed connection's session ends when this much time has passed: a capture may hold packets out of order.
const LINGER_NS: i64 = 1_000_000_000;
/// A closed connection is forgotten when this much time has passed: until then packets of it may still come.
const FORGET_NS: i64 = 60_000_000_000;
/// With fewer connections than this, what is kept of all of them stays in the processor's caches, and nothing waits.
const MANY: usize = 512;
/// With more than there is so much room for, too few segments of each could wait.
const ROOM_EACH: usize = 2048;
/// The part of the memory that there is for what waits, and the part that has to be free.
const WAITING_PART: usize = 12;
const FREE_PART: usize = 16;

/// All connections.
pub(super) struct Flows<'r> {
    pub(super) table: Table,
    pub(super) live: Vec<Option<Box<Live>>>,
    free: Vec<usize>,
    pub(super) backlog: Backlog,
    /// Memory held besides connections and report.
    elsewhere: usize,
    /// Closed connections whose session is to end, and those to be forgotten, in order of closing.
    lingering: VecDeque<Closed>,
    pub(super) closed: VecDeque<Closed>,
    serial: u64,
    pub(super) shared: Shared<'r>,
    pub(super) done: Done,
}

#[derive(Copy, Clone)]
pub(super) struct Closed {
    at: CaptureTime,
    pub(super) slot: usize,
    pub(super) serial: u64,
}

/// What all connections share.
pub(super) struct Shared<'r> {
    pub(super) options: &'r Options,
    pub(super) masker: Masker,
    pub(super) listener: Option<&'r mut OnEvent<'r>>,
    /// The rules that connections are held to.
    pub(super) rules: Option<&'r RuleSet>,
    /// What figures are for.
    pub(super) depth: Depth,
    /// The listener wants no more.
    pub(super) stopped: bool,
    /// Time of the capture's first packet, and of the last so far.
    pub(super) start: CaptureTime,
    pub(super) latest: CaptureTime,
    /// Timeline entries that the report still has room for.
    pub(super) timeline_left: usize,
    /// Ids given so far.
    pub(super) ids: u32,
    /// Bytes held by all connections in the table.
    pub(super) held: usize,
}

impl Shared<'_> {
    pub(super) fn limits(&self) -> &Limits {
        &self.options.limits
    }

    /// The number of the next connection of the report.
    pub(super) const fn next_id(&mut self) -> u32 {
        self.ids += 1;
        self.ids
    }

    /// Whether the report lists the connection with this number.
    pub(super) fn lists(&self, id: u32) -> bool {
        self.options.connection.is_none_or(|only| only == id)
    }

    /// Whether the report may list the connection with this number. Those it lists have the first numbers, so that it
    /// is known from the beginning of which ones figures are to be kept. There is no report where someone listens.
    pub(super) fn may_list(&self, id: u32) -> bool {
        let among_first = usize::try_from(id).is_ok_and(|id| id <= self.limits().reported_connections);
        self.listener.is_none() && (among_first || self.options.connection == Some(id))
    }
}

impl<'r> Flows<'r> {
    pub(super) fn new(options: &'r Options, listeners: Listeners<'r>) -> Self {
        Self {
            table: Table::default(),
            live: Vec::new(),
            free: Vec::new(),
            backlog: Backlog::default(),
            elsewhere: 0,
            lingering: VecDeque::new(),
            closed: VecDeque::new(),
            serial: 0,
            shared: Shared {
                options,
                masker: if options.show_secrets { Masker::revealing() } else { Masker::new() },
                listener: listeners.events,
                rules: listeners.rules,
                depth: listeners.depth,
                stopped: false,
                start: CaptureTime::default(),
                latest: CaptureTime::default(),
                timeline_left: options.limits.timeline_total,
                ids: 0,
                held: 0,
            },
            done: Done::default(),
        }
    }

    /// Takes the next segment of the capture, whose first packet was at `start`; `elsewhere` is how much memory is
    /// held besides connections and report.
    pub(super) fn segment(
        &mut self,
        segment: &Segment<'_>,
        at: PacketRef,
        start: CaptureTime,
        elsewhere: usize,
    ) {
        self.shared.start = start;
        self.shared.latest = self.shared.latest.max(at.ts);
        self.elsewhere = elsewhere;
        self.sweep(at.ts);
        let mut slot = self.table.find(&segment.src, &segment.dst);
        let many = self.table.len() >= MANY || !self.backlog.is_empty();
        if many && let Some(slot) = slot {
            if self.may_wait(slot, segment) {
                return self.wait(slot, segment, at);
            }
            self.let_in(slot);
        }
        if segment.flags.syn()
            && let Some(known) = slot
            && let Some(live) = self.live.get(known).and_then(Option::as_ref)
            && live.tcp.is_reopened_by(segment)
        {
            let serial = live.serial;
            self.forget(known, serial);
            slot = None;
        }
        let slot = slot.unwrap_or_else(|| self.open(segment, at));
        let Some(live) = self.live.get_mut(slot).and_then(Option::as_mut) else { return };
        live.push(segment, at, &mut self.shared);
        if many {
            self.backlog.open(slot, live.may_wait());
        }
        if live.tcp.is_closed() && !live.is_left() && !std::mem::replace(&mut live.lingering, true) {
            let closed = Closed { at: at.ts, slot, serial: live.serial };
            self.lingering.push_back(closed);
            self.closed.push_back(closed);
            self.prune();
        }
        if self.shared.held > self.limit() {
            self.catch_up();
            self.backlog.release();
            self.keep_within_limit();
        }
    }

    /// Memory that connections may hold.
    fn limit(&self) -> usize {
        let besides = self.elsewhere + self.done.listed_bytes() + self.backlog.held_bytes();
        self.shared.limits().memory_bytes.saturating_sub(besides)
    }

    /// Memory that may be taken by what waits.
    fn room(&self) -> usize {
        self.shared.limits().memory_bytes / WAITING_PART
    }

    fn keep_within_limit(&mut self) {
        let limit = self.limit();
        if self.shared.held > limit {
            self.relieve(limit);
        }
    }

    /// Whether the segment may wait for others of its connection: there are many connections, this one is in the midst
    /// of its media, and the segment neither opens nor closes it. Who listens wants events in capture order.
    fn may_wait(&self, slot: usize, segment: &Segment<'_>) -> bool {
        let flags = segment.flags;
        let connections = self.table.len();
        connections >= MANY
            && connections * ROOM_EACH <= self.room()
            && self.backlog.is_open(slot)
            && self.shared.listener.is_none()
            && !(flags.syn() || flags.fin() || flags.rst())
            && self.shared.held < self.limit() / FREE_PART * (FREE_PART - 1)
    }

    /// Lets the segment wait, and takes all that wait when there are enough.
    fn wait(&mut self, slot: usize, segment: &Segment<'_>, at: PacketRef) {
        self.backlog.push(slot, segment, at);
        if self.backlog.is_full(self.room()) {
            self.catch_up();
        }
    }

    /// Takes all segments that wait.
    fn catch_up(&mut self) {
        let mut number = 0;
        while let Some(slot) = self.backlog.slot(number) {
            self.let_in(slot);
            self.keep_within_limit();
            number += 1;
        }
        self.backlog.clear();
    }

    /// Takes the segments of one connection that wait.
    #[inline(never)]
    pub(super) fn let_in(&mut self, slot: usize) {
        let Self { live, backlog, shared, .. } = self;
        let Some(live) = live.get_mut(slot).and_then(Option::as_mut) else { return };
        let ends = (live.tcp.client(), live.tcp.server());
        if backlog.take(slot, ends, |segment, at| live.push(segment, at, shared)) {
            backlog.open(slot, live.may_wait());
        }
    }

    /// Whether the listener wants no more events.
    pub(super) const fn stopped(&self) -> bool {
        self.shared.stopped
    }

    /// The end of the capture.
    pub(super) fn finish(mut self) -> (Done, Shared<'r>) {
        self.catch_up();
        for live in self.live.into_iter().flatten() {
            self.done.keep(live, &mut self.shared);
        }
        (self.done, self.shared)
    }

    fn open(&mut self, segment: &Segment<'_>, at: PacketRef) -> usize {
        if self.table.len() >= self.shared.limits().connections {
            self.catch_up();
            self.evict();
        }
        let (client, server) = self.roles(segment);
        let hints = self.hints(client, server, segment);
        self.serial += 1;
        let live = Box::new(Live::new(self.serial, Connection::new(client, server, at), hints));
        let slot = self.free.pop().unwrap_or_else(|| {
            self.live.push(None);
            self.live.len() - 1
        });
        if let Some(place) = self.live.get_mut(slot) {
            *place = Some(live);
        }
        self.backlog.open(slot, false);
        self.table.insert(FlowKey::new(segment.src, segment.dst), slot);
        slot
    }

    /// Client and server: told by the SYN, else by a port known for RTMP, else the lower port is the server's.
    fn roles(&self, segment: &Segment<'_>) -> (Endpoint, Endpoint) {
        let (src, dst) = (segment.src, segment.dst);
        let src_is_client = match (segment.flags.syn(), segment.flags.ack()) {
            (true, ack) => !ack,
            _ => match (self.is_known(src), self.is_known(dst)) {
                (false, true) => true,
                (true, false) => false,
                _ => src.port >= dst.port,
            },
        };
        if src_is_client { (src, dst) } else { (dst, src) }
    }

    fn is_known(&self, endpoint: Endpoint) -> bool {
        endpoint.port == RTMP_PORT
            || self.shared.options.ports.contains(&endpoint.port)
            || self.is_certain(endpoint)
    }

    fn is_certain(&self, endpoint: Endpoint) -> bool {
        self.shared.options.decode_as.iter().any(|addr| Endpoint::from(*addr) == endpoint)
    }

    fn hints(&self, client: Endpoint, server: Endpoint, first: &Segment<'_>) -> Hints {
        let one_is_known = self.is_known(server) != self.is_known(client);
        Hints {
            port: self.is_known(server) || self.is_known(client),
            certain: self.is_certain(server) || self.is_certain(client),
            from_start: first.flags.syn(),
            roles: first.flags.syn() || one_is_known,
        }
    }

    /// Ends what has been closed for long enough.
    fn sweep(&mut self, now: CaptureTime) {
        while let Some(closed) = due(&mut self.lingering, now, LINGER_NS) {
            let live = self.live.get_mut(closed.slot).and_then(Option::as_mut);
            if let Some(live) = live.filter(|live| live.serial == closed.serial) {
                live.end_session(&mut self.shared);
                live.account(&mut self.shared);
            }
        }
        while let Some(closed) = due(&mut self.closed, now, FORGET_NS) {
            self.forget(closed.slot, closed.serial);
        }
    }

    /// Drops what the queues hold of connections that are gone: where time stands still nothing else does.
    fn prune(&mut self) {
        let most = 1024 + 2 * self.live.len();
        let Self { live, lingering, closed, .. } = self;
        for queue in [lingering, closed] {
            if queue.len() > most {
                let serial = |slot: usize| live.get(slot).and_then(Option::as_ref).map(|live| live.serial);
                queue.retain(|closed| serial(closed.slot) == Some(closed.serial));
            }
        }
    }

    /// Takes a connection out of the table and into the report.
    pub(super) fn forget(&mut self, slot: usize, serial: u64) {
        self.let_in(slot);
        let Some(place) = self.live.get_mut(slot) else { return };
        let Some(mut live) = place.take_if(|live| live.serial == serial) else { return };
        self.table.remove(live.key());
        self.free.push(slot);
        self.shared.held = self.shared.held.saturating_sub(live.held);
        self.done.take(&mut live, &mut self.shared);
    }
}

/// The first of the queue, if it was closed at least `after_ns` ago.
fn due(queue: &mut VecDeque<Closed>, now: CaptureTime, after_ns: i64) -> Option<Closed> {
    queue.front().filter(|closed| now.since(closed.at) >= after_ns)?;
    queue.pop_front()
}

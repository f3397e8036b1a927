//! One TCP connection: both directions, opening and closing, what was repeated and what is missing (RFC 9293).
//!
//! Takes the segments of one connection in capture order, gives [`Signal`]s: the streams of both directions in
//! order, and the turning points. It knows no layer above. A hole in a stream becomes a gap when the peer has
//! acknowledged the bytes (so it had them and the capture did not) and some more packets have passed, since a
//! capture may hold packets out of order; or when too much is held behind it; or when the connection ends.

use crate::base::endpoint::Endpoint;
use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef, PerDir};
use crate::base::time::CaptureTime;
use crate::link::segment::Segment;

use super::assembler::{Assembler, Delivery, Taken};
use super::duplicate::Recent;
use super::seq::SeqBase;
use super::stats::{HalfStats, Opening};

/// What a connection tells the layer above.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Signal<'a> {
    Syn,
    SynAck,
    /// The client acknowledged the SYN/ACK, `rtt_ns` after its SYN.
    Established {
        rtt_ns: i64,
    },
    /// In stream order per direction.
    Stream(Delivery<'a>),
    /// This side sends no more.
    Fin,
    Rst,
    /// This side cannot take more.
    ZeroWindowBegin,
    ZeroWindowEnd {
        duration_ns: i64,
    },
}

/// How a connection was ended, and by whom first.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct FirstClose {
    pub(crate) by: Dir,
    pub(crate) reset: bool,
    pub(crate) at: PacketRef,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Endpoint,
    server: Endpoint,
    halves: PerDir<Half>,
    opening: Opening,
    first: PacketRef,
    last: PacketRef,
    first_close: Option<FirstClose>,
    closed: bool,
}

/// One direction.
#[derive(Debug, Default)]
struct Half {
    base: Option<SeqBase>,
    assembler: Assembler,
    /// Highest offset that data was sent up to.
    sent: u64,
    /// Highest offset that the peer acknowledged.
    acked: u64,
    fin_at: Option<u64>,
    /// When the present hole opened, and how many packets have passed since the peer acknowledged it.
    hole_since: Option<CaptureTime>,
    acked_for: u8,
    /// The segment whose round trip is being measured: its end and time.
    timing: Option<(u64, CaptureTime)>,
    zero_window_since: Option<CaptureTime>,
    /// Where segments far outside any window pointed to, and how many in a row.
    stray: Option<(u64, u8)>,
    recent: Recent,
    stats: HalfStats,
}

/// Packets of the connection to wait for before an acknowledged hole is given up.
const PACKETS_AFTER_ACK: u8 = 16;
/// How long a hole may stand when no packet of the other direction is captured.
const ONE_WAY_HOLE_NS: i64 = 10_000_000_000;
/// Farther ahead of anything sent or acknowledged, a segment is not believed until others agree with it.
const MAX_WINDOW: u64 = 64 << 20;
const STRAYS_TO_BELIEVE: u8 = 3;
/// A hole that is filled sooner than this was reordering, when no round-trip time is known.
const REORDER_NS: i64 = 3_000_000;

impl Connection {
    /// A connection whose client is `client`, before its first segment.
    pub(crate) fn new(client: Endpoint, server: Endpoint, at: PacketRef) -> Self {
        Self {
            client,
            server,
            halves: PerDir::default(),
            opening: Opening::default(),
            first: at,
            last: at,
            first_close: None,
            closed: false,
        }
    }

    pub(crate) const fn client(&self) -> Endpoint {
        self.client
    }

    pub(crate) const fn server(&self) -> Endpoint {
        self.server
    }

    /// First and last packet.
    pub(crate) const fn packets(&self) -> (PacketRef, PacketRef) {
        (self.first, self.last)
    }

    pub(crate) const fn opening(&self) -> Opening {
        self.opening
    }

    pub(crate) const fn first_close(&self) -> Option<FirstClose> {
        self.first_close
    }

    /// Both sides are done, or one side reset the connection. A capture may hold some packets behind this.
    pub(crate) const fn is_closed(&self) -> bool {
        self.closed
    }

    pub(crate) const fn stats(&self, dir: Dir) -> &HalfStats {
        &self.halves.get(dir).stats
    }

    /// The direction of a segment from `src`.
    pub(crate) fn dir_of(&self, src: Endpoint) -> Dir {
        if src == self.client { Dir::ClientToServer } else { Dir::ServerToClient }
    }

    /// Whether this segment opens another connection between the same ports.
    pub(crate) fn is_reopened_by(&self, segment: &Segment<'_>) -> bool {
        if !segment.flags.syn() || segment.flags.ack() {
            return false;
        }
        let half = self.halves.get(self.dir_of(segment.src));
        match half.base {
            Some(base) => base.offset(segment.seq.wrapping_add(1), 0) != 0,
            None => self.closed,
        }
    }

    /// Client and server change places; only before anything was passed on.
    pub(crate) const fn flip(&mut self) {
        std::mem::swap(&mut self.client, &mut self.server);
        std::mem::swap(&mut self.halves.c2s, &mut self.halves.s2c);
    }

    /// Takes the next segment.
    pub(crate) fn push(
        &mut self,
        segment: &Segment<'_>,
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Dir, PacketRef, Signal<'_>),
    ) {
        let dir = self.dir_of(segment.src);
        let half = self.halves.get_mut(dir);
        if half.recent.is_duplicate(segment, at.ts.0) {
            half.stats.duplicate_packets += u64::from(segment.frames);
            return;
        }
        self.last = at;
        half.count(segment);
        self.open(dir, segment, at, out);
        if segment.flags.ack() {
            self.acknowledge(dir.opposite(), segment.ack, at);
        }
        self.halves.get_mut(dir).window(dir, segment, at, out);
        let end = self.halves.get_mut(dir).data(dir, segment, at, out);
        for dir in Dir::BOTH {
            let one_way = self.halves.get(dir.opposite()).stats.segments == 0;
            self.halves.get_mut(dir).holes(dir, one_way, at, limits, out);
        }
        self.close(dir, segment, end, at, out);
    }

    /// The connection will get no more segments: passes on what is held.
    pub(crate) fn finish(&mut self, out: &mut impl FnMut(Dir, PacketRef, Signal<'_>)) {
        for dir in Dir::BOTH {
            self.halves.get_mut(dir).flush(dir, self.last, out);
        }
        self.closed = true;
    }

    fn open(
        &mut self,
        dir: Dir,
        segment: &Segment<'_>,
        at: PacketRef,
        out: &mut impl FnMut(Dir, PacketRef, Signal<'_>),
    ) {
        let half = self.halves.get_mut(dir);
        if !segment.flags.syn() {
            if half.base.is_none() {
                half.base = Some(SeqBase::new(segment.seq));
            }
            if dir == Dir::ClientToServer
                && segment.flags.ack()
                && self.opening.established.is_none()
                && let (Some(syn), Some(_)) = (self.opening.syn, self.opening.syn_ack)
            {
                self.opening.established = Some(at);
                out(dir, at, Signal::Established { rtt_ns: at.ts.since(syn.ts) });
            }
            return;
        }
        let options = segment.tcp_options();
        half.stats.mss = options.mss;
        half.stats.window_scale = options.window_scale;
        half.base.get_or_insert(SeqBase::new(segment.seq.wrapping_add(1)));
        if segment.flags.ack() {
            let peer = self.halves.get_mut(dir.opposite());
            peer.base.get_or_insert(SeqBase::new(segment.ack));
            self.opening.syn_ack = Some(at);
            out(dir, at, Signal::SynAck);
        } else {
            self.opening.syn = Some(at);
            out(dir, at, Signal::Syn);
        }
    }

    fn acknowledge(&mut self, dir: Dir, ack: u32, at: PacketRef) {
        let half = self.halves.get_mut(dir);
        let Some(base) = half.base else { return };
        let offset = base.offset(ack, half.assembler.next());
        let Ok(mut offset) = u64::try_from(offset) else { return };
        // The FIN takes a sequence number of its own.
        if let Some(fin) = half.fin_at {
            offset = offset.min(fin);
        }
        if offset > half.acked && offset <= half.sent.max(half.acked) + MAX_WINDOW {
            half.acked = offset;
        }
        if let Some((end, sent_at)) = half.timing
            && offset >= end
        {
            half.timing = None;
            half.stats.rtt_ns.add(at.ts.since(sent_at).max(0));
        }
    }

    fn close(
        &mut self,
        dir: Dir,
        segment: &Segment<'_>,
        end: Option<u64>,
        at: PacketRef,
        out: &mut impl FnMut(Dir, PacketRef, Signal<'_>),
    ) {
        let (fin, reset) = (segment.flags.fin(), segment.flags.rst());
        let half = self.halves.get_mut(dir);
        let first_fin = fin && half.fin_at.is_none() && end.is_some();
        if first_fin {
            half.fin_at = end;
        }
        if self.first_close.is_none() && (reset || first_fin) {
            self.first_close = Some(FirstClose { by: dir, reset, at });
        }
        if reset {
            out(dir, at, Signal::Rst);
        } else if first_fin {
            out(dir, at, Signal::Fin);
        }
        let done = |half: &Half| half.fin_at.is_some_and(|fin| fin <= half.assembler.next());
        self.closed |= reset || (done(&self.halves.c2s) && done(&self.halves.s2c));
    }
}

impl Half {
    fn count(&mut self, segment: &Segment<'_>) {
        let stats = &mut self.stats;
        stats.segments += 1;
        stats.frames += u64::from(segment.frames);
        stats.wire_bytes += u64::from(segment.wire_bytes);
        stats.link_bytes += u64::from(segment.link_bytes);
        stats.ip_bytes += u64::from(segment.ip_bytes);
        stats.tcp_header_bytes += u64::from(segment.tcp_header_bytes);
        stats.payload_bytes += u64::from(segment.payload_len);
    }

    fn window(
        &mut self,
        dir: Dir,
        segment: &Segment<'_>,
        at: PacketRef,
        out: &mut impl FnMut(Dir, PacketRef, Signal<'_>),
    ) {
        if segment.flags.rst() || segment.flags.syn() {
            return;
        }
        match (segment.window, self.zero_window_since) {
            (0, None) => {
                self.zero_window_since = Some(at.ts);
                self.stats.zero_window_events += 1;
                out(dir, at, Signal::ZeroWindowBegin);
            }
            (1.., Some(since)) => {
                self.zero_window_since = None;
                let duration_ns = at.ts.since(since).max(0);
                self.stats.zero_window_ns += duration_ns;
                out(dir, at, Signal::ZeroWindowEnd { duration_ns });
            }
            _ => {}
        }
    }

    /// Takes the payload; gives the offset where it ends, unless the segment is not believed.
    fn data(
        &mut self,
        dir: Dir,
        segment: &Segment<'_>,
        at: PacketRef,
        out: &mut impl FnMut(Dir, PacketRef, Signal<'_>),
    ) -> Option<u64> {
        let base = self.base?;
        let first = segment.seq.wrapping_add(u32::from(segment.flags.syn()));
        let offset = base.offset(first, self.assembler.next());
        let len = u64::from(segment.payload_len);
        if offset < 0 {
            self.stats.late_bytes += len;
            return None;
        }
        let pos = offset.unsigned_abs();
        if len == 0 {
            self.stats.keep_alives += u64::from(self.is_keep_alive(pos, segment));
            return Some(pos);
        }
        if !self.believes(pos) {
            self.stats.stray_segments += 1;
            self.stats.late_bytes += len;
            return None;
        }
        if segment.flags.rst() {
            // Some stacks put a diagnostic text there (RFC 9293, 3.5.3); it is not part of the stream.
            self.stats.late_bytes += len;
            return Some(pos);
        }
        let keep_alive = self.is_keep_alive(pos, segment);
        let snapped = len.saturating_sub(segment.payload.len() as u64);
        let hole = self.assembler.hole();
        let taken = self.assembler.push(
            pos,
            segment.payload,
            snapped,
            at,
            &mut stream(dir, at, &mut self.stats.snapped_bytes, out),
        );
        self.account(taken, pos, len, keep_alive, at);
        self.sent = self.sent.max(pos + len);
        if hole != self.assembler.hole() {
            self.hole_since = self.assembler.hole().map(|_| at.ts);
            self.acked_for = 0;
        }
        if self.stats.mss.is_some_and(|mss| len > u64::from(mss)) {
            self.stats.oversized_segments += 1;
        }
        Some(pos + len)
    }

    fn account(&mut self, taken: Taken, pos: u64, len: u64, keep_alive: bool, at: PacketRef) {
        self.stats.unique_bytes += taken.fresh;
        self.stats.retransmitted_bytes += taken.old;
        self.stats.late_bytes += taken.late;
        self.stats.conflicting_bytes += taken.conflicting;
        if keep_alive {
            self.stats.keep_alives += 1;
            return;
        }
        let fills_hole = taken.fresh > 0 && pos < self.sent;
        let waited = self.hole_since.map_or(0, |since| at.ts.since(since));
        let round_trip = self.stats.rtt_ns.min().unwrap_or(REORDER_NS).max(REORDER_NS);
        if taken.old > 0 || (fills_hole && waited >= round_trip) {
            self.stats.retransmitted_segments += 1;
            self.timing = None;
        } else if fills_hole {
            self.stats.out_of_order_segments += 1;
        } else if taken.fresh > 0 && self.timing.is_none() {
            self.timing = Some((pos + len, at.ts));
        }
    }

    /// A probe repeats the byte before the next one, or nothing there (RFC 9293, 3.8.4).
    fn is_keep_alive(&self, pos: u64, segment: &Segment<'_>) -> bool {
        let plain = !segment.flags.syn() && !segment.flags.fin() && !segment.flags.rst();
        plain && segment.payload_len <= 1 && pos + 1 == self.sent.max(self.acked) && self.sent > 0
    }

    /// Whether data at `pos` can be part of the stream.
    fn believes(&mut self, pos: u64) -> bool {
        let reach = self.sent.max(self.acked).max(self.assembler.next()) + MAX_WINDOW;
        if pos <= reach {
            self.stray = None;
            return true;
        }
        let count = match self.stray {
            Some((near, count)) if pos.abs_diff(near) <= MAX_WINDOW => count + 1,
            _ => 1,
        };
        self.stray = Some((pos, count));
        count >= STRAYS_TO_BELIEVE
    }

    /// Gives up on holes that will not be filled.
    fn holes(
        &mut self,
        dir: Dir,
        one_way: bool,
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Dir, PacketRef, Signal<'_>),
    ) {
        while let Some((_, end)) = self.assembler.hole() {
            let stood_ns = self.hole_since.map_or(0, |since| at.ts.since(since));
            let full = self.assembler.held_bytes() > limits.held_bytes;
            let acked = self.acked >= end;
            self.acked_for = if acked { self.acked_for.saturating_add(1) } else { 0 };
            if !(full || self.acked_for > PACKETS_AFTER_ACK || (one_way && stood_ns > ONE_WAY_HOLE_NS)) {
                break;
            }
            self.stats.held_limit_hits += u64::from(full);
            self.give_up(dir, at, out);
            // The next hole has waited just as long, if it is acknowledged too.
        }
        if self.assembler.hole().is_none() {
            self.acked_for = 0;
            self.hole_since = None;
        }
    }

    fn give_up(&mut self, dir: Dir, at: PacketRef, out: &mut impl FnMut(Dir, PacketRef, Signal<'_>)) {
        if let Some((start, end)) = self.assembler.hole() {
            self.stats.gaps += 1;
            self.stats.gap_bytes += end - start;
            self.assembler.give_up(at, &mut stream(dir, at, &mut self.stats.snapped_bytes, out));
        }
    }

    /// Passes on all that is held, and a gap for bytes that are known to have been sent.
    fn flush(&mut self, dir: Dir, at: PacketRef, out: &mut impl FnMut(Dir, PacketRef, Signal<'_>)) {
        while self.assembler.hole().is_some() {
            self.give_up(dir, at, out);
        }
        let end = self.fin_at.unwrap_or(self.acked);
        let next = self.assembler.next();
        if end > next {
            self.stats.gaps += 1;
            self.stats.gap_bytes += end - next;
            self.assembler.flush(end, at, &mut stream(dir, at, &mut self.stats.snapped_bytes, out));
        }
    }
}

/// Passes deliveries on as signals and counts what the snap length cut off.
fn stream<'s>(
    dir: Dir,
    at: PacketRef,
    snapped_bytes: &'s mut u64,
    out: &'s mut impl FnMut(Dir, PacketRef, Signal<'_>),
) -> impl FnMut(Delivery<'_>) + 's {
    move |delivery| {
        if let Delivery::Gap { len, snapped: true, .. } = delivery {
            *snapped_bytes += len;
        }
        out(dir, at, Signal::Stream(delivery));
    }
}

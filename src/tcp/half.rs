//! One direction of a connection: its stream, its counters, and when a hole in it is given up.
//!
//! Takes the segments of one direction and what the peer acknowledges; passes the stream on in order. Whether a
//! repeated segment was a keep-alive, a retransmission or late by reordering is told here.

use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef};
use crate::base::time::CaptureTime;
use crate::link::segment::Segment;

use super::assembler::{Assembler, Delivery, Taken};
use super::connection::Signal;
use super::duplicate::Recent;
use super::seq::SeqBase;
use super::stats::HalfStats;

/// One direction. Its fields are in order of use: what nearly every packet touches is in few cache lines next to each
/// other, for with thousands of connections each line is a wait.
#[derive(Debug, Default)]
#[repr(C)]
pub(super) struct Half {
    /// When the present hole opened, and how many packets have passed since the peer acknowledged it.
    hole_since: Option<CaptureTime>,
    acked_for: u8,
    /// Where segments far outside any window pointed to, and how many in a row.
    stray: Option<(u64, u8)>,
    /// What the opening took from the client to the server and back, at the capture point.
    pub(super) path_ns: i64,
    pub(super) recent: Recent,
    zero_window_since: Option<CaptureTime>,
    /// Its last packet.
    pub(super) last: Option<PacketRef>,
    pub(super) base: Option<SeqBase>,
    /// Segments sent again since the peer was last heard.
    pub(super) unanswered: u32,
    pub(super) assembler: Assembler,
    /// Highest offset that data was sent up to.
    sent: u64,
    /// Highest offset that the peer acknowledged.
    acked: u64,
    pub(super) fin_at: Option<u64>,
    /// The segment whose round trip is being measured: its end and time.
    timing: Option<(u64, CaptureTime)>,
    pub(super) stats: HalfStats,
}

/// Packets of the connection to wait for before an acknowledged hole is given up.
const PACKETS_AFTER_ACK: u8 = 16;
/// How long a hole may stand when no packet of the other direction is captured.
const ONE_WAY_HOLE_NS: i64 = 10_000_000_000;
/// Farther ahead of anything sent or acknowledged, a segment is not believed until others agree with it.
const MAX_WINDOW: u64 = 64 << 20;
const STRAYS_TO_BELIEVE: u8 = 3;
/// The timestamps option with its padding; a block of a selective acknowledgement takes as many bytes.
const TIMESTAMPS_LEN: usize = 12;
/// A hole that is filled sooner than this was reordering, when no round-trip time is known.
const REORDER_NS: i64 = 3_000_000;

impl Half {
    /// Counts the segment's bytes by layer.
    pub(super) fn count(&mut self, segment: &Segment<'_>, at: PacketRef) {
        self.last = Some(at);
        let stats = &mut self.stats;
        stats.segments += 1;
        stats.frames += u64::from(segment.frames);
        stats.wire_bytes += u64::from(segment.wire_bytes);
        stats.link_bytes += u64::from(segment.link_bytes);
        stats.ip_bytes += u64::from(segment.ip_bytes);
        stats.tcp_header_bytes += u64::from(segment.tcp_header_bytes);
        stats.payload_bytes += u64::from(segment.payload_len);
    }

    /// The highest offset that the peer acknowledged.
    pub(super) const fn acked(&self) -> u64 {
        self.acked
    }

    /// The offset that `ack` stands for.
    fn ack_offset(&self, ack: u32) -> Option<u64> {
        let offset = u64::try_from(self.base?.offset(ack, self.assembler.next())).ok()?;
        // The FIN takes a sequence number of its own.
        Some(self.fin_at.map_or(offset, |fin| offset.min(fin)))
    }

    /// Whether `offset` is acknowledged for the first time.
    fn is_new_ack(&self, offset: u64) -> bool {
        offset > self.acked && offset <= self.sent.max(self.assembler.next()) + MAX_WINDOW
    }

    /// Whether `ack` acknowledges bytes of this direction that nothing acknowledged before. That is not known of the
    /// first one: in front of this direction's first packet acknowledgements have no offset.
    pub(super) fn is_acked_anew(&self, ack: u32) -> bool {
        self.acked > 0 && self.ack_offset(ack).is_some_and(|offset| self.is_new_ack(offset))
    }

    /// The peer acknowledged this direction's bytes up to `ack`.
    pub(super) fn acknowledge(&mut self, ack: u32, at: PacketRef) {
        let Some(offset) = self.ack_offset(ack) else { return };
        if self.is_new_ack(offset) {
            self.acked = offset;
        }
        if let Some((end, sent_at)) = self.timing
            && offset >= end
        {
            self.timing = None;
            self.stats.rtt_ns.add(at.ts.since(sent_at).max(0));
        }
    }

    /// Counts what the peer says to have got twice. Where nothing but timestamps can be there, it is not read.
    #[inline]
    pub(super) fn needless(&mut self, segment: &Segment<'_>) {
        let may = segment.options.len() >= TIMESTAMPS_LEN && segment.lone_timestamps().is_none();
        if may && !segment.flags.syn() {
            let bytes = segment.tcp_options().needless(segment.ack);
            if let Some(bytes @ 1..) = bytes {
                self.stats.rare_mut().needless_bytes += u64::from(bytes);
            }
        }
    }

    /// Notices when this side can take nothing, and when it can again.
    pub(super) fn window(
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
                self.stats.rare_mut().zero_window_events += 1;
                out(dir, at, Signal::ZeroWindowBegin);
            }
            (1.., Some(since)) => {
                self.zero_window_since = None;
                let duration_ns = at.ts.since(since).max(0);
                let rare = self.stats.rare_mut();
                rare.zero_window_ns = rare.zero_window_ns.saturating_add(duration_ns);
                out(dir, at, Signal::ZeroWindowEnd { duration_ns });
            }
            _ => {}
        }
    }

    /// Whether the segment does what most do: it goes on where the stream stands, with nothing repeated, early or
    /// missing.
    #[inline]
    pub(super) fn goes_on(&self, segment: &Segment<'_>) -> bool {
        let next = self.assembler.next();
        self.base.is_some_and(|base| base.seq(next) == segment.seq)
            && segment.payload_len > 1
            && next >= self.sent
            && !(segment.flags.syn() || segment.flags.rst())
            && !self.assembler.is_holding()
    }

    /// Takes the payload of a segment that goes on; gives the offset where it ends.
    pub(super) fn go_on(
        &mut self,
        dir: Dir,
        segment: &Segment<'_>,
        at: PacketRef,
        out: &mut impl FnMut(Dir, PacketRef, Signal<'_>),
    ) -> u64 {
        let len = u64::from(segment.payload_len);
        let snapped = len.saturating_sub(segment.payload.len() as u64);
        self.assembler.deliver(segment.payload, snapped, at, &mut stream(dir, &mut self.stats, out));
        let end = self.assembler.next();
        self.stray = None;
        self.sent = end;
        self.timing.get_or_insert((end, at.ts));
        self.stats.unique_bytes += len;
        self.stats.size(len, true);
        end
    }

    /// Takes the payload; gives the offset where it ends, unless the segment is not believed.
    pub(super) fn data(
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
            self.stats.late(len);
            return None;
        }
        let pos = offset.unsigned_abs();
        if segment.flags.rst() {
            // Some stacks put a diagnostic text there (RFC 9293, 3.5.3); it is not part of the stream.
            self.stats.late(len);
            return (pos <= self.reach()).then_some(pos);
        }
        if (len > 0 || segment.flags.fin()) && !self.believes(pos) {
            self.stats.rare_mut().stray_segments += 1;
            self.stats.late(len);
            return None;
        }
        if len == 0 {
            if self.is_keep_alive(pos, segment) {
                self.stats.rare_mut().keep_alives += 1;
            }
            return Some(pos);
        }
        let snapped = len.saturating_sub(segment.payload.len() as u64);
        let hole = self.assembler.hole();
        let keep_alive = self.is_keep_alive(pos, segment);
        let taken =
            self.assembler.push(pos, segment.payload, snapped, at, &mut stream(dir, &mut self.stats, out));
        self.account(taken, pos, len, keep_alive, at);
        self.sent = self.sent.max(pos + len);
        if hole != self.assembler.hole() {
            self.hole_since = self.assembler.hole().map(|_| at.ts);
            self.acked_for = 0;
        }
        self.stats.size(len, taken.fresh > 0);
        Some(pos + len)
    }

    fn account(&mut self, taken: Taken, pos: u64, len: u64, keep_alive: bool, at: PacketRef) {
        self.stats.unique_bytes += taken.fresh;
        if taken.old > 0 || taken.late > 0 || keep_alive {
            let rare = self.stats.rare_mut();
            rare.retransmitted_bytes += taken.old;
            rare.acked_again_bytes += if pos + len <= self.acked { taken.old } else { 0 };
            rare.late_bytes += taken.late;
            if keep_alive {
                rare.keep_alives += 1;
                return;
            }
            rare.conflicting_bytes += taken.conflicting;
        }
        let fills_hole = taken.fresh > 0 && pos < self.sent;
        let waited = self.hole_since.map_or(0, |since| at.ts.since(since));
        let round_trip = self.stats.rtt_ns.min().unwrap_or(REORDER_NS).max(REORDER_NS);
        if taken.old > 0 || (fills_hole && waited >= round_trip) {
            let rare = self.stats.rare_mut();
            rare.retransmitted_segments += 1;
            let again = fills_hole && waited >= self.path_ns;
            rare.refilled_bytes += if again { taken.fresh } else { 0 };
            self.unanswered = self.unanswered.saturating_add(1);
            self.timing = None;
        } else if fills_hole {
            self.stats.rare_mut().out_of_order_segments += 1;
        } else if taken.fresh > 0 && self.timing.is_none() {
            self.timing = Some((pos + len, at.ts));
        }
    }

    /// A probe repeats the byte before the next one, or nothing there (RFC 9293, 3.8.4).
    fn is_keep_alive(&self, pos: u64, segment: &Segment<'_>) -> bool {
        let plain = !segment.flags.syn() && !segment.flags.fin() && !segment.flags.rst();
        plain && segment.payload_len <= 1 && pos + 1 == self.sent.max(self.acked) && self.sent > 0
    }

    /// The farthest offset that a segment can have.
    fn reach(&self) -> u64 {
        self.sent.max(self.acked).max(self.assembler.next()) + MAX_WINDOW
    }

    /// Whether nothing of the stream has come yet.
    pub(super) const fn is_fresh(&self) -> bool {
        self.sent == 0 && self.assembler.next() == 0
    }

    /// Whether `ack` lies within what was sent.
    pub(super) fn can_be_acknowledged(&self, ack: u32) -> bool {
        let offset = self.base.map(|base| base.offset(ack, self.assembler.next()));
        offset.is_some_and(|offset| (0..=self.sent.cast_signed().saturating_add(1)).contains(&offset))
    }

    /// Begins at another sequence number than was thought; only before anything of the stream came.
    pub(super) const fn rebase(&mut self, first: u32) {
        self.base = Some(SeqBase::new(first));
        self.acked = 0;
        self.timing = None;
    }

    /// Whether data at `pos` can be part of the stream.
    fn believes(&mut self, pos: u64) -> bool {
        if pos <= self.reach() {
            self.stray = None;
            return true;
        }
        let count = match self.stray {
            Some((near, count)) if pos.abs_diff(near) <= MAX_WINDOW => count.saturating_add(1),
            _ => 1,
        };
        self.stray = Some((pos, count));
        count >= STRAYS_TO_BELIEVE
    }

    /// Whether a hole stands open, or did until now.
    pub(super) fn is_holed(&self) -> bool {
        self.hole_since.is_some() || self.assembler.hole().is_some()
    }

    /// Gives up on holes that will not be filled.
    pub(super) fn holes(
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
            if full {
                self.stats.rare_mut().held_limit_hits += 1;
            }
            self.give_up(dir, out);
            // The next hole has been acknowledged for just as long, if it is; but it need not be as old.
            self.hole_since = Some(at.ts);
        }
        if self.assembler.hole().is_none() {
            self.acked_for = 0;
            self.hole_since = None;
        }
    }

    fn give_up(&mut self, dir: Dir, out: &mut impl FnMut(Dir, PacketRef, Signal<'_>)) {
        if let Some((start, end)) = self.assembler.hole() {
            self.stats.gap(end - start);
            self.assembler.give_up(&mut stream(dir, &mut self.stats, out));
        }
    }

    /// Gives up every hole.
    pub(super) fn shed(&mut self, dir: Dir, out: &mut impl FnMut(Dir, PacketRef, Signal<'_>)) {
        while self.assembler.hole().is_some() {
            self.give_up(dir, out);
        }
    }

    /// Passes on all that is held, and a gap for bytes that are known to have been sent.
    pub(super) fn flush(
        &mut self,
        dir: Dir,
        at: PacketRef,
        out: &mut impl FnMut(Dir, PacketRef, Signal<'_>),
    ) {
        self.shed(dir, out);
        if self.stats.segments == 0 {
            // Only the other direction was captured.
            return;
        }
        let next = self.assembler.next();
        // One byte beyond may be the sequence number of a FIN that was not captured.
        let end = self.fin_at.unwrap_or(if self.acked == next + 1 { next } else { self.acked });
        if end > next {
            self.stats.gap(end - next);
            self.assembler.flush(end, at, &mut stream(dir, &mut self.stats, out));
        }
    }
}

/// Passes deliveries on as signals and counts what the snap length cut off.
fn stream<'s>(
    dir: Dir,
    stats: &'s mut HalfStats,
    out: &'s mut impl FnMut(Dir, PacketRef, Signal<'_>),
) -> impl FnMut(Delivery<'_>) + 's {
    move |delivery| {
        if let Delivery::Gap { len, snapped: true, .. } = delivery {
            stats.rare_mut().snapped_bytes += len;
        }
        out(dir, delivery.at(), Signal::Stream(delivery));
    }
}

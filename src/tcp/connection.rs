//! One TCP connection: both directions, opening and closing, what was repeated and what is missing (RFC 9293).
//!
//! Takes the segments of one connection in capture order, gives [`Signal`]s: the streams of both directions in
//! order, and the turning points. It knows no layer above. A hole in a stream becomes a gap when the peer has
//! acknowledged the bytes (so it had them and the capture did not) and some more packets have passed, since a
//! capture may hold packets out of order; or when too much is held behind it; or when the connection ends.

use crate::base::endpoint::Endpoint;
use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef, PerDir};
use crate::link::segment::Segment;

use super::assembler::Delivery;
use super::half::Half;
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

/// A connection, with what each packet touches next to each other.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Connection {
    first: PacketRef,
    server: Endpoint,
    first_close: Option<FirstClose>,
    opening: Opening,
    client: Endpoint,
    last: PacketRef,
    closed: bool,
    halves: PerDir<Half>,
}

/// Repeated segments, and time, without a packet of the peer that mean it has fallen silent.
const UNANSWERED: u32 = 3;
const SILENCE_NS: i64 = 2_000_000_000;
/// Full segments of Ethernet, of which every other one is acknowledged, have 960 bytes on average.
const SHORT: u64 = 600;

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

    /// Whether a segment brings fewer than [`SHORT`] bytes on average, acknowledgements included.
    pub(crate) const fn has_short_segments(&self) -> bool {
        let (up, down) = (&self.halves.c2s.stats, &self.halves.s2c.stats);
        up.payload_bytes + down.payload_bytes < SHORT * (up.segments + down.segments)
    }

    /// Bytes of a direction that its receiver's TCP has acknowledged.
    pub(crate) const fn acked(&self, dir: Dir) -> u64 {
        self.halves.get(dir).acked()
    }

    /// The side that fell silent while the other one repeated its data until the end, and when it was last heard.
    pub(crate) fn fell_silent(&self) -> Option<(Dir, PacketRef)> {
        Dir::BOTH.into_iter().find_map(|dir| {
            let heard = self.halves.get(dir.opposite()).last?;
            let unanswered = self.halves.get(dir).unanswered;
            let waited = self.last.ts.since(heard.ts);
            (unanswered >= UNANSWERED && waited >= SILENCE_NS).then_some((dir.opposite(), heard))
        })
    }

    /// Memory held beside the structure itself.
    pub(crate) fn held_bytes(&self) -> usize {
        self.early_bytes() + self.halves.c2s.stats.held_bytes() + self.halves.s2c.stats.held_bytes()
    }

    /// Of this: data behind holes, which [`Self::shed`] passes on.
    pub(crate) fn early_bytes(&self) -> usize {
        self.halves.c2s.assembler.held_bytes() + self.halves.s2c.assembler.held_bytes()
    }

    /// Gives up every hole.
    pub(crate) fn shed(&mut self, out: &mut impl FnMut(Dir, PacketRef, Signal<'_>)) {
        for dir in Dir::BOTH {
            self.halves.get_mut(dir).shed(dir, out);
        }
    }

    /// The direction of a segment from `src`.
    pub(crate) fn dir_of(&self, src: Endpoint) -> Dir {
        if src == self.client { Dir::ClientToServer } else { Dir::ServerToClient }
    }

    /// Whether this segment opens another connection between the same ports: a SYN whose number is not that of the
    /// stream under way.
    pub(crate) fn is_reopened_by(&self, segment: &Segment<'_>) -> bool {
        if !segment.flags.syn() || (self.halves.c2s.is_fresh() && self.halves.s2c.is_fresh() && !self.closed)
        {
            return false;
        }
        let half = self.halves.get(self.dir_of(segment.src));
        match half.base {
            Some(base) => base.offset(segment.seq.wrapping_add(1), 0) != 0,
            // The first answer to a SYN that carried data acknowledges that SYN or its data.
            None if segment.flags.ack() => {
                !self.halves.get(self.dir_of(segment.dst)).can_be_acknowledged(segment.ack)
            }
            None => true,
        }
    }

    /// Client and server change places, in all that was said so far too.
    pub(crate) fn flip(&mut self) {
        std::mem::swap(&mut self.client, &mut self.server);
        std::mem::swap(&mut self.halves.c2s, &mut self.halves.s2c);
        self.first_close = self.first_close.map(|close| FirstClose { by: close.by.opposite(), ..close });
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
        let (half, peer) = self.halves.pair_mut(dir);
        let goes_on = half.goes_on(segment);
        let brings_news = goes_on || (segment.flags.ack() && peer.is_acked_anew(segment.ack));
        if half.recent.is_duplicate(segment, at.ts.0, brings_news) {
            half.stats.rare_mut().duplicate_packets += u64::from(segment.frames);
            return;
        }
        self.last = at;
        half.count(segment, at);
        peer.unanswered = 0;
        self.open(dir, segment, at, out);
        let (half, peer) = self.halves.pair_mut(dir);
        if segment.flags.ack() {
            peer.acknowledge(segment.ack, at);
            peer.needless(segment);
        }
        let at = PacketRef { acked: peer.acked(), ..at };
        half.window(dir, segment, at, out);
        let end =
            if goes_on { Some(half.go_on(dir, segment, at, out)) } else { half.data(dir, segment, at, out) };
        if self.halves.c2s.is_holed() || self.halves.s2c.is_holed() {
            self.holes(at, limits, out);
        }
        // Until a side begins to close, nothing else can.
        if segment.flags.fin() || segment.flags.rst() || self.first_close.is_some() {
            self.close(dir, segment, end, at, out);
        }
    }

    /// The connection will get no more segments: passes on what is held.
    pub(crate) fn finish(&mut self, out: &mut impl FnMut(Dir, PacketRef, Signal<'_>)) {
        for dir in Dir::BOTH {
            self.halves.get_mut(dir).flush(dir, self.last, out);
        }
        self.closed = true;
    }

    /// Gives up on holes that will not be filled.
    fn holes(&mut self, at: PacketRef, limits: &Limits, out: &mut impl FnMut(Dir, PacketRef, Signal<'_>)) {
        for dir in Dir::BOTH {
            let (half, peer) = self.halves.pair_mut(dir);
            if half.is_holed() {
                half.holes(dir, peer.stats.segments == 0, at, limits, out);
            }
        }
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
                let rtt_ns = at.ts.since(syn.ts);
                (self.halves.c2s.path_ns, self.halves.s2c.path_ns) = (rtt_ns, rtt_ns);
                out(dir, at, Signal::Established { rtt_ns });
            }
            return;
        }
        let options = segment.tcp_options();
        half.stats.mss = options.mss;
        half.stats.window_scale = options.window_scale;
        if half.is_fresh() {
            half.rebase(segment.seq.wrapping_add(1));
        }
        if segment.flags.ack() {
            let peer = self.halves.get_mut(dir.opposite());
            if peer.is_fresh() {
                peer.rebase(segment.ack);
            }
            self.opening.syn_ack = Some(at);
            out(dir, at, Signal::SynAck);
        } else {
            self.opening.syn = Some(at);
            out(dir, at, Signal::Syn);
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
        let half = self.halves.get_mut(dir);
        // One that is not at the end of what was sent closes nothing (RFC 5961, 3.2).
        let reset = segment.flags.rst() && end.is_some();
        let first_fin = segment.flags.fin()
            && half.fin_at.is_none()
            && end.is_some_and(|end| end >= half.assembler.next());
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

//! Both directions of one RTMP connection.
//!
//! Takes what TCP signals of a connection and its streams in order; gives [`event::Event`]s in capture order.
//! [`Session`] drives a handshake and a chunk decoder per direction; [`talk`] turns messages into events,
//! [`calls`] matches commands with their answers, [`streams`] knows message streams and their tracks. It keeps
//! the state a passive observer needs and judges nothing.

mod aggregate;
mod calls;
pub(crate) mod config;
mod control;
pub(crate) mod event;
mod media;
mod names;
mod streams;
mod talk;
mod track;

use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef, PerDir, Span};
use crate::rtmp::chunk::decoder::Decoder;
use crate::rtmp::chunk::output::Output;
use crate::rtmp::handshake::{Handshake, Step, begins_hello};
use crate::tcp::assembler::Delivery;
use crate::tcp::connection::Signal;

use event::{Closing, Event, Kind};
use talk::Talk;

/// Where events go.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(&Event<'_>);

/// Events of one connection on their way to the sink.
pub(crate) struct Out<'s> {
    pub(crate) connection: u32,
    pub(crate) sink: Sink<'s>,
}

impl Out<'_> {
    fn plain(&mut self, dir: Dir, at: PacketRef, kind: Kind<'_>) {
        self.at(dir, Span { start: 0, end: 0, first: at, last: at }, kind);
    }

    fn at(&mut self, dir: Dir, span: Span, kind: Kind<'_>) {
        let connection = self.connection;
        (self.sink)(&Event { connection, at: span.last, dir, span, message: None, kind });
    }
}

/// The state of one connection.
#[derive(Debug)]
pub(crate) struct Session {
    sides: PerDir<Side>,
    talk: Talk,
    /// The streams are not plain RTMP: only what TCP says is passed on.
    opaque: bool,
    done: bool,
    ended: bool,
}

/// One direction.
#[derive(Debug)]
struct Side {
    /// Gone once it is complete.
    handshake: Option<Box<Handshake>>,
    handshake_bytes: u64,
    joined: Joined,
    decoder: Decoder,
    /// Bytes delivered, holes included.
    sent: u64,
}

/// Where in the stream the capture begins.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Joined {
    /// At the handshake.
    Start,
    /// Somewhere behind it; nothing came yet.
    Inside,
    /// Somewhere behind it.
    InsideSeen,
}

impl Session {
    /// A session; `from_start` tells whether the connection's opening was captured, so that the handshake comes.
    pub(crate) fn new(from_start: bool) -> Self {
        let side = || Side {
            handshake: from_start.then(Box::default),
            handshake_bytes: 0,
            joined: if from_start { Joined::Start } else { Joined::Inside },
            decoder: Decoder::default(),
            sent: 0,
        };
        Self {
            sides: PerDir { c2s: side(), s2c: side() },
            talk: Talk::default(),
            opaque: false,
            done: false,
            ended: false,
        }
    }

    /// A session of streams that cannot be read.
    pub(crate) fn opaque() -> Self {
        Self { opaque: true, ..Self::new(false) }
    }

    /// Bytes of one direction that belong to no message: handshake, chunk headers, skipped without sync.
    pub(crate) const fn overhead(&self, dir: Dir) -> Overhead {
        let side = self.sides.get(dir);
        Overhead {
            handshake: side.handshake_bytes,
            chunk_headers: side.decoder.header_bytes(),
            skipped: side.decoder.skipped_bytes(),
        }
    }

    /// Memory held beside the structure itself, or more.
    pub(crate) fn held_bytes(&self) -> usize {
        let side =
            |side: &Side| side.decoder.held_bytes() + usize::from(side.handshake.is_some()) * HANDSHAKE_HELD;
        side(&self.sides.c2s) + side(&self.sides.s2c) + self.talk.held_bytes()
    }

    /// Of this: what [`Self::shed`] gives up.
    pub(crate) fn partial_bytes(&self) -> usize {
        self.sides.c2s.decoder.partial_bytes() + self.sides.s2c.decoder.partial_bytes()
    }

    /// Whether the end was told.
    pub(crate) const fn has_ended(&self) -> bool {
        self.ended
    }

    /// Gives up what is kept of messages in the making.
    pub(crate) fn shed(&mut self) {
        self.sides.c2s.decoder.shed();
        self.sides.s2c.decoder.shed();
    }

    /// The limits that were reached, by name.
    pub(crate) fn limits_hit(&self) -> impl Iterator<Item = &'static str> {
        let cut = Dir::BOTH.iter().any(|dir| self.sides.get(*dir).decoder.cut_messages() > 0);
        let lost = Dir::BOTH.iter().any(|dir| self.sides.get(*dir).decoder.search_overflows() > 0);
        let of_decoders = cut.then_some("partial_bytes").into_iter().chain(lost.then_some("search_bytes"));
        self.talk.limits_hit().chain(of_decoders)
    }

    /// Takes a signal of the connection.
    pub(crate) fn signal(
        &mut self,
        dir: Dir,
        at: PacketRef,
        signal: Signal<'_>,
        limits: &Limits,
        out: &mut Out<'_>,
    ) {
        match signal {
            Signal::Syn => out.plain(dir, at, Kind::TcpSyn),
            Signal::SynAck => out.plain(dir, at, Kind::TcpSynAck),
            Signal::Established { rtt_ns } => out.plain(dir, at, Kind::TcpEstablished { rtt_ns }),
            Signal::Fin => out.plain(dir, at, Kind::TcpFin),
            Signal::Rst => out.plain(dir, at, Kind::TcpRst),
            Signal::ZeroWindowBegin => out.plain(dir, at, Kind::TcpZeroWindowBegin),
            Signal::ZeroWindowEnd { duration_ns } => {
                out.plain(dir, at, Kind::TcpZeroWindowEnd { duration_ns });
            }
            Signal::Stream(_) if self.opaque => {}
            Signal::Stream(Delivery::Data { pos, bytes, at }) => self.data(dir, pos, bytes, at, limits, out),
            Signal::Stream(Delivery::Gap { pos, len, snapped, at }) => {
                self.gap(dir, pos, len, snapped, at, limits, out);
            }
        }
    }

    /// The connection ended: what is unfinished comes out, then the end itself.
    pub(crate) fn finish(&mut self, at: PacketRef, cause: Closing, limits: &Limits, out: &mut Out<'_>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let Self { sides, talk, .. } = self;
        for dir in Dir::BOTH {
            let peer_sent = sides.get(dir.opposite()).sent;
            let side = sides.get_mut(dir);
            side.decoder.finish(side.sent, at, limits, &mut |o| talk.output(dir, peer_sent, o, limits, out));
        }
        let (client_bytes, server_bytes) = (self.sides.c2s.handshake_bytes, self.sides.s2c.handshake_bytes);
        let began = client_bytes + server_bytes > 0;
        let from_start = self.sides.c2s.joined == Joined::Start && self.sides.s2c.joined == Joined::Start;
        if began && from_start && !self.done {
            out.plain(Dir::ClientToServer, at, Kind::HandshakeFailed { client_bytes, server_bytes });
        }
        self.talk.finish(at, out);
        let dir = match cause {
            Closing::ServerFin | Closing::ServerRst => Dir::ServerToClient,
            _ => Dir::ClientToServer,
        };
        out.plain(dir, at, Kind::SessionEnd { cause });
    }

    fn data(
        &mut self,
        dir: Dir,
        mut pos: u64,
        mut bytes: &[u8],
        at: PacketRef,
        limits: &Limits,
        out: &mut Out<'_>,
    ) {
        let side = self.sides.get_mut(dir);
        side.sent = pos + bytes.len() as u64;
        if side.joined == Joined::Inside && pos == 0 && begins_hello(bytes) {
            // The capture began between the opening and the handshake.
            side.joined = Joined::Start;
            side.handshake = Some(Box::default());
        }
        while self.sides.get(dir).handshake.is_some() && !bytes.is_empty() {
            let (side, peer) = self.both(dir);
            let Some(handshake) = &mut side.handshake else { break };
            let hello = peer.handshake.as_ref().and_then(|h| h.hello());
            let (used, step) = handshake.data(bytes, at, hello);
            side.handshake_bytes += used as u64;
            pos += used as u64;
            bytes = bytes.get(used..).unwrap_or(&[]);
            if let Some(step) = step {
                self.step(dir, pos, step, at, out);
            }
            if used == 0 {
                break;
            }
        }
        if bytes.is_empty() {
            return;
        }
        let peer_sent = self.sides.get(dir.opposite()).sent;
        let Self { sides, talk, .. } = self;
        let side = sides.get_mut(dir);
        let emit = &mut |o: Output<'_>| talk.output(dir, peer_sent, o, limits, out);
        if side.joined == Joined::Inside {
            side.joined = Joined::InsideSeen;
            side.decoder.lose_sync(pos, at, emit);
        }
        side.decoder.data(pos, bytes, at, limits, emit);
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a gap, and where to")]
    fn gap(
        &mut self,
        dir: Dir,
        mut pos: u64,
        mut len: u64,
        snapped: bool,
        at: PacketRef,
        limits: &Limits,
        out: &mut Out<'_>,
    ) {
        let span = Span { start: pos, end: pos + len, first: at, last: at };
        out.at(dir, span, Kind::TcpGap { bytes: len, snapped });
        self.sides.get_mut(dir).sent = span.end;
        while len > 0
            && let Some(handshake) = &mut self.sides.get_mut(dir).handshake
        {
            let (used, step) = handshake.gap(len);
            if used == 0 {
                break;
            }
            if snapped {
                self.sides.get_mut(dir).handshake_bytes += used;
            }
            pos += used;
            len -= used;
            if let Some(step) = step {
                self.step(dir, pos, step, at, out);
            }
        }
        if len == 0 {
            return;
        }
        let peer_sent = self.sides.get(dir.opposite()).sent;
        let Self { sides, talk, .. } = self;
        let emit = &mut |o: Output<'_>| talk.output(dir, peer_sent, o, limits, out);
        sides.get_mut(dir).decoder.gap(pos, len, snapped, at, limits, emit);
    }

    const fn both(&mut self, dir: Dir) -> (&mut Side, &mut Side) {
        match dir {
            Dir::ClientToServer => (&mut self.sides.c2s, &mut self.sides.s2c),
            Dir::ServerToClient => (&mut self.sides.s2c, &mut self.sides.c2s),
        }
    }

    /// A part of the handshake ended at `pos`.
    fn step(&mut self, dir: Dir, pos: u64, step: Step, at: PacketRef, out: &mut Out<'_>) {
        let first = |side: &Side| side.handshake.as_ref().and_then(|h| h.first());
        let start = pos.saturating_sub(if matches!(step, Step::Hello { .. }) { 1537 } else { 1536 });
        let began = first(self.sides.get(dir)).unwrap_or(at);
        let span = Span { start, end: pos, first: began, last: at };
        match step {
            Step::Hello { version, time, program } => {
                out.at(dir, span, Kind::Hello { version, time, program });
            }
            Step::Echo { copied } => {
                out.at(dir, span, Kind::Echo { copied });
                let done = |side: &Side| side.handshake.as_ref().is_some_and(|h| h.is_done());
                if done(&self.sides.c2s) && done(&self.sides.s2c) {
                    let began = first(&self.sides.c2s).unwrap_or(at);
                    self.sides.c2s.handshake = None;
                    self.sides.s2c.handshake = None;
                    self.done = true;
                    out.plain(dir, at, Kind::HandshakeDone { duration_ns: at.ts.since(began.ts) });
                }
            }
        }
    }
}

/// Memory of a handshake with its hello.
const HANDSHAKE_HELD: usize = size_of::<Handshake>() + 1536 + 32;

/// Bytes of a direction that belong to no message.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overhead {
    pub(crate) handshake: u64,
    pub(crate) chunk_headers: u64,
    pub(crate) skipped: u64,
}

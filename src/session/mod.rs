//! Both directions of one RTMP connection.
//!
//! Takes what TCP signals of a connection and its streams in order; gives [`event::Event`]s in capture order.
//! It keeps the state a passive observer needs and judges nothing.
//!
//! [`Session`] drives a handshake ([`handshake`]) and a chunk decoder per direction. [`talk`] turns messages into
//! events: [`control`] control messages, [`media`] audio and video, with [`config`] for what a sequence header says,
//! and [`aggregate`] messages inside of one. [`calls`] matches commands with their answers, [`names`] has the stable
//! names of both, [`streams`] knows message streams and [`track`] their tracks.

mod aggregate;
mod calls;
pub(crate) mod config;
mod control;
pub(crate) mod event;
mod handshake;
mod media;
mod names;
mod streams;
mod talk;
mod track;

use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef, PerDir, Span};
use crate::rtmp::chunk::decoder::Decoder;
use crate::rtmp::chunk::output::Output;
use crate::rtmp::handshake::{begins_hello, is_encrypted};
use crate::tcp::assembler::Delivery;
use crate::tcp::connection::Signal;
use crate::tunnel::proxy::behind_prefix;
use crate::tunnel::tls::Tls;

use event::{Closing, Event, Kind};
use handshake::{Gap, Handshakes};
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
        (self.sink)(&Event {
            connection,
            at: span.last,
            dir,
            span,
            message: None,
            part: None,
            body: &[],
            kind,
        });
    }
}

/// The state of one connection.
#[derive(Debug)]
pub(crate) struct Session {
    handshakes: Handshakes,
    sides: PerDir<Side>,
    talk: Talk,
    inside: Inside,
    /// Where TLS is around all of it.
    tls: Option<Box<Tls>>,
    ended: bool,
}

/// What can be read of the streams.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Inside {
    /// All.
    Plain,
    /// The handshake; what is behind it is encrypted.
    Encrypted,
    /// Nothing: only what TCP says is passed on.
    Opaque,
}

/// One direction.
#[derive(Debug)]
struct Side {
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
            joined: if from_start { Joined::Start } else { Joined::Inside },
            decoder: Decoder::default(),
            sent: 0,
        };
        Self {
            handshakes: Handshakes::new(from_start),
            sides: PerDir { c2s: side(), s2c: side() },
            talk: Talk::default(),
            inside: Inside::Plain,
            tls: None,
            ended: false,
        }
    }

    /// A session of streams that are encrypted behind the handshake.
    pub(crate) fn encrypted(from_start: bool) -> Self {
        Self { inside: Inside::Encrypted, ..Self::new(from_start) }
    }

    /// A session of streams that cannot be read.
    pub(crate) fn opaque() -> Self {
        Self { inside: Inside::Opaque, ..Self::new(false) }
    }

    /// A session inside of TLS, of which only what TLS itself says in clear is read, and that from the opening on.
    pub(crate) fn tls(from_start: bool) -> Self {
        Self { tls: from_start.then(Box::default), ..Self::opaque() }
    }

    /// Bytes of one direction that belong to no message: handshake, chunk headers, skipped without sync.
    pub(crate) const fn overhead(&self, dir: Dir) -> Overhead {
        let side = self.sides.get(dir);
        Overhead {
            handshake: self.handshakes.bytes(dir),
            chunk_headers: side.decoder.header_bytes(),
            skipped: side.decoder.skipped_bytes(),
        }
    }

    /// Memory held beside the structure itself, or more.
    pub(crate) fn held_bytes(&self) -> usize {
        self.held_without_events() + self.talk.held_bytes()
    }

    /// Of this: what can grow without an event that is more than one frame.
    pub(crate) fn held_without_events(&self) -> usize {
        let decoders = self.sides.c2s.decoder.held_bytes() + self.sides.s2c.decoder.held_bytes();
        let tls = self.tls.as_ref().map_or(0, |tls| size_of::<Tls>() + tls.held_bytes());
        decoders + self.handshakes.held_bytes() + tls
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

    /// Takes the next bytes of a stream, if they are the middle of a chunk of which nothing is of interest; gives whether
    /// they are. No event comes of them, and nothing that is held grows.
    #[inline]
    pub(crate) fn pass(&mut self, dir: Dir, pos: u64, bytes: &[u8], at: PacketRef) -> bool {
        let side = self.sides.get_mut(dir);
        let passed = side.decoder.pass(pos, bytes, at);
        if passed {
            side.sent = pos + bytes.len() as u64;
        }
        passed
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
            Signal::Stream(delivery) if self.inside == Inside::Opaque => match (&mut self.tls, delivery) {
                (Some(tls), Delivery::Data { bytes, at, .. }) => tls.data(dir, bytes, at),
                (Some(tls), Delivery::Gap { .. }) => tls.gap(dir),
                (None, _) => {}
            },
            Signal::Stream(Delivery::Data { pos, bytes, at }) => self.data(dir, pos, bytes, at, limits, out),
            Signal::Stream(Delivery::Gap { pos, len, snapped, at }) => {
                self.gap(dir, Gap { pos, len, snapped }, at, limits, out);
            }
        }
    }

    /// The connection ended: what is unfinished comes out, then the end itself.
    pub(crate) fn finish(&mut self, at: PacketRef, cause: Closing, limits: &Limits, out: &mut Out<'_>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        if self.inside == Inside::Plain {
            let Self { sides, talk, .. } = self;
            for dir in Dir::BOTH {
                let peer_sent = sides.get(dir.opposite()).sent;
                let side = sides.get_mut(dir);
                side.decoder
                    .finish(side.sent, at, limits, &mut |o| talk.output(dir, peer_sent, o, limits, out));
            }
        }
        let from_start = self.sides.c2s.joined == Joined::Start && self.sides.s2c.joined == Joined::Start;
        if let Some(failed) = self.handshakes.failed().filter(|_| from_start) {
            out.plain(Dir::ClientToServer, at, failed);
        }
        self.talk.finish(at, out);
        let dir = match cause {
            Closing::ServerFin | Closing::ServerRst => Dir::ServerToClient,
            _ => Dir::ClientToServer,
        };
        out.plain(dir, at, Kind::SessionEnd { cause, tls: self.tls.as_deref() });
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
        if side.joined == Joined::Inside && pos == 0 && self.inside.begins_hello(bytes) {
            // The capture began between the opening and the handshake.
            side.joined = Joined::Start;
            self.handshakes.begin(dir);
        }
        let taken = self.handshakes.data(dir, pos, bytes, at, out);
        pos += taken as u64;
        bytes = bytes.get(taken..).unwrap_or(&[]);
        if bytes.is_empty() || self.inside != Inside::Plain {
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

    fn gap(&mut self, dir: Dir, gap: Gap, at: PacketRef, limits: &Limits, out: &mut Out<'_>) {
        let Gap { pos, len, snapped } = gap;
        let span = Span { start: pos, end: pos + len, first: at, last: at };
        out.at(dir, span, Kind::TcpGap { bytes: len, snapped });
        self.sides.get_mut(dir).sent = span.end;
        let taken = self.handshakes.gap(dir, gap, at, out);
        if taken == len || self.inside != Inside::Plain {
            return;
        }
        let peer_sent = self.sides.get(dir.opposite()).sent;
        let Self { sides, talk, .. } = self;
        let emit = &mut |o: Output<'_>| talk.output(dir, peer_sent, o, limits, out);
        sides.get_mut(dir).decoder.gap(pos + taken, len - taken, snapped, at, limits, emit);
    }
}

impl Inside {
    /// Whether a stream of this kind that was not captured from its opening on begins with a handshake.
    fn begins_hello(self, bytes: &[u8]) -> bool {
        match self {
            Self::Plain => begins_hello(bytes),
            Self::Encrypted => {
                behind_prefix(bytes).first().is_some_and(|version| *version == 3 || is_encrypted(*version))
            }
            Self::Opaque => false,
        }
    }
}

/// Bytes of a direction that belong to no message.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overhead {
    pub(crate) handshake: u64,
    pub(crate) chunk_headers: u64,
    pub(crate) skipped: u64,
}

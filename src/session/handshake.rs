//! The handshake of both directions.
//!
//! Takes the streams' bytes and holes from their beginning; gives the events of the handshake, and says how many bytes
//! were part of it. What is behind it is the caller's.

use crate::base::pos::{Dir, PacketRef, PerDir, Span};
use crate::rtmp::handshake::{Handshake, Step};

use super::Out;
use super::event::Kind;

/// The handshakes of both sides.
#[derive(Debug)]
pub(super) struct Handshakes {
    /// Each is gone once both are complete.
    sides: PerDir<Option<Box<Handshake>>>,
    bytes: PerDir<u64>,
    done: bool,
}

impl Handshakes {
    /// Handshakes; with `expected`, the streams begin with them.
    pub(super) fn new(expected: bool) -> Self {
        let side = |dir| expected.then(|| Box::new(Handshake::new(dir)));
        Self {
            sides: PerDir { c2s: side(Dir::ClientToServer), s2c: side(Dir::ServerToClient) },
            bytes: PerDir::default(),
            done: false,
        }
    }

    /// One direction begins with its handshake.
    pub(super) fn begin(&mut self, dir: Dir) {
        *self.sides.get_mut(dir) = Some(Box::new(Handshake::new(dir)));
    }

    /// Bytes of a direction that belong to its handshake, a prefix included.
    pub(super) const fn bytes(&self, dir: Dir) -> u64 {
        *self.bytes.get(dir)
    }

    /// Memory held beside the structure itself, or more.
    pub(super) fn held_bytes(&self) -> usize {
        let side = |side: &Option<Box<Handshake>>| {
            side.as_ref().map_or(0, |side| size_of::<Handshake>() + 16 + side.held_bytes())
        };
        side(&self.sides.c2s) + side(&self.sides.s2c)
    }

    /// What there is to tell at the end of the connection of a handshake that began and was not completed.
    pub(super) fn failed(&self) -> Option<Kind<'static>> {
        let seen = |dir| {
            let prefix = self.sides.get(dir).as_ref().map_or(0, |side| side.prefix_bytes());
            self.bytes(dir).saturating_sub(u64::from(prefix))
        };
        let (client_bytes, server_bytes) = (seen(Dir::ClientToServer), seen(Dir::ServerToClient));
        let head = |side: &Option<Box<Handshake>>| side.as_ref().map_or([0; 5], |side| side.head());
        let heads = PerDir { c2s: head(&self.sides.c2s), s2c: head(&self.sides.s2c) };
        let began = self.bytes.c2s + self.bytes.s2c > 0;
        (began && !self.done).then_some(Kind::HandshakeFailed { client_bytes, server_bytes, heads })
    }

    /// Takes bytes of a direction, which begin at `pos`; gives how many are of the handshake.
    pub(super) fn data(
        &mut self,
        dir: Dir,
        pos: u64,
        bytes: &[u8],
        at: PacketRef,
        out: &mut Out<'_>,
    ) -> usize {
        let mut taken = 0;
        while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
            let (side, peer) = self.both(dir);
            let Some(side) = side else { break };
            let (used, step) = side.data(rest, at, peer.as_ref().and_then(|peer| peer.said()));
            if used == 0 {
                break;
            }
            *self.bytes.get_mut(dir) += used as u64;
            taken += used;
            self.step(dir, pos + taken as u64, step, at, out);
        }
        taken
    }

    /// Takes a hole of a direction; gives how many bytes of it are of the handshake.
    pub(super) fn gap(&mut self, dir: Dir, gap: Gap, at: PacketRef, out: &mut Out<'_>) -> u64 {
        let mut taken = 0;
        while taken < gap.len
            && let Some(side) = self.sides.get_mut(dir)
        {
            let (used, step) = side.gap(gap.len - taken);
            if used == 0 {
                break;
            }
            if gap.snapped {
                *self.bytes.get_mut(dir) += used;
            }
            taken += used;
            self.step(dir, gap.pos + taken, step, at, out);
        }
        taken
    }

    const fn both(&mut self, dir: Dir) -> (&mut Option<Box<Handshake>>, &mut Option<Box<Handshake>>) {
        match dir {
            Dir::ClientToServer => (&mut self.sides.c2s, &mut self.sides.s2c),
            Dir::ServerToClient => (&mut self.sides.s2c, &mut self.sides.c2s),
        }
    }

    /// A part of the handshake ended at `pos`.
    fn step(&mut self, dir: Dir, pos: u64, step: Option<Step>, at: PacketRef, out: &mut Out<'_>) {
        let Some(step) = step else { return };
        let side = self.sides.get(dir).as_ref();
        let (len, first) = match step {
            Step::Hello(_) => (1537, side.and_then(|side| side.first())),
            Step::Echo(_) => (1536, side.and_then(|side| side.echo_first())),
        };
        let span = Span { start: pos.saturating_sub(len), end: pos, first: first.unwrap_or(at), last: at };
        match step {
            Step::Hello(greeting) => out.at(dir, span, Kind::Hello(greeting)),
            Step::Echo(answer) => {
                out.at(dir, span, Kind::Echo(answer));
                self.finish(dir, at, out);
            }
        }
    }

    /// The handshake is complete when both echoes have come.
    fn finish(&mut self, dir: Dir, at: PacketRef, out: &mut Out<'_>) {
        let PerDir { c2s: Some(client), s2c: Some(server) } = &self.sides else { return };
        if !client.is_done() || !server.is_done() {
            return;
        }
        let done = Kind::HandshakeDone {
            duration_ns: at.ts.since(client.first().unwrap_or(at).ts),
            form: client.form(),
            client_echo: client.echo(),
            server_echo: server.echo(),
        };
        self.sides = PerDir { c2s: None, s2c: None };
        self.done = true;
        out.plain(dir, at, done);
    }
}

/// A hole in a stream.
#[derive(Copy, Clone, Debug)]
pub(super) struct Gap {
    pub(super) pos: u64,
    pub(super) len: u64,
    /// The snap length cut the bytes off.
    pub(super) snapped: bool,
}

//! One direction of a connection in stream order.
//!
//! Takes pieces of the stream at any offset, gives [`Delivery`]s without a hole between them: data, or the word
//! that bytes are missing. Data that is in order is passed on borrowed; only early data is copied, exactly its
//! new bytes. The first bytes win where pieces overlap. When to give up on a hole is the caller's decision.

use std::collections::{BTreeMap, VecDeque};

use crate::base::pos::PacketRef;

/// What the layer above receives, in stream order. Early data has the packet that filled the hole in front of it, with
/// which it could be read; where nothing filled it, the packet that brought it, or a newer one that brought what is in
/// front of it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Delivery<'a> {
    /// The next bytes of the stream.
    Data { pos: u64, bytes: &'a [u8], at: PacketRef },
    /// The next bytes are not in the capture: `snapped` when a packet brought them and the snap length cut them
    /// off, otherwise no packet brought them.
    Gap { pos: u64, len: u64, snapped: bool, at: PacketRef },
}

impl Delivery<'_> {
    /// Its packet.
    pub(crate) const fn at(&self) -> PacketRef {
        match self {
            Self::Data { at, .. } | Self::Gap { at, .. } => *at,
        }
    }
}

/// What became of the bytes of one piece.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Bytes not seen before.
    pub(crate) fresh: u64,
    /// Bytes seen before.
    pub(crate) old: u64,
    /// Bytes that came after their hole had been given up.
    pub(crate) late: u64,
    /// Of the old bytes, those known to differ from what came first.
    pub(crate) conflicting: u64,
    /// Whether the piece was ahead of the next expected byte.
    pub(crate) early: bool,
}

/// Puts one direction in order.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    next: u64,
    held: Option<Box<Held>>,
}

/// Early pieces and given-up holes: only directions that had a hole own one.
#[derive(Debug, Default)]
struct Held {
    /// By offset of their first byte; disjoint.
    pieces: BTreeMap<u64, Piece>,
    /// Bytes owned by `pieces`.
    bytes: usize,
    /// The last holes that were given up.
    given_up: VecDeque<(u64, u64)>,
    /// The newest packet with which early data was delivered.
    reached: PacketRef,
}

#[derive(Debug)]
struct Piece {
    bytes: Bytes,
    /// The packet that brought it.
    at: PacketRef,
}

#[derive(Debug)]
enum Bytes {
    Data(Box<[u8]>),
    Snapped(u64),
}

impl Piece {
    fn len(&self) -> u64 {
        match &self.bytes {
            Bytes::Data(bytes) => bytes.len() as u64,
            Bytes::Snapped(len) => *len,
        }
    }
}

/// Given-up holes remembered per direction, to tell late bytes from repeated ones.
const REMEMBERED_HOLES: usize = 16;
/// What an entry of the map costs besides its bytes; held memory is counted with it.
const PIECE_COST: usize = 128;

impl Assembler {
    /// Offset of the next byte to be delivered.
    pub(crate) const fn next(&self) -> u64 {
        self.next
    }

    /// Memory held by early data.
    pub(crate) fn held_bytes(&self) -> usize {
        self.held.as_ref().map_or(0, |h| h.bytes + h.pieces.len() * PIECE_COST)
    }

    /// The hole in front of the early data, if there is any.
    pub(crate) fn hole(&self) -> Option<(u64, u64)> {
        let (first, _) = self.held.as_ref()?.pieces.first_key_value()?;
        Some((self.next, *first))
    }

    /// Whether early data is held behind a hole.
    pub(crate) fn is_holding(&self) -> bool {
        self.held.as_ref().is_some_and(|held| !held.pieces.is_empty())
    }

    /// Takes `bytes` at `pos`, followed by `snapped` bytes that the snap length cut off.
    pub(crate) fn push(
        &mut self,
        pos: u64,
        bytes: &[u8],
        snapped: u64,
        at: PacketRef,
        out: &mut impl FnMut(Delivery<'_>),
    ) -> Taken {
        if pos == self.next && self.hole().is_none() {
            self.deliver(bytes, snapped, at, out);
            return Taken { fresh: bytes.len() as u64 + snapped, ..Taken::default() };
        }
        let mut taken = Taken { early: pos > self.next, ..Taken::default() };
        self.take_part(pos, Some(bytes), bytes.len() as u64, at, out, &mut taken);
        self.take_part(pos + bytes.len() as u64, None, snapped, at, out, &mut taken);
        taken
    }

    /// Gives up on the first hole: it becomes a gap, and what was held behind it is delivered, with the packets that
    /// brought it.
    pub(crate) fn give_up(&mut self, out: &mut impl FnMut(Delivery<'_>)) {
        let first = self.held.as_ref().and_then(|held| held.pieces.first_key_value());
        if let Some((end, at)) = first.map(|(end, piece)| (*end, piece.at)) {
            self.skip_to(end, at, out);
        }
    }

    /// Delivers all that is held, with gaps for the holes, then a gap up to `end` if that lies further.
    pub(crate) fn flush(&mut self, end: u64, at: PacketRef, out: &mut impl FnMut(Delivery<'_>)) {
        while self.hole().is_some() {
            self.give_up(out);
        }
        if end > self.next {
            self.skip_to(end, at, out);
        }
    }

    fn skip_to(&mut self, end: u64, at: PacketRef, out: &mut impl FnMut(Delivery<'_>)) {
        let (pos, len) = (self.next, end - self.next);
        self.next = end;
        let held = self.held.get_or_insert_default();
        if held.given_up.len() == REMEMBERED_HOLES {
            held.given_up.pop_front();
        }
        held.given_up.push_back((pos, end));
        let at = at.max(held.reached);
        out(Delivery::Gap { pos, len, snapped: false, at });
        self.drain(None, out);
    }

    /// Takes the next bytes of the stream; the same as [`Self::push`] where nothing is held.
    #[inline]
    pub(crate) fn deliver(
        &mut self,
        bytes: &[u8],
        snapped: u64,
        at: PacketRef,
        out: &mut impl FnMut(Delivery<'_>),
    ) {
        let pos = self.next;
        self.next += bytes.len() as u64 + snapped;
        if !bytes.is_empty() {
            out(Delivery::Data { pos, bytes, at });
        }
        if snapped > 0 {
            out(Delivery::Gap { pos: pos + bytes.len() as u64, len: snapped, snapped: true, at });
        }
    }

    /// One part, all data or all cut off, in the general case.
    fn take_part(
        &mut self,
        pos: u64,
        bytes: Option<&[u8]>,
        len: u64,
        at: PacketRef,
        out: &mut impl FnMut(Delivery<'_>),
        taken: &mut Taken,
    ) {
        let end = pos + len;
        if pos < self.next {
            let old_end = end.min(self.next);
            let late = self.held.as_ref().map_or(0, |h| h.late(pos, old_end));
            taken.late += late;
            taken.old += old_end - pos - late;
        }
        let mut from = pos.max(self.next);
        if let (Some(held), Some(bytes)) = (&self.held, bytes) {
            taken.conflicting += held.conflicts(pos, bytes);
        }
        // The first bytes win: only what no held piece covers is new.
        while from < end {
            let (start, piece_end) = self.covering(from);
            let to = if start > from {
                let to = start.min(end);
                taken.fresh += to - from;
                self.accept(from, bytes.map(|b| sub(b, from - pos, to - pos)), to - from, at, out);
                to
            } else {
                let to = piece_end.min(end);
                taken.old += to - from;
                to
            };
            // Delivery may have drained pieces beyond.
            let passed = self.next.clamp(to, end);
            taken.old += passed - to;
            from = passed;
        }
    }

    /// The held piece that covers `at` or the first one behind it: (start, end), or nothing but the far end.
    fn covering(&self, at: u64) -> (u64, u64) {
        let far = (u64::MAX, u64::MAX);
        let Some(held) = &self.held else { return far };
        if let Some((start, piece)) = held.pieces.range(..=at).next_back()
            && start + piece.len() > at
        {
            return (*start, start + piece.len());
        }
        held.pieces.range(at..).next().map_or(far, |(start, piece)| (*start, start + piece.len()))
    }

    fn accept(
        &mut self,
        pos: u64,
        part: Option<&[u8]>,
        len: u64,
        at: PacketRef,
        out: &mut impl FnMut(Delivery<'_>),
    ) {
        if pos == self.next {
            match part {
                Some(bytes) => self.deliver(bytes, 0, at, out),
                None => self.deliver(&[], len, at, out),
            }
            self.drain(Some(at), out);
            return;
        }
        let held = self.held.get_or_insert_default();
        held.bytes += part.map_or(0, <[u8]>::len);
        let bytes = part.map_or(Bytes::Snapped(len), |b| Bytes::Data(b.into()));
        held.pieces.insert(pos, Piece { bytes, at });
    }

    /// Delivers the held pieces that have become in order, by a packet that filled the hole or with their own ones.
    fn drain(&mut self, filled_by: Option<PacketRef>, out: &mut impl FnMut(Delivery<'_>)) {
        while let Some(held) = &mut self.held {
            let Some(entry) = held.pieces.first_entry() else { break };
            if *entry.key() != self.next {
                break;
            }
            let Piece { bytes, at } = entry.remove();
            let at = filled_by.unwrap_or(at).max(held.reached);
            held.reached = at;
            match bytes {
                Bytes::Data(bytes) => {
                    held.bytes -= bytes.len();
                    self.deliver(&bytes, 0, at, out);
                }
                Bytes::Snapped(len) => self.deliver(&[], len, at, out),
            }
        }
        if self.held.as_ref().is_some_and(|h| h.pieces.is_empty() && h.given_up.is_empty()) {
            self.held = None;
        }
    }
}

impl Held {
    /// How many of `bytes` at `pos` differ from what is held.
    fn conflicts(&self, pos: u64, bytes: &[u8]) -> u64 {
        let end = pos + bytes.len() as u64;
        let before = self.pieces.range(..=pos).next_back();
        let behind = self.pieces.range(pos.saturating_add(1)..end.max(pos.saturating_add(1)));
        let differing = before.into_iter().chain(behind).map(|(start, piece)| {
            let Bytes::Data(held) = &piece.bytes else { return 0 };
            let (from, to) = (pos.max(*start), end.min(start + held.len() as u64));
            if from >= to {
                return 0;
            }
            let (first, again) = (sub(held, from - start, to - start), sub(bytes, from - pos, to - pos));
            first.iter().zip(again).filter(|(a, b)| a != b).count() as u64
        });
        differing.sum()
    }

    /// Bytes of `pos..end` that lie in holes given up before.
    fn late(&self, pos: u64, end: u64) -> u64 {
        self.given_up.iter().map(|(a, b)| end.min(*b).saturating_sub(pos.max(*a))).sum()
    }
}

/// `bytes[from..to]`, cut at the end.
fn sub(bytes: &[u8], from: u64, to: u64) -> &[u8] {
    let index = |n: u64| usize::try_from(n).map_or(bytes.len(), |n| n.min(bytes.len()));
    bytes.get(index(from)..index(to)).unwrap_or(&[])
}

#[cfg(test)]
mod tests;

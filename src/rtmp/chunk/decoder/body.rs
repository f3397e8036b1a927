//! Bodies of chunks, and what is acted on where one ends.
//!
//! Takes the bytes of a chunk behind its header; adds them to the message of its chunk stream or passes over them,
//! and gives the message that ends there. Set Chunk Size and Abort are obeyed then (RTMP 1.0, 5.4.1 and 5.4.2).

use crate::base::limits::Limits;
use crate::base::pos::PacketRef;
use crate::rtmp::chunk::output::Output;
use crate::rtmp::chunk::size::ChunkSize;
use crate::rtmp::chunk::stream::Ending;
use crate::rtmp::chunk::stream::run::Run;
use crate::rtmp::message::kind::{MessageHeader, MessageType};

use super::{Decoder, State};

impl Decoder {
    /// Passes over bytes that are all inside of one chunk, where none of them is of interest; gives whether they are
    /// such. It is a short way for what [`Self::data`] takes too.
    #[inline]
    pub(crate) fn pass(&mut self, pos: u64, bytes: &[u8], at: PacketRef) -> bool {
        let State::Body { slot, left } = &mut self.state else { return false };
        let Some(len) = u32::try_from(bytes.len()).ok().filter(|len| len < left) else { return false };
        let Some(stream) = self.streams.get_mut(*slot) else { return false };
        let passed = stream.pass(len, pos + u64::from(len), at);
        *left -= if passed { len } else { 0 };
        passed
    }

    /// Takes bytes inside a chunk of which `left` are missing; gives how many.
    pub(super) fn body(
        &mut self,
        (slot, left): (usize, u32),
        pos: u64,
        bytes: &[u8],
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) -> usize {
        if let Some(used) = self.run((slot, left), pos, bytes, at, out) {
            return used;
        }
        let take = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        self.streams.add_body(slot, bytes.get(..take).unwrap_or(bytes), limits);
        self.advance(slot, left, take as u64, pos + take as u64, at, out);
        take
    }

    /// Passes over the rest of a chunk and those behind it that go on with its message, where nothing is to be kept of
    /// them; gives how many bytes these are, if any.
    pub(super) fn run(
        &mut self,
        (slot, left): (usize, u32),
        pos: u64,
        bytes: &[u8],
        at: PacketRef,
        out: &mut impl FnMut(Output<'_>),
    ) -> Option<usize> {
        let ChunkSize::Known(size) = self.size else { return None };
        if self.extra > 0 || self.resolved.is_some_and(|resolved| resolved.pos >= pos) {
            return None;
        }
        let Run { used, headers, left } = self.streams.run(slot, bytes, left, size)?;
        self.header_bytes += u64::from(headers);
        self.advance(slot, left, 0, pos + used as u64, at, out);
        Some(used)
    }

    pub(super) fn pass_orphan(&mut self, left: u32, take: u64) {
        let left = left - u32::try_from(take).unwrap_or(left).min(left);
        self.state = if left > 0 { State::Orphan { left } } else { State::Header };
    }

    /// `take` bytes of the chunk's last `left` are done; goes on to the next state.
    pub(super) fn advance(
        &mut self,
        slot: usize,
        left: u32,
        take: u64,
        pos: u64,
        at: PacketRef,
        out: &mut impl FnMut(Output<'_>),
    ) {
        let left = left - u32::try_from(take).unwrap_or(left).min(left);
        if left > 0 {
            self.state = State::Body { slot, left };
            if let Some(stream) = self.streams.get_mut(slot) {
                stream.reach(pos, at);
            }
            return;
        }
        self.state = match std::mem::take(&mut self.extra) {
            0 => State::Header,
            left => State::Orphan { left },
        };
        self.last = Some(slot);
        let Some(stream) = self.streams.get_mut(slot) else { return };
        if stream.missing() > 0 {
            return stream.reach(pos, at);
        }
        let Some((header, body, units)) = self.streams.end(slot, Ending::Through(pos, at)) else { return };
        out(Output::Message { header: &header, body, units });
        if header.complete && header.kind.is_control() {
            let value = body.first_chunk::<4>().map(|b| u32::from_be_bytes(*b));
            self.streams.ended(slot);
            self.obey(&header, value, out);
        } else {
            self.streams.ended(slot);
            if header.kind == MessageType::SET_CHUNK_SIZE {
                (self.size, self.missed) = (ChunkSize::UNKNOWN, true);
            }
        }
    }

    /// Set Chunk Size (5.4.1) and Abort (5.4.2); after an invalid size the old one stays.
    fn obey(&mut self, header: &MessageHeader, value: Option<u32>, out: &mut impl FnMut(Output<'_>)) {
        let Some(value) = value else { return };
        if header.kind == MessageType::SET_CHUNK_SIZE {
            let Some(size) = ChunkSize::announced(value) else { return };
            let previous = std::mem::replace(&mut self.size, size);
            out(Output::ChunkSize { size: value, previous: previous.bytes(), header });
        } else if header.kind == MessageType::ABORT {
            let slot = self.streams.slot(value);
            let partial = slot.and_then(|slot| self.streams.end(slot, Ending::Unfinished));
            let dropped = partial.as_ref().map_or(0, |(partial, ..)| partial.received);
            out(Output::Aborted { csid: value, dropped, header });
            if let Some((partial, body, units)) = partial {
                out(Output::Message { header: &partial, body, units });
            }
            if let Some(slot) = slot {
                self.streams.ended(slot);
            }
        }
    }
}

//! Chunks of one direction to messages (RTMP 1.0, 5.3).
//!
//! Takes the stream behind the handshake, cut anywhere, and holes; gives [`Output`]s: messages with all header
//! fields filled in, and facts. It acts on Set Chunk Size and Abort itself. Every byte is accounted for: it is
//! part of a chunk header, of a message body, or was skipped without sync.

use crate::base::limits::Limits;
use crate::base::pos::{PacketRef, Span};
use crate::rtmp::message::kind::{MessageHeader, MessageType};

use super::fact::{Fact, LossCause};
use super::header::ChunkHeader;
use super::output::Output;
use super::plausible::implausible;
use super::spill::Spill;
use super::stream::HeaderAt;
use super::streams::ChunkStreams;

/// Chunk size before any Set Chunk Size (5.4.1).
pub(crate) const DEFAULT_CHUNK_SIZE: u32 = 128;
/// The chunk decoder of one direction.
#[derive(Debug)]
pub(crate) struct Decoder {
    chunk_size: u32,
    streams: ChunkStreams,
    state: State,
    /// A header cut in two.
    spill: Spill,
    header_bytes: u64,
    skipped_bytes: u64,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum State {
    /// At a chunk boundary.
    Header,
    /// Inside the body of a chunk, `left` bytes from its end.
    Body { slot: usize, left: u32 },
    /// The chunk boundary is lost.
    Lost,
}

/// What can be done with the bytes at a chunk boundary.
enum Parsed {
    NeedMore,
    Header { header: ChunkHeader, absent: Option<u32> },
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            chunk_size: DEFAULT_CHUNK_SIZE,
            streams: ChunkStreams::default(),
            state: State::Header,
            spill: Spill::default(),
            header_bytes: 0,
            skipped_bytes: 0,
        }
    }
}

impl Decoder {
    /// Bytes of chunk headers so far.
    pub(crate) const fn header_bytes(&self) -> u64 {
        self.header_bytes
    }

    /// Messages of which not all could be kept, for want of room.
    pub(crate) const fn cut_messages(&self) -> u64 {
        self.streams.cut_messages()
    }

    /// Bytes on the wire that were skipped for want of sync.
    pub(crate) const fn skipped_bytes(&self) -> u64 {
        self.skipped_bytes
    }

    /// Whether chunk boundaries are known.
    #[cfg(test)]
    pub(crate) fn in_sync(&self) -> bool {
        self.state != State::Lost
    }

    /// The stream is joined at an unknown place.
    pub(crate) fn lose_sync(&mut self, pos: u64, at: PacketRef, out: &mut impl FnMut(Output<'_>)) {
        self.lost(None, LossCause::MidStream, pos, at, out);
    }

    /// Takes the next bytes of the stream.
    pub(crate) fn data(
        &mut self,
        mut pos: u64,
        mut bytes: &[u8],
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) {
        while !bytes.is_empty() {
            let used = match self.state {
                State::Header => self.header(pos, bytes, at, limits, out),
                State::Body { slot, left } => {
                    let take = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    let part = bytes.get(..take).unwrap_or(bytes);
                    self.streams.add_body(slot, part, limits);
                    self.advance(slot, left, take as u64, pos + take as u64, at, out);
                    take
                }
                State::Lost => {
                    self.skipped_bytes += bytes.len() as u64;
                    bytes.len()
                }
            };
            pos += used as u64;
            bytes = bytes.get(used..).unwrap_or(&[]);
        }
    }

    /// The next `len` bytes are not in the capture; with `snapped`, a packet brought them.
    pub(crate) fn gap(
        &mut self,
        pos: u64,
        len: u64,
        snapped: bool,
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) {
        let inside = self.settle_spill(len, at, limits, out);
        let (pos, len) = (pos + inside, len - inside);
        if snapped {
            self.header_bytes += inside;
        }
        let mut rest = len;
        if let State::Body { slot, left } = self.state {
            let take = u32::try_from(rest).unwrap_or(u32::MAX).min(left);
            if let Some(stream) = self.streams.get_mut(slot) {
                stream.lose(take, snapped);
            }
            rest -= u64::from(take);
            self.advance(slot, left, u64::from(take), pos + u64::from(take), at, out);
        }
        if rest == 0 {
            return;
        }
        if self.state != State::Lost {
            self.lost(None, LossCause::Hole, pos + (len - rest), at, out);
        }
        if snapped {
            self.skipped_bytes += rest;
        }
    }

    /// The stream ended at `pos`: what is unfinished comes out as incomplete.
    pub(crate) fn finish(
        &mut self,
        pos: u64,
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) {
        self.settle_spill(0, at, limits, out);
        self.drop_partials(pos, at, out);
        self.state = State::Lost;
    }

    fn header(
        &mut self,
        pos: u64,
        bytes: &[u8],
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) -> usize {
        if self.spill.len() == 0 {
            return match self.parse(bytes) {
                Parsed::Header { header, absent } => {
                    self.begin(&header, absent, HeaderAt::new(pos, at, at, &header), limits, out);
                    header.len
                }
                Parsed::NeedMore => {
                    self.spill = Spill::new(pos, at);
                    self.spill.more(bytes)
                }
            };
        }
        // Bytes of the spill that turn out not to be of the header are taken again behind it.
        let before = self.spill.len();
        let used = self.spill.more(bytes);
        let spill = self.spill;
        let all = spill.bytes();
        let Parsed::Header { header, absent } = self.parse(all) else { return used };
        self.spill = Spill::default();
        self.begin(&header, absent, HeaderAt::new(spill.pos, spill.at, at, &header), limits, out);
        let Some(left) = before.checked_sub(header.len) else { return header.len - before };
        if left > 0 {
            let again = all.get(header.len..before).unwrap_or(&[]);
            self.data(spill.pos + header.len as u64, again, at, limits, out);
        }
        0
    }

    /// What follows the spill is missing. If it waited only to see whether format 3 repeats its extended timestamp,
    /// then it does as far as that can be seen, unless nothing follows at all. Gives how many of the `missing` bytes
    /// belong to the header.
    fn settle_spill(
        &mut self,
        missing: u64,
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) -> u64 {
        let spill = std::mem::take(&mut self.spill);
        let bytes = spill.bytes();
        let Ok(mut header) = ChunkHeader::parse(bytes) else {
            self.skipped_bytes += bytes.len() as u64;
            return 0;
        };
        let behind = bytes.get(header.len..).unwrap_or(&[]);
        let stream = self.streams.slot(header.csid).and_then(|slot| self.streams.get(slot));
        let field = stream.map_or([0; 4], |s| s.field.to_be_bytes());
        let lacks = (field.len() - behind.len().min(field.len())) as u64;
        let repeated = field.starts_with(behind) && missing >= lacks && missing > 0;
        if repeated {
            header.len += behind.len();
        }
        let place = HeaderAt::new(spill.pos, spill.at, at, &header);
        self.begin(&header, None, place, limits, out);
        let body = bytes.get(header.len..).unwrap_or(&[]);
        self.data(spill.pos + header.len as u64, body, at, limits, out);
        self.skipped_bytes += std::mem::take(&mut self.spill).len() as u64;
        if repeated { lacks } else { 0 }
    }

    /// Reads the header, with the extended timestamp that format 3 may repeat (5.3.1.3).
    fn parse(&self, bytes: &[u8]) -> Parsed {
        let Ok(mut header) = ChunkHeader::parse(bytes) else { return Parsed::NeedMore };
        if header.fmt != 3 {
            return Parsed::Header { header, absent: None };
        }
        let stream = self.streams.slot(header.csid).and_then(|slot| self.streams.get(slot));
        let Some(stream) = stream.filter(|s| s.extended) else {
            return Parsed::Header { header, absent: None };
        };
        let Some(next) = bytes.get(header.len..).and_then(|rest| rest.first_chunk::<4>()) else {
            return Parsed::NeedMore;
        };
        let seen = u32::from_be_bytes(*next);
        if seen == stream.field {
            header.len += 4;
            return Parsed::Header { header, absent: None };
        }
        // Not repeated: some senders leave it out, and the four bytes are body.
        Parsed::Header { header, absent: Some(seen) }
    }

    /// Acts on a chunk header.
    fn begin(
        &mut self,
        header: &ChunkHeader,
        absent: Option<u32>,
        place: HeaderAt,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) {
        let span = Span {
            start: place.pos,
            end: place.pos + header.len as u64,
            first: place.first,
            last: place.last,
        };
        let (csid, fmt) = (header.csid, header.fmt);
        let known = self.streams.slot(csid);
        let slot = match implausible(header, known.is_some()) {
            None => known.or_else(|| self.streams.add(csid, limits.chunk_streams)).ok_or_else(|| {
                out(Output::Fact { fact: Fact::TooManyChunkStreams { csid }, span });
                LossCause::ImplausibleHeader
            }),
            Some(why) => Err(why),
        };
        let slot = match slot {
            Ok(slot) => slot,
            Err(why) => {
                self.skipped_bytes += header.len as u64;
                self.lost(Some(header), why, place.pos, place.last, out);
                return;
            }
        };
        self.header_bytes += header.len as u64;
        let Some(stream) = self.streams.get_mut(slot) else { return };
        if known.is_none() && fmt != 0 {
            out(Output::Fact { fact: Fact::NoPriorHeader { csid, fmt }, span });
        }
        if let Some(seen) = absent {
            let fact = Fact::ExtendedTimestampAbsent { csid, expected: stream.field, seen };
            out(Output::Fact { fact, span });
        }
        if stream.message.is_some() && stream.goes_on(header, span, out) {
            stream.continues(place);
        } else {
            if let Some(timestamp) = stream.inherit(header, known.is_none()) {
                out(Output::Fact { fact: Fact::DeltaFromAbsolute { csid, timestamp }, span });
            }
            stream.begin(fmt, place, limits);
        }
        let left = stream.missing().min(self.chunk_size);
        self.advance(slot, left, 0, span.end, place.last, out);
    }

    /// `take` bytes of the chunk's last `left` are done; goes on to the next state.
    fn advance(
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
            return;
        }
        self.state = State::Header;
        let Some(stream) = self.streams.get_mut(slot) else { return };
        if stream.missing() > 0 {
            return;
        }
        let Some((header, body)) = stream.end(pos, at) else { return };
        out(Output::Message { header: &header, body });
        if header.complete && header.kind.is_control() {
            let value = body.first_chunk::<4>().map(|b| u32::from_be_bytes(*b));
            stream.shrink();
            self.obey(&header, value, out);
        } else {
            stream.shrink();
        }
    }

    /// Set Chunk Size (5.4.1) and Abort (5.4.2).
    fn obey(&mut self, header: &MessageHeader, value: Option<u32>, out: &mut impl FnMut(Output<'_>)) {
        let Some(value) = value else { return };
        let span = header.span;
        if header.kind == MessageType::SET_CHUNK_SIZE {
            if value == 0 || value > 0x7FFF_FFFF {
                out(Output::Fact { fact: Fact::ChunkSizeInvalid { value }, span });
                return;
            }
            let previous = std::mem::replace(&mut self.chunk_size, value);
            out(Output::ChunkSize { size: value, previous, header });
        } else if header.kind == MessageType::ABORT {
            let stream = self.streams.slot(value).and_then(|slot| self.streams.get_mut(slot));
            let partial = stream.and_then(|s| s.end(span.end, span.last));
            let dropped = partial.as_ref().map_or(0, |(partial, _)| partial.received);
            out(Output::Fact { fact: Fact::Aborted { csid: value, dropped }, span });
            if let Some((partial, body)) = partial {
                out(Output::Message { header: &partial, body });
            }
        }
    }

    fn lost(
        &mut self,
        header: Option<&ChunkHeader>,
        why: LossCause,
        pos: u64,
        at: PacketRef,
        out: &mut impl FnMut(Output<'_>),
    ) {
        self.drop_partials(pos, at, out);
        self.state = State::Lost;
        let (csid, fmt) = header.map_or((0, 0), |h| (h.csid, h.fmt));
        let span = Span { start: pos, end: pos, first: at, last: at };
        out(Output::Fact { fact: Fact::LostSync { csid, fmt, why }, span });
    }

    fn drop_partials(&mut self, pos: u64, at: PacketRef, out: &mut impl FnMut(Output<'_>)) {
        for stream in self.streams.iter_mut() {
            if let Some((header, body)) = stream.end(pos, at) {
                out(Output::Message { header: &header, body });
            }
        }
    }
}

#[cfg(test)]
mod tests;

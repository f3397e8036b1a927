//! Chunks of one direction to messages (RTMP 1.0, 5.3).
//!
//! Takes the stream behind the handshake, cut anywhere, and holes; gives [`Output`]s: messages with all header
//! fields filled in, and facts. It acts on Set Chunk Size and Abort itself. Every byte is accounted for: it is
//! part of a chunk header, of a message body, or was skipped without sync.
//!
//! Where the next chunk header is not known, the stream is kept until [`super::resync`] finds it; what was kept
//! is decoded then, with the packets it came in. This file walks the stream, `begin` acts on headers, `body` on
//! what follows them, `regain` searches.

mod begin;
mod body;
mod regain;

use crate::base::limits::Limits;
use crate::base::pos::PacketRef;
use crate::base::time::CaptureTime;

use super::dialect::Dialect;
use super::fact::LossCause;
use super::output::Output;
use super::resync::search::{Origin, Search};
use super::size::ChunkSize;
use super::spill::Spill;
use super::stream::Ending;
use super::streams::ChunkStreams;

use regain::{Loss, Resolved};

/// The chunk decoder of one direction.
#[derive(Debug)]
pub(crate) struct Decoder {
    size: ChunkSize,
    streams: ChunkStreams,
    /// How the sender writes timestamps.
    dialect: Dialect,
    state: State,
    /// A header cut in two.
    spill: Spill,
    /// The chunk stream of the last chunk.
    last: Option<usize>,
    /// The newest media timestamp, and when it came.
    clock: Option<(u32, CaptureTime)>,
    /// The message stream id that was named last, other than 0.
    stream_id: Option<u32>,
    /// Headers may have been missed: holes, or the beginning.
    missed: bool,
    /// The stream began inside the connection.
    joined: bool,
    /// While the next header is not known: the search for it. Behind it, what is still to be decoded.
    search: Option<Box<Search>>,
    /// Times the search held more than it may.
    overflows: u64,
    loss: Option<Loss>,
    resolved: Option<Resolved>,
    /// The message under way fills the holes in front of this.
    landing: Option<u64>,
    /// Bytes of chunk headers somewhere in the present chunk, which are taken to be behind it.
    extra: u32,
    header_bytes: u64,
    skipped_bytes: u64,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum State {
    /// At a chunk boundary.
    Header,
    /// Inside the body of a chunk, `left` bytes from its end.
    Body { slot: usize, left: u32 },
    /// Inside a chunk of a message whose beginning is unknown.
    Orphan { left: u32 },
    /// The chunk boundary is not known.
    Lost,
}

/// Why decoding stopped at `pos`.
#[derive(Copy, Clone, Debug)]
struct Stop {
    pos: u64,
    origin: Origin,
    /// Sync is lost; otherwise the header can be read in several ways.
    loss: Option<Loss>,
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            size: ChunkSize::DEFAULT,
            streams: ChunkStreams::default(),
            dialect: Dialect::default(),
            state: State::Header,
            spill: Spill::default(),
            last: None,
            clock: None,
            stream_id: None,
            missed: false,
            joined: false,
            search: None,
            overflows: 0,
            loss: None,
            resolved: None,
            landing: None,
            extra: 0,
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

    /// Times too much had come before sync was found.
    pub(crate) const fn search_overflows(&self) -> u64 {
        self.overflows
    }

    /// Of the memory held: bodies of messages in the making, which [`Self::shed`] gives up.
    pub(crate) fn partial_bytes(&self) -> usize {
        self.streams.partial_bytes() + self.search_bytes()
    }

    /// Keeps nothing of the messages in the making, and nothing to find sync in.
    pub(crate) fn shed(&mut self) {
        self.streams.shed();
        self.shed_search();
    }

    /// Whether chunk boundaries are known.
    #[cfg(test)]
    pub(crate) fn in_sync(&self) -> bool {
        self.state != State::Lost
    }

    /// The stream is joined at an unknown place.
    pub(crate) fn lose_sync(&mut self, pos: u64, at: PacketRef, out: &mut impl FnMut(Output<'_>)) {
        (self.size, self.joined) = (ChunkSize::UNKNOWN, true);
        let loss = Loss { pos, at, why: LossCause::MidStream, csid: 0, fmt: 0, skipped: 0, told: false };
        self.stop(Stop { pos, origin: Origin::Unknown, loss: Some(loss) }, out);
    }

    /// Takes the next bytes of the stream.
    pub(crate) fn data(
        &mut self,
        pos: u64,
        bytes: &[u8],
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) {
        if self.pass(pos, bytes, at) {
            return;
        }
        if let Some(search) = &mut self.search {
            search.push_data(pos, bytes, at);
        } else {
            let spill = self.spill;
            let Some(stop) = self.feed(pos, bytes, at, limits, out) else { return };
            let search = self.stop(stop, out);
            if stop.pos < pos {
                search.push_data(stop.pos, spill.from(stop.pos), spill.at);
            }
            let used = usize::try_from(stop.pos.saturating_sub(pos)).unwrap_or(usize::MAX);
            search.push_data(stop.pos.max(pos), bytes.get(used..).unwrap_or(&[]), at);
        }
        self.pump(limits, false, out);
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
        if let Some(search) = &mut self.search {
            search.push_hole(pos, len, snapped, at);
        } else {
            let spill = self.spill;
            let Some(stop) = self.feed_hole(pos, len, snapped, at, limits, out) else { return };
            let search = self.stop(stop, out);
            if stop.pos < pos {
                search.push_data(stop.pos, spill.from(stop.pos), spill.at);
            }
            let from = stop.pos.max(pos);
            search.push_hole(from, pos + len - from, snapped, at);
        }
        self.pump(limits, false, out);
    }

    /// The stream ended at `pos`: what is unfinished comes out as incomplete.
    pub(crate) fn finish(
        &mut self,
        pos: u64,
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) {
        self.pump(limits, true, out);
        if self.search.is_none() {
            let spill = self.spill;
            if let (_, Some(stop)) = self.settle_spill(0, at, limits, out) {
                self.stop(stop, out).push_data(stop.pos, spill.from(stop.pos), spill.at);
                self.pump(limits, true, out);
            }
        }
        let search = self.search.take();
        let lost = search.is_some();
        if let Some(search) = search {
            self.skipped_bytes += search.window.on_wire(search.from, pos);
            self.tell_loss(out);
        }
        self.drop_partials(if lost { Ending::Lost } else { Ending::Unfinished }, out);
        self.state = State::Lost;
    }

    /// Decodes bytes in order; stops where the next header is not known.
    fn feed(
        &mut self,
        mut pos: u64,
        mut bytes: &[u8],
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) -> Option<Stop> {
        while !bytes.is_empty() {
            let used = match self.state {
                State::Header => {
                    let goes_on = self.last.filter(|_| self.spill.len() == 0);
                    match goes_on.and_then(|slot| self.run((slot, 0), pos, bytes, at, out)) {
                        Some(used) => used,
                        None => match self.header(pos, bytes, at, limits, out) {
                            Ok(used) => used,
                            Err(stop) => return Some(stop),
                        },
                    }
                }
                State::Body { slot, left } => self.body((slot, left), pos, bytes, at, limits, out),
                State::Orphan { left } => {
                    let take = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    self.pass_orphan(left, take as u64);
                    self.skipped_bytes += take as u64;
                    take
                }
                State::Lost => return Some(Stop { pos, origin: Origin::Unknown, loss: None }),
            };
            pos += used as u64;
            bytes = bytes.get(used..).unwrap_or(&[]);
        }
        None
    }

    /// Passes over a hole; stops where a header is in it.
    fn feed_hole(
        &mut self,
        pos: u64,
        len: u64,
        snapped: bool,
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) -> Option<Stop> {
        let (inside, stop) = self.settle_spill(len, at, limits, out);
        if stop.is_some() {
            return stop;
        }
        if snapped {
            self.header_bytes += inside;
        }
        let (mut pos, end) = (pos + inside, pos + len);
        while pos < end {
            let up_to = |left: u32| (end - pos).min(u64::from(left));
            pos += match self.state {
                State::Body { slot, left } => {
                    let take = up_to(left);
                    if let Some(stream) = self.streams.get_mut(slot) {
                        stream.lose(u32::try_from(take).unwrap_or(left), snapped);
                    }
                    self.advance(slot, left, take, pos + take, at, out);
                    take
                }
                State::Orphan { left } => {
                    let take = up_to(left);
                    self.pass_orphan(left, take);
                    self.skipped_bytes += if snapped { take } else { 0 };
                    take
                }
                State::Header => match self.assume_header(pos, snapped, at) {
                    Some(taken) => taken,
                    None => return Some(self.lost_in_hole(pos, at)),
                },
                State::Lost => return Some(Stop { pos, origin: Origin::Unknown, loss: None }),
            };
        }
        None
    }

    fn drop_partials(&mut self, ending: Ending, out: &mut impl FnMut(Output<'_>)) {
        for slot in 0..self.streams.len() {
            if let Some((header, body, units)) = self.streams.end(slot, ending) {
                out(Output::Message { header: &header, body, units });
            }
        }
        self.streams.all_ended();
    }
}

#[cfg(test)]
mod tests;

//! Losing sync and finding it again.

use crate::base::limits::Limits;
use crate::base::pos::{PacketRef, Span};
use crate::base::time::CaptureTime;

use super::super::fact::{Fact, LossCause};
use super::super::header::MAX_HEADER;
use super::super::output::Output;
use super::super::resync::path::Reading;
use super::super::resync::search::{Found, Origin, Search};
use super::super::resync::walk::Knowledge;
use super::super::resync::window::Again;
use super::super::size::ChunkSize;
use super::super::spill::Spill;
use super::super::stream::Ending;
use super::{Decoder, State, Stop};

/// A loss of sync.
#[derive(Copy, Clone, Debug)]
pub(super) struct Loss {
    pub(super) pos: u64,
    pub(super) at: PacketRef,
    pub(super) why: LossCause,
    pub(super) csid: u32,
    pub(super) fmt: u8,
    /// Captured bytes given up since.
    pub(super) skipped: u64,
    /// The fact has been given.
    pub(super) told: bool,
}

/// How the header at `pos` is to be read.
#[derive(Copy, Clone, Debug)]
pub(super) struct Resolved {
    pub(super) pos: u64,
    pub(super) reading: Reading,
}

impl Loss {
    /// Sync is given up at the header where the search began, which could be read in several ways.
    fn of_unread(search: &Search) -> Self {
        let at = search.window.packet(search.from).unwrap_or_default();
        let (pos, why) = (search.from, LossCause::UnknownChunkStream);
        Self { pos, at, why, csid: 0, fmt: 0, skipped: 0, told: false }
    }
}

impl Decoder {
    /// Memory held beside the structure itself, in bytes: for chunk streams, and for finding sync.
    pub(crate) fn held_bytes(&self) -> usize {
        self.streams.held_bytes() + self.search_bytes()
    }

    /// Memory held for finding sync.
    pub(super) fn search_bytes(&self) -> usize {
        // A window may have room for twice its bytes.
        self.search.as_ref().map_or(0, |search| size_of::<Search>() + 2 * search.held())
    }

    /// Gives up what is kept to find sync; the search goes on behind it.
    pub(super) fn shed_search(&mut self) {
        let Some(search) = &mut self.search else { return };
        let (from, end) = (search.from, search.window.end());
        if end <= from {
            return;
        }
        let loss = Loss::of_unread(search);
        let skipped = search.window.on_wire(from, end);
        self.skipped_bytes += skipped;
        self.loss.get_or_insert(loss).skipped += skipped;
        search.clear(end);
    }

    /// Decoding stops: the bytes from there on go to the search that is given.
    pub(super) fn stop(&mut self, stop: Stop, out: &mut impl FnMut(Output<'_>)) -> &mut Search {
        self.note(stop, out);
        self.search.insert(Box::new(Search::new(stop.pos, stop.origin)))
    }

    fn note(&mut self, stop: Stop, out: &mut impl FnMut(Output<'_>)) {
        self.state = State::Lost;
        self.spill = Spill::default();
        self.extra = 0;
        let Some(loss) = stop.loss else { return };
        self.loss = Some(loss);
        // The message under way may turn out to fill the hole.
        if loss.why != LossCause::Hole {
            self.lose(out);
        }
    }

    /// Sync is lost for certain: what was under way ends, and headers may be missed from here on.
    fn lose(&mut self, out: &mut impl FnMut(Output<'_>)) {
        self.drop_partials(Ending::Lost, out);
        self.tell_loss(out);
        self.missed = true;
        for stream in self.streams.iter_mut() {
            stream.doubt();
        }
    }

    pub(super) fn tell_loss(&mut self, out: &mut impl FnMut(Output<'_>)) {
        if let Some(loss) = &mut self.loss
            && !std::mem::replace(&mut loss.told, true)
        {
            let Loss { pos, at, why, csid, fmt, .. } = *loss;
            let span = Span { start: pos, end: pos, first: at, last: at };
            out(Output::Fact { fact: Fact::LostSync { csid, fmt, why }, span });
        }
    }

    /// A header is inside a hole.
    pub(super) fn lost_in_hole(&self, pos: u64, at: PacketRef) -> Stop {
        let under_way = |slot: &usize| self.streams.get(*slot).is_some_and(|s| s.missing() > 0);
        let origin = self.last.filter(under_way).map_or(Origin::Unknown, |slot| Origin::Hole { slot });
        let loss = Loss { pos, at, why: LossCause::Hole, csid: 0, fmt: 0, skipped: 0, told: false };
        Stop { pos, origin, loss: Some(loss) }
    }

    /// Decodes what the window holds, as far as headers are found. At the `end` of the stream nothing is waited for.
    pub(super) fn pump(&mut self, limits: &Limits, end: bool, out: &mut impl FnMut(Output<'_>)) {
        let Some(mut search) = self.search.take() else { return };
        loop {
            if self.state != State::Lost {
                let Some(stop) = self.feed_window(&mut search, limits, out) else { return };
                self.note(stop, out);
                search.again(stop.pos, stop.origin);
            }
            let found = match self.find(&mut search, limits, end) {
                Some(found) => found,
                None if search.is_over(limits.search_bytes) => {
                    self.overflows += 1;
                    match self.overflow(&mut search, limits, out) {
                        Some(found) => found,
                        None => continue,
                    }
                }
                None => break,
            };
            self.regain(&mut search, found, out);
        }
        self.search = Some(search);
    }

    fn find(&self, search: &mut Search, limits: &Limits, end: bool) -> Option<Found> {
        let under_way = match search.origin() {
            Origin::Hole { slot } => self.streams.get(slot),
            _ => None,
        };
        search.find(self.knowledge(search, limits), under_way, end)
    }

    fn knowledge(&self, search: &Search, limits: &Limits) -> Knowledge<'_> {
        Knowledge {
            streams: &self.streams,
            size: self.size,
            clock: search.window.last_packet().and_then(|at| estimate(self.clock, at.ts)),
            joined: self.joined,
            dialect: self.dialect,
            room: self.streams.len() < limits.chunk_streams,
        }
    }

    /// The window holds more than it may: a header that was waited for is read as far as it can be, or half of the
    /// window is given up.
    fn overflow(
        &mut self,
        search: &mut Search,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) -> Option<Found> {
        let settled = search.settle(self.knowledge(search, limits));
        if settled.is_none() {
            self.loss.get_or_insert(Loss::of_unread(search));
            self.lose(out);
            let (from, to) = (search.from, search.half());
            let skipped = search.window.on_wire(from, to);
            self.skipped_bytes += skipped;
            if let Some(loss) = &mut self.loss {
                loss.skipped += skipped;
            }
            search.give_up_before(to);
        }
        settled
    }

    /// Chunks go on at a place.
    fn regain(&mut self, search: &mut Search, found: Found, out: &mut impl FnMut(Output<'_>)) {
        self.state = State::Header;
        let (pos, reading) = match found {
            Found::Over { landing } => {
                self.landing = Some(landing);
                self.loss = None;
                return;
            }
            Found::Header { pos, reading } => (pos, reading),
        };
        let skipped = search.window.on_wire(search.from, pos);
        self.skipped_bytes += skipped;
        let previous = std::mem::replace(&mut self.size, reading.size);
        let at = search.window.packet(pos).unwrap_or_default();
        if self.loss.is_some_and(|loss| !loss.told)
            || (self.loss.is_none() && may_have_missed(search.from, pos, previous))
        {
            self.lose(out);
        }
        if let Some(loss) = self.loss.take() {
            let span = Span { start: loss.pos, end: pos, first: loss.at, last: at };
            let (skipped, chunk_size) = (loss.skipped + skipped, reading.size.bytes());
            let chunk_size_known = matches!(reading.size, ChunkSize::Known(_));
            out(Output::Fact { fact: Fact::Resync { skipped, chunk_size, chunk_size_known }, span });
        }
        if let (ChunkSize::AtLeast(_), ChunkSize::Known(size)) = (previous, reading.size) {
            let span = Span { start: pos, end: pos, first: at, last: at };
            out(Output::Fact { fact: Fact::ChunkSizeInferred { size }, span });
        }
        self.resolved = Some(Resolved { pos, reading });
        search.from = pos;
    }

    /// Decodes what the window holds from where the search found a header.
    fn feed_window(
        &mut self,
        search: &mut Search,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) -> Option<Stop> {
        while let Some(piece) = search.window.again(search.from) {
            let (pos, len, stop) = match piece {
                Again::Data { bytes, at } => {
                    let pos = search.from;
                    (pos, bytes.len() as u64, self.feed(pos, bytes, at, limits, out))
                }
                Again::Hole { len, snapped, at } => {
                    let pos = search.from;
                    (pos, len, self.feed_hole(pos, len, snapped, at, limits, out))
                }
            };
            if stop.is_some() {
                return stop;
            }
            search.from = pos + len;
        }
        None
    }
}

/// The media timestamp to expect at a time, when there was one at another.
pub(super) fn estimate(clock: Option<(u32, CaptureTime)>, now: CaptureTime) -> Option<u32> {
    let (timestamp, at) = clock?;
    let ms = now.since(at) / 1_000_000;
    Some(timestamp.wrapping_add(u32::try_from(ms.max(0)).unwrap_or(u32::MAX)))
}

/// Bytes that a control message on a chunk stream without other headers takes up at most.
const SHORT: u64 = 64;

/// Whether more was skipped between `from` and `pos` than the rest of one chunk of a message that began unseen.
fn may_have_missed(from: u64, pos: u64, size: ChunkSize) -> bool {
    let one = match size {
        ChunkSize::Known(size) => u64::from(size) + MAX_HEADER as u64,
        ChunkSize::AtLeast(_) => SHORT,
    };
    pos - from > one
}

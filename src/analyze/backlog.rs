//! Segments that wait until several of their connection can be taken one after the other.
//!
//! Where thousands of connections send at the same time, what is kept of one has left the processor's caches when its
//! next packet comes, and to get it back takes longer than all that is then done with the packet. Takes segments of
//! many connections, each with the slot of its connection; gives those of one slot together, in capture order, and the
//! slots in the order of their first segment that waits. It decides nothing: which segment may wait is for
//! [`super::flows`] to say.

use std::hint::black_box;

use crate::base::endpoint::Endpoint;
use crate::base::pos::PacketRef;
use crate::base::time::CaptureTime;
use crate::link::segment::Segment;

use waiting::Waiting;

mod waiting;

/// Segments that wait.
#[derive(Default)]
pub(super) struct Backlog {
    segments: Vec<Waiting>,
    links: Vec<Link>,
    /// Options and payload of all segments, one behind the other.
    bytes: Vec<u8>,
    /// By slot.
    places: Vec<Place>,
    /// Slots of which something waited, in the order of that.
    order: Vec<usize>,
}

/// Where the bytes of a segment are, and which segment of its slot is the next; 0 for the last one.
///
/// A list of its own, small enough for the cache, so that a walk along it does not wait.
#[derive(Copy, Clone)]
struct Link {
    start: u32,
    end: u32,
    next: u32,
}

/// What waits of one slot: the first segment and the last one.
#[derive(Copy, Clone, Default)]
struct Place {
    waiting: Option<(u32, u32)>,
    /// Whether its connection is one whose segments may wait.
    open: bool,
}

/// So many segments for each connection are enough: more would only push one another out of the caches.
const ENOUGH: usize = 12;
/// Fewer segments than this are not worth a round.
const FEW: usize = 2048;
/// Bytes that come from memory at one time.
const CACHE_LINE: usize = 64;

impl Backlog {
    /// Segments of this slot may wait from now on, or not.
    pub(super) fn open(&mut self, slot: usize, open: bool) {
        if self.places.len() <= slot {
            self.places.resize(slot + 1, Place::default());
        }
        if let Some(place) = self.places.get_mut(slot) {
            place.open = open;
        }
    }

    /// Whether segments of this slot may wait.
    pub(super) fn is_open(&self, slot: usize) -> bool {
        self.places.get(slot).is_some_and(|place| place.open)
    }

    /// A segment of this slot waits; nothing of it is kept if there is no room at all.
    pub(super) fn push(&mut self, slot: usize, segment: &Segment<'_>, at: PacketRef) {
        let Some(place) = self.places.get_mut(slot) else { return };
        let start = self.bytes.len();
        let end = start + segment.options.len() + segment.payload.len();
        let (Ok(index), Ok(start), Ok(end)) =
            (u32::try_from(self.segments.len()), u32::try_from(start), u32::try_from(end))
        else {
            return;
        };
        let first = if let Some((first, last)) = place.waiting {
            if let Some(last) = self.links.get_mut(last as usize) {
                last.next = index;
            }
            first
        } else {
            self.order.push(slot);
            index
        };
        place.waiting = Some((first, index));
        self.segments.push(Waiting::new(segment, at));
        self.links.push(Link { start, end, next: 0 });
        self.bytes.extend_from_slice(segment.options);
        self.bytes.extend_from_slice(segment.payload);
    }

    /// Takes the segments of this slot away, in capture order; `ends` are those of its connection. Gives whether there
    /// were any.
    pub(super) fn take(
        &mut self,
        slot: usize,
        ends: (Endpoint, Endpoint),
        mut each: impl FnMut(&Segment<'_>, PacketRef),
    ) -> bool {
        let waiting = self.places.get_mut(slot).and_then(|place| place.waiting.take());
        let Some((first, _)) = waiting else { return false };
        self.fetch(first);
        for (waiting, bytes) in self.from(first) {
            each(&waiting.segment(ends, bytes), waiting.at());
        }
        true
    }

    /// The segments of a slot, from this one on.
    fn from(&self, first: u32) -> impl Iterator<Item = (&Waiting, &[u8])> {
        let mut next = Some(first);
        std::iter::from_fn(move || {
            let index = next? as usize;
            let link = self.links.get(index)?;
            next = Some(link.next).filter(|next| *next > 0);
            let bytes = self.bytes.get(link.start as usize..link.end as usize)?;
            Some((self.segments.get(index)?, bytes))
        })
    }

    /// Looks at all segments of a slot without need of what is there: so they come from memory at the same time, and
    /// not each when it is its turn.
    fn fetch(&self, first: u32) {
        let sum = self.from(first).fold(0, |sum, (waiting, bytes)| {
            let lines = bytes.chunks(CACHE_LINE).filter_map(|line| line.first());
            lines.fold(sum ^ waiting.any(), |sum, byte| sum ^ byte)
        });
        black_box(sum);
    }

    /// When the last segment of this slot that waits was captured.
    pub(super) fn latest(&self, slot: usize) -> Option<CaptureTime> {
        let (_, last) = self.places.get(slot)?.waiting?;
        self.segments.get(last as usize).map(|waiting| waiting.at().ts)
    }

    /// The slot that is so many slots behind the first of those of which something waited.
    pub(super) fn slot(&self, number: usize) -> Option<usize> {
        self.order.get(number).copied()
    }

    /// All were taken: others can wait.
    pub(super) fn clear(&mut self) {
        self.order.clear();
        self.segments.clear();
        self.links.clear();
        self.bytes.clear();
    }

    /// Gives back the memory of what waited.
    pub(super) fn release(&mut self) {
        (self.order, self.segments, self.links, self.bytes) = Default::default();
    }

    /// Whether nothing waited since the last [`Self::clear`].
    pub(super) const fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Whether there is enough for a round, or no more room in so many bytes.
    pub(super) fn is_full(&self, most: usize) -> bool {
        self.segments.len() >= FEW.max(ENOUGH * self.order.len()) || self.held_bytes() >= most
    }

    /// Memory held.
    pub(super) const fn held_bytes(&self) -> usize {
        self.segments.len() * (size_of::<Waiting>() + size_of::<Link>()) + self.bytes.len()
    }
}

#[cfg(test)]
mod tests;

//! The chunk streams of one direction, found by their id.

use std::collections::BTreeMap;

use crate::base::limits::Limits;
use crate::base::list;

use super::stream::run::Run;
use super::stream::{ChunkStream, Ended, Ending};
use super::units::TrackSizes;

/// All chunk streams seen. The ids that fit the one-byte header are found by index where their slot is a small number too,
/// the others in a map.
#[derive(Debug)]
pub(super) struct ChunkStreams {
    all: Vec<ChunkStream>,
    /// Slot + 1 of the ids below 64; 0 for none.
    small: [u8; 64],
    large: BTreeMap<u32, usize>,
    /// Body bytes kept of messages in the making, and memory of all bodies: the sums of what was counted of each chunk
    /// stream.
    kept: usize,
    room: usize,
    cut_messages: u64,
    /// What the configurations of all of them say.
    sizes: TrackSizes,
}

/// What an entry of the map costs.
const LARGE_COST: usize = 32;

impl Default for ChunkStreams {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            small: [0; 64],
            large: BTreeMap::new(),
            kept: 0,
            room: 0,
            cut_messages: 0,
            sizes: TrackSizes::default(),
        }
    }
}

impl ChunkStreams {
    /// The slot of a chunk stream id.
    #[inline]
    pub(super) fn slot(&self, csid: u32) -> Option<usize> {
        let small = usize::try_from(csid).ok().and_then(|id| self.small.get(id));
        match small.and_then(|slot| slot.checked_sub(1)) {
            Some(slot) => Some(usize::from(slot)),
            None => self.large.get(&csid).copied(),
        }
    }

    /// The chunk stream of an id.
    pub(super) fn find(&self, csid: u32) -> Option<&ChunkStream> {
        self.slot(csid).and_then(|slot| self.all.get(slot))
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) const fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, slot: usize) -> Option<&ChunkStream> {
        self.all.get(slot)
    }

    pub(super) fn get_mut(&mut self, slot: usize) -> Option<&mut ChunkStream> {
        self.all.get_mut(slot)
    }

    /// The same, and what the configurations say.
    pub(super) fn with_sizes(&mut self, slot: usize) -> Option<(&mut ChunkStream, &mut TrackSizes)> {
        Some((self.all.get_mut(slot)?, &mut self.sizes))
    }

    /// Ends the message of a chunk stream, complete or not.
    pub(super) fn end(&mut self, slot: usize, ending: Ending) -> Option<Ended<'_>> {
        self.all.get_mut(slot)?.end(ending, &mut self.sizes)
    }

    /// Adds body bytes to the message in the making; none are kept while too much is kept of all together.
    pub(super) fn add_body(&mut self, slot: usize, bytes: &[u8], limits: &Limits) {
        let Some(stream) = self.all.get_mut(slot) else { return };
        let before = stream.kept();
        stream.add(bytes, &self.sizes, limits);
        if stream.kept() == before {
            // Most bytes are those of media, of which nothing is kept.
            return;
        }
        let others = self.kept - stream.counted.0;
        if others + stream.kept() > limits.partial_bytes && !stream.is_cut() {
            stream.cut();
            self.cut_messages += 1;
        }
        self.count(slot);
    }

    /// See [`ChunkStream::run`].
    pub(super) fn run(&mut self, slot: usize, bytes: &[u8], left: u32, size: u32) -> Option<Run> {
        self.all.get_mut(slot)?.run(bytes, left, size, &self.sizes)
    }

    /// The message of a chunk stream has ended.
    pub(super) fn ended(&mut self, slot: usize) {
        if let Some(stream) = self.all.get_mut(slot) {
            stream.shrink();
        }
        self.count(slot);
    }

    /// No message is in the making.
    pub(super) fn all_ended(&mut self) {
        (0..self.all.len()).for_each(|slot| self.ended(slot));
    }

    /// Brings the sums up to date with one chunk stream.
    fn count(&mut self, slot: usize) {
        let Some(stream) = self.all.get_mut(slot) else { return };
        let (kept, room) = std::mem::take(&mut stream.counted);
        stream.counted = (stream.kept(), stream.room());
        self.kept = self.kept - kept + stream.counted.0;
        self.room = self.room - room + stream.counted.1;
    }

    /// Memory held.
    pub(super) fn held_bytes(&self) -> usize {
        self.room
            + self.all.capacity() * size_of::<ChunkStream>()
            + self.large.len() * LARGE_COST
            + self.sizes.held_bytes()
    }

    /// Of this: what [`Self::shed`] gives up.
    pub(super) const fn partial_bytes(&self) -> usize {
        self.kept
    }

    /// Keeps nothing of the messages in the making.
    pub(super) fn shed(&mut self) {
        for slot in 0..self.all.len() {
            if let Some(stream) = self.all.get_mut(slot)
                && stream.kept() > 0
            {
                stream.cut();
            }
            self.count(slot);
        }
    }

    /// Messages of which not all could be kept.
    pub(super) const fn cut_messages(&self) -> u64 {
        self.cut_messages
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut ChunkStream> {
        self.all.iter_mut()
    }

    /// Adds a chunk stream, of which headers may have been missed; gives its slot, or nothing when there are `max`
    /// already.
    pub(super) fn add(&mut self, csid: u32, missed: bool, max: usize) -> Option<usize> {
        let slot = self.all.len();
        if slot >= max {
            return None;
        }
        let small = usize::try_from(csid).ok().and_then(|id| self.small.get_mut(id));
        match (small, u8::try_from(slot + 1)) {
            (Some(entry), Ok(next)) => *entry = next,
            _ => _ = self.large.insert(csid, slot),
        }
        list::push(&mut self.all, ChunkStream::new(csid, missed));
        Some(slot)
    }
}

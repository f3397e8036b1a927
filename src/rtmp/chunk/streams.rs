//! The chunk streams of one direction, found by their id.

use std::collections::BTreeMap;

use crate::base::limits::Limits;

use super::stream::ChunkStream;

/// All chunk streams seen. The ids that fit the one-byte header are found by index, the others in a map.
#[derive(Debug)]
pub(super) struct ChunkStreams {
    all: Vec<ChunkStream>,
    /// Slot + 1 of the ids below 64; 0 for none.
    small: [u16; 64],
    large: BTreeMap<u32, usize>,
    /// Body bytes kept of messages in the making, or more: ended messages are taken off when it matters.
    kept_at_most: usize,
    /// Body bytes kept since they were last counted.
    added: usize,
    cut_messages: u64,
}

/// What is kept is counted again when this part of the bound was added: counting takes time for each chunk stream.
const RECOUNT_PART: usize = 16;

impl Default for ChunkStreams {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            small: [0; 64],
            large: BTreeMap::new(),
            kept_at_most: 0,
            added: 0,
            cut_messages: 0,
        }
    }
}

impl ChunkStreams {
    /// The slot of a chunk stream id.
    pub(super) fn slot(&self, csid: u32) -> Option<usize> {
        match usize::try_from(csid).ok().and_then(|id| self.small.get(id)) {
            Some(slot) => usize::from(*slot).checked_sub(1),
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

    /// Adds body bytes to the message in the making; none are kept while too much is kept of all together.
    pub(super) fn add_body(&mut self, slot: usize, bytes: &[u8], limits: &Limits) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let Some(stream) = self.all.get_mut(slot) else { return };
            // Up to the first byte that may be too much: so it does not matter how the stream is cut.
            let room = limits.partial_bytes.saturating_sub(self.kept_at_most).saturating_add(1);
            let part = rest.get(..room).filter(|_| stream.keeps_more()).unwrap_or(rest);
            rest = rest.get(part.len()..).unwrap_or(&[]);
            let before = stream.kept();
            stream.add(part, limits);
            let added = stream.kept() - before;
            self.kept_at_most += added;
            self.added += added;
            if self.kept_at_most > limits.partial_bytes {
                self.make_room(slot, limits);
            }
        }
    }

    /// Counts anew what is kept, unless that was done a short while ago, and cuts this message if it is too much.
    fn make_room(&mut self, slot: usize, limits: &Limits) {
        if self.added > limits.partial_bytes / RECOUNT_PART {
            self.added = 0;
            self.kept_at_most = self.all.iter().map(ChunkStream::kept).sum();
        }
        let Some(stream) = self.all.get_mut(slot) else { return };
        if self.kept_at_most > limits.partial_bytes {
            self.kept_at_most -= stream.kept();
            stream.cut();
            self.cut_messages += 1;
        }
    }

    /// Messages of which not all could be kept.
    pub(super) const fn cut_messages(&self) -> u64 {
        self.cut_messages
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut ChunkStream> {
        self.all.iter_mut()
    }

    /// Body bytes kept of messages in the making.
    pub(super) fn kept(&self) -> usize {
        self.all.iter().map(ChunkStream::kept).sum()
    }

    /// Adds a chunk stream, of which headers may have been missed; gives its slot, or nothing when there are `max` already.
    pub(super) fn add(&mut self, csid: u32, missed: bool, max: usize) -> Option<usize> {
        let slot = self.all.len();
        if slot >= max {
            return None;
        }
        match usize::try_from(csid).ok().and_then(|id| self.small.get_mut(id)) {
            Some(entry) => *entry = u16::try_from(slot + 1).ok()?,
            None => _ = self.large.insert(csid, slot),
        }
        self.all.push(ChunkStream::new(csid, missed));
        Some(slot)
    }
}

//! The chunk sizes of one direction, in order.
//!
//! Takes the hello of the direction (from where on the default of 128 holds) and each Set Chunk Size; gives
//! the first 64 entries and how many more there were. Where the handshake was not captured the list begins
//! with the first announcement, or with the size that the bytes show.

use crate::base::list;
use crate::base::pos::PacketRef;

/// Entries kept.
const KEPT: usize = 64;
/// Chunk size until one is announced (RTMP 1.0, 5.4.1).
const DEFAULT_SIZE: u32 = 128;

/// Where a chunk size comes from.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChunkSizeSource {
    Default,
    Announced,
    /// From the bytes of a stream joined inside the connection.
    Inferred,
}

/// A chunk size and from where on it holds.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChunkSize {
    /// The packet with the hello or the announcement.
    pub(crate) at: PacketRef,
    pub(crate) size: u32,
    pub(crate) source: ChunkSizeSource,
}

/// The list.
#[derive(Debug, Default)]
pub(crate) struct ChunkSizes {
    sizes: Vec<ChunkSize>,
    omitted: u64,
}

impl ChunkSizes {
    /// The handshake began.
    pub(crate) fn hello(&mut self, at: PacketRef) {
        if self.sizes.is_empty() {
            self.push(ChunkSize { at, size: DEFAULT_SIZE, source: ChunkSizeSource::Default });
        }
    }

    /// A size was announced.
    pub(crate) fn announced(&mut self, at: PacketRef, size: u32) {
        self.push(ChunkSize { at, size, source: ChunkSizeSource::Announced });
    }

    /// A size showed in the bytes; told once.
    pub(crate) fn inferred(&mut self, at: PacketRef, size: u32) {
        self.push(ChunkSize { at, size, source: ChunkSizeSource::Inferred });
    }

    /// The first of them.
    pub(crate) fn list(&self) -> &[ChunkSize] {
        &self.sizes
    }

    /// How many more there were.
    pub(crate) const fn omitted(&self) -> u64 {
        self.omitted
    }

    fn push(&mut self, entry: ChunkSize) {
        if self.sizes.len() < KEPT {
            list::push(&mut self.sizes, entry);
        } else {
            self.omitted += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::packet;

    #[test]
    fn begins_with_the_default_and_is_bounded() {
        let mut sizes = ChunkSizes::default();
        sizes.hello(packet(0));
        sizes.hello(packet(1));
        (0..70).for_each(|n| sizes.announced(packet(130 + n), 4096));
        assert_eq!((sizes.list().len(), sizes.omitted()), (64, 7));
        let first = sizes.list()[0];
        assert_eq!((first.at, first.size, first.source), (packet(0), 128, ChunkSizeSource::Default));
        assert_eq!(sizes.list()[1].source, ChunkSizeSource::Announced);
    }

    #[test]
    fn makes_up_no_default() {
        let mut sizes = ChunkSizes::default();
        sizes.announced(packet(5), 4096);
        assert_eq!(sizes.list().len(), 1);
    }
}

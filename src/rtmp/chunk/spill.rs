//! The start of a chunk header that the packets cut in two.

use crate::base::pos::PacketRef;

use super::header::MAX_HEADER;

/// At most a header's worth of bytes, and where they began.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Spill {
    bytes: [u8; MAX_HEADER],
    len: usize,
    pub(super) pos: u64,
    pub(super) at: PacketRef,
}

impl Spill {
    /// Nothing yet, at a chunk boundary.
    pub(super) const fn new(pos: u64, at: PacketRef) -> Self {
        Self { bytes: [0; MAX_HEADER], len: 0, pos, at }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }

    /// Its bytes from a stream offset on.
    pub(super) fn from(&self, pos: u64) -> &[u8] {
        let skip = usize::try_from(pos.saturating_sub(self.pos)).unwrap_or(usize::MAX);
        self.bytes().get(skip..).unwrap_or(&[])
    }

    /// Takes as many bytes as there is room for; gives how many.
    pub(super) fn more(&mut self, bytes: &[u8]) -> usize {
        let room = self.bytes.get_mut(self.len..).unwrap_or(&mut []);
        let take = room.len().min(bytes.len());
        for (to, from) in room.iter_mut().zip(bytes) {
            *to = *from;
        }
        self.len += take;
        take
    }
}

//! The read buffer: the bytes of one capture file, seen through a window that moves forward.
//!
//! Takes any byte source and gives the bytes that are there, filling up on demand. It knows no format. A failed read
//! is an end of the bytes whose cause is kept, so that what came before it is still used. It grows only when a record
//! needs it, and only as far as its caller asks; the caller holds the limit.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

/// Where a file's bytes come from.
pub(super) type ByteSource = Box<dyn Read + Send>;

/// A window over a byte source.
pub(super) struct Buffer {
    source: ByteSource,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// Where `start` was before the last [`Self::take`].
    taken: usize,
    /// Offset in the source of `bytes[0]`.
    base: u64,
    ended: bool,
    failure: Option<io::Error>,
}

impl Buffer {
    /// A buffer of `capacity` bytes in front of `source`; nothing is read yet.
    pub(super) fn new(source: ByteSource, capacity: usize) -> Self {
        let bytes = vec![0; capacity.max(64)];
        Self { source, bytes, start: 0, end: 0, taken: 0, base: 0, ended: false, failure: None }
    }

    /// The bytes that are there and not yet skipped.
    #[inline]
    pub(super) fn data(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Offset in the source of the first byte of [`Self::data`].
    #[inline]
    pub(super) const fn at(&self) -> u64 {
        self.base + self.start as u64
    }

    /// Offset in the source of place 0, until the next [`Self::fill`].
    #[inline]
    pub(super) const fn base(&self) -> u64 {
        self.base
    }

    /// Memory held.
    pub(super) const fn held_bytes(&self) -> usize {
        self.bytes.capacity()
    }

    /// Why the source ended early, if it did.
    pub(super) const fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    /// Skips `len` bytes of [`Self::data`] and gives the place of `part` of them for [`Self::slice`].
    ///
    /// The place stays good until the next [`Self::fill`].
    #[inline]
    pub(super) fn take(&mut self, len: usize, part: Range<usize>) -> Range<usize> {
        let place = self.start + part.start..self.start + part.end;
        self.taken = self.start;
        self.start = (self.start + len).min(self.end);
        place
    }

    /// Undoes the last [`Self::take`], if there was no [`Self::fill`] since.
    pub(super) const fn put_back(&mut self) {
        self.start = self.taken;
    }

    /// The bytes at a place given by [`Self::take`].
    #[inline]
    pub(super) fn slice(&self, place: Range<usize>) -> &[u8] {
        self.bytes.get(place).unwrap_or_default()
    }

    /// Reads until [`Self::data`] holds `need` bytes; false when the source ends before that.
    ///
    /// Never asks the source for more once there are enough, so that a live stream is shown as it comes.
    pub(super) fn fill(&mut self, need: usize) -> bool {
        while self.end - self.start < need {
            if self.ended {
                return false;
            }
            self.make_space(need);
            let Some(space) = self.bytes.get_mut(self.end..) else { return false };
            match self.source.read(space) {
                Ok(0) => self.ended = true,
                Ok(n) => self.end = (self.end + n).min(self.bytes.len()),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => {
                    self.ended = true;
                    self.failure = Some(e);
                }
            }
        }
        true
    }

    /// Moves the rest to the front, and grows step by step when a record of `need` bytes does not fit.
    fn make_space(&mut self, need: usize) {
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            self.base += self.start as u64;
            self.end -= self.start;
            (self.start, self.taken) = (0, 0);
        }
        if self.end == self.bytes.len() {
            let doubled = self.bytes.len().saturating_mul(2);
            self.bytes.resize(doubled.min(need), 0);
        }
    }
}

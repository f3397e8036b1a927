//! The bytes of a fuzz input, taken apart: short ones read as zeros, so that every input means something.

use super::MAX_INPUT;

/// What is left of an input.
#[derive(Copy, Clone, Debug)]
pub(super) struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    /// An input, cut to what is looked at.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes.get(..MAX_INPUT).unwrap_or(bytes) }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// All that is left.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `len` bytes, or as many as there are.
    pub(super) fn take(&mut self, len: usize) -> &'a [u8] {
        let (head, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, &[]));
        self.rest = rest;
        head
    }

    /// One byte.
    pub(super) fn u8(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    /// A 16-bit number.
    pub(super) fn u16(&mut self) -> u16 {
        let high = self.u8();
        u16::from_be_bytes([high, self.u8()])
    }
}

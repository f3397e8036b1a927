//! A cursor over one protocol layer that knows two lengths: what was captured and what was on the wire.
//!
//! Takes the bytes of a frame or of a reassembled datagram. Gives headers, or says whether the snap length or the
//! packet itself ended too early. Does not read any header, and never runs over the end.

use super::segment::{Header, Reason};

/// What is left of a packet from one header on.
#[derive(Copy, Clone, Debug)]
pub(super) struct Layer<'a> {
    /// The captured part, never longer than `wire`.
    bytes: &'a [u8],
    /// Length on the wire.
    wire: u32,
    /// Offset from the start of the buffer.
    at: u32,
}

impl<'a> Layer<'a> {
    /// A whole buffer; a `wire_len` below the captured length is not believed.
    pub(super) fn new(bytes: &'a [u8], wire_len: u32) -> Self {
        let bytes = bytes.get(..u32::MAX as usize).unwrap_or(bytes);
        let captured = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Self { bytes, wire: wire_len.max(captured), at: 0 }
    }

    /// The captured part.
    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Length on the wire.
    pub(super) const fn wire(&self) -> u32 {
        self.wire
    }

    /// Offset from the start of the buffer.
    pub(super) const fn at(&self) -> u32 {
        self.at
    }

    /// The upper half of the first byte, which tells IPv4 from IPv6.
    pub(super) fn nibble(&self, header: Header) -> Result<u8, Reason> {
        self.bytes.first().map(|b| b >> 4).ok_or_else(|| self.lacks(1, header))
    }

    /// The next `N` bytes.
    #[inline]
    pub(super) fn array<const N: usize>(&mut self, header: Header) -> Result<&'a [u8; N], Reason> {
        let Some((head, rest)) = self.bytes.split_first_chunk::<N>() else {
            return Err(self.lacks(N, header));
        };
        self.advance(N, rest);
        Ok(head)
    }

    /// Steps over `len` bytes.
    #[inline]
    pub(super) fn skip(&mut self, len: usize, header: Header) -> Result<(), Reason> {
        let Some((_, rest)) = self.bytes.split_at_checked(len) else {
            return Err(self.lacks(len, header));
        };
        self.advance(len, rest);
        Ok(())
    }

    /// Ends the layer where its header says, also when that is beyond what was on the wire.
    #[inline]
    pub(super) fn bound(&mut self, len: u32) {
        if let Some((head, _)) = usize::try_from(len).ok().and_then(|n| self.bytes.split_at_checked(n)) {
            self.bytes = head;
        }
        self.wire = len;
    }

    /// Ends the layer where its header says, if that is not beyond its end.
    pub(super) fn shrink(&mut self, len: u32) {
        if len < self.wire {
            self.bound(len);
        }
    }

    /// Why `need` bytes are not there.
    #[cold]
    pub(super) fn lacks(&self, need: usize, header: Header) -> Reason {
        let cut = u32::try_from(need).is_ok_and(|need| need <= self.wire);
        if cut { Reason::Snapped(header) } else { Reason::Short(header) }
    }

    #[inline]
    fn advance(&mut self, len: usize, rest: &'a [u8]) {
        // Never saturates: a layer holds no more than fits.
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        self.bytes = rest;
        self.wire = self.wire.saturating_sub(len);
        self.at = self.at.saturating_add(len);
    }
}

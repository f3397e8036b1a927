//! What passes of coded frames of several tracks: of each track its fields and the first bytes of its body.
//!
//! Takes the list of tracks of one message in pieces, cut anywhere; gives the list with each body cut down to
//! [`HEAD_LEN`] bytes. A message no longer than that comes out as it went in, so that
//! [`super::tag::Tag::sifted_tracks`] reads both. It stops behind a number of tracks.

use super::keep::HEAD_LEN;
use super::tracks::Layout;

/// Where in the list of tracks the next byte is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sieve {
    /// Bytes of the fields in front of a body.
    head_len: u8,
    /// Of these, read.
    head: u8,
    /// The last three bytes of the fields.
    size: u32,
    /// Bytes of the body still to be kept, and behind them to be skipped.
    keep: u32,
    skip: u32,
    /// Tracks still to be read.
    tracks: u32,
}

impl Sieve {
    /// Most bytes kept of one track.
    pub(crate) const TRACK_LEN: usize = HEAD_LEN + 8;

    /// At the start of a list of at most so many `tracks`; none for a layout without sizes.
    pub(crate) fn new(layout: Layout, tracks: usize) -> Option<Self> {
        let tracks = u32::try_from(tracks).unwrap_or(u32::MAX);
        Some(Self { head_len: layout.head_len()?, head: 0, size: 0, keep: 0, skip: 0, tracks })
    }

    /// Takes the next bytes; what is to be kept of them is added to `kept`.
    pub(crate) fn pass(&mut self, mut bytes: &[u8], kept: &mut Vec<u8>) {
        while !bytes.is_empty() {
            if self.keep > 0 {
                let (part, rest) = split(bytes, &mut self.keep);
                kept.extend_from_slice(part);
                bytes = rest;
            } else if self.skip > 0 {
                (_, bytes) = split(bytes, &mut self.skip);
            } else if let (1.., Some((byte, rest))) = (self.tracks, bytes.split_first()) {
                kept.push(*byte);
                self.field(*byte);
                bytes = rest;
            } else {
                return;
            }
        }
    }

    fn field(&mut self, byte: u8) {
        self.size = (self.size << 8 | u32::from(byte)) & 0x00FF_FFFF;
        self.head += 1;
        if self.head == self.head_len {
            self.head = 0;
            self.keep = self.size.min(HEAD_LEN_U32);
            self.skip = self.size - self.keep;
            self.tracks -= 1;
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a small constant")]
const HEAD_LEN_U32: u32 = HEAD_LEN as u32;

/// The first bytes, no more than are `due`, and the rest.
fn split<'a>(bytes: &'a [u8], due: &mut u32) -> (&'a [u8], &'a [u8]) {
    let len = usize::try_from(*due).unwrap_or(usize::MAX).min(bytes.len());
    *due = due.saturating_sub(u32::try_from(len).unwrap_or(u32::MAX));
    bytes.split_at(len)
}

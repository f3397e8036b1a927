//! The chunks of one message behind each other, as those of a long one come: bodies of which nothing is kept, and
//! headers of one byte between them.
//!
//! Takes the bytes inside such a message; gives how far they go on with it. All that it looks at is the first byte
//! behind each chunk, so that the cost of small chunks is a few instructions each. What is not that simple (extended
//! timestamps, longer chunk stream ids, bodies to keep) is left to the decoder's long way, which does the same.

use crate::base::pos::PacketRef;

use super::{ChunkStream, Keep, TrackSizes};

/// The upper two bits of a basic header of format 3.
const FORMAT_3: u8 = 0xC0;
/// Chunk stream ids that fit the basic header of one byte (RTMP 1.0, 5.3.1.1).
const SMALL_IDS: std::ops::Range<u32> = 2..64;

/// How far the bytes went on with a message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::rtmp::chunk) struct Run {
    /// Bytes used.
    pub(in crate::rtmp::chunk) used: usize,
    /// Chunk headers among them, of one byte each.
    pub(in crate::rtmp::chunk) headers: u32,
    /// Bytes that the last chunk still lacks.
    pub(in crate::rtmp::chunk) left: u32,
}

impl ChunkStream {
    /// Passes over the next `len` bytes of the present message, up to stream offset `end`, if none of them is of
    /// interest; gives whether that is so.
    #[inline]
    pub(in crate::rtmp::chunk) fn pass(&mut self, len: u32, end: u64, at: PacketRef) -> bool {
        let Some(message) = &mut self.message else { return false };
        let keeps_nothing = matches!(message.keep, Keep::UpTo(limit) if limit <= self.body.len());
        if !keeps_nothing || !(message.holed || self.units.passes(len)) {
            return false;
        }
        message.received = message.received.saturating_add(len);
        message.reached = (end, at);
        true
    }

    /// Passes over the rest of a chunk, `left` bytes, and over the chunks of `size` behind it that go on with the same
    /// message, as far as `bytes` reach. None where there are no such bytes, or that is not all there is to do.
    pub(in crate::rtmp::chunk) fn run(
        &mut self,
        bytes: &[u8],
        left: u32,
        size: u32,
        sizes: &TrackSizes,
    ) -> Option<Run> {
        let announced = self.announced();
        let missing = self.missing();
        let message = self.message.as_mut()?;
        let keeps_nothing = matches!(message.keep, Keep::UpTo(limit) if limit <= self.body.len());
        if !keeps_nothing || self.times.extended || !SMALL_IDS.contains(&self.csid) {
            return None;
        }
        let goes_on = FORMAT_3 | u8::try_from(self.csid).ok()?;
        let (mut rest, mut received, mut headers) = (bytes, 0_u32, 0);
        let mut left = left;
        // Bytes that nobody looks at, of those at the end of what was received.
        let (mut idle, mut unseen) = (if message.holed { u32::MAX } else { self.units.idle() }, 0_u32);
        loop {
            let (part, behind) = rest.split_at_checked(left as usize).unwrap_or((rest, &[]));
            let len = u32::try_from(part.len()).unwrap_or(left);
            (left, received, rest) = (left - len, received.saturating_add(len), behind);
            if len <= idle {
                (idle, unseen) = (idle - len, unseen.saturating_add(len));
            } else {
                self.units.pass(std::mem::take(&mut unseen));
                self.units.feed(announced, part, sizes);
                idle = self.units.idle();
            }
            match rest.split_first() {
                Some((first, behind)) if *first == goes_on && received < missing => rest = behind,
                _ => break,
            }
            headers += 1;
            left = size.min(missing - received);
        }
        if !message.holed {
            self.units.pass(unseen);
        }
        message.received = message.received.saturating_add(received);
        message.chunks = message.chunks.saturating_add(headers);
        message.header_bytes = message.header_bytes.saturating_add(headers);
        let used = bytes.len() - rest.len();
        (used > 0).then_some(Run { used, headers, left })
    }
}

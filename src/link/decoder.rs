//! The entry to the layer: one packet in, what it was out.
//!
//! Takes packets in capture order. Gives a [`Decoded`] for each; a segment of a reassembled datagram borrows the
//! decoder's buffer, every other one the packet. State: the fragments that wait, and one reassembled datagram.

use crate::base::limits::Limits;
use crate::base::time::CaptureTime;

use super::datalink;
use super::fragment::{Added, Datagram, FragmentStats, Pool};
use super::layer::Layer;
use super::plain;
use super::segment::{Decoded, Reason, Segment};
use super::walk::{End, How, Walk};

/// Reads packets down to their TCP segments.
#[derive(Debug)]
pub(crate) struct LinkDecoder {
    pool: Pool,
    /// The datagram that the last segment borrowed from.
    whole: Option<Datagram>,
    how: How,
}

impl LinkDecoder {
    /// A decoder with no fragments waiting.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { pool: Pool::new(limits), whole: None, how: How::Short }
    }

    /// One that says of each segment what its checksums do.
    pub(crate) fn verifying(limits: &Limits) -> Self {
        Self { how: How::Verify, ..Self::new(limits) }
    }

    /// Reads one packet: its link type (a `LINKTYPE_` number), original length, captured bytes and capture time.
    pub(crate) fn decode<'a>(
        &'a mut self,
        link: u32,
        wire_len: u32,
        data: &'a [u8],
        at: Option<CaptureTime>,
    ) -> Decoded<'a> {
        match self.decode_plain(link, wire_len, data) {
            Some(segment) => Decoded::Tcp(segment),
            None => self.decode_long(link, Layer::new(data, wire_len), at),
        }
    }

    /// The same where it is as plain as most packets are; else none, and [`Self::decode`] has to read it. The large
    /// result is not moved on the way.
    #[inline]
    pub(crate) fn decode_plain<'a>(&self, link: u32, wire_len: u32, data: &'a [u8]) -> Option<Segment<'a>> {
        if link == datalink::ETHERNET && self.how == How::Short {
            plain::ethernet(data, wire_len)
        } else {
            None
        }
    }

    /// What became of the fragments so far.
    #[cfg(test)]
    pub(crate) const fn fragment_stats(&self) -> FragmentStats {
        self.pool.stats()
    }

    /// Datagrams that wait for fragments.
    #[cfg(test)]
    pub(crate) fn fragmented_datagrams(&self) -> usize {
        self.pool.len()
    }

    /// The end of the capture: fragments that still wait are counted as given up.
    pub(crate) fn finish(&mut self) -> FragmentStats {
        self.pool.finish();
        self.pool.stats()
    }

    /// Memory held by fragments, or more.
    pub(crate) const fn held_bytes(&self) -> usize {
        self.pool.held_bytes()
    }

    fn decode_long<'a>(&'a mut self, link: u32, frame: Layer<'a>, at: Option<CaptureTime>) -> Decoded<'a> {
        let mut added = match Walk::frame(link, frame, self.how) {
            End::Fragment(fragment) => self.pool.add(&fragment, at),
            End::Known(decoded) => return decoded,
        };
        // A datagram may hold a fragment in its turn. This ends: each round takes a datagram out of the pool.
        let whole = loop {
            let whole = match added {
                Added::Held => return Decoded::FragmentHeld,
                Added::TooLong => return Decoded::Undecodable(Reason::DatagramTooLong),
                Added::Whole(datagram) => datagram,
            };
            added = match Walk::datagram(&whole, self.how) {
                End::Fragment(fragment) => self.pool.add(&fragment, at),
                End::Known(_) => break whole,
            };
        };
        // Read once more, so that what is given borrows the place where the datagram stays.
        Walk::datagram(self.whole.insert(whole), self.how).into()
    }
}

impl<'a> From<End<'a>> for Decoded<'a> {
    fn from(end: End<'a>) -> Self {
        match end {
            End::Fragment(_) => Self::FragmentHeld,
            End::Known(decoded) => decoded,
        }
    }
}

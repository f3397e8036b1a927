//! The TCP header (RFC 9293, 3.1), and the sums of the byte ledger that end with it.
//!
//! Takes the payload of an IP packet, with what is known of the IP header and of the frames. Gives the [`Segment`].
//! Does not read the options and does not verify the checksum itself.

use crate::base::endpoint::Endpoint;

use super::checksum::{self, Checksum};
use super::ip::IpHead;
use super::layer::Layer;
use super::segment::{Decoded, Header, Reason, Segment, TcpFlags};

/// The frames that brought what is being read.
#[derive(Copy, Clone, Debug)]
pub(super) struct Frames {
    /// Sum of their original lengths.
    pub(super) wire: u32,
    /// How many.
    pub(super) count: u32,
    /// Bytes of them that are not in the buffer being read: all but the datagram, once it was put together.
    pub(super) outside: u32,
    /// An IP length promised more than a frame's original length.
    pub(super) short: bool,
}

impl Frames {
    /// One frame, all of it in the buffer.
    pub(super) const fn one(wire: u32) -> Self {
        Self { wire, count: 1, outside: 0, short: false }
    }

    /// Whether the layer is the end of one frame, or of a part of it, that is in the buffer.
    pub(super) const fn hold(&self, layer: &Layer<'_>) -> bool {
        self.count == 1
            && self.outside == 0
            && !self.short
            && layer.at().saturating_add(layer.wire()) <= self.wire
    }

    /// The same, raised where the layer ends beyond the frame's original length.
    #[inline]
    pub(super) const fn reach(self, layer: &Layer<'_>) -> Self {
        let end = self.outside.saturating_add(layer.at()).saturating_add(layer.wire());
        if end > self.wire { Self { wire: end, short: true, ..self } } else { self }
    }
}

/// A TCP header, found.
#[derive(Copy, Clone, Debug)]
pub(super) struct Found<'a> {
    /// Starts at the header and ends where the IP packet ends.
    pub(super) layer: Layer<'a>,
    /// The IP header in front of it.
    pub(super) ip: IpHead,
    /// The frames that brought it.
    pub(super) frames: Frames,
}

impl<'a> Found<'a> {
    /// The same as `read`, with what the checksum says; `damaged` when that of an IP header is wrong.
    pub(super) fn read_verified(self, damaged: bool) -> Decoded<'a> {
        let checksum = if damaged { Checksum::Wrong } else { checksum::tcp(&self.layer, &self.ip) };
        match self.read() {
            Decoded::Tcp(segment) => Decoded::Tcp(Segment { checksum, ..segment }),
            other => other,
        }
    }

    /// Reads the header.
    pub(super) fn read(self) -> Decoded<'a> {
        let Self { layer, ip, frames } = self;
        match segment(layer.bytes(), layer.wire(), &ip, frames.reach(&layer)) {
            Some(segment) => Decoded::Tcp(segment),
            None => Decoded::Undecodable(reason(&layer)),
        }
    }
}

/// Why there is no segment.
#[cold]
fn reason(layer: &Layer<'_>) -> Reason {
    match layer.bytes().first_chunk::<20>() {
        Some(head) => Reason::TcpDataOffset(head[12] >> 4),
        None => layer.lacks(20, Header::Tcp),
    }
}

/// Reads the header that `bytes` begin with, the captured part of a TCP segment of `len` bytes, if it is one. (The
/// result is large; it is made in one place, so that it need not be moved.)
#[expect(clippy::inline_always, reason = "runs for nearly every packet; the result would be moved twice")]
#[inline(always)]
pub(super) fn segment<'a>(bytes: &'a [u8], len: u32, ip: &IpHead, frames: Frames) -> Option<Segment<'a>> {
    let (head, rest) = bytes.split_first_chunk::<20>()?;
    let header = u32::from(head[12] >> 4) * 4;
    let (option_bytes, payload_len) = (header.checked_sub(20)?, len.checked_sub(header)?);
    let (options, payload) = rest.split_at_checked(option_bytes as usize).unwrap_or((rest, &[]));
    Some(Segment {
        src: Endpoint::from_bits(ip.src, u16::from_be_bytes([head[0], head[1]])),
        dst: Endpoint::from_bits(ip.dst, u16::from_be_bytes([head[2], head[3]])),
        seq: u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
        ack: u32::from_be_bytes([head[8], head[9], head[10], head[11]]),
        flags: TcpFlags(head[13]),
        window: u16::from_be_bytes([head[14], head[15]]),
        options,
        payload,
        payload_len,
        wire_bytes: frames.wire,
        // Cannot saturate: the frames hold the IP headers and the datagram, disjoint.
        link_bytes: frames.wire.saturating_sub(ip.bytes).saturating_sub(len),
        ip_bytes: ip.bytes,
        tcp_header_bytes: header,
        frames: frames.count,
        ip_id: ip.id,
        length_unknown: ip.length_unknown,
        frame_short: frames.short,
        checksum: Checksum::Unknown,
    })
}

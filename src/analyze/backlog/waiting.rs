//! What the headers of a segment say, kept in one cache line.
//!
//! Takes a segment; gives it back with its ends, which its connection knows, and its bytes, which are kept elsewhere.

use crate::base::endpoint::Endpoint;
use crate::base::pos::PacketRef;
use crate::base::time::CaptureTime;
use crate::link::checksum::Checksum;
use crate::link::segment::{Segment, TcpFlags};

/// A segment without its ends and its bytes.
pub(super) struct Waiting {
    no: u64,
    ts: CaptureTime,
    seq: u32,
    ack: u32,
    payload_len: u32,
    wire_bytes: u32,
    link_bytes: u32,
    ip_bytes: u32,
    tcp_header_bytes: u32,
    frames: u32,
    ip_id: Option<u16>,
    window: u16,
    flags: TcpFlags,
    checksum: Checksum,
    /// Bytes of options.
    options: u8,
    length_unknown: bool,
    frame_short: bool,
    /// Its sender is the lesser of both ends.
    by_lesser: bool,
}

impl Waiting {
    pub(super) fn new(segment: &Segment<'_>, at: PacketRef) -> Self {
        Self {
            no: at.no,
            ts: at.ts,
            seq: segment.seq,
            ack: segment.ack,
            payload_len: segment.payload_len,
            wire_bytes: segment.wire_bytes,
            link_bytes: segment.link_bytes,
            ip_bytes: segment.ip_bytes,
            tcp_header_bytes: segment.tcp_header_bytes,
            frames: segment.frames,
            ip_id: segment.ip_id,
            window: segment.window,
            flags: segment.flags,
            checksum: segment.checksum,
            options: u8::try_from(segment.options.len()).unwrap_or(u8::MAX),
            length_unknown: segment.length_unknown,
            frame_short: segment.frame_short,
            by_lesser: segment.src < segment.dst,
        }
    }

    /// The packet it came with.
    pub(super) const fn at(&self) -> PacketRef {
        PacketRef { no: self.no, ts: self.ts, acked: 0 }
    }

    /// Something of it.
    pub(super) const fn any(&self) -> u8 {
        self.flags.0
    }

    /// The segment between these ends, with these options and payload.
    pub(super) fn segment<'a>(&self, (a, b): (Endpoint, Endpoint), bytes: &'a [u8]) -> Segment<'a> {
        let (options, payload) = bytes.split_at_checked(self.options.into()).unwrap_or((bytes, &[]));
        let (lesser, greater) = if a < b { (a, b) } else { (b, a) };
        let (src, dst) = if self.by_lesser { (lesser, greater) } else { (greater, lesser) };
        Segment {
            src,
            dst,
            seq: self.seq,
            ack: self.ack,
            flags: self.flags,
            window: self.window,
            options,
            payload,
            payload_len: self.payload_len,
            wire_bytes: self.wire_bytes,
            link_bytes: self.link_bytes,
            ip_bytes: self.ip_bytes,
            tcp_header_bytes: self.tcp_header_bytes,
            frames: self.frames,
            ip_id: self.ip_id,
            length_unknown: self.length_unknown,
            frame_short: self.frame_short,
            checksum: self.checksum,
        }
    }
}

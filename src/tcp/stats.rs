//! What TCP counts per direction. Plain numbers; nothing here judges.

use crate::base::pos::PacketRef;
use crate::base::quantile::Quantiles;

/// Counters of one direction, first those that most packets change. Packets captured twice count only in
/// `duplicate_packets`.
#[derive(Clone, Debug, Default)]
#[repr(C)]
pub(crate) struct HalfStats {
    /// TCP segments, with or without payload.
    pub(crate) segments: u64,
    /// Frames they came in (more than segments when IP was fragmented).
    pub(crate) frames: u64,
    /// Original length of those frames.
    pub(crate) wire_bytes: u64,
    /// Of these: link headers, outer headers, padding and trailers.
    pub(crate) link_bytes: u64,
    /// Of these: IP headers.
    pub(crate) ip_bytes: u64,
    /// Of these: TCP headers with options.
    pub(crate) tcp_header_bytes: u64,
    /// Of these: TCP payload.
    pub(crate) payload_bytes: u64,
    /// Payload bytes seen for the first time.
    pub(crate) unique_bytes: u64,
    /// Segments with new payload, and those among them with less than half of a maximum segment (of 1460 bytes at
    /// most).
    pub(crate) data_segments: u64,
    pub(crate) small_segments: u64,
    /// Maximum segment size this side announced.
    pub(crate) mss: Option<u16>,
    /// Round-trip times of this direction's data, in ns: from a segment to the first acknowledgement of it; one
    /// segment at a time, none that was repeated (RFC 6298, 3).
    pub(crate) rtt_ns: Quantiles,
    /// Payload bytes seen before.
    pub(crate) retransmitted_bytes: u64,
    /// Payload bytes seen for the first time in a segment that filled a hole at least one round trip after it opened:
    /// sent before, and lost in front of the capture.
    pub(crate) refilled_bytes: u64,
    /// Payload bytes that their receiver said to have got twice (RFC 2883).
    pub(crate) needless_bytes: u64,
    /// Payload bytes sent again behind their acknowledgement.
    pub(crate) acked_again_bytes: u64,
    /// Payload bytes that came after their hole had been given up, or from before the capture's first byte.
    pub(crate) late_bytes: u64,
    /// Repeated bytes known to differ from what came first. Only bytes still held are compared.
    pub(crate) conflicting_bytes: u64,
    /// Segments that repeated data, or filled a hole at least one round trip after it opened.
    pub(crate) retransmitted_segments: u64,
    /// Segments that filled a hole sooner than that.
    pub(crate) out_of_order_segments: u64,
    /// Keep-alive probes.
    pub(crate) keep_alives: u64,
    /// Packets that the capture holds twice.
    pub(crate) duplicate_packets: u64,
    /// Segments longer than the announced maximum segment size (segmentation offload).
    pub(crate) oversized_segments: u64,
    /// Segments whose sequence number lies far outside any window.
    pub(crate) stray_segments: u64,
    /// Stream bytes that no packet of the capture brought, and in how many holes.
    pub(crate) gaps: u64,
    /// See `gaps`.
    pub(crate) gap_bytes: u64,
    /// Stream bytes that the snap length cut off.
    pub(crate) snapped_bytes: u64,
    /// Times this side announced a receive window of 0.
    pub(crate) zero_window_events: u64,
    /// How long those lasted together.
    pub(crate) zero_window_ns: i64,
    /// Window scale this side announced.
    pub(crate) window_scale: Option<u8>,
    /// Holes given up because too much data was held behind them.
    pub(crate) held_limit_hits: u64,
}

/// Times of the three-way handshake.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Opening {
    /// The last SYN.
    pub(crate) syn: Option<PacketRef>,
    /// The last SYN/ACK.
    pub(crate) syn_ack: Option<PacketRef>,
    /// The first acknowledgement of the SYN/ACK.
    pub(crate) established: Option<PacketRef>,
}

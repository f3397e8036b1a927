//! What TCP counts per direction. Plain numbers; nothing here judges.

use crate::base::pos::PacketRef;
use crate::base::quantile::Quantiles;

/// The maximum segment size of Ethernet, IPv4, without options.
const ETHERNET_MSS: u16 = 1460;

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
    /// Window scale this side announced.
    pub(crate) window_scale: Option<u8>,
    /// Round-trip times of this direction's data, in ns: from a segment to the first acknowledgement of it; one
    /// segment at a time, none that was repeated (RFC 6298, 3).
    pub(crate) rtt_ns: Quantiles,
    /// Segments longer than the announced maximum segment size (segmentation offload).
    pub(crate) oversized_segments: u64,
    /// What few connections have; none while all of it is 0.
    rare: Option<Box<RareStats>>,
}

/// Counters that stay 0 where nothing is repeated, lost or out of order.
#[derive(Clone, Debug, Default)]
pub(crate) struct RareStats {
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
    /// Holes given up because too much data was held behind them.
    pub(crate) held_limit_hits: u64,
}

static NONE: RareStats = RareStats {
    retransmitted_bytes: 0,
    refilled_bytes: 0,
    needless_bytes: 0,
    acked_again_bytes: 0,
    late_bytes: 0,
    conflicting_bytes: 0,
    retransmitted_segments: 0,
    out_of_order_segments: 0,
    keep_alives: 0,
    duplicate_packets: 0,
    stray_segments: 0,
    gaps: 0,
    gap_bytes: 0,
    snapped_bytes: 0,
    zero_window_events: 0,
    zero_window_ns: 0,
    held_limit_hits: 0,
};

impl HalfStats {
    /// What few connections have.
    pub(crate) fn rare(&self) -> &RareStats {
        self.rare.as_deref().unwrap_or(&NONE)
    }

    /// The same, to count something that is not 0.
    pub(super) fn rare_mut(&mut self) -> &mut RareStats {
        self.rare.get_or_insert_default()
    }

    /// Counts bytes that came too late.
    pub(super) fn late(&mut self, len: u64) {
        if len > 0 {
            self.rare_mut().late_bytes += len;
        }
    }

    /// Counts a hole.
    pub(super) fn gap(&mut self, len: u64) {
        let rare = self.rare_mut();
        rare.gaps += 1;
        rare.gap_bytes += len;
    }

    /// Counts a segment by its length; `fresh` if it brought new bytes.
    #[inline]
    pub(super) fn size(&mut self, len: u64, fresh: bool) {
        if fresh {
            let full = u64::from(self.mss.unwrap_or(ETHERNET_MSS).min(ETHERNET_MSS));
            self.data_segments += 1;
            self.small_segments += u64::from(len < full / 2);
        }
        self.oversized_segments += u64::from(self.mss.is_some_and(|mss| len > u64::from(mss)));
    }

    /// Memory held beside the structure itself.
    pub(crate) const fn held_bytes(&self) -> usize {
        self.rtt_ns.held_bytes() + if self.rare.is_some() { size_of::<RareStats>() } else { 0 }
    }
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

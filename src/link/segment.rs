//! What the layer gives: a TCP segment with its place in the byte ledger, or the reason why there is none.
//!
//! Takes nothing and decides nothing; plain data, and the names of the headers. RFC 9293, 3.1 for the flags.

use crate::base::endpoint::Endpoint;

use super::checksum::Checksum;
use super::options::TcpOptions;

/// What one packet of the capture was.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decoded<'a> {
    /// A TCP segment; for the fragment that completed a datagram, the segment of the whole datagram.
    Tcp(Segment<'a>),
    /// A fragment that waits for the rest of its datagram; its bytes are counted with the whole one.
    FragmentHeld,
    /// Not TCP: ARP, UDP, ICMP, a routing protocol and so on.
    Other,
    /// Could not be read.
    Undecodable(Reason),
}

/// A TCP segment as it was on the wire, as far as the capture kept it.
///
/// `wire_bytes == link_bytes + ip_bytes + tcp_header_bytes + payload_len`, always.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    /// Sender.
    pub(crate) src: Endpoint,
    /// Receiver.
    pub(crate) dst: Endpoint,
    /// Sequence number.
    pub(crate) seq: u32,
    /// Acknowledgement number; only means something with the ACK flag.
    pub(crate) ack: u32,
    /// Control bits.
    pub(crate) flags: TcpFlags,
    /// Receive window, not scaled.
    pub(crate) window: u16,
    /// TCP options as sent; fewer than the header says when the snap length cut them.
    pub(crate) options: &'a [u8],
    /// The captured part of the payload.
    pub(crate) payload: &'a [u8],
    /// Length of the payload on the wire, from the IP length; what `payload` lacks was not captured.
    pub(crate) payload_len: u32,
    /// Original length of the frame, or of all frames that brought fragments of the datagram.
    pub(crate) wire_bytes: u32,
    /// All that is not counted below: link header, tags, outer headers of a tunnel, padding, trailer.
    pub(crate) link_bytes: u32,
    /// The IP header next to TCP, with IPv4 options or IPv6 extension headers; of all fragments.
    pub(crate) ip_bytes: u32,
    /// The TCP header with its options.
    pub(crate) tcp_header_bytes: u32,
    /// Frames that brought it: 1, or as many as there were fragments.
    pub(crate) frames: u32,
    /// IPv4 identification.
    pub(crate) ip_id: Option<u16>,
    /// The IP header did not state its length (segmentation offload), or stated it modulo 65536, or its checksum is
    /// wrong and the length beyond the frame; the frame's length was taken, so that Ethernet padding would count as
    /// payload.
    pub(crate) length_unknown: bool,
    /// The IP length promises more than the frame's original length, as in a mirror that truncates. The promise was
    /// taken, and counted in `wire_bytes`.
    pub(crate) frame_short: bool,
    /// What the checksums of TCP and IPv4 say, if that was asked for.
    pub(crate) checksum: Checksum,
}

impl<'a> Segment<'a> {
    /// The options, read.
    pub(crate) fn tcp_options(&self) -> TcpOptions<'a> {
        TcpOptions::parse(self.options)
    }

    /// The timestamps option (RFC 7323, 3.2) in the form that nearly all senders give it, if there is no other.
    #[inline]
    pub(crate) fn lone_timestamps(&self) -> Option<&'a [u8; 8]> {
        let (kind, stamps) = <&[u8; 12]>::try_from(self.options).ok()?.split_first_chunk::<4>()?;
        if *kind == [1, 1, 8, 10] { stamps.try_into().ok() } else { None }
    }

    /// Payload bytes that were on the wire but not captured.
    #[cfg(test)]
    pub(crate) fn missing_bytes(&self) -> u32 {
        self.payload_len.saturating_sub(u32::try_from(self.payload.len()).unwrap_or(u32::MAX))
    }
}

/// The control bits of a TCP header.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TcpFlags(pub(crate) u8);

impl TcpFlags {
    /// No more data from the sender.
    pub(crate) const fn fin(self) -> bool {
        self.0 & 0x01 != 0
    }

    /// Synchronize sequence numbers.
    pub(crate) const fn syn(self) -> bool {
        self.0 & 0x02 != 0
    }

    /// Reset the connection.
    pub(crate) const fn rst(self) -> bool {
        self.0 & 0x04 != 0
    }

    /// Push.
    #[cfg(test)]
    pub(crate) const fn psh(self) -> bool {
        self.0 & 0x08 != 0
    }

    /// The acknowledgement number is significant.
    pub(crate) const fn ack(self) -> bool {
        self.0 & 0x10 != 0
    }
}

/// Why a packet could not be read.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// No decoder for this link type.
    LinkType(u32),
    /// The snap length cut this header.
    Snapped(Header),
    /// The packet itself ends inside this header.
    Short(Header),
    /// Where an IP header was expected, another version number.
    IpVersion(u8),
    /// IPv4 header length below 5 words.
    IpHeaderLength(u8),
    /// The stated length of the IP packet is below that of its header.
    IpLength(u32),
    /// Length of an authentication header that is not possible.
    AuthLength,
    /// TCP data offset below 5 words, or beyond the packet.
    TcpDataOffset(u8),
    /// More headers on top of each other than are followed.
    TooManyHeaders,
    /// A fragment that ends beyond the longest datagram that is put together.
    DatagramTooLong,
}

/// A protocol header, to say where reading stopped.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// The capture's own link header: BSD null, Linux cooked.
    Link,
    /// Ethernet, with LLC and SNAP.
    Ethernet,
    /// VLAN tag.
    Vlan,
    /// MPLS label or control word.
    Mpls,
    /// `PPPoE`.
    Pppoe,
    /// PPP.
    Ppp,
    /// An IP header of either version.
    Ip,
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
    /// IPv6 extension header.
    Ipv6Extension,
    /// Authentication header.
    Auth,
    /// UDP.
    Udp,
    /// GRE.
    Gre,
    /// ERSPAN.
    Erspan,
    /// VXLAN.
    Vxlan,
    /// Geneve.
    Geneve,
    /// GTP-U.
    Gtp,
    /// TCP.
    Tcp,
}

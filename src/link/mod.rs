//! From a captured frame to a TCP segment: link type, tags, tunnels, IP and its fragments, the TCP header.
//!
//! **Takes** the link type of a packet (the `LINKTYPE_` number of pcap), its bytes, its original length and its
//! capture time. **Gives** a [`Segment`](segment::Segment) that borrows the frame (or the buffer of a reassembled
//! datagram), or says why there is none ([`Decoded`](segment::Decoded)). Every byte of the original frames is
//! accounted for, also those the snap length cut off:
//! `wire_bytes == link_bytes + ip_bytes + tcp_header_bytes + payload_len` for every segment.
//!
//! Checksums are verified only when asked for: where the sender captures with offload, they are not computed yet.
//!
//! **Does not** look at TCP sequence numbers, reassemble streams, or decode IEEE 802.11, `MACsec` and encrypted
//! payloads.
//!
//! ```text
//! datalink ─→ ether ─→ ip ─→ tcp ─→ Segment      walk drives it, one header at a time
//!               ↑       │└→ fragment ─→ ip payload of a whole datagram
//!               └ tunnel┘
//! plain: Ethernet, VLAN, IPv4 or IPv6, TCP, nothing else: one pass, tried first
//! ```
//!
//! What is read, and where it is written down: Ethernet and LLC/SNAP (RFC 894, RFC 1042), IEEE 802.1Q and 802.1ad tags,
//! MPLS (RFC 3032, RFC 4385), PPP (RFC 1661, RFC 1662), `PPPoE` (RFC 2516), IPv4 (RFC 791), IPv6 (RFC 8200, RFC 2675,
//! RFC 4302), GRE (RFC 2784, RFC 2890), VXLAN (RFC 7348), Geneve (RFC 8926), GTP-U (3GPP TS 29.281), IP in IP
//! (RFC 2003, RFC 4213), TCP (RFC 9293, RFC 7323, RFC 2018).

pub(crate) mod checksum;
mod datalink;
pub(crate) mod decoder;
mod ether;
pub(crate) mod fragment;
mod ip;
mod layer;
pub(crate) mod options;
mod plain;
pub(crate) mod segment;
mod tcp;
mod tunnel;
pub(crate) mod verify;
mod walk;

#[cfg(test)]
mod tests;

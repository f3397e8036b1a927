//! Checksums: whether a packet is as it was sent.
//!
//! Takes an IPv4 header, or a TCP segment with the addresses of its pseudo header. Gives what the checksum says.
//! Nothing is asked of this unless the user wants packets verified. Parts that were not captured cannot be verified.
//! RFC 1071, RFC 791 (3.1), RFC 9293 (3.1), RFC 8200 (8.1).

use etherparse::checksum::Sum16BitWords;

use super::ip::{self, IpHead};
use super::layer::Layer;

/// What a checksum says of its packet.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Checksum {
    /// Nothing: it was not looked at, or not all that it is of was captured.
    #[default]
    Unknown,
    /// The packet is as it was sent.
    Right,
    /// The packet was damaged, or what writes checksums was at fault.
    Wrong,
    /// The sender's network card was to fill it in: it is 0, or the sum of the pseudo header only.
    Unfilled,
}

/// Where the checksum stands in a TCP header.
const FIELD: usize = 16;

/// The checksum of the TCP segment that `layer` is, behind the header `ip`.
pub(super) fn tcp(layer: &Layer<'_>, ip: &IpHead) -> Checksum {
    let bytes = layer.bytes();
    let whole = u32::try_from(bytes.len()).is_ok_and(|len| len == layer.wire());
    let field = bytes.get(FIELD..).and_then(|rest| rest.first_chunk::<2>());
    let (true, false, Some(field)) = (whole, ip.length_unknown, field) else { return Checksum::Unknown };
    // The prefix of an IPv4-mapped address adds 0xFFFF, which is nothing in this arithmetic.
    let mut addresses = Sum16BitWords::new();
    let mut addresses = addresses.add_16bytes(ip.src.to_be_bytes()).add_16bytes(ip.dst.to_be_bytes());
    let addresses = addresses.add_4bytes([0, 0, 0, ip::TCP]);
    let pseudo = addresses.clone().add_4bytes(layer.wire().to_be_bytes());
    if pseudo.clone().add_slice(bytes).ones_complement() == 0 {
        return Checksum::Right;
    }
    // With segmentation offload the length may be left to the card as well.
    let unfilled = [pseudo, addresses].map(|sum| (!sum.ones_complement()).to_be());
    let field = u16::from_be_bytes(*field);
    if field == 0 || unfilled.contains(&field) { Checksum::Unfilled } else { Checksum::Wrong }
}

/// Whether the IPv4 header at the start of `bytes` is damaged. A checksum of 0 was not filled in.
pub(super) fn is_damaged_ipv4(bytes: &[u8]) -> bool {
    let len = bytes.first().map_or(0, |first| usize::from(first & 0x0F) * 4);
    let Some(head) = bytes.get(..len) else { return false };
    head.first().is_some_and(|first| first >> 4 == 4)
        && head.get(10..12).is_some_and(|field| field != [0, 0])
        && Sum16BitWords::new().add_slice(head).ones_complement() != 0
}

#[cfg(test)]
mod tests {
    use etherparse::PacketBuilder;

    use super::*;
    use crate::link::segment::Decoded;
    use crate::link::walk::{How, Walk};

    /// A segment built, and its checksums computed, by etherparse.
    fn built(v6: bool, payload: &[u8]) -> Vec<u8> {
        let start = PacketBuilder::ethernet2([2; 6], [4; 6]);
        let ip = if v6 {
            start.ipv6([0xFD; 16], [0xFE; 16], 64)
        } else {
            start.ipv4([10, 1, 2, 3], [172, 16, 255, 6], 64)
        };
        let mut packet = Vec::new();
        ip.tcp(50_000, 1935, 0xFFFF_FFF0, 4096).ack(17).psh().write(&mut packet, payload).unwrap();
        packet
    }

    fn said(packet: &[u8], wire: usize) -> Option<Checksum> {
        let layer = Layer::new(packet, u32::try_from(wire).unwrap());
        match Decoded::from(Walk::frame(1, layer, How::Verify)) {
            Decoded::Tcp(segment) => Some(segment.checksum),
            _ => None,
        }
    }

    #[test]
    fn every_damaged_bit_is_found() {
        for (v6, payload) in
            [(false, &b"even"[..]), (false, b"odd"), (false, b""), (true, b"even"), (true, b"odd")]
        {
            let packet = built(v6, payload);
            assert_eq!(said(&packet, packet.len()), Some(Checksum::Right));
            let tcp = if v6 { 14 + 40 } else { 14 + 20 };
            for bit in 0..packet.len() * 8 {
                let mut damaged = packet.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                let checksum = said(&damaged, packet.len());
                let in_ip = (14..tcp).contains(&(bit / 8));
                match bit / 8 {
                    // The link header and, of IPv6, class, label and hop limit are in no checksum.
                    0..14 => {}
                    14..18 | 21 if v6 => {}
                    // Another length, protocol or header: no segment at all, or nothing to sum up.
                    _ if in_ip || (tcp + 12..tcp + 13).contains(&(bit / 8)) => {
                        assert_ne!(checksum, Some(Checksum::Right), "bit {bit}");
                    }
                    _ => assert_eq!(checksum, Some(Checksum::Wrong), "bit {bit}"),
                }
            }
        }
    }

    #[test]
    fn parts_say_nothing() {
        let packet = built(false, b"some payload");
        for cut in 54..packet.len() {
            assert_eq!(said(&packet[..cut], packet.len()), Some(Checksum::Unknown), "{cut}");
        }
    }

    /// Linux leaves the sum of the pseudo header, without its complement; others leave 0.
    #[test]
    fn what_a_network_card_fills_in_is_no_damage() {
        for v6 in [false, true] {
            let mut packet = built(v6, b"some payload");
            let tcp = if v6 { 14 + 40 } else { 14 + 20 };
            let pairs = |bytes: &[u8]| -> u32 {
                bytes.chunks(2).map(|p| u32::from(u16::from_be_bytes([p[0], p[1]]))).sum()
            };
            let addresses = if v6 { &packet[14 + 8..tcp] } else { &packet[14 + 12..tcp] };
            let bare = pairs(addresses) + 6;
            for sum in [bare, bare + u32::try_from(packet.len() - tcp).unwrap(), 0] {
                let folded = (sum & 0xFFFF) + (sum >> 16);
                let folded = (folded & 0xFFFF) + (folded >> 16);
                let field = u16::try_from(folded).unwrap().to_be_bytes();
                packet[tcp + 16..tcp + 18].copy_from_slice(&field);
                assert_eq!(said(&packet, packet.len()), Some(Checksum::Unfilled), "{sum:x}");
            }
        }
    }
}

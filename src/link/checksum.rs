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

//! The short way for what nearly every packet is: Ethernet, VLAN tags, IPv4 or IPv6, TCP, and nothing unusual.
//!
//! Takes a frame, or an IP packet that the long way has come to. Gives the segment, or nothing, and then the long way
//! reads it from the start and says what was the matter. No fragments, no extension headers, no tunnels, no lengths of
//! 0 or above 65535, or beyond the frame. RFC 894, IEEE 802.1Q, RFC 791, RFC 8200.

#![expect(
    clippy::inline_always,
    reason = "runs for nearly every packet; a call here costs a quarter of the layer's time"
)]

use super::ether;
use super::ip::{self, IpHead};
use super::segment::Segment;
use super::tcp::{self, Frames};
use crate::base::endpoint::Endpoint;

/// Tags in front of the IP header that are stepped over here.
const MAX_TAGS: u8 = 4;

/// The segment in a plain Ethernet frame of `wire_len` bytes, of which `data` were captured.
#[inline(always)]
pub(super) fn ethernet(data: &[u8], wire_len: u32) -> Option<Segment<'_>> {
    let frame = u32::try_from(data.len()).ok()?.max(wire_len);
    let (head, mut rest) = data.split_first_chunk::<14>()?;
    let mut kind = u16::from_be_bytes([head[12], head[13]]);
    let mut link = 14;
    let mut tags = 0;
    while ether::is_vlan(kind) {
        if tags == MAX_TAGS {
            return None;
        }
        tags += 1;
        link += 4;
        let (tag, behind) = rest.split_first_chunk::<4>()?;
        kind = u16::from_be_bytes([tag[2], tag[3]]);
        rest = behind;
    }
    match kind {
        ether::IPV4 | ether::IPV6 => ip(rest, frame - link, frame),
        _ => None,
    }
}

/// The segment in a plain IP packet: `bytes` and what was not captured of it are the last `len` bytes of a frame of
/// `frame` bytes.
#[inline(always)]
pub(super) fn ip(bytes: &[u8], len: u32, frame: u32) -> Option<Segment<'_>> {
    if len > 0xFFFF {
        return None;
    }
    match bytes.first()? >> 4 {
        4 => v4(bytes, len, frame),
        6 => v6(bytes, len, frame),
        _ => None,
    }
}

#[inline(always)]
fn v4(bytes: &[u8], len: u32, frame: u32) -> Option<Segment<'_>> {
    let (head, _) = bytes.split_first_chunk::<20>()?;
    let header = u32::from(head[0] & 0x0F) * 4;
    let total = u32::from(u16::from_be_bytes([head[2], head[3]]));
    let fragment = u16::from_be_bytes([head[6], head[7]]) & 0x3FFF;
    if header < 20 || total < header || total > len || fragment != 0 || head[9] != ip::TCP {
        return None;
    }
    let ip = IpHead {
        src: Endpoint::v4([head[12], head[13], head[14], head[15]], 0).ip(),
        dst: Endpoint::v4([head[16], head[17], head[18], head[19]], 0).ip(),
        bytes: header,
        id: Some(u16::from_be_bytes([head[4], head[5]])),
        length_unknown: false,
        v6: false,
    };
    tcp(bytes, total, &ip, frame)
}

#[inline(always)]
fn v6(bytes: &[u8], len: u32, frame: u32) -> Option<Segment<'_>> {
    let (head, _) = bytes.split_first_chunk::<40>()?;
    let stated = u16::from_be_bytes([head[4], head[5]]);
    let total = 40 + u32::from(stated);
    if stated == 0 || total > len || head[6] != ip::TCP {
        return None;
    }
    let (src, rest) = head.get(8..)?.split_first_chunk::<16>()?;
    let (dst, _) = rest.split_first_chunk::<16>()?;
    let ip = IpHead {
        src: u128::from_be_bytes(*src),
        dst: u128::from_be_bytes(*dst),
        bytes: 40,
        id: None,
        length_unknown: false,
        v6: true,
    };
    tcp(bytes, total, &ip, frame)
}

/// The segment behind the IP header of a packet of `total` bytes.
#[inline(always)]
fn tcp<'a>(bytes: &'a [u8], total: u32, ip: &IpHead, frame: u32) -> Option<Segment<'a>> {
    let packet = bytes.get(..total as usize).unwrap_or(bytes);
    let behind = packet.get(ip.bytes as usize..)?;
    tcp::segment(behind, total - ip.bytes, ip, Frames::one(frame))
}

//! The short way for what nearly every packet is: Ethernet, VLAN tags, IPv4 or IPv6, TCP, and nothing unusual.
//!
//! Takes a frame, or an IP packet that the long way has come to. Gives the place of the TCP header, or nothing, and
//! then the long way reads it from the start and says what was the matter. No fragments, no extension headers, no
//! tunnels, no lengths of 0 or above 65535, no IPv4 length beyond the frame. RFC 894, IEEE 802.1Q, RFC 791, RFC 8200.

#![expect(
    clippy::inline_always,
    reason = "runs for nearly every packet; a call here costs a quarter of the layer's time"
)]

use super::ether;
use super::ip::{self, IpHead};
use super::layer::Layer;
use super::segment::Header;
use super::tcp::{Found, Frames};
use crate::base::endpoint::Endpoint;

/// Tags in front of the IP header that are stepped over here.
const MAX_TAGS: u8 = 4;

/// The TCP header in a plain Ethernet frame.
#[inline(always)]
pub(super) fn ethernet(frame: Layer<'_>) -> Option<Found<'_>> {
    let frames = Frames::one(frame.wire());
    let mut layer = frame;
    let head = layer.array::<14>(Header::Ethernet).ok()?;
    let mut kind = u16::from_be_bytes([head[12], head[13]]);
    let mut tags = 0;
    while ether::is_vlan(kind) {
        if tags == MAX_TAGS {
            return None;
        }
        tags += 1;
        let tag = layer.array::<4>(Header::Vlan).ok()?;
        kind = u16::from_be_bytes([tag[2], tag[3]]);
    }
    match kind {
        ether::IPV4 | ether::IPV6 => ip(layer, frames),
        _ => None,
    }
}

/// The TCP header in a plain IP packet.
#[inline(always)]
pub(super) fn ip(layer: Layer<'_>, frames: Frames) -> Option<Found<'_>> {
    match layer.bytes().first()? >> 4 {
        4 => v4(layer, frames),
        6 => v6(layer, frames),
        _ => None,
    }
}

#[inline(always)]
fn v4(mut layer: Layer<'_>, frames: Frames) -> Option<Found<'_>> {
    let (head, _) = layer.bytes().split_first_chunk::<20>()?;
    let header = usize::from(head[0] & 0x0F) * 4;
    let total = u16::from_be_bytes([head[2], head[3]]);
    let fragment = u16::from_be_bytes([head[6], head[7]]) & 0x3FFF;
    if header < 20
        || usize::from(total) < header
        || u32::from(total) > layer.wire()
        || layer.wire() > 0xFFFF
        || fragment != 0
        || head[9] != ip::TCP
    {
        return None;
    }
    layer.bound(u32::from(total));
    layer.skip(header, Header::Ipv4).ok()?;
    let ip = IpHead {
        src: Endpoint::v4([head[12], head[13], head[14], head[15]], 0).ip,
        dst: Endpoint::v4([head[16], head[17], head[18], head[19]], 0).ip,
        bytes: u32::from(head[0] & 0x0F) * 4,
        id: Some(u16::from_be_bytes([head[4], head[5]])),
        length_unknown: false,
        v6: false,
    };
    Some(Found { layer, ip, frames })
}

#[inline(always)]
fn v6(mut layer: Layer<'_>, frames: Frames) -> Option<Found<'_>> {
    if layer.wire() > 0xFFFF {
        return None;
    }
    let head = layer.array::<40>(Header::Ipv6).ok()?;
    let len = u16::from_be_bytes([head[4], head[5]]);
    if len == 0 || head[6] != ip::TCP {
        return None;
    }
    layer.bound(u32::from(len));
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
    Some(Found { layer, ip, frames })
}

//! Link types of a capture, and the headers that only captures have: BSD null and loop, Linux cooked 1 and 2.
//!
//! Takes the `LINKTYPE_` number and the frame. Gives what comes next, or says that the link type has no decoder.
//! The layouts are those of <https://www.tcpdump.org/linktypes.html>; there is no RFC for them.

use super::layer::Layer;
use super::segment::{Header, Reason};
use super::walk::Next;

pub(super) const ETHERNET: u32 = 1;

/// Steps over the capture's own link header, if the link type has one.
pub(super) fn start(link: u32, layer: &mut Layer<'_>) -> Result<Next, Reason> {
    match link {
        0 | 108 => null(layer),
        ETHERNET => Ok(Next::Ethernet),
        9 | 50 => Ok(Next::Ppp),
        // Raw IP; 12 and 14 are what some systems wrote before 101 was assigned.
        12 | 14 | 101 | 228 | 229 => Ok(Next::Ip),
        113 => cooked(layer),
        276 => cooked2(layer),
        other => Err(Reason::LinkType(other)),
    }
}

/// The address family, in the byte order of the capturing host (null) or of the network (loop).
fn null(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let family = layer.array::<4>(Header::Link)?;
    let (little, big) = (u32::from_le_bytes(*family), u32::from_be_bytes(*family));
    // The order is told by the value: the families are small. IPv6 has another number on each system.
    match little.min(big) {
        2 | 10 | 24 | 28 | 30 => Ok(Next::Ip),
        _ => Ok(Next::Other),
    }
}

/// `SLL`: packet type 2, ARPHRD 2, address length 2, address 8, protocol 2.
fn cooked(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let head = layer.array::<16>(Header::Link)?;
    Ok(Next::EtherType(u16::from_be_bytes([head[14], head[15]])))
}

/// `SLL2`: protocol 2, reserved 2, interface 4, ARPHRD 2, packet type 1, address length 1, address 8.
fn cooked2(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let head = layer.array::<20>(Header::Link)?;
    Ok(Next::EtherType(u16::from_be_bytes([head[0], head[1]])))
}

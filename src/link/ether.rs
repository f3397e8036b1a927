//! Ethernet and what lies between it and IP: LLC/SNAP, VLAN tags, MPLS labels, `PPPoE`, PPP.
//!
//! Takes the layer at one header. Steps over it and gives what comes next. Padding stays in the layer until IP
//! states its length, but for 802.3 and `PPPoE`, which state their own. Does not read addresses, priorities or
//! label numbers. RFC 894, RFC 1042, IEEE 802.1Q, RFC 3032, RFC 4385, RFC 2516, RFC 1661, RFC 1662.

use super::layer::Layer;
use super::segment::{Header, Reason};
use super::walk::Next;

pub(super) const IPV4: u16 = 0x0800;
pub(super) const IPV6: u16 = 0x86DD;
const BRIDGED_ETHERNET: u16 = 0x6558;
const MPLS_UNICAST: u16 = 0x8847;
const MPLS_MULTICAST: u16 = 0x8848;
const PPPOE_SESSION: u16 = 0x8864;

/// The tags of 802.1Q and 802.1ad, and two that were used before the latter.
pub(super) const fn is_vlan(kind: u16) -> bool {
    matches!(kind, 0x8100 | 0x88A8 | 0x9100 | 0x9200)
}

/// What an `EtherType` announces. A tag is stepped over here, as it only holds the next one.
pub(super) fn ether_type(kind: u16, layer: &mut Layer<'_>) -> Result<Next, Reason> {
    match kind {
        IPV4 | IPV6 => Ok(Next::Ip),
        MPLS_UNICAST | MPLS_MULTICAST => Ok(Next::Mpls),
        PPPOE_SESSION => pppoe(layer),
        BRIDGED_ETHERNET => Ok(Next::Ethernet),
        tag if is_vlan(tag) => {
            let tag = layer.array::<4>(Header::Vlan)?;
            Ok(Next::EtherType(u16::from_be_bytes([tag[2], tag[3]])))
        }
        _ => Ok(Next::Other),
    }
}

/// Addresses, then an `EtherType`, or a length (up to 1500) and LLC.
pub(super) fn ethernet(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let head = layer.array::<14>(Header::Ethernet)?;
    let kind = u16::from_be_bytes([head[12], head[13]]);
    if kind > 1500 {
        return Ok(Next::EtherType(kind));
    }
    layer.shrink(u32::from(kind));
    if layer.wire() < 8 {
        return Ok(Next::Other);
    }
    let [0xAA, 0xAA, 3, 0, 0, 0, kind @ ..] = layer.array::<8>(Header::Ethernet)? else {
        return Ok(Next::Other);
    };
    Ok(Next::EtherType(u16::from_be_bytes(*kind)))
}

/// One label stack entry. The protocol below the last one is told by its first four bits (RFC 4385, 4).
pub(super) fn mpls(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let label = layer.array::<4>(Header::Mpls)?;
    if label[2] & 1 == 0 {
        return Ok(Next::Mpls);
    }
    match layer.nibble(Header::Mpls)? {
        4 | 6 => Ok(Next::Ip),
        0 => {
            layer.skip(4, Header::Mpls)?;
            Ok(Next::Ethernet)
        }
        _ => Ok(Next::Other),
    }
}

/// Version and type 1, code 0 for a session, session id, length; then PPP.
fn pppoe(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let head = layer.array::<6>(Header::Pppoe)?;
    if head[0] != 0x11 || head[1] != 0 {
        return Ok(Next::Other);
    }
    layer.shrink(u32::from(u16::from_be_bytes([head[4], head[5]])));
    Ok(Next::Ppp)
}

/// The protocol field, of 2 bytes or compressed to 1 (RFC 1661, 6.5), with or without the address and control
/// bytes of RFC 1662.
pub(super) fn ppp(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    // No protocol begins with 0xFF, so that these can be told (RFC 1661, 2).
    if layer.bytes().first() == Some(&0xFF) {
        layer.skip(2, Header::Ppp)?;
    }
    let first = layer.array::<1>(Header::Ppp)?[0];
    let protocol = if first & 1 == 1 {
        u16::from(first)
    } else {
        u16::from_be_bytes([first, layer.array::<1>(Header::Ppp)?[0]])
    };
    Ok(match protocol {
        0x0021 | 0x0057 => Next::Ip,
        0x0281 | 0x0283 => Next::Mpls,
        _ => Next::Other,
    })
}

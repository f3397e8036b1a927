//! Tunnels: GRE (with ERSPAN), and over UDP VXLAN, Geneve and GTP-U.
//!
//! Takes the layer at a GRE or UDP header. Steps over the tunnel's headers and gives what is inside. UDP tunnels are
//! told by their registered destination port and then by their header; what does not look like one is other
//! traffic, not an error. Does not read keys, network identifiers or sequence numbers, and follows neither PPTP
//! (GRE version 1) nor source-routed GRE. RFC 2784, RFC 2890, RFC 7348, RFC 8926, 3GPP TS 29.281 (5.1, 5.2);
//! ERSPAN: draft-foschiano-erspan.

use super::layer::Layer;
use super::segment::{Header, Reason};
use super::walk::Next;

/// What a UDP datagram carries.
pub(super) fn udp(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let head = layer.array::<8>(Header::Udp)?;
    let port = u16::from_be_bytes([head[2], head[3]]);
    if let Some(len) = u16::from_be_bytes([head[4], head[5]]).checked_sub(8) {
        layer.shrink(u32::from(len));
    }
    match port {
        // 8472 is what Linux used before a port was assigned.
        4789 | 8472 if layer.wire() >= 8 => vxlan(layer),
        6081 if layer.wire() >= 8 => geneve(layer),
        2152 if layer.wire() >= 8 => gtp(layer),
        _ => Ok(Next::Other),
    }
}

/// Flags with the I bit set, 24 bits reserved, network identifier 24, reserved 8.
fn vxlan(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let head = layer.array::<8>(Header::Vxlan)?;
    Ok(if head[0] & 0x08 != 0 { Next::Ethernet } else { Next::Other })
}

/// Version 2 bits, option length 6 in words, flags 8, protocol 16, network identifier 24, reserved 8, options.
fn geneve(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let head = layer.array::<8>(Header::Geneve)?;
    let options = usize::from(head[0] & 0x3F) * 4;
    if head[0] >> 6 != 0 || options as u64 > u64::from(layer.wire()) {
        return Ok(Next::Other);
    }
    layer.skip(options, Header::Geneve)?;
    Ok(Next::EtherType(u16::from_be_bytes([head[2], head[3]])))
}

/// Version 3 bits, protocol type, spare, E, S, PN; message type; length; tunnel endpoint; then, if any of E, S and PN
/// is set, sequence 2, N-PDU 1, next extension 1, and extension headers of 4-byte units that end with the next type.
fn gtp(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let head = layer.array::<8>(Header::Gtp)?;
    if head[0] & 0xF0 != 0x30 || head[1] != 255 {
        return Ok(Next::Other);
    }
    layer.shrink(u32::from(u16::from_be_bytes([head[2], head[3]])));
    if head[0] & 0x07 != 0 {
        let mut next = layer.array::<4>(Header::Gtp)?[3];
        if head[0] & 0x04 == 0 {
            next = 0;
        }
        while next != 0 {
            let len = usize::from(layer.array::<1>(Header::Gtp)?[0]) * 4;
            // Length, content, next type; a length of 0 would not go on.
            let Some(content) = len.checked_sub(2) else { return Ok(Next::Other) };
            layer.skip(content, Header::Gtp)?;
            next = layer.array::<1>(Header::Gtp)?[0];
        }
    }
    if layer.wire() == 0 {
        return Ok(Next::Other);
    }
    match layer.nibble(Header::Gtp)? {
        4 | 6 => Ok(Next::Ip),
        _ => Ok(Next::Other),
    }
}

const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;

/// Flags and version 16, protocol 16, then 4 bytes each for checksum, key and sequence number where flagged.
pub(super) fn gre(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let head = layer.array::<4>(Header::Gre)?;
    let flags = u16::from_be_bytes([head[0], head[1]]);
    if flags & 7 != 0 || flags & ROUTING != 0 {
        return Ok(Next::Other);
    }
    for flag in [CHECKSUM, KEY, SEQUENCE] {
        if flags & flag != 0 {
            layer.skip(4, Header::Gre)?;
        }
    }
    match u16::from_be_bytes([head[2], head[3]]) {
        // ERSPAN type II has a header and numbers its packets; type I does neither.
        0x88BE if flags & SEQUENCE != 0 => {
            layer.skip(8, Header::Erspan)?;
            Ok(Next::Ethernet)
        }
        0x88BE => Ok(Next::Ethernet),
        0x22EB => erspan3(layer),
        kind => Ok(Next::EtherType(kind)),
    }
}

/// ERSPAN type III: 12 bytes, which end with the frame type (bits 14..10) and the flag (bit 0) of a subheader of 8.
fn erspan3(layer: &mut Layer<'_>) -> Result<Next, Reason> {
    let head = layer.array::<12>(Header::Erspan)?;
    let last = u16::from_be_bytes([head[10], head[11]]);
    if last & 1 != 0 {
        layer.skip(8, Header::Erspan)?;
    }
    Ok(match last >> 10 & 0x1F {
        0 => Next::Ethernet,
        2 => Next::Ip,
        _ => Next::Other,
    })
}

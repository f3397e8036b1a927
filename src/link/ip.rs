//! IPv4 and IPv6 headers, IPv6 extension headers, jumbograms, the authentication header.
//!
//! Takes the layer at an IP header. Cuts it to the length IP states, which is what keeps padding and trailers out
//! of the payload, and gives the protocol that follows, or the fragment. The headers are sliced by etherparse; its
//! whole-packet slices are not used, since they read the payload of a later fragment as extension headers, do not
//! know jumbograms, and forget how much the snap length cut.
//!
//! Looks at the checksum of an IPv4 header only where it promises more than the frame had; does not follow
//! source routes: the addresses are those of the header. RFC 791, RFC 8200, RFC 2675, RFC 4302, RFC 6864, RFC 6946.

use etherparse::err::{ip_auth, ipv4, ipv6};
use etherparse::{
    IpAuthHeaderSlice, IpNumber, Ipv4HeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice,
    Ipv6RawExtHeaderSlice,
};

use crate::base::endpoint::Endpoint;

use super::layer::Layer;
use super::segment::{Header, Reason};
use super::walk::Next;

pub(super) const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
pub(super) const IPV4_INSIDE: u8 = 4;
pub(super) const IPV6_INSIDE: u8 = 41;
pub(super) const GRE: u8 = 47;
pub(super) const FRAGMENT: u8 = 44;
pub(super) const AUTH: u8 = 51;
const HOP_BY_HOP: u8 = 0;

/// The IP header next to what is being read, with its extensions.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct IpHead {
    /// Source, as in [`Endpoint`].
    pub(super) src: u128,
    /// Destination.
    pub(super) dst: u128,
    /// Length of the header, its options and extension headers; of all fragments.
    pub(super) bytes: u32,
    /// IPv4 identification.
    pub(super) id: Option<u16>,
    /// The length was taken from the frame.
    pub(super) length_unknown: bool,
    /// Version 6.
    pub(super) v6: bool,
}

/// Where in its datagram a fragment belongs.
#[derive(Copy, Clone, Debug)]
pub(super) struct Place {
    /// Identification: 16 bits in IPv4, 32 in IPv6.
    pub(super) id: u32,
    /// Offset in bytes.
    pub(super) offset: u32,
    /// More fragments follow.
    pub(super) more: bool,
}

/// Reads an IP header of either version.
pub(super) fn header(layer: &mut Layer<'_>, ip: &mut IpHead) -> Result<Next, Reason> {
    match layer.nibble(Header::Ip)? {
        4 => v4(layer, ip),
        6 => v6(layer, ip),
        other => Err(Reason::IpVersion(other)),
    }
}

fn v4(layer: &mut Layer<'_>, ip: &mut IpHead) -> Result<Next, Reason> {
    let head = Ipv4HeaderSlice::from_slice(layer.bytes()).map_err(|e| v4_reason(&e, layer))?;
    let bytes = u32::from(head.ihl()) * 4;
    let stated = u32::from(head.total_len());
    let (len, length_unknown) = match stated {
        0 => (layer.wire(), true),
        _ if wrapped(stated, layer.wire()) => (layer.wire(), true),
        // More than the frame had: cut on its way here, or a damaged header.
        _ if stated > layer.wire() && !checksum_ok(head) => (layer.wire(), true),
        _ => (stated, false),
    };
    if len < bytes {
        return Err(Reason::IpLength(len));
    }
    layer.bound(len);
    layer.skip(head.slice().len(), Header::Ipv4)?;
    *ip = IpHead {
        src: Endpoint::v4(head.source(), 0).ip(),
        dst: Endpoint::v4(head.destination(), 0).ip(),
        bytes,
        id: Some(head.identification()),
        length_unknown,
        v6: false,
    };
    let protocol = head.protocol().0;
    Ok(if head.is_fragmenting_payload() {
        let offset = u32::from(head.fragments_offset().value()) * 8;
        let id = u32::from(head.identification());
        Next::Fragment(protocol, Place { id, offset, more: head.more_fragments() })
    } else {
        Next::Protocol(protocol)
    })
}

fn v6(layer: &mut Layer<'_>, ip: &mut IpHead) -> Result<Next, Reason> {
    let head = Ipv6HeaderSlice::from_slice(layer.bytes()).map_err(|e| v6_reason(&e, layer))?;
    layer.skip(head.slice().len(), Header::Ipv6)?;
    let stated = u32::from(head.payload_length());
    let protocol = head.next_header().0;
    let (len, length_unknown) = match stated {
        0 => match jumbo_len(protocol, layer) {
            Some(len) => (len, false),
            None => (layer.wire(), layer.wire() != 0),
        },
        _ if wrapped(stated, layer.wire()) => (layer.wire(), true),
        _ => (stated, false),
    };
    layer.bound(len);
    *ip = IpHead {
        src: u128::from_be_bytes(head.source()),
        dst: u128::from_be_bytes(head.destination()),
        bytes: 40,
        id: None,
        length_unknown,
        v6: true,
    };
    Ok(Next::Protocol(protocol))
}

/// Only asked where the stated length is in doubt.
fn checksum_ok(head: Ipv4HeaderSlice<'_>) -> bool {
    head.to_header().calc_header_checksum() == head.header_checksum()
}

/// A packet of more than 65535 bytes whose length field holds what fits in 16 bits, as some capture writers leave it.
const fn wrapped(stated: u32, wire: u32) -> bool {
    wire > 0xFFFF && wire & 0xFFFF == stated
}

/// The jumbo payload option (RFC 2675, 2) of the hop-by-hop header that `layer` starts with. A length beyond the
/// frame is not believed.
fn jumbo_len(protocol: u8, layer: &Layer<'_>) -> Option<u32> {
    if protocol != HOP_BY_HOP {
        return None;
    }
    let head = Ipv6RawExtHeaderSlice::from_slice(layer.bytes()).ok()?;
    let mut rest = head.payload();
    loop {
        rest = match rest {
            [0xC2, 4, a, b, c, d, ..] => {
                let len = u32::from_be_bytes([*a, *b, *c, *d]);
                return (len <= layer.wire()).then_some(len);
            }
            [0, after @ ..] => after,
            [_, len, after @ ..] => after.get(usize::from(*len)..)?,
            _ => return None,
        }
    }
}

/// Reads an extension header, if `protocol` is one, and says what follows it.
pub(super) fn extension(protocol: u8, layer: &mut Layer<'_>, ip: &mut IpHead) -> Result<Next, Reason> {
    let before = layer.wire();
    let next = match protocol {
        AUTH => {
            let head = IpAuthHeaderSlice::from_slice(layer.bytes()).map_err(|e| auth_reason(&e, layer))?;
            layer.skip(head.slice().len(), Header::Auth)?;
            Next::Protocol(head.next_header().0)
        }
        FRAGMENT if ip.v6 => {
            let head = Ipv6FragmentHeaderSlice::from_slice(layer.bytes())
                .map_err(|e| layer.lacks(e.required_len, Header::Ipv6Extension))?;
            layer.skip(head.slice().len(), Header::Ipv6Extension)?;
            let offset = u32::from(head.fragment_offset().value()) * 8;
            let place = Place { id: head.identification(), offset, more: head.more_fragments() };
            if head.is_fragmenting_payload() {
                Next::Fragment(head.next_header().0, place)
            } else {
                Next::Protocol(head.next_header().0)
            }
        }
        other if is_raw_extension(other) && ip.v6 => {
            let head = Ipv6RawExtHeaderSlice::from_slice(layer.bytes())
                .map_err(|e| layer.lacks(e.required_len, Header::Ipv6Extension))?;
            layer.skip(head.slice().len(), Header::Ipv6Extension)?;
            Next::Protocol(head.next_header().0)
        }
        _ => Next::Other,
    };
    ip.bytes = ip.bytes.saturating_add(before.saturating_sub(layer.wire()));
    Ok(next)
}

/// Whether a datagram of this protocol may hold TCP, so that its fragments are worth keeping.
pub(super) fn may_hold_tcp(protocol: u8, v6: bool) -> bool {
    matches!(protocol, TCP | UDP | IPV4_INSIDE | IPV6_INSIDE | GRE | AUTH) || v6 && is_raw_extension(protocol)
}

/// Hop-by-hop, routing, destination options, mobility, host identity, shim6: next header, length, data.
fn is_raw_extension(protocol: u8) -> bool {
    Ipv6RawExtHeaderSlice::header_type_supported(IpNumber(protocol))
}

fn v4_reason(error: &ipv4::HeaderSliceError, layer: &Layer<'_>) -> Reason {
    match error {
        ipv4::HeaderSliceError::Len(e) => layer.lacks(e.required_len, Header::Ipv4),
        ipv4::HeaderSliceError::Content(ipv4::HeaderError::UnexpectedVersion { version_number }) => {
            Reason::IpVersion(*version_number)
        }
        ipv4::HeaderSliceError::Content(ipv4::HeaderError::HeaderLengthSmallerThanHeader { ihl }) => {
            Reason::IpHeaderLength(*ihl)
        }
    }
}

fn v6_reason(error: &ipv6::HeaderSliceError, layer: &Layer<'_>) -> Reason {
    match error {
        ipv6::HeaderSliceError::Len(e) => layer.lacks(e.required_len, Header::Ipv6),
        ipv6::HeaderSliceError::Content(ipv6::HeaderError::UnexpectedVersion { version_number }) => {
            Reason::IpVersion(*version_number)
        }
    }
}

fn auth_reason(error: &ip_auth::HeaderSliceError, layer: &Layer<'_>) -> Reason {
    match error {
        ip_auth::HeaderSliceError::Len(e) => layer.lacks(e.required_len, Header::Auth),
        ip_auth::HeaderSliceError::Content(_) => Reason::AuthLength,
    }
}

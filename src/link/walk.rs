//! Goes from header to header until TCP, a fragment, or the end of what is understood.
//!
//! Takes a buffer (a frame, or the payload of a reassembled datagram) and the header it starts with. Gives a segment,
//! a fragment for the pool, or the reason for stopping. Holds no state between packets. The number of headers is
//! bounded, also across reassembled datagrams that hold fragments themselves.

use super::checksum;
use super::datalink;
use super::ether;
use super::fragment::{Datagram, Fragment, Key};
use super::ip::{self, IpHead, Place};
use super::layer::Layer;
use super::plain;
use super::segment::{Decoded, Reason};
use super::tcp::{Found, Frames};
use super::tunnel;

/// Headers that are followed in one packet: many times what tunnels in tunnels need.
const MAX_HEADERS: u8 = 32;

/// The header that the layer starts with.
#[derive(Copy, Clone, Debug)]
pub(super) enum Next {
    /// Ethernet addresses and type.
    Ethernet,
    /// What this type announces.
    EtherType(u16),
    /// An MPLS label.
    Mpls,
    /// A PPP protocol field.
    Ppp,
    /// An IP header of either version.
    Ip,
    /// The header of this IP protocol.
    Protocol(u8),
    /// A piece of a datagram of this protocol.
    Fragment(u8, Place),
    /// Something that holds no TCP.
    Other,
}

/// Where a walk ended.
pub(super) enum End<'a> {
    Fragment(Fragment<'a>),
    Known(Decoded<'a>),
}

/// One buffer on its way.
pub(super) struct Walk<'a> {
    layer: Layer<'a>,
    frames: Frames,
    ip: IpHead,
    headers: u8,
    how: How,
    /// The checksum of an IPv4 header was wrong.
    damaged: bool,
}

/// What is done besides reading the headers.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// The short way is tried at each IP header.
    Short,
    /// Nothing.
    #[cfg(test)]
    Long,
    /// Checksums are verified.
    Verify,
}

impl<'a> Walk<'a> {
    /// Reads a captured frame.
    pub(super) fn frame(link: u32, mut layer: Layer<'a>, how: How) -> End<'a> {
        let frames = Frames::one(layer.wire());
        match datalink::start(link, &mut layer) {
            Ok(next) => {
                Self { layer, frames, ip: IpHead::default(), headers: 0, how, damaged: false }.run(next)
            }
            Err(reason) => End::Known(Decoded::Undecodable(reason)),
        }
    }

    /// Reads the payload of a reassembled datagram.
    pub(super) fn datagram(whole: &'a Datagram, how: How) -> End<'a> {
        let layer = Layer::new(&whole.bytes, whole.len);
        let Datagram { frames, ip, headers, .. } = *whole;
        Self { layer, frames, ip, headers, how, damaged: false }.run(Next::Protocol(whole.protocol))
    }

    fn run(mut self, mut next: Next) -> End<'a> {
        loop {
            if self.headers == MAX_HEADERS {
                return End::Known(Decoded::Undecodable(Reason::TooManyHeaders));
            }
            self.headers += 1;
            match next {
                Next::Ip if self.how == How::Short && self.frames.hold(&self.layer) => {
                    let segment = plain::ip(self.layer.bytes(), self.layer.wire(), self.frames.wire);
                    if let Some(segment) = segment {
                        return End::Known(Decoded::Tcp(segment));
                    }
                }
                Next::Protocol(ip::TCP) => {
                    let Self { layer, ip, frames, how, damaged, .. } = self;
                    let found = Found { layer, ip, frames };
                    let verify = how == How::Verify;
                    return End::Known(if verify { found.read_verified(damaged) } else { found.read() });
                }
                Next::Fragment(protocol, place) => return self.fragment(protocol, place),
                Next::Other => return End::Known(Decoded::Other),
                _ => {}
            }
            next = match self.step(next) {
                Ok(next) => next,
                Err(reason) => return End::Known(Decoded::Undecodable(reason)),
            };
        }
    }

    /// Steps over one header.
    fn step(&mut self, next: Next) -> Result<Next, Reason> {
        let layer = &mut self.layer;
        match next {
            Next::Ethernet => ether::ethernet(layer),
            Next::EtherType(kind) => ether::ether_type(kind, layer),
            Next::Mpls => ether::mpls(layer),
            Next::Ppp => ether::ppp(layer),
            Next::Ip | Next::Protocol(ip::IPV4_INSIDE | ip::IPV6_INSIDE) => {
                self.damaged |= self.how == How::Verify && checksum::is_damaged_ipv4(layer.bytes());
                ip::header(layer, &mut self.ip)
            }
            Next::Protocol(ip::UDP) => tunnel::udp(layer),
            Next::Protocol(ip::GRE) => tunnel::gre(layer),
            Next::Protocol(other) => ip::extension(other, layer, &mut self.ip),
            Next::Fragment(..) | Next::Other => Ok(Next::Other),
        }
    }

    fn fragment(self, protocol: u8, place: Place) -> End<'a> {
        if !ip::may_hold_tcp(protocol, self.ip.v6) {
            return End::Known(Decoded::Other);
        }
        let IpHead { src, dst, v6, .. } = self.ip;
        // In IPv6 the protocol is no part of a datagram's identity (RFC 8200, 4.5).
        let kind = if v6 { ip::FRAGMENT } else { protocol };
        End::Fragment(Fragment {
            key: Key { src, dst, id: place.id, kind },
            protocol,
            offset: place.offset,
            more: place.more,
            bytes: self.layer.bytes(),
            len: self.layer.wire(),
            ip: self.ip,
            frames: self.frames.reach(&self.layer),
            headers: self.headers,
        })
    }
}

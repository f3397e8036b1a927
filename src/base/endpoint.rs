//! An address and port, in a form that is cheap to compare and hash.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// An IP address and TCP port. IPv4 addresses are held as IPv4-mapped IPv6 ones (RFC 4291, 2.5.5.2).
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Endpoint {
    /// The address as a number in network order; in two halves, which leave no room unused in front of the port.
    ip: (u64, u64),
    /// The TCP port.
    pub(crate) port: u16,
}

const MAPPED: u128 = 0xFFFF << 32;

impl Endpoint {
    /// An IPv4 endpoint.
    pub(crate) const fn v4(ip: [u8; 4], port: u16) -> Self {
        Self::from_bits(MAPPED | u32::from_be_bytes(ip) as u128, port)
    }

    /// An IPv6 endpoint.
    pub(crate) const fn v6(ip: [u8; 16], port: u16) -> Self {
        Self::from_bits(u128::from_be_bytes(ip), port)
    }

    /// An endpoint by its address as a number.
    #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
    pub(crate) const fn from_bits(ip: u128, port: u16) -> Self {
        Self { ip: ((ip >> 64) as u64, ip as u64), port }
    }

    /// The address as a number in network order.
    pub(crate) const fn ip(self) -> u128 {
        (self.ip.0 as u128) << 64 | self.ip.1 as u128
    }

    /// The same as the standard library's type.
    pub(crate) fn socket_addr(self) -> SocketAddr {
        let v6 = Ipv6Addr::from_bits(self.ip());
        match v6.to_ipv4_mapped() {
            Some(v4) => SocketAddr::from((v4, self.port)),
            None => SocketAddr::from((v6, self.port)),
        }
    }
}

impl From<SocketAddr> for Endpoint {
    fn from(addr: SocketAddr) -> Self {
        match addr {
            SocketAddr::V4(a) => Self::v4(Ipv4Addr::octets(a.ip()), a.port()),
            SocketAddr::V6(a) => Self::v6(Ipv6Addr::octets(a.ip()), a.port()),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket_addr().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_both_families() {
        assert_eq!(Endpoint::v4([127, 0, 0, 1], 1935).to_string(), "127.0.0.1:1935");
        let one = Endpoint::from("[::1]:80".parse::<SocketAddr>().unwrap());
        assert_eq!(one.to_string(), "[::1]:80");
    }
}

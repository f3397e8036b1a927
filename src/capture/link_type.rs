//! Link types: what the first byte of a packet is.
//!
//! Takes and gives the number of the capture file. It decodes nothing; a number without a name is kept as it came.
//! Numbers: <https://www.tcpdump.org/linktypes.html>.

use std::fmt;

/// A link-layer header type, as numbered by the LINKTYPE registry.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LinkType(pub(crate) u32);

impl LinkType {
    /// BSD loopback: a protocol family in the byte order of the capturing host.
    pub(crate) const NULL: Self = Self(0);
    /// Ethernet.
    pub(crate) const ETHERNET: Self = Self(1);
    /// PPP, perhaps with HDLC-like framing.
    pub(crate) const PPP: Self = Self(9);
    /// Raw IP, by its `DLT_RAW` value on most systems.
    pub(crate) const RAW_DLT12: Self = Self(12);
    /// Raw IP, by its `DLT_RAW` value on OpenBSD.
    pub(crate) const RAW_DLT14: Self = Self(14);
    /// PPP in HDLC-like framing.
    pub(crate) const PPP_HDLC: Self = Self(50);
    /// `PPPoE` session packets without the Ethernet header.
    pub(crate) const PPP_ETHER: Self = Self(51);
    /// Raw IP, version 4 or 6 by its first nibble.
    pub(crate) const RAW: Self = Self(101);
    /// OpenBSD loopback: a protocol family in network order.
    pub(crate) const LOOP: Self = Self(108);
    /// Linux cooked capture.
    pub(crate) const LINUX_SLL: Self = Self(113);
    /// PPP with a direction byte in front.
    pub(crate) const PPP_PPPD: Self = Self(166);
    /// Raw IPv4.
    pub(crate) const IPV4: Self = Self(228);
    /// Raw IPv6.
    pub(crate) const IPV6: Self = Self(229);
    /// Linux cooked capture, version 2.
    pub(crate) const LINUX_SLL2: Self = Self(276);

    /// The registry's name, where this program knows it.
    pub(crate) const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::NULL => "NULL",
            Self::ETHERNET => "ETHERNET",
            Self::PPP => "PPP",
            Self::RAW | Self::RAW_DLT12 | Self::RAW_DLT14 => "RAW",
            Self::PPP_HDLC => "PPP_HDLC",
            Self::PPP_ETHER => "PPP_ETHER",
            Self::LOOP => "LOOP",
            Self::LINUX_SLL => "LINUX_SLL",
            Self::PPP_PPPD => "PPP_PPPD",
            Self::IPV4 => "IPV4",
            Self::IPV6 => "IPV6",
            Self::LINUX_SLL2 => "LINUX_SLL2",
            _ => return None,
        })
    }
}

impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.0),
            None => write!(f, "link type {}", self.0),
        }
    }
}

impl fmt::Debug for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkType({})", self.0)
    }
}

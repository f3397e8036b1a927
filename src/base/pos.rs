//! Positions: which packet, which direction, which bytes of the stream.
//!
//! Every event and finding carries these, so that a reader with the capture open elsewhere can find the place.

use super::time::CaptureTime;

/// Direction of a byte stream within one connection.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Dir {
    /// From the side that opened the connection.
    ClientToServer,
    /// From the side that accepted it.
    ServerToClient,
}

impl Dir {
    /// Both directions, client first.
    pub(crate) const BOTH: [Self; 2] = [Self::ClientToServer, Self::ServerToClient];

    /// The other direction.
    pub(crate) const fn opposite(self) -> Self {
        match self {
            Self::ClientToServer => Self::ServerToClient,
            Self::ServerToClient => Self::ClientToServer,
        }
    }

    /// The name used in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ClientToServer => "client_to_server",
            Self::ServerToClient => "server_to_client",
        }
    }
}

/// One value for each direction.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PerDir<T> {
    /// Client to server.
    pub(crate) c2s: T,
    /// Server to client.
    pub(crate) s2c: T,
}

impl<T> PerDir<T> {
    /// The value of one direction.
    pub(crate) const fn get(&self, dir: Dir) -> &T {
        match dir {
            Dir::ClientToServer => &self.c2s,
            Dir::ServerToClient => &self.s2c,
        }
    }

    /// The values of one direction and of the other one, to change them.
    pub(crate) const fn pair_mut(&mut self, dir: Dir) -> (&mut T, &mut T) {
        match dir {
            Dir::ClientToServer => (&mut self.c2s, &mut self.s2c),
            Dir::ServerToClient => (&mut self.s2c, &mut self.c2s),
        }
    }

    /// The value of one direction, to change it.
    pub(crate) const fn get_mut(&mut self, dir: Dir) -> &mut T {
        match dir {
            Dir::ClientToServer => &mut self.c2s,
            Dir::ServerToClient => &mut self.s2c,
        }
    }
}

/// A packet of the capture: its number as Wireshark shows it (from 1), its time, and what its sender had received.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PacketRef {
    /// Number in the capture, from 1.
    pub(crate) no: u64,
    /// Capture time.
    pub(crate) ts: CaptureTime,
    /// Bytes of the other direction's stream that its sender had acknowledged by then: what lies beyond it had not
    /// received, or not yet. Capture order does not tell that: next to one peer, the bytes of the other are seen half
    /// a round trip late.
    pub(crate) acked: u64,
}

/// Half-open byte range of one direction's stream, and the packets that carried its ends.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// Stream offset of the first byte; the byte after the SYN is 0.
    pub(crate) start: u64,
    /// Stream offset just after the last byte.
    pub(crate) end: u64,
    /// Packet that brought the first byte.
    pub(crate) first: PacketRef,
    /// Packet with which the last byte was in order.
    pub(crate) last: PacketRef,
}

//! TCP packets as plain data, and the settings of a connection and its path. `sim` makes the packets.

use std::net::SocketAddr;

use super::talk::{Close, Write};
use super::{Dir, MS, Ns, S, sim};

pub const FIN: u8 = 0x01;
pub const SYN: u8 = 0x02;
pub const RST: u8 = 0x04;
pub const PSH: u8 = 0x08;
pub const ACK: u8 = 0x10;

/// The two ends of a connection.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flow {
    pub client: SocketAddr,
    pub server: SocketAddr,
}

impl Default for Flow {
    fn default() -> Self {
        Self { client: ([192, 0, 2, 1], 51_234).into(), server: ([192, 0, 2, 10], 1935).into() }
    }
}

impl Flow {
    /// The same ports on IPv6 documentation addresses.
    pub fn v6() -> Self {
        Self {
            client: ([0x2001, 0xDB8, 0, 0, 0, 0, 0, 1], 51_234).into(),
            server: ([0x2001, 0xDB8, 0, 0, 0, 0, 0, 0x10], 1935).into(),
        }
    }

    /// The default flow from another client port.
    pub fn port(port: u16) -> Self {
        Self { client: ([192, 0, 2, 1], port).into(), ..Self::default() }
    }

    /// Source and destination of a packet in `dir`.
    pub fn ends(&self, dir: Dir) -> (SocketAddr, SocketAddr) {
        match dir {
            Dir::Up => (self.client, self.server),
            Dir::Down => (self.server, self.client),
        }
    }
}

/// One TCP segment, before any header is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// At the capture point, since 1970.
    pub time: Ns,
    pub flow: Flow,
    pub dir: Dir,
    pub seq: u32,
    pub ack: u32,
    pub flags: u8,
    /// The header's field, not scaled.
    pub window: u16,
    /// Whole options area, a multiple of four bytes.
    pub options: Vec<u8>,
    /// IPv4 identification; also names the fragments of IPv6.
    pub ip_id: u16,
    pub payload: Vec<u8>,
}

impl Packet {
    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Sequence number after this packet.
    pub fn end(&self) -> u32 {
        let virtual_bytes = u32::from(self.has(SYN)) + u32::from(self.has(FIN));
        self.seq.wrapping_add(self.payload.len() as u32).wrapping_add(virtual_bytes)
    }
}

/// Where the capture is taken.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Tap {
    Client,
    Server,
}

/// A connection and its path.
#[derive(Clone, Debug)]
pub struct Tcp {
    pub flow: Flow,
    /// Time of the SYN, since 1970.
    pub start: Ns,
    /// Initial sequence numbers, up and down.
    pub isn: [u32; 2],
    /// First IPv4 identification, up and down.
    pub ip_id: [u16; 2],
    /// Maximum segment size announced by both; the timestamps option takes its 12 bytes from it.
    pub mss: u16,
    pub window_scale: Option<u8>,
    pub timestamps: bool,
    /// Receive buffer of both sides, bytes.
    pub window: u32,
    pub rtt: Ns,
    /// Payload bits per second of the link, up and down; a slower link delivers late.
    pub rate: [Option<u64>; 2],
    pub tap: Tap,
    /// The client's first bytes travel in the SYN.
    pub fast_open: bool,
}

impl Default for Tcp {
    fn default() -> Self {
        Self {
            flow: Flow::default(),
            start: 1_767_225_600 * S, // 2026-01-01
            isn: [0x1000_0000, 0x5000_0000],
            ip_id: [0x1000, 0x9000],
            mss: 1_460,
            window_scale: Some(7),
            timestamps: true,
            window: 1 << 18,
            rtt: 2 * MS,
            rate: [None, None],
            tap: Tap::Server,
            fast_open: false,
        }
    }
}

impl Tcp {
    /// The packets that carry `writes`, in the order the capture point sees them.
    pub fn packets(&self, writes: &[Write], close: Close, closed_at: Ns) -> Vec<Packet> {
        sim::run(self, writes, close, closed_at)
    }

    /// Payload bytes of a full segment.
    pub fn segment(&self) -> usize {
        usize::from(self.mss) - if self.timestamps { 12 } else { 0 }
    }

    /// The options of a SYN: segment size, SACK permitted, timestamps, window scale.
    pub fn syn_options(&self, value: u32, echo: u32) -> Vec<u8> {
        let mut out = vec![2, 4];
        out.extend(self.mss.to_be_bytes());
        if self.timestamps {
            out.extend([4, 2, 8, 10]);
            out.extend(value.to_be_bytes());
            out.extend(echo.to_be_bytes());
        } else {
            out.extend([1, 1, 4, 2]);
        }
        if let Some(shift) = self.window_scale {
            out.extend([1, 3, 3, shift]);
        }
        out
    }

    /// The options of every other packet.
    pub fn options(&self, value: u32, echo: u32) -> Vec<u8> {
        let mut out = Vec::new();
        if self.timestamps {
            out.extend([1, 1, 8, 10]);
            out.extend(value.to_be_bytes());
            out.extend(echo.to_be_bytes());
        }
        out
    }
}

/// Several connections in one capture, by time.
pub fn merge(parts: &[Vec<Packet>]) -> Vec<Packet> {
    let mut all: Vec<Packet> = parts.iter().flatten().cloned().collect();
    all.sort_by_key(|p| p.time);
    all
}

/// The second connection after the first one's end, `gap` later: also for a port used again.
pub fn one_after_other(first: &[Packet], second: &[Packet], gap: Ns) -> Vec<Packet> {
    let mut all = first.to_vec();
    let start = first.last().map_or(0, |p| p.time + gap);
    let base = second.first().map_or(0, |p| p.time);
    all.extend(second.iter().cloned().map(|p| Packet { time: start + p.time - base, ..p }));
    all
}

/// The stream of one direction as far as the packets carry it, from the first packet's sequence number on; bytes no
/// packet brought are zero. Returns the sequence number of its first byte too. First bytes win.
pub fn stream(packets: &[Packet], dir: Dir) -> (u32, Vec<u8>) {
    let mut mine = packets.iter().filter(|p| p.dir == dir);
    let Some(first) = mine.clone().find(|p| p.has(SYN)).or_else(|| mine.next()) else {
        return (0, Vec::new());
    };
    let base = first.seq.wrapping_add(u32::from(first.has(SYN)));
    let (mut bytes, mut have) = (Vec::new(), Vec::new());
    for packet in packets.iter().filter(|p| p.dir == dir && !p.payload.is_empty()) {
        let at = packet.seq.wrapping_add(u32::from(packet.has(SYN))).wrapping_sub(base).cast_signed();
        for (i, byte) in packet.payload.iter().enumerate() {
            let Ok(at) = usize::try_from(i64::from(at) + i.cast_signed() as i64) else { continue };
            if bytes.len() <= at {
                bytes.resize(at + 1, 0);
                have.resize(at + 1, false);
            }
            if !have[at] {
                (bytes[at], have[at]) = (*byte, true);
            }
        }
    }
    (base, bytes)
}

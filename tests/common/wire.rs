//! IP packets to frames of any link type.

use super::ip::{Net, ethertype, packets};
use super::tcp::Packet;
use super::{Dir, Ns};

/// The link layer.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Link {
    #[default]
    Ethernet,
    /// 802.1Q with this id.
    Vlan(u16),
    /// 802.1ad with an outer and an inner id.
    QinQ(u16, u16),
    /// One label on Ethernet.
    Mpls(u32),
    /// A `PPPoE` session on Ethernet.
    Pppoe,
    /// Linux cooked capture.
    Sll,
    /// Linux cooked capture, version 2.
    Sll2,
    /// BSD loopback; family in the byte order of a little-endian host.
    NullLe,
    /// BSD loopback of a big-endian host.
    NullBe,
    /// OpenBSD loopback.
    Loop,
    /// IP without a link header.
    Raw,
}

/// What a capture file records of one packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub time: Ns,
    pub dir: Dir,
    pub bytes: Vec<u8>,
    /// Length on the wire; `bytes` may be cut.
    pub wire_len: usize,
}

/// What is added to the frames themselves.
#[derive(Copy, Clone, Debug, Default)]
pub struct Extra {
    /// Bytes behind the IP packet.
    pub trailer: usize,
    /// Frames under 60 bytes are padded.
    pub pad: bool,
    /// Bytes kept of each frame.
    pub snap: Option<usize>,
}

impl Link {
    /// The number in the file's header.
    pub fn number(self) -> u32 {
        match self {
            Self::NullLe | Self::NullBe => 0,
            Self::Raw => 101,
            Self::Loop => 108,
            Self::Sll => 113,
            Self::Sll2 => 276,
            _ => 1,
        }
    }

    /// One IP packet with this link's header.
    pub fn frame(self, dir: Dir, ip: &[u8]) -> Vec<u8> {
        let kind = ethertype(ip);
        let v6 = kind == 0x86DD;
        let put = |header: &[u8]| [header, ip].concat();
        match self {
            Self::Ethernet => ethernet(dir, &[], kind, ip),
            Self::Vlan(id) => ethernet(dir, &[(0x8100, id)], kind, ip),
            Self::QinQ(outer, inner) => ethernet(dir, &[(0x88A8, outer), (0x8100, inner)], kind, ip),
            Self::Mpls(label) => ethernet(dir, &[], 0x8847, &put(&(label << 12 | 0x100 | 64).to_be_bytes())),
            Self::Pppoe => {
                let protocol: u16 = if v6 { 0x57 } else { 0x21 };
                let mut body = vec![0x11, 0, 0, 7];
                body.extend((ip.len() as u16 + 2).to_be_bytes());
                body.extend(protocol.to_be_bytes());
                ethernet(dir, &[], 0x8864, &put(&body))
            }
            Self::Sll => {
                let mut header = vec![0, if dir == Dir::Up { 0 } else { 4 }, 0, 1, 0, 6];
                header.extend(mac(dir));
                header.extend([0, 0]);
                header.extend(kind.to_be_bytes());
                put(&header)
            }
            Self::Sll2 => {
                let mut header = kind.to_be_bytes().to_vec();
                header.extend([0, 0, 0, 0, 0, 2, 0, 1, if dir == Dir::Up { 0 } else { 4 }, 6]);
                header.extend(mac(dir));
                header.extend([0, 0]);
                put(&header)
            }
            Self::NullLe => put(&family(v6).to_le_bytes()),
            Self::NullBe | Self::Loop => put(&family(v6).to_be_bytes()),
            Self::Raw => ip.to_vec(),
        }
    }
}

/// All frames of `packets`. Fragments of one packet come a microsecond apart.
pub fn frames(list: &[Packet], link: Link, net: &Net, extra: Extra) -> Vec<Frame> {
    let mut out = Vec::with_capacity(list.len());
    for packet in list {
        for (i, ip) in packets(packet, net).iter().enumerate() {
            let mut bytes = link.frame(packet.dir, ip);
            if extra.pad && bytes.len() < 60 {
                bytes.resize(60, 0);
            }
            bytes.resize(bytes.len() + extra.trailer, 0xEE);
            let wire_len = bytes.len();
            bytes.truncate(extra.snap.unwrap_or(usize::MAX));
            out.push(Frame { time: packet.time + i as Ns * 1_000, dir: packet.dir, bytes, wire_len });
        }
    }
    out
}

/// An Ethernet frame with VLAN tags, outermost first.
pub fn ethernet(dir: Dir, tags: &[(u16, u16)], kind: u16, body: &[u8]) -> Vec<u8> {
    let mut out = mac(dir.back()).to_vec();
    out.extend(mac(dir));
    for (tpid, id) in tags {
        out.extend(tpid.to_be_bytes());
        out.extend(id.to_be_bytes());
    }
    out.extend(kind.to_be_bytes());
    out.extend(body);
    out
}

/// The address of the side that sends in `dir`.
fn mac(dir: Dir) -> [u8; 6] {
    [0x02, 0, 0, 0, 0, if dir == Dir::Up { 1 } else { 2 }]
}

/// Address families as Darwin numbers them.
fn family(v6: bool) -> u32 {
    if v6 { 30 } else { 2 }
}

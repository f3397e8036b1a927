//! TCP packets to IP packets: headers with valid checksums, fragments, tunnels.

use std::net::IpAddr;

use super::Rng;
use super::tcp::Packet;

/// What lies between TCP and the link.
#[derive(Clone, Debug, Default)]
pub struct Net {
    /// IP packets longer than this are fragmented.
    pub mtu: Option<usize>,
    pub fragments: FragmentOrder,
    pub tunnel: Tunnel,
    /// The length field is 0, as in captures before segmentation offload.
    pub zero_length: bool,
    /// The TCP checksum is wrong.
    pub bad_checksum: bool,
}

/// In which order the fragments of one packet come.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum FragmentOrder {
    #[default]
    Forward,
    Backward,
    /// By chance with this seed.
    Shuffled(u64),
}

/// What the IP packet travels in; the outer packet is IPv4.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Tunnel {
    #[default]
    None,
    /// A whole Ethernet frame in UDP 4789, with this network id.
    Vxlan(u32),
    Gre,
    /// UDP 2152 with this tunnel id.
    GtpU(u32),
}

/// The IP packets that carry `packet`.
pub fn packets(packet: &Packet, net: &Net) -> Vec<Vec<u8>> {
    let (source, target) = packet.flow.ends(packet.dir);
    let header = Ip { source: source.ip(), target: target.ip(), protocol: 6, id: packet.ip_id };
    let segment = segment(packet, net.bad_checksum);
    let mut out = match net.mtu {
        Some(mtu) if header.len() + segment.len() > mtu => header.fragments(&segment, mtu),
        _ => vec![header.packet(&segment, net.zero_length)],
    };
    match net.fragments {
        FragmentOrder::Forward => {}
        FragmentOrder::Backward => out.reverse(),
        FragmentOrder::Shuffled(seed) => {
            let mut rng = Rng::new(seed ^ u64::from(packet.ip_id));
            (1..out.len()).for_each(|i| out.swap(i, rng.below(i + 1)));
        }
    }
    out.iter().map(|inner| wrap(inner, net.tunnel, packet)).collect()
}

/// 4 or 6: the version an IP packet names.
pub fn ethertype(ip: &[u8]) -> u16 {
    if ip[0] >> 4 == 6 { 0x86DD } else { 0x0800 }
}

/// The Internet checksum of `parts`, each of even length but the last.
pub fn checksum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u64;
    for part in parts {
        for pair in part.chunks(2) {
            sum += u64::from(u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
        }
    }
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    !(sum as u16)
}

/// The fields of an IP header that differ.
#[derive(Copy, Clone)]
struct Ip {
    source: IpAddr,
    target: IpAddr,
    protocol: u8,
    id: u16,
}

impl Ip {
    fn len(&self) -> usize {
        if self.source.is_ipv4() { 20 } else { 40 }
    }

    fn packet(&self, payload: &[u8], zero_length: bool) -> Vec<u8> {
        // Not to be fragmented, as TCP asks for.
        self.with_offset(payload, 0x4000, zero_length)
    }

    fn with_offset(&self, payload: &[u8], offset: u16, zero_length: bool) -> Vec<u8> {
        let len = if zero_length { None } else { Some(payload.len()) };
        match (self.source, self.target) {
            (IpAddr::V4(source), IpAddr::V4(target)) => {
                let total = len.map_or(0, |n| 20 + n) as u16;
                let mut out = vec![0x45, 0];
                out.extend(total.to_be_bytes());
                out.extend(self.id.to_be_bytes());
                out.extend(offset.to_be_bytes());
                out.extend([64, self.protocol, 0, 0]);
                out.extend(source.octets());
                out.extend(target.octets());
                let sum = checksum(&[&out]);
                out[10..12].copy_from_slice(&sum.to_be_bytes());
                out.extend(payload);
                out
            }
            (IpAddr::V6(source), IpAddr::V6(target)) => {
                let mut out = vec![0x60, 0, 0, 0];
                out.extend((len.unwrap_or(0) as u16).to_be_bytes());
                out.extend([self.protocol, 64]);
                out.extend(source.octets());
                out.extend(target.octets());
                out.extend(payload);
                out
            }
            _ => panic!("both ends need the same IP version"),
        }
    }

    fn fragments(&self, payload: &[u8], mtu: usize) -> Vec<Vec<u8>> {
        let v6 = self.source.is_ipv6();
        let room = (mtu - self.len() - if v6 { 8 } else { 0 }) / 8 * 8;
        let count = payload.len().div_ceil(room);
        let parts = payload.chunks(room).enumerate().map(|(i, part)| {
            let more = u16::from(i + 1 < count);
            let eighths = (i * room / 8) as u16;
            if !v6 {
                return self.with_offset(part, eighths | more << 13, false);
            }
            let mut extension = vec![self.protocol, 0];
            extension.extend((eighths << 3 | more).to_be_bytes());
            extension.extend(u32::from(self.id).to_be_bytes());
            extension.extend(part);
            Self { protocol: 44, ..*self }.with_offset(&extension, 0, false)
        });
        parts.collect()
    }
}

fn segment(packet: &Packet, bad_checksum: bool) -> Vec<u8> {
    let (source, target) = packet.flow.ends(packet.dir);
    let mut out = Vec::with_capacity(60 + packet.payload.len());
    out.extend(source.port().to_be_bytes());
    out.extend(target.port().to_be_bytes());
    out.extend(packet.seq.to_be_bytes());
    out.extend(packet.ack.to_be_bytes());
    out.push(((20 + packet.options.len()) << 2) as u8);
    out.push(packet.flags);
    out.extend(packet.window.to_be_bytes());
    out.extend([0; 4]);
    out.extend(&packet.options);
    out.extend(&packet.payload);
    let mut pseudo = octets(source.ip());
    pseudo.extend(octets(target.ip()));
    pseudo.extend([0, 6]);
    let sum = checksum(&[
        &pseudo,
        &((out.len() >> 16) as u16).to_be_bytes(),
        &(out.len() as u16).to_be_bytes(),
        &out,
    ]);
    let sum = if bad_checksum { sum ^ 0x5555 } else { sum };
    out[16..18].copy_from_slice(&sum.to_be_bytes());
    out
}

fn octets(ip: IpAddr) -> Vec<u8> {
    match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    }
}

fn wrap(inner: &[u8], tunnel: Tunnel, packet: &Packet) -> Vec<u8> {
    let outer = |protocol: u8, payload: &[u8]| {
        let (a, b) = ([198, 51, 100, 1], [198, 51, 100, 2]);
        let (source, target) = if packet.dir.i() == 0 { (a, b) } else { (b, a) };
        let id = packet.ip_id.wrapping_add(0x3333);
        Ip { source: source.into(), target: target.into(), protocol, id }.packet(payload, false)
    };
    match tunnel {
        Tunnel::None => inner.to_vec(),
        Tunnel::Vxlan(vni) => {
            let mut body = vec![0x08, 0, 0, 0];
            body.extend((vni << 8).to_be_bytes());
            body.extend(super::wire::ethernet(packet.dir, &[], ethertype(inner), inner));
            outer(17, &udp(4789, &body))
        }
        Tunnel::Gre => {
            let mut body = vec![0, 0];
            body.extend(ethertype(inner).to_be_bytes());
            body.extend(inner);
            outer(47, &body)
        }
        Tunnel::GtpU(teid) => {
            let mut body = vec![0x30, 0xFF];
            body.extend((inner.len() as u16).to_be_bytes());
            body.extend(teid.to_be_bytes());
            body.extend(inner);
            outer(17, &udp(2152, &body))
        }
    }
}

/// UDP without a checksum, as IPv4 allows and tunnels do.
fn udp(port: u16, body: &[u8]) -> Vec<u8> {
    let source = if port == 2152 { port } else { 50_000 };
    let mut out = source.to_be_bytes().to_vec();
    out.extend(port.to_be_bytes());
    out.extend((8 + body.len() as u16).to_be_bytes());
    out.extend([0, 0]);
    out.extend(body);
    out
}

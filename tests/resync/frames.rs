//! A capture file as packets of TCP connections, and the file again with some of them left out.
//!
//! Reads pcap and pcapng of either byte order, gzip or not; what is no TCP over IP on Ethernet, Linux cooked, loopback
//! or raw IP links is kept and not understood.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use etherparse::{LaxNetSlice, LaxSlicedPacket, TransportSlice};

/// One direction of one connection: its number from 0, and 0 from the client, 1 from the server.
pub(crate) type Way = (usize, usize);

/// What a packet is to its connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub way: Way,
    /// Stream offset of its sequence number: 0 is the byte behind the SYN.
    pub start: i64,
    pub len: i64,
}

/// A stretch of the file: a packet's record, or something else.
struct Piece {
    bytes: Range<usize>,
    is_packet: bool,
}

/// A capture file.
pub(crate) struct File {
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
    /// Each packet of the file, in file order.
    pub packets: Vec<Option<Segment>>,
}

impl File {
    /// Reads a file.
    pub(crate) fn read(bytes: Vec<u8>) -> Self {
        let bytes = if bytes.starts_with(&[0x1F, 0x8B]) { gunzip(&bytes) } else { bytes };
        let mut file = Self { bytes, pieces: Vec::new(), packets: Vec::new() };
        let mut flows = Flows::default();
        let found = if file.bytes.starts_with(&[0x0A, 0x0D, 0x0D, 0x0A]) {
            pcapng(&file.bytes)
        } else {
            pcap(&file.bytes)
        };
        for (record, packet) in found {
            if let Some((link, data)) = &packet {
                file.packets.push(flows.segment(*link, &file.bytes[data.clone()]));
            }
            file.pieces.push(Piece { bytes: record, is_packet: packet.is_some() });
        }
        file
    }

    /// The file with those packets whose number (from 0) `keeps` likes.
    pub(crate) fn with(&self, keeps: impl Fn(usize) -> bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes.len());
        let mut number = 0;
        for piece in &self.pieces {
            if !piece.is_packet || keeps(number) {
                out.extend(&self.bytes[piece.bytes.clone()]);
            }
            number += usize::from(piece.is_packet);
        }
        out
    }

    /// The whole file.
    pub(crate) fn whole(&self) -> Vec<u8> {
        self.with(|_| true)
    }

    /// Numbers of the packets with payload.
    pub(crate) fn data(&self) -> Vec<usize> {
        let has_data = |n: &usize| self.packets[*n].is_some_and(|segment| segment.len > 0);
        (0..self.packets.len()).filter(has_data).collect()
    }

    /// The stream bytes that the chosen packets bring, as sorted stretches of each way.
    pub(crate) fn coverage(&self, keeps: impl Fn(usize) -> bool) -> BTreeMap<Way, Vec<Range<i64>>> {
        let mut found: BTreeMap<Way, Vec<Range<i64>>> = BTreeMap::new();
        for (number, segment) in self.packets.iter().enumerate() {
            if let Some(segment) = segment.filter(|s| s.len > 0 && keeps(number)) {
                let stretch = segment.start.max(0)..segment.start + segment.len;
                found.entry(segment.way).or_default().push(stretch);
            }
        }
        for stretches in found.values_mut() {
            stretches.sort_by_key(|stretch| stretch.start);
            let mut joined: Vec<Range<i64>> = Vec::new();
            for stretch in stretches.drain(..) {
                match joined.last_mut() {
                    Some(last) if last.end >= stretch.start => last.end = last.end.max(stretch.end),
                    _ => joined.push(stretch),
                }
            }
            *stretches = joined;
        }
        found
    }
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

/// A record, and for a packet its link type and frame.
type Found = (Range<usize>, Option<(u32, Range<usize>)>);

/// Numbers of a file in its byte order.
#[derive(Clone, Copy)]
struct Order {
    big: bool,
}

impl Order {
    fn u32(self, bytes: &[u8], at: usize) -> u32 {
        let four = bytes[at..at + 4].try_into().unwrap();
        if self.big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
    }

    fn u16(self, bytes: &[u8], at: usize) -> u16 {
        let two = bytes[at..at + 2].try_into().unwrap();
        if self.big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) }
    }
}

fn pcap(bytes: &[u8]) -> Vec<Found> {
    let order = Order { big: bytes[0] == 0xA1 };
    let link = order.u32(bytes, 20) & 0x0FFF_FFFF;
    let mut found = vec![(0..24, None)];
    let mut at = 24;
    while at + 16 <= bytes.len() {
        let data = at + 16..at + 16 + order.u32(bytes, at + 8) as usize;
        if data.end > bytes.len() {
            break;
        }
        found.push((at..data.end, Some((link, data.clone()))));
        at = data.end;
    }
    found
}

fn pcapng(bytes: &[u8]) -> Vec<Found> {
    let mut order = Order { big: false };
    let mut links = Vec::new();
    let mut found = Vec::new();
    let mut at = 0;
    while at + 12 <= bytes.len() {
        if bytes[at..].starts_with(&[0x0A, 0x0D, 0x0D, 0x0A]) {
            order = Order { big: bytes[at + 8] == 0x1A };
            links.clear();
        }
        let end = at + order.u32(bytes, at + 4) as usize;
        if end > bytes.len() || end < at + 12 {
            break;
        }
        let frame = |interface: usize, kept: usize| {
            let link = links.get(interface).copied().unwrap_or(u32::MAX);
            Some((link, at + 28..(at + 28 + kept).min(end)))
        };
        let packet = match order.u32(bytes, at) {
            1 => {
                links.push(u32::from(order.u16(bytes, at + 8)));
                None
            }
            6 => frame(order.u32(bytes, at + 8) as usize, order.u32(bytes, at + 20) as usize),
            2 => frame(order.u16(bytes, at + 8).into(), order.u32(bytes, at + 20) as usize),
            3 => {
                let kept = (order.u32(bytes, at + 8) as usize).min(end - at - 16);
                Some((links.first().copied().unwrap_or(u32::MAX), at + 12..at + 12 + kept))
            }
            _ => None,
        };
        found.push((at..end, packet));
        at = end;
    }
    found
}

/// A connection under way between two addresses.
struct Flow {
    number: usize,
    client: SocketAddr,
    /// Sequence number of the first stream byte, up and down.
    first: [Option<u32>; 2],
}

#[derive(Default)]
struct Flows {
    open: BTreeMap<(SocketAddr, SocketAddr), Flow>,
    opened: usize,
}

impl Flows {
    /// What the frame is to a connection whose SYN was seen.
    fn segment(&mut self, link: u32, frame: &[u8]) -> Option<Segment> {
        let packet = sliced(link, frame)?;
        let ends: (IpAddr, IpAddr) = match packet.net.as_ref()? {
            LaxNetSlice::Ipv4(ip) => {
                (ip.header().source_addr().into(), ip.header().destination_addr().into())
            }
            LaxNetSlice::Ipv6(ip) => {
                (ip.header().source_addr().into(), ip.header().destination_addr().into())
            }
            LaxNetSlice::Arp(_) => return None,
        };
        let Some(TransportSlice::Tcp(tcp)) = packet.transport.as_ref() else { return None };
        let from = SocketAddr::new(ends.0, tcp.source_port());
        let to = SocketAddr::new(ends.1, tcp.destination_port());
        let key = if from < to { (from, to) } else { (to, from) };
        let seq = tcp.sequence_number().wrapping_add(u32::from(tcp.syn()));
        if tcp.syn() && !tcp.ack() && self.open.get(&key).is_none_or(|flow| flow.first[0] != Some(seq)) {
            self.open.insert(key, Flow { number: self.opened, client: from, first: [Some(seq), None] });
            self.opened += 1;
        }
        let flow = self.open.get_mut(&key)?;
        let dir = usize::from(from != flow.client);
        if tcp.syn() && tcp.ack() {
            flow.first[1] = Some(seq);
        }
        let start = i64::from(seq.wrapping_sub(flow.first[dir]?).cast_signed());
        Some(Segment { way: (flow.number, dir), start, len: tcp.payload().len() as i64 })
    }
}

/// The packet in a frame of one of the link types of the captures.
fn sliced(link: u32, frame: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let skip = match link {
        1 => return LaxSlicedPacket::from_ethernet(frame).ok(),
        0 | 108 => 4,
        12 | 14 | 101 | 228 | 229 => 0,
        113 => 16,
        276 => 20,
        _ => return None,
    };
    LaxSlicedPacket::from_ip(frame.get(skip..)?).ok()
}

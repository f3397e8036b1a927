//! Frames to capture files: pcap and pcapng in their variants, compressed or not.

use std::io::Write as _;

use super::wire::Frame;
use super::{Dir, Ns, S};

/// The file format.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// pcap, little-endian, microseconds.
    #[default]
    Pcap,
    PcapBe,
    PcapNano,
    PcapNanoBe,
    /// pcap with the longer record headers of a patched libpcap (magic a1b2cd34).
    PcapModified,
    /// pcapng, little-endian, microseconds, Enhanced Packet Blocks.
    PcapNg,
    PcapNgBe,
    /// Any pcapng.
    Ng(Ng),
}

/// The choices of a pcapng file.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Ng {
    pub big_endian: bool,
    /// `if_tsresol`: a power of ten, or with bit 7 a power of two; `None` leaves the option out (microseconds).
    pub resolution: Option<u8>,
    /// `if_tsoffset`, seconds.
    pub offset: i64,
    pub block: Block,
    /// Each direction on its own interface; the second one counts nanoseconds.
    pub two_interfaces: bool,
    /// Sections of at most so many packets, each with its own header.
    pub section: Option<usize>,
}

/// The block type that holds packets.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Block {
    #[default]
    Enhanced,
    /// No times, no interface number.
    Simple,
    /// The obsolete Packet Block.
    Old,
}

/// Little-endian, microseconds by default, Enhanced Packet Blocks, one interface.
pub const NG: Ng = Ng {
    big_endian: false,
    resolution: None,
    offset: 0,
    block: Block::Enhanced,
    two_interfaces: false,
    section: None,
};

impl Format {
    /// The file.
    pub fn file(self, frames: &[Frame], link: u32, snap: u32) -> Vec<u8> {
        match self {
            Self::Pcap => pcap(frames, link, snap, 0xA1B2_C3D4, Endian(false)),
            Self::PcapBe => pcap(frames, link, snap, 0xA1B2_C3D4, Endian(true)),
            Self::PcapNano => pcap(frames, link, snap, 0xA1B2_3C4D, Endian(false)),
            Self::PcapNanoBe => pcap(frames, link, snap, 0xA1B2_3C4D, Endian(true)),
            Self::PcapModified => pcap(frames, link, snap, 0xA1B2_CD34, Endian(false)),
            Self::PcapNg => pcapng(frames, link, snap, &NG),
            Self::PcapNgBe => pcapng(frames, link, snap, &Ng { big_endian: true, ..NG }),
            Self::Ng(ng) => pcapng(frames, link, snap, &ng),
        }
    }
}

/// gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// Zstandard, one frame.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// Byte order; true is big.
#[derive(Copy, Clone)]
struct Endian(bool);

impl Endian {
    fn u16(self, n: u16) -> [u8; 2] {
        if self.0 { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    fn u32(self, n: u32) -> [u8; 4] {
        if self.0 { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    fn u64(self, n: u64) -> [u8; 8] {
        if self.0 { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    /// A block: type, length, body padded to four bytes, length.
    fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let padded = body.len().next_multiple_of(4);
        let len = self.u32(padded as u32 + 12);
        let mut out = self.u32(kind).to_vec();
        out.extend(len);
        out.extend(body);
        out.resize(8 + padded, 0);
        out.extend(len);
        out
    }

    /// An option: code, length, value padded to four bytes.
    fn option(self, code: u16, value: &[u8]) -> Vec<u8> {
        let mut out = self.u16(code).to_vec();
        out.extend(self.u16(value.len() as u16));
        out.extend(value);
        out.resize(out.len().next_multiple_of(4), 0);
        out
    }
}

fn pcap(frames: &[Frame], link: u32, snap: u32, magic: u32, e: Endian) -> Vec<u8> {
    let mut out = e.u32(magic).to_vec();
    out.extend(e.u16(2));
    out.extend(e.u16(4));
    out.extend([0; 8]);
    out.extend(e.u32(snap));
    out.extend(e.u32(link));
    let unit = if magic == 0xA1B2_3C4D { 1 } else { 1_000 };
    for frame in frames {
        out.extend(e.u32((frame.time / S) as u32));
        out.extend(e.u32((frame.time % S / unit) as u32));
        out.extend(e.u32(frame.bytes.len() as u32));
        out.extend(e.u32(frame.wire_len as u32));
        if magic == 0xA1B2_CD34 {
            out.extend(e.u32(2)); // interface
            out.extend(e.u16(0x0800));
            out.extend([0, 0]); // packet type, padding
        }
        out.extend(&frame.bytes);
    }
    out
}

fn pcapng(frames: &[Frame], link: u32, snap: u32, ng: &Ng) -> Vec<u8> {
    let e = Endian(ng.big_endian);
    let mut out = Vec::new();
    for section in frames.chunks(ng.section.unwrap_or(usize::MAX)) {
        let mut header = e.u32(0x1A2B_3C4D).to_vec();
        header.extend(e.u16(1));
        header.extend(e.u16(0));
        header.extend([0xFF; 8]);
        header.extend(e.option(4, b"builder"));
        header.extend([0; 4]);
        out.extend(e.block(0x0A0D_0D0A, &header));
        out.extend(interface(e, link, snap, ng.resolution, ng.offset));
        if ng.two_interfaces {
            out.extend(interface(e, link, snap, Some(9), ng.offset));
        }
        for frame in section {
            out.extend(packet(e, frame, ng));
        }
    }
    out
}

fn interface(e: Endian, link: u32, snap: u32, resolution: Option<u8>, offset: i64) -> Vec<u8> {
    let mut body = e.u16(link as u16).to_vec();
    body.extend([0; 2]);
    body.extend(e.u32(snap));
    if let Some(resolution) = resolution {
        body.extend(e.option(9, &[resolution]));
    }
    if offset != 0 {
        body.extend(e.option(14, &e.u64(offset.cast_unsigned())));
    }
    body.extend([0; 4]);
    e.block(1, &body)
}

fn packet(e: Endian, frame: &Frame, ng: &Ng) -> Vec<u8> {
    let second = ng.two_interfaces && frame.dir == Dir::Down;
    let resolution = if second { 9 } else { ng.resolution.unwrap_or(6) };
    let ticks = ticks_of(frame.time, ng.offset, resolution);
    let (high, low) = (e.u32((ticks >> 32) as u32), e.u32(ticks as u32));
    let (kept, wire) = (e.u32(frame.bytes.len() as u32), e.u32(frame.wire_len as u32));
    let (kind, head) = match ng.block {
        Block::Enhanced => (6, [&e.u32(u32::from(second))[..], &high, &low, &kept, &wire].concat()),
        Block::Simple => (3, wire.to_vec()),
        Block::Old => {
            (2, [&e.u16(u16::from(second))[..], &e.u16(0xFFFF), &high, &low, &kept, &wire].concat())
        }
    };
    e.block(kind, &[&head[..], &frame.bytes].concat())
}

/// A time in an interface's units.
fn ticks_of(time: Ns, offset: i64, resolution: u8) -> u64 {
    let time = u128::from(time.saturating_add_signed(-offset * S.cast_signed()));
    let exponent = u32::from(resolution & 0x7F);
    let per_second = if resolution & 0x80 == 0 { 10_u128.pow(exponent) } else { 1 << exponent };
    (time * per_second / u128::from(S)) as u64
}

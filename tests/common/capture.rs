//! Packets to the bytes of a capture file: the choices of `ip`, `wire` and `file` in one fluent value.

use super::Ns;
use super::file::{Format, gzip, zstd};
use super::ip::{FragmentOrder, Net, Tunnel};
use super::tcp::Packet;
use super::wire::{Extra, Frame, Link, frames};

/// What makes the file smaller.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
enum Packing {
    #[default]
    None,
    Gzip,
    Zstd,
}

/// A capture in the making: Ethernet in a little-endian pcap unless told otherwise.
#[derive(Clone, Debug, Default)]
pub struct Capture {
    packets: Vec<Packet>,
    link: Link,
    net: Net,
    extra: Extra,
    format: Format,
    packing: Packing,
    cut: Option<usize>,
}

impl Capture {
    pub fn of(packets: &[Packet]) -> Self {
        Self { packets: packets.to_vec(), ..Self::default() }
    }

    pub fn link(self, link: Link) -> Self {
        Self { link, ..self }
    }

    pub fn format(self, format: Format) -> Self {
        Self { format, ..self }
    }

    pub fn tunnel(mut self, tunnel: Tunnel) -> Self {
        self.net.tunnel = tunnel;
        self
    }

    /// IP packets longer than this become fragments.
    pub fn mtu(mut self, mtu: usize) -> Self {
        self.net.mtu = Some(mtu);
        self
    }

    pub fn fragment_order(mut self, order: FragmentOrder) -> Self {
        self.net.fragments = order;
        self
    }

    /// IP length fields are 0.
    pub fn zero_length(mut self) -> Self {
        self.net.zero_length = true;
        self
    }

    /// TCP checksums are wrong.
    pub fn bad_checksums(mut self) -> Self {
        self.net.bad_checksum = true;
        self
    }

    /// Frames end with `n` bytes that are no part of the IP packet.
    pub fn trailer(mut self, n: usize) -> Self {
        self.extra.trailer = n;
        self
    }

    /// Short frames are padded to 60 bytes.
    pub fn pad(mut self) -> Self {
        self.extra.pad = true;
        self
    }

    /// Only the first `n` bytes of each frame are kept.
    pub fn snap(mut self, n: usize) -> Self {
        self.extra.snap = Some(n);
        self
    }

    pub fn gzip(self) -> Self {
        Self { packing: Packing::Gzip, ..self }
    }

    pub fn zstd(self) -> Self {
        Self { packing: Packing::Zstd, ..self }
    }

    /// The file ends after `n` bytes (of the packed file, if it is packed).
    pub fn cut(self, n: usize) -> Self {
        Self { cut: Some(n), ..self }
    }

    /// The recorded frames.
    pub fn frames(&self) -> Vec<Frame> {
        frames(&self.packets, self.link, &self.net, self.extra)
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        self.file(&self.frames())
    }

    /// Several files, a new one after each `n` frames.
    pub fn split(&self, n: usize) -> Vec<Vec<u8>> {
        self.frames().chunks(n).map(|part| self.file(part)).collect()
    }

    /// Time of the first packet.
    pub fn start(&self) -> Ns {
        self.packets.first().map_or(0, |p| p.time)
    }

    fn file(&self, frames: &[Frame]) -> Vec<u8> {
        let snap = self.extra.snap.map_or(262_144, |n| n as u32);
        let plain = self.format.file(frames, self.link.number(), snap);
        let mut out = match self.packing {
            Packing::None => plain,
            Packing::Gzip => gzip(&plain),
            Packing::Zstd => zstd(&plain),
        };
        out.truncate(self.cut.unwrap_or(usize::MAX));
        out
    }
}

//! One capture file of either format.
//!
//! Takes a [`Source`], gives [`Record`]s and the bytes they point to. The format is found by content, never by name.
//! It knows nothing of other files; packet numbers are its caller's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pcap_parser::SHB_MAGIC;

use super::ahead::AHEAD_BYTES;
use super::buffer::Buffer;
use super::damage::{Cause, Damage};
use super::memory::Memory;
use super::pcap::{Pcap, is_pcap};
use super::pcapng::PcapNg;
use super::record::Record;
use super::secrets::Secrets;
use super::source::Source;
use crate::base::time::CaptureTime;

/// An open capture file.
pub(super) struct CaptureFile {
    buffer: Buffer,
    format: Format,
    compression: Option<&'static str>,
    raw_read: Arc<AtomicU64>,
    memory: Arc<Memory>,
    /// Largest record, in bytes.
    limit: usize,
}

enum Format {
    Pcap(Pcap),
    PcapNg(PcapNg),
}

impl CaptureFile {
    /// Reads the file header. `capacity` is the size of the read buffer, `limit` that of the largest record.
    pub(super) fn open(source: Source, capacity: usize, limit: usize) -> Result<Self, Cause> {
        let Source { bytes, compression, read, memory } = source;
        let mut buffer = Buffer::new(bytes, capacity);
        buffer.fill(4);
        let start = buffer.data();
        let format = match start.first_chunk() {
            Some(magic) if is_pcap(*magic) => Format::Pcap(Pcap::open(&mut buffer).map_err(Cause::Header)?),
            Some(magic) if *magic == SHB_MAGIC.to_le_bytes() => {
                Format::PcapNg(PcapNg::open(&mut buffer, limit).map_err(Cause::Header)?)
            }
            _ => return Err(refusal(&buffer)),
        };
        Ok(Self { buffer, format, compression, raw_read: read, memory, limit })
    }

    /// The next packet where that is all there is to do: it is in the buffer as a whole. [`Self::next`] does the rest.
    #[inline]
    pub(super) fn ready(&mut self) -> Option<Record> {
        match &self.format {
            Format::Pcap(pcap) => pcap.ready(&mut self.buffer, self.limit),
            Format::PcapNg(pcapng) => pcapng.ready(&mut self.buffer, self.limit),
        }
    }

    /// The next packet; none at the end. After damage it is not called again.
    pub(super) fn next(&mut self, secrets: &mut Secrets) -> Result<Option<Record>, Damage> {
        match &mut self.format {
            Format::Pcap(pcap) => pcap.next(&mut self.buffer, self.limit),
            Format::PcapNg(pcapng) => pcapng.next(&mut self.buffer, self.limit, secrets),
        }
    }

    /// The time of the packet that [`Self::next`] will give, if there is one and it has a time.
    pub(super) fn peek_time(&mut self, secrets: &mut Secrets) -> Option<CaptureTime> {
        let record = self.next(secrets).ok()??;
        self.buffer.put_back();
        record.ts
    }

    /// The bytes of the record given last.
    #[inline]
    pub(super) fn bytes(&self, record: &Record) -> &[u8] {
        self.buffer.slice(record.place.clone())
    }

    /// Where the bytes of the record given last are in the file, after decompression.
    #[inline]
    pub(super) const fn offset(&self, record: &Record) -> u64 {
        self.buffer.base() + record.place.start as u64
    }

    /// Bytes of capture data behind us, after decompression.
    #[inline]
    pub(super) const fn at(&self) -> u64 {
        self.buffer.at()
    }

    /// Raw bytes read, before decompression.
    pub(super) fn raw_read(&self) -> u64 {
        self.raw_read.load(Ordering::Relaxed)
    }

    /// Memory held, or more: the same whether a thread reads ahead or not.
    pub(super) fn held_bytes(&self) -> usize {
        let ahead = if self.compression.is_some() { AHEAD_BYTES } else { 0 };
        let decompression = self.memory.held_bytes(self.buffer.at());
        self.buffer.held_bytes().saturating_add(ahead).saturating_add(decompression)
    }

    pub(super) const fn compression(&self) -> Option<&'static str> {
        self.compression
    }

    pub(super) const fn format(&self) -> &'static str {
        match self.format {
            Format::Pcap(_) => "pcap",
            Format::PcapNg(_) => "pcapng",
        }
    }
}

/// Why these first bytes are no capture.
fn refusal(buffer: &Buffer) -> Cause {
    let start = buffer.data();
    if let Some(e) = buffer.failure() {
        return Cause::Header(Damage::Read { at: start.len() as u64, cause: super::damage::io_text(e) });
    }
    let hint = match start {
        [] => return Cause::Empty,
        [0xFD, b'7', b'z', b'X', ..] => "it is compressed with xz; unpack it first",
        [b'B', b'Z', b'h', ..] => "it is compressed with bzip2; unpack it first",
        [0x04, 0x22, 0x4D, 0x18, ..] => "it is compressed with lz4; unpack it first",
        [b'P', b'K', 3, 4, ..] => "it is a zip archive; unpack it first",
        [0x1F, 0x8B, ..] | [0x28, 0xB5, 0x2F, 0xFD, ..] => "it is compressed twice; unpack it once first",
        [b's', b'n', b'o', b'o', ..] => "it is a snoop capture; convert it with editcap",
        [b'F', b'L', b'V', ..] => "it is a media file (FLV)",
        _ => return Cause::NotACapture { hint: None },
    };
    Cause::NotACapture { hint: Some(hint) }
}

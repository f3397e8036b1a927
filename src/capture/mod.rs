//! Capture files, as one sequence of packets.
//!
//! Takes pcap and pcapng files, directories and standard input, plain or compressed with gzip or Zstandard; all found
//! by content, never by name. Gives each [`Packet`] borrowed from the read buffer, numbered as Wireshark numbers it,
//! with its time in nanoseconds and its link type. Several files are one capture, in the order of their first packets,
//! as `mergecap -a` would join them so ordered; packets are not sorted by time.
//!
//! It decodes no packet. It does not read files older than libpcap 0.4, other capture formats, or records that are no
//! packets. Damage ends the reading of one file, is told in its [`InputInfo`], and the next file is read.
//!
//! Formats: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, RFC 1952 (gzip), RFC 8878 (Zstandard).

mod ahead;
mod buffer;
mod damage;
mod file;
mod gzip;
mod iface;
mod inputs;
mod link_type;
mod memory;
mod order;
mod pcap;
mod pcapng;
mod record;
mod secrets;
mod source;
#[cfg(test)]
mod tests;
mod zstd;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub(crate) use damage::CaptureError;
pub(crate) use link_type::LinkType;

use crate::base::limits::Limits;
use crate::base::time::CaptureTime;
use ahead::AHEAD_BYTES;
use damage::Damage;
use file::CaptureFile;
use inputs::Input;
use memory::EARLY_BYTES;
use record::Record;
use secrets::Secrets;

/// Files that are read before their turn, at most.
const MOST_EARLY: usize = 3;

/// One captured packet.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packet<'a> {
    /// Number in the capture, from 1.
    pub(crate) no: u64,
    /// When it was captured; none in Simple Packet Blocks, and when the time is not one of 64-bit nanoseconds.
    pub(crate) ts: Option<CaptureTime>,
    /// What `data` begins with.
    pub(crate) link: LinkType,
    /// Index of the capturing interface in its pcapng section; 0 in pcap.
    pub(crate) interface: u32,
    /// Length on the wire, of which `data` may be the first part.
    pub(crate) wire_len: u32,
    /// Offset of `data` in its file, after decompression.
    pub(crate) offset: u64,
    /// The bytes that were captured.
    pub(crate) data: &'a [u8],
}

/// What is known of one input file. Complete once the next file is begun, or the capture is at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InputInfo {
    /// The path as named or found; "-" for standard input.
    pub(crate) path: String,
    /// "pcap" or "pcapng".
    pub(crate) format: &'static str,
    /// "gzip" or "zstd".
    pub(crate) compression: Option<&'static str>,
    /// Number of its first packet in the capture.
    pub(crate) first_packet: Option<u64>,
    /// Packets read.
    pub(crate) packets: u64,
    /// Bytes of capture data used, after decompression.
    pub(crate) bytes: u64,
    /// Whether it was read to its proper end.
    pub(crate) complete: bool,
    /// Where and why reading stopped before the end.
    pub(crate) problem: Option<String>,
    /// Packets without a time.
    pub(crate) untimed_packets: u64,
    /// Packets of which only the first part was captured.
    pub(crate) truncated_packets: u64,
}

/// A file of a directory that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SkippedFile {
    /// Where it is.
    pub(crate) path: String,
    /// Why it is not read.
    pub(crate) why: String,
}

/// Where the packets with these numbers (in order, none twice) are in their files, which are read once more up to the last of them:
/// offset and length of the captured bytes. Those of compressed files are left out.
pub(crate) fn packet_places(paths: &[PathBuf], limits: &Limits, wanted: &[u64]) -> BTreeMap<u64, [u64; 2]> {
    let mut places = BTreeMap::new();
    let Ok(mut capture) = Capture::open(paths, limits, 1) else { return places };
    for no in wanted {
        let place = loop {
            match capture.next_packet() {
                Some(packet) if packet.no < *no => {}
                Some(packet) if packet.no == *no => break Some([packet.offset, packet.data.len() as u64]),
                _ => break None,
            }
        };
        let Some(place) = place else { break };
        let info = capture.infos.get(capture.next.wrapping_sub(1));
        if info.is_some_and(|info| info.compression.is_none()) {
            places.insert(*no, place);
        }
    }
    places
}

/// A capture of one or more files, read packet by packet.
pub(crate) struct Capture {
    /// In reading order, as long as `infos`; what is open is the one before `next`.
    inputs: Vec<Input>,
    infos: Vec<InputInfo>,
    next: usize,
    current: Option<CaptureFile>,
    packets: u64,
    /// Of these, those of the files in front of the current one.
    earlier: u64,
    /// Packets of the current file that have no time, and those of which only the first part was captured.
    untimed: u64,
    truncated: u64,
    secrets: Secrets,
    /// Records that were longer than `limit`.
    over_limit: u64,
    skipped: Vec<SkippedFile>,
    /// Memory that the next files may take.
    early_bytes: usize,
    /// Largest record, in bytes.
    limit: usize,
    /// Threads that may work at one time, this one among them.
    threads: usize,
    /// Raw bytes of the files that are done.
    done: u64,
    total: Option<u64>,
}

impl Capture {
    /// Finds the files that `paths` name ("-" is standard input, a directory is the captures in it) and orders them.
    ///
    /// With more than one of `threads`, others decompress the current file and the next ones; what is read is the same.
    pub(crate) fn open(paths: &[PathBuf], limits: &Limits, threads: usize) -> Result<Self, CaptureError> {
        let mut secrets = Secrets::default();
        let (inputs, skipped) = inputs::resolve(paths, limits.block_bytes, threads > 1, &mut secrets)?;
        Ok(Self { threads, ..Self::new(inputs, skipped, secrets, limits) })
    }

    /// A capture of one stream of bytes, shown as `name`.
    pub(crate) fn from_reader(
        name: &str,
        source: impl std::io::Read + Send + 'static,
        limits: &Limits,
    ) -> Result<Self, CaptureError> {
        let input = Input::from_reader(name, Box::new(source), limits.block_bytes)
            .map_err(|cause| CaptureError::new(name.to_owned(), cause))?;
        Ok(Self::new(vec![input], Vec::new(), Secrets::default(), limits))
    }

    fn new(inputs: Vec<Input>, skipped: Vec<SkippedFile>, secrets: Secrets, limits: &Limits) -> Self {
        let total = inputs.iter().map(|input| input.size).sum();
        let infos = inputs.iter().map(|input| input.info.clone()).collect();
        let limit = limits.block_bytes;
        Self {
            inputs,
            infos,
            next: 0,
            current: None,
            packets: 0,
            earlier: 0,
            untimed: 0,
            truncated: 0,
            secrets,
            over_limit: 0,
            skipped,
            early_bytes: 0,
            limit,
            threads: 1,
            done: 0,
            total,
        }
    }

    /// The next packet; none at the end of the last file.
    #[expect(
        clippy::inline_always,
        reason = "a call moves the packet twice, which takes as long as to find it"
    )]
    #[inline(always)]
    pub(crate) fn next_packet(&mut self) -> Option<Packet<'_>> {
        let record = match self.current.as_mut().and_then(CaptureFile::ready) {
            Some(record) => record,
            None => self.next_record()?,
        };
        self.packets += 1;
        let file = self.current.as_ref()?;
        let data = file.bytes(&record);
        self.untimed += u64::from(record.ts.is_none());
        self.truncated += u64::from(data.len() < record.wire_len as usize);
        let (no, link, interface) = (self.packets, record.link, record.interface);
        let offset = file.offset(&record);
        Some(Packet { no, ts: record.ts, link, interface, wire_len: record.wire_len, offset, data })
    }

    /// The next record, also where its file is to be read on, or another one to be opened.
    #[inline(never)]
    fn next_record(&mut self) -> Option<Record> {
        loop {
            let Some(file) = &mut self.current else {
                self.open_next()?;
                continue;
            };
            match file.next(&mut self.secrets) {
                Ok(Some(record)) => return Some(record),
                Ok(None) => self.finish(None),
                Err(damage) => self.finish(Some(&damage)),
            }
        }
    }

    /// Every input in reading order.
    pub(crate) fn inputs(&mut self) -> &[InputInfo] {
        self.settle();
        &self.infos
    }

    /// Files of directories that are no captures, or cannot be read.
    pub(crate) fn skipped(&self) -> &[SkippedFile] {
        &self.skipped
    }

    /// TLS key logs found so far, in order; each is the text of one.
    pub(crate) fn secrets(&self) -> &[Vec<u8>] {
        self.secrets.kept()
    }

    /// Key logs that were over the limit.
    pub(crate) const fn secrets_dropped(&self) -> u64 {
        self.secrets.dropped()
    }

    /// Records that were longer than the limit; each ended the reading of its file.
    pub(crate) const fn over_limit(&self) -> u64 {
        self.over_limit
    }

    /// Memory held, or more.
    pub(crate) fn held_bytes(&self) -> usize {
        let current = self.current.as_ref().map_or(0, CaptureFile::held_bytes);
        self.secrets.held_bytes() + current + self.early_bytes
    }

    /// Raw bytes read so far, before decompression.
    pub(crate) fn position(&self) -> u64 {
        self.done + self.current.as_ref().map_or(0, CaptureFile::raw_read)
    }

    /// Raw bytes to read in all; none when an input is a stream.
    pub(crate) const fn total(&self) -> Option<u64> {
        self.total
    }

    /// Opens the next file; none after the last. A file that cannot be opened any more is passed with its problem.
    #[cold]
    fn open_next(&mut self) -> Option<()> {
        let input = self.inputs.get_mut(self.next)?;
        self.next += 1;
        match input.open(self.limit, self.threads > 1) {
            Ok(file) => {
                self.current = Some(file);
                (self.earlier, self.untimed, self.truncated) = (self.packets, 0, 0);
            }
            Err(cause) => {
                self.done += input.size.unwrap_or(0);
                if let Some(info) = self.infos.get_mut(self.next.wrapping_sub(1)) {
                    info.problem = Some(inputs::vanished(&cause));
                }
            }
        }
        self.start_early();
        Some(())
    }

    /// Has threads read the next files before their turn. Counted is the same memory for any number of threads.
    fn start_early(&mut self) {
        let next = self.inputs.iter_mut().skip(self.next).take(MOST_EARLY);
        self.early_bytes = 0;
        for (n, input) in next.enumerate() {
            self.early_bytes += if input.can_be_early() { AHEAD_BYTES + EARLY_BYTES } else { 0 };
            // One thread reads packets, and one the current file.
            if n + 2 < self.threads {
                input.start_early();
            }
        }
    }

    /// Writes down what was read of the current file; not done for each packet.
    fn settle(&mut self) {
        let info = self.infos.get_mut(self.next.wrapping_sub(1));
        let (Some(file), Some(info)) = (&self.current, info) else { return };
        info.packets = self.packets - self.earlier;
        info.first_packet = (info.packets > 0).then_some(self.earlier + 1);
        info.bytes = file.at();
        info.untimed_packets = self.untimed;
        info.truncated_packets = self.truncated;
    }

    /// Closes the current file.
    #[cold]
    fn finish(&mut self, damage: Option<&Damage>) {
        self.settle();
        let Some(file) = self.current.take() else { return };
        self.over_limit += u64::from(matches!(damage, Some(Damage::TooLong { .. })));
        let index = self.next.wrapping_sub(1);
        let size = self.inputs.get(index).and_then(|input| input.size);
        self.done += size.unwrap_or_else(|| file.raw_read());
        if let Some(info) = self.infos.get_mut(index) {
            info.complete = damage.is_none();
            info.problem = damage.map(|d| d.text(self.packets + 1));
        }
    }
}

//! The classic pcap file: a header, then records.
//!
//! Takes a [`Buffer`], gives [`Record`]s. Both byte orders, microseconds and nanoseconds, and the "modified" format
//! with its longer record headers. Seconds are unsigned (a capture may be of 2039), the snap length is not held
//! against longer records, and the bits of the header's link type field that tell of frame check sequences are left
//! out. Not read: the swapped lengths of files older than libpcap 0.4 (format 2.2 and before), and AIX and Nokia
//! variants. Format: draft-ietf-opsawg-pcap. The file header is parsed by the `pcap-parser` crate; those of records, four
//! numbers each, are sliced in place.

use pcap_parser::parse_pcap_header;

use super::buffer::Buffer;
use super::damage::{Damage, Unit};
use super::link_type::LinkType;
use super::order::{Order, words};
use super::record::{Record, cut_or_failed, end_of_file};
use crate::base::time::CaptureTime;

const FILE_HEADER: usize = 24;
const MODIFIED: u32 = 0xA1B2_CD34;

/// The state of reading one pcap file.
pub(super) struct Pcap {
    link: LinkType,
    /// Bytes of a record in front of its packet.
    header: usize,
    ns_per_fraction: i64,
    order: Order,
}

/// Whether a file beginning so is a pcap file.
pub(super) fn is_pcap(magic: [u8; 4]) -> bool {
    let either = [u32::from_le_bytes(magic), u32::from_be_bytes(magic)];
    either.iter().any(|m| matches!(*m, 0xA1B2_C3D4 | 0xA1B2_3C4D | MODIFIED))
}

impl Pcap {
    /// Reads the file header.
    pub(super) fn open(buffer: &mut Buffer) -> Result<Self, Damage> {
        if !buffer.fill(FILE_HEADER) {
            return Err(cut_or_failed(buffer, Unit::FileHeader, FILE_HEADER));
        }
        let bad = Damage::Bad { at: buffer.at(), what: "no pcap file header" };
        let Some(mut head) = buffer.data().first_chunk::<FILE_HEADER>().copied() else { return Err(bad) };
        // The parser knows the modified format in one byte order only; its file header is the common one.
        let [a, b, c, d, ..] = &mut head;
        let modified = match (&a, &b, &c, &d) {
            (0xA1, 0xB2, 0xCD, 0x34) => {
                (*c, *d) = (0xC3, 0xD4);
                true
            }
            (0x34, 0xCD, 0xB2, 0xA1) => {
                (*a, *b) = (0xD4, 0xC3);
                true
            }
            _ => false,
        };
        let Ok((_, parsed)) = parse_pcap_header(&head) else { return Err(bad) };
        buffer.take(FILE_HEADER, 0..0);
        Ok(Self {
            link: LinkType(parsed.network.0.cast_unsigned() & 0x03FF_FFFF),
            header: if modified { 24 } else { 16 },
            ns_per_fraction: if parsed.is_nanosecond_precision() { 1 } else { 1000 },
            order: if parsed.is_bigendian() { Order::Big } else { Order::Little },
        })
    }

    /// The next packet; none at the end of the file.
    pub(super) fn next(&self, buffer: &mut Buffer, limit: usize) -> Result<Option<Record>, Damage> {
        match self.ready(buffer, limit) {
            Some(record) => Ok(Some(record)),
            None => self.refill(buffer, limit),
        }
    }

    /// The packet at the front of the buffer, when it is there as a whole.
    #[inline]
    pub(super) fn ready(&self, buffer: &mut Buffer, limit: usize) -> Option<Record> {
        let data = buffer.data();
        let [seconds, fraction, len, wire_len] = words(data).first_chunk()?;
        let order = self.order;
        let len = order.u32(*len) as usize;
        let whole = self.header.saturating_add(len);
        if data.len() < whole || len > limit {
            return None;
        }
        // At most (2^32 - 1) * 10^9 + (2^32 - 1) * 1000, which fits.
        let ns = i64::from(order.u32(*seconds)) * 1_000_000_000
            + i64::from(order.u32(*fraction)) * self.ns_per_fraction;
        let (ts, wire_len) = (Some(CaptureTime(ns)), order.u32(*wire_len));
        let place = buffer.take(whole, self.header..whole);
        Some(Record { place, ts, link: self.link, interface: 0, wire_len })
    }

    #[cold]
    fn refill(&self, buffer: &mut Buffer, limit: usize) -> Result<Option<Record>, Damage> {
        if !buffer.fill(self.header) {
            return end_of_file(buffer, Unit::Packet, self.header);
        }
        let bad = Damage::Bad { at: buffer.at(), what: "no pcap record header" };
        let Some([_, _, len, _]) = words(buffer.data()).first_chunk() else { return Err(bad) };
        let len = self.order.u32(*len) as usize;
        if len > limit {
            let (at, len, limit) = (buffer.at(), len as u64, limit as u64);
            return Err(Damage::TooLong { unit: Unit::Packet, at, len, limit });
        }
        let whole = self.header.saturating_add(len);
        if !buffer.fill(whole) {
            return Err(cut_or_failed(buffer, Unit::Packet, whole));
        }
        self.ready(buffer, limit).map(Some).ok_or(bad)
    }
}

//! Chunk headers (RTMP 1.0, 5.3.1): basic header, message header, extended timestamp.
//!
//! ```text
//! basic header   fmt:2 csid:6           csid 2-63
//!                fmt:2 0:6  id:8        csid 64 + id
//!                fmt:2 1:6  id:16 LE    csid 64 + id
//! message header fmt 0  timestamp:24 length:24 type:8 message stream id:32 LE
//!                fmt 1  delta:24     length:24 type:8
//!                fmt 2  delta:24
//!                fmt 3  (nothing)
//! extended timestamp :32, when the 24-bit field is 0xFFFFFF
//! ```
//!
//! Takes bytes at a chunk boundary; gives the fields as written. What format 3 inherits, and whether it repeats
//! the extended timestamp, needs the chunk stream's state and is the decoder's business.

use crate::base::read::{Reader, Truncated};
use crate::rtmp::message::kind::MessageType;

/// The longest chunk header.
pub(crate) const MAX_HEADER: usize = 3 + 11 + 4;
/// Stands in the 24-bit field for "see the extended timestamp".
const EXTENDED: u32 = 0x00FF_FFFF;

/// A chunk header as written.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChunkHeader {
    /// 0 to 3.
    pub(crate) fmt: u8,
    /// Chunk stream id.
    pub(crate) csid: u32,
    /// Timestamp (format 0) or delta (1, 2); 0 for format 3.
    pub(crate) field: u32,
    /// Whether the field came in an extended timestamp.
    pub(crate) extended: bool,
    /// Message length (formats 0, 1).
    pub(crate) length: u32,
    /// Message type (formats 0, 1).
    pub(crate) kind: MessageType,
    /// Message stream id (format 0).
    pub(crate) stream_id: u32,
    /// Bytes of the header.
    pub(crate) len: usize,
    /// The chunk stream id takes three bytes and fits in two.
    pub(crate) is_long_id: bool,
}

impl ChunkHeader {
    /// Reads a header; the error means that more bytes are needed.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Truncated> {
        let mut r = Reader::new(bytes);
        let first = r.u8("basic header")?;
        let fmt = first >> 6;
        let csid = match first & 0x3F {
            0 => 64 + u32::from(r.u8("chunk stream id")?),
            1 => {
                let [low, high] = r.array("chunk stream id")?;
                64 + u32::from(u16::from_le_bytes([low, high]))
            }
            id => u32::from(id),
        };
        let mut this = Self {
            fmt,
            csid,
            field: 0,
            extended: false,
            length: 0,
            kind: MessageType(0),
            stream_id: 0,
            len: 0,
            is_long_id: first & 0x3F == 1 && csid < 320,
        };
        if fmt < 3 {
            this.field = r.u24("timestamp")?;
        }
        if fmt < 2 {
            this.length = r.u24("message length")?;
            this.kind = MessageType(r.u8("message type")?);
        }
        if fmt == 0 {
            this.stream_id = r.array("message stream id").map(u32::from_le_bytes)?;
        }
        if this.field == EXTENDED {
            this.field = r.u32("extended timestamp")?;
            this.extended = true;
        }
        this.len = r.at();
        Ok(this)
    }
}

/// Bytes of the shortest basic header with this chunk stream id.
pub(crate) const fn basic_len(csid: u32) -> u32 {
    match csid {
        0..64 => 1,
        64..320 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunk_stream_ids_of_every_form() {
        let csid = |b: &[u8]| ChunkHeader::parse(b).map(|h| (h.csid, h.len));
        assert_eq!(csid(&[0xC2]), Ok((2, 1)));
        assert_eq!(csid(&[0xFF]), Ok((63, 1)));
        assert_eq!(csid(&[0xC0, 0]), Ok((64, 2)));
        assert_eq!(csid(&[0xC0, 255]), Ok((319, 2)));
        assert_eq!(csid(&[0xC1, 0, 1]), Ok((320, 3)));
        assert_eq!(csid(&[0xC1, 255, 255]), Ok((65_599, 3)));
        let is_long = |b: &[u8]| ChunkHeader::parse(b).map(|h| h.is_long_id);
        assert_eq!(is_long(&[0xC1, 255, 0]), Ok(true));
        for short in [&[0xC3][..], &[0xC0, 255], &[0xC1, 0, 1]] {
            assert_eq!(is_long(short), Ok(false));
        }
    }

    #[test]
    fn fields_of_every_format_and_each_truncation() {
        let full = [0x03, 0, 0, 40, 0, 1, 51, 9, 1, 0, 0, 0];
        let header = ChunkHeader::parse(&full).unwrap();
        assert_eq!((header.field, header.length, header.kind.0, header.stream_id), (40, 307, 9, 1));
        assert_eq!(header.len, 12);
        let extended = [0x43, 0xFF, 0xFF, 0xFF, 0, 0, 5, 8, 0x01, 0, 0, 1];
        let header = ChunkHeader::parse(&extended).unwrap();
        assert_eq!((header.field, header.extended, header.len), (0x0100_0001, true, 12));
        for bytes in [&full[..], &extended[..]] {
            for end in 0..bytes.len() {
                assert!(ChunkHeader::parse(&bytes[..end]).is_err());
            }
        }
        assert_eq!(
            ChunkHeader::parse(&[0x83, 0xFF, 0xFF, 0xFE]).map(|h| (h.field, h.len)),
            Ok((0xFF_FFFE, 4))
        );
    }
}

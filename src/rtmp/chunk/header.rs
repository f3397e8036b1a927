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
    /// Reads a header; none when more bytes are needed.
    #[inline]
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (first, rest) = bytes.split_first()?;
        let fmt = first >> 6;
        let (csid, mut rest) = match (first & 0x3F, rest) {
            (0, [id, rest @ ..]) => (64 + u32::from(*id), rest),
            (1, [low, high, rest @ ..]) => (64 + u32::from(u16::from_le_bytes([*low, *high])), rest),
            (0 | 1, _) => return None,
            (id, rest) => (u32::from(id), rest),
        };
        let is_long_id = first & 0x3F == 1 && csid < 320;
        let (mut field, mut length, mut kind, mut stream_id) = (0, 0, MessageType(0), 0);
        if fmt < 3 {
            field = u24(&mut rest)?;
        }
        if fmt < 2 {
            length = u24(&mut rest)?;
            kind = MessageType(array::<1>(&mut rest).map(|[kind]| kind)?);
        }
        if fmt == 0 {
            stream_id = array(&mut rest).map(u32::from_le_bytes)?;
        }
        let extended = field == EXTENDED;
        if extended {
            field = array(&mut rest).map(u32::from_be_bytes)?;
        }
        let len = bytes.len() - rest.len();
        Some(Self { fmt, csid, field, extended, length, kind, stream_id, len, is_long_id })
    }
}

/// The next bytes of `rest`, if there are so many.
#[inline]
fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, behind) = rest.split_first_chunk::<N>()?;
    *rest = behind;
    Some(*head)
}

#[inline]
fn u24(rest: &mut &[u8]) -> Option<u32> {
    array(rest).map(|[a, b, c]| u32::from_be_bytes([0, a, b, c]))
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
        assert_eq!(csid(&[0xC2]), Some((2, 1)));
        assert_eq!(csid(&[0xFF]), Some((63, 1)));
        assert_eq!(csid(&[0xC0, 0]), Some((64, 2)));
        assert_eq!(csid(&[0xC0, 255]), Some((319, 2)));
        assert_eq!(csid(&[0xC1, 0, 1]), Some((320, 3)));
        assert_eq!(csid(&[0xC1, 255, 255]), Some((65_599, 3)));
        let is_long = |b: &[u8]| ChunkHeader::parse(b).map(|h| h.is_long_id);
        assert_eq!(is_long(&[0xC1, 255, 0]), Some(true));
        for short in [&[0xC3][..], &[0xC0, 255], &[0xC1, 0, 1]] {
            assert_eq!(is_long(short), Some(false));
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
                assert!(ChunkHeader::parse(&bytes[..end]).is_none());
            }
        }
        assert_eq!(
            ChunkHeader::parse(&[0x83, 0xFF, 0xFF, 0xFE]).map(|h| (h.field, h.len)),
            Some((0xFF_FFFE, 4))
        );
    }
}

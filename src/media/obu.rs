//! The header of an AV1 OBU and its size (AV1 Bitstream & Decoding Process, 5.3.2 and 4.10.5), byte by byte.
//!
//! ```text
//! 0, type 4 bits, extension 1, size 1, 0;  [extension u8];  [size leb128]
//! ```

use crate::base::read::{Reader, Truncated};

/// The first byte of an OBU.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Its type.
    pub(crate) kind: u8,
    /// Another byte of header follows.
    pub(crate) extended: bool,
    /// A size follows; without one the OBU goes on to the end.
    pub(crate) sized: bool,
}

impl Header {
    /// What the byte says.
    pub(crate) const fn new(byte: u8) -> Self {
        Self { kind: byte >> 3 & 0x0F, extended: byte & 4 != 0, sized: byte & 2 != 0 }
    }
}

/// A size as far as its bytes have come: seven bits in each, the lowest first.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    got: u8,
    /// The number of the bytes so far.
    pub(crate) value: u64,
}

/// What another byte of a size did.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// More follow.
    More,
    /// It was the last.
    Complete,
    /// It announces more than a size may have.
    TooLong,
}

/// Bytes of the longest size.
const MAX_SIZE_LEN: u8 = 8;

impl Size {
    /// Takes the next byte.
    pub(crate) fn push(&mut self, byte: u8) -> Next {
        self.value |= u64::from(byte & 0x7F) << (7 * u32::from(self.got.min(MAX_SIZE_LEN)));
        self.got = self.got.saturating_add(1);
        match byte & 0x80 {
            0 => Next::Complete,
            _ if self.got >= MAX_SIZE_LEN => Next::TooLong,
            _ => Next::More,
        }
    }
}

/// Reads up to where the payload begins: the header, and the bytes that the payload should have. Without a size it takes
/// the rest.
pub(crate) fn begin(r: &mut Reader<'_>) -> Result<(Header, usize), Truncated> {
    let header = Header::new(r.u8("OBU header")?);
    if header.extended {
        r.u8("OBU extension")?;
    }
    let mut len = r.left();
    if header.sized {
        let mut size = Size::default();
        while size.push(r.u8("OBU size")?) == Next::More {}
        len = usize::try_from(size.value).unwrap_or(usize::MAX);
    }
    Ok((header, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What came of a size's bytes, and its value.
    fn read(bytes: &[u8]) -> (Next, u64) {
        let mut size = Size::default();
        let mut next = Next::More;
        for &byte in bytes {
            assert_eq!(next, Next::More);
            next = size.push(byte);
        }
        (next, size.value)
    }

    #[test]
    fn a_size_has_up_to_eight_bytes_the_lowest_first() {
        assert_eq!(read(&[0x05]), (Next::Complete, 5));
        assert_eq!(read(&[0xE5, 0x8E, 0x26]), (Next::Complete, 624_485));
        assert_eq!(read(&[0x80, 0x80]), (Next::More, 0));
        assert_eq!(read(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]), (Next::Complete, (1 << 56) - 1));
        assert_eq!(read(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x81]).0, Next::TooLong);
    }

    #[test]
    fn a_header_says_what_follows_it() {
        assert_eq!(Header::new(0x0A), Header { kind: 1, extended: false, sized: true });
        assert_eq!(Header::new(0x34), Header { kind: 6, extended: true, sized: false });
    }
}

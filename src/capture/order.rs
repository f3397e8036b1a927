//! The byte order of a capture file, and its 32-bit words.
//!
//! Takes bytes, gives numbers. A capture's fields are in the order of the host that wrote it.

/// The byte order of a file or section.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    #[inline]
    pub(super) const fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    #[inline]
    pub(super) const fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    pub(super) const fn i64(self, bytes: [u8; 8]) -> i64 {
        match self {
            Self::Little => i64::from_le_bytes(bytes),
            Self::Big => i64::from_be_bytes(bytes),
        }
    }
}

/// The whole 32-bit words of `bytes`; what is left at the end is left out.
#[inline]
pub(super) const fn words(bytes: &[u8]) -> &[[u8; 4]] {
    bytes.as_chunks().0
}

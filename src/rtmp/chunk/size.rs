//! What is known of the chunk size of a direction (RTMP 1.0, 5.4.1).

/// The chunk size, or what can be said of it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChunkSize {
    /// Announced, inferred from a message in several chunks, or the default at the start of a connection.
    Known(u32),
    /// Joined inside the connection: no message so far was longer than one chunk, and one had this many bytes.
    AtLeast(u32),
}

impl ChunkSize {
    /// Before any Set Chunk Size.
    pub(crate) const DEFAULT: Self = Self::Known(128);
    /// Nothing is known.
    pub(super) const UNKNOWN: Self = Self::AtLeast(0);

    /// The size in bytes, or the least it can be.
    pub(crate) const fn bytes(self) -> u32 {
        match self {
            Self::Known(size) | Self::AtLeast(size) => size,
        }
    }

    /// Body bytes of a chunk of a message that lacks `missing` bytes; `None` when that cannot be said.
    pub(super) const fn chunk(self, missing: u32) -> Option<u32> {
        match self {
            Self::Known(size) if size < missing => Some(size),
            Self::AtLeast(size) if size < missing => None,
            _ => Some(missing),
        }
    }
}

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

    /// The size that a Set Chunk Size of this value sets: not 0, and the top bit is not set.
    pub(crate) fn announced(value: u32) -> Option<Self> {
        (1..=0x7FFF_FFFF).contains(&value).then_some(Self::Known(value))
    }

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

    /// Body bytes of a message that takes up `bytes` behind its header, when its other chunks have headers of one
    /// byte; `None` when none can end there.
    pub(super) const fn body_of(self, bytes: u32) -> Option<u32> {
        match self {
            Self::AtLeast(_) => Some(bytes),
            Self::Known(size) => match bytes % (size.saturating_add(1)) {
                0 => None,
                _ => Some(bytes - bytes / (size.saturating_add(1))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_of_31_bits_and_not_0() {
        for value in [1, 0x7FFF_FFFF] {
            assert_eq!(ChunkSize::announced(value), Some(ChunkSize::Known(value)));
        }
        for value in [0, 0x8000_0000, u32::MAX] {
            assert_eq!(ChunkSize::announced(value), None);
        }
    }

    #[test]
    fn a_chunk_has_what_is_missing_up_to_its_size() {
        let known = ChunkSize::Known(128);
        assert_eq!([0, 127, 128, 129].map(|missing| known.chunk(missing)), [0, 127, 128, 128].map(Some));
        let least = ChunkSize::AtLeast(128);
        assert_eq!([0, 128, 129].map(|missing| least.chunk(missing)), [Some(0), Some(128), None]);
        assert_eq!(ChunkSize::UNKNOWN.chunk(1), None);
    }

    /// Counted against bodies cut into chunks.
    #[test]
    fn the_body_of_so_many_bytes_is_what_its_headers_leave() {
        for size in [1, 2, 5, 128, 4096] {
            let mut body_of = vec![None; 10_000];
            for body in 1..10_000_u32 {
                let bytes = body + (body - 1) / size;
                if let Some(place) = body_of.get_mut(bytes as usize) {
                    *place = Some(body);
                }
            }
            for (bytes, want) in (0..).zip(body_of) {
                assert_eq!(ChunkSize::Known(size).body_of(bytes), want, "{bytes} bytes, chunk size {size}");
            }
        }
        assert_eq!(ChunkSize::AtLeast(5).body_of(300), Some(300));
        assert_eq!(ChunkSize::Known(u32::MAX).body_of(300), Some(300));
    }
}

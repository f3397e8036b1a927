//! What the chunk decoder noticed: numbers only, no severity and no prose.

use crate::rtmp::message::kind::MessageType;

use super::dialect::Choice;

/// A deviation or turning point of one direction's chunk stream.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// A chunk of format 1 to 3 on a chunk stream that had no header before; `kind` is the message type that format 1 names.
    NoPriorHeader { csid: u32, fmt: u8, kind: MessageType },
    /// A header of format 0 to 2 while the message on that chunk stream, of type `of`, still lacked bytes. `kind` is the
    /// message type that it names, or inherits.
    HeaderMidMessage {
        csid: u32,
        fmt: u8,
        missing: u32,
        same_message: bool,
        of: MessageType,
        kind: MessageType,
    },
    /// The last header had an extended timestamp and this format 3 chunk does not repeat it.
    ExtendedTimestampAbsent { csid: u32, expected: u32, seen: u32 },
    /// The same, and this format 3 chunk has another value in its place.
    ExtendedTimestampOther { csid: u32, expected: u32, seen: u32 },
    /// A format 3 chunk began a message right after a format 0 header with a timestamp that is not 0; `before` is the
    /// one in front of that, `read_as` the one the chunk was taken to have.
    DeltaFromAbsolute { csid: u32, timestamp: u32, before: u32, read_as: u32 },
    /// A timestamp field that senders write in two ways was read in one of them, for the first time or again after
    /// the other.
    TimestampDialect { csid: u32, choice: Choice },
    /// The next chunk header could not be one.
    LostSync { csid: u32, fmt: u8, why: LossCause },
    /// Chunk headers were found again; the span is what lies between, `skipped` bytes of it captured. Whether the
    /// chunk size is known, or only the least it can be.
    Resync { skipped: u64, chunk_size: u32, chunk_size_known: bool },
    /// The chunk size of a stream joined inside the connection showed in a message of several chunks.
    ChunkSizeInferred { size: u32 },
    /// A limit of the analyzer was reached: messages on further chunk streams are skipped.
    TooManyChunkStreams { csid: u32 },
}

/// Why sync was lost.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum LossCause {
    /// Bytes of the capture are missing where a chunk header was.
    Hole,
    /// A format 2 or 3 chunk on a chunk stream without a header: length and type are unknown.
    UnknownChunkStream,
    /// A header that names no known message type, stream or length.
    ImplausibleHeader,
    /// The capture begins inside the connection.
    MidStream,
}

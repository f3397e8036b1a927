//! A message, said by whichever program.

use std::fmt;

/// What both programs say of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// The packet that completed it.
    pub packet: u64,
    pub fmt: u8,
    pub type_id: u8,
    pub length: u64,
    pub timestamp: u32,
    /// Not known behind a late start.
    pub stream_id: Option<u32>,
    pub csid: u32,
    pub complete: bool,
    /// Its header has an extended timestamp.
    pub extended: bool,
    pub chunks: u64,
    /// Stream bytes from its first header to its last byte, where known.
    pub span: Option<u64>,
}

impl Message {
    /// Its later chunks do not repeat the extended timestamp. Not told where other messages' chunks lie between.
    pub(crate) fn omits_extended(&self) -> bool {
        let basic = if self.csid < 64 { 1 } else { 2 };
        let first = basic + [11, 7, 3, 0][usize::from(self.fmt & 3)] + 4;
        let without = first + self.length + (self.chunks - 1) * basic;
        self.extended && self.chunks > 1 && self.span == Some(without)
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { packet, fmt, type_id, length, timestamp, csid, .. } = self;
        let stream = self.stream_id.map_or_else(|| "?".to_owned(), |id| id.to_string());
        let mark = if self.complete { "" } else { " incomplete" };
        write!(
            f,
            "packet {packet}: fmt {fmt} csid {csid} type {type_id} length {length} time {timestamp} stream {stream}{mark}"
        )
    }
}

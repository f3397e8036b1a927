//! The stream from where sync was lost: its bytes, and where it has holes.
//!
//! Takes data and holes in stream order; gives bytes by stream offset, and the pieces again as they came, so that
//! what is decoded late still knows its packets.

use std::collections::VecDeque;

use crate::base::pos::PacketRef;

/// A part of the stream, in order and without a hole between them.
#[derive(Debug, Default)]
pub(in crate::rtmp::chunk) struct Window {
    /// The bytes of all data pieces; `dropped` bytes in front of them are gone.
    bytes: Vec<u8>,
    dropped: u64,
    pieces: VecDeque<Piece>,
    /// Data pieces that follow each other without a hole, as one.
    runs: VecDeque<Run>,
}

#[derive(Copy, Clone, Debug)]
struct Piece {
    pos: u64,
    len: u64,
    at: PacketRef,
    what: What,
}

#[derive(Copy, Clone, Debug)]
enum What {
    /// Its first byte in the order of all data bytes ever pushed.
    Data(u64),
    Hole {
        snapped: bool,
    },
}

#[derive(Copy, Clone, Debug)]
struct Run {
    pos: u64,
    len: u64,
    offset: u64,
}

/// What stands at a stream offset.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Look<'a> {
    /// Bytes up to the next hole or the end of the window, never empty; `open` when more can follow them.
    Data {
        bytes: &'a [u8],
        open: bool,
    },
    Hole,
    /// Not in the window yet.
    Beyond,
}

/// A piece as it came, or what is left of it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::rtmp::chunk) enum Again<'a> {
    Data { bytes: &'a [u8], at: PacketRef },
    Hole { len: u64, snapped: bool, at: PacketRef },
}

/// What a piece costs besides its bytes.
const PIECE_COST: usize = std::mem::size_of::<Piece>() + std::mem::size_of::<Run>();

impl Window {
    /// Adds data at the end.
    pub(in crate::rtmp::chunk) fn push_data(&mut self, pos: u64, bytes: &[u8], at: PacketRef) {
        if bytes.is_empty() {
            return;
        }
        let (len, offset) = (bytes.len() as u64, self.dropped + self.bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
        self.pieces.push_back(Piece { pos, len, at, what: What::Data(offset) });
        match self.runs.back_mut() {
            Some(run) if run.pos + run.len == pos => run.len += len,
            _ => self.runs.push_back(Run { pos, len, offset }),
        }
    }

    /// Adds a hole at the end.
    pub(in crate::rtmp::chunk) fn push_hole(&mut self, pos: u64, len: u64, snapped: bool, at: PacketRef) {
        if len > 0 {
            self.pieces.push_back(Piece { pos, len, at, what: What::Hole { snapped } });
        }
    }

    /// Stream offset just behind the window.
    pub(in crate::rtmp::chunk) fn end(&self) -> u64 {
        self.pieces.back().map_or(0, |piece| piece.pos + piece.len)
    }

    /// Memory held, in bytes.
    pub(super) fn held(&self) -> usize {
        self.bytes.len() + self.pieces.len() * PIECE_COST
    }

    /// What stands at `pos`.
    pub(super) fn look(&self, pos: u64) -> Look<'_> {
        let behind = self.runs.partition_point(|run| run.pos <= pos);
        let run = behind.checked_sub(1).and_then(|i| self.runs.get(i)).filter(|r| pos < r.pos + r.len);
        let Some(run) = run else {
            return if pos < self.end() { Look::Hole } else { Look::Beyond };
        };
        let bytes = self.slice(run.offset + (pos - run.pos), run.pos + run.len - pos);
        if bytes.is_empty() {
            Look::Hole
        } else {
            Look::Data { bytes, open: run.pos + run.len == self.end() }
        }
    }

    /// The first offset from `pos` on at which there is data; none when there is only a hole, or nothing.
    pub(super) fn next_data(&self, pos: u64) -> Option<u64> {
        let index = self.runs.partition_point(|run| run.pos + run.len <= pos);
        self.runs.get(index).map(|run| run.pos.max(pos))
    }

    /// The rest of the piece that covers `pos`.
    pub(in crate::rtmp::chunk) fn again(&self, pos: u64) -> Option<Again<'_>> {
        let piece = self.pieces.get(self.pieces.partition_point(|p| p.pos + p.len <= pos))?;
        let inside = pos.checked_sub(piece.pos)?;
        Some(match piece.what {
            What::Data(offset) => {
                Again::Data { bytes: self.slice(offset + inside, piece.len - inside), at: piece.at }
            }
            What::Hole { snapped } => Again::Hole { len: piece.len - inside, snapped, at: piece.at },
        })
    }

    /// The packet that brought the byte at `pos`.
    pub(in crate::rtmp::chunk) fn packet(&self, pos: u64) -> Option<PacketRef> {
        self.pieces.get(self.pieces.partition_point(|p| p.pos + p.len <= pos)).map(|piece| piece.at)
    }

    /// The packet that brought the newest piece.
    pub(in crate::rtmp::chunk) fn last_packet(&self) -> Option<PacketRef> {
        self.pieces.back().map(|piece| piece.at)
    }

    /// Bytes of `from..to` that were on the wire of this capture.
    pub(in crate::rtmp::chunk) fn on_wire(&self, from: u64, to: u64) -> u64 {
        let first = self.pieces.partition_point(|p| p.pos + p.len <= from);
        let pieces = self.pieces.iter().skip(first).take_while(|p| p.pos < to);
        let on_wire = pieces.filter(|p| !matches!(p.what, What::Hole { snapped: false }));
        on_wire.map(|p| (p.pos + p.len).min(to) - p.pos.max(from)).sum()
    }

    /// Forgets what lies in front of `pos`, a piece at a time.
    pub(super) fn forget_before(&mut self, pos: u64) {
        while let Some(piece) = self.pieces.front().filter(|p| p.pos + p.len <= pos) {
            let end = piece.pos + piece.len;
            self.pieces.pop_front();
            while self.runs.front().is_some_and(|run| run.pos + run.len <= end) {
                self.runs.pop_front();
            }
        }
        let first =
            self.pieces.iter().find_map(|p| if let What::Data(at) = p.what { Some(at) } else { None });
        let unused = first.unwrap_or(self.dropped + self.bytes.len() as u64) - self.dropped;
        // Moving the rest to the front costs no more than what was forgotten.
        if let Ok(unused) = usize::try_from(unused)
            && unused * 2 >= self.bytes.len()
        {
            self.bytes.drain(..unused);
            self.dropped += unused as u64;
        }
    }

    /// The start of a piece in the middle, or the end when there is but one.
    pub(super) fn middle(&self) -> u64 {
        self.pieces.get((self.pieces.len() / 2).max(1)).map_or(self.end(), |piece| piece.pos)
    }

    fn slice(&self, offset: u64, len: u64) -> &[u8] {
        let index =
            |n: u64| n.checked_sub(self.dropped).and_then(|n| n.try_into().ok()).unwrap_or(usize::MAX);
        self.bytes.get(index(offset)..index(offset + len)).unwrap_or(&[])
    }
}

//! A walk over chunks, so far or to its end: what it knows of the chunk streams it met, and what speaks for it.

use crate::rtmp::chunk::header::ChunkHeader;
use crate::rtmp::chunk::size::ChunkSize;
use crate::rtmp::chunk::stream::ChunkStream;
use crate::rtmp::message::kind::MessageType;

/// A chunk stream as a walk sees it.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) csid: u32,
    /// It had a header.
    pub(super) seen: bool,
    /// Its length and type are those of its last header; otherwise that header may not have been captured.
    pub(super) certain: bool,
    pub(super) kind: MessageType,
    pub(super) length: u32,
    pub(super) stream_id: Option<u32>,
    /// The first body byte of its last message.
    pub(super) lead: Option<u8>,
    /// Body bytes that the message under way lacks.
    pub(super) missing: u32,
    pub(super) extended: bool,
    pub(super) field: u32,
}

/// How the first header of a walk was read.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::rtmp::chunk) struct Reading {
    /// It belongs to a message whose beginning is unknown.
    pub(in crate::rtmp::chunk) orphan: bool,
    /// What its message tells of the chunk size.
    pub(in crate::rtmp::chunk) size: ChunkSize,
    /// Which bytes are body is not known: the message ends farther than the window reaches, or `extra` bytes of
    /// chunk headers lie in it at an unknown place.
    pub(in crate::rtmp::chunk) unconfirmed: bool,
    pub(in crate::rtmp::chunk) extra: u32,
    /// Type and length of the messages of a chunk stream whose headers with these were not captured.
    pub(in crate::rtmp::chunk) guess: Option<(MessageType, u32)>,
    /// Whether it has an extended timestamp, of format 3 behind a header with one.
    pub(in crate::rtmp::chunk) repeats: Option<bool>,
}

/// A walk, so far or to its end.
#[derive(Copy, Clone, Debug)]
pub(super) struct Path {
    pub(super) at: u64,
    pub(super) size: ChunkSize,
    pub(super) touched: [Known; TOUCHED],
    pub(super) count: u8,
    pub(super) score: i32,
    /// Bits for what was likely before anything was seen; not a part of the score.
    pub(super) prior: i32,
    /// The score behind the first header, and in front of the first header that speaks for itself.
    pub(super) opening: i32,
    pub(super) before_strong: Option<i32>,
    pub(super) headers: u32,
    /// The chunk stream whose message under way has a length that may be of an older header; 0 for none.
    pub(super) doubtful: u32,
    /// What will be said of the first header's extended timestamp.
    pub(super) repeats: Option<bool>,
    pub(super) first: Option<Reading>,
    pub(super) end: End,
}

/// Why a walk ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Much has been confirmed.
    Enough,
    /// More can be said when the window reaches this offset.
    RanOut { need: u64 },
    /// Nothing more can be said.
    Silent,
}

/// Chunk streams that a walk can meet.
const TOUCHED: usize = 5;
/// A reading of a header is taken when it is this many bits better than any other.
pub(super) const MARGIN: i32 = 12;
/// Better by this much, it need not be waited for others.
const FAR_AHEAD: i32 = 48;

impl Path {
    pub(super) fn new(at: u64, size: ChunkSize) -> Self {
        let touched = [Known::default(); TOUCHED];
        Self {
            at,
            size,
            touched,
            count: 0,
            score: 0,
            prior: 0,
            opening: 0,
            before_strong: None,
            headers: 0,
            doubtful: 0,
            repeats: None,
            first: None,
            end: End::Silent,
        }
    }

    pub(super) const fn rank(&self) -> i32 {
        self.score + self.prior
    }

    pub(super) const fn ended(mut self, end: End) -> Self {
        self.end = end;
        self
    }

    /// Steps over a chunk.
    pub(super) fn step(
        &mut self,
        header: &ChunkHeader,
        mut stream: Known,
        chunk: u32,
        bytes: &[u8],
    ) -> Option<()> {
        stream.missing -= chunk.min(stream.missing);
        if stream.missing == 0
            && stream.kind == MessageType::SET_CHUNK_SIZE
            && let Some(value) = bytes.get(header.len..).and_then(|body| body.first_chunk::<4>())
        {
            self.size = ChunkSize::announced(u32::from_be_bytes(*value))?;
        }
        self.at += header.len as u64 + u64::from(chunk);
        self.set(stream).then_some(())
    }

    /// Remembers what became of a chunk stream; not, when it would be one too many.
    pub(super) fn set(&mut self, stream: Known) -> bool {
        let known = self.touched.iter_mut().take(usize::from(self.count)).find(|s| s.csid == stream.csid);
        if let Some(place) = known {
            *place = stream;
            return true;
        }
        let Some(place) = self.touched.get_mut(usize::from(self.count)) else { return false };
        *place = stream;
        self.count += 1;
        true
    }

    pub(super) fn get(&self, csid: u32) -> Option<Known> {
        self.touched.iter().take(usize::from(self.count)).find(|s| s.csid == csid).copied()
    }

    pub(super) fn read(&mut self, orphan: bool) {
        let Self { size, repeats, .. } = *self;
        let reading = Reading { orphan, size, unconfirmed: false, extra: 0, guess: None, repeats };
        self.first.get_or_insert(reading);
    }
}

impl Known {
    pub(super) fn of(stream: &ChunkStream, current: bool) -> Self {
        Self {
            csid: stream.csid,
            seen: true,
            certain: current && stream.certain,
            kind: stream.kind,
            length: stream.length,
            stream_id: stream.has_stream_id.then_some(stream.stream_id),
            lead: stream.lead,
            missing: if current { stream.missing() } else { 0 },
            extended: stream.times.extended,
            field: stream.times.field,
        }
    }
}

/// The best of several readings of one header.
#[derive(Default)]
pub(super) struct Best {
    pub(super) first: Option<Path>,
    /// The score of the second best, and of the best one that may still improve.
    pub(super) second: Option<i32>,
    pub(super) open: Option<i32>,
}

impl Best {
    pub(super) fn take(&mut self, path: Option<Path>) {
        let Some(path) = path else { return };
        let other = match &self.first {
            Some(first) if first.rank() >= path.rank() => path,
            _ => match self.first.replace(path) {
                Some(before) => before,
                None => return,
            },
        };
        self.second = self.second.max(Some(other.rank()));
        if matches!(other.end, End::RanOut { .. }) {
            self.open = self.open.max(Some(other.rank()));
        }
    }

    /// The best, if it is clearly so. While another may still turn out to be better, the way ends in front of the
    /// header, `before` it was read, and waits.
    pub(super) fn choose(self, before: &Path, end: u64) -> Option<Path> {
        let path = self.first?;
        let ahead = |other: Option<i32>, by: i32| other.is_none_or(|other| path.rank() >= other + by);
        if ahead(self.second, MARGIN) && ahead(self.open, FAR_AHEAD) {
            return Some(path);
        }
        let waits = self.open.is_some() || matches!(path.end, End::RanOut { .. });
        // Waiting by a share of the length costs no more than a multiple of it in all.
        let need = end + (end.saturating_sub(before.at) / 8).max(16);
        waits.then(|| before.ended(End::RanOut { need }))
    }
}

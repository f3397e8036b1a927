//! Follows chunks from a place in the window, header by header.
//!
//! A walk ends where the bytes contradict it (then it never was one), where they end, or where nothing more can be
//! said: at a hole, or at a chunk stream whose length nobody knows. What it met on the way is its score. Where a
//! header can be read in several ways - format 3 on a chunk stream that may have been in the middle of a message,
//! a message that may be longer than the unknown chunk size - each way is followed, and the best is kept unless
//! two are as good.

use crate::rtmp::chunk::header::{ChunkHeader, basic_len};
use crate::rtmp::chunk::size::ChunkSize;
use crate::rtmp::chunk::stream::ChunkStream;
use crate::rtmp::chunk::streams::ChunkStreams;
use crate::rtmp::message::kind::MessageType;

use super::evidence;
use super::window::{Look, Window};

/// What the decoder knows while the search goes on.
#[derive(Copy, Clone)]
pub(in crate::rtmp::chunk) struct Knowledge<'a> {
    pub(in crate::rtmp::chunk) streams: &'a ChunkStreams,
    pub(in crate::rtmp::chunk) size: ChunkSize,
    /// The newest media timestamp of the direction.
    pub(in crate::rtmp::chunk) clock: Option<u32>,
    /// Whether another chunk stream can be added.
    pub(in crate::rtmp::chunk) room: bool,
}

/// A chunk stream as a walk sees it.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Known {
    csid: u32,
    /// It had a header.
    pub(super) seen: bool,
    /// Its length and type are those of its last header; otherwise that header may not have been captured.
    certain: bool,
    pub(super) kind: MessageType,
    pub(super) length: u32,
    pub(super) stream_id: Option<u32>,
    /// The first body byte of its last message.
    pub(super) lead: Option<u8>,
    /// Body bytes that the message under way lacks.
    missing: u32,
    extended: bool,
    field: u32,
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
}

/// A walk, so far or to its end.
#[derive(Copy, Clone, Debug)]
pub(super) struct Path {
    at: u64,
    size: ChunkSize,
    touched: [Known; TOUCHED],
    count: usize,
    pub(super) score: i32,
    /// Bits for what was likely before anything was seen; not a part of the score.
    prior: i32,
    /// The score behind the first header, and in front of the first header that speaks for itself.
    pub(super) opening: i32,
    pub(super) before_strong: Option<i32>,
    pub(super) headers: u32,
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
const TOUCHED: usize = 6;
const MOST_HEADERS: u32 = 12;
/// Bits that need no more.
const ENOUGH: i32 = 160;
/// A reading of a header is taken when it is this many bits better than any other.
const MARGIN: i32 = 12;
/// Better by this much, it need not be waited for others.
const FAR_AHEAD: i32 = 48;
/// Bits that a chunk size in common use is likelier than another.
const COMMON: i32 = 16;
/// Chunk sizes in use; tried even where another chunk stream comes between two chunks of a message.
const COMMON_SIZES: [u32; 12] =
    [128, 4096, 60_000, 65_536, 5000, 1024, 2048, 8192, 10_000, 32_768, 131_072, 65_535];

pub(super) struct Walker<'a> {
    pub(super) window: &'a Window,
    pub(super) known: Knowledge<'a>,
    /// The streams' state is that at the start of the walk; otherwise headers may have been missed.
    pub(super) current: bool,
    pub(super) work: &'a mut u64,
}

impl Path {
    pub(super) fn new(at: u64, size: ChunkSize) -> Self {
        let touched = [Known::default(); TOUCHED];
        Self { at, size, touched, count: 0, score: 0, prior: 0, opening: 0, before_strong: None, headers: 0, first: None, end: End::Silent }
    }

    const fn rank(&self) -> i32 {
        self.score + self.prior
    }

    const fn ended(mut self, end: End) -> Self {
        self.end = end;
        self
    }

    /// Remembers what became of a chunk stream; not, when it would be one too many.
    fn set(&mut self, stream: Known) -> bool {
        let known = self.touched.iter_mut().take(self.count).find(|s| s.csid == stream.csid);
        if let Some(place) = known {
            *place = stream;
            return true;
        }
        let Some(place) = self.touched.get_mut(self.count) else { return false };
        *place = stream;
        self.count += 1;
        true
    }

    fn get(&self, csid: u32) -> Option<Known> {
        self.touched.iter().take(self.count).find(|s| s.csid == csid).copied()
    }

    fn read(&mut self, orphan: bool) {
        let size = self.size;
        self.first.get_or_insert(Reading { orphan, size, unconfirmed: false, extra: 0 });
    }
}

impl Walker<'_> {
    /// Goes on from a chunk boundary; nothing when the bytes contradict that it is one.
    pub(super) fn follow(&mut self, mut path: Path) -> Option<Path> {
        loop {
            if path.headers >= MOST_HEADERS || path.score >= ENOUGH {
                return Some(path.ended(End::Enough));
            }
            if !self.spend(1) {
                return None;
            }
            let (bytes, open) = match self.window.look(path.at) {
                Look::Data { bytes, open } => (bytes, open),
                Look::Hole => return Some(path.ended(End::Silent)),
                Look::Beyond => return Some(path.ended(End::RanOut { need: path.at + 1 })),
            };
            let cut = |path: Path| {
                let need = path.at + bytes.len() as u64 + 1;
                Some(path.ended(if open { End::RanOut { need } } else { End::Silent }))
            };
            let Ok(mut header) = ChunkHeader::parse(bytes) else { return cut(path) };
            let mut stream = self.stream(&path, header.csid);
            if header.fmt == 3 && stream.extended {
                match bytes.get(header.len..).and_then(|rest| rest.first_chunk::<4>()) {
                    Some(field) if u32::from_be_bytes(*field) == stream.field => {
                        header.len += 4;
                        path.score += evidence::REPEATS;
                    }
                    Some(_) => {}
                    None => return cut(path),
                }
            }
            path.headers += 1;
            let goes_on = stream.missing > 0;
            if goes_on {
                let same = header.fmt == 1 && (header.length, header.kind) == (stream.length, stream.kind);
                if header.fmt != 3 && !same {
                    return None;
                }
                path.score += evidence::CONTINUES;
                path.read(false);
            } else if header.fmt >= 2 && !stream.certain {
                return self.uncertain(path, &header, stream, bytes);
            } else {
                self.begin(&mut path, &header, &mut stream, bytes)?;
            }
            let Some(chunk) = path.size.chunk(stream.missing) else {
                return self.sizes(path, &header, stream, bytes);
            };
            path.read(false);
            self.chunk(&mut path, &header, stream, chunk, bytes)?;
        }
    }

    /// Goes on over a hole, from a chunk boundary in it: as if the message of `stream` went on there with nothing
    /// between its chunks. Gives the place behind the hole where the first header is expected.
    pub(super) fn follow_over(&mut self, pos: u64, stream: &ChunkStream) -> Option<(u64, Path)> {
        let mut path = Path::new(pos, self.known.size);
        let header_len = u64::from(stream.continuing_header_len());
        let mut stream = Known::of(stream, true);
        while stream.missing > 0 && self.window.look(path.at) == Look::Hole {
            if !self.spend(1) || self.window.look(path.at + header_len - 1) != Look::Hole {
                return None;
            }
            let chunk = path.size.chunk(stream.missing)?;
            path.at += header_len + u64::from(chunk);
            stream.missing -= chunk;
        }
        if self.window.look(path.at) == Look::Hole {
            return None;
        }
        path.set(stream);
        path.read(false);
        let landing = path.at;
        self.follow(path).map(|path| (landing, path))
    }

    /// Takes a header that begins a message.
    fn begin(&self, path: &mut Path, header: &ChunkHeader, stream: &mut Known, bytes: &[u8]) -> Option<()> {
        if header.fmt >= 2 && !stream.seen {
            return None;
        }
        let lead = bytes.get(header.len).copied();
        let any_known = path.count > 0 || !self.known.streams.is_empty();
        let bits = evidence::of_start(header, stream, self.known.clock, any_known, lead)?;
        if header.fmt < 2 && bits >= evidence::STRONG {
            path.before_strong.get_or_insert(path.score);
        }
        path.score += bits;
        if path.headers == 1 {
            path.opening = path.score;
        }
        if !stream.seen && !self.known.room {
            return None;
        }
        stream.seen = true;
        stream.certain = true;
        if header.fmt < 3 {
            (stream.field, stream.extended) = (header.field, header.extended);
        }
        if header.fmt < 2 {
            (stream.kind, stream.length) = (header.kind, header.length);
        }
        if header.fmt == 0 {
            stream.stream_id = Some(header.stream_id);
        }
        stream.lead = lead.or(stream.lead);
        stream.missing = stream.length;
        // A stream of empty messages confirms nothing.
        (stream.length > 0 || header.fmt < 2).then_some(())
    }

    /// Steps over a chunk.
    fn chunk(
        &self,
        path: &mut Path,
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
            let size = u32::from_be_bytes(*value);
            if size == 0 || size > 0x7FFF_FFFF {
                return None;
            }
            path.size = ChunkSize::Known(size);
        }
        path.at += header.len as u64 + u64::from(chunk);
        path.set(stream).then_some(())
    }

    /// A format 2 or 3 header on a chunk stream whose last header may not have been captured.
    fn uncertain(&mut self, path: Path, header: &ChunkHeader, stream: Known, bytes: &[u8]) -> Option<Path> {
        let mut best = Best::default();
        let mut new = (path, stream);
        if self.begin(&mut new.0, header, &mut new.1, bytes).is_some() {
            let (mut path, stream) = new;
            let walked = match path.size.chunk(stream.missing) {
                Some(chunk) => {
                    path.read(false);
                    self.chunk(&mut path, header, stream, chunk, bytes).and_then(|()| self.follow(path))
                }
                None => self.sizes(path, header, stream, bytes),
            };
            best.take(walked);
        }
        // A place that was only guessed is not confirmed by a chunk that can be anything.
        let guessed = path.headers == 1 && !self.current;
        if let (3, ChunkSize::Known(size), false) = (header.fmt, path.size, guessed) {
            let mut orphan = path;
            orphan.read(true);
            orphan.at += header.len as u64 + u64::from(size);
            orphan.score += if stream.seen { evidence::CONTINUES } else { 0 };
            best.take(self.follow(orphan));
        }
        match best.choose(&path, self.window.end()) {
            None if path.headers > 1 => Some(path.ended(End::Silent)),
            chosen => chosen,
        }
    }

    /// A message longer than any chunk seen, while the chunk size is unknown: in one chunk, or cut at a place where
    /// the header of another chunk can be. Every size that cuts it in two has it end at the same place; if several
    /// are possible, the size stays unknown.
    fn sizes(&mut self, path: Path, header: &ChunkHeader, stream: Known, bytes: &[u8]) -> Option<Path> {
        let mut best = Best::default();
        let mut halves = Best::default();
        let (least, length) = (path.size.bytes().max(1), stream.missing);
        let mut smallest: Option<u32> = None;
        let mut attempt = |walker: &mut Self, size: ChunkSize, common: bool| {
            let mut path = path;
            path.size = size;
            path.read(false);
            let chunk = size.chunk(length).unwrap_or(length);
            let walked = walker.chunk(&mut path, header, stream, chunk, bytes).and_then(|()| walker.follow(path));
            let Some(mut path) = walked else { return };
            path.prior += if common { COMMON } else { 0 };
            match size {
                ChunkSize::Known(size) if size >= length / 2 + length % 2 => halves.take(Some(path)),
                ChunkSize::Known(size) if !common && path.headers > 3 => {
                    // The headers of every other chunk are where a size twice as long would have them.
                    if smallest.is_none_or(|s| (size + 1) % (s + 1) != 0) {
                        smallest.get_or_insert(size);
                        best.take(Some(path));
                    }
                }
                _ => best.take(Some(path)),
            }
        };
        attempt(self, ChunkSize::AtLeast(length), false);
        for size in COMMON_SIZES {
            if (least..length).contains(&size) {
                attempt(self, ChunkSize::Known(size), true);
            }
        }
        let body = bytes.get(header.len..).unwrap_or(&[]);
        let body = usize::try_from(length).ok().and_then(|n| body.get(..n)).unwrap_or(body);
        if self.spend(body.len() as u64 / 16) {
            let next = 0xC0
                | if basic_len(stream.csid) == 1 { stream.csid & 0x3F } else { basic_len(stream.csid) - 2 };
            let skip = usize::try_from(least).unwrap_or(usize::MAX);
            for (size, byte) in body.iter().enumerate().skip(skip) {
                let size = u32::try_from(size).unwrap_or(u32::MAX);
                if u32::from(*byte) == next && !COMMON_SIZES.contains(&size) {
                    attempt(self, ChunkSize::Known(size), false);
                }
            }
        }
        if let Some(mut half) = halves.first {
            if halves.second.is_some_and(|second| half.rank() < second + MARGIN)
                && path.first.is_none()
                && let Some(reading) = &mut half.first
            {
                let extra = basic_len(stream.csid) + if stream.extended { 4 } else { 0 };
                *reading = Reading { size: path.size, unconfirmed: true, extra, ..*reading };
            }
            best.take(Some(half));
        }
        best.choose(&path, self.window.end())
    }

    fn stream(&self, path: &Path, csid: u32) -> Known {
        let in_decoder = || self.known.streams.find(csid).map(|s| Known::of(s, self.current));
        path.get(csid).or_else(in_decoder).unwrap_or(Known { csid, ..Known::default() })
    }

    /// Takes from the work that may be done; says whether there was enough.
    fn spend(&mut self, work: u64) -> bool {
        let enough = *self.work > work;
        *self.work = self.work.saturating_sub(work);
        enough
    }
}

impl Known {
    fn of(stream: &ChunkStream, current: bool) -> Self {
        Self {
            csid: stream.csid,
            seen: true,
            certain: current && stream.certain,
            kind: stream.kind,
            length: stream.length,
            stream_id: stream.has_stream_id.then_some(stream.stream_id),
            lead: stream.lead,
            missing: if current { stream.missing() } else { 0 },
            extended: stream.extended,
            field: stream.field,
        }
    }
}

/// The best of several readings of one header.
#[derive(Default)]
struct Best {
    first: Option<Path>,
    /// The score of the second best, and of the best one that may still improve.
    second: Option<i32>,
    open: Option<i32>,
}

impl Best {
    fn take(&mut self, path: Option<Path>) {
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
    fn choose(self, before: &Path, end: u64) -> Option<Path> {
        let path = self.first?;
        let ahead = |other: Option<i32>, by: i32| other.is_none_or(|other| path.rank() >= other + by);
        if ahead(self.second, MARGIN) && ahead(self.open, FAR_AHEAD) {
            return Some(path);
        }
        let waits = self.open.is_some() || matches!(path.end, End::RanOut { .. });
        // Waiting by a share of the length costs no more than a multiple of it in all.
        let need = end + (end.saturating_sub(before.at) / 8).max(1024);
        waits.then(|| before.ended(End::RanOut { need }))
    }
}

//! Headers that can be read in several ways: each way is followed, and the best is taken if it is clearly so.

use crate::rtmp::chunk::header::{ChunkHeader, basic_len};
use crate::rtmp::chunk::size::ChunkSize;

use super::evidence;
use super::path::{Best, End, Known, MARGIN, Path, Reading};
use super::walk::Walker;

/// Bytes of messages whose length is guessed.
const SHORTEST_GUESS: usize = 32;
const LONGEST_GUESS: usize = 8192;
/// Steps of work for looking through the bytes that may be of such a message.
const BODY_WORK: u64 = LONGEST_GUESS as u64 / 16;
/// Bits that confirm a guess; and one at a place that is itself a guess.
const CHOSEN: i32 = 40;
const CHOSEN_ALONE: i32 = 72;
/// Bits that a chunk size in common use is likelier than another.
const COMMON: i32 = 16;
/// Chunk sizes in use; tried even where another chunk stream comes between two chunks of a message.
const COMMON_SIZES: [u32; 12] =
    [128, 4096, 60_000, 65_536, 5000, 1024, 2048, 8192, 10_000, 32_768, 131_072, 65_535];

impl Walker<'_> {
    /// A format 2 or 3 header on a chunk stream whose last header may not have been captured.
    pub(super) fn uncertain(
        &mut self,
        path: Path,
        header: &ChunkHeader,
        stream: Known,
        bytes: &[u8],
    ) -> Option<Path> {
        if !stream.seen
            && let Some(path) = self.unseen(path, header, stream, bytes)
        {
            return Some(path);
        }
        let mut best = Best::default();
        let mut new = (path, stream);
        if self.begin(&mut new.0, header, &mut new.1, bytes).is_some() {
            let (mut path, stream) = new;
            path.doubtful = header.csid;
            let walked = match path.size.chunk(stream.missing) {
                Some(chunk) => {
                    path.read(false);
                    path.step(header, stream, chunk, bytes).and_then(|()| self.follow(path))
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

    /// A format 2 or 3 header on a chunk stream that never had another: messages of one length follow each other
    /// there. The length is the one behind which chunks go on.
    pub(super) fn unseen(
        &mut self,
        path: Path,
        header: &ChunkHeader,
        stream: Known,
        bytes: &[u8],
    ) -> Option<Path> {
        let alone = path.count == 0 && self.known.streams.is_empty();
        let guessed = path.headers == 1 && !self.current && (header.fmt == 3 || !alone);
        if guessed || !self.known.joined || !self.known.room {
            return None;
        }
        let enough = if alone { CHOSEN_ALONE } else { CHOSEN };
        let body = bytes.get(header.len..).unwrap_or(&[]);
        let (kind, bits) = evidence::of_unseen(header, *body.first()?)?;
        let mut path = path;
        path.score += bits;
        if path.headers == 1 {
            path.opening = path.score;
        }
        // Behind a guess a header can be found from anywhere: it confirms nothing of what was before.
        if path.headers > 1 {
            return Some(path.ended(End::Silent));
        }
        if !self.spend(BODY_WORK) {
            return None;
        }
        for end in SHORTEST_GUESS..body.len().min(LONGEST_GUESS) {
            let Some(length) = self.guess(&path, header, body, end) else { continue };
            let walked = self.guessed(path, header, Known { kind, length, ..stream }, bytes);
            // The first place is the right one: later ones have messages in front of them.
            if walked.is_some_and(|walked| {
                walked.score - bits >= enough || matches!(walked.end, End::RanOut { .. })
            }) {
                return walked;
            }
        }
        let need = path.at + bytes.len() as u64 + 1;
        (body.len() < LONGEST_GUESS).then(|| path.ended(End::RanOut { need }))
    }

    /// The length of a message whose chunks end at `end`, if another header can be there.
    fn guess(&self, path: &Path, header: &ChunkHeader, body: &[u8], end: usize) -> Option<u32> {
        let byte = *body.get(end)?;
        let csid = u32::from(byte & 0x3F);
        let again = csid == header.csid && byte >= 0x80;
        if !again && (csid < 2 || csid == header.csid || !self.stream(path, csid).seen) {
            return None;
        }
        let length = path.size.body_of(u32::try_from(end).unwrap_or(u32::MAX))?;
        // It may as well be in several chunks.
        let next = |size: u32| usize::try_from(size).ok().and_then(|at| body.get(at));
        let cut =
            |size: &u32| *size < length && next(*size).is_some_and(|b| u32::from(*b) == 0xC0 | header.csid);
        let may_be_cut = matches!(path.size, ChunkSize::AtLeast(_)) && COMMON_SIZES.iter().any(cut);
        (!may_be_cut).then_some(length)
    }

    /// Goes on with a message whose type and length are guessed, as `stream` has them.
    fn guessed(&mut self, mut path: Path, header: &ChunkHeader, stream: Known, bytes: &[u8]) -> Option<Path> {
        let Known { kind, length, .. } = stream;
        path.read(false);
        if let ChunkSize::AtLeast(least) = path.size {
            path.size = ChunkSize::AtLeast(least.max(length));
        }
        if let Some(reading) = &mut path.first {
            *reading = Reading { guess: Some((kind, length)), size: path.size, ..*reading };
        }
        let lead = bytes.get(header.len).copied();
        let known = Known { seen: true, certain: true, missing: length, lead, ..stream };
        let chunk = path.size.chunk(length)?;
        path.step(header, known, chunk, bytes).and_then(|()| self.follow(path))
    }

    /// A message longer than any chunk seen, while the chunk size is unknown: in one chunk, or cut at a place where
    /// the header of another chunk can be. Every size that cuts it in two has it end at the same place; if several
    /// are possible, the size stays unknown.
    pub(super) fn sizes(
        &mut self,
        path: Path,
        header: &ChunkHeader,
        stream: Known,
        bytes: &[u8],
    ) -> Option<Path> {
        let mut best = Best::default();
        let mut halves = Best::default();
        let (least, length) = (path.size.bytes().max(1), stream.missing);
        let mut smallest: Option<u32> = None;
        let mut attempt = |walker: &mut Self, size: ChunkSize, common: bool| {
            let mut path = path;
            path.size = size;
            path.read(false);
            let chunk = size.chunk(length).unwrap_or(length);
            let walked = path.step(header, stream, chunk, bytes).and_then(|()| walker.follow(path));
            let Some(mut path) = walked else { return };
            path.prior += if common { COMMON } else { 0 };
            match size {
                // The headers of every other chunk are where a size twice as long would have them.
                ChunkSize::Known(size) if smallest.is_some_and(|s| (size + 1) % (s + 1) == 0) => {}
                ChunkSize::Known(size) if size >= length / 2 + length % 2 => halves.take(Some(path)),
                ChunkSize::Known(size) if !common && path.headers > 3 => {
                    smallest.get_or_insert(size);
                    best.take(Some(path));
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
                let repeats = stream.extended && !self.known.dialect.omits();
                let extra = basic_len(stream.csid) + if repeats { 4 } else { 0 };
                *reading = Reading { size: path.size, unconfirmed: true, extra, ..*reading };
            }
            best.take(Some(half));
        }
        best.choose(&path, self.window.end())
    }
}

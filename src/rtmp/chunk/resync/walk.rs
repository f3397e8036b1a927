//! Follows chunks from a place in the window, header by header.
//!
//! A walk ends where the bytes contradict it (then it never was one), where they end, or where nothing more can be
//! said: at a hole, or at a chunk stream whose length nobody knows. What it met on the way is its score. Where a
//! header can be read in several ways - format 3 on a chunk stream that may have been in the middle of a message,
//! a message that may be longer than the unknown chunk size - each way is followed, and the best is kept unless
//! two are as good.

use crate::rtmp::chunk::dialect::{Dialect, Expected};
use crate::rtmp::chunk::header::ChunkHeader;
use crate::rtmp::chunk::size::ChunkSize;
use crate::rtmp::chunk::stream::ChunkStream;
use crate::rtmp::chunk::streams::ChunkStreams;

use super::evidence;
use super::path::{End, Known, Path};
use super::window::{Look, Window};

/// What the decoder knows while the search goes on.
#[derive(Copy, Clone)]
pub(in crate::rtmp::chunk) struct Knowledge<'a> {
    pub(in crate::rtmp::chunk) streams: &'a ChunkStreams,
    pub(in crate::rtmp::chunk) size: ChunkSize,
    /// The newest media timestamp of the direction.
    pub(in crate::rtmp::chunk) clock: Option<u32>,
    /// The stream was joined inside the connection: chunk streams may be in use that never had a header.
    pub(in crate::rtmp::chunk) joined: bool,
    /// Whether another chunk stream can be added.
    pub(in crate::rtmp::chunk) room: bool,
    /// How the sender writes timestamps.
    pub(in crate::rtmp::chunk) dialect: Dialect,
}

/// How the first header of a walk, of format 3, is to be read.
#[derive(Copy, Clone, Debug)]
pub(super) struct Asked {
    pub(super) csid: u32,
    /// It has an extended timestamp; these are the four bytes behind its basic header.
    pub(super) present: bool,
    pub(super) value: u32,
}

struct Repeats {
    present: bool,
    bits: i32,
}

const MOST_HEADERS: u32 = 12;
/// Bits that need no more.
const ENOUGH: i32 = 160;

pub(super) struct Walker<'a> {
    pub(super) window: &'a Window,
    pub(super) known: Knowledge<'a>,
    /// The streams' state is that at the start of the walk; otherwise headers may have been missed.
    pub(super) current: bool,
    pub(super) work: &'a mut u64,
    /// The first header is read so.
    pub(super) asked: Option<Asked>,
    /// The header that was read last.
    pub(super) at: u64,
}

impl Walker<'_> {
    /// Goes on from a chunk boundary; nothing when the bytes contradict that it is one.
    pub(super) fn follow(&mut self, mut path: Path) -> Option<Path> {
        loop {
            if path.headers >= MOST_HEADERS || path.score >= ENOUGH {
                return Some(path.ended(End::Enough));
            }
            self.at = path.at;
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
            let Some(mut header) = ChunkHeader::parse(bytes) else { return cut(path) };
            let mut stream = self.stream(&path, header.csid);
            if header.fmt == 3 && stream.extended {
                match self.repeats(&path, &stream, bytes.get(header.len..).unwrap_or(&[])) {
                    Some(Repeats { present, bits }) => {
                        header.len += if present { 4 } else { 0 };
                        path.score += bits;
                        if path.headers == 0 {
                            path.repeats = Some(present);
                        }
                    }
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
                // Where a message of doubtful length goes on says nothing of where it ends.
                if path.doubtful != header.csid {
                    path.score += evidence::CONTINUES;
                }
                path.read(false);
            } else if header.fmt >= 2 && !stream.certain {
                return match self.asked {
                    None => self.uncertain(path, &header, stream, bytes),
                    Some(_) => stream.seen.then(|| path.ended(End::Silent)),
                };
            } else {
                self.begin(&mut path, &header, &mut stream, bytes)?;
            }
            let Some(chunk) = path.size.chunk(stream.missing) else {
                return match self.asked {
                    None => self.sizes(path, &header, stream, bytes),
                    Some(_) => Some(path.ended(End::Silent)),
                };
            };
            path.read(false);
            path.step(&header, stream, chunk, bytes)?;
        }
    }

    /// Whether a format 3 chunk has the extended timestamp, from the bytes behind its basic header; nothing when that
    /// needs more of them.
    fn repeats(&self, path: &Path, stream: &Known, behind: &[u8]) -> Option<Repeats> {
        let asked = self.asked.filter(|asked| asked.csid == stream.csid);
        let other = asked.filter(|asked| asked.present).map(|asked| asked.value);
        let expected = Expected {
            field: stream.field,
            time: other.unwrap_or(stream.field),
            other,
            earlier: other.map(|_| true),
            begins: stream.missing == 0,
        };
        let value = behind.first_chunk::<4>().map(|four| u32::from_be_bytes(*four))?;
        let present = match asked {
            Some(Asked { present: false, .. }) => false,
            Some(_) if path.headers == 0 => true,
            _ => expected.judge(value, self.known.dialect).present,
        };
        let known = value == stream.field || (path.headers > 0 && other == Some(value));
        Some(Repeats { present, bits: if present && known { evidence::REPEATS } else { 0 } })
    }

    /// Goes on over a hole, from a chunk boundary in it: as if the message of `stream` went on there with nothing
    /// between its chunks. Gives the place behind the hole where the first header is expected.
    pub(super) fn follow_over(&mut self, pos: u64, stream: &ChunkStream) -> Option<(u64, Path)> {
        let mut path = Path::new(pos, self.known.size);
        let header_len = u64::from(stream.continuing_header_len(self.known.dialect));
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
    pub(super) fn begin(
        &self,
        path: &mut Path,
        header: &ChunkHeader,
        stream: &mut Known,
        bytes: &[u8],
    ) -> Option<()> {
        if header.fmt >= 2 && !stream.seen {
            return None;
        }
        let body = bytes.get(header.len..).unwrap_or(&[]);
        let any_known = path.count > 0 || !self.known.streams.is_empty();
        if path.doubtful == header.csid {
            path.doubtful = 0;
        }
        let bits = evidence::of_start(header, stream, self.known.clock, any_known, body)?;
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
        stream.lead = body.first().copied().or(stream.lead);
        stream.missing = stream.length;
        // A stream of empty messages confirms nothing.
        (stream.length > 0 || header.fmt < 2).then_some(())
    }

    pub(super) fn stream(&self, path: &Path, csid: u32) -> Known {
        let in_decoder = || self.known.streams.find(csid).map(|s| Known::of(s, self.current));
        path.get(csid).or_else(in_decoder).unwrap_or(Known { csid, ..Known::default() })
    }

    /// Takes from the work that may be done; says whether there was enough.
    pub(super) fn spend(&mut self, work: u64) -> bool {
        let enough = *self.work > work;
        *self.work = self.work.saturating_sub(work);
        enough
    }
}

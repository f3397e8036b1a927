//! Whether a format 3 chunk has an extended timestamp, where the four bytes behind its basic header do not say.
//!
//! Takes the window from that header on; follows the chunks behind it in both readings. The one that runs into bytes
//! that are no header first was wrong. The answer depends on the bytes of the stream alone, not on how many of them
//! were there when it was asked: until it is certain there is none, but at the end.

use crate::rtmp::chunk::header::ChunkHeader;

use super::path::{End, MARGIN, Path};
use super::walk::{Asked, Knowledge, Walker};
use super::window::{Look, Window};

/// A reading, followed.
struct Trial {
    /// How far it came, or where it turned out to be wrong.
    path: Result<Path, u64>,
}

/// Steps of work for one reading; chunk streams without doubt take a few.
const WORK: u64 = 1 << 12;
/// Readings that go wrong this near to each other say nothing.
const SAME_PLACE: u64 = 32;
/// Bits for messages that end with the stream.
const ENDS: i32 = 16;

/// Whether the header at `pos` has an extended timestamp; at the `end` of the stream nothing is waited for.
pub(super) fn ask(window: &Window, known: Knowledge<'_>, pos: u64, end: bool) -> Option<bool> {
    let Look::Data { bytes, .. } = window.look(pos) else { return end.then_some(false) };
    let Some(header) = ChunkHeader::parse(bytes) else { return end.then_some(false) };
    let behind = bytes.get(header.len..).unwrap_or(&[]);
    let Some(value) = behind.first_chunk::<4>().map(|four| u32::from_be_bytes(*four)) else {
        return end.then_some(false);
    };
    let stream = known.streams.find(header.csid);
    let expected = stream.map(|stream| stream.times.expected(stream.message.is_none()));
    let default = expected.is_some_and(|expected| expected.judge(value, known.dialect).present);
    let follow = |present| {
        let mut work = WORK;
        let asked = Some(Asked { csid: header.csid, present, value });
        let mut walker = Walker { window, known, current: true, work: &mut work, asked, at: pos };
        let path = walker.follow(Path::new(pos, known.size));
        Trial { path: path.ok_or(walker.at) }
    };
    match compare(&follow(true), &follow(false), window.end(), end) {
        Answer::Present => Some(true),
        Answer::Absent => Some(false),
        Answer::Open => Some(default),
        Answer::Wait => None,
    }
}

/// What following both readings says.
enum Answer {
    Present,
    Absent,
    /// Neither is clearly right.
    Open,
    /// More bytes can tell.
    Wait,
}

/// Which of two readings is right, `with` an extended timestamp or `without`.
fn compare(with: &Trial, without: &Trial, window: u64, end: bool) -> Answer {
    let outlasts = |path: &Path, place: u64, then: Answer| match path.outlasts(place, window, end) {
        Some(true) => then,
        Some(false) => Answer::Open,
        None => Answer::Wait,
    };
    match (&with.path, &without.path) {
        (Err(with), Err(without)) if with.abs_diff(*without) <= SAME_PLACE => Answer::Open,
        (Err(with), Err(without)) if with > without => Answer::Present,
        (Err(_), Err(_)) => Answer::Absent,
        (Ok(path), Err(wrong)) => outlasts(path, *wrong, Answer::Present),
        (Err(wrong), Ok(path)) => outlasts(path, *wrong, Answer::Absent),
        (Ok(with), Ok(without)) => {
            let waits = |path: &Path| matches!(path.end, End::RanOut { .. });
            let rank = |path: &Path| path.rank() + if path.at == window { ENDS } else { 0 };
            match rank(with) - rank(without) {
                _ if !end && (waits(with) || waits(without)) => Answer::Wait,
                MARGIN.. => Answer::Present,
                ahead if ahead <= -MARGIN => Answer::Absent,
                _ => Answer::Open,
            }
        }
    }
}

impl Path {
    /// Whether it went on well behind a place where another went wrong, or to the very end of the stream.
    fn outlasts(&self, place: u64, window: u64, end: bool) -> Option<bool> {
        if !matches!(self.end, End::RanOut { .. }) || self.at > place + SAME_PLACE {
            return Some(true);
        }
        end.then_some(self.at == window)
    }
}

//! Tries the places of the window in order, and says where a run of chunks confirms itself.
//!
//! A place is taken as soon as what follows it is very unlikely by chance; until there are enough bytes to say so
//! it is kept in mind while later places are tried. Each place is looked at a bounded number of times and all of
//! them share a budget of work that grows with the bytes of the stream, so that hostile bytes cost no more time
//! than others.

use super::super::size::ChunkSize;
use super::super::stream::ChunkStream;
use super::super::streams::ChunkStreams;
use super::path::{End, Path, Reading};
use super::type3;
use super::walk::{Knowledge, Walker};
use super::window::{Look, Window};
use crate::base::pos::PacketRef;
use crate::rtmp::message::kind::MessageType;

/// The search of one direction.
#[derive(Debug)]
pub(in crate::rtmp::chunk) struct Search {
    pub(in crate::rtmp::chunk) window: Window,
    /// What lies in front of this has been decoded or given up.
    pub(in crate::rtmp::chunk) from: u64,
    /// What is known of the place the search began at.
    origin: Origin,
    /// Places in front of this were tried, or are pending.
    next: u64,
    pending: Vec<Pending>,
    /// Steps of work that may still be done.
    work: u64,
}

/// What is known of the place where a search begins.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::rtmp::chunk) enum Origin {
    /// Nothing.
    Unknown,
    /// A header is here, in a hole; the chunk before it left the message of the chunk stream in this slot unfinished.
    Hole { slot: usize },
    /// A chunk header is here for certain, but it can be read in several ways.
    Header,
    /// A chunk header of format 3 is here; whether with an extended timestamp is the question.
    Extended,
}

/// Where chunks go on.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::rtmp::chunk) enum Found {
    /// The message under way fills the hole; the next captured header is at `landing`.
    Over { landing: u64 },
    /// A header is at `pos`.
    Header { pos: u64, reading: Reading },
}

#[derive(Copy, Clone, Debug)]
struct Pending {
    pos: u64,
    /// Looked at again when the window reaches this offset.
    need: u64,
    /// What speaks for it so far.
    score: i32,
}

/// What is made of a path.
enum Decision {
    Yes(Reading, i32),
    No,
    Wait { need: u64, score: i32 },
}

/// Bits for a place found by trying, with two headers or more; with one alone; with one in front of a hole; and when
/// the chunk size has to be another than the one known.
const CONFIRMED: i32 = 60;
const ALONE: i32 = 76;
const IN_FRONT_OF_HOLE: i32 = 48;
const OTHER_SIZE: i32 = 100;
/// Bits for the headers in front of the first that speaks for itself.
const LED: i32 = 24;
/// Bits for a place that follows from what was before.
const EXPECTED: i32 = 20;
/// Places kept in mind at one time.
const MOST_PENDING: usize = 32;
/// Steps of work that come with every byte of the stream, and that can be saved up.
const WORK_PER_BYTE: u64 = 8;
const MOST_WORK: u64 = 1 << 20;

impl Search {
    /// A search that begins at `from`.
    pub(in crate::rtmp::chunk) fn new(from: u64, origin: Origin) -> Self {
        Self { window: Window::default(), from, origin, next: from, pending: Vec::new(), work: 1 << 16 }
    }

    /// Begins again inside the window.
    pub(in crate::rtmp::chunk) fn again(&mut self, from: u64, origin: Origin) {
        (self.from, self.next, self.origin) = (from, from, origin);
        self.pending.clear();
        self.window.forget_before(from);
    }

    /// Adds the next bytes of the stream.
    pub(in crate::rtmp::chunk) fn push_data(&mut self, pos: u64, bytes: &[u8], at: PacketRef) {
        self.window.push_data(pos, bytes, at);
        self.work = (self.work + bytes.len() as u64 * WORK_PER_BYTE).min(MOST_WORK);
    }

    /// Adds a hole.
    pub(in crate::rtmp::chunk) fn push_hole(&mut self, pos: u64, len: u64, snapped: bool, at: PacketRef) {
        self.window.push_hole(pos, len, snapped, at);
    }

    /// The first place where chunks go on, if one can be told. At the `end` of the stream nothing is waited for.
    pub(in crate::rtmp::chunk) fn find(
        &mut self,
        known: Knowledge<'_>,
        open: Option<&ChunkStream>,
        end: bool,
    ) -> Option<Found> {
        let found = self.at_origin(known, open, end);
        if found.is_some() || self.origin != Origin::Unknown {
            return found;
        }
        if let Some(found) = self.look_again(known, end) {
            return Some(found);
        }
        while let Some(pos) = self.next_start(known.streams) {
            match self.try_at(pos, known, end) {
                Decision::Yes(reading, _) => return Some(Found::Header { pos, reading }),
                Decision::No => {}
                // The end of the window: further places have no more bytes to show.
                Decision::Wait { need, .. } if need.saturating_sub(pos) < MIN_HEADER as u64 => {
                    self.next = pos;
                    return None;
                }
                Decision::Wait { need, score } => self.keep(Pending { pos, need, score }),
            }
            self.next = pos + 1;
        }
        self.next = self.next.max(self.window.end());
        None
    }

    /// Whether more is held than `max`. A place that was waited for is decided then, or half is given up.
    pub(in crate::rtmp::chunk) fn is_over(&self, max: usize) -> bool {
        self.window.held() > max
    }

    /// Memory held, in bytes.
    pub(in crate::rtmp::chunk) fn held(&self) -> usize {
        self.window.held()
    }

    /// The header at the origin, as far as it can be read with what is there: it cannot be waited for any longer.
    pub(in crate::rtmp::chunk) fn settle(&mut self, known: Knowledge<'_>) -> Option<Found> {
        match self.origin {
            Origin::Header => {}
            Origin::Extended => return self.extended(known, true),
            Origin::Unknown | Origin::Hole { .. } => return None,
        }
        let path = self.walk(known, true, Path::new(self.from, known.size))?;
        let mut reading = path.first?;
        reading.unconfirmed = path.headers < 2;
        (!reading.orphan).then_some(Found::Header { pos: self.from, reading })
    }

    /// Where the second half of the window begins.
    pub(in crate::rtmp::chunk) fn half(&self) -> u64 {
        self.window.middle().max(self.from)
    }

    /// Gives up what lies in front of `from`.
    pub(in crate::rtmp::chunk) fn give_up_before(&mut self, from: u64) {
        (self.origin, self.from) = (Origin::Unknown, from);
        self.next = self.next.max(from);
        self.pending.retain(|p| p.pos >= from);
        self.window.forget_before(from);
    }

    /// Forgets the window; the search goes on at `from`, its end.
    pub(in crate::rtmp::chunk) fn clear(&mut self, from: u64) {
        self.window = Window::default();
        self.again(from, Origin::Unknown);
    }

    pub(in crate::rtmp::chunk) const fn origin(&self) -> Origin {
        self.origin
    }

    fn at_origin(&mut self, known: Knowledge<'_>, open: Option<&ChunkStream>, end: bool) -> Option<Found> {
        match self.origin {
            Origin::Unknown => None,
            Origin::Hole { .. } => {
                let Self { window, work, from, .. } = self;
                let mut walker = Walker { window, known, current: true, work, asked: None, at: *from };
                let Some((landing, path)) = open.and_then(|s| walker.follow_over(*from, s)) else {
                    self.origin = Origin::Unknown;
                    return None;
                };
                if path.score >= EXPECTED {
                    return Some(Found::Over { landing });
                }
                if end || !matches!(path.end, End::RanOut { .. }) {
                    self.origin = Origin::Unknown;
                }
                None
            }
            Origin::Extended => self.extended(known, end),
            Origin::Header => {
                let pos = self.from;
                let path = self.walk(known, true, Path::new(pos, known.size));
                let waits = |p: &Path| matches!(p.end, End::RanOut { .. }) && !end;
                match path {
                    // What the header says for itself was clear before; its end has to be confirmed.
                    Some(Path { first: Some(reading), score, opening, .. })
                        if score - opening >= EXPECTED =>
                    {
                        Some(Found::Header { pos, reading })
                    }
                    Some(p) if waits(&p) => None,
                    _ => {
                        self.origin = Origin::Unknown;
                        self.next = pos + 1;
                        None
                    }
                }
            }
        }
    }

    /// The format 3 header at the origin, with an extended timestamp or without; nothing while that is to be waited
    /// for, which it is not at the `end`.
    fn extended(&self, known: Knowledge<'_>, end: bool) -> Option<Found> {
        let pos = self.from;
        let present = type3::ask(&self.window, known, pos, end)?;
        let mut path = Path::new(pos, known.size);
        path.repeats = Some(present);
        path.read(false);
        path.first.map(|reading| Found::Header { pos, reading })
    }

    fn look_again(&mut self, known: Knowledge<'_>, end: bool) -> Option<Found> {
        let (mut index, reached) = (0, self.window.end());
        while let Some(&Pending { pos, need, .. }) = self.pending.get(index) {
            if need > reached && !end {
                index += 1;
                continue;
            }
            match self.try_at(pos, known, end) {
                Decision::Yes(reading, _) => return Some(Found::Header { pos, reading }),
                Decision::No => _ = self.pending.remove(index),
                Decision::Wait { need, score } => {
                    if let Some(pending) = self.pending.get_mut(index) {
                        *pending = Pending { pos, need: need.max(reached + 1), score };
                    }
                    index += 1;
                }
            }
        }
        None
    }

    /// The next place where a header can be that begins a message.
    fn next_start(&mut self, streams: &ChunkStreams) -> Option<u64> {
        while let Some(pos) = self.window.next_data(self.next) {
            let Look::Data { bytes, .. } = self.window.look(pos) else { return None };
            let can_start = |rest: &[u8]| rest.len() < MIN_HEADER || can_start(rest, streams);
            let skip = (0..bytes.len()).find(|skip| bytes.get(*skip..).is_some_and(can_start));
            self.next = pos + skip.unwrap_or(bytes.len()) as u64;
            if skip.is_some() {
                return Some(self.next);
            }
        }
        None
    }

    /// Keeps a place in mind; of too many, the one for which least speaks goes.
    fn keep(&mut self, new: Pending) {
        if self.pending.len() < MOST_PENDING {
            self.pending.push(new);
            return;
        }
        let least = (0..).zip(&self.pending).min_by_key(|(_, pending)| pending.score);
        if let Some((index, least)) = least
            && least.score <= new.score
        {
            self.pending.remove(index);
            self.pending.push(new);
        }
    }

    /// Tries a place, unless the next byte makes the better one: a byte in front of a header can make it one of a
    /// chunk stream with a longer id.
    fn try_at(&mut self, pos: u64, known: Knowledge<'_>, end: bool) -> Decision {
        let here = self.try_only(pos, known, end);
        let Decision::Yes(_, score) = here else { return here };
        let Look::Data { bytes: [first, ..], .. } = self.window.look(pos) else { return here };
        let longer = match first & 0x3F {
            0 => 1,
            1 => 2,
            _ => 0,
        };
        for shift in 1..=longer {
            if let Decision::Yes(_, better) = self.try_only(pos + shift, known, end)
                && better >= score
            {
                return Decision::No;
            }
        }
        here
    }

    /// Tries a place: with the chunk size that is known, then with any other, which may have been announced unseen.
    fn try_only(&mut self, pos: u64, known: Knowledge<'_>, end: bool) -> Decision {
        let path = self.walk(known, false, Path::new(pos, known.size));
        if let Some(path) = path {
            return decide(&path, CONFIRMED, end);
        }
        if !matches!(known.size, ChunkSize::Known(_)) {
            return Decision::No;
        }
        let other = Knowledge { size: ChunkSize::UNKNOWN, ..known };
        match self.walk(other, false, Path::new(pos, ChunkSize::UNKNOWN)) {
            Some(path) => decide(&path, OTHER_SIZE, end),
            None => Decision::No,
        }
    }

    fn walk(&mut self, known: Knowledge<'_>, current: bool, path: Path) -> Option<Path> {
        let Self { window, work, .. } = self;
        Walker { window, known, current, work, asked: None, at: path.at }.follow(path)
    }
}

/// The shortest header that can be taken for the beginning of a run.
const MIN_HEADER: usize = 12;

/// Whether these bytes can be a header, at first sight: most cannot.
fn can_start(bytes: &[u8], streams: &ChunkStreams) -> bool {
    let Some(first) = bytes.first() else { return false };
    let (fmt, low) = (first >> 6, first & 0x3F);
    let longer = match low {
        0 => 1,
        1 => 2,
        _ => 0,
    };
    match fmt {
        0 | 1 => bytes.get(7 + longer).is_some_and(|kind| MessageType(*kind).is_known()),
        2 if streams.is_empty() => bytes.get(1..3) == Some(&[0, 0]),
        _ => longer > 0 || streams.find(u32::from(low)).is_some(),
    }
}

fn decide(path: &Path, enough: i32, end: bool) -> Decision {
    let Some(reading) = path.first.filter(|reading| !reading.orphan) else {
        return match path.end {
            End::RanOut { need } if !end => Decision::Wait { need, score: path.score },
            _ => Decision::No,
        };
    };
    let alone = if path.end == End::Silent { IN_FRONT_OF_HOLE.max(enough - 12) } else { ALONE.max(enough) };
    let needed = if path.headers > 1 { enough } else { alone };
    // A short header in front of one that speaks for itself may be there by chance.
    let led = path.before_strong.is_none_or(|before| before == 0 || before >= LED);
    match path.end {
        _ if path.score >= needed && led => Decision::Yes(reading, path.score),
        End::RanOut { need } if !end => Decision::Wait { need, score: path.score },
        _ => Decision::No,
    }
}

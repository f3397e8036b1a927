//! A clean capture: its packets and its messages.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::corpus::Named;
use crate::frames::{File, Way};
use crate::messages::{self, Message, Run};

/// What is allowed behind a hole, unless the second key frame is farther.
pub(crate) const ALLOWED_BYTES: i64 = 65_536;

/// Both parts of one side's handshake.
pub(crate) const HANDSHAKE: i64 = 3_073;

const AUDIO: u64 = 8;
const VIDEO: u64 = 9;

/// The bytes of each way that no packet has.
pub(crate) type Lost = BTreeMap<Way, Vec<Range<i64>>>;

/// A clean capture.
pub(crate) struct Subject {
    pub name: String,
    pub file: File,
    pub run: Run,
    /// The messages of each way as places in `run`, by their first byte.
    pub ways: BTreeMap<Way, Vec<usize>>,
    /// The same by the offset of the first byte.
    starts: BTreeMap<(Way, i64), usize>,
    /// Bytes of each way's stream.
    pub ends: BTreeMap<Way, i64>,
}

/// The direction's way and the shift of its offsets, of a packet in a file that holds these packets.
pub(crate) fn ways_of<'a>(
    file: &'a File,
    packets: &'a [usize],
    shifts: &'a BTreeMap<Way, i64>,
) -> impl Fn(usize, usize) -> Option<(Way, i64)> + 'a {
    move |number, dir| {
        let way = (file.packets[*packets.get(number)?]?.way.0, dir);
        Some((way, shifts.get(&way).copied().unwrap_or(0)))
    }
}

impl Subject {
    /// Runs the capture as it is; says why it is of no use, if it is.
    pub(crate) fn of(name: &str, bytes: Vec<u8>) -> Result<Self, String> {
        let file = File::read(bytes);
        let whole = file.coverage(|_| true);
        if whole.is_empty() {
            return Err("no TCP connection with data from its SYN on".to_owned());
        }
        if whole.values().any(|stretches| stretches.len() != 1 || stretches[0].start != 0) {
            return Err("not every stream byte is in a TCP packet of its own".to_owned());
        }
        let packets: Vec<usize> = (0..file.packets.len()).collect();
        let run = messages::run(&file.whole(), ways_of(&file, &packets, &BTreeMap::new()))?;
        if !run.messages.iter().any(|m| m.complete && [AUDIO, VIDEO].contains(&m.type_id)) {
            return Err("no audio or video as plain RTMP".to_owned());
        }
        if !run.gaps.is_empty() || !run.lost.is_empty() {
            return Err("run as it is, it lacks bytes or loses sync".to_owned());
        }
        let mut ways: BTreeMap<Way, Vec<usize>> = BTreeMap::new();
        for (place, message) in run.messages.iter().enumerate() {
            ways.entry(message.way).or_default().push(place);
        }
        for places in ways.values_mut() {
            places.sort_by_key(|place| run.messages[*place].span.start);
        }
        let starts = run.messages.iter().enumerate().map(|(n, m)| ((m.way, m.span.start), n)).collect();
        let ends = whole.iter().map(|(way, stretches)| (*way, stretches[0].end)).collect();
        Ok(Self { name: name.to_owned(), file, run, ways, starts, ends })
    }

    /// The message that begins there.
    pub(crate) fn at(&self, way: Way, start: i64) -> Option<&Message> {
        self.starts.get(&(way, start)).map(|place| &self.run.messages[*place])
    }

    /// The complete messages of a way that begin at `from` or later.
    pub(crate) fn complete_from(&self, way: Way, from: i64) -> impl Iterator<Item = &Message> {
        let places = self.ways.get(&way).into_iter().flatten();
        places.map(|place| &self.run.messages[*place]).filter(move |m| m.complete && m.span.start >= from)
    }

    /// The complete message before this one on its chunk stream.
    pub(crate) fn before(&self, message: &Message) -> Option<&Message> {
        let places = self.ways.get(&message.way)?;
        let here = places.partition_point(|place| self.run.messages[*place].span.start < message.span.start);
        let earlier = places[..here].iter().rev().map(|place| &self.run.messages[*place]);
        earlier.filter(|m| m.complete).find(|m| m.csid == message.csid)
    }

    /// The last offset at which the first message behind a hole up to `end` may begin; `None` if the stream is
    /// shorter.
    pub(crate) fn deadline(&self, way: Way, end: i64) -> Option<i64> {
        let second_key = self.complete_from(way, end).filter(|m| m.keyframe).nth(1);
        let first = self.complete_from(way, end).next().map_or(end, |m| m.span.start);
        let deadline = second_key.map_or(0, |m| m.span.start).max(first + ALLOWED_BYTES);
        self.ends.get(&way).filter(|stream| **stream >= deadline).map(|_| deadline)
    }

    /// Whether any way is long enough for its first bytes to be judged.
    pub(crate) fn can_be_judged(&self) -> bool {
        self.ends.values().any(|end| *end > ALLOWED_BYTES + HANDSHAKE)
    }

    /// Whether programs in use made it, not a script.
    pub(crate) fn is_real(&self) -> bool {
        !self.name.starts_with("craft_")
    }

    /// What is missing when only these packets are there.
    pub(crate) fn missing(&self, keeps: impl Fn(usize) -> bool) -> Lost {
        let there = self.file.coverage(keeps);
        let missing = |way, end| gaps(there.get(way).map_or(&[], Vec::as_slice), end);
        self.ends.iter().map(|(way, end)| (*way, missing(way, *end))).collect()
    }

    /// The chunk size of a way at an offset.
    pub(crate) fn chunk_size(&self, way: Way, at: i64) -> i64 {
        let mine = self.run.messages.iter().filter(|m| m.way == way && m.span.end <= at);
        mine.filter_map(|m| m.chunk_size).next_back().unwrap_or(128)
    }
}

/// The clean ones of these captures, and a line that says which others there are.
pub(crate) fn clean(captures: &[Named]) -> (Vec<Subject>, String) {
    let mut subjects = Vec::new();
    let mut others = Vec::new();
    for (name, path) in captures {
        match Subject::of(name, std::fs::read(path).unwrap()) {
            Ok(subject) => subjects.push(subject),
            Err(why) => others.push(format!("  {name}: {why}")),
        }
    }
    let names: Vec<&str> = subjects.iter().map(|s| s.name.as_str()).collect();
    let said =
        format!("{} captures: {}\nnot used:\n{}\n", subjects.len(), names.join(" "), others.join("\n"));
    (subjects, said)
}

/// What of a stream of `end` bytes is in none of these sorted stretches.
fn gaps(stretches: &[Range<i64>], end: i64) -> Vec<Range<i64>> {
    let mut at = 0;
    let mut found = Vec::new();
    for stretch in stretches.iter().cloned().chain(std::iter::once(end..end)) {
        if stretch.start > at {
            found.push(at..stretch.start);
        }
        at = at.max(stretch.end);
    }
    found
}

/// Bytes of a stretch that lie in the others.
pub(crate) fn overlap(stretch: &Range<i64>, others: &[Range<i64>]) -> i64 {
    others.iter().map(|other| (stretch.end.min(other.end) - stretch.start.max(other.start)).max(0)).sum()
}

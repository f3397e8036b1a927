//! Whether a damaged capture's messages are those of the clean one, and how soon behind each hole.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::frames::Way;
use crate::messages::{Message, Run};
use crate::subject::{Lost, Subject, overlap};

/// What came of a damaged capture.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub ways: Vec<WayOutcome>,
    /// Complete messages that are not those of the clean run.
    pub differing: Vec<(Way, String)>,
    /// Complete messages that begin behind a hole of their way, and how many of them are inferred in what.
    pub behind: usize,
    pub inferred_timestamps: usize,
    pub inferred_stream_ids: usize,
}

/// What came of one way with a hole.
#[derive(Debug)]
pub(crate) struct WayOutcome {
    pub way: Way,
    /// The stream is too short behind the hole to ask anything.
    pub is_tail: bool,
    pub lost_sync: bool,
    /// From the hole's end to the first message again.
    pub distance: Option<i64>,
    /// That is within what is allowed.
    pub in_time: bool,
    /// Clean messages from the first one again on, and how many of them are there and equal.
    pub later: usize,
    pub there: usize,
}

/// Compares; ways without a hole, or without a message behind it, have no outcome.
pub(crate) fn compare(subject: &Subject, run: &Run, lost: &Lost) -> Outcome {
    let mut outcome = Outcome::default();
    let mut equal: BTreeMap<Way, Vec<i64>> = BTreeMap::new();
    let mut before: BTreeMap<(Way, u64), &Message> = BTreeMap::new();
    // Where a message was passed over, timestamps behind it may be estimated anew.
    let starts: BTreeSet<(Way, i64)> = run.messages.iter().map(|m| (m.way, m.span.start)).collect();
    let all_between = |from: &Message, to: &Message| {
        let mut between =
            subject.complete_from(to.way, from.span.end).take_while(|m| m.span.start < to.span.start);
        between.all(|m| starts.contains(&(m.way, m.span.start)))
    };
    // Format 3 repeats the step of a header that may be lost: until another names one, steps are not comparable.
    let mut named: BTreeSet<(Way, u64, usize)> = BTreeSet::new();
    for message in run.messages.iter().filter(|m| m.complete) {
        let way = message.way;
        let holes = lost.get(&way).map_or(&[][..], Vec::as_slice);
        if holes.last().is_some_and(|last| message.span.start >= last.end) {
            outcome.behind += 1;
            outcome.inferred_timestamps += usize::from(message.timestamp_inferred);
            outcome.inferred_stream_ids += usize::from(message.stream_id_inferred);
        }
        let previous = before.insert((way, message.csid), message);
        let key = (way, message.csid, message.epoch);
        if message.fmt < 3 {
            named.insert(key);
        }
        let previous = previous.filter(|p| named.contains(&key) && all_between(p, message));
        match difference(subject, message, previous, holes) {
            None => equal.entry(way).or_default().push(message.span.start),
            Some(what) => {
                let clean =
                    subject.at(way, message.span.start).map_or("none", |clean| subject.run.line(clean));
                let text = format!("{what}\n    damaged: {}\n    clean:   {clean}", run.line(message));
                outcome.differing.push((way, text));
            }
        }
    }
    for (way, holes) in lost {
        if let Some(last) = holes.last() {
            let mut starts = equal.remove(way).unwrap_or_default();
            starts.sort_unstable();
            outcome.ways.extend(way_outcome(subject, run, *way, last.end, &starts));
        }
    }
    outcome.ways.sort_by_key(|outcome| outcome.way);
    outcome
}

/// What is wrong with a complete message, if anything is.
fn difference(
    subject: &Subject,
    message: &Message,
    previous: Option<&Message>,
    holes: &[Range<i64>],
) -> Option<&'static str> {
    let Some(clean) = subject.at(message.way, message.span.start) else {
        return Some("no message begins there");
    };
    let room = message.span.end - message.span.start - overlap(&message.span, holes);
    if room <= message.length as i64 {
        return Some("complete, although bytes of it are missing");
    }
    let same = |m: &Message| (m.span.clone(), m.csid, m.type_id, m.length, m.complete);
    if same(message) != same(clean) {
        return Some("another message begins there");
    }
    if !message.stream_id_inferred && message.stream_id != clean.stream_id {
        return Some("another message stream");
    }
    if !message.timestamp_inferred {
        return (message.timestamp != clean.timestamp).then_some("another timestamp");
    }
    let previous = previous.filter(|m| m.timestamp_inferred && m.epoch == message.epoch)?;
    let clean_previous = subject.before(clean).filter(|m| m.span.start == previous.span.start)?;
    let step = |from: &Message, to: &Message| Some(to.timestamp?.wrapping_sub(from.timestamp?));
    (step(previous, message) != step(clean_previous, clean)).then_some("another step of the timestamp")
}

/// How a way did behind a hole up to `hole_end`, with the starts of its complete messages that are right.
fn way_outcome(subject: &Subject, run: &Run, way: Way, hole_end: i64, starts: &[i64]) -> Option<WayOutcome> {
    subject.complete_from(way, hole_end).next()?;
    let first = starts.get(starts.partition_point(|start| *start < hole_end)).copied();
    let deadline = subject.deadline(way, hole_end);
    let mut outcome = WayOutcome {
        way,
        is_tail: deadline.is_none(),
        lost_sync: run.lost.contains(&way),
        distance: first.map(|first| first - hole_end),
        in_time: first.is_some_and(|first| deadline.is_none_or(|deadline| first <= deadline)),
        later: 0,
        there: 0,
    };
    if let Some(first) = first {
        for clean in subject.complete_from(way, first) {
            outcome.later += 1;
            outcome.there += usize::from(starts.binary_search(&clean.span.start).is_ok());
        }
    }
    Some(outcome)
}

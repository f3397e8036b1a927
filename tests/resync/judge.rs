//! The judge itself: what it must find right and wrong, on messages of a real capture changed by hand.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::compare::compare;
use crate::corpus;
use crate::frames::Way;
use crate::messages::{self, Message, Run};
use crate::subject::{ALLOWED_BYTES, Lost, Subject, overlap, ways_of};

/// Publish and two plays with chunks of 4096 bytes.
fn subject() -> &'static Subject {
    static SUBJECT: OnceLock<Subject> = OnceLock::new();
    SUBJECT.get_or_init(|| {
        let (name, path) = corpus::kept().into_iter().find(|(name, _)| name == "nginx_pub_2players").unwrap();
        Subject::of(&name, std::fs::read(path).unwrap()).unwrap()
    })
}

/// The publisher's direction.
const WAY: Way = (0, 0);

/// A hole of one packet in the publisher's direction, a third into it.
fn hole() -> (usize, Lost) {
    let subject = subject();
    let third = subject.ends[&WAY] / 3;
    let there = |n: &usize| subject.file.packets[*n].is_some_and(|s| s.way == WAY && s.start > third);
    let dropped = subject.file.data().into_iter().find(there).unwrap();
    (dropped, subject.missing(|n| n != dropped))
}

/// The messages that the hole did not touch.
fn untouched(lost: &Lost) -> Run {
    let mut run = subject().run.clone();
    run.messages.retain(|m| overlap(&m.span, &lost[&m.way]) == 0);
    run
}

/// How many messages differ when one far behind the hole is changed.
fn differing(change: impl FnOnce(&mut Message)) -> usize {
    let lost = hole().1;
    let mut run = untouched(&lost);
    let end = lost[&WAY][0].end;
    let far = |m: &&mut Message| m.way == WAY && m.span.start > end + ALLOWED_BYTES;
    change(run.messages.iter_mut().find(far).unwrap());
    compare(subject(), &run, &lost).differing.len()
}

#[test]
fn all_that_a_hole_does_not_touch_is_in_sync() {
    let lost = hole().1;
    let outcome = compare(subject(), &untouched(&lost), &lost);
    assert_eq!(outcome.differing, []);
    let [way] = &outcome.ways[..] else { panic!("{:?}", outcome.ways) };
    assert!(way.in_time && !way.is_tail && way.later > 100 && way.later == way.there, "{way:?}");
}

#[test]
fn every_field_counts() {
    assert_eq!(differing(|_| {}), 0);
    assert_eq!(differing(|m| m.span.start += 1), 1);
    assert_eq!(differing(|m| m.span.end += 1), 1);
    assert_eq!(differing(|m| m.csid += 1), 1);
    assert_eq!(differing(|m| m.type_id += 1), 1);
    assert_eq!(differing(|m| m.length -= 1), 1);
    assert_eq!(differing(|m| m.stream_id = Some(7)), 1);
    assert_eq!(differing(|m| m.timestamp = m.timestamp.map(|t| t.wrapping_add(1))), 1);
    assert_eq!(differing(|m| m.way = (0, 1)), 1);
    assert_eq!(differing(|m| m.way = (1, 0)), 1);
}

#[test]
fn what_is_inferred_counts_as_far_as_it_can() {
    assert_eq!(differing(|m| (m.stream_id, m.stream_id_inferred) = (Some(7), true)), 0);
    let lost = hole().1;
    let end = lost[&WAY][0].end;
    let mut run = untouched(&lost);
    let behind = |m: &Message| m.way == WAY && m.span.start >= end;
    for message in run.messages.iter_mut().filter(|m| behind(m)) {
        message.timestamp_inferred = true;
        message.timestamp = message.timestamp.map(|t| t.wrapping_sub(5_000));
    }
    let outcome = compare(subject(), &run, &lost);
    assert_eq!(outcome.differing, [], "the same shift of all timestamps");
    assert!(outcome.inferred_timestamps == outcome.behind && outcome.behind > 100);

    let places: Vec<usize> = (0..run.messages.len()).filter(|n| behind(&run.messages[*n])).collect();
    let middle = places[places.len() / 2];
    run.messages[middle].timestamp = run.messages[middle].timestamp.map(|t| t.wrapping_add(1));
    assert_eq!(compare(subject(), &run, &lost).differing.len(), 2, "the step to it and the step from it");
    for message in run.messages[middle..].iter_mut().filter(|m| behind(m)) {
        message.epoch += 1;
        message.timestamp = message.timestamp.map(|t| t.wrapping_add(1_000));
    }
    assert_eq!(
        compare(subject(), &run, &lost).differing.len(),
        1,
        "only the step from it: a resync was before it"
    );
}

#[test]
fn a_complete_message_has_all_its_bytes() {
    let lost = hole().1;
    let touched = |m: &&Message| m.way == WAY && overlap(&m.span, &lost[&WAY]) > 0;
    let mut run = untouched(&lost);
    let cut: Vec<Message> = subject().run.messages.iter().filter(touched).cloned().collect();
    assert!(!cut.is_empty());
    run.messages.extend(cut.iter().cloned());
    assert_eq!(compare(subject(), &run, &lost).differing.len(), cut.len());
    for message in &mut run.messages {
        message.complete &= overlap(&message.span, &lost[&message.way]) == 0;
    }
    assert_eq!(compare(subject(), &run, &lost).differing, [], "said to be incomplete, they are right");
}

#[test]
fn late_is_not_in_time_and_missing_is_not_in_sync() {
    let lost = hole().1;
    let end = lost[&WAY][0].end;
    let deadline = subject().deadline(WAY, end).unwrap();
    assert!(deadline >= end + ALLOWED_BYTES);
    let starts = subject().complete_from(WAY, end).map(|m| m.span.start);
    let latest = starts.filter(|start| *start <= deadline).max().unwrap();
    for (from, in_time) in [(latest, true), (latest + 1, false), (i64::MAX, false)] {
        let mut run = untouched(&lost);
        run.messages.retain(|m| m.way != WAY || m.span.start < end || m.span.start >= from);
        let outcome = compare(subject(), &run, &lost);
        assert_eq!((outcome.ways.len(), outcome.ways[0].in_time), (1, in_time), "from {from}");
    }
    let mut run = untouched(&lost);
    run.messages.retain(|m| m.way != WAY || m.span.start < end || m.csid != 4);
    let outcome = compare(subject(), &run, &lost);
    assert!(outcome.ways[0].there < outcome.ways[0].later / 2, "{:?}", outcome.ways);
}

/// A capture that begins late and has a hole says where the hole is; by that the shift of its offsets is known to be
/// right, without a message.
#[test]
fn offsets_of_a_late_start_are_shifted_right() {
    let subject = subject();
    let (dropped, lost) = hole();
    for from in [dropped / 4, dropped / 2, dropped - 50] {
        let packets: Vec<usize> = (from..subject.file.packets.len()).filter(|n| *n != dropped).collect();
        let mut bases = BTreeMap::new();
        for segment in packets.iter().filter_map(|n| subject.file.packets[*n]) {
            bases.entry(segment.way).or_insert(segment.start);
        }
        assert!(bases[&WAY] > 0);
        let file = subject.file.with(|n| n >= from && n != dropped);
        let run = messages::run(&file, ways_of(&subject.file, &packets, &bases)).unwrap();
        assert_eq!(run.gaps, [(WAY, lost[&WAY][0].clone())], "from packet {}", from + 1);
    }
}

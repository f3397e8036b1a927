//! Captures that begin while the connection is under way.
//!
//! A start is cut before every n-th packet, n chosen for the capture's size. Each direction that was open already is
//! one case. It is good when it is in sync in time, no complete message differs from the clean run's, and of the
//! clean messages from the first one on no more than one in a hundred, rounded up, is missing. Directions with too
//! little left to be judged, and conversations that a script held, count only for what differs. Those of the script
//! builder do count: they have the chunk sizes that are rare.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use crate::compare::{Outcome, WayOutcome, compare};
use crate::corpus;
use crate::frames::Way;
use crate::generated;
use crate::messages;
use crate::subject::{self, HANDSHAKE, Lost, Subject, ways_of};
use crate::work::{self, nearly_all, percent};

/// Percent of the starts that are good.
const MIN_RATE: f64 = 99.0;

/// The chunk sizes that have to reach it, one start less or not. With 60 000 the captures kept here are made by a
/// script whose key frames have 130 000 bytes: a start inside one may find its way later than allowed.
const REQUIRED: [(i64, f64); 3] = [(128, MIN_RATE), (4_096, MIN_RATE), (60_000, 95.0)];

/// Late starts per capture; a quarter of them where no way is long enough to be judged.
const STARTS_KEPT: usize = 32;
const STARTS_ELSEWHERE: usize = 8;

/// A late start that was done.
struct Done {
    subject: usize,
    /// The first packet there is, as the whole capture numbers it from 0.
    from: usize,
    outcome: Result<Outcome, String>,
    sizes: BTreeMap<Way, i64>,
}

impl Done {
    /// Whether what is complete in this way is what was sent.
    fn is_true(&self, way: Way) -> bool {
        self.outcome.as_ref().is_ok_and(|outcome| outcome.differing.iter().all(|(other, _)| *other != way))
    }

    fn is_good(&self, way: &WayOutcome) -> bool {
        way.in_time && way.later - way.there <= way.later.div_ceil(100) && self.is_true(way.way)
    }

    fn judged(&self) -> impl Iterator<Item = &WayOutcome> {
        self.outcome.iter().flat_map(|outcome| &outcome.ways).filter(|way| !way.is_tail)
    }
}

/// All late starts of a set of captures.
struct Starts {
    subjects: Vec<Subject>,
    done: Vec<Done>,
    said: String,
}

/// Where to begin.
fn places(subject: &Subject, count: usize) -> Vec<usize> {
    let packets = &subject.file.packets;
    let behind = |segment: &crate::frames::Segment| segment.way.0 == 0 && segment.start >= HANDSHAKE;
    let first = packets.iter().position(|segment| segment.as_ref().is_some_and(behind)).unwrap_or(1);
    let last = packets.len() * 97 / 100;
    let step = (last.saturating_sub(first) / count).max(1);
    (first..last).step_by(step).collect()
}

fn perform(subjects: &[Subject], number: usize, from: usize) -> Done {
    let subject = &subjects[number];
    let packets: Vec<usize> = (from..subject.file.packets.len()).collect();
    let mut bases: BTreeMap<Way, i64> = BTreeMap::new();
    for segment in packets.iter().filter_map(|n| subject.file.packets[*n]) {
        bases.entry(segment.way).or_insert(segment.start);
    }
    let mut missing = subject.missing(|n| n >= from);
    let mut lost = Lost::new();
    for (way, base) in bases.iter().filter(|(_, base)| **base > 0) {
        let mut stretches = missing.remove(way).unwrap_or_default();
        stretches.retain(|stretch| stretch.end > *base);
        stretches.insert(0, 0..*base);
        lost.insert(*way, stretches);
    }
    let file = subject.file.with(|n| n >= from);
    let run = messages::run(&file, ways_of(&subject.file, &packets, &bases));
    let outcome = run.map(|run| compare(subject, &run, &lost));
    let sizes = bases.iter().map(|(way, base)| (*way, subject.chunk_size(*way, *base))).collect();
    let done = Done { subject: number, from, outcome, sizes };
    let right = done.outcome.as_ref().is_ok_and(|outcome| outcome.differing.is_empty());
    if !right || done.judged().any(|way| !done.is_good(way)) {
        work::keep(&format!("{}-from-{}.capture", subject.name, from + 1), &file);
    }
    done
}

/// Does all late starts of these captures.
fn all(subjects: Vec<Subject>, mut said: String, default_starts: usize) -> Starts {
    let mut jobs = Vec::new();
    for (number, subject) in subjects.iter().enumerate() {
        let starts = work::trials(default_starts);
        let places = places(subject, if subject.can_be_judged() { starts } else { starts.div_ceil(4) });
        jobs.extend(places.into_iter().map(|from| (number, from)));
    }
    let done = work::all(&jobs, |(number, from)| perform(&subjects, *number, *from));
    let mut starts = Starts { subjects, done, said: String::new() };
    starts.table(&mut said);
    starts.said = said;
    starts
}

/// Counts of one chunk size.
#[derive(Default)]
struct Row {
    judged: usize,
    in_time: usize,
    good: usize,
    tails: usize,
    later: usize,
    there: usize,
    distances: Vec<i64>,
}

impl Starts {
    fn rows(&self) -> BTreeMap<i64, Row> {
        let mut rows: BTreeMap<i64, Row> = BTreeMap::new();
        for done in &self.done {
            let counts = self.subjects[done.subject].is_real();
            for way in done.outcome.iter().flat_map(|outcome| &outcome.ways).filter(|_| counts) {
                let row = rows.entry(done.sizes[&way.way]).or_default();
                row.later += way.later;
                row.there += way.there;
                if way.is_tail {
                    row.tails += 1;
                    continue;
                }
                row.judged += 1;
                row.in_time += usize::from(way.in_time);
                row.good += usize::from(done.is_good(way));
                row.distances.extend(way.distance);
            }
        }
        rows
    }

    /// The starts that count and have a direction to judge.
    fn judged(&self) -> Vec<&Done> {
        let counts = |done: &&Done| self.subjects[done.subject].is_real() && done.judged().next().is_some();
        self.done.iter().filter(counts).collect()
    }

    /// Those with nothing bad in any such direction.
    fn good(&self) -> usize {
        self.judged().iter().filter(|done| done.judged().all(|way| done.is_good(way))).count()
    }

    fn table(&self, out: &mut String) {
        writeln!(
            out,
            "chunk size  judged  in time    good     rate  tails | bytes to sync p50/p95/max | stayed in sync"
        )
        .unwrap();
        for (size, mut row) in self.rows() {
            row.distances.sort_unstable();
            let last = row.distances.len().max(1) - 1;
            let place = |share: usize| row.distances.get((row.distances.len() * share / 100).min(last));
            let [p50, p95, max] =
                [50, 95, 100].map(|share| place(share).map_or("-".to_owned(), i64::to_string));
            let Row { judged, in_time, good, tails, later, there, .. } = row;
            writeln!(
                out,
                "{size:10} {judged:7} {in_time:8} {good:7} {:7.2}% {tails:6} | {:>25} | {there}/{later} {:.2}%",
                percent(good, judged),
                format!("{p50}/{p95}/{max}"),
                percent(there, later),
            )
            .unwrap();
        }
        let judged = self.judged();
        let good = self.good();
        let sum = |f: fn(&Outcome) -> usize| self.done.iter().flat_map(|d| &d.outcome).map(f).sum::<usize>();
        let behind = sum(|outcome| outcome.behind);
        writeln!(
            out,
            "{} starts, {} judged, {good} good in all directions: {:.2}%; inferred timestamps {:.2}%, streams {:.2}%",
            self.done.len(),
            judged.len(),
            percent(good, judged.len()),
            percent(sum(|outcome| outcome.inferred_timestamps), behind),
            percent(sum(|outcome| outcome.inferred_stream_ids), behind),
        )
        .unwrap();
        for done in judged.iter().filter(|done| done.judged().any(|way| !done.is_good(way))).take(20) {
            writeln!(out, "  not good: {}", self.name_of(done)).unwrap();
            for way in done.judged().filter(|way| !done.is_good(way)) {
                writeln!(out, "    chunk size {}, {way:?}", done.sizes[&way.way]).unwrap();
            }
        }
    }

    fn name_of(&self, done: &Done) -> String {
        format!("{} from packet {} on", self.subjects[done.subject].name, done.from + 1)
    }

    /// What is reported complete is what was sent, in enough of the starts; every run came to its end.
    fn assert_little_made_up(&self) {
        println!("{}", self.said);
        let mut wrong = Vec::new();
        for done in &self.done {
            match &done.outcome {
                Err(why) => panic!("{}: {why}", self.name_of(done)),
                Ok(outcome) if !outcome.differing.is_empty() => {
                    let (way, first) = &outcome.differing[0];
                    let others = outcome.differing.len() - 1;
                    wrong.push(format!("{}: {way:?} {first}\n    and {others} more", self.name_of(done)));
                }
                Ok(_) => {}
            }
        }
        let shown = wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
        println!("{} of {} starts report what was not sent\n{shown}", wrong.len(), self.done.len());
        assert!(
            100.0 - percent(wrong.len(), self.done.len()) >= MIN_RATE,
            "{} of {} starts:\n{shown}",
            wrong.len(),
            self.done.len()
        );
    }

    /// Enough starts of each of these chunk sizes are good.
    fn assert_rates(&self, sizes: &[(i64, f64)]) {
        println!("{}", self.said);
        let rows = self.rows();
        for (size, rate) in sizes {
            let row = rows.get(size).unwrap_or_else(|| panic!("no start with chunk size {size}"));
            assert!(row.judged >= 30, "only {} starts with chunk size {size} can be judged", row.judged);
            let Row { good, judged, .. } = row;
            let enough = nearly_all(*good, *judged) || percent(*good, *judged) >= *rate;
            assert!(enough, "chunk size {size}: {good} of {judged} good");
        }
        let (good, judged) = (self.good(), self.judged().len());
        assert!(percent(good, judged) >= MIN_RATE, "{good} of {judged} starts good");
    }
}

fn kept() -> &'static Starts {
    static STARTS: OnceLock<Starts> = OnceLock::new();
    STARTS.get_or_init(|| {
        let (mut subjects, said) = subject::clean(&corpus::kept());
        subjects.extend(generated::subjects());
        all(subjects, said, STARTS_KEPT)
    })
}

fn elsewhere() -> Option<&'static Starts> {
    static STARTS: OnceLock<Option<Starts>> = OnceLock::new();
    let starts = STARTS.get_or_init(|| {
        corpus::elsewhere().map(|captures| {
            let (subjects, said) = subject::clean(&captures);
            all(subjects, said, STARTS_ELSEWHERE)
        })
    });
    if starts.is_none() {
        println!("skipped: neither RTMPSCOPE_CAPTURES nor ../shared/captures is a folder");
    }
    starts.as_ref()
}

#[test]
fn a_late_start_makes_up_no_messages() {
    kept().assert_little_made_up();
}

#[test]
fn a_late_start_makes_up_no_messages_in_captures_kept_elsewhere() {
    if let Some(starts) = elsewhere() {
        starts.assert_little_made_up();
    }
}

#[test]
fn a_late_start_is_in_sync_soon_and_stays_so() {
    kept().assert_rates(&REQUIRED);
}

#[test]
fn a_late_start_is_in_sync_soon_in_captures_kept_elsewhere() {
    if let Some(starts) = elsewhere() {
        starts.assert_rates(&REQUIRED);
    }
}

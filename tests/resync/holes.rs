//! Data packets missing in the middle, which the peers have and acknowledge.
//!
//! Conversations that a script held count for what differs and not for the rates.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use crate::common::Rng;
use crate::compare::{Outcome, WayOutcome, compare};
use crate::corpus;
use crate::messages;
use crate::subject::{self, Subject, ways_of};
use crate::work::{self, nearly_all, percent};

/// How many data packets are missing.
const MISSING: [usize; 4] = [1, 2, 5, 20];

/// Percent of the trials that are back in sync, and of the messages from there on.
const MIN_RATE: f64 = 99.0;

/// Trials per capture, number of packets and pattern; a quarter of them where no way is long enough to be judged.
const TRIALS_KEPT: usize = 8;
const TRIALS_ELSEWHERE: usize = 2;

/// Which packets follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pattern {
    /// Those of the capture, of whatever connection and direction.
    Capture,
    /// Those of one direction of a connection.
    Direction,
}

struct Trial {
    subject: usize,
    missing: usize,
    pattern: Pattern,
    seed: u64,
}

/// A trial that was done.
struct Done {
    trial: Trial,
    /// The first packet that is missing, as the whole capture numbers it.
    first_packet: usize,
    outcome: Result<Outcome, String>,
}

impl Done {
    /// The holes that say something about the rate.
    fn judged(&self) -> impl Iterator<Item = &WayOutcome> {
        self.ways().filter(|way| !way.is_tail)
    }

    fn ways(&self) -> impl Iterator<Item = &WayOutcome> {
        self.outcome.iter().flat_map(|outcome| &outcome.ways)
    }
}

/// All trials of a set of captures.
struct Trials {
    subjects: Vec<Subject>,
    done: Vec<Done>,
    said: String,
}

fn name_of(subject: &Subject, done: &Trial, first_packet: usize) -> String {
    let Trial { missing, pattern, seed, .. } = done;
    format!(
        "{}: seed {seed}, {missing} missing by {pattern:?}, the first is packet {first_packet}",
        subject.name
    )
}

/// The packets to leave out.
fn choose(subject: &Subject, trial: &Trial) -> Vec<usize> {
    let mut rng = Rng::new(trial.seed);
    let data = subject.file.data();
    let first = rng.below(data.len());
    let way = subject.file.packets[data[first]].map(|segment| segment.way);
    let follows = |n: &usize| {
        trial.pattern == Pattern::Capture || subject.file.packets[*n].map(|segment| segment.way) == way
    };
    data[first..].iter().copied().filter(follows).take(trial.missing).collect()
}

fn perform(subjects: &[Subject], trial: Trial) -> Done {
    let subject = &subjects[trial.subject];
    let dropped = choose(subject, &trial);
    let keeps = |n: usize| !dropped.contains(&n);
    let packets: Vec<usize> = (0..subject.file.packets.len()).filter(|n| keeps(*n)).collect();
    let file = subject.file.with(keeps);
    let run = messages::run(&file, ways_of(&subject.file, &packets, &BTreeMap::new()));
    let outcome = run.map(|run| compare(subject, &run, &subject.missing(keeps)));
    let done = Done { first_packet: dropped[0] + 1, outcome, trial };
    let right = done.outcome.as_ref().is_ok_and(|outcome| outcome.differing.is_empty());
    if !right || done.judged().any(|way| !way.in_time) {
        let Trial { missing, pattern, seed, .. } = done.trial;
        work::keep(&format!("{}-{missing}-{pattern:?}-{seed}.capture", subject.name), &file);
    }
    done
}

/// Does all trials of these captures.
fn all(captures: &[corpus::Named], default_trials: usize) -> Trials {
    let (subjects, mut said) = subject::clean(captures);
    let mut jobs = Vec::new();
    for (number, subject) in subjects.iter().enumerate() {
        let named =
            subject.name.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(131).wrapping_add(byte.into()));
        let trials = work::trials(default_trials);
        let trials = if subject.can_be_judged() { trials } else { trials.div_ceil(4) };
        for missing in MISSING {
            for pattern in [Pattern::Capture, Pattern::Direction] {
                for n in 0..trials {
                    let mix = [missing as u64, pattern as u64, n as u64];
                    let seed = mix.into_iter().fold(named, |seed, part| Rng::new(seed ^ part).next()) >> 32;
                    jobs.push((number, missing, pattern, seed));
                }
            }
        }
    }
    let done = work::all(&jobs, |(subject, missing, pattern, seed)| {
        perform(&subjects, Trial { subject: *subject, missing: *missing, pattern: *pattern, seed: *seed })
    });
    let mut trials = Trials { subjects, done, said: String::new() };
    trials.table(&mut said);
    trials.said = said;
    trials
}

impl Trials {
    /// The trials on captures of real programs, or on the others.
    fn of(&self, is_real: bool) -> impl Iterator<Item = &Done> {
        self.done.iter().filter(move |done| self.subjects[done.trial.subject].is_real() == is_real)
    }

    /// The trials that count with so many packets missing.
    fn with(&self, missing: usize) -> Vec<&Done> {
        self.of(true).filter(|done| done.trial.missing == missing).collect()
    }

    fn table(&self, out: &mut String) {
        writeln!(
            out,
            "missing  trials  judged  in time     rate | holes judged  lost sync  of these in time | \
             bytes to sync p50/p95/max | stayed in sync | tails in sync | inferred time, stream"
        )
        .unwrap();
        for missing in MISSING {
            row(&missing.to_string(), &self.with(missing), out);
        }
        row("all", &self.of(true).collect::<Vec<_>>(), out);
        row("scripts", &self.of(false).collect::<Vec<_>>(), out);
        for done in self.done.iter().filter(|done| done.judged().any(|way| !way.in_time)).take(20) {
            let subject = &self.subjects[done.trial.subject];
            writeln!(out, "  not in time: {}", name_of(subject, &done.trial, done.first_packet)).unwrap();
            for way in done.judged().filter(|way| !way.in_time) {
                writeln!(out, "    {way:?}").unwrap();
            }
        }
    }

    /// No complete message differs, and every run came to its end.
    fn assert_nothing_made_up(&self) {
        println!("{}", self.said);
        let mut wrong = Vec::new();
        for done in &self.done {
            let name = name_of(&self.subjects[done.trial.subject], &done.trial, done.first_packet);
            match &done.outcome {
                Err(why) => wrong.push(format!("{name}: {why}")),
                Ok(outcome) if !outcome.differing.is_empty() => {
                    let (way, first) = &outcome.differing[0];
                    let others = outcome.differing.len() - 1;
                    wrong.push(format!("{name}: {way:?} {first}\n    and {others} more"));
                }
                Ok(_) => {}
            }
        }
        let shown = wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
        assert!(wrong.is_empty(), "{} of {} trials:\n{shown}", wrong.len(), self.done.len());
    }

    /// Enough trials are back in sync, and stay so, for each number of missing packets and in all.
    fn assert_rates(&self) {
        println!("{}", self.said);
        for missing in MISSING {
            let done = self.with(missing);
            let (judged, good) = rate(&done);
            assert!(judged >= 30, "only {judged} trials with {missing} missing packets can be judged");
            assert!(nearly_all(good, judged), "{missing} missing: {good} of {judged} in time");
            let (there, later) = stayed(&done);
            assert!(
                percent(there, later) >= MIN_RATE,
                "{missing} missing: {there} of {later} messages later"
            );
        }
        let (judged, good) = rate(&self.of(true).collect::<Vec<_>>());
        assert!(percent(good, judged) >= MIN_RATE, "{good} of {judged} in time");
    }
}

/// A line of the table.
fn row(name: &str, done: &[&Done], out: &mut String) {
    let (judged, good) = rate(done);
    let ways: Vec<&WayOutcome> = done.iter().flat_map(|done| done.judged()).collect();
    let lost: Vec<&&WayOutcome> = ways.iter().filter(|way| way.lost_sync).collect();
    let back = lost.iter().filter(|way| way.in_time).count();
    let tails: Vec<&WayOutcome> = done.iter().flat_map(|done| done.ways()).filter(|w| w.is_tail).collect();
    let tails_back = tails.iter().filter(|way| way.distance.is_some()).count();
    let mut distances: Vec<i64> = lost.iter().filter_map(|way| way.distance).collect();
    distances.sort_unstable();
    let place = |share: usize| distances.get((distances.len() * share / 100).min(distances.len().max(1) - 1));
    let [p50, p95, max] = [50, 95, 100].map(|share| place(share).map_or("-".to_owned(), i64::to_string));
    let (there, later) = stayed(done);
    let sum = |f: fn(&Outcome) -> usize| done.iter().flat_map(|done| &done.outcome).map(f).sum::<usize>();
    let behind = sum(|outcome| outcome.behind);
    writeln!(
        out,
        "{name:>7} {:7} {judged:7} {good:8} {:7.2}% | {:12} {:10} {back:17} | {:>25} | {there}/{later} {:.2}% | \
         {tails_back}/{} | {:.2}%, {:.2}%",
        done.len(),
        percent(good, judged),
        ways.len(),
        lost.len(),
        format!("{p50}/{p95}/{max}"),
        percent(there, later),
        tails.len(),
        percent(sum(|outcome| outcome.inferred_timestamps), behind),
        percent(sum(|outcome| outcome.inferred_stream_ids), behind),
    )
    .unwrap();
}

/// Trials with a hole that can be judged, and those whose every such hole ended in time.
fn rate(done: &[&Done]) -> (usize, usize) {
    let judged: Vec<_> = done.iter().filter(|done| done.judged().next().is_some()).collect();
    (judged.len(), judged.iter().filter(|done| done.judged().all(|way| way.in_time)).count())
}

/// Clean messages from the first one behind each hole on, and those that are there and equal; these first.
fn stayed(done: &[&Done]) -> (usize, usize) {
    let ways = || done.iter().flat_map(|done| done.ways());
    (ways().map(|way| way.there).sum(), ways().map(|way| way.later).sum())
}

fn kept() -> &'static Trials {
    static TRIALS: OnceLock<Trials> = OnceLock::new();
    TRIALS.get_or_init(|| all(&corpus::kept(), TRIALS_KEPT))
}

fn elsewhere() -> Option<&'static Trials> {
    static TRIALS: OnceLock<Option<Trials>> = OnceLock::new();
    let trials = TRIALS.get_or_init(|| corpus::elsewhere().map(|captures| all(&captures, TRIALS_ELSEWHERE)));
    if trials.is_none() {
        println!("skipped: neither RTMPSCOPE_CAPTURES nor ../shared/captures is a folder");
    }
    trials.as_ref()
}

#[test]
fn enough_captures_are_clean() {
    let names: Vec<&str> = kept().subjects.iter().map(|subject| subject.name.as_str()).collect();
    assert!(names.len() >= 25, "only {names:?}");
    for name in ["nms_chunk128", "nginx_pub_2players", "srs_av", "gst_rtmp2", "ts_extended_20000s"] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
}

#[test]
fn behind_a_hole_no_complete_message_differs() {
    kept().assert_nothing_made_up();
}

#[test]
fn behind_a_hole_no_complete_message_differs_in_captures_kept_elsewhere() {
    if let Some(trials) = elsewhere() {
        trials.assert_nothing_made_up();
    }
}

#[test]
fn sync_is_back_soon_behind_a_hole() {
    kept().assert_rates();
}

#[test]
fn sync_is_back_soon_behind_a_hole_in_captures_kept_elsewhere() {
    if let Some(trials) = elsewhere() {
        trials.assert_rates();
    }
}

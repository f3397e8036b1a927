//! Runs each fuzz function over its seeds and many mutations of them, on the stable toolchain.
//!
//! Everything follows from a seed: the same run gives the same inputs. `RTMPSCOPE_MUTATIONS` is how many to make in
//! all, `RTMPSCOPE_SEED` the first seed, `RTMPSCOPE_TARGET` the only function to run. `--nocapture` shows the counts. An input that fails is written to a file, and
//! its bytes are in the message; what was found once stays in `corpus/`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    reason = "helper functions of tests fail loudly and show what they did"
)]

#[path = "../common/mod.rs"]
mod common;
mod mutate;
mod seeds;

use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use common::Rng;
use rtmpscope::fuzzing::{MAX_INPUT, TARGETS, Target};

/// Mutations of all functions together.
const MUTATIONS: usize = 210_000;
/// How they are shared: by what one costs.
const SHARES: [(&str, usize); 10] = [
    ("capture", 32),
    ("packets", 48),
    ("chunk", 40),
    ("amf0", 200),
    ("amf3", 80),
    ("message", 172),
    ("media", 260),
    ("conversation", 4),
    ("file", 4),
    ("check", 1),
];
/// Mutations one thread makes before it asks for more work.
const BATCH: usize = 250;

/// Mutations of one function, from a seed of their own.
struct Job<'a> {
    target: Target,
    inputs: &'a [Vec<u8>],
    seed: u64,
    count: usize,
}

#[test]
fn no_input_breaks_a_promise() {
    let (total, first_seed) = (number("RTMPSCOPE_MUTATIONS", MUTATIONS), number("RTMPSCOPE_SEED", 1));
    let mut seeds = seeds::all();
    for (name, inputs) in &mut seeds {
        inputs.extend(kept(name));
    }
    let only = std::env::var("RTMPSCOPE_TARGET").ok();
    let runs = |name: &str| only.as_deref().is_none_or(|only| only == name);
    let whole: usize = SHARES.iter().filter(|(name, _)| runs(name)).map(|(_, share)| share).sum();
    assert!(whole > 0, "no fuzz function is called {only:?}");
    let mut jobs = Vec::new();
    for (n, target) in TARGETS.into_iter().enumerate() {
        let (name, share) = SHARES[n];
        assert_eq!(name, target.0, "each function has its share");
        if !runs(name) {
            continue;
        }
        let (inputs, mut left, mut seed) = (&seeds[name], total * share / whole, first_seed as u64);
        assert!(!inputs.is_empty(), "{name} has no seeds");
        jobs.push(Job { target, inputs, seed: 0, count: 0 });
        while left > 0 {
            let count = left.min(BATCH);
            jobs.push(Job { target, inputs, seed, count });
            (left, seed) = (left - count, seed + 1);
        }
    }
    let next = AtomicUsize::new(0);
    let spent: Vec<AtomicU64> = TARGETS.iter().map(|_| AtomicU64::new(0)).collect();
    let began = Instant::now();
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let failures: Vec<String> = thread::scope(|scope| {
        let work = || {
            let mut failures = Vec::new();
            while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                let job_began = Instant::now();
                failures.extend(job.run());
                let target = TARGETS.iter().position(|target| target.0 == job.target.0).unwrap();
                spent[target].fetch_add(job_began.elapsed().as_millis() as u64, Ordering::Relaxed);
                if failures.len() >= 5 {
                    break;
                }
            }
            failures
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    println!("seed {first_seed}, {:.1} s on {workers} threads", began.elapsed().as_secs_f64());
    for ((name, _), ms) in TARGETS.into_iter().zip(&spent) {
        let made: usize = jobs.iter().filter(|job| job.target.0 == name).map(|job| job.count).sum();
        let (inputs, ms) = (seeds[name].len(), ms.load(Ordering::Relaxed));
        println!("{name:>14}: {inputs:>4} seeds, {made:>7} mutations, {ms:>6} ms");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

impl Job<'_> {
    /// The inputs themselves for a count of 0, else mutations of them. Ends at the first that fails.
    fn run(&self) -> Option<String> {
        if self.count == 0 {
            return self.inputs.iter().find_map(|input| self.broken(input, 0));
        }
        let mut rng = Rng::new(self.seed);
        (0..self.count).find_map(|n| {
            let input = &self.inputs[rng.below(self.inputs.len())];
            let other = &self.inputs[rng.below(self.inputs.len())];
            self.broken(&mutate::mutate(input, other, &mut rng), n)
        })
    }

    fn broken(&self, input: &[u8], n: usize) -> Option<String> {
        let (name, function) = self.target;
        let panic = catch_unwind(AssertUnwindSafe(|| function(input))).err()?;
        let why = match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
            (Some(text), _) => text.as_str(),
            (_, Some(text)) => text,
            _ => "no message",
        };
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}-{}-{n}", self.seed));
        let written = fs::write(&path, input).map_or_else(|e| e.to_string(), |()| path.display().to_string());
        let mut hex = String::new();
        for byte in input.iter().take(400) {
            let _ = write!(hex, "{byte:02x}");
        }
        let more = if input.len() > 400 { "…" } else { "" };
        let (seed, len) = (self.seed, input.len());
        Some(format!("{name}, seed {seed}, mutation {n}: {why:.600}\n{len} bytes, in {written}: {hex}{more}"))
    }
}

/// Inputs that once broke a promise.
fn kept(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn mutations_follow_from_their_seed() {
    let of = |seed| mutate::mutate(&[0; 40], &[1; 40], &mut Rng::new(seed));
    assert_eq!((1..50).map(of).collect::<Vec<_>>(), (1..50).map(of).collect::<Vec<_>>());
    assert!((1..50).filter(|seed| of(*seed) != of(seed + 1)).count() > 40, "seeds differ in what they do");
    assert!((1..500).all(|seed| of(seed).len() <= MAX_INPUT));
}

#[test]
#[ignore = "writes the seeds for cargo-fuzz to fuzz/corpus"]
fn write_seeds() {
    for (name, inputs) in seeds::all() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        fs::create_dir_all(&folder).unwrap();
        for (n, input) in inputs.iter().cloned().chain(kept(name)).enumerate() {
            fs::write(folder.join(format!("seed-{n}")), input).unwrap();
        }
    }
}

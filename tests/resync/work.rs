//! Many independent jobs on two threads, results in the order of the jobs.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const THREADS: usize = 2;

/// `work` done for each job.
pub(crate) fn all<J: Sync, R: Send>(jobs: &[J], work: impl Fn(&J) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(jobs.len()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some((number, job)) = Some(next.fetch_add(1, Ordering::Relaxed))
                    .and_then(|number| jobs.get(number).map(|job| (number, job)))
                {
                    let result = work(job);
                    done.lock().unwrap().push((number, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// How many trials, unless the environment says otherwise.
pub(crate) fn trials(default: usize) -> usize {
    std::env::var("RTMPSCOPE_TRIALS")
        .ok()
        .map_or(default, |text| text.parse().expect("RTMPSCOPE_TRIALS is a number"))
}

/// Writes a capture that went wrong to the directory of `RTMPSCOPE_KEEP`.
pub(crate) fn keep(name: &str, file: &[u8]) {
    if let Some(folder) = std::env::var_os("RTMPSCOPE_KEEP") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(name), file).unwrap();
    }
}

/// A share in percent; nothing of nothing is no share.
pub(crate) fn percent(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 * 100.0 / of as f64 }
}

/// Whether at least 99 of 100 are good, rounded in favour: one of any number may be bad.
pub(crate) fn nearly_all(good: usize, of: usize) -> bool {
    of > 0 && of - good <= of.div_ceil(100)
}

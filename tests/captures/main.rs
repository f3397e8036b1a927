//! Real and hand-made captures against witnesses that share no code with the crate.
//!
//! `testdata/make_witness.py` derived a witness a capture from the sender's log, an independent decoder, tshark and
//! the FLV files that players and servers wrote. Here the command runs over each capture, and its report and its
//! timeline must add up by themselves, agree with each other, and agree with the witness. `--nocapture` shows the
//! table of all counts. The captures too large for this folder are read where `RTMPSCOPE_CAPTURES` points to, or
//! from `../shared/captures`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helper functions of tests fail loudly and show their tables"
)]

mod command;
mod corpus;
mod counts;
mod formats;
mod judge;
mod known;
mod ledger;
mod listed;
mod recordings;
mod witness;

use corpus::Case;
use judge::Verdicts;

/// Every check of one capture, gathered so that one run shows all that is wrong.
fn examine(case: &Case, verdicts: &mut Verdicts) {
    let Some(run) = command::run(case, verdicts) else {
        return;
    };
    ledger::check(case, &run, verdicts);
    counts::check_timeline(case, &run, verdicts);
    counts::check_witness(case, &run, verdicts);
    recordings::check(case, &run, verdicts);
    formats::check(case, &run, verdicts);
}

/// Runs all checks over `cases` and fails with the list of what did not hold.
fn examine_all(cases: &[Case]) {
    let mut verdicts = Verdicts::default();
    for case in cases {
        examine(case, &mut verdicts);
    }
    verdicts.conclude(cases);
}

#[test]
fn the_captures_of_testdata_agree_with_their_witnesses() {
    let cases = corpus::kept();
    assert!(cases.len() > 40, "only {} captures found in testdata", cases.len());
    examine_all(&cases);
}

#[test]
fn the_captures_kept_elsewhere_agree_with_their_witnesses() {
    let Some(folder) = corpus::elsewhere() else {
        println!("skipped: neither RTMPSCOPE_CAPTURES nor ../shared/captures is a folder");
        return;
    };
    let cases = corpus::all_in(&folder);
    assert!(!cases.is_empty(), "no capture with a witness in {}", folder.display());
    examine_all(&cases);
}

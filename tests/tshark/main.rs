//! rtmpscope and tshark, message by message.
//!
//! Both read every capture; what they say of each message (type, length, timestamp, stream id, chunk stream, the packet
//! that completed it, and some of what is in the body) is compared in each direction of each plain RTMP connection.
//! Every difference must be explained by a rule in `differences`, and every rule be seen where it says. Conversations
//! that no capture has are written by `generated`, and there rtmpscope is held against the script as well.
//!
//! Without tshark the tests say so and pass; with `RTMPSCOPE_TSHARK=required` they fail. `--nocapture` shows the
//! tables. The captures too large for this repository are read where `RTMPSCOPE_CAPTURES` points to, or from
//! `../shared/captures`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::struct_excessive_bools,
    reason = "helper functions of tests fail loudly and show their tables; so much is known at a message"
)]

#[path = "../common/mod.rs"]
mod common;

mod align;
mod around;
mod compare;
#[path = "../support/corpus.rs"]
mod corpus;
mod differences;
mod facts;
mod generated;
mod inherit;
mod judge;
mod message;
mod original;
mod ours;
mod pdml;
mod run;

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use common::Dir;
use compare::Outcome;
use corpus::Named;
use generated::Generated;
use judge::Verdict;

/// The version of tshark; `None`, said aloud once, where there is none and none is required.
fn tshark() -> Option<String> {
    static VERSION: OnceLock<Option<String>> = OnceLock::new();
    let find = || {
        let version = run::version();
        if version.is_none() {
            // Past the test harness, which keeps what passing tests print.
            let _ =
                writeln!(std::io::stderr(), "skipped: no tshark in the path, nothing was compared with it");
        }
        version
    };
    let version = VERSION.get_or_init(find).clone();
    let required = std::env::var_os("RTMPSCOPE_TSHARK").is_some_and(|word| word == "required");
    assert!(!required || version.is_some(), "RTMPSCOPE_TSHARK=required, and there is no tshark in the path");
    version
}

/// Both programs over all captures, several at a time; in the order of the captures.
fn compare_all(captures: &[Named]) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    let work = || {
        while let Some((name, file)) = captures.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = compare::capture(name, file);
            outcomes.lock().unwrap().push(outcome);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(work);
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap();
    outcomes.sort_by_key(|outcome| captures.iter().position(|(name, _)| *name == outcome.capture));
    outcomes
}

/// Compares what was damaged with what was not.
fn check_originals(outcomes: &[Outcome], captures: &[Named], verdict: &mut Verdict) {
    for (damaged, original) in original::ORIGINALS {
        let Some(outcome) = outcomes.iter().find(|outcome| outcome.capture == *damaged) else {
            continue;
        };
        let file = captures.iter().find(|(name, _)| name == original).map(|(_, file)| file);
        let strangers = original::strangers(outcome, &ours::read(file.unwrap()));
        verdict.must(strangers.is_empty(), || format!("not in {original}: {}", strangers.join("; ")));
    }
}

#[test]
fn the_captures_of_testdata_differ_from_tshark_only_as_explained() {
    let Some(version) = tshark() else {
        return;
    };
    let captures = corpus::kept();
    assert!(captures.len() > 40, "only {} captures found in testdata", captures.len());
    let outcomes = compare_all(&captures);
    let mut verdict = judge::judge(&version, &outcomes);
    check_originals(&outcomes, &captures, &mut verdict);
    verdict.conclude();
}

#[test]
fn the_captures_kept_elsewhere_differ_from_tshark_only_as_explained() {
    let Some(version) = tshark() else {
        return;
    };
    let Some(captures) = corpus::elsewhere() else {
        println!("skipped: neither RTMPSCOPE_CAPTURES nor ../shared/captures is a folder");
        return;
    };
    assert!(!captures.is_empty(), "no capture in the folder of those kept elsewhere");
    let outcomes = compare_all(&captures);
    let mut verdict = judge::judge(&version, &outcomes);
    let all = [corpus::kept(), captures].concat();
    check_originals(&outcomes, &all, &mut verdict);
    verdict.conclude();
}

#[test]
fn generated_conversations_differ_from_tshark_only_as_explained() {
    let Some(version) = tshark() else {
        return;
    };
    let list = generated::write(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("tshark"));
    let captures: Vec<Named> = list.iter().map(|one| (one.name.clone(), one.file.clone())).collect();
    let outcomes = compare_all(&captures);
    let mut verdict = judge::judge(&version, &outcomes);
    check_originals(&outcomes, &captures, &mut verdict);
    for (one, outcome) in list.iter().zip(&outcomes) {
        check_script(one, outcome, &mut verdict);
    }
    verdict.conclude();
}

/// The complete messages of rtmpscope are those that the script sent.
fn check_script(one: &Generated, outcome: &Outcome, verdict: &mut Verdict) {
    for (dir, up) in [(Dir::Up, true), (Dir::Down, false)] {
        let Some(sent) = &one.sent else {
            continue;
        };
        let sent = sent.iter().filter(|sent| sent.dir == dir);
        let sent: Vec<_> = sent
            .map(|sent| (sent.kind, sent.len() as u64, sent.timestamp, Some(sent.msid), sent.csid))
            .collect();
        let said = outcome.report.ways.get(&(1, up)).map_or(&[][..], |way| &way.messages);
        let said = said.iter().filter(|message| message.complete);
        let said: Vec<_> =
            said.map(|said| (said.type_id, said.length, said.timestamp, said.stream_id, said.csid)).collect();
        let first = sent.iter().zip(&said).find(|(sent, said)| sent != said);
        verdict.must(sent == said, || {
            format!("{}: {} sent and {} said, first other: {first:?}", one.name, sent.len(), said.len())
        });
    }
}

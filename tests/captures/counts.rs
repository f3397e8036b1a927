//! Messages by type and direction: report, timeline and witness must say the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::command::Run;
use crate::corpus::Case;
use crate::judge::Verdicts;
use crate::witness::{Binding, Claim, Connection, Counts, Media};

const DIRECTIONS: [&str; 2] = ["client_to_server", "server_to_client"];

/// Complete messages of one direction by type, and with the cut ones.
struct Counted {
    complete: Counts,
    with_cut: Counts,
}

/// The messages of one connection and direction as the report has them.
fn reported(connection: &Value, direction: &str) -> Counted {
    let mut counted = Counted { complete: Counts::new(), with_cut: Counts::new() };
    for (kind, entry) in connection["messages"][direction]["by_type"].as_object().into_iter().flatten() {
        let complete = entry["count"].as_u64().unwrap();
        let cut = entry["incomplete"].as_u64().unwrap_or(0);
        if complete > 0 {
            counted.complete.insert(kind.clone(), complete);
        }
        counted.with_cut.insert(kind.clone(), complete + cut);
    }
    counted
}

/// The messages of one connection and direction in the timeline: one a stretch of stream bytes and message type.
fn messages<'a>(run: &'a Run, id: &Value, direction: &str) -> Vec<&'a Value> {
    let mut seen = BTreeSet::new();
    run.timeline
        .iter()
        .filter(|line| {
            line["connection"] == *id && line["direction"] == direction && line["type"].is_string()
        })
        .filter(|line| seen.insert((line["stream_start"].as_u64(), line["stream_end"].as_u64())))
        .collect()
}

/// The timeline holds as many messages of each type as the report counts, complete and cut.
pub(crate) fn check_timeline(case: &Case, run: &Run, verdicts: &mut Verdicts) {
    for connection in run.connections() {
        for direction in DIRECTIONS {
            let report = reported(connection, direction);
            let mut complete = Counts::new();
            let mut all = Counts::new();
            for message in messages(run, &connection["id"], direction) {
                let kind = message["type"].as_str().unwrap().to_owned();
                if message["complete"] == true {
                    *complete.entry(kind.clone()).or_default() += 1;
                }
                *all.entry(kind).or_default() += 1;
            }
            let client = connection["client"].as_str().unwrap();
            for (what, lines, counts) in
                [("complete", complete, report.complete), ("all", all, report.with_cut)]
            {
                verdicts.must(case, lines == counts, || {
                    format!("{client} {direction}: {what} messages in the timeline {lines:?}, in the report {counts:?}")
                });
            }
        }
    }
}

/// The report says what the witness says.
pub(crate) fn check_witness(case: &Case, run: &Run, verdicts: &mut Verdicts) {
    connections_are_known(case, run, verdicts);
    for known in case.witness.connections.iter().filter(|known| !known.not_rtmp) {
        let Some(connection) = run.connection(&known.client) else {
            verdicts.must(case, false, || format!("no connection from {}", known.client));
            continue;
        };
        for direction in DIRECTIONS {
            check_direction(case, run, (known, connection), direction, verdicts);
        }
    }
}

/// No connection is reported that the witness does not know.
fn connections_are_known(case: &Case, run: &Run, verdicts: &mut Verdicts) {
    for connection in run.connections() {
        let client = connection["client"].as_str().unwrap();
        let known = case.witness.connections.iter().any(|known| known.client == client);
        verdicts.must(case, known, || format!("connection from {client} is not in the witness"));
    }
}

/// All claims about one direction of one connection.
fn check_direction(
    case: &Case,
    run: &Run,
    (known, connection): (&Connection, &Value),
    direction: &str,
    verdicts: &mut Verdicts,
) {
    let ours = reported(connection, direction);
    for claim in known.claims(direction) {
        check_claim(case, (&known.client, direction), &ours, claim, verdicts);
        let lines = messages(run, &connection["id"], direction);
        for (kind, media) in &claim.media {
            check_media(
                case,
                &format!("{} {direction} {kind}", known.client),
                &lines,
                (kind, media),
                verdicts,
            );
        }
    }
}

/// One claim's counts.
fn check_claim(case: &Case, about: (&str, &str), ours: &Counted, claim: &Claim, verdicts: &mut Verdicts) {
    let mut expected: BTreeMap<&str, u64> =
        claim.counts.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    if matches!(claim.is, Binding::Everything | Binding::AtMost) {
        for kind in ours.with_cut.keys() {
            expected.entry(kind).or_insert(0);
        }
    }
    for (kind, theirs) in expected {
        let complete = ours.complete.get(kind).copied().unwrap_or(0);
        let all = ours.with_cut.get(kind).copied().unwrap_or(0);
        let (count, holds, sign) = match claim.is {
            Binding::Everything | Binding::These => (complete, complete == theirs, ""),
            Binding::AtMost | Binding::TheseAtMost => (all, all <= theirs, "at most "),
            Binding::AtLeast => (all, all >= theirs, "at least "),
        };
        verdicts.row(case, [about.0, about.1, kind], count, &format!("{sign}{theirs}"), &claim.by, holds);
    }
}

/// The bytes and the first and last timestamp of all audio or video messages of a direction.
fn check_media(
    case: &Case,
    about: &str,
    lines: &[&Value],
    (kind, media): (&str, &Media),
    verdicts: &mut Verdicts,
) {
    let ours: Vec<&&Value> =
        lines.iter().filter(|line| line["type"] == kind && line["complete"] == true).collect();
    let bytes = ours.iter().map(|line| line["length"].as_u64().unwrap()).sum();
    verdicts.equal(case, &format!("{about} bytes"), bytes, media.bytes);
    let time = |line: Option<&&&Value>| line.and_then(|line| line["timestamp"].as_u64()).unwrap_or(u64::MAX);
    verdicts.equal(case, &format!("{about} first timestamp"), time(ours.first()), media.first_timestamp_ms);
    verdicts.equal(case, &format!("{about} last timestamp"), time(ours.last()), media.last_timestamp_ms);
}

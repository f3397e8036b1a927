//! The books of a report must balance: every byte on the wire in exactly one class.

use serde_json::Value;

use crate::command::Run;
use crate::corpus::Case;
use crate::judge::Verdicts;

const DIRECTIONS: [&str; 2] = ["client_to_server", "server_to_client"];

/// Checks the byte ledger and the TCP byte counts of every connection.
pub(crate) fn check(case: &Case, run: &Run, verdicts: &mut Verdicts) {
    for connection in run.connections() {
        let client = connection["client"].as_str().unwrap();
        for direction in DIRECTIONS.into_iter().chain(["total"]) {
            let (classes, wire) = efficiency(&connection["efficiency"][direction]);
            verdicts.equal(case, &format!("{client} {direction}: sum of the byte classes"), classes, wire);
        }
        total_is_both_directions(case, connection, client, verdicts);
        for direction in DIRECTIONS {
            let tcp = &connection["tcp"][direction];
            let parts = ["unique_bytes", "retransmitted_bytes", "late_bytes"].map(|key| number(tcp, key));
            let what = format!("{client} {direction}: unique, retransmitted and late bytes");
            verdicts.equal(case, &what, parts.iter().sum(), number(tcp, "payload_bytes"));
        }
    }
}

/// The sum of all classes, and the bytes on the wire.
fn efficiency(entry: &Value) -> (u64, u64) {
    let classes = entry.as_object().unwrap();
    let sum = classes
        .iter()
        .filter(|(key, _)| key.ends_with("_bytes") && *key != "wire_bytes")
        .map(|(_, value)| value.as_u64().unwrap())
        .sum();
    (sum, number(entry, "wire_bytes"))
}

/// Each class of the total is the sum of that class in both directions.
fn total_is_both_directions(case: &Case, connection: &Value, client: &str, verdicts: &mut Verdicts) {
    let entry = &connection["efficiency"];
    for key in entry["total"].as_object().unwrap().keys().filter(|key| key.ends_with("_bytes")) {
        let both = DIRECTIONS.map(|direction| number(&entry[direction], key)).iter().sum();
        verdicts.equal(case, &format!("{client} total {key}"), number(&entry["total"], key), both);
    }
}

/// A count that may be left out when it is not known.
fn number(entry: &Value, key: &str) -> u64 {
    entry[key].as_u64().unwrap_or(0)
}

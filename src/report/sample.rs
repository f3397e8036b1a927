//! One fixed report, for the tests of every writer.

use super::model::Report;

/// It holds each kind of part at least once, terminal escapes from the wire, and an empty connection.
pub(crate) const JSON: &str = include_str!("sample.json");

pub(crate) fn report() -> Report {
    serde_json::from_str(JSON).unwrap()
}

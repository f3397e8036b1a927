//! What is known to be wrong, until it is repaired.
//!
//! A difference that begins with one of these texts does not fail the tests, and a text that excuses nothing does:
//! whoever repairs the cause takes the line out.

use crate::corpus::Case;

/// How the difference begins, with the capture's name, and its cause.
const KNOWN: &[(&str, &str)] =
    &[("craft_violation: 127.0.0.1:60774 client_to_server command_amf0: 7 messages", BEHIND_A_VIOLATION)];

const BEHIND_A_VIOLATION: &str =
    "behind bytes that are no header the witness decodes no more, and this program does";

/// Why a difference is known, if it is.
pub(crate) fn excuse(text: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(start, _)| text.starts_with(start)).map(|(_, why)| *why)
}

/// The known differences of `cases` that did not show.
pub(crate) fn repaired(cases: &[Case], excused: &[String]) -> Vec<&'static str> {
    let of_a_case =
        |start: &str| cases.iter().any(|case| start.starts_with(&format!("{}:", case.witness.name)));
    let shows = |start: &str| excused.iter().any(|text| text.starts_with(start));
    KNOWN.iter().map(|(start, _)| *start).filter(|start| of_a_case(start) && !shows(start)).collect()
}

//! AMF-02 value-bounds
//!
//! ## What it does
//! Looks whether the AMF values of a message fit into it. Errors are a value that runs past the end of the message, an
//! object without its end (two bytes 0 and 0x09), such an end where a value should be, an array with fewer values than
//! it announces, and a command that does not begin with its name. An ECMA array that ends with the message, without an
//! end of its own, is a warning. Infos are an ECMA array with another number of members than it announces, and zero
//! bytes after the last value of a command.
//!
//! ## Why it matters
//! Receivers drop the message or the connection, or read memory after the message.
//!
//! ## Spec
//! AMF0 2.5 to 2.12; FLV 10.1, E.4.4.4; RTMP 1.0, 7.1.1
//!
//! ## Tolerance
//! Old FLV writers leave out the end of the last ECMA array, which ffmpeg reads. The count of an ECMA array is only a
//! hint: `GStreamer` and ffmpeg do not always write the right one, and SRS writes 0, which is not reported. A message
//! that was not captured or kept as a whole, or after which chunk boundaries were lost, is not judged.
//!
//! ## How to fix
//! Compute lengths from the bytes written, close each object and ECMA array with 00 00 09, and count the members of
//! arrays when all are known.

use super::shared::{ValueCheck, Values, path};
use crate::amf::error::AmfErrorKind;
use crate::amf::note::{Note, NoteKind, Step};
use crate::rules::Severity;
use crate::rules::context::Words;
use crate::rules::finding::{Found, Said};
use crate::rules::held::Told;
use crate::rules::rule::{Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "AMF-02",
    name: "value-bounds",
    severity: Severity::Error,
    spec: "AMF0 2.5 to 2.12; FLV E.4.4.4; RTMP 7.1.1",
    subject: "messages with AMF values",
    help: "compute lengths from the bytes written, close each object and ECMA array with 00 00 09, and count the members \
           of arrays when all are known",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("amf_02_value_bounds.rs"),
    new: || ValueCheck::boxed(judge),
    ..Rule::BASE
};

/// Values that a command has in any case: its name, its transaction id, its object.
const FIXED: usize = 3;

fn judge(values: &Values<'_>, event: &Event<'_>, words: &mut dyn Words, told: &mut Told) {
    let problems = values.notes.iter().filter(|note| matches!(note.kind, NoteKind::Problem(_)));
    if values.command && !values.named && problems.clone().next().is_none() {
        let said = Said::new("a command does not begin with its name").expected("a string first");
        told.push((Found::at(event).case("no-name"), said));
    }
    let count = find(values, |kind| matches!(kind, NoteKind::Count { .. }));
    if let Some(NoteKind::Count { announced: announced @ 1.., members }) = count {
        let said = Said::new("an ECMA array has another number of members than it announces")
            .expected(format!("announced: {announced}"))
            .actual(format!("there are: {members}"));
        told.push((Found::at(event).case("count").info(), said));
    }
    for note in problems {
        problem(note, values, event, words, told);
    }
}

fn find(values: &Values<'_>, matches: impl Fn(NoteKind) -> bool) -> Option<NoteKind> {
    values.notes.iter().map(|note| note.kind).find(|kind| matches(*kind))
}

fn problem(note: &Note, values: &Values<'_>, event: &Event<'_>, words: &mut dyn Words, told: &mut Told) {
    let place = path(&note.path, words);
    let found = Found::at(event);
    let NoteKind::Problem(problem) = note.kind else { return };
    let (what, need, have) = match problem {
        AmfErrorKind::Truncated { what, need, have } => (what, need, have),
        AmfErrorKind::StrayObjectEnd => {
            let said = Said::new(format!(
                "value {place} is an object end (0x09), with a name in front or no object"
            ))
            .expected("00 00 09 after the last field")
            .actual(format!("0x09 at AMF byte {}", note.at));
            told.push((found.case("stray-end"), said));
            return;
        }
        _ => return,
    };
    let outer = note.path.len() == 1;
    let ends = outer && find(values, |kind| kind == NoteKind::NoEnd).is_some();
    if let Some(padding) = padding(what, note, values, event) {
        let said =
            Said::new("a command has zero bytes after its last value").actual(format!("{padding} bytes"));
        told.push((found.case("rest").info(), said));
        return;
    }
    let (found, message) = if ends {
        let message = format!("ECMA array {place} ends with the message, without an object end");
        (found.case("open-array").warning(), message)
    } else if what == "field name" && need == 2 {
        (found.case("no-end"), format!("object {place} has no end before the message ends"))
    } else if what == "AMF0 marker" && !outer && matches!(note.path.last(), Some(Step::Item(_))) {
        (
            found.case("array"),
            format!("the message ends in place of value {place}, which its array announces"),
        )
    } else {
        (found.case("truncated"), format!("value {place} runs past the end of the message"))
    };
    let said = Said::new(message)
        .expected(format!("{need} bytes for the {what} at AMF byte {}", note.at))
        .actual(format!("{have} bytes left"));
    told.push((found, said));
}

/// The zero bytes behind the last value of a command, which look like the beginning of a number.
fn padding(what: &str, note: &Note, values: &Values<'_>, event: &Event<'_>) -> Option<usize> {
    let behind = matches!(note.path.as_slice(), [Step::Item(index)] if *index >= FIXED);
    if what != "number" || !behind || !values.command {
        return None;
    }
    let rest = event.body.get(event.body.len().checked_sub(values.undecoded)?..)?;
    // And the one that was taken for the marker.
    rest.iter().all(|byte| *byte == 0).then_some(rest.len() + 1)
}

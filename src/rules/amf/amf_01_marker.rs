//! AMF-01 marker
//!
//! ## What it does
//! Reports AMF values that begin with a byte that is no type. In AMF0 the bytes up to 0x11 are types, but for 0x04
//! (movie clip) and 0x0E (record set), which were never laid out; in AMF3 those up to 0x11. The finding says the way to
//! the value and its place in the message.
//!
//! ## Why it matters
//! Nobody can tell how long such a value is. The message ends there for each receiver, which drops the command or the
//! connection.
//!
//! ## Spec
//! AMF0 2.1; AMF3 3.1
//!
//! ## Tolerance
//! A message whose end was not captured, or after which chunk boundaries were lost, is not judged.
//!
//! ## How to fix
//! Look at the value in front: most often a length or a marker was written that does not fit what follows it.

use super::shared::{ValueCheck, Values, path};
use crate::amf::error::AmfErrorKind;
use crate::amf::note::{NoteKind, Step};
use crate::rules::Severity;
use crate::rules::context::Words;
use crate::rules::finding::{Found, Said};
use crate::rules::held::Told;
use crate::rules::rule::{Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "AMF-01",
    name: "marker",
    severity: Severity::Error,
    spec: "AMF0 2.1; AMF3 3.1",
    subject: "messages with AMF values",
    help: "look at the value in front: most often a length or a marker was written that does not fit what follows it",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("amf_01_marker.rs"),
    new: || ValueCheck::boxed(judge),
    ..Rule::BASE
};

fn judge(values: &Values<'_>, event: &Event<'_>, words: &mut dyn Words, told: &mut Told) {
    for note in values.notes.iter() {
        let NoteKind::Problem(problem) = note.kind else { continue };
        let (case, marker, what) = match problem {
            AmfErrorKind::ReservedMarker(marker) => ("reserved", marker, "is reserved in AMF0"),
            AmfErrorKind::UnknownMarker(marker) => ("amf0", marker, "is no type of AMF0"),
            AmfErrorKind::UnknownAmf3Marker(marker) => ("amf3", marker, "is no type of AMF3"),
            _ => continue,
        };
        let before = match note.path.first() {
            Some(Step::Item(before)) => *before,
            _ => 0,
        };
        let said =
            Said::new(format!("value {} has marker 0x{marker:02x}, which {what}", path(&note.path, words)))
                .expected("0x00 to 0x11")
                .actual(format!("0x{marker:02x} at AMF byte {}, after {before} whole values", note.at));
        told.push((Found::at(event).case(case), said));
    }
}

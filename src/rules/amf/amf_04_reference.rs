//! AMF-04 reference
//!
//! ## What it does
//! Reports an AMF reference to a value that the message does not have. A value may stand for one that came before it in
//! the same message, by its number: objects and arrays in AMF0; strings, objects and traits in AMF3.
//!
//! ## Why it matters
//! The receiver has nothing to put there: the value is lost, and in AMF3 mostly the rest of the message.
//!
//! ## Spec
//! AMF0 2.9; AMF3 1.3.1, 2.2
//!
//! ## Tolerance
//! An object that refers to itself, or to one around it, is no mistake.
//!
//! ## How to fix
//! Begin the tables anew with each message, count in them what the specification counts (no empty string), and write
//! values in place of references if in doubt.

use super::shared::{ValueCheck, Values, path};
use crate::amf::error::AmfErrorKind;
use crate::amf::note::NoteKind;
use crate::rules::Severity;
use crate::rules::context::Words;
use crate::rules::finding::{Found, Said};
use crate::rules::held::Told;
use crate::rules::rule::{Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "AMF-04",
    name: "reference",
    severity: Severity::Error,
    spec: "AMF0 2.9; AMF3 1.3.1, 2.2",
    subject: "messages with AMF values",
    help: "begin the tables anew with each message, count in them what the specification counts (no empty string), and \
           write values in place of references if in doubt",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("amf_04_reference.rs"),
    new: || ValueCheck::boxed(judge),
    ..Rule::BASE
};

fn judge(values: &Values<'_>, event: &Event<'_>, words: &mut dyn Words, told: &mut Told) {
    for note in values.notes.iter() {
        let NoteKind::Problem(AmfErrorKind::UnknownReference { what, index, known }) = note.kind else {
            continue;
        };
        let place = path(&note.path, words);
        let said = Said::new(format!("value {place} refers to {what} {index}, which did not come before it"))
            .expected(format!("a number below {known}"))
            .actual(format!("{index} at AMF byte {}", note.at));
        told.push((Found::at(event), said));
    }
}

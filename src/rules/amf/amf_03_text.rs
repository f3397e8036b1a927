//! AMF-03 text
//!
//! ## What it does
//! Looks for AMF strings and property names that are not UTF-8, or have control characters in them. What is not UTF-8
//! is a warning, with the first byte that does not fit and the way to it. Control characters, NUL among them, are an
//! info; tabs and line ends are none.
//!
//! ## Why it matters
//! Receivers cut the text, replace parts of it, or refuse the message; stream names with such bytes are not found
//! again.
//!
//! ## Spec
//! AMF0 1.3.1; AMF3 1.3.2
//!
//! ## Tolerance
//! nginx-rtmp fills the `profile` in its metadata up with NULs: that is not reported. Each kind is reported once for a
//! direction.
//!
//! ## How to fix
//! Convert text to UTF-8 before it is written, and write the length of the text alone, without what is after it in its
//! buffer.

use super::shared::{ValueCheck, Values, path};
use crate::amf::note::{NoteKind, Step};
use crate::rules::Severity;
use crate::rules::context::Words;
use crate::rules::finding::{Found, Said};
use crate::rules::held::Told;
use crate::rules::rule::{Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "AMF-03",
    name: "text",
    severity: Severity::Warning,
    spec: "AMF0 1.3.1; AMF3 1.3.2",
    subject: "messages with AMF values",
    help: "convert text to UTF-8 before it is written, and write the length of the text alone, without what is after it \
           in its buffer",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("amf_03_text.rs"),
    new: || ValueCheck::boxed(judge),
    ..Rule::BASE
};

fn judge(values: &Values<'_>, event: &Event<'_>, words: &mut dyn Words, told: &mut Told) {
    for note in values.notes.iter() {
        // A field of fixed size in nginx-rtmp.
        let profile = matches!(note.path.last(), Some(Step::Field(name)) if name == "profile");
        if profile && note.kind == (NoteKind::ControlCharacter { byte: 0 }) {
            continue;
        }
        let found = Found::at(event);
        let (found, byte, trouble) = match note.kind {
            NoteKind::NotUtf8 { byte } => (found.case("utf-8"), byte, "is not UTF-8"),
            NoteKind::ControlCharacter { byte } => {
                (found.case("control").info(), byte, "has a control character")
            }
            _ => continue,
        };
        let said = Said::new(format!("the text at {} {trouble}", path(&note.path, words)))
            .actual(format!("byte 0x{byte:02x} in the text at AMF byte {}", note.at));
        told.push((found, said));
    }
}

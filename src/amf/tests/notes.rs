//! What is noted, and the way to it.

use super::*;
use crate::amf::error::AmfErrorKind;
use crate::amf::note::{NoteKind, Step};

/// The notes of a body: what is noted, where, and the way to it.
fn notes(bytes: &[u8]) -> Vec<(NoteKind, usize, String)> {
    let path = |path: &[Step]| {
        let steps = path.iter().map(|step| match step {
            Step::Item(index) => format!("[{index}]"),
            Step::Field(name) => format!(".{name}"),
        });
        steps.collect::<String>()
    };
    decode(bytes).notes.into_iter().map(|note| (note.kind, note.at, path(&note.path))).collect()
}

fn truncated(what: &'static str, need: usize, have: usize) -> NoteKind {
    NoteKind::Problem(AmfErrorKind::Truncated { what, need, have })
}

#[test]
fn the_way_to_an_error() {
    let body = b"\x05\x03\0\x04info\x03\0\x01x\x05\0\x04code\x02\0\x03ab";
    assert_eq!(notes(body), [(truncated("string", 3, 2), 22, "[1].info.code".to_owned())]);
    // An object without end.
    assert_eq!(notes(&body[..8]), [(truncated("AMF0 marker", 1, 0), 8, "[1].info".to_owned())]);
    assert_eq!(notes(b"\x03\0\x01x\x05"), [(truncated("field name", 2, 0), 5, "[0]".to_owned())]);
    // An array of fewer items.
    let body = b"\x0A\0\0\0\x03\x05\x05";
    assert_eq!(notes(body), [(truncated("AMF0 marker", 1, 0), 7, "[0][2]".to_owned())]);
    let body = b"\x05\x05\x04";
    let reserved = NoteKind::Problem(AmfErrorKind::ReservedMarker(4));
    assert_eq!(notes(body), [(reserved, 2, "[2]".to_owned())]);
    // Behind the switch to AMF3: an array with a named and a dense value.
    let body = b"\x11\x09\x03\x03a\x01\x01\x12";
    let unknown = NoteKind::Problem(AmfErrorKind::UnknownAmf3Marker(0x12));
    assert_eq!(notes(body), [(unknown, 7, "[0][0]".to_owned())]);
}

#[test]
fn text_and_the_values_beside_it() {
    let body = b"\x03\0\x01a\x02\0\x02x\xE9\0\x01b\x03\0\x01c\x02\0\x02\0\n\0\0\x09\0\0\x09\x05";
    assert_eq!(
        notes(body),
        [
            (NoteKind::NotUtf8 { byte: 0xE9 }, 7, "[0].a".to_owned()),
            (NoteKind::ControlCharacter { byte: 0 }, 19, "[0].b.c".to_owned()),
        ]
    );
    // The name of a field, and AMF3.
    assert_eq!(
        notes(b"\x03\0\x01\xFF\x05\0\0\x09"),
        [(NoteKind::NotUtf8 { byte: 0xFF }, 3, "[0].\u{FFFD}".to_owned())]
    );
    assert_eq!(
        notes(b"\x05\x11\x0A\x0B\x01\x03a\x06\x03\x80\x03b\x06\x00\x01"),
        [(NoteKind::NotUtf8 { byte: 0x80 }, 9, "[1].a".to_owned())]
    );
    assert_eq!(notes(b"\x02\0\x05a\tb\r\n"), []);
}

#[test]
fn counts_and_ends_of_ecma_arrays() {
    let count = |announced, members| NoteKind::Count { announced, members };
    let body = b"\x03\0\x01m\x08\0\0\0\x03\0\x01x\x05\0\0\x09\0\0\x09";
    assert_eq!(notes(body), [(count(3, 1), 4, "[0].m".to_owned())]);
    assert_eq!(notes(b"\x08\0\0\0\x01\0\x01x\x05\0\0\x09"), []);
    let open = b"\x08\0\0\0\x01\0\x01x\x05";
    let end = truncated("field name", 2, 0);
    assert_eq!(notes(open), [(NoteKind::NoEnd, 0, "[0]".to_owned()), (end, 9, "[0]".to_owned())]);
    // The object in it lacks its end, not the array.
    assert_eq!(notes(b"\x08\0\0\0\x01\0\x01x\x03"), [(end, 9, "[0].x".to_owned())]);
    // Bytes of a name are left.
    assert_eq!(notes(b"\x08\0\0\0\x01\0\x02"), [(truncated("field name", 2, 0), 7, "[0]".to_owned())]);
    assert_eq!(notes(b"\x08\0\0\0\x01\0\x01x\x05\0"), [(truncated("field name", 2, 1), 9, "[0]".to_owned())]);
}

#[test]
fn a_reference_that_leads_nowhere_and_an_error() {
    let unknown = NoteKind::Problem(AmfErrorKind::UnknownReference { what: "object", index: 7, known: 1 });
    let body = b"\x03\0\x01r\x07\0\x07\0\0\x09\x04";
    let reserved = NoteKind::Problem(AmfErrorKind::ReservedMarker(4));
    assert_eq!(notes(body), [(unknown, 4, "[0].r".to_owned()), (reserved, 10, "[1]".to_owned())]);
}

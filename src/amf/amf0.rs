//! The AMF0 decoder (AMF 0 specification, section 2).
//!
//! Takes one message body, gives [`Decoded`]. What was read before an error is kept, also the part of an object
//! the error is inside of. Behind the switch marker 0x11 stands one AMF3 value, which [`super::amf3`] reads; all of
//! a message share its tables. How references are bounded is told in [`super::cursor`].
//!
//! A reference to an object that is not finished yet would be a loop and stays a [`Value::Reference`], and so does
//! one to an object that was never seen.

use super::amf3::{self, Tables};
use super::cursor::{Cursor, Targets};
use super::error::AmfErrorKind;
use super::note::{NoteKind, Step};
use super::value::{Fields, Value};
use super::{Decoded, Encoding};
use crate::base::limits::Limits;

const NUMBER: u8 = 0x00;
const BOOLEAN: u8 = 0x01;
pub(super) const STRING: u8 = 0x02;
const OBJECT: u8 = 0x03;
const MOVIE_CLIP: u8 = 0x04;
const NULL: u8 = 0x05;
const UNDEFINED: u8 = 0x06;
const REFERENCE: u8 = 0x07;
const ECMA_ARRAY: u8 = 0x08;
const OBJECT_END: u8 = 0x09;
const STRICT_ARRAY: u8 = 0x0A;
const DATE: u8 = 0x0B;
const LONG_STRING: u8 = 0x0C;
const UNSUPPORTED: u8 = 0x0D;
const RECORD_SET: u8 = 0x0E;
const XML_DOCUMENT: u8 = 0x0F;
const TYPED_OBJECT: u8 = 0x10;
const AVM_PLUS: u8 = 0x11;

/// Reads one message body.
pub(crate) struct Decoder<'a> {
    cursor: Cursor<'a>,
    targets: Targets,
    /// The tables of its AMF3 values, once there is one.
    amf3: Option<Box<Tables>>,
}

impl<'a> Decoder<'a> {
    /// A decoder at the start of `bytes`.
    pub(crate) fn new(bytes: &'a [u8], limits: &Limits) -> Self {
        Self { cursor: Cursor::new(bytes, limits), targets: Targets::default(), amf3: None }
    }

    /// Reads at most `most` values, to the end of the body or until one cannot be read.
    pub(crate) fn run(mut self, encoding: Encoding, most: usize) -> Decoded {
        let mut values = Vec::new();
        let mut index = 0;
        while values.len() < most && !self.cursor.is_done() {
            index = values.len();
            values.extend(match encoding {
                Encoding::Amf0 => self.value(),
                Encoding::Amf3 => self.amf3_value(),
            });
            self.cursor.left_message(index);
        }
        Decoded {
            values,
            error: self.cursor.problem(),
            rest: self.cursor.rest(),
            amf3: self.amf3.is_some(),
            count: self.cursor.values(),
            notes: self.cursor.into_notes(index),
        }
    }

    /// One value; a container may come back incomplete, and then there is an error.
    fn value(&mut self) -> Option<Value> {
        let at = self.cursor.reader.at();
        let marker = self.cursor.reader.u8("AMF0 marker");
        let marker = self.cursor.checked(marker)?;
        if marker == AVM_PLUS {
            return self.amf3_value();
        }
        self.cursor.begin_value(at)?;
        match marker {
            OBJECT | ECMA_ARRAY | STRICT_ARRAY | TYPED_OBJECT => self.container(marker, at),
            REFERENCE => self.reference(),
            MOVIE_CLIP | RECORD_SET => self.cursor.fail(AmfErrorKind::ReservedMarker(marker), at),
            OBJECT_END => self.cursor.fail(AmfErrorKind::StrayObjectEnd, at),
            _ => self.scalar(marker, at),
        }
    }

    fn amf3_value(&mut self) -> Option<Value> {
        if self.amf3.is_none() {
            self.cursor.allow_names();
        }
        amf3::Decoder { cursor: &mut self.cursor, tables: self.amf3.get_or_insert_default() }.value()
    }

    fn scalar(&mut self, marker: u8, at: usize) -> Option<Value> {
        Some(match marker {
            NUMBER => {
                let number = self.cursor.reader.f64("number");
                Value::Number(self.cursor.checked(number)?)
            }
            BOOLEAN => {
                let byte = self.cursor.reader.u8("boolean");
                Value::Boolean(self.cursor.checked(byte)? != 0)
            }
            STRING => Value::String(self.short_text("string")?),
            LONG_STRING => Value::String(self.long_text("long string")?),
            XML_DOCUMENT => Value::Xml(self.long_text("XML document")?),
            DATE => {
                let ms = self.cursor.reader.f64("date");
                let ms = self.cursor.checked(ms)?;
                let zone = self.cursor.reader.u16("time zone");
                Value::Date { ms, zone_min: Some(self.cursor.checked(zone)?.cast_signed()) }
            }
            NULL => Value::Null,
            UNDEFINED => Value::Undefined,
            UNSUPPORTED => Value::Unsupported,
            _ => return self.cursor.fail(AmfErrorKind::UnknownMarker(marker), at),
        })
    }

    fn container(&mut self, marker: u8, at: usize) -> Option<Value> {
        self.cursor.enter(at)?;
        let index = self.cursor.is_first().then(|| self.targets.begin(at));
        let value = match marker {
            OBJECT => Some(Value::Object(self.fields())),
            ECMA_ARRAY => {
                self.count("ECMA array count").map(|count| Value::EcmaArray(self.members(count, at)))
            }
            STRICT_ARRAY => self.count("array count").map(|count| Value::StrictArray(self.items(count))),
            _ => self.short_text("class name").map(|class| Value::Typed { class, fields: self.fields() }),
        };
        self.cursor.leave();
        if let Some(index) = index {
            self.targets.set_open(index, false);
        }
        value
    }

    /// Names and values up to the object end.
    fn fields(&mut self) -> Fields {
        self.fields_and_end().0
    }

    /// The same, and whether the message ended in place of the object end.
    fn fields_and_end(&mut self) -> (Fields, bool) {
        let mut fields = Fields::new();
        let mut ended = false;
        while self.cursor.error.is_none() {
            ended = self.cursor.reader.left() == 0;
            if let [0, 0, OBJECT_END, ..] = self.cursor.reader.rest() {
                // The check above says that there are three bytes.
                let _ = self.cursor.reader.take(3, "object end");
                break;
            }
            let Some(name) = self.short_text("field name") else { break };
            let value = self.value();
            self.cursor.left(|| Step::field(&name));
            let Some(value) = value else { break };
            fields.push((name, value));
        }
        (fields, ended)
    }

    /// The fields of an ECMA array, with a note where they are not as many as announced, or have no end.
    fn members(&mut self, announced: u32, at: usize) -> Fields {
        let (fields, ended) = self.fields_and_end();
        let members = fields.len();
        if ended {
            self.cursor.note_around(NoteKind::NoEnd, at);
        } else if self.cursor.error.is_none() && usize::try_from(announced) != Ok(members) {
            self.cursor.note_around(NoteKind::Count { announced, members }, at);
        }
        fields
    }

    /// `count` values, or as many as there are.
    fn items(&mut self, count: u32) -> Vec<Value> {
        let mut items = Vec::new();
        for index in 0..count {
            if self.cursor.error.is_some() {
                break;
            }
            let value = self.value();
            self.cursor.left(|| Step::item(index));
            let Some(value) = value else { break };
            items.push(value);
        }
        items
    }

    /// The value a reference stands for, read again from its bytes.
    fn reference(&mut self) -> Option<Value> {
        let index = self.cursor.reader.u16("reference");
        let index = self.cursor.checked(index)?;
        let slot = usize::from(index);
        let there = self.targets.finished(slot);
        let Some(back) = there.and_then(|at| self.cursor.go_back(at)) else {
            if slot >= self.targets.count() {
                let at = self.cursor.reader.at().saturating_sub(3);
                self.cursor.note_unknown("object", u32::from(index), self.targets.count(), at);
            }
            return Some(Value::Reference(u32::from(index)));
        };
        self.targets.set_open(slot, true);
        let value = self.value();
        self.targets.set_open(slot, false);
        let at = back.at().saturating_sub(3);
        self.cursor.come_back(back, at);
        value
    }

    fn count(&mut self, what: &'static str) -> Option<u32> {
        let count = self.cursor.reader.u32(what);
        self.cursor.checked(count)
    }

    fn short_text(&mut self, what: &'static str) -> Option<String> {
        let len = self.cursor.reader.u16(what);
        let len = self.cursor.checked(len)?;
        self.cursor.text(usize::from(len), what)
    }

    fn long_text(&mut self, what: &'static str) -> Option<String> {
        let len = self.count(what)?;
        self.cursor.text(usize::try_from(len).unwrap_or(usize::MAX), what)
    }
}

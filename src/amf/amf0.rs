//! The AMF0 decoder (AMF 0 specification, section 2).
//!
//! Takes one message body, gives [`Decoded`]. What was read before an error is kept, also the part of an object
//! the error is inside of. References are resolved by reading the bytes of their object once more, which is charged
//! to the same limits as any other reading; so a small message cannot stand for a large tree.
//!
//! A reference to an object that is not finished yet would be a loop and stays a [`Value::Reference`], and so does
//! one to an object that was never seen.

use super::Decoded;
use super::error::{AmfError, AmfErrorKind};
use super::value::{Fields, Value};
use crate::base::limits::Limits;
use crate::base::read::Reader;

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

/// With what references repeat, a message has at most this many values, and bytes of repeated text, for each of its
/// bytes: many short messages shall not cost what as many long ones do.
const MAX_REPEATED: usize = 4;

/// Nesting is never allowed beyond this, whatever the limits say: each level takes some stack.
const MAX_DEPTH: usize = 256;

/// An object that references may name.
#[derive(Copy, Clone, Debug)]
struct Target {
    /// Offset of its marker.
    at: usize,
    /// Whether it is being read right now, for the first time or for a reference.
    open: bool,
}

/// Reads one message body.
pub(crate) struct Decoder<'a> {
    bytes: &'a [u8],
    reader: Reader<'a>,
    /// Objects in order of their appearance.
    targets: Vec<Target>,
    /// References being resolved; while it is not 0, objects are read again and are not new targets.
    resolving: usize,
    depth: usize,
    max_depth: usize,
    values_left: usize,
    /// Bytes of text that resolved references may still bring.
    text_left: usize,
    /// Set once; nothing is read after it.
    end: Option<End>,
}

#[derive(Copy, Clone, Debug)]
enum End {
    Error(AmfError),
    Amf3,
}

impl<'a> Decoder<'a> {
    /// A decoder at the start of `bytes`.
    pub(crate) fn new(bytes: &'a [u8], limits: &Limits) -> Self {
        Self {
            bytes,
            reader: Reader::new(bytes),
            targets: Vec::new(),
            resolving: 0,
            depth: 0,
            max_depth: limits.amf_depth.min(MAX_DEPTH),
            values_left: limits.amf_values.min(bytes.len().saturating_mul(MAX_REPEATED)),
            text_left: limits.command_bytes.min(bytes.len().saturating_mul(MAX_REPEATED)),
            end: None,
        }
    }

    /// Reads values to the end of the body, or until one cannot be read.
    pub(crate) fn run(mut self) -> Decoded {
        let mut values = Vec::new();
        while self.end.is_none() && self.reader.left() > 0 {
            values.extend(self.value());
        }
        match self.end {
            None => Decoded { values, error: None, rest: 0 },
            Some(End::Amf3) => Decoded { values, error: None, rest: self.reader.left() },
            Some(End::Error(error)) => {
                Decoded { values, error: Some(error), rest: self.bytes.len().saturating_sub(error.at) }
            }
        }
    }

    /// One value; a container may come back incomplete, and then `end` is set.
    fn value(&mut self) -> Option<Value> {
        let at = self.reader.at();
        let marker = self.reader.u8("AMF0 marker");
        let marker = self.checked(marker)?;
        let Some(left) = self.values_left.checked_sub(1) else {
            return self.fail(AmfErrorKind::TooManyValues, at);
        };
        self.values_left = left;
        match marker {
            OBJECT | ECMA_ARRAY | STRICT_ARRAY | TYPED_OBJECT => self.container(marker, at),
            REFERENCE => self.reference(),
            AVM_PLUS => {
                self.end = Some(End::Amf3);
                Some(Value::Amf3 { len: self.reader.left() })
            }
            MOVIE_CLIP | RECORD_SET => self.fail(AmfErrorKind::ReservedMarker(marker), at),
            OBJECT_END => self.fail(AmfErrorKind::StrayObjectEnd, at),
            _ => self.scalar(marker, at),
        }
    }

    fn scalar(&mut self, marker: u8, at: usize) -> Option<Value> {
        Some(match marker {
            NUMBER => {
                let number = self.reader.f64("number");
                Value::Number(self.checked(number)?)
            }
            BOOLEAN => {
                let byte = self.reader.u8("boolean");
                Value::Boolean(self.checked(byte)? != 0)
            }
            STRING => Value::String(self.short_text("string")?),
            LONG_STRING => Value::String(self.long_text("long string")?),
            XML_DOCUMENT => Value::Xml(self.long_text("XML document")?),
            DATE => {
                let ms = self.reader.f64("date");
                let ms = self.checked(ms)?;
                let zone = self.reader.u16("time zone");
                Value::Date { ms, zone_min: self.checked(zone)?.cast_signed() }
            }
            NULL => Value::Null,
            UNDEFINED => Value::Undefined,
            UNSUPPORTED => Value::Unsupported,
            _ => return self.fail(AmfErrorKind::UnknownMarker(marker), at),
        })
    }

    fn container(&mut self, marker: u8, at: usize) -> Option<Value> {
        if self.depth >= self.max_depth {
            return self.fail(AmfErrorKind::TooDeep, at);
        }
        let index = self.targets.len();
        if self.resolving == 0 {
            self.targets.push(Target { at, open: true });
        }
        self.depth += 1;
        let value = match marker {
            OBJECT => Some(Value::Object(self.fields())),
            ECMA_ARRAY => self.count("ECMA array count").map(|_| Value::EcmaArray(self.fields())),
            STRICT_ARRAY => self.count("array count").map(|count| Value::StrictArray(self.items(count))),
            _ => self.short_text("class name").map(|class| Value::Typed { class, fields: self.fields() }),
        };
        self.depth -= 1;
        if self.resolving == 0 {
            self.set_open(index, false);
        }
        value
    }

    /// Names and values up to the object end.
    fn fields(&mut self) -> Fields {
        let mut fields = Fields::new();
        while self.end.is_none() {
            if let [0, 0, OBJECT_END, ..] = self.reader.rest() {
                // The check above says that there are three bytes.
                let _ = self.reader.take(3, "object end");
                break;
            }
            let Some(name) = self.short_text("field name") else { break };
            let Some(value) = self.value() else { break };
            fields.push((name, value));
        }
        fields
    }

    /// `count` values, or as many as there are.
    fn items(&mut self, count: u32) -> Vec<Value> {
        let mut items = Vec::new();
        for _ in 0..count {
            if self.end.is_some() {
                break;
            }
            let Some(item) = self.value() else { break };
            items.push(item);
        }
        items
    }

    /// The value a reference stands for, read again from its bytes.
    fn reference(&mut self) -> Option<Value> {
        let index = self.reader.u16("reference");
        let index = self.checked(index)?;
        let slot = usize::from(index);
        let Some(Target { at, open: false }) = self.targets.get(slot).copied() else {
            return Some(Value::Reference(index));
        };
        let mut there = Reader::new(self.bytes);
        if there.take(at, "reference target").is_err() {
            return Some(Value::Reference(index));
        }
        let back = std::mem::replace(&mut self.reader, there);
        self.set_open(slot, true);
        self.resolving += 1;
        let value = self.value();
        self.resolving -= 1;
        self.set_open(slot, false);
        self.reader = back;
        if let (0, Some(End::Error(error))) = (self.resolving, &mut self.end) {
            // The place of the reference, not the place of what it repeats.
            error.at = back.at().saturating_sub(3);
        }
        value
    }

    fn set_open(&mut self, index: usize, open: bool) {
        if let Some(target) = self.targets.get_mut(index) {
            target.open = open;
        }
    }

    fn count(&mut self, what: &'static str) -> Option<u32> {
        let count = self.reader.u32(what);
        self.checked(count)
    }

    fn short_text(&mut self, what: &'static str) -> Option<String> {
        let len = self.reader.u16(what);
        let len = self.checked(len)?;
        self.text(usize::from(len), what)
    }

    fn long_text(&mut self, what: &'static str) -> Option<String> {
        let len = self.count(what)?;
        self.text(usize::try_from(len).unwrap_or(usize::MAX), what)
    }

    fn text(&mut self, len: usize, what: &'static str) -> Option<String> {
        let at = self.reader.at();
        let text = self.reader.take(len, what);
        let text = self.checked(text)?;
        if self.resolving > 0 {
            let Some(left) = self.text_left.checked_sub(len) else {
                return self.fail(AmfErrorKind::TooMuchReferencedText, at);
            };
            self.text_left = left;
        }
        Some(String::from_utf8_lossy(text).into_owned())
    }

    fn checked<T>(&mut self, read: Result<T, crate::base::read::Truncated>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(truncated) => {
                self.end = Some(End::Error(truncated.into()));
                None
            }
        }
    }

    fn fail<T>(&mut self, kind: AmfErrorKind, at: usize) -> Option<T> {
        self.end = Some(End::Error(AmfError { kind, at }));
        None
    }
}

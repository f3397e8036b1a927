//! The AMF3 decoder (AMF 3 specification, section 3): one value, with its marker.
//!
//! Takes the cursor of a message and the three tables its AMF3 values share: strings, objects, traits. (The tables
//! begin anew with each message, not with each value behind a switch marker: servers and clients alike count their
//! references through all values of a body.) Gives a [`Value`], or a part of one and an error at the cursor.
//!
//! An object that writes itself (externalizable) has a layout only its class knows: the class and the bytes left are
//! kept, and nothing behind it can be read. The collections and the proxy of Flex hold one AMF3 value, which is read.
//!
//! A reference to an object that is not finished yet, or was never seen, stays a [`Value::Reference`]; so does one to
//! a string that was never seen. What was never seen is a problem of the message; as a name it ends the reading.

use std::rc::Rc;

use super::cursor::{Cursor, Targets, Text};
use super::error::AmfErrorKind;
use super::note::Step;
use super::value::{Fields, Value};

const UNDEFINED: u8 = 0x00;
const NULL: u8 = 0x01;
const FALSE: u8 = 0x02;
const TRUE: u8 = 0x03;
const INTEGER: u8 = 0x04;
const DOUBLE: u8 = 0x05;
pub(crate) const STRING: u8 = 0x06;
const XML_DOCUMENT: u8 = 0x07;
const DATE: u8 = 0x08;
const ARRAY: u8 = 0x09;
const OBJECT: u8 = 0x0A;
const XML: u8 = 0x0B;
const BYTE_ARRAY: u8 = 0x0C;
const VECTOR_INT: u8 = 0x0D;
const VECTOR_UINT: u8 = 0x0E;
const VECTOR_DOUBLE: u8 = 0x0F;
const VECTOR_OBJECT: u8 = 0x10;
const DICTIONARY: u8 = 0x11;

/// Externalizable classes that write one AMF3 value.
const WRAPPERS: [&str; 3] =
    ["flex.messaging.io.ArrayCollection", "flex.messaging.io.ArrayList", "flex.messaging.io.ObjectProxy"];

/// What references of a message may name.
#[derive(Debug, Default)]
pub(super) struct Tables {
    targets: Targets,
    strings: Vec<Text>,
    traits: Vec<Rc<Traits>>,
}

/// What objects of one class have in common.
#[derive(Debug)]
struct Traits {
    class: Text,
    names: Vec<Text>,
    dynamic: bool,
    externalizable: bool,
}

/// A string as it was written.
enum Written {
    Here(Text),
    Before(Text),
    /// By a reference to no string.
    Nowhere {
        index: u32,
        at: usize,
    },
}

/// Reads one value.
pub(super) struct Decoder<'c, 'a> {
    pub(super) cursor: &'c mut Cursor<'a>,
    pub(super) tables: &'c mut Tables,
}

impl Decoder<'_, '_> {
    /// One value; a container may come back incomplete, and then there is an error.
    pub(super) fn value(&mut self) -> Option<Value> {
        let at = self.cursor.reader.at();
        let marker = self.cursor.reader.u8("AMF3 marker");
        let marker = self.cursor.checked(marker)?;
        self.cursor.begin_value(at)?;
        Some(match marker {
            UNDEFINED => Value::Undefined,
            NULL => Value::Null,
            FALSE => Value::Boolean(false),
            TRUE => Value::Boolean(true),
            INTEGER => Value::Number(signed(self.u29("integer")?)),
            DOUBLE => Value::Number(self.f64("double")?),
            STRING => match self.string("string")? {
                Written::Here(text) => Value::String(self.cursor.found(text)?),
                Written::Before(text) => Value::String(self.cursor.repeated(text)?),
                Written::Nowhere { index, .. } => {
                    self.cursor.note_unknown("string", index, self.tables.strings.len(), at);
                    Value::Reference(index)
                }
            },
            XML_DOCUMENT..=DICTIONARY => {
                let head = self.u29("reference or length")?;
                return match head & 1 {
                    0 => self.reference(head >> 1, at),
                    _ => self.object(marker, head >> 1, at),
                };
            }
            _ => return self.cursor.fail(AmfErrorKind::UnknownAmf3Marker(marker), at),
        })
    }

    /// Any value of the object table; `head` is its first number without the lowest bit.
    fn object(&mut self, marker: u8, head: u32, at: usize) -> Option<Value> {
        let index = self.cursor.is_first().then(|| self.tables.targets.begin(at));
        let value = match marker {
            XML | XML_DOCUMENT => self.cursor.text(size(head), "XML").map(Value::Xml),
            DATE => self.f64("date").map(|ms| Value::Date { ms, zone_min: None }),
            BYTE_ARRAY => {
                let bytes = self.cursor.reader.take(size(head), "byte array");
                self.cursor.checked(bytes).map(|bytes| Value::Bytes { len: bytes.len() })
            }
            _ => self.cursor.enter(at).and_then(|()| {
                let value = match marker {
                    VECTOR_INT | VECTOR_UINT | VECTOR_DOUBLE => self.numbers(marker, head),
                    ARRAY => Some(self.array(head)),
                    OBJECT => self.instance(head, at),
                    VECTOR_OBJECT => self.vector(head),
                    _ => self.dictionary(head),
                };
                self.cursor.leave();
                value
            }),
        };
        if let Some(index) = index {
            self.tables.targets.set_open(index, false);
        }
        value
    }

    /// The value a reference stands for, read again from its bytes.
    fn reference(&mut self, index: u32, at: usize) -> Option<Value> {
        let slot = size(index);
        let there = self.tables.targets.finished(slot);
        let Some(back) = there.and_then(|at| self.cursor.go_back(at)) else {
            let known = self.tables.targets.count();
            if slot >= known {
                self.cursor.note_unknown("object", index, known, at);
            }
            return Some(Value::Reference(index));
        };
        self.tables.targets.set_open(slot, true);
        let value = self.value();
        self.tables.targets.set_open(slot, false);
        self.cursor.come_back(back, at);
        value
    }

    /// Names and values, then `count` values without a name.
    fn array(&mut self, count: u32) -> Value {
        let mut fields = Fields::new();
        let items = if self.dynamic(&mut fields) { self.items(count) } else { Vec::new() };
        if fields.is_empty() { Value::StrictArray(items) } else { Value::MixedArray { items, fields } }
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

    /// Names and values up to an empty name; whether that came.
    fn dynamic(&mut self, fields: &mut Fields) -> bool {
        while self.cursor.error.is_none() {
            let Some(name) = self.name("name") else { return false };
            if name.is_empty() {
                return true;
            }
            let value = self.value();
            self.cursor.left(|| Step::field(&name));
            let Some(value) = value else { return false };
            fields.push((name, value));
        }
        false
    }

    /// An object of a class, or of none.
    fn instance(&mut self, head: u32, at: usize) -> Option<Value> {
        let traits = self.traits(head, at)?;
        let class = self.cursor.repeated(traits.class)?;
        if traits.externalizable {
            return Some(self.externalizable(class));
        }
        let mut fields = Fields::new();
        let mut whole = true;
        for name in &traits.names {
            if let Some(name) = self.cursor.repeated(*name) {
                let value = self.value();
                self.cursor.left(|| Step::field(&name));
                fields.extend(value.map(|value| (name, value)));
            }
            whole = self.cursor.error.is_none();
            if !whole {
                break;
            }
        }
        if whole && traits.dynamic {
            self.dynamic(&mut fields);
        }
        Some(if class.is_empty() { Value::Object(fields) } else { Value::Typed { class, fields } })
    }

    fn traits(&mut self, head: u32, at: usize) -> Option<Rc<Traits>> {
        if head & 1 == 0 {
            let index = head >> 1;
            let traits = self.tables.traits.get(size(index)).cloned();
            let known = self.tables.traits.len();
            let kind = AmfErrorKind::UnknownReference { what: "traits", index, known };
            return traits.or_else(|| self.cursor.fail(kind, at));
        }
        let class = self.name_text("class name")?;
        let externalizable = head & 2 != 0;
        let mut names = Vec::new();
        if !externalizable {
            for _ in 0..head >> 3 {
                names.push(self.name_text("member name")?);
            }
        }
        let traits = Rc::new(Traits { class, names, dynamic: head & 4 != 0, externalizable });
        if self.cursor.is_first() {
            self.tables.traits.push(Rc::clone(&traits));
        }
        Some(traits)
    }

    fn externalizable(&mut self, class: String) -> Value {
        let begin = self.cursor.reader;
        if WRAPPERS.contains(&class.as_str()) {
            let value = self.value();
            // Any other error: it is not what such a class writes.
            if self.cursor.error.is_none_or(|error| error.limit().is_some()) {
                return match value {
                    Some(value) => Value::Wrapper { class, value: Box::new(value) },
                    None => Value::Externalizable { class, len: begin.left() },
                };
            }
        }
        let _: Option<()> = self.cursor.fail(AmfErrorKind::Externalizable, begin.at());
        Value::Externalizable { class, len: begin.left() }
    }

    /// A vector of numbers.
    fn numbers(&mut self, marker: u8, count: u32) -> Option<Value> {
        self.fixed()?;
        let mut items = Vec::new();
        for _ in 0..count {
            let at = self.cursor.reader.at();
            let number = match marker {
                VECTOR_INT => self.u32("vector item").map(|n| f64::from(n.cast_signed())),
                VECTOR_UINT => self.u32("vector item").map(f64::from),
                _ => self.f64("vector item"),
            };
            let Some(number) = number else { break };
            if self.cursor.begin_value(at).is_none() {
                break;
            }
            items.push(Value::Number(number));
        }
        let of = match marker {
            VECTOR_INT => "int",
            VECTOR_UINT => "uint",
            _ => "double",
        };
        Some(Value::Vector { of: of.to_owned(), items })
    }

    /// A vector of objects.
    fn vector(&mut self, count: u32) -> Option<Value> {
        self.fixed()?;
        let class = self.name("class name")?;
        let of = if class.is_empty() { "object".to_owned() } else { class };
        Some(Value::Vector { of, items: self.items(count) })
    }

    /// Whether a vector may change its length, or a dictionary holds its keys: a byte that says nothing of the values.
    fn fixed(&mut self) -> Option<()> {
        let flag = self.cursor.reader.u8("flag");
        self.cursor.checked(flag).map(|_| ())
    }

    fn dictionary(&mut self, count: u32) -> Option<Value> {
        self.fixed()?;
        let mut entries = Vec::new();
        for index in 0..count {
            if self.cursor.error.is_some() {
                break;
            }
            let key = self.value();
            self.cursor.left(|| Step::item(index));
            let Some(key) = key.filter(|_| self.cursor.error.is_none()) else { break };
            let value = self.value();
            self.cursor.left(|| Step::item(index));
            let Some(value) = value else { break };
            entries.push((key, value));
        }
        Some(Value::Dictionary(entries))
    }

    fn name(&mut self, what: &'static str) -> Option<String> {
        match self.string(what)? {
            Written::Here(text) => self.cursor.found(text),
            Written::Before(text) => self.cursor.repeated(text),
            Written::Nowhere { index, at } => self.no_string(index, at),
        }
    }

    fn name_text(&mut self, what: &'static str) -> Option<Text> {
        match self.string(what)? {
            Written::Here(text) | Written::Before(text) => Some(text),
            Written::Nowhere { index, at } => self.no_string(index, at),
        }
    }

    fn no_string<T>(&mut self, index: u32, at: usize) -> Option<T> {
        let known = self.tables.strings.len();
        self.cursor.fail(AmfErrorKind::UnknownReference { what: "string", index, known }, at)
    }

    /// A string without its marker.
    fn string(&mut self, what: &'static str) -> Option<Written> {
        let at = self.cursor.reader.at();
        let head = self.u29(what)?;
        if head & 1 == 0 {
            let index = head >> 1;
            let text = self.tables.strings.get(size(index)).copied();
            return Some(text.map_or(Written::Nowhere { index, at }, Written::Before));
        }
        let text = self.cursor.skip_text(size(head >> 1), what)?;
        // The empty string is never referred to.
        if !text.is_empty() && self.cursor.is_first() {
            self.tables.strings.push(text);
        }
        Some(Written::Here(text))
    }

    /// A number of one to four bytes: seven bits of each, all eight of the fourth.
    fn u29(&mut self, what: &'static str) -> Option<u32> {
        let mut number = 0;
        for _ in 0..3 {
            let byte = self.cursor.reader.u8(what);
            let byte = u32::from(self.cursor.checked(byte)?);
            number = number << 7 | byte & 0x7F;
            if byte < 0x80 {
                return Some(number);
            }
        }
        let byte = self.cursor.reader.u8(what);
        Some(number << 8 | u32::from(self.cursor.checked(byte)?))
    }

    fn u32(&mut self, what: &'static str) -> Option<u32> {
        let number = self.cursor.reader.u32(what);
        self.cursor.checked(number)
    }

    fn f64(&mut self, what: &'static str) -> Option<f64> {
        let number = self.cursor.reader.f64(what);
        self.cursor.checked(number)
    }
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The 29 bits as a signed number.
fn signed(number: u32) -> f64 {
    f64::from((number << 3).cast_signed() >> 3)
}

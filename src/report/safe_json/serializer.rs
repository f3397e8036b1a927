//! The serializer: any value as JSON text, in a buffer that is handed on whenever it is full.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::io::{self, Write};

use serde::ser::{self, Serialize, Serializer};

use super::number::{push_int, push_number, push_uint};
use super::text::{push_line, push_spread, push_string};
use crate::report::model::{Object, SHARED};

/// Bytes that are gathered before they are handed on.
const FULL: usize = 1 << 16;

/// Why a value could not be written.
#[derive(Debug)]
pub(super) enum Error {
    Output(io::Error),
    Value(String),
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output(error) => error.fmt(f),
            Self::Value(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: Display>(what: T) -> Self {
        Self::Value(what.to_string())
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Output(error) => error,
            Error::Value(what) => Self::other(what),
        }
    }
}

type Result<T = ()> = std::result::Result<T, Error>;

/// Writes values; each begins where the one before it ended.
pub(super) struct Json<'w> {
    text: Vec<u8>,
    out: &'w mut dyn Write,
    indented: bool,
    depth: usize,
    /// The value at hand is an [`Object`], which tells its text.
    is_object: bool,
    /// The texts of lists that many share, by their place in memory and their depth.
    shared: BTreeMap<(usize, usize), Vec<u8>>,
}

/// Lists of which the text is kept.
const MOST_SHARED: usize = 16;

impl<'w> Json<'w> {
    pub(super) fn new(out: &'w mut dyn Write, indented: bool) -> Self {
        Self { text: Vec::new(), out, indented, depth: 0, is_object: false, shared: BTreeMap::new() }
    }

    /// Hands on what is left.
    pub(super) fn finish(self) -> io::Result<()> {
        self.out.write_all(&self.text)
    }

    fn open(&mut self, bracket: u8) {
        self.text.push(bracket);
        self.depth += 1;
    }

    /// In front of a value of a list, or a name of an object.
    fn next(&mut self, is_first: bool) -> Result {
        if self.text.len() >= FULL {
            self.out.write_all(&self.text).map_err(Error::Output)?;
            self.text.clear();
        }
        if self.indented {
            push_line(!is_first, self.depth, &mut self.text);
        } else if !is_first {
            self.text.push(b',');
        }
        Ok(())
    }

    fn close(&mut self, bracket: u8, is_empty: bool) {
        self.depth = self.depth.saturating_sub(1);
        if self.indented && !is_empty {
            push_line(false, self.depth, &mut self.text);
        }
        self.text.push(bracket);
    }

    /// The name of a field, which is ours and needs no escaping.
    fn name(&mut self, name: &'static str, is_first: bool) -> Result {
        self.next(is_first)?;
        self.text.push(b'"');
        self.text.extend_from_slice(name.as_bytes());
        self.text.extend_from_slice(if self.indented { b"\": " } else { b"\":" });
        Ok(())
    }

    /// A list that others may share.
    fn shared<T: Serialize + ?Sized>(&mut self, list: &T) -> Result {
        let place = (std::ptr::from_ref(list).addr(), self.depth);
        if let Some(text) = self.shared.get(&place) {
            self.text.extend_from_slice(text);
            return Ok(());
        }
        let mut text = Vec::new();
        let mut json = Json { depth: self.depth, ..Json::new(&mut text, self.indented) };
        list.serialize(&mut json)?;
        json.finish().map_err(Error::Output)?;
        self.text.extend_from_slice(&text);
        if self.shared.len() < MOST_SHARED {
            self.shared.insert(place, text);
        }
        Ok(())
    }

    fn list(&mut self) -> Parts<'_, 'w> {
        self.open(b'[');
        Parts { json: self, end: b']', is_empty: true, is_wrapped: false }
    }

    fn object(&mut self) -> Parts<'_, 'w> {
        self.open(b'{');
        Parts { json: self, end: b'}', is_empty: true, is_wrapped: false }
    }

    /// The beginning of an object of one value, the name of which says what that is.
    fn wrap(&mut self, variant: &'static str) -> Result {
        self.open(b'{');
        self.name(variant, true)
    }
}

macro_rules! numbers {
    ($push:ident, $($method:ident: $number:ty),*) => {$(
        fn $method(self, value: $number) -> Result {
            $push(value.into(), &mut self.text);
            Ok(())
        }
    )*};
}

impl<'j, 'w> Serializer for &'j mut Json<'w> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Parts<'j, 'w>;
    type SerializeTuple = Parts<'j, 'w>;
    type SerializeTupleStruct = Parts<'j, 'w>;
    type SerializeTupleVariant = Parts<'j, 'w>;
    type SerializeMap = Parts<'j, 'w>;
    type SerializeStruct = Parts<'j, 'w>;
    type SerializeStructVariant = Parts<'j, 'w>;

    /// An [`Object`] tells its fields where text is for people; here it is asked for its text.
    fn is_human_readable(&self) -> bool {
        !self.is_object
    }

    fn serialize_bool(self, value: bool) -> Result {
        self.text.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }
    numbers!(push_int, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64);
    numbers!(push_uint, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64);

    fn serialize_f32(self, value: f32) -> Result {
        push_number(value, &mut self.text);
        Ok(())
    }
    fn serialize_f64(self, value: f64) -> Result {
        push_number(value, &mut self.text);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, value: &str) -> Result {
        match (self.is_object, self.indented) {
            (false, _) => push_string(value, &mut self.text),
            (true, false) => self.text.extend_from_slice(value.as_bytes()),
            (true, true) => push_spread(value, self.depth, &mut self.text),
        }
        Ok(())
    }
    fn serialize_bytes(self, value: &[u8]) -> Result {
        self.collect_seq(value)
    }
    fn serialize_none(self) -> Result {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result {
        self.text.extend_from_slice(b"null");
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.serialize_unit()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result {
        if name == SHARED {
            return self.shared(value);
        }
        self.is_object = name == Object::NAME;
        let written = value.serialize(&mut *self);
        self.is_object = false;
        written
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result {
        self.wrap(variant)?;
        value.serialize(&mut *self)?;
        self.close(b'}', false);
        Ok(())
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq> {
        Ok(self.list())
    }
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        Ok(self.list())
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct> {
        Ok(self.list())
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        self.wrap(variant)?;
        Ok(Parts { is_wrapped: true, ..self.list() })
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap> {
        Ok(self.object())
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct> {
        Ok(self.object())
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant> {
        self.wrap(variant)?;
        Ok(Parts { is_wrapped: true, ..self.object() })
    }
}

/// A list or an object that is being written.
pub(super) struct Parts<'j, 'w> {
    json: &'j mut Json<'w>,
    end: u8,
    is_empty: bool,
    /// It stands in an object of its own, as the variant of an enum.
    is_wrapped: bool,
}

impl Parts<'_, '_> {
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.json.next(self.is_empty)?;
        self.is_empty = false;
        value.serialize(&mut *self.json)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        self.json.name(name, self.is_empty)?;
        self.is_empty = false;
        value.serialize(&mut *self.json)
    }

    fn close(self) {
        self.json.close(self.end, self.is_empty);
        if self.is_wrapped {
            self.json.close(b'}', false);
        }
    }
}

impl ser::SerializeMap for Parts<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result {
        self.json.next(self.is_empty)?;
        self.is_empty = false;
        let at = self.json.text.len();
        name.serialize(&mut *self.json)?;
        if self.json.text.get(at) == Some(&b'"') {
            Ok(())
        } else {
            Err(ser::Error::custom("a name has to be text"))
        }
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.json.text.extend_from_slice(if self.json.indented { b": " } else { b":" });
        value.serialize(&mut *self.json)
    }
    fn end(self) -> Result {
        self.close();
        Ok(())
    }
}

/// The other kinds of lists and objects differ in their traits alone.
macro_rules! parts {
    ($($kind:ident $method:ident $(: $name:ident)? => $write:ident),*) => {$(
        impl ser::$kind for Parts<'_, '_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, $($name: &'static str,)? value: &T) -> Result {
                self.$write($($name,)? value)
            }
            fn end(self) -> Result {
                self.close();
                Ok(())
            }
        }
    )*};
}

parts!(
    SerializeSeq serialize_element => value,
    SerializeTuple serialize_element => value,
    SerializeTupleStruct serialize_field => value,
    SerializeTupleVariant serialize_field => value,
    SerializeStruct serialize_field: name => field,
    SerializeStructVariant serialize_field: name => field
);

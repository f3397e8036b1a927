//! A JSON object of which only the text is kept: a tree of its values takes ten times as much memory. Copies share it.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::report::safe_json;

/// A JSON object whose fields depend on what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object(Arc<str>);

impl Object {
    /// Its name among serialized values.
    pub(in crate::report) const NAME: &str = "rtmpscope::Object";

    /// An object from the text of a value on one line as our own writers leave it; none if that is no object.
    pub(in crate::report) fn from_json(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok().filter(|text| text.starts_with('{'))?;
        Some(Self(text.into()))
    }

    /// Its fields, in order.
    pub fn fields(&self) -> Map<String, Value> {
        let mut text = serde_json::Deserializer::from_str(&self.0);
        // How deep it is was bounded when it was made.
        text.disable_recursion_limit();
        Map::deserialize(&mut text).unwrap_or_default()
    }

    /// The object as JSON text.
    pub fn as_json(&self) -> &str {
        &self.0
    }
}

impl Default for Object {
    fn default() -> Self {
        Self("{}".into())
    }
}

impl From<&Map<String, Value>> for Object {
    fn from(fields: &Map<String, Value>) -> Self {
        let mut text = Vec::new();
        // Writing to memory does not fail, and neither do values of JSON.
        let written = safe_json::write(fields, &mut text);
        written.ok().and_then(|()| Self::from_json(&text)).unwrap_or_default()
    }
}

/// Text formats get the fields; what is not for people, and our own writer, which knows the name, the text as it is.
impl Serialize for Object {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_newtype_struct(Self::NAME, &Inside(self))
    }
}

struct Inside<'a>(&'a Object);

impl Serialize for Inside<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if out.is_human_readable() { self.0.fields().serialize(out) } else { out.serialize_str(&self.0.0) }
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        if input.is_human_readable() {
            return Map::deserialize(input).map(|fields| Self::from(&fields));
        }
        let text = String::deserialize(input)?;
        let fields = serde_json::from_str(&text).map_err(D::Error::custom)?;
        Ok(Self::from(&fields))
    }
}

impl JsonSchema for Object {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Object".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Map::<String, Value>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back_as_they_were() {
        let text =
            r#"{"b":0.1,"a":[29.97002997002997,-0.0,1e300,5e-324,18446744073709551615,-7],"":{"é\n":null}}"#;
        let object: Object = serde_json::from_str(text).unwrap();
        assert_eq!(object.as_json(), serde_json::to_string(&object).unwrap());
        assert_eq!(object.fields()["a"][0].as_f64(), Some(29.970_029_970_029_97));
        assert_eq!(object.fields().keys().collect::<Vec<_>>(), ["b", "a", ""]);
    }

    #[test]
    fn a_copy_takes_no_memory() {
        let object = Object::from(&Map::from_iter([("a".to_owned(), Value::Null)]));
        assert!(std::ptr::eq(object.as_json(), object.clone().as_json()));
    }

    #[test]
    fn depth_is_no_matter() {
        let deep = (0..150).fold(Value::Null, |inside, _| Value::Array(vec![inside]));
        let fields = Map::from_iter([("deep".to_owned(), deep)]);
        assert_eq!(Object::from(&fields).fields(), fields);
    }
}

//! stub
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Number(f64),
    String(String),
    Null,
    Object(Vec<(String, Value)>),
}
impl Value {
    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Self::String(s) = self { Some(s) } else { None }
    }
    pub(crate) fn as_f64(&self) -> Option<f64> {
        if let Self::Number(n) = self { Some(*n) } else { None }
    }
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        if let Self::Object(o) = self { o.iter().find(|(k, _)| k == key).map(|(_, v)| v) } else { None }
    }
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
}
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct AmfError;
pub(crate) struct Decoded {
    pub(crate) values: Vec<Value>,
    pub(crate) error: Option<AmfError>,
}
pub(crate) fn decode_all(_: &[u8], _: &crate::base::limits::Limits) -> Decoded {
    Decoded { values: Vec::new(), error: None }
}

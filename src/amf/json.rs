//! An AMF value as JSON, so that nothing is lost without a sign of it.
//!
//! Whole numbers print as integers, NaN and the infinities as strings. A repeated key becomes `key#2`, `key#3`.
//! What JSON has no form for is an object with names that begin with `$`. Null, undefined and unsupported are null.

use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};

use super::value::{Value, whole};

impl Value {
    /// The value as JSON.
    pub(crate) fn to_json(&self) -> Json {
        match self {
            Self::Number(n) => number(*n),
            Self::Boolean(b) => Json::Bool(*b),
            Self::String(text) | Self::Xml(text) => Json::String(text.clone()),
            Self::Object(fields) | Self::EcmaArray(fields) => Self::fields_to_json(fields),
            Self::StrictArray(items) => list(items),
            Self::MixedArray { items, fields } => object(one("$dense", list(items)), fields),
            Self::Date { ms, zone_min: None } => json!({ "$date_ms": number(*ms) }),
            Self::Date { ms, zone_min } => json!({"$date_ms": number(*ms), "$zone_min": zone_min}),
            Self::Null | Self::Undefined | Self::Unsupported => Json::Null,
            Self::Typed { class, fields } => object(one("$class", Json::String(class.clone())), fields),
            Self::Externalizable { class, len } => json!({"$class": class, "$externalizable_bytes": len}),
            Self::Wrapper { class, value } => json!({"$class": class, "$value": value.to_json()}),
            Self::Bytes { len } => json!({ "$bytes": len }),
            Self::Vector { of, items } => json!({"$vector": of, "items": list(items)}),
            Self::Dictionary(entries) => {
                let pairs = entries.iter().map(|(key, value)| json!([key.to_json(), value.to_json()]));
                json!({ "$dictionary": pairs.collect::<Vec<_>>() })
            }
            Self::Reference(index) => json!({ "$reference": index }),
        }
    }

    /// Names and values as one object.
    pub(crate) fn fields_to_json(fields: &[(String, Self)]) -> Json {
        object(Map::new(), fields)
    }
}

fn number(n: f64) -> Json {
    if let Some(whole) = whole(n) {
        return Json::from(whole);
    }
    serde_json::Number::from_f64(n).map_or_else(
        || {
            let name = if n.is_nan() {
                "NaN"
            } else if n > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            };
            Json::String(name.to_owned())
        },
        Json::Number,
    )
}

fn list(items: &[Value]) -> Json {
    Json::Array(items.iter().map(Value::to_json).collect())
}

fn one(key: &str, value: Json) -> Map<String, Json> {
    Map::from_iter([(key.to_owned(), value)])
}

fn object(mut map: Map<String, Json>, fields: &[(String, Value)]) -> Json {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (key, value) in fields {
        let nth = seen.entry(key).or_insert(0);
        *nth += 1;
        let mut name = if *nth == 1 { key.clone() } else { format!("{key}#{nth}") };
        while map.contains_key(&name) {
            *nth += 1;
            name = format!("{key}#{nth}");
        }
        map.insert(name, value.to_json());
    }
    Json::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let print = |n: f64| Value::Number(n).to_json().to_string();
        assert_eq!(print(25.0), "25");
        assert_eq!(print(-1.0), "-1");
        assert_eq!(print(29.97), "29.97");
        assert_eq!(print(1e300), "1e+300");
        assert_eq!(print(f64::NAN), "\"NaN\"");
        assert_eq!(print(f64::NEG_INFINITY), "\"-Infinity\"");
        assert_eq!(print(9_007_199_254_740_992.0), "9007199254740992");
    }

    #[test]
    fn repeated_keys_keep_every_value() {
        let field = |k: &str, n: f64| (k.to_owned(), Value::Number(n));
        let value = Value::Object(vec![field("a", 1.0), field("a#2", 2.0), field("a", 3.0), field("", 4.0)]);
        assert_eq!(value.to_json().to_string(), r#"{"a":1,"a#2":2,"a#3":3,"":4}"#);
        let typed = Value::Typed { class: "C".to_owned(), fields: vec![field("$class", 1.0)] };
        assert_eq!(typed.to_json().to_string(), r#"{"$class":"C","$class#2":1}"#);
    }

    #[test]
    fn what_json_has_no_form_for() {
        let value = Value::StrictArray(vec![
            Value::Date { ms: 1.5, zone_min: Some(-60) },
            Value::Date { ms: 2.0, zone_min: None },
            Value::Reference(7),
            Value::Bytes { len: 9 },
            Value::Undefined,
        ]);
        assert_eq!(
            value.to_json().to_string(),
            r#"[{"$date_ms":1.5,"$zone_min":-60},{"$date_ms":2},{"$reference":7},{"$bytes":9},null]"#
        );
    }

    #[test]
    fn what_only_amf3_has() {
        let print = |value: Value| value.to_json().to_string();
        let (one, text) = (Value::Number(1.0), |s: &str| s.to_owned());
        let fields = vec![(text("a"), Value::Null), (text("$dense"), one.clone())];
        let mixed = Value::MixedArray { items: vec![one.clone()], fields };
        assert_eq!(print(mixed), r#"{"$dense":[1],"a":null,"$dense#2":1}"#);
        let external = Value::Externalizable { class: text("a.B"), len: 7 };
        assert_eq!(print(external), r#"{"$class":"a.B","$externalizable_bytes":7}"#);
        let wrapper = Value::Wrapper { class: text("a.C"), value: Box::new(one.clone()) };
        assert_eq!(print(wrapper), r#"{"$class":"a.C","$value":1}"#);
        let vector = Value::Vector { of: text("int"), items: vec![one.clone(), one.clone()] };
        assert_eq!(print(vector), r#"{"$vector":"int","items":[1,1]}"#);
        let dictionary = Value::Dictionary(vec![(one.clone(), Value::Null), (Value::Boolean(true), one)]);
        assert_eq!(print(dictionary), r#"{"$dictionary":[[1,null],[true,1]]}"#);
    }
}

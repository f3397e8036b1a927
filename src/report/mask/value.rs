//! A decoded value as JSON text, all text in it masked by what its key says it is; nothing is lost without a sign of it.
//!
//! Whole numbers print as integers, NaN and the infinities as strings. A repeated key becomes `key#2`, `key#3`.
//! What JSON has no form for is an object with names that begin with `$`, whose values are what the key of that object
//! says. Null, undefined and unsupported are null.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::phrase::{self, KeyClass};
use super::{MIN_VALUE, Masker, SECRET};
use crate::amf::{Value, whole};
use crate::report::safe_json::{push_number, push_string};

impl Masker {
    /// Appends a value.
    pub(crate) fn value(&mut self, value: &Value, out: &mut Vec<u8>) {
        self.put(KeyClass::Text, value, out);
    }

    /// Appends names and values as one object.
    pub(crate) fn fields(&mut self, fields: &[(String, Value)], out: &mut Vec<u8>) {
        Members::begin(out).all(KeyClass::Text, fields, self);
    }

    /// Appends a value by its key, which says what it is.
    pub(crate) fn field(&mut self, key: &str, value: &Value, out: &mut Vec<u8>) {
        self.put(self.class_of(key), value, out);
    }

    fn class_of(&self, key: &str) -> KeyClass {
        if self.reveal { KeyClass::Text } else { phrase::class_of(key) }
    }

    fn put(&mut self, class: KeyClass, value: &Value, out: &mut Vec<u8>) {
        if class == KeyClass::Secret && self.hides(value, out) {
            return;
        }
        match value {
            Value::Null | Value::Undefined | Value::Unsupported => out.extend_from_slice(b"null"),
            Value::Boolean(flag) => push_number(flag, out),
            Value::Number(number) => self.number(class, *number, out),
            Value::String(text) | Value::Xml(text) => push_string(&self.by_class(class, text), out),
            Value::StrictArray(items) => self.list(class, items, out),
            Value::Object(fields) | Value::EcmaArray(fields) => Members::begin(out).all(class, fields, self),
            _ => self.special(class, value, out),
        }
    }

    /// What JSON has no form for.
    fn special(&mut self, class: KeyClass, value: &Value, out: &mut Vec<u8>) {
        let mut members = Members::begin(out);
        match value {
            Value::MixedArray { items, fields } => {
                self.list(class, items, members.own("$dense"));
                return members.all(class, fields, self);
            }
            Value::Typed { class: name, fields } => {
                push_string(&self.shown(name), members.own("$class"));
                return members.all(class, fields, self);
            }
            Value::Date { ms, zone_min } => {
                self.number(KeyClass::Text, *ms, members.own("$date_ms"));
                if let Some(zone_min) = zone_min {
                    push_number(zone_min, members.own("$zone_min"));
                }
            }
            Value::Externalizable { class: name, len } => {
                push_string(&self.shown(name), members.own("$class"));
                push_number(len, members.own("$externalizable_bytes"));
            }
            Value::Wrapper { class: name, value } => {
                push_string(&self.shown(name), members.own("$class"));
                self.put(class, value, members.own("$value"));
            }
            Value::Bytes { len } => push_number(len, members.own("$bytes")),
            Value::Vector { of, items } => {
                push_string(&self.shown(of), members.own("$vector"));
                self.list(class, items, members.own("items"));
            }
            Value::Dictionary(pairs) => self.dictionary(pairs, members.own("$dictionary")),
            Value::Reference(index) => push_number(index, members.own("$reference")),
            _ => {}
        }
        members.end();
    }

    fn list(&mut self, class: KeyClass, items: &[Value], out: &mut Vec<u8>) {
        out.push(b'[');
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            self.put(class, item, out);
        }
        out.push(b']');
    }

    /// Pairs of keys and values; a value may tell that its key is secret, and comes first for that.
    fn dictionary(&mut self, pairs: &[(Value, Value)], out: &mut Vec<u8>) {
        out.push(b'[');
        for (at, (key, value)) in pairs.iter().enumerate() {
            let mut shown = Vec::new();
            self.put(key.as_str().map_or(KeyClass::Text, |key| self.class_of(key)), value, &mut shown);
            out.extend_from_slice(if at > 0 { b",[" } else { b"[" });
            self.value(key, out);
            out.push(b',');
            out.append(&mut shown);
            out.push(b']');
        }
        out.push(b']');
    }

    fn number(&mut self, class: KeyClass, number: f64, out: &mut Vec<u8>) {
        let name = match whole(number) {
            Some(whole) => return push_number(whole, out),
            None if number.is_finite() => return push_number(number, out),
            None if number.is_nan() => "NaN",
            None if number > 0.0 => "Infinity",
            None => "-Infinity",
        };
        push_string(&self.by_class(class, name), out);
    }

    fn by_class<'t>(&mut self, class: KeyClass, text: &'t str) -> Cow<'t, str> {
        match class {
            KeyClass::Url => self.url(text).into(),
            KeyClass::App => self.app(text).into(),
            KeyClass::Name => self.name(text).into(),
            KeyClass::Detail if phrase::may_be_name(text) => self.name(text).into(),
            KeyClass::Word => self.word(text).into(),
            _ => self.shown(text),
        }
    }

    /// Whether the value of a key that says it is secret is hidden; that there is none is no secret.
    fn hides(&mut self, value: &Value, out: &mut Vec<u8>) -> bool {
        match value {
            Value::Null | Value::Undefined | Value::Unsupported | Value::Boolean(_) => return false,
            Value::String(text) | Value::Xml(text) if text.is_empty() => return false,
            Value::String(text) | Value::Xml(text) => self.echoes.add(text, MIN_VALUE, SECRET),
            _ => {}
        }
        push_string(SECRET, out);
        true
    }
}

/// An object that is being written.
struct Members<'o, 'v> {
    out: &'o mut Vec<u8>,
    /// Names so far, each with how often it came.
    names: HashMap<Cow<'v, str>, usize, RandomState>,
    /// What is shown for those that are not shown as they are.
    masked: HashSet<String, RandomState>,
}

impl<'o, 'v> Members<'o, 'v> {
    fn begin(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, names: HashMap::default(), masked: HashSet::default() }
    }

    fn end(self) {
        self.out.push(b'}');
    }

    /// Begins a value with a name of ours.
    fn own(&mut self, name: &'static str) -> &mut Vec<u8> {
        self.name(name);
        self.names.insert(Cow::Borrowed(name), 1);
        self.out
    }

    fn name(&mut self, name: &str) {
        if !self.names.is_empty() {
            self.out.push(b',');
        }
        push_string(name, self.out);
        self.out.push(b':');
    }

    /// All fields of what has a key of this class, which those have too whose names look like ours.
    fn all(mut self, class: KeyClass, fields: &'v [(String, Value)], masker: &mut Masker) {
        self.names.reserve(fields.len());
        for (key, value) in fields {
            let name = self.unused(key);
            let at = self.out.len();
            self.name(&name);
            let from = if self.names.is_empty() { at } else { at + 1 };
            let to = self.out.len() - 1;
            let class = if name.starts_with('$') { class } else { masker.class_of(&name) };
            masker.put(class, value, self.out);
            // Last, as the value may tell that the name is a secret.
            let shown = masker.shown(&name);
            if *shown != *name || self.masked.contains(&*shown) {
                let shown = self.free(shown.into_owned());
                self.rename(from..to, shown);
            }
            self.names.entry(name).or_insert(1);
        }
        self.end();
    }

    /// What is shown for a name, or that with the next number, where something else is shown so.
    fn free(&self, shown: String) -> String {
        let is_taken = |it: &str| self.masked.contains(it) || self.names.contains_key(it);
        let numbered = (self.names.len()..).map(|nth| format!("{shown}#{nth}"));
        let mut all = std::iter::once(shown.clone()).chain(numbered);
        all.find(|it| !is_taken(it)).unwrap_or(shown)
    }

    fn rename(&mut self, range: std::ops::Range<usize>, shown: String) {
        let mut quoted = Vec::with_capacity(shown.len() + 2);
        push_string(&shown, &mut quoted);
        self.out.splice(range, quoted);
        self.masked.insert(shown);
    }

    /// The key, or, where that is taken, the key with the next number that is not.
    fn unused(&mut self, key: &'v str) -> Cow<'v, str> {
        let Some(mut nth) = self.names.get(key).copied() else { return Cow::Borrowed(key) };
        let name = loop {
            nth += 1;
            let name = format!("{key}#{nth}");
            if !self.names.contains_key(name.as_str()) {
                break name;
            }
        };
        self.names.insert(Cow::Borrowed(key), nth);
        Cow::Owned(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(value: &Value) -> String {
        let mut out = Vec::new();
        Masker::revealing().value(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers() {
        let print = |n: f64| print(&Value::Number(n));
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
        assert_eq!(print(&value), r#"{"a":1,"a#2":2,"a#3":3,"":4}"#);
        let typed = Value::Typed { class: "C".to_owned(), fields: vec![field("$class", 1.0)] };
        assert_eq!(print(&typed), r#"{"$class":"C","$class#2":1}"#);
    }

    #[test]
    fn names_that_are_masked_alike_stay_apart() {
        let field = |k: &str, n: f64| (k.to_owned(), Value::Number(n));
        let (mut masker, mut out) = (Masker::new(), Vec::new());
        masker.name("mycamera1");
        let fields = vec![field("mycamera1", 1.0), field("mycamera1", 2.0), field("MYCAMERA1", 3.0)];
        masker.value(&Value::Object(fields), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), r#"{"<stream-1>":1,"<stream-1>#2":2,"<stream-1>#3":3}"#);
    }

    #[test]
    fn names_that_look_like_ours_say_what_the_key_says() {
        let object = |key: &str, value| Value::Object(vec![(key.to_owned(), value)]);
        let (mut masker, mut out) = (Masker::new(), Vec::new());
        masker.value(&object("streamName", object("$value", Value::String("key7".to_owned()))), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), r#"{"streamName":{"$value":"<stream-1>"}}"#);
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
            print(&value),
            r#"[{"$date_ms":1.5,"$zone_min":-60},{"$date_ms":2},{"$reference":7},{"$bytes":9},null]"#
        );
    }

    #[test]
    fn what_only_amf3_has() {
        let (one, text) = (Value::Number(1.0), |s: &str| s.to_owned());
        let fields = vec![(text("a"), Value::Null), (text("$dense"), one.clone())];
        let mixed = Value::MixedArray { items: vec![one.clone()], fields };
        assert_eq!(print(&mixed), r#"{"$dense":[1],"a":null,"$dense#2":1}"#);
        let external = Value::Externalizable { class: text("a.B"), len: 7 };
        assert_eq!(print(&external), r#"{"$class":"a.B","$externalizable_bytes":7}"#);
        let wrapper = Value::Wrapper { class: text("a.C"), value: Box::new(one.clone()) };
        assert_eq!(print(&wrapper), r#"{"$class":"a.C","$value":1}"#);
        let vector = Value::Vector { of: text("int"), items: vec![one.clone(), one.clone()] };
        assert_eq!(print(&vector), r#"{"$vector":"int","items":[1,1]}"#);
        let dictionary = Value::Dictionary(vec![(one.clone(), Value::Null), (Value::Boolean(true), one)]);
        assert_eq!(print(&dictionary), r#"{"$dictionary":[[1,null],[true,1]]}"#);
    }
}

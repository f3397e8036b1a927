//! AMF0: every marker from bytes, the limits, and the properties of the decoder. `amf3` has the same for AMF3.

mod amf3;
mod notes;

use super::encode::encode;
use super::error::{AmfError, AmfErrorKind};
use super::value::Value;
use super::{Decoded, Encoding, decode_one};
use crate::base::limits::Limits;

fn decode(bytes: &[u8]) -> Decoded {
    super::decode(Encoding::Amf0, bytes, &Limits::default())
}

/// The only value of `bytes`.
fn one(bytes: &[u8]) -> Value {
    let decoded = decode(bytes);
    assert!(decoded.is_complete(), "{decoded:?}");
    let [value] = &decoded.values[..] else { panic!("{decoded:?}") };
    value.clone()
}

fn text(s: &str) -> Value {
    Value::String(s.to_owned())
}

fn field(name: &str, value: Value) -> (String, Value) {
    (name.to_owned(), value)
}

/// A seeded generator (xorshift64*), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % n
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 8 } else { 12 }) {
            0 => Value::Number(f64::from(i32::try_from(self.below(1 << 30)).unwrap()) / 8.0),
            1 => Value::Boolean(self.below(2) == 1),
            2 => Value::String("x".repeat(self.below(40))),
            3 => Value::Null,
            4 => Value::Undefined,
            5 => Value::Unsupported,
            6 => Value::Date { ms: 1e12, zone_min: Some(-60) },
            7 => Value::Xml("<a/>".to_owned()),
            8 => Value::Object(self.fields(depth)),
            9 => Value::EcmaArray(self.fields(depth)),
            10 => Value::StrictArray((0..self.below(5)).map(|_| self.value(depth - 1)).collect()),
            _ => Value::Typed { class: "a.B".to_owned(), fields: self.fields(depth) },
        }
    }

    fn fields(&mut self, depth: usize) -> Vec<(String, Value)> {
        (0..self.below(5)).map(|n| (["", "k", "é", "k"][n % 4].to_owned(), self.value(depth - 1))).collect()
    }
}

#[test]
fn every_marker() {
    assert_eq!(one(b"\x00\x40\x39\x00\x00\x00\x00\x00\x00"), Value::Number(25.0));
    assert_eq!(one(&[1, 0]), Value::Boolean(false));
    assert_eq!(one(&[1, 2]), Value::Boolean(true));
    assert_eq!(one(b"\x02\x00\x04live"), text("live"));
    assert_eq!(one(b"\x03\x00\x03app\x02\x00\x01a\0\0\x09"), Value::Object(vec![field("app", text("a"))]));
    assert_eq!(one(&[5]), Value::Null);
    assert_eq!(one(&[6]), Value::Undefined);
    assert_eq!(one(b"\x08\0\0\0\x63\x00\x01a\x05\0\0\x09"), Value::EcmaArray(vec![field("a", Value::Null)]));
    assert_eq!(one(b"\x0a\0\0\0\x02\x05\x06"), Value::StrictArray(vec![Value::Null, Value::Undefined]));
    assert_eq!(one(b"\x0b\0\0\0\0\0\0\0\0\xff\xc4"), Value::Date { ms: 0.0, zone_min: Some(-60) });
    assert_eq!(one(b"\x0c\0\0\0\x02hi"), text("hi"));
    assert_eq!(one(&[0x0D]), Value::Unsupported);
    assert_eq!(one(b"\x0f\0\0\0\x04<a/>"), Value::Xml("<a/>".to_owned()));
    let typed = Value::Typed { class: "C".to_owned(), fields: vec![field("a", Value::Null)] };
    assert_eq!(one(b"\x10\x00\x01C\x00\x01a\x05\0\0\x09"), typed);
}

#[test]
fn markers_that_end_the_message_keep_what_came_before() {
    for (marker, kind) in [
        (0x04, AmfErrorKind::ReservedMarker(4)),
        (0x0E, AmfErrorKind::ReservedMarker(14)),
        (0x09, AmfErrorKind::StrayObjectEnd),
        (0x12, AmfErrorKind::UnknownMarker(0x12)),
        (0xFF, AmfErrorKind::UnknownMarker(0xFF)),
    ] {
        let decoded = decode(&[5, marker, 1, 2, 3]);
        let error = Some(AmfError { kind, at: 1 });
        assert_eq!((decoded.values, decoded.error, decoded.rest), (vec![Value::Null], error, 4));
    }
}

#[test]
fn an_error_inside_keeps_the_fields_before_it() {
    let decoded = decode(b"\x03\x00\x01a\x05\x00\x01b\x04");
    assert_eq!(decoded.values, [Value::Object(vec![field("a", Value::Null)])]);
    assert_eq!(decoded.error.unwrap().to_string(), "reserved AMF0 marker 0x04 (AMF byte 8)");
    assert_eq!(decoded.rest, 1);
}

#[test]
fn an_object_without_its_end_is_kept() {
    let decoded = decode(b"\x08\0\0\0\x01\x00\x01a\x05");
    assert_eq!(decoded.values, [Value::EcmaArray(vec![field("a", Value::Null)])]);
    assert_eq!(decoded.error.unwrap().to_string(), "field name needs 2 bytes, 0 left (AMF byte 9)");
}

#[test]
fn amf3_stands_for_one_value() {
    let decoded = decode(b"\x05\x11\x04\x7f\x01\x01");
    assert_eq!(decoded.values, [Value::Null, Value::Number(127.0), Value::Boolean(true)]);
    assert!(decoded.is_complete() && decoded.amf3 && decoded.count == 3);
    let value = one(b"\x03\x00\x01a\x11\x06\x05hi\x00\x01b\x05\0\0\x09");
    assert_eq!(value, Value::Object(vec![field("a", text("hi")), field("b", Value::Null)]));
    assert!(!decode(&[5]).amf3);
    // An error inside is at its place in the whole message.
    let decoded = decode(b"\x05\x11\x77\x01");
    assert_eq!(decoded.error.unwrap().to_string(), "unknown AMF3 marker 0x77 (AMF byte 2)");
    assert_eq!((decoded.values, decoded.rest), (vec![Value::Null], 2));
}

#[test]
fn one_value_of_several() {
    let decoded = decode_one(Encoding::Amf0, &[5, 6, 7], &Limits::default());
    assert_eq!((decoded.values, decoded.rest, decoded.error), (vec![Value::Null], 2, None));
    assert_eq!(decode_one(Encoding::Amf0, &[], &Limits::default()), Decoded::default());
}

#[test]
fn odd_names() {
    let value = one(b"\x03\x00\x00\x05\x00\x01\xff\x06\x00\x02\0\x09\x05\0\0\x09");
    let fields =
        vec![field("", Value::Null), field("\u{FFFD}", Value::Undefined), field("\0\t", Value::Null)];
    assert_eq!(value, Value::Object(fields));
}

#[test]
fn the_last_of_repeated_fields_is_found() {
    let value = one(b"\x03\x00\x01a\x01\0\x00\x01a\x01\x01\0\0\x09");
    assert_eq!(value.get("a").and_then(Value::as_bool), Some(true));
    assert_eq!(value.fields().map(<[_]>::len), Some(2));
    assert_eq!(value.get("b"), None);
}

#[test]
fn references_stand_for_earlier_objects() {
    // [object 0 {a: null}, array 1 [array 2 [], reference 0, reference 2]], and a reference to the array.
    let bytes = b"\x03\x00\x01a\x05\0\0\x09\x0a\0\0\0\x03\x0a\0\0\0\0\x07\0\0\x07\0\x02\x07\0\x01";
    let decoded = decode(bytes);
    let object = Value::Object(vec![field("a", Value::Null)]);
    let array =
        Value::StrictArray(vec![Value::StrictArray(vec![]), object.clone(), Value::StrictArray(vec![])]);
    assert_eq!(decoded.values, [object, array.clone(), array]);
    assert!(decoded.is_complete());
}

#[test]
fn references_that_lead_nowhere_stay() {
    let own = Value::Object(vec![field("me", Value::Reference(0))]);
    assert_eq!(one(b"\x03\x00\x02me\x07\0\0\0\0\x09"), own);
    // Two objects that name each other, then a reference into the loop.
    let decoded = decode(b"\x0a\0\0\0\x01\x0a\0\0\0\x01\x07\0\0\x07\0\x01");
    assert!(decoded.is_complete());
    let inner = Value::StrictArray(vec![Value::Reference(0)]);
    assert_eq!(decoded.values[0], Value::StrictArray(vec![inner]));
}

#[test]
fn references_to_nothing_are_a_problem_and_no_end() {
    // The first of two is told; the number behind them is read.
    let decoded = decode(b"\x03\0\0\x09\x07\0\x01\x07\0\x02\x05");
    assert_eq!(decoded.values[1..], [Value::Reference(1), Value::Reference(2), Value::Null]);
    let kind = AmfErrorKind::UnknownReference { what: "object", index: 1, known: 1 };
    assert_eq!((decoded.error, decoded.rest), (Some(AmfError { kind, at: 4 }), 0));
    assert!(!decoded.error.unwrap().ended_reading(decoded.rest));
    assert_eq!(
        decoded.error.unwrap().to_string(),
        "reference to object 1, but only 1 came before it (AMF byte 4)"
    );
    // What ends the reading counts more.
    let decoded = decode(b"\x07\0\x01\xff");
    assert_eq!((decoded.error.map(|e| e.kind), decoded.rest), (Some(AmfErrorKind::UnknownMarker(0xFF)), 1));
}

/// Arrays that each name the one before ten times: ten to the power of their number.
fn billion_laughs(levels: u16, leaf: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x0a\0\0\0\x01".to_vec();
    bytes.extend(leaf);
    for level in 0..levels {
        bytes.extend(b"\x0a\0\0\0\x0a");
        for _ in 0..10 {
            bytes.push(7);
            bytes.extend(level.to_be_bytes());
        }
    }
    bytes
}

fn count(value: &Value) -> usize {
    let inside = value.items().map_or(0, |items| items.iter().map(count).sum());
    1 + inside + value.fields().map_or(0, |fields| fields.iter().map(|(_, v)| count(v)).sum())
}

#[test]
fn references_cannot_grow_without_bound() {
    let decoded = decode(&billion_laughs(9, &[5]));
    assert_eq!(decoded.error.map(|e| e.kind), Some(AmfErrorKind::TooManyValues));
    assert!(decoded.error.unwrap().limit().is_some());
    assert!(decoded.values.iter().map(count).sum::<usize>() <= Limits::default().amf_values);
    // A short message costs no more than its bytes allow, in all.
    let short = billion_laughs(3, &[5]);
    let decoded = decode(&short);
    assert_eq!(decoded.error.map(|e| e.kind), Some(AmfErrorKind::TooManyValues));
    assert!(decoded.values.iter().map(count).sum::<usize>() <= 4 * short.len());
    assert!(decode(&billion_laughs(1, &[5])).is_complete());
}

#[test]
fn referenced_text_cannot_grow_without_bound() {
    let mut leaf = vec![2, 0xFF, 0xFF];
    leaf.extend(b"x".repeat(0xFFFF));
    let decoded = decode(&billion_laughs(1, &leaf));
    assert_eq!(decoded.error.map(|e| e.kind), Some(AmfErrorKind::TooMuchReferencedText));
    let Some(items) = decoded.values[1].items() else { panic!() };
    assert_eq!(items.len(), 5, "four whole and one cut are kept");
    // The error names the reference, not the text it repeats.
    assert_eq!(decoded.error.unwrap().at, 5 + leaf.len() + 5 + 4 * 3);
}

#[test]
fn depth_and_count_are_limited() {
    let deep: Vec<u8> = b"\x0a\0\0\0\x01".repeat(40);
    let decoded = decode(&deep);
    assert_eq!(decoded.error, Some(AmfError { kind: AmfErrorKind::TooDeep, at: 32 * 5 }));
    assert_eq!(decoded.values.iter().map(count).sum::<usize>(), 32);
    let limits = Limits { amf_depth: usize::MAX, amf_values: usize::MAX, ..Limits::default() };
    let decoded = super::decode(Encoding::Amf0, &b"\x0a\0\0\0\x01".repeat(100_000), &limits);
    assert_eq!(decoded.error.map(|e| e.kind), Some(AmfErrorKind::TooDeep));
    let decoded = super::decode(Encoding::Amf0, &[5; 11], &Limits { amf_values: 10, ..Limits::default() });
    assert_eq!((decoded.values.len(), decoded.rest), (10, 1));
    assert_eq!(decoded.error, Some(AmfError { kind: AmfErrorKind::TooManyValues, at: 10 }));
    // A count is believed only as far as there are bytes.
    let decoded = decode(b"\x0a\xff\xff\xff\xff\x05");
    assert_eq!(decoded.values, [Value::StrictArray(vec![Value::Null])]);
}

#[test]
fn encoded_values_come_back() {
    let mut random = Random(1);
    for _ in 0..500 {
        let value = random.value(4);
        let mut bytes = Vec::new();
        encode(&value, &mut bytes);
        assert_eq!(one(&bytes), value);
    }
    let long = text(&"y".repeat(0x1_0000));
    let mut bytes = Vec::new();
    encode(&long, &mut bytes);
    assert_eq!(one(&bytes), long);
}

#[test]
fn truncated_anywhere() {
    let mut random = Random(2);
    for _ in 0..50 {
        let mut bytes = Vec::new();
        encode(&random.value(3), &mut bytes);
        for end in 0..bytes.len() {
            let decoded = decode(&bytes[..end]);
            assert!(end == 0 || decoded.error.is_some());
            assert!(decoded.values.len() <= 1 && decoded.rest <= end);
        }
    }
}

#[test]
fn garbage_and_mutations_never_panic() {
    let mut random = Random(3);
    for round in 0..3000 {
        let mut bytes = Vec::new();
        if round % 2 == 0 {
            bytes.extend((0..random.below(200)).map(|_| random.next().to_be_bytes()[0] % 0x14));
        } else {
            encode(&Value::StrictArray((0..4).map(|_| random.value(3)).collect()), &mut bytes);
            encode(&Value::Reference(1), &mut bytes);
            for _ in 0..=random.below(6) {
                let at = random.below(bytes.len());
                bytes[at] = random.next().to_be_bytes()[0] % 0x20;
            }
        }
        let decoded = decode(&bytes);
        assert!(decoded.rest <= bytes.len());
        assert!(decoded.values.iter().map(count).sum::<usize>() <= Limits::default().amf_values);
    }
}

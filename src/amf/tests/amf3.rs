//! AMF3: every marker from bytes, the three tables, the limits, and the properties of the decoder.

use super::super::encode::{encode3, u29};
use super::super::{Encoding, decode, decode_one};
use super::{AmfError, AmfErrorKind, Decoded, Limits, Random, Value, count, field, text};

fn all(bytes: &[u8]) -> Decoded {
    decode(Encoding::Amf3, bytes, &Limits::default())
}

/// The only value of `bytes`.
fn one(bytes: &[u8]) -> Value {
    let decoded = all(bytes);
    assert!(decoded.is_complete() && decoded.amf3, "{decoded:?}");
    let [value] = &decoded.values[..] else { panic!("{decoded:?}") };
    value.clone()
}

fn numbers(of: &str, items: &[f64]) -> Value {
    Value::Vector { of: of.to_owned(), items: items.iter().copied().map(Value::Number).collect() }
}

#[test]
fn every_marker() {
    assert_eq!(one(&[0x00]), Value::Undefined);
    assert_eq!(one(&[0x01]), Value::Null);
    assert_eq!((one(&[0x02]), one(&[0x03])), (Value::Boolean(false), Value::Boolean(true)));
    assert_eq!(one(b"\x05\x40\x39\0\0\0\0\0\0"), Value::Number(25.0));
    assert_eq!(one(b"\x06\x09live"), text("live"));
    assert_eq!(one(b"\x06\x01"), text(""));
    for xml in [b"\x07\x09<a/>", b"\x0b\x09<a/>"] {
        assert_eq!(one(xml), Value::Xml("<a/>".to_owned()));
    }
    // The bits above the lowest one carry no meaning in a date.
    for head in [0x01, 0x7F] {
        let date = [&[0x08, head][..], &1e12_f64.to_be_bytes()].concat();
        assert_eq!(one(&date), Value::Date { ms: 1e12, zone_min: None });
    }
    assert_eq!(one(b"\x09\x05\x01\x01\x03"), Value::StrictArray(vec![Value::Null, Value::Boolean(true)]));
    let fields = vec![field("a", Value::Number(1.0))];
    assert_eq!(one(b"\x09\x03\x03a\x04\x01\x01\x01"), Value::MixedArray { items: vec![Value::Null], fields });
    assert_eq!(one(b"\x0c\x07abc"), Value::Bytes { len: 3 });
    assert_eq!(one(b"\x0d\x05\x01\xff\xff\xff\xfe\0\0\0\x02"), numbers("int", &[-2.0, 2.0]));
    assert_eq!(one(b"\x0e\x03\x00\xff\xff\xff\xff"), numbers("uint", &[4_294_967_295.0]));
    assert_eq!(one(b"\x0f\x03\x00\x40\x39\0\0\0\0\0\0"), numbers("double", &[25.0]));
    let items = vec![Value::Null, text("x")];
    assert_eq!(one(b"\x10\x05\x00\x07a.B\x01\x06\x03x"), Value::Vector { of: "a.B".to_owned(), items });
    assert_eq!(one(b"\x10\x01\x00\x01"), Value::Vector { of: "object".to_owned(), items: vec![] });
    let entries = vec![(text("k"), Value::Null), (Value::Number(5.0), Value::Boolean(false))];
    assert_eq!(one(b"\x11\x05\x00\x06\x03k\x01\x04\x05\x02"), Value::Dictionary(entries));
    let decoded = all(&[0x01, 0x12, 5]);
    assert_eq!(decoded.error, Some(AmfError { kind: AmfErrorKind::UnknownAmf3Marker(0x12), at: 1 }));
    assert_eq!((decoded.values, decoded.rest), (vec![Value::Null], 2));
}

#[test]
fn objects() {
    // Two sealed members, one of them dynamic as well.
    let bytes = b"\x0a\x2b\x03C\x03a\x03b\x04\x01\x04\x02\x03d\x01\x01";
    let fields =
        vec![field("a", Value::Number(1.0)), field("b", Value::Number(2.0)), field("d", Value::Null)];
    assert_eq!(one(bytes), Value::Typed { class: "C".to_owned(), fields });
    assert_eq!(one(b"\x0a\x0b\x01\x03a\x01\x01"), Value::Object(vec![field("a", Value::Null)]));
    assert_eq!(one(b"\x0a\x0b\x01\x01"), Value::Object(vec![]));
    assert_eq!(one(b"\x0a\x03\x03C"), Value::Typed { class: "C".to_owned(), fields: vec![] });
}

#[test]
fn integers_have_29_bits_and_a_sign() {
    for (number, bytes) in [
        (0_i32, &[0x00][..]),
        (127, &[0x7F]),
        (128, &[0x81, 0x00]),
        (16_383, &[0xFF, 0x7F]),
        (16_384, &[0x81, 0x80, 0x00]),
        (2_097_151, &[0xFF, 0xFF, 0x7F]),
        (2_097_152, &[0x80, 0xC0, 0x80, 0x00]),
        (268_435_455, &[0xBF, 0xFF, 0xFF, 0xFF]),
        (-268_435_456, &[0xC0, 0x80, 0x80, 0x00]),
        (-1, &[0xFF, 0xFF, 0xFF, 0xFF]),
    ] {
        assert_eq!(one(&[&[0x04], bytes].concat()), Value::Number(f64::from(number)));
        let mut written = Vec::new();
        u29(number.cast_unsigned() & 0x1FFF_FFFF, &mut written);
        assert_eq!(written, bytes);
    }
}

#[test]
fn strings_by_reference() {
    // The empty string is in no table; names and class names are in it.
    let decoded = all(b"\x06\x01\x06\x03a\x0a\x0b\x03C\x00\x06\x02\x01\x06\x02\x06\x00");
    let object = Value::Typed { class: "C".to_owned(), fields: vec![field("a", text("C"))] };
    assert_eq!(decoded.values[..2], [text(""), text("a")]);
    assert_eq!(decoded.values[2..], [object, text("C"), text("a")]);
    assert!(decoded.is_complete());
}

#[test]
fn references_to_nothing() {
    let told =
        |decoded: &Decoded| decoded.error.map(|error| (error.to_string(), error.ended_reading(decoded.rest)));
    let decoded = all(b"\x06\x0c\x01");
    assert_eq!((&decoded.values[..], decoded.rest), (&[Value::Reference(6), Value::Null][..], 0));
    let problem = "reference to string 6, but only 0 came before it (AMF byte 0)".to_owned();
    assert_eq!(told(&decoded), Some((problem, false)));
    let decoded = all(b"\x09\x01\x01\x09\x02\x01");
    assert_eq!(decoded.values[1..], [Value::Reference(1), Value::Null]);
    let problem = "reference to object 1, but only 1 came before it (AMF byte 3)".to_owned();
    assert_eq!(told(&decoded), Some((problem, false)));
    // As a name or as a class it ends the reading.
    let decoded = all(b"\x01\x0a\x0b\x01\x0c\x01\x01");
    assert_eq!((&decoded.values[..], decoded.rest), (&[Value::Null, Value::Object(vec![])][..], 3));
    let problem = "reference to string 6, but only 0 came before it (AMF byte 4)".to_owned();
    assert_eq!(told(&decoded), Some((problem, true)));
    let decoded = all(b"\x0a\x09\x01");
    let problem = "reference to traits 2, but only 0 came before it (AMF byte 0)".to_owned();
    assert_eq!(told(&decoded), Some((problem, true)));
}

#[test]
fn objects_and_traits_by_reference() {
    // An object with its traits, another by a reference to them, the first once more.
    let decoded = all(b"\x0a\x13\x03C\x03a\x04\x01\x0a\x01\x04\x02\x0a\x00");
    let c = |n| Value::Typed { class: "C".to_owned(), fields: vec![field("a", Value::Number(n))] };
    assert_eq!(decoded.values, [c(1.0), c(2.0), c(1.0)]);
    assert!(decoded.is_complete());
    // All kinds of complex values share one table.
    let mut bytes = vec![0x09, 0x0F, 0x01];
    bytes.extend(b"\x0b\x03x\x0c\x05ab\x0d\x01\x00\x11\x01\x00\x08\x01");
    bytes.extend(0_f64.to_be_bytes());
    bytes.extend(b"\x0b\x02\x0c\x04");
    let values = one(&bytes);
    let items = values.items().unwrap();
    assert_eq!((&items[5], &items[6]), (&items[0], &items[1]));
    assert_eq!(items[0], Value::Xml("x".to_owned()));
}

#[test]
fn tables_are_those_of_the_message() {
    // AMF0 with two AMF3 values; the second refers to the string and the object of the first.
    let decoded =
        decode(Encoding::Amf0, b"\x11\x09\x03\x01\x06\x03a\x05\x11\x06\x00\x11\x09\x00", &Limits::default());
    let array = Value::StrictArray(vec![text("a")]);
    assert_eq!(decoded.values, [array.clone(), Value::Null, text("a"), array]);
    // Read again for an AMF0 reference, it enters no table a second time.
    let bytes = b"\x0a\0\0\0\x01\x11\x06\x03a\x07\0\0\x11\x06\x03b\x11\x06\x02";
    let decoded = decode(Encoding::Amf0, bytes, &Limits::default());
    let array = Value::StrictArray(vec![text("a")]);
    assert_eq!(decoded.values, [array.clone(), array, text("b"), text("b")]);
}

#[test]
fn loops_stay_references() {
    let own = Value::Object(vec![field("me", Value::Reference(0))]);
    assert_eq!(one(b"\x0a\x0b\x01\x05me\x0a\x00\x01"), own);
    // Two arrays in each other, then a reference into the loop.
    let decoded = all(b"\x09\x03\x01\x09\x03\x01\x09\x00\x09\x02");
    let inner = Value::StrictArray(vec![Value::Reference(0)]);
    assert_eq!(decoded.values[0], Value::StrictArray(vec![inner]));
    assert!(decoded.is_complete());
}

#[test]
fn what_writes_itself_ends_the_message() {
    let decoded = all(b"\x01\x0a\x07\x07a.B\x01\x02\x03");
    let external = Value::Externalizable { class: "a.B".to_owned(), len: 3 };
    assert_eq!(decoded.values, [Value::Null, external.clone()]);
    assert_eq!(decoded.error, Some(AmfError { kind: AmfErrorKind::Externalizable, at: 7 }));
    assert_eq!(decoded.rest, 3);
    // Inside an object, what was before it stays.
    let decoded = all(b"\x0a\x0b\x01\x03a\x01\x03b\x0a\x07\x07a.B\x01\x02\x03");
    assert_eq!(decoded.values, [Value::Object(vec![field("a", Value::Null), field("b", external)])]);
    assert_eq!(decoded.rest, 3);
}

#[test]
fn collections_of_flex_are_read() {
    let class = "flex.messaging.io.ArrayCollection";
    let value = Value::StrictArray(vec![Value::Number(1.0)]);
    let collection = Value::Wrapper { class: class.to_owned(), value: Box::new(value) };
    let mut bytes = Vec::new();
    encode3(&collection, &mut bytes);
    bytes.push(1);
    assert_eq!(all(&bytes).values, [collection, Value::Null]);
    // What such a class does not write is kept as bytes.
    let mut odd = bytes[..bytes.len() - 6].to_vec();
    odd.extend([0xEE, 0xEE]);
    let decoded = all(&odd);
    assert_eq!(decoded.values, [Value::Externalizable { class: class.to_owned(), len: 2 }]);
    assert_eq!((decoded.rest, decoded.error.map(|e| e.kind)), (2, Some(AmfErrorKind::Externalizable)));
}

/// Arrays that each name the one before ten times.
fn billion_laughs(levels: u8, leaf: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x09, 0x03, 0x01];
    bytes.extend(leaf);
    for level in 0..levels {
        bytes.extend([0x09, 0x15, 0x01]);
        (0..10).for_each(|_| bytes.extend([0x09, level << 1]));
    }
    bytes
}

#[test]
fn references_cannot_grow_without_bound() {
    let bytes = billion_laughs(9, &[1]);
    let decoded = all(&bytes);
    assert_eq!(decoded.error.map(|e| e.kind), Some(AmfErrorKind::TooManyValues));
    assert!(decoded.values.iter().map(count).sum::<usize>() <= 4 * bytes.len());
    assert!(all(&billion_laughs(1, &[1])).is_complete());
}

#[test]
fn repeated_text_cannot_grow_without_bound() {
    let long = "x".repeat(0xFFFF);
    let mut leaf = Vec::new();
    encode3(&text(&long), &mut leaf);
    let too_much = |bytes: &[u8]| {
        let decoded = all(bytes);
        assert_eq!(decoded.error.map(|e| e.kind), Some(AmfErrorKind::TooMuchReferencedText));
        assert_eq!(decoded.error.and_then(AmfError::limit), Some("command_bytes"));
        decoded
    };
    // As a value inside of what is referred to, as a string, as a name or a class that objects share.
    too_much(&billion_laughs(1, &leaf));
    let decoded = too_much(&[&leaf[..], &[6, 0].repeat(20)].concat());
    assert_eq!(decoded.values.len(), 1 + 4, "what was read before the limit is kept");
    let mut class = b"\x0a\x13\x01".to_vec();
    class.extend(&leaf[1..]);
    class.push(1);
    class.extend([0x0A, 0x01, 0x01].repeat(20));
    too_much(&class);
    let mut class = vec![0x0A, 0x03];
    class.extend(&leaf[1..]);
    class.extend([0x0A, 0x01].repeat(20));
    too_much(&class);
    let named = b"\x0a\x13\x01\x09name\x01".iter().copied().chain([0x0A, 0x01, 0x01].repeat(200));
    assert!(all(&named.collect::<Vec<_>>()).is_complete(), "ordinary names may be shared by many");
}

#[test]
fn depth_and_count_are_limited() {
    let decoded = all(&b"\x09\x03\x01".repeat(40));
    assert_eq!(decoded.error, Some(AmfError { kind: AmfErrorKind::TooDeep, at: 32 * 3 }));
    assert_eq!(decoded.values.iter().map(count).sum::<usize>(), 32);
    let limits = Limits { amf_depth: usize::MAX, amf_values: usize::MAX, ..Limits::default() };
    for nested in [&b"\x09\x03\x01"[..], b"\x11\x03\x00", b"\x10\x03\x00\x01", b"\x0a\x0b\x01\x03a"] {
        let decoded = decode(Encoding::Amf3, &nested.repeat(50_000), &limits);
        assert_eq!(decoded.error.map(|e| e.kind), Some(AmfErrorKind::TooDeep));
    }
    let few = Limits { amf_values: 10, ..Limits::default() };
    let decoded = decode(Encoding::Amf3, &[1; 11], &few);
    assert_eq!((decoded.values.len(), decoded.rest, decoded.count), (10, 1, 10));
    let vector = [&[0x0D, 0x81, 0x01, 0x00][..], &[0; 4 * 64]].concat();
    assert_eq!(
        decode(Encoding::Amf3, &vector, &few).error.map(|e| e.kind),
        Some(AmfErrorKind::TooManyValues)
    );
    // A count is believed only as far as there are bytes.
    for marker in [0x09, 0x0A, 0x0D, 0x0F, 0x10, 0x11] {
        let decoded = all(&[marker, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x01]);
        assert!(decoded.error.is_some(), "{decoded:?}");
    }
}

impl Random {
    fn amf3(&mut self, depth: usize) -> Value {
        let names = ["k", "é", "a.B", "longer name"];
        let some = |random: &mut Self| random.below(4);
        match self.below(if depth == 0 { 8 } else { 15 }) {
            0 => Value::Number(f64::from(i32::try_from(self.below(1 << 29)).unwrap() - (1 << 28))),
            1 => Value::Number(f64::from(u32::try_from(self.below(1 << 30)).unwrap()) / 8.0),
            2 => Value::Boolean(self.below(2) == 1),
            3 => text(&"x".repeat(self.below(200))),
            4 => Value::Null,
            5 => Value::Date { ms: 1e12, zone_min: None },
            6 => Value::Xml("<a/>".to_owned()),
            7 => Value::Bytes { len: self.below(300) },
            8 => Value::StrictArray((0..some(self)).map(|_| self.amf3(depth - 1)).collect()),
            9 => {
                let items = (0..some(self)).map(|_| self.amf3(depth - 1)).collect();
                Value::MixedArray { items, fields: vec![field("n", self.amf3(depth - 1))] }
            }
            10 => Value::Object((0..some(self)).map(|n| field(names[n], self.amf3(depth - 1))).collect()),
            11 => Value::Typed {
                class: "a.B".to_owned(),
                fields: (0..some(self)).map(|n| field(names[n], self.amf3(depth - 1))).collect(),
            },
            12 => Value::Dictionary(
                (0..some(self)).map(|_| (self.amf3(depth - 1), self.amf3(depth - 1))).collect(),
            ),
            13 => numbers(["int", "uint", "double"][self.below(3)], &[1.0, 2.0]),
            _ => {
                let of = ["object", "a.B"][self.below(2)].to_owned();
                Value::Vector { of, items: (0..some(self)).map(|_| self.amf3(depth - 1)).collect() }
            }
        }
    }
}

#[test]
fn encoded_values_come_back() {
    let mut random = Random(5);
    for _ in 0..500 {
        let value = random.amf3(4);
        let mut bytes = Vec::new();
        encode3(&value, &mut bytes);
        assert_eq!(one(&bytes), value);
    }
}

#[test]
fn truncated_anywhere() {
    let mut random = Random(6);
    for _ in 0..50 {
        let mut bytes = Vec::new();
        encode3(&random.amf3(3), &mut bytes);
        for end in 0..bytes.len() {
            let decoded = decode_one(Encoding::Amf3, &bytes[..end], &Limits::default());
            assert!(end == 0 || decoded.error.is_some());
            assert!(decoded.values.len() <= 1 && decoded.rest <= end);
        }
    }
}

#[test]
fn garbage_and_mutations_never_panic() {
    let mut random = Random(7);
    for round in 0..3000 {
        let mut bytes = Vec::new();
        if round % 2 == 0 {
            bytes.extend((0..random.below(200)).map(|_| random.next().to_be_bytes()[0] % 0x14));
        } else {
            encode3(&Value::StrictArray((0..4).map(|_| random.amf3(3)).collect()), &mut bytes);
            bytes.extend([0x0A, 0x02, 0x09, 0x00]);
            for _ in 0..=random.below(6) {
                let at = random.below(bytes.len());
                bytes[at] = random.next().to_be_bytes()[0] % 0x20;
            }
        }
        let decoded = all(&bytes);
        assert!(decoded.rest <= bytes.len());
        assert!(decoded.values.iter().map(count).sum::<usize>() <= 4 * bytes.len());
    }
}

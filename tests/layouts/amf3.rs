//! AMF3: every marker, the three tables of references, and the messages that carry it (types 15 and 17, whose first
//! byte says AMF0).

use serde_json::{Value, json};

use crate::common::amf::{self, Amf};
use crate::common::amf3::{self as a3, FALSE, NULL, TRUE, UNDEFINED};
use crate::common::message::{AUDIO_CSID, COMMAND_CSID, Message};
use crate::harness::{Case, case, hold};

/// A data message of type 15 with these AMF3 values, each behind its switch marker.
fn data(values: &[Vec<u8>]) -> Message {
    let values: Vec<Amf> = values.iter().map(|value| a3::switched(value)).collect();
    Message::new(AUDIO_CSID, 15, a3::body(&[&["onTest".into()], &values[..]].concat()))
}

fn all(shown: Value) -> Value {
    json!({"event": "data.other", "type": "data_amf3", "handler": "onTest", "values": shown,
        "encoding": "amf3",
        "partly_decoded": null, "undecoded_bytes": null, "problem": null})
}

fn one(name: &str, value: impl Into<Vec<u8>>, shown: Value) -> Case {
    case(name, data(&[value.into()]), all(json!([shown])))
}

fn simple() -> Vec<Case> {
    vec![
        one("00 undefined", UNDEFINED, Value::Null),
        one("01 null", NULL, Value::Null),
        one("02 false", FALSE, json!(false)),
        one("03 true", TRUE, json!(true)),
        one("05 double", a3::double(-0.25), json!(-0.25)),
        one("06 string", a3::string("h\u{e9}llo"), json!("h\u{e9}llo")),
        one("06 empty string", a3::string(""), json!("")),
        one("07 XML document", a3::xml_document("<old/>"), json!("<old/>")),
        one("08 date", a3::date(1_767_225_600_000.0), json!({"$date_ms": 1_767_225_600_000_i64})),
        one("0B XML", a3::xml("<new/>"), json!("<new/>")),
        one("0C byte array", a3::bytes(&[1, 2, 3]), json!({"$bytes": 3})),
    ]
}

/// U29 of one to four bytes; bit 28 is the sign.
fn integers() -> Vec<Case> {
    [0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, 0x1F_FFFF, 0x20_0000, 0x0FFF_FFFF, -1, -2, -128, -0x1000_0000]
        .into_iter()
        .map(|n| one(&format!("04 integer {n}"), a3::int(n), json!(n)))
        .collect()
}

fn containers() -> Vec<Case> {
    let (one_, two) = (a3::int(1), a3::int(2));
    let fields = [("x", one_.clone()), ("y", a3::string("b"))];
    vec![
        one("09 dense array", a3::array(&[], &[one_.clone(), two.clone()]), json!([1, 2])),
        one("09 empty array", a3::array(&[], &[]), json!([])),
        one(
            "09 with named values",
            a3::array(&[("k", one_.clone())], std::slice::from_ref(&two)),
            json!({"$dense": [2], "k": 1}),
        ),
        one("0A sealed object", a3::object("P", &fields, None), json!({"$class": "P", "x": 1, "y": "b"})),
        one("0A dynamic object", a3::object("", &[], Some(&fields)), json!({"x": 1, "y": "b"})),
        one(
            "0A sealed and dynamic members",
            a3::object("Q", &fields, Some(&[("z", TRUE.to_vec())])),
            json!({"$class": "Q", "x": 1, "y": "b", "z": true}),
        ),
        one(
            "0A an object in an object",
            a3::object("", &[("in", a3::object("", &fields, None))], None),
            json!({"in": {"x": 1, "y": "b"}}),
        ),
        one("0D vector of int", a3::vector_int(&[-1, 7]), json!({"$vector": "int", "items": [-1, 7]})),
        one(
            "0E vector of uint",
            a3::vector_uint(&[4_294_967_295]),
            json!({"$vector": "uint", "items": [4_294_967_295_u32]}),
        ),
        one(
            "0F vector of double",
            a3::vector_double(&[0.5, -1.5]),
            json!({"$vector": "double", "items": [0.5, -1.5]}),
        ),
        one(
            "10 vector of objects",
            a3::vector_object("Item", &[a3::object("Item", &[("n", two.clone())], None)]),
            json!({"$vector": "Item", "items": [{"$class": "Item", "n": 2}]}),
        ),
        one(
            "11 dictionary",
            a3::dictionary(&[(a3::string("k"), one_), (a3::int(9), a3::array(&[], &[two]))]),
            json!({"$dictionary": [["k", 1], [9, [2]]]}),
        ),
    ]
}

/// Strings, objects and traits have tables of their own; an empty string is in none of them.
///
/// Whether several values behind switch markers share their tables is not agreed upon, so each message here has one
/// array with everything in it: that array is object 0.
fn references() -> Vec<Case> {
    let list = |items: &[Vec<u8>]| data(&[a3::array(&[], items)]);
    let point = |x: i32| a3::object("P", &[("x", a3::int(x))], None);
    vec![
        case(
            "strings",
            list(&[
                a3::string("first"),
                a3::string(""),
                a3::string("second"),
                a3::string_ref(1),
                a3::string_ref(0),
            ]),
            all(json!([["first", "", "second", "second", "first"]])),
        ),
        case(
            "names are strings too",
            list(&[
                a3::object("Klass", &[("member", TRUE.to_vec())], None),
                a3::string_ref(0),
                a3::string_ref(1),
            ]),
            all(json!([[{"$class": "Klass", "member": true}, "Klass", "member"]])),
        ),
        case(
            "objects, numbered from their beginning",
            list(&[
                point(1),
                a3::date(5.0),
                a3::array(&[], &[a3::int(3)]),
                a3::bytes(&[9, 9]),
                a3::reference(a3::BYTES, 4),
                a3::reference(a3::ARRAY, 3),
                a3::reference(a3::DATE, 2),
                a3::reference(a3::OBJECT, 1),
            ]),
            all(json!([[{"$class": "P", "x": 1}, {"$date_ms": 5}, [3], {"$bytes": 2}, {"$bytes": 2}, [3],
                {"$date_ms": 5}, {"$class": "P", "x": 1}]])),
        ),
        case(
            "traits",
            list(&[
                point(1),
                a3::object("D", &[], Some(&[("d", a3::int(2))])),
                a3::object_like(0, &[a3::int(3)], None),
                a3::object_like(1, &[], Some(&[("e", a3::int(4))])),
            ]),
            all(json!([[{"$class": "P", "x": 1}, {"$class": "D", "d": 2}, {"$class": "P", "x": 3},
                    {"$class": "D", "e": 4}]])),
        ),
        case(
            "an array that holds itself",
            list(&[a3::int(1), a3::reference(a3::ARRAY, 0)]),
            all(json!([[1, {"$reference": 0}]])),
        ),
    ]
}

/// The bytes of an externalizable class are its own business: decoding stops there and says so.
fn externalizable() -> Vec<Case> {
    let class = "flex.messaging.messages.AcknowledgeMessageExt";
    let flex = a3::externalizable(class, &[9, 3, 1, 4, 5]);
    let want = json!({"values": [1, {"$class": class, "$externalizable_bytes": 5}], "encoding": "amf3",
        "partly_decoded": true, "undecoded_bytes": 5, "problem": {"$any": true}});
    vec![case("externalizable", data(&[a3::int(1), flex]), want)]
}

/// Type 17: a format byte, then a command whose values are AMF0, or AMF3 behind the switch marker.
fn commands() -> Vec<Case> {
    let command = |values: &[Amf]| Message::new(COMMAND_CSID, 17, a3::body(values));
    let object = a3::switched(&a3::object("", &[], Some(&[("k", a3::int(300))])));
    vec![
        case(
            "all AMF0",
            command(&["x-test".into(), 4.0.into(), Amf::Null, "arg".into()]),
            json!({"type": "command_amf3", "name": "x-test", "transaction_id": 4, "arguments": ["arg"],
                "encoding": "amf3"}),
        ),
        case(
            "object and arguments in AMF3",
            command(&["x-test".into(), 5.0.into(), object, a3::switched(&a3::vector_int(&[1]))]),
            json!({"name": "x-test", "transaction_id": 5, "object": {"k": 300},
                "arguments": [{"$vector": "int", "items": [1]}], "encoding": "amf3", "partly_decoded": null}),
        ),
        case(
            "no format byte",
            Message::new(COMMAND_CSID, 17, amf::encode(&["x-test".into(), 8.0.into(), Amf::Null])),
            json!({"name": "x-test", "transaction_id": 8, "format_byte": "absent"}),
        ),
        case(
            "another format byte",
            Message::new(
                COMMAND_CSID,
                17,
                [&[3][..], &amf::encode(&["x-test".into(), 9.0.into(), Amf::Null])].concat(),
            ),
            json!({"name": "x-test", "transaction_id": 9, "format_byte": "3"}),
        ),
        case(
            "a transaction id in AMF3",
            command(&["x-test".into(), a3::switched(&a3::int(6)), Amf::Null]),
            json!({"name": "x-test", "transaction_id": 6, "encoding": "amf3"}),
        ),
    ]
}

/// What cannot be read: an unknown marker, a reference to nothing, a length beyond the end.
fn broken() -> Vec<Case> {
    let stop = |name: &str, value: &[u8]| {
        let want = json!({"handler": "onTest", "encoding": "amf3", "partly_decoded": true,
            "undecoded_bytes": {"$any": true}, "problem": {"$any": true}});
        case(name, data(&[a3::int(1), value.to_vec()]), want)
    };
    // It stands alone: what is behind it can be read.
    let nothing = |name: &str, what: &str, value: &[u8]| {
        let want = json!({"handler": "onTest", "encoding": "amf3", "values": [{"$reference": 30}, 2],
            "partly_decoded": null, "undecoded_bytes": null, "problem": {"$like": format!("to {what}")}});
        case(name, data(&[value.to_vec(), a3::int(2)]), want)
    };
    vec![
        stop("an unknown marker", &[0x12, 0, 0]),
        nothing("a string that was never there", "string 30", &a3::string_ref(30)),
        nothing("an object that was never there", "object 30", &a3::reference(a3::OBJECT, 30)),
        stop("a name that was never there", &[a3::OBJECT, 0x0B, 1, 60, 4, 5]),
        stop("traits that were never there", &a3::object_like(30, &[], None)),
        stop("a string beyond the end", &[0x06, 0x7F, b'a']),
        stop("a vector beyond the end", &[0x0D, 0xFF, 0xFF, 0xFF, 0xFF, 0, 1, 2]),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    [simple(), integers(), containers(), references(), externalizable(), commands(), broken()].concat()
}

#[test]
fn simple_values() {
    hold(&simple());
}

#[test]
fn integers_have_29_bits_and_a_sign() {
    hold(&integers());
}

#[test]
fn containers_keep_their_kinds() {
    hold(&containers());
}

#[test]
fn tables_of_references() {
    hold(&references());
}

#[test]
fn externalizable_classes_end_the_decoding() {
    hold(&externalizable());
}

#[test]
fn commands_of_type_17() {
    hold(&commands());
}

#[test]
fn what_cannot_be_read_is_counted() {
    hold(&broken());
}

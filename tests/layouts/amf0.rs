//! AMF0: every marker, in data messages (type 18) and commands (type 20).

use serde_json::{Value, json};

use crate::common::amf::{self, Amf};
use crate::common::amf3;
use crate::common::message::{self as msg, Message};
use crate::harness::{Case, case, hold};

/// A data message of one value behind the handler's name.
fn value(name: &str, value: Amf, shown: Value) -> Case {
    let want = json!({"event": "data.other", "handler": "onTest", "values": [shown], "partly_decoded": null,
        "undecoded_bytes": null, "problem": null, "encoding": null});
    case(name, msg::data(&["onTest".into(), value]), want)
}

fn values() -> Vec<Case> {
    let point = || amf::object([("x", 1.0.into()), ("y", (-2.5).into())]);
    vec![
        value("00 number", 29.97.into(), json!(29.97)),
        value("01 boolean", true.into(), json!(true)),
        value("02 string", "gr\u{fc}n".into(), json!("gr\u{fc}n")),
        value("03 object", point(), json!({"x": 1, "y": -2.5})),
        value("05 null", Amf::Null, Value::Null),
        value("06 undefined", Amf::Undefined, Value::Null),
        value("08 ECMA array", amf::ecma([("a", 1.0.into()), ("b", "c".into())]), json!({"a": 1, "b": "c"})),
        value(
            "08 with a wrong count",
            Amf::Ecma(vec![("a".to_owned(), true.into())], 1_000_000),
            json!({"a": true}),
        ),
        value(
            "0A strict array",
            Amf::Strict(vec![1.0.into(), "two".into(), Amf::Null]),
            json!([1, "two", null]),
        ),
        value(
            "0B date",
            Amf::Date(1_767_225_600_000.0),
            json!({"$date_ms": 1_767_225_600_000_i64, "$zone_min": 0}),
        ),
        value("0C long string", Amf::LongStr("long ".repeat(14_000)), json!("long ".repeat(14_000))),
        value("0D unsupported", Amf::Unsupported, Value::Null),
        value("0F XML", Amf::Xml("<a/>".to_owned()), json!("<a/>")),
        value(
            "10 typed object",
            Amf::Typed("Point".to_owned(), vec![("x".to_owned(), 3.0.into())]),
            json!({"$class": "Point", "x": 3}),
        ),
        value("an object in an object", amf::object([("in", point())]), json!({"in": {"x": 1, "y": -2.5}})),
    ]
}

/// 07: the objects and arrays of a message are numbered from 0 as they appear.
fn references() -> Vec<Case> {
    let list = [
        "onTest".into(),
        amf::object([("x", 1.0.into())]),
        Amf::Strict(vec!["s".into()]),
        amf::ecma([("e", 2.0.into())]),
        Amf::Typed("T".to_owned(), vec![("t".to_owned(), 3.0.into())]),
        Amf::Reference(3),
        Amf::Reference(2),
        Amf::Reference(1),
        Amf::Reference(0),
    ];
    let typed = json!({"$class": "T", "t": 3});
    let shown = json!([{"x": 1}, ["s"], {"e": 2}, typed, typed, {"e": 2}, ["s"], {"x": 1}]);
    let own = [amf::object([("self", Amf::Reference(0))])];
    vec![
        case("references", msg::data(&list), json!({"values": shown})),
        case(
            "an object that holds itself",
            msg::data(&[&["onTest".into()][..], &own].concat()),
            json!({"values": [{"self": {"$reference": 0}}]}),
        ),
    ]
}

/// What cannot be read ends the decoding; what came before it is kept, and the rest is counted.
fn broken() -> Vec<Case> {
    let stop = |name: &str, bytes: &[u8], undecoded: usize| {
        let want = json!({"handler": "onTest", "partly_decoded": true, "undecoded_bytes": undecoded,
            "problem": {"$any": true}, "encoding": null});
        case(name, msg::data(&["onTest".into(), 5.0.into(), Amf::Raw(bytes.to_vec())]), want)
    };
    vec![
        stop("04 movie clip, reserved", &[0x04, 1, 2, 3], 4),
        stop("0E record set, reserved", &[0x0E, 1, 2, 3], 4),
        stop("a marker that is none", &[0x77, 1], 2),
    ]
}

/// Commands say what was left over in the same words.
fn commands() -> Vec<Case> {
    let ok = msg::command("x-test", 7.0, amf::object([("k", 1.0.into())]), &["a".into(), Amf::Null]);
    let cut = msg::command("x-test", 8.0, Amf::Null, &["a".into(), Amf::Raw(vec![0x02, 0, 9, b'b'])]);
    vec![
        case(
            "a command",
            ok,
            json!({"name": "x-test", "transaction_id": 7, "object": {"k": 1}, "arguments": ["a", null],
                "partly_decoded": null, "undecoded_bytes": null, "problem": null, "encoding": null}),
        ),
        case(
            "a command that ends in a string",
            cut,
            json!({"name": "x-test", "transaction_id": 8, "arguments": ["a"], "partly_decoded": true,
                "undecoded_bytes": {"$any": true}, "problem": {"$any": true}}),
        ),
    ]
}

/// 11: one AMF3 value among those of AMF0.
fn switched() -> Vec<Case> {
    let list =
        ["onTest".into(), amf3::switched(&amf3::int(-5)), 6.0.into(), amf3::switched(&amf3::string("s"))];
    let want =
        json!({"values": [-5, 6, "s"], "encoding": "amf3", "partly_decoded": null, "undecoded_bytes": null});
    vec![case("11 switch", msg::data(&list), want)]
}

pub(crate) fn cases() -> Vec<Case> {
    let short = |case: &Case| case.message.body.len() < 1_000;
    [values(), references(), broken(), commands(), switched()].concat().into_iter().filter(short).collect()
}

#[test]
fn every_value() {
    hold(&values());
}

#[test]
fn references_are_resolved() {
    hold(&references());
}

#[test]
fn what_cannot_be_read_is_counted() {
    hold(&broken());
    hold(&commands());
}

#[test]
fn single_values_of_amf3() {
    hold(&switched());
}

/// A body that is no values at all.
#[test]
fn an_empty_data_message() {
    hold(&[case(
        "empty",
        Message::new(msg::AUDIO_CSID, msg::DATA_AMF0, Vec::new()),
        json!({"type_id": 18, "length": 0}),
    )]);
}

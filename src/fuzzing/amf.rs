//! AMF values: what is read is bounded by the bytes and the limits, and prints as JSON.

use serde_json::Value as Json;

use super::input::Input;
use crate::amf::{self, Value};
use crate::base::limits::Limits;
use crate::rtmp::message::command::Command;

/// The marker in front of an AMF3 value.
const AVM_PLUS: u8 = 0x11;

/// The input is a message body. Its first byte also says where the body is cut for a second reading.
pub(super) fn amf0(bytes: &[u8]) {
    let body = Input::new(bytes).rest();
    for limits in
        [Limits::default(), Limits { amf_depth: 3, amf_values: 20, command_bytes: 50, ..Limits::default() }]
    {
        let decoded = decode(body, &limits);
        let end = body.len() * usize::from(body.first().copied().unwrap_or(0)) / 256;
        let part = decode(body.get(..end).unwrap_or(body), &limits);
        // What is whole does not depend on what follows it.
        let whole = part.values.len().saturating_sub(1);
        for (cut, all) in part.values.iter().zip(&decoded.values).take(whole) {
            assert_eq!(format!("{cut:?}"), format!("{all:?}"), "cut at {end} (left) and whole (right)");
        }
        command(body, &limits);
    }
}

/// The input is an AMF3 value inside a body, and also the body of a command in the AMF3 form.
pub(super) fn amf3(bytes: &[u8]) {
    let limits = Limits::default();
    let value = Input::new(bytes).rest();
    let mut body = vec![0x05, AVM_PLUS];
    body.extend_from_slice(value);
    let decoded = decode(&body, &limits);
    assert_eq!(decoded.error, None, "an AMF3 value is stepped over, whatever it holds");
    assert!(matches!(decoded.values.get(1), Some(Value::Amf3 { .. })), "{:?}", decoded.values);
    let mut named = vec![0x02, 0, 1, b'f', 0x00, 0, 0, 0, 0, 0, 0, 0, 0];
    named.extend_from_slice(&body);
    assert!(Command::parse(&named, &limits).is_some_and(|c| c.name == "f"), "the name in front is read");
    command(value, &limits);
}

fn decode(body: &[u8], limits: &Limits) -> amf::Decoded {
    let decoded = amf::decode_all(body, limits);
    assert!(decoded.rest <= body.len(), "{} of {} bytes are left", decoded.rest, body.len());
    assert!(
        decoded.error.is_none_or(|e| e.at <= body.len()),
        "the error lies in the body: {:?}",
        decoded.error
    );
    assert!(
        decoded.error.is_some() || decoded.rest == 0 || ends_in_amf3(&decoded.values),
        "nothing is left over"
    );
    let (mut count, mut text) = (0, 0);
    for value in &decoded.values {
        measure(value, 1, limits, &mut count, &mut text);
        let printed = value.to_json().to_string();
        assert!(serde_json::from_str::<Json>(&printed).is_ok(), "its JSON reads back: {printed:.500}");
    }
    assert!(count <= limits.amf_values.min(4 * body.len()), "{count} values in {} bytes", body.len());
    // A byte that is no UTF-8 becomes a character of three; references may repeat some text.
    let repeated = limits.command_bytes.min(4 * body.len());
    assert!(text <= 3 * (body.len() + repeated), "{text} bytes of text in {}", body.len());
    let again = amf::decode_all(body, limits);
    assert_eq!(format!("{decoded:?}"), format!("{again:?}"), "two readings are equal");
    decoded
}

fn ends_in_amf3(values: &[Value]) -> bool {
    match values.last() {
        Some(Value::Amf3 { .. }) => true,
        Some(Value::StrictArray(items)) => ends_in_amf3(items),
        Some(value) => value
            .fields()
            .is_some_and(|f| f.last().is_some_and(|(_, v)| ends_in_amf3(std::slice::from_ref(v)))),
        None => false,
    }
}

fn measure(value: &Value, depth: usize, limits: &Limits, count: &mut usize, text: &mut usize) {
    *count += 1;
    assert!(depth <= limits.amf_depth + 1, "nested {depth} deep");
    match value {
        Value::String(s) | Value::Xml(s) => *text += s.len(),
        Value::StrictArray(items) => {
            for item in items {
                measure(item, depth + 1, limits, count, text);
            }
        }
        other => {
            for (name, field) in other.fields().unwrap_or(&[]) {
                *text += name.len();
                measure(field, depth + 1, limits, count, text);
            }
        }
    }
}

fn command(body: &[u8], limits: &Limits) {
    let Some(command) = Command::parse(body, limits) else { return };
    assert!(command.code().is_none() || command.status().is_some(), "a code is in a status");
    assert!(command.name.len() <= 3 * body.len(), "the name is in the body");
    for index in 0..=command.arguments.len() {
        let there = command.text(index).is_some() || command.number(index).is_some();
        assert!(index < command.arguments.len() || !there, "no argument behind the last");
    }
}

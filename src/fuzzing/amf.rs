//! AMF values: what is read is bounded by the bytes and the limits, and prints as JSON.

use serde_json::Value as Json;

use super::input::Input;
use crate::amf::{self, Encoding, Value};
use crate::base::limits::Limits;
use crate::report::mask::Masker;
use crate::rtmp::message::command::Command;
use crate::rtmp::message::kind::MessageType;

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

/// The input is an AMF3 value inside a body, values one behind the other, and the body of a command.
pub(super) fn amf3(bytes: &[u8]) {
    let value = Input::new(bytes).rest();
    for limits in
        [Limits::default(), Limits { amf_depth: 3, amf_values: 20, command_bytes: 50, ..Limits::default() }]
    {
        let mut body = vec![0x05, AVM_PLUS];
        body.extend_from_slice(value);
        let decoded = decode(&body, &limits);
        assert!(decoded.amf3 && decoded.values.first() == Some(&Value::Null), "{:?}", decoded.values);
        let one = amf::decode_one(Encoding::Amf3, value, &limits);
        holds(&one, value, &limits);
        assert!(one.values.len() <= 1, "{:?}", one.values);
        let all = amf::decode(Encoding::Amf3, value, &limits);
        holds(&all, value, &limits);
        assert_eq!(format!("{:?}", one.values.first()), format!("{:?}", all.values.first()), "one of all");
        command(value, &limits);
        let mut named = vec![0x00, 0x02, 0, 1, b'f', 0x00, 0, 0, 0, 0, 0, 0, 0, 0];
        named.extend_from_slice(&body);
        let name = Command::parse(MessageType::COMMAND_AMF3, &named, &limits).map(|c| c.name);
        assert_eq!(name.as_deref(), Some("f"), "the name in front is read");
    }
}

fn decode(body: &[u8], limits: &Limits) -> amf::Decoded {
    let decoded = amf::decode(amf::Encoding::Amf0, body, limits);
    holds(&decoded, body, limits);
    assert!(decoded.error.is_some() || decoded.rest == 0, "nothing is left over");
    let again = amf::decode(amf::Encoding::Amf0, body, limits);
    assert_eq!(format!("{decoded:?}"), format!("{again:?}"), "two readings are equal");
    decoded
}

fn holds(decoded: &amf::Decoded, body: &[u8], limits: &Limits) {
    assert!(decoded.rest <= body.len(), "{} of {} bytes are left", decoded.rest, body.len());
    assert!(
        decoded.error.is_none_or(|e| e.at <= body.len()),
        "the error lies in the body: {:?}",
        decoded.error
    );
    let (mut count, mut text) = (0, 0);
    for value in &decoded.values {
        measure(value, 1, limits, &mut count, &mut text);
        let mut printed = Vec::new();
        Masker::new().value(value, &mut printed);
        let printed = String::from_utf8_lossy(&printed);
        assert!(serde_json::from_str::<Json>(&printed).is_ok(), "its JSON reads back: {printed:.500}");
    }
    assert!(count <= limits.amf_values.min(4 * body.len()), "{count} values in {} bytes", body.len());
    assert!(count <= decoded.count, "{count} values, {} read", decoded.count);
    // A byte that is no UTF-8 becomes a character of three; references may repeat some text, those of AMF3 more.
    let times = if decoded.amf3 { 4 + 16 } else { 4 };
    let repeated = limits.command_bytes.min(times * body.len()) * if decoded.amf3 { 2 } else { 1 };
    assert!(text <= 3 * (body.len() + repeated), "{text} bytes of text in {}", body.len());
}

fn measure(value: &Value, depth: usize, limits: &Limits, count: &mut usize, text: &mut usize) {
    *count += 1;
    assert!(depth <= limits.amf_depth + 1, "nested {depth} deep");
    let mut inside = |value: &Value| measure(value, depth + 1, limits, count, text);
    match value {
        Value::StrictArray(items) | Value::MixedArray { items, .. } | Value::Vector { items, .. } => {
            items.iter().for_each(&mut inside);
        }
        Value::Dictionary(entries) => entries.iter().for_each(|(key, value)| {
            inside(key);
            inside(value);
        }),
        Value::Wrapper { value, .. } => return inside(value),
        _ => {}
    }
    match value {
        Value::String(s) | Value::Xml(s) => *text += s.len(),
        Value::Typed { class, .. } | Value::Externalizable { class, .. } => *text += class.len(),
        Value::Vector { of, .. } => *text += of.len().saturating_sub("double".len()),
        _ => {}
    }
    for (name, field) in value.fields().unwrap_or(&[]) {
        *text += name.len();
        measure(field, depth + 1, limits, count, text);
    }
}

fn command(body: &[u8], limits: &Limits) {
    for kind in [MessageType::COMMAND_AMF0, MessageType::COMMAND_AMF3] {
        let Some(command) = Command::parse(kind, body, limits) else { continue };
        assert!(command.code().is_none() || command.status().is_some(), "a code is in a status");
        assert!(command.name.len() <= 3 * body.len(), "the name is in the body");
        assert!(command.error.is_some() || command.undecoded == 0, "what is not decoded has a reason");
        for index in 0..=command.arguments.len() {
            let there = command.text(index).is_some() || command.number(index).is_some();
            assert!(index < command.arguments.len() || !there, "no argument behind the last");
        }
    }
}

//! The other direction, for tests only: writes what [`super::decode`] reads.

use super::value::Value;

/// `value` as AMF0.
pub(super) fn encode(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Number(n) => {
            out.push(0x00);
            out.extend(n.to_be_bytes());
        }
        Value::Boolean(b) => out.extend([0x01, u8::from(*b)]),
        Value::String(s) if s.len() > 0xFFFF => long(0x0C, s, out),
        Value::String(s) => {
            out.push(0x02);
            short(s, out);
        }
        Value::Object(f) => {
            out.push(0x03);
            fields(f, out);
        }
        Value::EcmaArray(f) => {
            out.push(0x08);
            out.extend(u32::try_from(f.len()).unwrap().to_be_bytes());
            fields(f, out);
        }
        Value::StrictArray(items) => {
            out.push(0x0A);
            out.extend(u32::try_from(items.len()).unwrap().to_be_bytes());
            for item in items {
                encode(item, out);
            }
        }
        Value::Date { ms, zone_min } => {
            out.push(0x0B);
            out.extend(ms.to_be_bytes());
            out.extend(zone_min.unwrap_or(0).to_be_bytes());
        }
        Value::Null => out.push(0x05),
        Value::Undefined => out.push(0x06),
        Value::Unsupported => out.push(0x0D),
        Value::Xml(s) => long(0x0F, s, out),
        Value::Typed { class, fields: f } => {
            out.push(0x10);
            short(class, out);
            fields(f, out);
        }
        Value::Reference(index) => {
            out.push(0x07);
            out.extend(u16::try_from(*index).unwrap().to_be_bytes());
        }
        only_amf3 => {
            out.push(0x11);
            encode3(only_amf3, out);
        }
    }
}

/// Fields and the object end.
pub(super) fn fields(fields: &[(String, Value)], out: &mut Vec<u8>) {
    for (name, value) in fields {
        short(name, out);
        encode(value, out);
    }
    out.extend([0, 0, 9]);
}

fn short(text: &str, out: &mut Vec<u8>) {
    out.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
    out.extend(text.as_bytes());
}

fn long(marker: u8, text: &str, out: &mut Vec<u8>) {
    out.push(marker);
    out.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
    out.extend(text.as_bytes());
}

/// `value` as AMF3, without references.
pub(super) fn encode3(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Undefined => out.push(0x00),
        Value::Null => out.push(0x01),
        Value::Boolean(b) => out.push(0x02 + u8::from(*b)),
        Value::Number(n) if n.fract() == 0.0 && (-268_435_456.0..268_435_456.0).contains(n) => {
            out.push(0x04);
            #[expect(clippy::cast_possible_truncation, reason = "whole and of 29 bits")]
            u29((*n as i32).cast_unsigned() & 0x1FFF_FFFF, out);
        }
        Value::Number(n) => {
            out.push(0x05);
            out.extend(n.to_be_bytes());
        }
        Value::String(s) => text3(0x06, s, out),
        Value::Xml(s) => text3(0x0B, s, out),
        Value::Date { ms, .. } => {
            out.extend([0x08, 0x01]);
            out.extend(ms.to_be_bytes());
        }
        Value::StrictArray(items) => array3(items, &[], out),
        Value::MixedArray { items, fields } => array3(items, fields, out),
        Value::EcmaArray(fields) => array3(&[], fields, out),
        Value::Object(fields) => {
            out.extend([0x0A, 0x0B, 0x01]);
            dynamic3(fields, out);
        }
        Value::Typed { class, fields } => {
            out.push(0x0A);
            length(fields.len() << 3 | 1, out);
            name3(class, out);
            for (name, _) in fields {
                name3(name, out);
            }
            for (_, value) in fields {
                encode3(value, out);
            }
        }
        Value::Externalizable { class, len } => {
            out.extend([0x0A, 0x07]);
            name3(class, out);
            out.extend(std::iter::repeat_n(0xFF, *len));
        }
        Value::Wrapper { class, value } => {
            out.extend([0x0A, 0x07]);
            name3(class, out);
            encode3(value, out);
        }
        Value::Bytes { len } => {
            out.push(0x0C);
            length(*len, out);
            out.extend(std::iter::repeat_n(0xAA, *len));
        }
        Value::Vector { of, items } => vector3(of, items, out),
        Value::Dictionary(entries) => {
            out.push(0x11);
            length(entries.len(), out);
            out.push(0);
            for (key, value) in entries {
                encode3(key, out);
                encode3(value, out);
            }
        }
        Value::Reference(_) | Value::Unsupported => panic!("AMF3 has no such value by itself"),
    }
}

fn vector3(of: &str, items: &[Value], out: &mut Vec<u8>) {
    out.push(match of {
        "int" => 0x0D,
        "uint" => 0x0E,
        "double" => 0x0F,
        _ => 0x10,
    });
    length(items.len(), out);
    out.push(1);
    if !matches!(of, "int" | "uint" | "double") {
        name3(if of == "object" { "" } else { of }, out);
    }
    for item in items {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the tests' numbers fit")]
        match (of, item) {
            ("int", Value::Number(n)) => out.extend((*n as i32).to_be_bytes()),
            ("uint", Value::Number(n)) => out.extend((*n as u32).to_be_bytes()),
            ("double", Value::Number(n)) => out.extend(n.to_be_bytes()),
            (_, item) => encode3(item, out),
        }
    }
}

fn array3(items: &[Value], fields: &[(String, Value)], out: &mut Vec<u8>) {
    out.push(0x09);
    length(items.len(), out);
    dynamic3(fields, out);
    for item in items {
        encode3(item, out);
    }
}

fn dynamic3(fields: &[(String, Value)], out: &mut Vec<u8>) {
    for (name, value) in fields {
        name3(name, out);
        encode3(value, out);
    }
    out.push(0x01);
}

fn text3(marker: u8, text: &str, out: &mut Vec<u8>) {
    out.push(marker);
    name3(text, out);
}

fn name3(text: &str, out: &mut Vec<u8>) {
    length(text.len(), out);
    out.extend(text.as_bytes());
}

/// A length, marked as no reference.
fn length(len: usize, out: &mut Vec<u8>) {
    u29(u32::try_from(len << 1 | 1).unwrap(), out);
}

/// A number of 29 bits.
pub(super) fn u29(n: u32, out: &mut Vec<u8>) {
    let byte = |shift: u32, mask: u32| u8::try_from(n >> shift & mask).unwrap();
    match n {
        0..0x80 => out.push(byte(0, 0x7F)),
        0x80..0x4000 => out.extend([0x80 | byte(7, 0x7F), byte(0, 0x7F)]),
        0x4000..0x20_0000 => out.extend([0x80 | byte(14, 0x7F), 0x80 | byte(7, 0x7F), byte(0, 0x7F)]),
        _ => out.extend([0x80 | byte(22, 0x7F), 0x80 | byte(15, 0x7F), 0x80 | byte(8, 0x7F), byte(0, 0xFF)]),
    }
}

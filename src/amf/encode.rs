//! The other direction, for tests only: writes what [`super::decode_all`] reads.

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
            out.extend(zone_min.to_be_bytes());
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
            out.extend(index.to_be_bytes());
        }
        Value::Amf3 { len } => {
            out.push(0x11);
            out.extend(std::iter::repeat_n(0x01, *len));
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

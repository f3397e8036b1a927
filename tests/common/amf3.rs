//! AMF3 values as bytes (AMF 3 specification, section 3): each function gives one value, marker first.
//!
//! Nothing here keeps the three tables of a message: a reference says the place it wants.

use super::amf::Amf;

pub const UNDEFINED: [u8; 1] = [0x00];
pub const NULL: [u8; 1] = [0x01];
pub const FALSE: [u8; 1] = [0x02];
pub const TRUE: [u8; 1] = [0x03];
const XML_DOCUMENT: u8 = 0x07;
pub const DATE: u8 = 0x08;
pub const ARRAY: u8 = 0x09;
pub const OBJECT: u8 = 0x0A;
pub const XML: u8 = 0x0B;
pub const BYTES: u8 = 0x0C;

/// An AMF3 value inside an AMF0 body, behind the switch marker.
pub fn switched(value: &[u8]) -> Amf {
    Amf::Raw([&[0x11], value].concat())
}

/// The body of a message of type 15 or 17: the format byte, then AMF0 values.
pub fn body(values: &[Amf]) -> Vec<u8> {
    [vec![0], super::amf::encode(values)].concat()
}

/// An integer of 29 bits in one to four bytes.
pub fn u29(n: u32) -> Vec<u8> {
    let seven = |shift: u32| (n >> shift & 0x7F) as u8;
    match n {
        0..=0x7F => vec![seven(0)],
        0x80..=0x3FFF => vec![seven(7) | 0x80, seven(0)],
        0x4000..=0x1F_FFFF => vec![seven(14) | 0x80, seven(7) | 0x80, seven(0)],
        _ => vec![(n >> 22 & 0x7F) as u8 | 0x80, (n >> 15) as u8 | 0x80, (n >> 8) as u8 | 0x80, n as u8],
    }
}

pub fn int(n: i32) -> Vec<u8> {
    [vec![0x04], u29(n.cast_unsigned() & 0x1FFF_FFFF)].concat()
}

pub fn double(n: f64) -> Vec<u8> {
    [&[0x05][..], &n.to_be_bytes()].concat()
}

pub fn string(s: &str) -> Vec<u8> {
    [vec![0x06], text(s)].concat()
}

/// The string at this place of the table of strings.
pub fn string_ref(index: u32) -> Vec<u8> {
    [vec![0x06], u29(index << 1)].concat()
}

/// A length and characters, without a marker: names of classes and members.
pub fn text(s: &str) -> Vec<u8> {
    [u29((s.len() as u32) << 1 | 1), s.as_bytes().to_vec()].concat()
}

pub fn xml_document(s: &str) -> Vec<u8> {
    [vec![XML_DOCUMENT], text(s)].concat()
}

pub fn xml(s: &str) -> Vec<u8> {
    [vec![XML], text(s)].concat()
}

pub fn date(ms: f64) -> Vec<u8> {
    [&[DATE, 0x01][..], &ms.to_be_bytes()].concat()
}

pub fn bytes(data: &[u8]) -> Vec<u8> {
    [vec![BYTES], u29((data.len() as u32) << 1 | 1), data.to_vec()].concat()
}

/// A value of the kind of `marker` that is the one at this place of the table of objects.
pub fn reference(marker: u8, index: u32) -> Vec<u8> {
    [vec![marker], u29(index << 1)].concat()
}

/// Named values first, then the dense ones.
pub fn array(named: &[(&str, Vec<u8>)], dense: &[Vec<u8>]) -> Vec<u8> {
    [vec![ARRAY], u29((dense.len() as u32) << 1 | 1), pairs(named), dense.concat()].concat()
}

/// An object with its traits: class, sealed members, and dynamic ones if it may have any.
pub fn object(class: &str, sealed: &[(&str, Vec<u8>)], dynamic: Option<&[(&str, Vec<u8>)]>) -> Vec<u8> {
    let flags = 0b011 | u32::from(dynamic.is_some()) << 3;
    let mut out = [vec![OBJECT], u29((sealed.len() as u32) << 4 | flags), text(class)].concat();
    out.extend(sealed.iter().flat_map(|(name, _)| text(name)));
    out.extend(sealed.iter().flat_map(|(_, value)| value.clone()));
    out.extend(dynamic.map(pairs).unwrap_or_default());
    out
}

/// An object whose traits are those at this place of the table of traits.
pub fn object_like(traits: u32, sealed: &[Vec<u8>], dynamic: Option<&[(&str, Vec<u8>)]>) -> Vec<u8> {
    let dynamic = dynamic.map(pairs).unwrap_or_default();
    [vec![OBJECT], u29(traits << 2 | 0b01), sealed.concat(), dynamic].concat()
}

/// An object whose class writes its own bytes.
pub fn externalizable(class: &str, data: &[u8]) -> Vec<u8> {
    [vec![OBJECT], u29(0b111), text(class), data.to_vec()].concat()
}

pub fn vector_int(items: &[i32]) -> Vec<u8> {
    vector(0x0D, items.len(), &[], &items.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>())
}

pub fn vector_uint(items: &[u32]) -> Vec<u8> {
    vector(0x0E, items.len(), &[], &items.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>())
}

pub fn vector_double(items: &[f64]) -> Vec<u8> {
    vector(0x0F, items.len(), &[], &items.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>())
}

pub fn vector_object(class: &str, items: &[Vec<u8>]) -> Vec<u8> {
    vector(0x10, items.len(), &text(class), &items.concat())
}

pub fn dictionary(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let content: Vec<u8> = entries.iter().flat_map(|(k, v)| [k.clone(), v.clone()].concat()).collect();
    vector(0x11, entries.len(), &[], &content)
}

fn vector(marker: u8, len: usize, class: &[u8], items: &[u8]) -> Vec<u8> {
    [&[marker][..], &u29((len as u32) << 1 | 1), &[0], class, items].concat()
}

/// (name, value)* and the empty name.
fn pairs(list: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out: Vec<u8> =
        list.iter().flat_map(|(name, value)| [text(name), value.clone()].concat()).collect();
    out.push(0x01);
    out
}

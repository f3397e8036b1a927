//! AMF0 values and their bytes (markers: RTMP's AMF0 specification, sections 2.2 to 2.18).
//!
//! `Raw` puts bytes in the place of a value, for markers and mistakes the enum cannot say.

/// One AMF0 value.
#[derive(Clone, Debug, PartialEq)]
pub enum Amf {
    Number(f64),
    Bool(bool),
    Str(String),
    Object(Vec<(String, Self)>),
    Null,
    Undefined,
    Reference(u16),
    /// The pairs, and the count that is written before them (only a hint on the wire).
    Ecma(Vec<(String, Self)>, u32),
    Strict(Vec<Self>),
    /// Milliseconds since 1970.
    Date(f64),
    LongStr(String),
    Unsupported,
    Xml(String),
    Typed(String, Vec<(String, Self)>),
    /// These bytes instead of a value.
    Raw(Vec<u8>),
}

/// An object of `pairs`.
pub fn object<const N: usize>(pairs: [(&str, Amf); N]) -> Amf {
    Amf::Object(owned(pairs))
}

/// An ECMA array of `pairs` with the right count.
pub fn ecma<const N: usize>(pairs: [(&str, Amf); N]) -> Amf {
    Amf::Ecma(owned(pairs), N as u32)
}

/// The bytes of `values`, one after the other.
pub fn encode(values: &[Amf]) -> Vec<u8> {
    let mut out = Vec::new();
    for value in values {
        value.encode(&mut out);
    }
    out
}

impl Amf {
    /// Appends the value, marker first.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Number(n) => {
                out.push(0x00);
                out.extend(n.to_be_bytes());
            }
            Self::Bool(b) => out.extend([0x01, u8::from(*b)]),
            Self::Str(s) => {
                out.push(0x02);
                short(s, out);
            }
            Self::Object(pairs) => {
                out.push(0x03);
                body(pairs, out);
            }
            Self::Null => out.push(0x05),
            Self::Undefined => out.push(0x06),
            Self::Reference(i) => {
                out.push(0x07);
                out.extend(i.to_be_bytes());
            }
            Self::Ecma(pairs, count) => {
                out.push(0x08);
                out.extend(count.to_be_bytes());
                body(pairs, out);
            }
            Self::Strict(values) => {
                out.push(0x0A);
                out.extend((values.len() as u32).to_be_bytes());
                for value in values {
                    value.encode(out);
                }
            }
            Self::Date(ms) => {
                out.push(0x0B);
                out.extend(ms.to_be_bytes());
                out.extend([0, 0]);
            }
            Self::LongStr(s) => {
                out.push(0x0C);
                long(s, out);
            }
            Self::Unsupported => out.push(0x0D),
            Self::Xml(s) => {
                out.push(0x0F);
                long(s, out);
            }
            Self::Typed(class, pairs) => {
                out.push(0x10);
                short(class, out);
                body(pairs, out);
            }
            Self::Raw(bytes) => out.extend(bytes),
        }
    }
}

impl From<f64> for Amf {
    fn from(n: f64) -> Self {
        Self::Number(n)
    }
}

impl From<u32> for Amf {
    fn from(n: u32) -> Self {
        Self::Number(f64::from(n))
    }
}

impl From<bool> for Amf {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<&str> for Amf {
    fn from(s: &str) -> Self {
        Self::Str(s.to_owned())
    }
}

fn owned<const N: usize>(pairs: [(&str, Amf); N]) -> Vec<(String, Amf)> {
    pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
}

fn short(s: &str, out: &mut Vec<u8>) {
    out.extend(u16::try_from(s.len()).expect("a longer text is a LongStr").to_be_bytes());
    out.extend(s.as_bytes());
}

fn long(s: &str, out: &mut Vec<u8>) {
    out.extend((s.len() as u32).to_be_bytes());
    out.extend(s.as_bytes());
}

fn body(pairs: &[(String, Amf)], out: &mut Vec<u8>) {
    for (key, value) in pairs {
        short(key, out);
        value.encode(out);
    }
    out.extend([0, 0, 0x09]);
}

//! Action Message Format: the values inside command, data and metadata messages.
//!
//! Takes the bytes of one message body and gives the [`value::Value`]s in it, as many as could be read, with the
//! error and its place; but for a reference that leads nowhere, reading stops there. AMF0 (Adobe AMF 0 specification,
//! 2.1 to 2.18) and AMF3 (Adobe AMF 3 specification, 3.1 to 3.16) are complete; [`amf0`] calls [`amf3`] where it meets
//! the switch marker 0x11.
//!
//! It does not know what a command is, and judges nothing.

pub(crate) mod amf0;
pub(crate) mod amf3;
mod cursor;
#[cfg(test)]
mod encode;
pub(crate) mod error;
pub(crate) mod note;
#[cfg(test)]
mod tests;
pub(crate) mod value;

pub(crate) use self::error::AmfError;
pub(crate) use self::note::Note;
pub(crate) use self::value::{Value, whole};
use crate::base::limits::Limits;

/// What one message body held.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Decoded {
    /// The values in order; the last one may be incomplete when there is an error or a rest.
    pub(crate) values: Vec<Value>,
    /// What is wrong: where reading stopped before the end, or a reference that leads nowhere, which stops nothing.
    pub(crate) error: Option<AmfError>,
    /// Bytes not decoded: those from the error on, or behind the one value that was asked for.
    pub(crate) rest: usize,
    /// Whether any value was AMF3.
    pub(crate) amf3: bool,
    /// Values read, those inside of others included.
    pub(crate) count: usize,
    /// What else there is to note, the error and an unknown reference among it.
    pub(crate) notes: Vec<Note>,
}

/// The format of the values of a message.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    #[default]
    Amf0,
    Amf3,
}

impl Decoded {
    /// Whether every byte was understood.
    #[cfg(test)]
    pub(crate) const fn is_complete(&self) -> bool {
        self.error.is_none() && self.rest == 0
    }
}

/// All values of a message body.
pub(crate) fn decode(encoding: Encoding, bytes: &[u8], limits: &Limits) -> Decoded {
    amf0::Decoder::new(bytes, limits).run(encoding, usize::MAX)
}

/// The first value; what is behind it is the rest.
pub(crate) fn decode_one(encoding: Encoding, bytes: &[u8], limits: &Limits) -> Decoded {
    amf0::Decoder::new(bytes, limits).run(encoding, 1)
}

//! Action Message Format: the values inside command, data and metadata messages.
//!
//! Takes the bytes of one message body and gives the [`value::Value`]s in it, as many as could be read, with the
//! error and the place where reading stopped. AMF0 (Adobe AMF 0 specification, 2.1 to 2.18) is complete; an AMF3
//! value is recognised, kept as its length, and ends the message: a decoder for it belongs in `amf3.rs`, called
//! from where [`amf0`] meets marker 0x11.
//!
//! It does not know what a command is, and judges nothing.

pub(crate) mod amf0;
#[cfg(test)]
mod encode;
pub(crate) mod error;
mod json;
#[cfg(test)]
mod tests;
pub(crate) mod value;

pub(crate) use self::error::AmfError;
pub(crate) use self::value::Value;
use crate::base::limits::Limits;

/// What one message body held.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Decoded {
    /// The values in order; the last one may be incomplete when there is an error or a rest.
    pub(crate) values: Vec<Value>,
    /// Why reading stopped before the end.
    pub(crate) error: Option<AmfError>,
    /// Bytes not decoded: those from the error on, or an AMF3 value and all after it.
    pub(crate) rest: usize,
}

impl Decoded {
    /// Whether every byte was understood.
    #[cfg(test)]
    pub(crate) const fn is_complete(&self) -> bool {
        self.error.is_none() && self.rest == 0
    }
}

/// All values of an AMF0 message body.
pub(crate) fn decode_all(bytes: &[u8], limits: &Limits) -> Decoded {
    amf0::Decoder::new(bytes, limits).run()
}

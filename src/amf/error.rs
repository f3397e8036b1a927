//! What is wrong with the values of a message body, and where.

use std::fmt;

use crate::base::read::Truncated;

/// What is wrong; all but an unknown reference stops the decoder.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum AmfErrorKind {
    /// The body ends inside a field.
    Truncated {
        /// The field.
        what: &'static str,
        /// Bytes the field needs.
        need: usize,
        /// Bytes that were left.
        have: usize,
    },
    /// Movie clip (04) or record set (0E), which the specification reserves without a layout.
    ReservedMarker(u8),
    /// A marker that AMF0 does not have.
    UnknownMarker(u8),
    /// A marker that AMF3 does not have.
    UnknownAmf3Marker(u8),
    /// A reference to an object, a string or traits that did not come. Reading goes on behind it, unless it stands
    /// for a name or a class.
    UnknownReference {
        /// The table.
        what: &'static str,
        /// The place in it.
        index: u32,
        /// Entries of the table so far.
        known: usize,
    },
    /// An object that writes itself, in a layout only its class knows.
    Externalizable,
    /// An object end (09) where a value should be.
    StrayObjectEnd,
    /// Values nested deeper than `Limits::amf_depth`.
    TooDeep,
    /// More values than `Limits::amf_values`, or than so many bytes may have, counting what references stand for.
    TooManyValues,
    /// References stand for more text than `Limits::command_bytes`, or than so many bytes may have.
    TooMuchReferencedText,
}

/// An error and the offset in the body of the marker or field it is about.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct AmfError {
    /// What it was.
    pub(crate) kind: AmfErrorKind,
    /// Offset in the message body.
    pub(crate) at: usize,
}

impl AmfError {
    /// Whether nothing behind it could be read, given the bytes that were not.
    pub(crate) const fn ended_reading(self, undecoded: usize) -> bool {
        undecoded > 0 || !matches!(self.kind, AmfErrorKind::UnknownReference { .. })
    }

    /// The limit of ours that stopped the decoder, if it was not the bytes.
    pub(crate) const fn limit(self) -> Option<&'static str> {
        match self.kind {
            AmfErrorKind::TooDeep => Some("amf_depth"),
            AmfErrorKind::TooManyValues => Some("amf_values"),
            AmfErrorKind::TooMuchReferencedText => Some("command_bytes"),
            _ => None,
        }
    }
}

impl From<Truncated> for AmfError {
    fn from(t: Truncated) -> Self {
        Self { kind: AmfErrorKind::Truncated { what: t.what, need: t.need, have: t.have }, at: t.at }
    }
}

impl fmt::Display for AmfErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { what, need, have } => write!(f, "{what} needs {need} bytes, {have} left"),
            Self::ReservedMarker(marker) => write!(f, "reserved AMF0 marker 0x{marker:02x}"),
            Self::UnknownMarker(marker) => write!(f, "unknown AMF0 marker 0x{marker:02x}"),
            Self::UnknownAmf3Marker(marker) => write!(f, "unknown AMF3 marker 0x{marker:02x}"),
            Self::UnknownReference { what, index, known } => {
                write!(f, "reference to {what} {index}, but only {known} came before it")
            }
            Self::Externalizable => f.write_str("externalizable object, whose layout only its class knows"),
            Self::StrayObjectEnd => f.write_str("object end marker in place of a value"),
            Self::TooDeep => f.write_str("values nested too deeply"),
            Self::TooManyValues => f.write_str("too many values"),
            Self::TooMuchReferencedText => f.write_str("references repeat too much text"),
        }
    }
}

impl fmt::Display for AmfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (AMF byte {})", self.kind, self.at)
    }
}

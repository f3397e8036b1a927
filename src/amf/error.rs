//! Why and where decoding of a message body stopped.

use std::fmt;

use crate::base::read::Truncated;

/// What stopped the decoder.
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
    /// A name that is a reference to a string that did not come.
    UnknownString(u32),
    /// An object whose class is a reference to one that did not come.
    UnknownTraits(u32),
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
            Self::UnknownString(index) => write!(f, "reference to string {index}, which did not come"),
            Self::UnknownTraits(index) => write!(f, "reference to traits {index}, which did not come"),
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

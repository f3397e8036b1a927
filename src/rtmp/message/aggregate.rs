//! The FLV tags that an aggregate message is made of (RTMP 1.0, 7.1.6).
//!
//! ```text
//! type u8, body size u24, timestamp u24, its highest bits u8, stream id u24, body;  back pointer u32
//! ```

use crate::base::read::{Reader, Truncated};

use super::kind::MessageType;

/// A tag in an aggregate.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Tag<'a> {
    pub(crate) kind: MessageType,
    pub(crate) timestamp: u32,
    /// Bytes of its body as announced.
    pub(crate) size: u32,
    pub(crate) body: &'a [u8],
    /// Whether all of it is there.
    pub(crate) complete: bool,
}

impl<'a> Tag<'a> {
    /// Bytes of a tag's header, and of the back pointer behind the tag.
    pub(crate) const HEADER: usize = 11;
    pub(crate) const BACK_POINTER: usize = 4;

    /// The next tag, or what there is of it.
    pub(crate) fn read(r: &mut Reader<'a>) -> Result<Self, Truncated> {
        let kind = MessageType(r.u8("tag type")?);
        let size = r.u24("tag size")?;
        let low = r.u24("timestamp")?;
        let high = r.u8("timestamp")?;
        r.u24("stream id")?;
        let len = usize::try_from(size).unwrap_or(usize::MAX);
        let body = r.take(len.min(r.left()), "tag body")?;
        Ok(Self { kind, timestamp: u32::from(high) << 24 | low, size, body, complete: body.len() == len })
    }
}

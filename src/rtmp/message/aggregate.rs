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
    /// Whether the back pointer behind it says its length; `None` where there is none.
    pub(crate) back_pointer: Option<bool>,
}

/// Bytes of a tag's header, and of the back pointer behind the tag.
const TAG_HEADER: usize = 11;
const BACK_POINTER: usize = 4;

impl<'a> Tag<'a> {
    /// The next tag, or what there is of it.
    fn read(r: &mut Reader<'a>) -> Result<Self, Truncated> {
        let kind = MessageType(r.u8("tag type")?);
        let size = r.u24("tag size")?;
        let low = r.u24("timestamp")?;
        let high = r.u8("timestamp")?;
        r.u24("stream id")?;
        let len = usize::try_from(size).unwrap_or(usize::MAX);
        let body = r.take(len.min(r.left()), "tag body")?;
        let timestamp = u32::from(high) << 24 | low;
        Ok(Self { kind, timestamp, size, body, complete: body.len() == len, back_pointer: None })
    }
}

/// The tags of an aggregate, one after another; ends behind one that is cut or has no back pointer.
pub(crate) struct Tags<'a> {
    rest: Reader<'a>,
    ended: bool,
}

impl<'a> Tags<'a> {
    pub(crate) const fn new(body: &'a [u8]) -> Self {
        Self { rest: Reader::new(body), ended: false }
    }

    /// Bytes behind the last tag.
    pub(crate) const fn left(&self) -> usize {
        self.rest.left()
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        if self.ended || self.rest.left() < TAG_HEADER {
            return None;
        }
        let mut tag = Tag::read(&mut self.rest).ok()?;
        if tag.complete && self.rest.left() >= BACK_POINTER {
            let back = self.rest.u32("back pointer").ok()?;
            tag.back_pointer = Some(back.checked_sub(tag.size) == Some(11));
        }
        self.ended = tag.back_pointer.is_none();
        Some(tag)
    }
}

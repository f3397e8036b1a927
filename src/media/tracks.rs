//! The tracks of one multitrack message (Enhanced RTMP v2, Multitrack).
//!
//! ```text
//! one track               FourCC  id  body to the end
//! many tracks             FourCC  ( id  size u24  body )*
//! many tracks and codecs  ( FourCC  id  size u24  body )*
//! ```

use super::codec::Codec;
use crate::base::read::{Reader, Truncated};

/// The multitrack type.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One track.
    One,
    /// Several tracks of one codec.
    Many,
    /// Several tracks, each with its codec.
    ManyCodecs,
    /// A type without a definition; where its fields are is not known.
    Reserved(u8),
}

impl From<u8> for Layout {
    fn from(nibble: u8) -> Self {
        match nibble {
            0 => Self::One,
            1 => Self::Many,
            2 => Self::ManyCodecs,
            other => Self::Reserved(other),
        }
    }
}

/// One track of a message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// Its codec.
    pub(crate) codec: Option<Codec>,
    /// Its number.
    pub(crate) id: u8,
    /// Its body; with a composition time, where the codec has one, still in front.
    pub(crate) body: &'a [u8],
    /// Bytes of the body that the message should have and has not.
    pub(crate) missing: usize,
}

/// Walks over the tracks; stops at the first it cannot read.
#[derive(Clone, Debug)]
pub(crate) struct Tracks<'a> {
    layout: Layout,
    codec: Option<Codec>,
    reader: Reader<'a>,
}

impl<'a> Tracks<'a> {
    /// `list` begins at the first track's `FourCC` or number.
    pub(super) const fn new(layout: Layout, codec: Option<Codec>, list: &'a [u8]) -> Self {
        Self { layout, codec, reader: Reader::new(list) }
    }
}

impl<'a> Iterator for Tracks<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if self.reader.left() == 0 {
            return None;
        }
        let head = Head::read(&mut self.reader, self.layout).ok()??;
        let have = self.reader.left();
        let size = head.size.map_or(have, |size| usize::try_from(size).unwrap_or(usize::MAX));
        let body = self.reader.take(size.min(have), "track body").ok()?;
        Some(Part { codec: head.codec.or(self.codec), id: head.id, body, missing: size.saturating_sub(have) })
    }
}

/// The fields in front of a track's body.
#[derive(Copy, Clone, Debug)]
pub(super) struct Head {
    pub(super) codec: Option<Codec>,
    pub(super) id: u8,
    pub(super) size: Option<u32>,
}

impl Head {
    /// Reads one; none for a layout that is not defined.
    pub(super) fn read(r: &mut Reader<'_>, layout: Layout) -> Result<Option<Self>, Truncated> {
        Ok(Some(match layout {
            Layout::One => Self { codec: None, id: r.u8("track id")?, size: None },
            Layout::Many => Self { codec: None, id: r.u8("track id")?, size: Some(r.u24("track size")?) },
            Layout::ManyCodecs => Self {
                codec: Some(Codec::from_fourcc(r.array("FourCC")?)),
                id: r.u8("track id")?,
                size: Some(r.u24("track size")?),
            },
            Layout::Reserved(_) => return Ok(None),
        }))
    }
}

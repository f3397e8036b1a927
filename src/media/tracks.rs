//! The tracks of one multitrack message (Enhanced RTMP v2, Multitrack).
//!
//! ```text
//! one track               FourCC  id  body to the end
//! many tracks             FourCC  ( id  size u24  body )*
//! many tracks and codecs  ( FourCC  id  size u24  body )*
//! ```
//!
//! A body begins with the composition time where coded frames of its codec have one.

use std::borrow::Cow;

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

impl Layout {
    /// The name in timelines.
    pub(crate) fn name(self) -> Cow<'static, str> {
        match self {
            Self::One => "one_track".into(),
            Self::Many => "many_tracks".into(),
            Self::ManyCodecs => "many_tracks_many_codecs".into(),
            Self::Reserved(number) => format!("reserved_{number}").into(),
        }
    }

    /// Bytes in front of a track's body; its size is the last of them.
    pub(crate) const fn head_len(self) -> Option<u8> {
        match self {
            Self::Many => Some(4),
            Self::ManyCodecs => Some(8),
            Self::One | Self::Reserved(_) => None,
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
    /// Presentation minus decoding time.
    pub(crate) composition_ms: i32,
    /// Bytes in front of its coded media: its fields and the composition time.
    pub(crate) header_len: usize,
    /// Bytes of its body in the message, the composition time included.
    pub(crate) size: usize,
    /// Bytes of the body behind the composition time.
    pub(crate) payload_len: usize,
    /// Bytes of the body that the message should have and has not.
    pub(crate) missing: usize,
    /// What is there of the body behind the composition time.
    pub(crate) body: &'a [u8],
}

/// Walks over the tracks; stops at the first it cannot read.
#[derive(Clone, Debug)]
pub(crate) struct Tracks<'a> {
    layout: Layout,
    codec: Option<Codec>,
    reader: Reader<'a>,
    /// Bytes of the message not walked over, whether or not they are in `reader`.
    left: usize,
    /// Bytes of each body that `reader` has at most.
    kept: usize,
    /// Whether bodies begin with a composition time, where the codec has one.
    timed: bool,
}

impl<'a> Tracks<'a> {
    /// `list` begins at the first track's `FourCC` or number.
    pub(super) const fn new(layout: Layout, codec: Option<Codec>, list: &'a [u8]) -> Self {
        let left = list.len();
        Self { layout, codec, reader: Reader::new(list), left, kept: usize::MAX, timed: false }
    }

    /// The list is `left` bytes long in the message, and of each body only the first `kept` bytes are given.
    pub(super) const fn within(self, left: usize, kept: usize) -> Self {
        Self { left, kept, ..self }
    }

    /// Whether bodies begin with a composition time, where the codec has one.
    pub(super) const fn timed(self, timed: bool) -> Self {
        Self { timed, ..self }
    }

    /// Bytes of the message that no track was read from.
    pub(crate) const fn left(&self) -> usize {
        self.left
    }

    fn part(&mut self) -> Result<Option<Part<'a>>, Truncated> {
        let mut r = self.reader;
        let Some(head) = Head::read(&mut r, self.layout)? else { return Ok(None) };
        let head_len = r.at().saturating_sub(self.reader.at());
        let left = self.left.saturating_sub(head_len);
        let size = head.size.map_or(left, |size| usize::try_from(size).unwrap_or(usize::MAX));
        let there = size.min(left);
        let body = r.take(there.min(self.kept).min(r.left()), "track body")?;
        (self.reader, self.left) = (r, left.saturating_sub(there));
        let codec = head.codec.or(self.codec);
        let mut inside = Reader::new(body);
        let timed = self.timed && codec.is_some_and(Codec::has_composition_time);
        let composition_ms = if timed { inside.i24("composition time").unwrap_or(0) } else { 0 };
        Ok(Some(Part {
            codec,
            id: head.id,
            composition_ms,
            header_len: head_len + inside.at(),
            size: there,
            payload_len: there.saturating_sub(inside.at()),
            missing: size.saturating_sub(there),
            body: inside.rest(),
        }))
    }
}

impl<'a> Iterator for Tracks<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        self.part().ok()?
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

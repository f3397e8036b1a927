//! The units of all tracks of a message.
//!
//! Takes the tag of a video message and the message in pieces, cut anywhere; gives [`Units`] for each track, in their
//! order. Where tracks have sizes it walks over the list of them, as [`crate::media::tracks`] does once a message is
//! there, and gives each frame to a [`Scanner`]; a message of one frame goes there as it is.

use super::scanner::Scanner;
use super::{Family, LengthSizes, TrackUnits, Units};
use crate::base::list;
use crate::base::read::Reader;
use crate::media::codec::Codec;
use crate::media::tag::{Packet, Role, Tag};
use crate::media::tracks::{Head, Layout};

/// Most tracks of one message that are read.
const MAX_TRACKS: usize = 32;
/// Bytes in front of a frame's own ones: `FourCC`, number, size, composition time.
const MAX_FIELDS: usize = 4 + 1 + 3 + 3;
/// Bytes by which a frame with start codes is known.
const START_CODE: usize = 4;

/// Reads one message after the other.
#[derive(Debug, Default)]
pub(crate) struct MessageScanner {
    scanner: Scanner,
    list: Option<List>,
    found: Vec<Option<Units>>,
}

/// Where in a list of tracks the next byte is.
#[derive(Copy, Clone, Debug)]
struct List {
    layout: Layout,
    /// Of all tracks, in a layout where it is not with each.
    codec: Option<Codec>,
    /// Whether frames have a composition time in front, where the codec has one.
    timed: bool,
    /// Bytes of the message from the next one on.
    left: u32,
    step: Step,
    /// The fields of the present track, and the first bytes of its frame.
    head: [u8; MAX_FIELDS + START_CODE],
    got: usize,
}

#[derive(Copy, Clone, Debug)]
enum Step {
    /// In the fields of a track.
    Fields,
    /// In the composition time, or the first bytes of a frame of so many bytes that are there.
    Begin { family: Option<Family>, sizes: LengthSizes, fields: usize, size: u32, until: usize },
    /// In a frame of which so many bytes follow.
    Frame(u32),
    /// Behind the last track that is read.
    Done,
}

impl MessageScanner {
    /// Memory held behind it.
    pub(crate) const fn held_bytes(&self) -> usize {
        self.found.capacity() * size_of::<Option<Units>>()
    }

    /// Forgets the message before.
    pub(crate) fn reset(&mut self) {
        self.scanner.reset();
        self.list = None;
        self.found.clear();
    }

    /// Begins with a message of `len` bytes, of which `tag` was read from the first, `head`; `sizes` gives those of a
    /// track by its number.
    pub(crate) fn start(&mut self, tag: &Tag<'_>, head: &[u8], len: u32, sizes: impl Fn(u8) -> LengthSizes) {
        self.reset();
        let listed = tag.track.filter(|track| track.layout.head_len().is_some());
        let Some(track) = listed.filter(|_| matches!(tag.role, Role::Frame { .. })) else {
            return self.scanner.start(tag, len, sizes(tag.track.map_or(0, |track| track.id)));
        };
        self.list = Some(List {
            layout: track.layout,
            codec: tag.codec,
            timed: tag.packet == Some(Packet::CodedFrames),
            left: len.saturating_sub(u32::try_from(track.list_at).unwrap_or(u32::MAX)),
            step: Step::Fields,
            head: [0; MAX_FIELDS + START_CODE],
            got: 0,
        });
        self.feed(head.get(track.list_at..).unwrap_or_default(), sizes);
    }

    /// Whether a frame has begun.
    pub(crate) const fn has_begun(&self) -> bool {
        self.list.is_some() || self.scanner.has_begun()
    }

    /// How many of the next bytes are of no interest.
    pub(crate) const fn idle(&self) -> u32 {
        if self.list.is_some() { 0 } else { self.scanner.idle() }
    }

    /// Passes over `len` bytes, no more than [`Self::idle`].
    pub(crate) const fn pass(&mut self, len: u32) {
        self.scanner.pass(len);
    }

    /// Takes the bytes of the message behind those that it began with.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], sizes: impl Fn(u8) -> LengthSizes) {
        let Some(mut list) = self.list else { return self.scanner.feed(bytes) };
        while let Some((&byte, rest)) = bytes.split_first() {
            match &mut list.step {
                Step::Done => break,
                Step::Frame(left) => {
                    let len = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    let (frame, behind) = bytes.split_at(len);
                    self.scanner.feed(frame);
                    let len = u32::try_from(len).unwrap_or(u32::MAX);
                    (*left, list.left, bytes) = (*left - len, list.left.saturating_sub(len), behind);
                    if *left == 0 {
                        self.close(&mut list);
                    }
                }
                Step::Fields | Step::Begin { .. } => {
                    if let Some(place) = list.head.get_mut(list.got) {
                        *place = byte;
                    }
                    list.got += 1;
                    list.left = list.left.saturating_sub(1);
                    bytes = rest;
                    self.field(&mut list, &sizes);
                }
            }
        }
        self.list = Some(list);
    }

    /// One more byte of the fields, or of what is behind them, was read.
    fn field(&mut self, list: &mut List, sizes: impl Fn(u8) -> LengthSizes) {
        if let Step::Fields = list.step {
            let Some(read) = list.head.get(..list.got) else { return };
            let Ok(Some(Head { codec, id, size: Some(size) })) =
                Head::read(&mut Reader::new(read), list.layout)
            else {
                return;
            };
            let codec = codec.or(list.codec);
            let time = if list.timed && codec.is_some_and(Codec::has_composition_time) { 3 } else { 0 };
            let size = size.min(list.left);
            let first = usize::try_from(size).unwrap_or(usize::MAX).min(time + START_CODE);
            let (fields, until) = (list.got + time.min(first), list.got + first);
            let size = size.saturating_sub(u32::try_from(time).unwrap_or(0));
            list.step =
                Step::Begin { family: codec.and_then(Family::of), sizes: sizes(id), fields, size, until };
        }
        if let Step::Begin { family, sizes, fields, size, until } = list.step
            && list.got >= until
        {
            let first = list.head.get(fields..until).unwrap_or_default();
            match family {
                Some(family) => self.scanner.begin(family, sizes, size, first),
                None => self.scanner.reset(),
            }
            let behind = size.saturating_sub(u32::try_from(first.len()).unwrap_or(0));
            list.step = Step::Frame(behind);
            if behind == 0 {
                self.close(list);
            }
        }
    }

    /// A track has ended.
    fn close(&mut self, list: &mut List) {
        list::push(&mut self.found, self.scanner.end().copied());
        self.scanner.reset();
        list.got = 0;
        list.step = if self.found.len() < MAX_TRACKS { Step::Fields } else { Step::Done };
    }

    /// No more bytes come; gives what was found in the frame of each track, as far as it is one with units.
    pub(crate) fn end(&mut self) -> &TrackUnits {
        let open = match self.list.take() {
            Some(List { step: Step::Begin { family, sizes, fields, size, .. }, head, got, .. }) => {
                if let Some(family) = family {
                    self.scanner.begin(family, sizes, size, head.get(fields..got).unwrap_or_default());
                }
                true
            }
            Some(List { step: Step::Frame(_), .. }) => true,
            Some(_) => false,
            None => self.found.is_empty() && self.scanner.has_begun(),
        };
        if open {
            list::push(&mut self.found, self.scanner.end().copied());
            self.scanner.reset();
        }
        &self.found
    }
}

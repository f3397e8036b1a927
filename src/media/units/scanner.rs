//! Finds the units of coded frames while their bytes pass by.
//!
//! Takes the tag of a video message and the frame in pieces, cut anywhere; gives [`Units`]. It looks at lengths, unit
//! headers, the first bytes of H.264 slices, at SEI units and parameter sets; all else is passed over by its length, and nothing is
//! kept. NAL units have a length in front (ISO/IEC 14496-15), OBUs their size in the header. Of a message of several
//! tracks the first is read; [`super::message`] reads all.

use super::h264::{self, Read, Sei, Slice};
use super::sets::{self, Set};
use super::{Extent, Family, LengthSizes, Units, hevc, vvc};
use crate::media::codec::Codec;
use crate::media::obu::{Header, Next, Size};
use crate::media::tag::{Packet, Role, Tag};

/// Reads one frame after the other.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Scanner {
    /// Bytes that are of no interest, from the next one on.
    skip: u32,
    /// Bytes of the frame behind the present unit, or behind the present length.
    left: u32,
    /// Bytes of the present unit.
    unit_left: u32,
    length_size: u8,
    /// The frame begins as one with start codes does.
    start_code: bool,
    state: State,
    units: Option<Units>,
}

/// What the next byte is.
#[derive(Copy, Clone, Debug, Default)]
enum State {
    /// Nothing that is to be read.
    #[default]
    Done,
    Length {
        got: u8,
        value: u32,
    },
    /// A NAL unit's header, or its second byte.
    Header {
        first: Option<u8>,
    },
    Slice(Slice),
    Sei(Sei),
    Set(Set),
    ObuHeader,
    ObuExtension(Header),
    ObuSize {
        header: Header,
        size: Size,
    },
}

impl Scanner {
    /// Forgets the frame before.
    pub(crate) fn reset(&mut self) {
        (self.skip, self.state, self.units) = (0, State::Done, None);
    }

    /// Begins with the frame of a message of `message_len` bytes, of which `tag` has read the first. Other messages are
    /// passed over.
    pub(crate) fn start(&mut self, tag: &Tag<'_>, message_len: u32, sizes: LengthSizes) {
        self.reset();
        let (Some(family), Some(len)) = (family(tag), frame_len(tag, message_len)) else { return };
        self.begin(family, sizes, len, tag.body);
    }

    /// Begins with a frame of `len` bytes; `first` are its first ones, 4 or more where there are so many.
    pub(super) fn begin(&mut self, family: Family, sizes: LengthSizes, len: u32, first: &[u8]) {
        self.reset();
        self.start_code = family != Family::Av1 && matches!(first, [0, 0, 1, ..] | [0, 0, 0, 1, ..]);
        self.length_size = sizes.of(family);
        self.units = Some(Units::new(family));
        self.left = len;
        self.next_unit();
        self.feed(first);
    }

    /// Whether a frame has begun.
    pub(crate) const fn has_begun(&self) -> bool {
        self.units.is_some()
    }

    /// Takes the bytes of the message behind those that the tag was read from.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        if len <= self.skip {
            self.skip -= len;
        } else {
            self.walk(bytes);
        }
    }

    /// How many of the next bytes are of no interest.
    pub(crate) const fn idle(&self) -> u32 {
        if matches!(self.state, State::Done) { u32::MAX } else { self.skip }
    }

    /// Passes over `len` bytes, no more than [`Self::idle`].
    pub(crate) const fn pass(&mut self, len: u32) {
        self.skip = self.skip.saturating_sub(len);
    }

    /// No more bytes come; gives what was found in the frame, if there is one.
    pub(crate) fn end(&mut self) -> Option<&Units> {
        let units = self.units.as_mut()?;
        if !matches!(self.state, State::Done) && units.extent == Extent::Whole {
            units.extent = Extent::Incomplete;
        }
        Some(units)
    }

    fn walk(&mut self, mut bytes: &[u8]) {
        while !matches!(self.state, State::Done) {
            let skip = usize::try_from(self.skip).unwrap_or(usize::MAX);
            let Some((byte, rest)) = bytes.get(skip..).and_then(<[u8]>::split_first) else {
                self.skip = self.skip.saturating_sub(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
                return;
            };
            (self.skip, bytes) = (0, rest);
            self.byte(*byte);
        }
    }

    fn byte(&mut self, byte: u8) {
        match self.state {
            State::Done => {}
            State::Length { got, value } => self.length(byte, got, value),
            State::Header { first } => self.header(byte, first),
            State::Slice(mut slice) => match slice.push(byte) {
                Read::More => self.inside(State::Slice(slice)),
                Read::Found(kind) => {
                    self.note(|units| units.add_slice(kind));
                    self.pass_unit();
                }
                Read::Absent => self.pass_unit(),
            },
            State::Sei(mut sei) => match sei.push(byte) {
                Read::More => self.inside(State::Sei(sei)),
                Read::Found(()) => {
                    self.note(|units| units.recovery_point = true);
                    self.pass_unit();
                }
                Read::Absent => self.pass_unit(),
            },
            State::Set(mut set) => {
                set.push(byte);
                if let (1, Some(set)) = (self.unit_left, set.end()) {
                    self.note(|units| units.add_set(set));
                }
                self.inside(State::Set(set));
            }
            State::ObuHeader => self.obu_header(Header::new(byte)),
            State::ObuExtension(header) => {
                self.left = self.left.saturating_sub(1);
                self.obu_size(header);
            }
            State::ObuSize { header, size } => self.obu_size_byte(byte, header, size),
        }
    }

    fn note(&mut self, change: impl FnOnce(&mut Units)) {
        if let Some(units) = &mut self.units {
            change(units);
        }
    }

    /// The frame goes on with a unit, or ends.
    fn next_unit(&mut self) {
        let av1 = self.family() == Some(Family::Av1);
        self.state = match self.left {
            0 => State::Done,
            _ if av1 => State::ObuHeader,
            left if left < u32::from(self.length_size) => return self.damaged(),
            _ => State::Length { got: 0, value: 0 },
        };
    }

    fn family(&self) -> Option<Family> {
        self.units.as_ref().map(|units| units.family)
    }

    fn length(&mut self, byte: u8, got: u8, value: u32) {
        self.left = self.left.saturating_sub(1);
        let (got, value) = (got + 1, value << 8 | u32::from(byte));
        if got < self.length_size {
            self.state = State::Length { got, value };
        } else if value == 0 {
            self.note(Units::add_empty);
            self.next_unit();
        } else {
            self.unit_left = value.min(self.left);
            if value > self.left {
                self.damage();
            }
            self.left -= self.unit_left;
            match self.unit_left {
                0 => self.ended(),
                _ => self.state = State::Header { first: None },
            }
        }
    }

    fn header(&mut self, byte: u8, first: Option<u8>) {
        let kind = match (self.family(), first) {
            (Some(Family::Hevc), _) => hevc::kind(first.unwrap_or(byte)),
            (Some(Family::Vvc), _) => vvc::kind(byte),
            _ => return self.h264_header(byte),
        };
        if first.is_none() {
            if self.unit_left < 2 {
                // Too short for its own header.
                self.damage();
            }
            return self.inside(State::Header { first: Some(byte) });
        }
        self.note(|units| units.add(kind));
        match self.set(kind) {
            Some(set) => self.inside(State::Set(set)),
            None => self.pass_unit(),
        }
    }

    /// A parameter set that is read, of which the last byte of the header is the present one; none that is cut.
    fn set(&self, kind: u8) -> Option<Set> {
        let units = self.units.as_ref().filter(|units| units.extent == Extent::Whole)?;
        let left = self.unit_left.saturating_sub(1);
        if sets::fits(left) { Set::new(units.family, kind) } else { None }
    }

    fn h264_header(&mut self, byte: u8) {
        let kind = byte & 0x1F;
        self.note(|units| units.add(kind));
        let seeks = self.units.as_ref().is_some_and(|units| !units.recovery_point);
        match kind {
            h264::SEI if seeks => self.inside(State::Sei(Sei::default())),
            kind if h264::has_slice_header(kind) => self.inside(State::Slice(Slice::default())),
            _ => match self.set(kind) {
                Some(set) => self.inside(State::Set(set)),
                None => self.pass_unit(),
            },
        }
    }

    /// One more byte of the unit was read; `state` reads the next, if there is one.
    fn inside(&mut self, state: State) {
        self.unit_left = self.unit_left.saturating_sub(1);
        if self.unit_left == 0 {
            self.ended();
        } else {
            self.state = state;
        }
    }

    /// One more byte of the unit was read, and no others are of interest.
    fn pass_unit(&mut self) {
        self.skip = self.unit_left.saturating_sub(1);
        self.unit_left = 0;
        self.ended();
    }

    /// The unit is done with; behind one that is cut there is nothing.
    fn ended(&mut self) {
        let whole = self.units.as_ref().is_some_and(|units| units.extent == Extent::Whole);
        if whole || self.left > 0 {
            self.next_unit();
        } else {
            self.state = State::Done;
            self.check_start_code();
        }
    }

    fn obu_header(&mut self, header: Header) {
        self.left = self.left.saturating_sub(1);
        match (header.extended, self.left) {
            (true, 0) => self.damaged(),
            (true, _) => self.state = State::ObuExtension(header),
            (false, _) => self.obu_size(header),
        }
    }

    /// Behind the header, at the size if there is one.
    fn obu_size(&mut self, header: Header) {
        if !header.sized {
            self.obu(header, u64::from(self.left));
        } else if self.left == 0 {
            self.damaged();
        } else {
            self.state = State::ObuSize { header, size: Size::default() };
        }
    }

    fn obu_size_byte(&mut self, byte: u8, header: Header, mut size: Size) {
        self.left = self.left.saturating_sub(1);
        match size.push(byte) {
            Next::Complete => self.obu(header, size.value),
            Next::More if self.left > 0 => self.state = State::ObuSize { header, size },
            Next::More | Next::TooLong => self.damaged(),
        }
    }

    /// An OBU of `size` bytes behind its header.
    fn obu(&mut self, header: Header, size: u64) {
        self.note(|units| units.add(header.kind));
        match u32::try_from(size).ok().filter(|size| *size <= self.left) {
            Some(size) => {
                self.left -= size;
                self.skip = size;
                self.next_unit();
            }
            None => self.damaged(),
        }
    }

    fn damage(&mut self) {
        self.note(|units| units.extent = Extent::Damaged);
    }

    /// Nothing more can be found.
    fn damaged(&mut self) {
        self.damage();
        self.state = State::Done;
        self.check_start_code();
    }

    /// With start codes taken for lengths, the first or the second unit does not fit; what was found is none.
    fn check_start_code(&mut self) {
        if let Some(units) = &mut self.units
            && self.start_code
            && units.extent == Extent::Damaged
            && units.total <= 2
        {
            *units = Units { extent: Extent::StartCodes, ..Units::new(units.family) };
        }
    }
}

/// The units of a frame in a message of `message_len` bytes, of which `tag` has read all that is there.
pub(crate) fn units(tag: &Tag<'_>, message_len: u32, sizes: LengthSizes) -> Option<Units> {
    let mut scanner = Scanner::default();
    scanner.start(tag, message_len, sizes);
    scanner.end().copied()
}

/// Gives the configuration records of a message that is there as a whole: the number of the track, its codec, the
/// record.
pub(crate) fn records<'a>(tag: &Tag<'a>, message: &'a [u8], mut each: impl FnMut(u8, Codec, &'a [u8])) {
    if tag.role != Role::SequenceHeader || tag.cut.is_some() {
        return;
    }
    match tag.tracks(message, message.len()) {
        Some(tracks) => tracks.for_each(|part| {
            if let Some(codec) = part.codec {
                each(part.id, codec, part.body);
            }
        }),
        None => tag.codec.into_iter().for_each(|codec| each(0, codec, tag.body)),
    }
}

/// The family of a frame's units.
fn family(tag: &Tag<'_>) -> Option<Family> {
    match tag.role {
        Role::Frame { .. } if tag.cut.is_none() => tag.codec.and_then(Family::of),
        _ => None,
    }
}

/// Bytes of the (first) track's frame.
fn frame_len(tag: &Tag<'_>, message_len: u32) -> Option<u32> {
    let left = message_len.saturating_sub(u32::try_from(tag.header_len).ok()?);
    let Some(size) = tag.track.and_then(|track| track.size) else { return Some(left) };
    let timed = tag.packet == Some(Packet::CodedFrames) && tag.codec.is_some_and(Codec::has_composition_time);
    Some(left.min(size.saturating_sub(if timed { 3 } else { 0 })))
}

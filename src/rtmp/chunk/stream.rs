//! The state of one chunk stream: the header fields that shorter headers inherit, and the message in the making.

pub(super) mod run;

use crate::base::limits::Limits;
use crate::base::pos::{PacketRef, Span};
use crate::media;
use crate::media::keep::{self, HEAD_LEN, keep_of, most_tracks};
use crate::media::sieve::Sieve;
use crate::media::units::TrackUnits;
use crate::rtmp::message::kind::{Inferred, MessageHeader, MessageType};

use super::dialect::Dialect;
use super::fact::Fact;
use super::header::{ChunkHeader, basic_len};
use super::output::Output;
use super::times::{Ambiguous, Moment, Times, Type3};
use super::units::{Announced, FrameUnits, TrackSizes};

/// A chunk stream of one direction.
#[derive(Debug, Default)]
pub(super) struct ChunkStream {
    pub(super) csid: u32,
    pub(super) times: Times,
    pub(super) length: u32,
    pub(super) kind: MessageType,
    pub(super) stream_id: u32,
    /// Whether a header named the message stream id.
    pub(super) has_stream_id: bool,
    /// What of it was never named; the timestamp's part is in `times`.
    guessed: Inferred,
    /// Whether no header can have been missed since the last one with length and type.
    pub(super) certain: bool,
    /// First body byte of the last message that had one.
    pub(super) lead: Option<u8>,
    /// The message in the making; its body is `body`.
    pub(super) message: Option<Partial>,
    body: Vec<u8>,
    units: FrameUnits,
    /// What [`Self::kept`] and [`Self::room`] were when they were last counted.
    pub(super) counted: (usize, usize),
}

/// A message whose body is not complete yet.
#[derive(Copy, Clone, Debug)]
pub(super) struct Partial {
    fmt: u8,
    chunks: u32,
    header_bytes: u32,
    long_ids: u32,
    received: u32,
    lost: u32,
    start: u64,
    first: PacketRef,
    /// The offset up to which it has come, and the packet of that.
    reached: (u64, PacketRef),
    keep: Keep,
    /// Body bytes are not in the capture; what comes behind them is not kept.
    holed: bool,
}

/// How much of a body is kept.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Keep {
    /// Media: that depends on the first bytes of the tag.
    Undecided,
    UpTo(usize),
    /// Frames of several tracks: the heads of each.
    Tracks(Sieve),
}

/// A message that has ended, what is kept of its body, and what is in its frame.
pub(super) type Ended<'a> = (MessageHeader, &'a [u8], &'a TrackUnits);

/// Where a chunk header stood.
#[derive(Copy, Clone, Debug)]
pub(super) struct HeaderAt {
    pub(super) pos: u64,
    /// Packet of its first byte.
    pub(super) first: PacketRef,
    /// Packet that completed it.
    pub(super) last: PacketRef,
    pub(super) bytes: u32,
    pub(super) is_long_id: bool,
}

/// How a message ends.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// All of it is through, at this stream offset and packet; some of it may be missing.
    Through(u64, PacketRef),
    /// The sender goes on with something else, or with nothing.
    Unfinished,
    /// Nobody knows where the chunks go on.
    Lost,
}

impl HeaderAt {
    /// The bytes of the header.
    pub(super) const fn span(&self) -> Span {
        Span { start: self.pos, end: self.end().0, first: self.first, last: self.last }
    }

    /// Where it ends, and the packet of that.
    pub(super) const fn end(&self) -> (u64, PacketRef) {
        (self.pos + self.bytes as u64, self.last)
    }

    pub(super) fn new(pos: u64, first: PacketRef, last: PacketRef, header: &ChunkHeader) -> Self {
        let bytes = u32::try_from(header.len).unwrap_or(u32::MAX);
        Self { pos, first, last, bytes, is_long_id: header.is_long_id }
    }
}

impl ChunkStream {
    /// A chunk stream that has had no header yet; with `missed`, it may have had some that were not captured.
    pub(super) fn new(csid: u32, missed: bool) -> Self {
        Self { csid, times: Times::new(missed), ..Self::default() }
    }

    /// Headers may have been missed from here on back.
    pub(super) fn doubt(&mut self) {
        self.certain = false;
        self.times.doubt();
    }

    /// No header named type and length; messages of this kind follow each other.
    pub(super) const fn guess(&mut self, kind: MessageType, length: u32) {
        (self.kind, self.length, self.guessed.length) = (kind, length, true);
    }

    /// No header named the message stream id.
    pub(super) const fn guess_stream_id(&mut self, id: u32) {
        (self.stream_id, self.guessed.stream_id) = (id, true);
    }

    /// Bytes of a format 3 header that goes on with the present message.
    pub(super) fn continuing_header_len(&self, dialect: Dialect) -> u32 {
        basic_len(self.csid) + if self.times.extended && !dialect.omits() { 4 } else { 0 }
    }

    /// Body bytes the present message still lacks.
    pub(super) fn missing(&self) -> u32 {
        self.message.map_or(0, |m| self.length.saturating_sub(m.received).saturating_sub(m.lost))
    }

    /// Takes the fields of a header that begins a message. Gives what it is about when it is of format 3 behind one of
    /// format 0, since receivers read that differently.
    pub(super) fn inherit(
        &mut self,
        header: &ChunkHeader,
        type3: Option<Type3>,
        moment: Moment,
        dialect: Dialect,
    ) -> Option<Ambiguous> {
        let ambiguous = self.times.begin(header, type3, moment, dialect);
        if header.fmt == 0 {
            (self.has_stream_id, self.guessed.stream_id) = (true, false);
            self.stream_id = header.stream_id;
        }
        if header.fmt < 2 {
            self.guessed.length = false;
            (self.length, self.kind) = (header.length, header.kind);
        }
        self.certain = true;
        ambiguous
    }

    /// Whether a header belongs to the message in the making; if not, that one ends here.
    pub(super) fn goes_on(
        &mut self,
        header: &ChunkHeader,
        place: &HeaderAt,
        sizes: &mut TrackSizes,
        out: &mut impl FnMut(Output<'_>),
    ) -> bool {
        let (csid, fmt) = (header.csid, header.fmt);
        // Continuations are of format 3; 1 and 2 go on too where they name the same length and type.
        let same_message = match fmt {
            0 => false,
            1 => header.length == self.length && header.kind == self.kind,
            _ => true,
        };
        if fmt != 3 {
            let kind = if fmt < 2 { header.kind } else { self.kind };
            let (missing, of) = (self.missing(), self.kind);
            let fact = Fact::HeaderMidMessage { csid, fmt, missing, same_message, of, kind };
            out(Output::Fact { fact, span: place.span() });
        }
        if !same_message && let Some((header, body, units)) = self.end(Ending::Unfinished, sizes) {
            out(Output::Message { header: &header, body, units });
        }
        same_message
    }

    /// Begins a message with the present fields.
    pub(super) fn begin(&mut self, fmt: u8, header: &HeaderAt, limits: &Limits) {
        self.body.clear();
        self.units.reset();
        let keep = match self.kind {
            MessageType::AUDIO | MessageType::VIDEO => Keep::Undecided,
            _ => Keep::UpTo(limits.command_bytes),
        };
        self.message = Some(Partial {
            fmt,
            chunks: 1,
            header_bytes: header.bytes,
            long_ids: header.is_long_id.into(),
            received: 0,
            lost: 0,
            start: header.pos,
            first: header.first,
            reached: header.end(),
            keep,
            holed: false,
        });
    }

    /// Another chunk of the present message.
    pub(super) fn continues(&mut self, header: &HeaderAt, type3: Option<Type3>) {
        if let Some(type3) = type3 {
            self.times.type_3(type3);
        }
        if let Some(message) = &mut self.message {
            message.chunks = message.chunks.saturating_add(1);
            message.header_bytes = message.header_bytes.saturating_add(header.bytes);
            message.long_ids = message.long_ids.saturating_add(header.is_long_id.into());
            message.reached = header.end();
        }
    }

    /// The present message goes up to stream offset `end` so far.
    pub(super) const fn reach(&mut self, end: u64, at: PacketRef) {
        if let Some(message) = &mut self.message {
            message.reached = (end, at);
        }
    }

    /// Body bytes kept of the present message.
    pub(super) fn kept(&self) -> usize {
        self.message.map_or(0, |_| self.body.len())
    }

    /// Memory of the body, and of what reads it.
    pub(super) fn room(&self) -> usize {
        self.body.capacity() + self.units.held_bytes()
    }

    /// Whether nothing more of the present message is kept.
    pub(super) fn is_cut(&self) -> bool {
        self.message.is_none_or(|m| m.keep == Keep::UpTo(0))
    }

    /// Keeps nothing more of the present message; it is as good as incomplete.
    pub(super) fn cut(&mut self) {
        self.body = Vec::new();
        self.units.reset();
        if let Some(message) = &mut self.message {
            message.keep = Keep::UpTo(0);
        }
    }

    /// Adds body bytes, no more than [`Self::missing`].
    pub(super) fn add(&mut self, bytes: &[u8], sizes: &TrackSizes, limits: &Limits) {
        let announced = self.announced();
        let Some(message) = &mut self.message else { return };
        if message.received == 0
            && message.lost == 0
            && let Some(lead) = bytes.first()
        {
            self.lead = Some(*lead);
        }
        message.received = message.received.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        if message.holed {
            return;
        }
        let mut bytes = bytes;
        if message.keep == Keep::Undecided {
            let (head, rest) = bytes.split_at(bytes.len().min(HEAD_LEN.saturating_sub(self.body.len())));
            self.body.extend_from_slice(head);
            bytes = rest;
            if self.body.len() == HEAD_LEN {
                let tag = media::read(self.kind.0, &self.body);
                self.units.start(announced, tag.as_ref(), &self.body, sizes);
                let keep = keep_of(tag.as_ref());
                message.keep = decide(keep, &mut self.body, limits);
            }
        }
        self.units.feed(announced, bytes, sizes);
        match &mut message.keep {
            Keep::Undecided => {}
            Keep::UpTo(limit) => {
                let room = limit.saturating_sub(self.body.len());
                self.body.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
            }
            Keep::Tracks(sieve) => sieve.pass(bytes, &mut self.body),
        }
    }

    /// Nothing confirms where the present message ends: it is not reported as complete.
    pub(super) const fn distrust(&mut self) {
        if let Some(message) = &mut self.message {
            message.holed = true;
        }
    }

    /// Body bytes that are not in the capture, no more than [`Self::missing`].
    pub(super) fn lose(&mut self, bytes: u32, snapped: bool) {
        let Some(message) = &mut self.message else { return };
        message.holed = true;
        if snapped {
            message.received = message.received.saturating_add(bytes);
        } else {
            message.lost = message.lost.saturating_add(bytes);
        }
    }

    const fn announced(&self) -> Announced {
        Announced { kind: self.kind, stream_id: self.stream_id, len: self.length }
    }

    /// Ends the present message, complete or not.
    pub(super) fn end(&mut self, ending: Ending, sizes: &mut TrackSizes) -> Option<Ended<'_>> {
        let m = self.message.take()?;
        let (end, last) = match ending {
            Ending::Through(end, at) => (end, at),
            Ending::Unfinished | Ending::Lost => m.reached,
        };
        let whole = m.received == self.length && !m.holed;
        self.units.end(self.announced(), &self.body, whole, sizes);
        let header = MessageHeader {
            csid: self.csid,
            fmt: m.fmt,
            kind: self.kind,
            length: self.length,
            timestamp: self.times.timestamp,
            timestamp_field: self.times.field,
            extended: self.times.extended,
            stream_id: self.stream_id,
            inferred: Inferred { timestamp: self.times.is_estimate(), ..self.guessed },
            timing: self.times.timing(),
            chunks: m.chunks,
            header_bytes: m.header_bytes,
            long_ids: m.long_ids,
            received: m.received,
            lost: m.lost,
            complete: whole,
            unfinished: ending == Ending::Unfinished && !m.holed,
            span: Span { start: m.start, end, first: m.first, last },
        };
        Some((header, &self.body, self.units.found()))
    }

    /// Frees what a long message left behind.
    pub(super) fn shrink(&mut self) {
        if self.message.is_none() && self.body.capacity() > KEPT_CAPACITY {
            self.body = Vec::new();
        }
    }
}

/// How much to keep of a media message that begins with `body`, which is all of it so far.
fn decide(keep: keep::Keep, body: &mut Vec<u8>, limits: &Limits) -> Keep {
    let keep::Keep::Tracks { layout, list_at } = keep else { return Keep::UpTo(keep.max_len(limits)) };
    let Some(mut sieve) = Sieve::new(layout, most_tracks(limits)) else { return Keep::UpTo(HEAD_LEN) };
    let mut head = [0; HEAD_LEN];
    let list = body.get(list_at..).unwrap_or(&[]);
    let list = head.get_mut(..list.len()).map(|head| {
        head.copy_from_slice(list);
        &*head
    });
    body.truncate(list_at);
    sieve.pass(list.unwrap_or(&[]), body);
    Keep::Tracks(sieve)
}

const KEPT_CAPACITY: usize = 64;

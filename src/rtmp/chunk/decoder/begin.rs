//! Chunk headers: those cut in two by packets or holes, and what a header begins or goes on with.

use crate::base::limits::Limits;
use crate::base::pos::{PacketRef, Span};
use crate::rtmp::message::kind::MessageType;

use super::super::dialect::Choice;
use super::super::fact::{Fact, LossCause};
use super::super::header::ChunkHeader;
use super::super::output::Output;
use super::super::plausible::implausible;
use super::super::resync::search::Origin;
use super::super::spill::Spill;
use super::super::stream::HeaderAt;
use super::super::times::{Ambiguous, Moment, Type3};
use super::regain::{Loss, estimate};
use super::{Decoder, State, Stop};

/// What can be done with the bytes at a chunk boundary.
enum Parsed {
    NeedMore,
    /// Whether format 3 has an extended timestamp shows behind it.
    Doubt,
    Header {
        header: ChunkHeader,
        type3: Option<Type3>,
    },
}

impl Decoder {
    /// Takes the bytes at a chunk boundary; gives how many were used.
    pub(super) fn header(
        &mut self,
        pos: u64,
        bytes: &[u8],
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) -> Result<usize, Stop> {
        if self.spill.len() == 0 {
            return match self.parse(pos, bytes) {
                Parsed::Header { header, type3 } => {
                    self.begin(&header, type3, &HeaderAt::new(pos, at, at, &header), limits, out)?;
                    Ok(header.len)
                }
                Parsed::Doubt => Err(Self::asks(pos)),
                Parsed::NeedMore => {
                    self.spill = Spill::new(pos, at);
                    Ok(self.spill.more(bytes))
                }
            };
        }
        // Bytes of the spill that turn out not to be of the header are taken again behind it.
        let before = self.spill.len();
        let used = self.spill.more(bytes);
        let spill = self.spill;
        let all = spill.bytes();
        let (header, type3) = match self.parse(spill.pos, all) {
            Parsed::Header { header, type3 } => (header, type3),
            Parsed::Doubt => return Err(Self::asks(spill.pos)),
            Parsed::NeedMore => return Ok(used),
        };
        self.spill = Spill::default();
        self.begin(&header, type3, &HeaderAt::new(spill.pos, spill.at, at, &header), limits, out)?;
        let Some(left) = before.checked_sub(header.len) else { return Ok(header.len - before) };
        if left > 0 {
            let again = all.get(header.len..before).unwrap_or(&[]);
            if let Some(stop) = self.feed(spill.pos + header.len as u64, again, at, limits, out) {
                return Err(stop);
            }
        }
        Ok(0)
    }

    /// What follows the spill is missing. If it waited only to see whether format 3 repeats its extended timestamp,
    /// then it does as far as that can be seen, unless nothing follows at all. Gives how many of the `missing` bytes
    /// belong to the header, and whether decoding stops there.
    pub(super) fn settle_spill(
        &mut self,
        missing: u64,
        at: PacketRef,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) -> (u64, Option<Stop>) {
        let spill = std::mem::take(&mut self.spill);
        let bytes = spill.bytes();
        let Some(mut header) = ChunkHeader::parse(bytes) else {
            self.skipped_bytes += bytes.len() as u64;
            return (0, None);
        };
        let behind = bytes.get(header.len..).unwrap_or(&[]);
        let lacks = (4 - behind.len().min(4)) as u64;
        let stream = self.streams.find(header.csid).filter(|s| header.fmt == 3 && s.times.extended);
        let likely =
            stream.is_some_and(|s| s.times.expected(s.message.is_none()).guess(behind, self.dialect));
        let repeated = likely && missing >= lacks && missing > 0;
        if repeated {
            header.len += behind.len();
        }
        let type3 = stream.map(|_| Type3 { present: repeated, seen: None });
        let place = HeaderAt::new(spill.pos, spill.at, at, &header);
        if let Err(stop) = self.begin(&header, type3, &place, limits, out) {
            return (0, Some(stop));
        }
        let body = bytes.get(header.len..).unwrap_or(&[]);
        if let Some(stop) = self.feed(spill.pos + header.len as u64, body, at, limits, out) {
            return (0, Some(stop));
        }
        self.skipped_bytes += std::mem::take(&mut self.spill).len() as u64;
        (if repeated { lacks } else { 0 }, None)
    }

    /// Reads the header, with the extended timestamp that format 3 may repeat (5.3.1.3).
    fn parse(&self, pos: u64, bytes: &[u8]) -> Parsed {
        let Some(mut header) = ChunkHeader::parse(bytes) else { return Parsed::NeedMore };
        if header.fmt != 3 {
            return Parsed::Header { header, type3: None };
        }
        let Some(stream) = self.streams.find(header.csid).filter(|s| s.times.extended) else {
            return Parsed::Header { header, type3: None };
        };
        let Some(next) = bytes.get(header.len..).and_then(|rest| rest.first_chunk::<4>()) else {
            return Parsed::NeedMore;
        };
        let value = u32::from_be_bytes(*next);
        let judged = stream.times.expected(stream.message.is_none()).judge(value, self.dialect);
        let resolved = self.resolved.filter(|resolved| resolved.pos == pos);
        if !judged.sure && resolved.is_none() && !self.is_doubtful(&header) {
            return Parsed::Doubt;
        }
        let present = resolved.and_then(|resolved| resolved.reading.repeats).unwrap_or(judged.present);
        header.len += if present { 4 } else { 0 };
        Parsed::Header { header, type3: Some(Type3 { present, seen: Some(value) }) }
    }

    /// The bytes behind the header at `pos` are to be asked.
    const fn asks(pos: u64) -> Stop {
        Stop { pos, origin: Origin::Extended, loss: None }
    }

    /// Acts on a chunk header.
    fn begin(
        &mut self,
        header: &ChunkHeader,
        type3: Option<Type3>,
        place: &HeaderAt,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) -> Result<(), Stop> {
        let (csid, fmt) = (header.csid, header.fmt);
        let resolved = self.resolved.take_if(|resolved| resolved.pos == place.pos);
        if resolved.is_none() && self.is_doubtful(header) {
            return Err(Stop { pos: place.pos, origin: Origin::Header, loss: None });
        }
        if resolved.is_some_and(|resolved| resolved.reading.orphan) {
            self.header_bytes += header.len as u64;
            self.state = State::Orphan { left: self.size.bytes() };
            return Ok(());
        }
        let guess = resolved.and_then(|resolved| resolved.reading.guess);
        let (slot, is_first) = self.slot(header, guess.is_some(), place, limits, out)?;
        self.header_bytes += header.len as u64;
        let Some((stream, sizes)) = self.streams.with_sizes(slot) else { return Ok(()) };
        if is_first && fmt != 0 && !self.missed {
            out(Output::Fact {
                fact: Fact::NoPriorHeader { csid, fmt, kind: header.kind },
                span: place.span(),
            });
        }
        if let Some((kind, length)) = guess {
            stream.guess(kind, length);
        }
        if let Some(type3) = type3 {
            if let Some(fact) = departure(csid, stream.times.field, type3) {
                out(Output::Fact { fact, span: place.span() });
            }
            let choice = self.dialect.type_3(stream.message.is_none(), type3.present);
            tell(csid, choice, place, out);
        }
        let goes_on = stream.message.is_some() && stream.goes_on(header, place, sizes, out);
        if !goes_on {
            self.inherit(slot, is_first, header, type3, place, out);
        }
        let Some(stream) = self.streams.get_mut(slot) else { return Ok(()) };
        if goes_on {
            stream.continues(place, type3);
        } else {
            stream.begin(fmt, place, limits);
        }
        let mut left = self.size.chunk(stream.missing()).unwrap_or(stream.missing());
        if let Some(reading) = resolved.map(|resolved| resolved.reading).filter(|r| r.unconfirmed && !goes_on)
        {
            stream.distrust();
            self.extra = reading.extra;
            left = stream.missing();
        }
        self.advance(slot, left, 0, place.end().0, place.last, out);
        Ok(())
    }

    /// The slot of a header's chunk stream, and whether it is the first header there. One that cannot be a header, of
    /// which nothing is `guessed`, ends the sync.
    fn slot(
        &mut self,
        header: &ChunkHeader,
        guessed: bool,
        place: &HeaderAt,
        limits: &Limits,
        out: &mut impl FnMut(Output<'_>),
    ) -> Result<(usize, bool), Stop> {
        let known = self.streams.slot(header.csid);
        if let Some(why) = implausible(header, known.is_some() || guessed) {
            return Err(Self::lost_at(header, place, why));
        }
        if let Some(slot) = known {
            return Ok((slot, false));
        }
        if let Some(slot) = self.streams.add(header.csid, self.missed, limits.chunk_streams) {
            return Ok((slot, true));
        }
        // As the loss of sync that follows: told where the search for the next header begins.
        let span = Span { last: place.first, ..place.span() };
        out(Output::Fact { fact: Fact::TooManyChunkStreams { csid: header.csid }, span });
        Err(Self::lost_at(header, place, LossCause::ImplausibleHeader))
    }

    /// Takes the fields of a header that begins a message, and finds out those that no header said.
    fn inherit(
        &mut self,
        slot: usize,
        is_first: bool,
        header: &ChunkHeader,
        type3: Option<Type3>,
        place: &HeaderAt,
        out: &mut impl FnMut(Output<'_>),
    ) {
        let Some(stream) = self.streams.get_mut(slot) else { return };
        let (csid, now) = (header.csid, place.last.ts);
        // Only media follows the clock; most commands have time 0, or that of their chunk stream.
        let kind = if header.fmt < 2 { header.kind } else { stream.kind };
        let estimate = estimate(self.clock, now).filter(|_| has_stream(kind));
        let moment = Moment { is_first, estimate, now };
        if let Some(times) = stream.inherit(header, type3, moment, self.dialect) {
            let Ambiguous { timestamp, before, read_as } = times;
            out(Output::Fact {
                fact: Fact::DeltaFromAbsolute { csid, timestamp, before, read_as },
                span: place.span(),
            });
        }
        tell(csid, self.dialect.time(stream.times.choice()), place, out);
        if header.fmt == 0 && header.stream_id != 0 {
            self.stream_id = Some(header.stream_id);
        } else if self.missed && !stream.has_stream_id && !stream.kind.is_control() {
            // Most commands that are sent without one belong to the connection.
            let usual = if has_stream(stream.kind) { self.stream_id.unwrap_or(FIRST_STREAM) } else { 0 };
            stream.guess_stream_id(usual);
        }
        if has_stream(stream.kind) {
            self.clock = Some((stream.times.timestamp, now));
        }
    }

    /// Whether a header can be read in several ways, because others may have been missed.
    fn is_doubtful(&self, header: &ChunkHeader) -> bool {
        if !self.missed {
            return false;
        }
        let stream = self.streams.find(header.csid);
        let under_way = stream.filter(|s| s.message.is_some() && header.fmt > 0);
        let missing = match (under_way, stream) {
            (Some(stream), _) => stream.missing(),
            _ if header.fmt < 2 => header.length,
            (None, Some(stream)) if stream.certain => stream.length,
            _ => return true,
        };
        self.size.chunk(missing).is_none()
    }

    /// Sync is lost at a header that cannot be one.
    fn lost_at(header: &ChunkHeader, place: &HeaderAt, why: LossCause) -> Stop {
        let (csid, fmt) = (header.csid, header.fmt);
        let loss = Loss { pos: place.pos, at: place.first, why, csid, fmt, skipped: 0, told: false };
        Stop { pos: place.pos, origin: Origin::Unknown, loss: Some(loss) }
    }

    /// In a hole that the message under way is known to fill: the chunk header that must be at `pos`. Gives its length.
    pub(super) fn assume_header(&mut self, pos: u64, snapped: bool, at: PacketRef) -> Option<u64> {
        self.landing.filter(|landing| pos < *landing)?;
        let slot = self.last?;
        let stream = self.streams.get_mut(slot).filter(|s| s.missing() > 0)?;
        let bytes = stream.continuing_header_len(self.dialect);
        let bytes_seen = if snapped { bytes } else { 0 };
        let place = HeaderAt { pos, first: at, last: at, bytes: bytes_seen, is_long_id: false };
        stream.continues(&place, None);
        if snapped {
            self.header_bytes += u64::from(bytes);
        }
        let left = self.size.chunk(stream.missing()).unwrap_or(stream.missing());
        self.state = State::Body { slot, left };
        Some(u64::from(bytes))
    }
}

/// How the extended timestamp of a format 3 chunk departs from the field it is to repeat.
fn departure(csid: u32, expected: u32, type3: Type3) -> Option<Fact> {
    let seen = type3.seen?;
    match type3.present {
        false => Some(Fact::ExtendedTimestampAbsent { csid, expected, seen }),
        true if seen != expected => Some(Fact::ExtendedTimestampOther { csid, expected, seen }),
        true => None,
    }
}

/// A reading that is new.
fn tell(csid: u32, choice: Option<Choice>, place: &HeaderAt, out: &mut impl FnMut(Output<'_>)) {
    if let Some(choice) = choice {
        out(Output::Fact { fact: Fact::TimestampDialect { csid, choice }, span: place.span() });
    }
}

/// The message stream id that servers give first.
const FIRST_STREAM: u32 = 1;

/// Messages that belong to a message stream and carry its time.
const fn has_stream(kind: MessageType) -> bool {
    matches!(
        kind,
        MessageType::AUDIO
            | MessageType::VIDEO
            | MessageType::DATA_AMF0
            | MessageType::DATA_AMF3
            | MessageType::AGGREGATE
    )
}

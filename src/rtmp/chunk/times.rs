//! The clock of a chunk stream: what the timestamp fields of its headers say (RTMP 1.0, 5.3.1.2 and 5.3.1.3).
//!
//! Takes the headers that begin messages, with what is known of the direction; gives absolute timestamps, and which
//! of two readings was taken where senders differ ([`super::dialect`]). The reading that the specification gives is
//! taken unless the other one alone goes on from the time before. Whether the bytes of an extended timestamp are there
//! is not decided here.

use crate::base::time::{CaptureTime, short_step};
use crate::rtmp::message::kind::{TimeReading, Timing};

use super::dialect::{Dialect, Expected};
use super::header::ChunkHeader;

/// The clock of a chunk stream.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// Absolute timestamp of the last message, modulo 2^32.
    pub(super) timestamp: u32,
    /// That of the message in front of it; 0 for none.
    before: u32,
    /// What a format 3 chunk adds when it begins a message; unknown when no header that was captured named it.
    delta: Option<u32>,
    /// The timestamp field of the last format 0 to 2 header, as written, or the one that format 3 had in its place.
    pub(super) field: u32,
    /// Whether that was an extended timestamp.
    pub(super) extended: bool,
    clock: Clock,
    last: LastHeader,
    /// When the last message began.
    at: CaptureTime,
    /// How the timestamp of the last message was read.
    pub(super) reading: TimeReading,
    /// It says nothing of the sender's manner: the other reading gives the same, or there is none.
    is_open: bool,
    /// The last message's timestamp is before the one in front of it, by its delta.
    is_back: bool,
    /// Format 3 chunks of the last message with an extended timestamp, and without one that was to be expected.
    repeated: u32,
    omitted: u32,
    /// What the last one of them had in the place of the field.
    other: Option<u32>,
    earlier: Option<bool>,
}

/// What is known of the absolute timestamp.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
enum Clock {
    /// No header was missed since an absolute one.
    #[default]
    Exact,
    /// Deltas may have been missed, and no message came since.
    Stale,
    /// Deltas were added to an estimate.
    Estimated,
}

/// The timestamp of the last header of format 0 to 2.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
enum LastHeader {
    /// A delta, or nothing yet.
    #[default]
    Delta,
    /// Absolute; with `continues`, near to a timestamp before it.
    Absolute { continues: bool },
}

/// The extended timestamp of a format 3 chunk.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Type3 {
    pub(super) present: bool,
    /// The four bytes behind the basic header, where they were captured.
    pub(super) seen: Option<u32>,
}

impl Type3 {
    fn value(self) -> Option<u32> {
        self.seen.filter(|_| self.present)
    }
}

/// What is known where a message begins.
#[derive(Copy, Clone, Debug)]
pub(super) struct Moment {
    /// The chunk stream had no header before.
    pub(super) is_first: bool,
    /// The timestamp to expect of the direction.
    pub(super) estimate: Option<u32>,
    pub(super) now: CaptureTime,
}

/// Times of a format 3 chunk that begins a message right behind a format 0 header.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Ambiguous {
    /// That of the format 0 header.
    pub(super) timestamp: u32,
    /// The one in front of it; 0 for none.
    pub(super) before: u32,
    /// The one that was taken.
    pub(super) read_as: u32,
}

/// A timestamp this far from the one before it does not continue a track.
const DISCONTINUITY_MS: u32 = 1000;
/// An extended field is taken as absolute when that is this near to the time before, and the delta is not.
const STEP_MS: i64 = 10_000;

impl Times {
    /// The clock of a chunk stream that has had no header yet; with `missed`, it may have had some that were not
    /// captured.
    pub(super) fn new(missed: bool) -> Self {
        let clock = if missed { Clock::Stale } else { Clock::Exact };
        Self { clock, delta: (!missed).then_some(0), ..Self::default() }
    }

    /// Headers may have been missed from here on back.
    pub(super) fn doubt(&mut self) {
        self.clock = Clock::Stale;
        self.last = LastHeader::Delta;
    }

    /// Whether the timestamp is an estimate.
    pub(super) fn is_estimate(&self) -> bool {
        self.clock != Clock::Exact
    }

    /// How the timestamp fields of the last message were read.
    pub(super) const fn timing(&self) -> Timing {
        let Self { reading, before, is_back, repeated, omitted, .. } = *self;
        Timing { reading, before, is_back, repeated, omitted }
    }

    /// What the bytes behind a format 3 basic header can be compared with.
    pub(super) const fn expected(&self, begins: bool) -> Expected {
        let Self { field, timestamp, other, .. } = *self;
        let (other, earlier) = if begins { (None, None) } else { (other, self.earlier) };
        Expected { field, time: timestamp, other, earlier, begins }
    }

    /// Takes a format 3 chunk of the present message, behind a header with an extended timestamp.
    pub(super) fn type_3(&mut self, chunk: Type3) {
        self.earlier = Some(chunk.present);
        self.other = chunk.value().or(self.other);
        let count = if chunk.present { &mut self.repeated } else { &mut self.omitted };
        *count = count.saturating_add(1);
    }

    /// Takes the header that begins a message. Gives the times it is about when it is of format 3 behind one of format
    /// 0, since receivers read that differently.
    pub(super) fn begin(
        &mut self,
        header: &ChunkHeader,
        type3: Option<Type3>,
        moment: Moment,
        dialect: Dialect,
    ) -> Option<Ambiguous> {
        (self.reading, self.is_open, self.is_back) = (TimeReading::Plain, false, false);
        (self.repeated, self.omitted, self.other, self.earlier) = (0, 0, None, None);
        let before = std::mem::replace(&mut self.before, self.timestamp);
        let mut ambiguous = None;
        match header.fmt {
            0 => {
                let near = |time: u32| {
                    let step = header.field.wrapping_sub(time).cast_signed();
                    step.unsigned_abs() <= DISCONTINUITY_MS
                };
                let before = (!moment.is_first).then_some(self.timestamp);
                let continues = before.into_iter().chain(moment.estimate).any(near);
                self.last = LastHeader::Absolute { continues };
                self.clock = Clock::Exact;
                (self.timestamp, self.delta) = (header.field, Some(header.field));
            }
            1 | 2 if header.extended => self.extended_delta(header.field, moment, dialect),
            1 | 2 => self.add(header.field),
            _ => ambiguous = self.begin_type_3(type3.and_then(Type3::value), moment, dialect),
        }
        if self.clock == Clock::Stale {
            self.estimate(moment);
        }
        if header.fmt < 3 {
            (self.field, self.extended) = (header.field, header.extended);
        }
        if let Some(type3) = type3 {
            self.type_3(type3);
        }
        self.at = moment.now;
        ambiguous.map(|timestamp| Ambiguous { timestamp, before, read_as: self.timestamp })
    }

    /// A format 3 chunk begins a message, with an extended timestamp or without.
    fn begin_type_3(&mut self, value: Option<u32>, moment: Moment, dialect: Dialect) -> Option<u32> {
        let delta = self.delta.unwrap_or(0);
        match (self.last, value) {
            (LastHeader::Absolute { continues }, value) if value.is_none_or(|v| v == self.field) => {
                if delta == 0 {
                    return None;
                }
                // Some senders mean "the same time as before" (rule CH-07).
                if self.means_same_time(delta, continues, moment, dialect) {
                    self.reading = TimeReading::SameTime;
                } else {
                    self.reading = TimeReading::AddsTimestamp;
                    self.add(delta);
                }
                return Some(delta);
            }
            (_, Some(value)) => {
                self.field = value;
                self.extended_delta(value, moment, dialect);
            }
            // Whoever adds hours once more says so in an extended timestamp.
            (_, None) if self.extended && !self.goes_on(delta, moment) => {
                (self.reading, self.is_open) = (TimeReading::SameTime, true);
            }
            (_, None) => {
                self.is_back = delta.cast_signed() < 0;
                self.timestamp = self.timestamp.wrapping_add(delta);
            }
        }
        None
    }

    /// Whether a format 3 chunk behind a format 0 header with the timestamp `delta` adds nothing: when adding makes a
    /// jump that the capture does not show, and not adding goes on from what was before.
    fn means_same_time(&self, delta: u32, continues: bool, moment: Moment, dialect: Dialect) -> bool {
        if delta <= DISCONTINUITY_MS {
            return dialect.same_time() == Some(true);
        }
        let elapsed = self.elapsed(moment);
        let took = (i64::from(delta) - elapsed).unsigned_abs() <= u64::from(DISCONTINUITY_MS);
        !took && (continues || self.extended || dialect.same_time() == Some(true))
    }

    fn add(&mut self, delta: u32) {
        self.last = LastHeader::Delta;
        self.delta = Some(delta);
        self.timestamp = self.timestamp.wrapping_add(delta);
    }

    /// An extended field that is a delta by the specification, and the time itself for some senders.
    fn extended_delta(&mut self, field: u32, moment: Moment, dialect: Dialect) {
        let before = self.timestamp;
        let (to, by) = (self.off(field, moment), self.off(before.wrapping_add(field), moment));
        let step = field.wrapping_sub(before);
        let absolute = match (to <= STEP_MS, by <= STEP_MS) {
            // What was before is not known well enough to tell.
            _ if self.is_estimate() => dialect.absolute() == Some(true),
            (true, false) => true,
            (false, true) => false,
            (true, true) => {
                let nearer = by > i64::from(DISCONTINUITY_MS) && to < by;
                dialect.absolute().unwrap_or(nearer)
            }
            (false, false) => dialect.absolute() == Some(true),
        };
        if absolute {
            (self.last, self.clock) = (LastHeader::Delta, Clock::Exact);
            (self.timestamp, self.delta) = (field, Some(step));
        } else {
            self.is_back = field.cast_signed() < 0;
            self.add(field);
        }
        self.reading = if absolute { TimeReading::Absolute } else { TimeReading::Delta };
        self.is_open = before == 0;
    }

    /// How the timestamp of the last message was read, if that says something of the sender's manner.
    pub(super) fn choice(&self) -> TimeReading {
        if self.is_open { TimeReading::Plain } else { self.reading }
    }

    /// How far the step to a time is from none, or from what the capture shows, in ms.
    fn off(&self, time: u32, moment: Moment) -> i64 {
        let step = i64::from(time.wrapping_sub(self.timestamp).cast_signed());
        let step = short_step(self.timestamp, time).unwrap_or(step);
        step.abs().min((step - self.elapsed(moment)).abs())
    }

    fn goes_on(&self, delta: u32, moment: Moment) -> bool {
        self.off(self.timestamp.wrapping_add(delta), moment) <= STEP_MS
    }

    /// Capture time since the last message, in ms.
    fn elapsed(&self, moment: Moment) -> i64 {
        if moment.is_first { 0 } else { moment.now.since(self.at) / 1_000_000 }
    }

    /// Deltas may have been missed: the timestamp is never behind what was seen and has to be added.
    fn estimate(&mut self, moment: Moment) {
        let is_first = moment.is_first;
        self.timestamp = match moment.estimate {
            Some(time) if is_first || time.wrapping_sub(self.timestamp).cast_signed() > 0 => time,
            _ if is_first => 0,
            _ => self.timestamp,
        };
        self.clock = if self.delta.is_none() { Clock::Stale } else { Clock::Estimated };
    }
}

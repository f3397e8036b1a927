//! What a direction made of timestamp fields that programs write in more than one way (RTMP 1.0, 5.3.1.2, 5.3.1.3).
//!
//! Takes what was read of each chunk; remembers the sender's habit, which decides where the bytes alone leave a
//! choice, and says when a reading is new. It reads no bytes: [`super::times`] and the decoder do.
//!
//! What programs do, from their published sources, is in `docs/timestamps.md`.

use crate::rtmp::message::kind::TimeReading;

/// The habits of one direction; unknown until they were seen.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Whether format 3 has the extended timestamp, inside a message and at its start.
    inside: Option<bool>,
    at_start: Option<bool>,
    /// Whether extended fields of formats 1 and 2 are absolute.
    absolute: Option<bool>,
    /// Whether format 3 behind format 0 means the same time.
    same_time: Option<bool>,
}

/// A reading of what can be read in two ways.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Format 3 chunks repeat the extended timestamp, or omit it.
    Type3Extended { repeated: bool },
    /// Extended fields of formats 1 and 2 are absolute, or deltas.
    DeltaExtended { absolute: bool },
    /// Format 3 behind format 0 means the same time, or adds the timestamp.
    Type3AfterType0 { same_time: bool },
}

impl Choice {
    /// The name of what can be read in two ways.
    pub(crate) const fn aspect(self) -> &'static str {
        match self {
            Self::Type3Extended { .. } => "type3_extended",
            Self::DeltaExtended { .. } => "delta_extended",
            Self::Type3AfterType0 { .. } => "type3_after_type0",
        }
    }

    /// The name of the reading.
    pub(crate) const fn reading(self) -> &'static str {
        match self {
            Self::Type3Extended { repeated: true } => "repeated",
            Self::Type3Extended { repeated: false } => "omitted",
            Self::DeltaExtended { absolute: true } => "absolute",
            Self::DeltaExtended { absolute: false } => "delta",
            Self::Type3AfterType0 { same_time: true } => "same_time",
            Self::Type3AfterType0 { same_time: false } => "adds_timestamp",
        }
    }
}

/// Whether a format 3 chunk has the extended timestamp.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) present: bool,
    /// What follows need not be asked.
    pub(super) sure: bool,
}

impl Judged {
    const fn new(present: bool, sure: bool) -> Self {
        Self { present, sure }
    }
}

/// What the four bytes behind a format 3 basic header can be compared with.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Expected {
    /// The field of the last header of format 0 to 2.
    pub(super) field: u32,
    /// The timestamp of the present message, or of the one before.
    pub(super) time: u32,
    /// Another value that a format 3 chunk of the message had.
    pub(super) other: Option<u32>,
    /// Whether an earlier format 3 chunk of the message had one.
    pub(super) earlier: Option<bool>,
    /// The chunk begins a message.
    pub(super) begins: bool,
}

/// A new time this near to the one before can be an extended timestamp at the start of a message.
const NEAR_MS: u32 = 10_000;

impl Expected {
    /// Says whether `value`, the four bytes behind the basic header, is an extended timestamp.
    pub(super) fn judge(&self, value: u32, dialect: Dialect) -> Judged {
        let habit = self.habit(dialect);
        let time = if self.begins {
            value.wrapping_sub(self.time).cast_signed().unsigned_abs() <= NEAR_MS
        } else {
            value == self.time
        };
        if value == self.field {
            Judged::new(true, habit == Some(true) || (habit.is_none() && !is_filler(value)))
        } else {
            match habit {
                Some(false) => Judged::new(false, true),
                Some(true) => {
                    let like = time || self.other == Some(value);
                    Judged::new(like, like && !is_filler(value))
                }
                None => Judged::new(time && !self.begins, false),
            }
        }
    }

    /// The same where only the bytes `seen`, fewer than four, were captured.
    pub(super) fn guess(&self, seen: &[u8], dialect: Dialect) -> bool {
        let likely = [Some(self.field), self.other];
        let fits = likely.into_iter().flatten().any(|value| value.to_be_bytes().starts_with(seen));
        fits && self.habit(dialect) != Some(false)
    }

    fn habit(&self, dialect: Dialect) -> Option<bool> {
        self.earlier.or(if self.begins { dialect.at_start } else { dialect.inside })
    }
}

/// Whether bodies are full of such bytes.
fn is_filler(value: u32) -> bool {
    value == value.rotate_left(8)
}

impl Dialect {
    /// Whether format 3 chunks inside a message are known to come without the extended timestamp.
    pub(super) fn omits(self) -> bool {
        self.inside == Some(false)
    }

    /// Whether extended fields of formats 1 and 2 were absolute, if there were any.
    pub(super) const fn absolute(self) -> Option<bool> {
        self.absolute
    }

    /// Whether format 3 behind format 0 meant the same time, if that occurred.
    pub(super) const fn same_time(self) -> Option<bool> {
        self.same_time
    }

    /// Takes how a format 3 chunk was read; gives the reading when it is new.
    pub(super) fn type_3(&mut self, begins: bool, repeated: bool) -> Option<Choice> {
        let (habit, other) =
            if begins { (&mut self.at_start, self.inside) } else { (&mut self.inside, self.at_start) };
        let before = habit.replace(repeated).or(other);
        (before != Some(repeated)).then_some(Choice::Type3Extended { repeated })
    }

    /// Takes how the timestamp of a message was read; gives the reading when it is new.
    pub(super) fn time(&mut self, reading: TimeReading) -> Option<Choice> {
        let (habit, choice, yes) = match reading {
            TimeReading::Plain => return None,
            TimeReading::Delta | TimeReading::Absolute => {
                let absolute = reading == TimeReading::Absolute;
                (&mut self.absolute, Choice::DeltaExtended { absolute }, absolute)
            }
            TimeReading::AddsTimestamp | TimeReading::SameTime => {
                let same_time = reading == TimeReading::SameTime;
                (&mut self.same_time, Choice::Type3AfterType0 { same_time }, same_time)
            }
        };
        (habit.replace(yes) != Some(yes)).then_some(choice)
    }
}

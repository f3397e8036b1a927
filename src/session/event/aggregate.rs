//! The words for aggregates and their parts.

/// What an aggregate message holds.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Aggregate {
    /// Parts, one that is cut included.
    pub(crate) parts: u32,
    /// Time of the message, which is that of the first part.
    pub(crate) base_timestamp: u32,
    /// The time that the first part states.
    pub(crate) first_part_timestamp: Option<u32>,
    /// Back pointers that do not say the length of their part, or are missing.
    pub(crate) back_pointer_errors: u32,
    /// Whether the bytes of the last part end early.
    pub(crate) cut: bool,
    /// Bytes behind the last part.
    pub(crate) trailing_bytes: u32,
    /// Parts that are not audio, video or data.
    pub(crate) other_parts: u32,
    /// Bytes that came and were not kept, with the parts in them: more than a limit of ours.
    pub(crate) undecoded: u32,
}

/// The part of an aggregate that an event came in.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Which it is, from 0.
    pub(crate) index: u32,
    /// Its time on the clock of the stream.
    pub(crate) timestamp: u32,
}

//! What the format readers give: one packet's place in the buffer and its fields; and how a file ends.
//!
//! Takes the state of the [`Buffer`] when a record could not be had. It knows no format.

use std::ops::Range;

use super::buffer::Buffer;
use super::damage::{Damage, Unit, io_text};
use super::link_type::LinkType;
use crate::base::time::CaptureTime;

/// A packet whose bytes are in the buffer.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// For [`Buffer::slice`], until the buffer is filled again.
    pub(super) place: Range<usize>,
    pub(super) ts: Option<CaptureTime>,
    pub(super) link: LinkType,
    pub(super) interface: u32,
    pub(super) wire_len: u32,
}

/// The end of the source where a record would begin: in order when nothing is left over.
pub(super) fn end_of_file(buffer: &Buffer, unit: Unit, need: usize) -> Result<Option<Record>, Damage> {
    if buffer.data().is_empty() && buffer.failure().is_none() {
        return Ok(None);
    }
    Err(cut_or_failed(buffer, unit, need))
}

/// The end of the source inside a record of `need` bytes.
pub(super) fn cut_or_failed(buffer: &Buffer, unit: Unit, need: usize) -> Damage {
    let (at, have) = (buffer.at(), buffer.data().len() as u64);
    match buffer.failure() {
        Some(e) => Damage::Read { at: at.saturating_add(have), cause: io_text(e) },
        None => Damage::Cut { unit, at, need: need as u64, have },
    }
}

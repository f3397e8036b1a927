//! Details of aggregates, and of the messages that came in one.

use super::{Sink, key};
use crate::session::event::{Aggregate, Event};

pub(super) fn message(it: &Aggregate, out: &mut dyn Sink) {
    for (key, value) in [
        (key!("parts"), Some(it.parts)),
        (key!("base_timestamp"), Some(it.base_timestamp)),
        (key!("first_part_timestamp"), it.first_part_timestamp),
        (key!("back_pointer_errors"), Some(it.back_pointer_errors)),
        (key!("cut_parts"), Some(u32::from(it.cut))),
        (key!("trailing_bytes"), Some(it.trailing_bytes)),
        (key!("other_parts"), Some(it.other_parts)),
        (key!("undecoded_bytes"), Some(it.undecoded).filter(|bytes| *bytes > 0)),
    ] {
        if let Some(value) = value {
            out.int(key, i64::from(value));
        }
    }
}

/// Which part of an aggregate it came in.
pub(super) fn part(event: &Event<'_>, out: &mut dyn Sink) {
    if let Some(part) = event.part {
        out.int(key!("part"), i64::from(part.index));
        out.int(key!("part_timestamp"), i64::from(part.timestamp));
    }
}

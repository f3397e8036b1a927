//! Gives the messages of one direction what their own headers leave to the header before on the chunk stream.
//!
//! tshark prints a header's own fields only. What is inherited follows RTMP 1.0, section 5.3.1.2: type 1 keeps the
//! stream id, type 2 also type and length, type 3 everything, the delta too; behind a type 0 header, a type 3 header
//! takes that header's timestamp as its delta.

use std::collections::BTreeMap;

use crate::message::Message;
use crate::pdml::Shown;

/// A message of tshark with all its fields.
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    pub message: Message,
    /// The chunk stream as tshark prints it.
    pub csid_shown: u32,
    /// The timestamp that tshark computed, where it prints one.
    pub calculated: Option<u32>,
    pub shown: Shown,
}

#[derive(Clone, Copy, Debug, Default)]
struct Last {
    timestamp: u32,
    delta: u32,
    length: u64,
    type_id: u8,
    stream_id: Option<u32>,
}

/// The chunk stream that the bytes of a basic header say.
fn csid_of(bytes: &[u8]) -> u32 {
    match *bytes {
        [_, low] => 64 + u32::from(low),
        [_, low, high] => 64 + u32::from(low) + 256 * u32::from(high),
        [first, ..] => u32::from(first & 0x3f),
        [] => 0,
    }
}

/// The messages of one direction, in order.
pub(crate) fn fill<'a>(shown: impl IntoIterator<Item = &'a Shown>) -> Vec<Filled> {
    let mut streams: BTreeMap<u32, Last> = BTreeMap::new();
    shown.into_iter().map(|shown| one(shown, &mut streams)).collect()
}

fn one(shown: &Shown, streams: &mut BTreeMap<u32, Last>) -> Filled {
    let csid = csid_of(&shown.csid_bytes);
    let mut last = streams.get(&csid).copied().unwrap_or_default();
    last.type_id = shown.type_id.unwrap_or(last.type_id);
    last.length = shown.length.unwrap_or(last.length);
    last.stream_id = shown.stream_id.or(last.stream_id);
    let own = |field: u32| if field == 0xff_ffff { shown.extended.unwrap_or(field) } else { field };
    match (shown.timestamp, shown.delta) {
        (Some(absolute), _) => {
            last.timestamp = own(absolute);
            last.delta = last.timestamp;
        }
        (None, delta) => {
            last.delta = delta.map_or(last.delta, own);
            last.timestamp = last.timestamp.wrapping_add(last.delta);
        }
    }
    streams.insert(csid, last);
    let message = Message {
        packet: shown.frame,
        fmt: shown.fmt,
        type_id: last.type_id,
        length: last.length,
        timestamp: last.timestamp,
        stream_id: last.stream_id,
        csid,
        complete: true,
        extended: shown.extended.is_some(),
        chunks: 1,
        span: None,
    };
    Filled { message, csid_shown: shown.csid, calculated: shown.calculated, shown: shown.clone() }
}

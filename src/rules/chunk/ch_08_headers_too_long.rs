//! CH-08 headers-too-long
//!
//! ## What it does
//! Reports a direction with media whose message headers waste bytes. Counts what shorter ones would have spared: format
//! 1 in place of 0 where the message stream stays and the time does not go back, format 2 where type and length stay
//! too, format 3 where the delta stays as well. More than a share of all bytes is reported.
//!
//! ## Why it matters
//! At low bit rates, as of audio alone, headers are a good part of the stream. All of it is legal.
//!
//! ## Spec
//! RTMP 1.0, 5.3.1.2
//!
//! ## Tolerance
//! Control messages and short conversations do not count. SRS and node-media-server begin each message with format 0;
//! nginx-rtmp knows 0 and 1 only.
//!
//! ## How to fix
//! Remember for each chunk stream what its last header said, and send the shortest format that says the rest.

use crate::base::pos::{Dir, PerDir, Span};
use crate::rtmp::message::kind::{MessageHeader, MessageType};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::per::push;
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "CH-08",
    name: "headers-too-long",
    severity: Severity::Info,
    spec: "RTMP 5.3.1.2",
    subject: "directions with media",
    help: "remember for each chunk stream what its last header said, and send the shortest format that says the rest",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold {
            name: "share",
            default: 0.01,
            about: "bytes that could be spared, of all in the direction",
        },
        Threshold {
            name: "least_bytes",
            default: 65_536.0,
            about: "bytes of a direction before it is judged",
        },
    ],
    hears: &[Topic::Message],
    source: include_str!("ch_08_headers_too_long.rs"),
    new: || Box::new(TooLong::default()),
    ..Rule::BASE
};

/// Chunk streams remembered of a direction; what goes on others is not counted.
const MOST: usize = 32;
/// What does not fit into the timestamp field of three bytes.
const EXTENDED: u32 = 0xFF_FFFF;

#[derive(Default)]
struct TooLong(PerDir<Side>);

#[derive(Default)]
struct Side {
    streams: Vec<Last>,
    /// Messages by the format they began with.
    formats: [u64; 4],
    bytes: u64,
    spare: u64,
    /// The first header that could be shorter.
    first: Option<Box<Span>>,
    has_media: bool,
}

/// What the last message on a chunk stream left to inherit, had its header been the shortest.
#[derive(Copy, Clone, Debug)]
struct Last {
    csid: u32,
    stream_id: u32,
    kind: MessageType,
    length: u32,
    time: u32,
    delta: Option<u32>,
}

impl Check for TooLong {
    fn event(&mut self, event: &Event<'_>, _: &mut Cx<'_>) {
        let Some(header) = event.message else { return };
        let side = self.0.get_mut(event.dir);
        side.bytes += u64::from(header.header_bytes) + u64::from(header.received);
        if header.kind.is_control() {
            return;
        }
        side.has_media |= matches!(header.kind, MessageType::AUDIO | MessageType::VIDEO);
        if let Some(count) = side.formats.get_mut(usize::from(header.fmt)) {
            *count += 1;
        }
        let spare = side.spare(header);
        if spare > 0 {
            side.spare += u64::from(spare);
            side.first.get_or_insert_with(|| Box::new(header.span));
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a share")]
    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        for dir in Dir::BOTH {
            let Side { formats: [f0, f1, f2, f3], bytes, spare, first, has_media, .. } = self.0.get(dir);
            let (bytes, spare) = (*bytes as f64, *spare as f64);
            if !has_media || bytes < cx.threshold("least_bytes") {
                continue;
            }
            cx.judged();
            let Some(span) = first.as_deref().filter(|_| spare > cx.threshold("share") * bytes) else {
                continue;
            };
            cx.find(Found::in_place(Place::bytes(dir, *span)), |_| {
                Said::new(format!(
                    "{:.1} % of the bytes are headers that could be shorter",
                    100.0 * spare / bytes
                ))
                .expected("the shortest format that says what is new")
                .actual(format!(
                    "{spare} of {bytes} bytes to spare; messages of format 0 to 3: {f0}, {f1}, {f2}, {f3}"
                ))
            });
        }
    }

    fn held_bytes(&self) -> usize {
        let of_side = |side: &Side| side.streams.capacity() * size_of::<Last>() + size_of::<Span>();
        of_side(&self.0.c2s) + of_side(&self.0.s2c)
    }
}

impl Side {
    /// Bytes that the header of a message could have been shorter.
    fn spare(&mut self, header: &MessageHeader) -> u32 {
        let is_full = self.streams.len() >= MOST;
        let known = self.streams.iter_mut().find(|last| last.csid == header.csid);
        let (shortest, now) = shortest(known.as_deref(), header);
        match known {
            Some(known) => *known = now,
            None if is_full => return 0,
            None => push(&mut self.streams, now),
        }
        let fixed: u32 = match header.fmt {
            0 => 11,
            1 => 7,
            2 => 3,
            _ => return 0,
        };
        (fixed + if header.extended { 4 } else { 0 }).saturating_sub(shortest)
    }
}

/// Bytes of the shortest message header, and what it leaves to inherit.
fn shortest(last: Option<&Last>, header: &MessageHeader) -> (u32, Last) {
    let &MessageHeader { csid, stream_id, kind, length, timestamp: time, .. } = header;
    let now = |delta| Last { csid, stream_id, kind, length, time, delta };
    let with = |bytes: u32, field: u32| if field < EXTENDED { bytes } else { bytes + 4 };
    let step = last.map_or(0, |last| time.wrapping_sub(last.time));
    match last.filter(|last| last.stream_id == stream_id && step.cast_signed() >= 0) {
        // What format 3 adds behind format 0 is not clear, but for time 0.
        None => (with(11, time), now((time == 0).then_some(0))),
        Some(last) if (last.kind, last.length) != (kind, length) => (with(7, step), now(Some(step))),
        Some(last) if last.delta != Some(step) => (with(3, step), now(Some(step))),
        Some(_) => (with(0, step), now(Some(step))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_format_says_what_is_new() {
        let mut before = None;
        let mut needs = |time: u32, length: u32, stream_id: u32| {
            let header = MessageHeader {
                timestamp: time,
                stream_id,
                ..MessageHeader::whole(MessageType::AUDIO, length)
            };
            let (bytes, now) = shortest(before.as_ref(), &header);
            before = Some(now);
            bytes
        };
        assert_eq!(needs(1000, 32, 1), 11);
        // Behind format 0 the delta is said once, also where it happens to be the time.
        assert_eq!(needs(2000, 32, 1), 3);
        assert_eq!(needs(3000, 32, 1), 0);
        assert_eq!(needs(4000, 33, 1), 7);
        assert_eq!(needs(5000, 33, 1), 0);
        assert_eq!(needs(5020, 33, 1), 3);
        assert_eq!(needs(5040, 33, 2), 11);
        assert_eq!(needs(5039, 33, 2), 11);
        assert_eq!(needs(5039 + 0xFF_FFFF, 33, 2), 7);
        assert_eq!(needs(0, 33, 3), 11);
        assert_eq!(needs(0, 33, 3), 0);
    }
}

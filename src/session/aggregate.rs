//! Aggregates (RTMP 1.0, 7.1.6): FLV tags in one message, each to an event of its own.

use crate::base::limits::Limits;
use crate::base::read::Reader;
use crate::rtmp::message::kind::MessageType;

use super::Out;
use super::event::Kind;
use super::media::{self, MediaIn};
use super::talk::{Message, Talk};

impl Talk {
    /// An aggregate (RTMP 1.0, 7.1.6): FLV tags; their times are relative to the first one's.
    pub(super) fn aggregate(&mut self, m: Message<'_>, limits: &Limits, out: &mut Out<'_>) {
        let parts = parts(m.body);
        m.emit(Kind::Aggregate { parts: u32::try_from(parts.len()).unwrap_or(u32::MAX) }, out);
        let Some(first) = parts.first().map(|p| p.timestamp) else { return };
        for part in &parts {
            if !matches!(part.kind, MessageType::AUDIO | MessageType::VIDEO) {
                continue;
            }
            let Some(stream) = self.stream_of(&m, limits, out) else { return };
            let input = MediaIn {
                kind: part.kind,
                timestamp: m.header.timestamp.wrapping_add(part.timestamp.wrapping_sub(first)),
                body: part.body,
                units: None,
                received: u32::try_from(part.body.len()).unwrap_or(u32::MAX),
                complete: true,
                message: None,
                span: m.header.span,
                dir: m.dir,
                at: m.at,
            };
            media::message(&mut self.streams, stream, &input, limits, out);
        }
    }
}

/// A part of an aggregate.
struct Part<'a> {
    kind: MessageType,
    timestamp: u32,
    body: &'a [u8],
}

/// The parts of an aggregate, as far as they are whole.
fn parts(body: &[u8]) -> Vec<Part<'_>> {
    let mut r = Reader::new(body);
    let mut parts = Vec::new();
    let mut next = || {
        let kind = MessageType(r.u8("tag type").ok()?);
        let size = usize::try_from(r.u24("tag size").ok()?).ok()?;
        let low = r.u24("timestamp").ok()?;
        let high = r.u8("timestamp").ok()?;
        r.u24("stream id").ok()?;
        let body = r.take(size, "tag body").ok()?;
        r.u32("back pointer").ok()?;
        Some(Part { kind, timestamp: u32::from(high) << 24 | low, body })
    };
    while let Some(part) = next() {
        parts.push(part);
    }
    parts
}

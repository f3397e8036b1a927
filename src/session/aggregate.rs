//! Aggregates (RTMP 1.0, 7.1.6): FLV tags in one message, each to an event of its own.
//!
//! The times of the parts count from the first one's, which is the time of the message; their message stream ids are
//! ignored. Parts that are not audio, video or data are counted, an aggregate among them too.

use crate::base::limits::Limits;
use crate::base::read::Reader;
use crate::rtmp::message::aggregate::Tag;
use crate::rtmp::message::kind::{MessageHeader, MessageType};

use super::Out;
use super::event::{Aggregate, Event, Kind, Part};
use super::media::{self, MediaIn};
use super::talk::{Message, Talk};

impl Talk {
    /// The parts come as events of their own behind the aggregate's.
    pub(super) fn aggregate(&mut self, m: Message<'_>, limits: &Limits, out: &mut Out<'_>) {
        let (aggregate, tags) = tags(m.body, m.header);
        m.emit(Kind::Aggregate(aggregate), out);
        for (index, tag) in (0..).zip(&tags) {
            let since = tag.timestamp.wrapping_sub(aggregate.first_part_timestamp.unwrap_or(0));
            let timestamp = m.header.timestamp.wrapping_add(since);
            let part = Some(Part { index, timestamp });
            let connection = out.connection;
            let received = u32::try_from(tag.body.len()).unwrap_or(u32::MAX);
            match tag.kind {
                MessageType::AUDIO | MessageType::VIDEO => {
                    let Some(stream) = self.stream_of(&m, limits, out) else { continue };
                    let input = MediaIn {
                        kind: tag.kind,
                        timestamp,
                        body: tag.body,
                        units: None,
                        length: tag.size,
                        received,
                        complete: tag.complete,
                        message: None,
                        span: m.header.span,
                        dir: m.dir,
                        at: m.at,
                    };
                    let sink = &mut |e: &Event<'_>| (out.sink)(&Event { part, ..*e });
                    media::message(&mut self.streams, stream, &input, limits, &mut Out { connection, sink });
                }
                MessageType::DATA_AMF0 | MessageType::DATA_AMF3 => {
                    let header = MessageHeader { kind: tag.kind, timestamp, received, ..*m.header };
                    let data = Message { header: &header, body: tag.body, ..m };
                    let sink = &mut |e: &Event<'_>| (out.sink)(&Event { message: None, part, ..*e });
                    self.data(data, limits, &mut Out { connection, sink });
                }
                _ => {}
            }
        }
    }
}

/// The tags of an aggregate, and what there is to say of them all.
fn tags<'a>(body: &'a [u8], header: &MessageHeader) -> (Aggregate, Vec<Tag<'a>>) {
    let mut r = Reader::new(body);
    let mut tags = Vec::new();
    let mut all = Aggregate { base_timestamp: header.timestamp, ..Aggregate::default() };
    while r.left() >= Tag::HEADER {
        let Ok(tag) = Tag::read(&mut r) else { break };
        let media = matches!(tag.kind, MessageType::AUDIO | MessageType::VIDEO);
        let data = matches!(tag.kind, MessageType::DATA_AMF0 | MessageType::DATA_AMF3);
        all.other_parts += u32::from(!media && !data);
        all.parts += 1;
        all.first_part_timestamp.get_or_insert(tag.timestamp);
        all.cut = !tag.complete;
        tags.push(tag);
        if all.cut {
            break;
        }
        if r.left() < Tag::BACK_POINTER {
            all.back_pointer_errors += 1;
            break;
        }
        let right = r.u32("back pointer").is_ok_and(|back| back.checked_sub(tag.size) == Some(11));
        all.back_pointer_errors += u32::from(!right);
    }
    all.trailing_bytes = u32::try_from(r.left()).unwrap_or(u32::MAX);
    if usize::try_from(header.received).is_ok_and(|received| received > body.len()) {
        // More came than was kept: how it ends is not known.
        (all.cut, all.trailing_bytes) = (false, 0);
    }
    (all, tags)
}

#[cfg(test)]
mod tests;

//! Aggregates (RTMP 1.0, 7.1.6): FLV tags in one message, each to an event of its own.
//!
//! The times of the parts count from the first one's, which is the time of the message; their message stream ids are
//! ignored. Parts that are not audio, video or data are counted, an aggregate among them too.

use crate::base::limits::Limits;
use crate::rtmp::message::aggregate::Tags;
use crate::rtmp::message::kind::{MessageHeader, MessageType};

use super::Out;
use super::event::{Aggregate, Event, Kind, Part};
use super::media::{self, MediaIn};
use super::talk::{Message, Talk};

impl Talk {
    /// The parts come as events of their own behind the aggregate's.
    pub(super) fn aggregate(&mut self, m: Message<'_>, limits: &Limits, out: &mut Out<'_>) {
        let aggregate = summary(m.body, m.header);
        m.emit(Kind::Aggregate(aggregate), out);
        for (index, tag) in (0..).zip(Tags::new(m.body)) {
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
                        units: &[],
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

/// What there is to say of all tags together. How the message ends is not known when more came than was kept.
fn summary(body: &[u8], header: &MessageHeader) -> Aggregate {
    let kept = u32::try_from(body.len()).unwrap_or(u32::MAX);
    let undecoded = header.received.saturating_sub(kept);
    let mut all = Aggregate { base_timestamp: header.timestamp, undecoded, ..Aggregate::default() };
    let mut tags = Tags::new(body);
    for tag in tags.by_ref() {
        let media = matches!(tag.kind, MessageType::AUDIO | MessageType::VIDEO);
        let data = matches!(tag.kind, MessageType::DATA_AMF0 | MessageType::DATA_AMF3);
        all.other_parts += u32::from(!media && !data);
        all.parts += 1;
        all.first_part_timestamp.get_or_insert(tag.timestamp);
        all.cut = !tag.complete && undecoded == 0;
        let right = tag.back_pointer.unwrap_or(!tag.complete || undecoded > 0);
        all.back_pointer_errors += u32::from(!right);
    }
    if undecoded == 0 {
        all.trailing_bytes = u32::try_from(tags.left()).unwrap_or(u32::MAX);
    }
    all
}

#[cfg(test)]
mod tests;

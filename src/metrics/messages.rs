//! How many messages of which type went each way.
//!
//! Takes the header of each message once (of its primary event), gives counts per type. `count` and `bytes`
//! are of complete messages, `bytes` being their bodies; a message that a hole cut is in `incomplete` and
//! `incomplete_bytes` (what of it was on the wire). Parts of an aggregate are not messages of their own here.
//! Does not look at what a message means.

use crate::base::list;
use crate::rtmp::message::kind::{MessageHeader, MessageType};

/// Messages of one direction, or of one type of it.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MessageCount {
    /// Complete messages.
    pub(crate) count: u64,
    /// Body bytes of these.
    pub(crate) bytes: u64,
    /// Messages cut by a hole.
    pub(crate) incomplete: u64,
    /// Body bytes of these that were on the wire.
    pub(crate) incomplete_bytes: u64,
}

/// Messages of one direction by type: at most 256 types, in practice a handful.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageCounts {
    types: Vec<(MessageType, MessageCount)>,
}

impl MessageCounts {
    /// Counts one message.
    pub(crate) fn add(&mut self, header: &MessageHeader) {
        let at = match self.types.binary_search_by_key(&header.kind, |t| t.0) {
            Ok(at) => at,
            Err(at) => {
                list::insert(&mut self.types, at, (header.kind, MessageCount::default()));
                at
            }
        };
        let Some((_, count)) = self.types.get_mut(at) else { return };
        if header.complete {
            count.count += 1;
            count.bytes += u64::from(header.received);
        } else {
            count.incomplete += 1;
            count.incomplete_bytes += u64::from(header.received);
        }
    }

    /// Each type that occurred, in order of its id.
    pub(crate) fn by_type(&self) -> &[(MessageType, MessageCount)] {
        &self.types
    }

    /// All types together.
    pub(crate) fn total(&self) -> MessageCount {
        self.types.iter().fold(MessageCount::default(), |sum, (_, c)| MessageCount {
            count: sum.count + c.count,
            bytes: sum.bytes + c.bytes,
            incomplete: sum.incomplete + c.incomplete,
            incomplete_bytes: sum.incomplete_bytes + c.incomplete_bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_whole_and_cut_messages_apart() {
        let mut counts = MessageCounts::default();
        counts.add(&MessageHeader::whole(MessageType::VIDEO, 100));
        counts.add(&MessageHeader::whole(MessageType::VIDEO, 50));
        counts.add(&MessageHeader {
            complete: false,
            lost: 20,
            ..MessageHeader::whole(MessageType::VIDEO, 30)
        });
        counts.add(&MessageHeader::whole(MessageType::AUDIO, 7));
        counts.add(&MessageHeader::whole(MessageType(99), 1));
        let video = MessageCount { count: 2, bytes: 150, incomplete: 1, incomplete_bytes: 30 };
        let of = |count, bytes| MessageCount { count, bytes, ..MessageCount::default() };
        assert_eq!(
            counts.by_type(),
            [(MessageType::AUDIO, of(1, 7)), (MessageType::VIDEO, video), (MessageType(99), of(1, 1))]
        );
        assert_eq!(counts.total(), MessageCount { count: 4, bytes: 158, ..video });
    }
}

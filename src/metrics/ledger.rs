//! The byte ledger's message classes, one direction.
//!
//! Takes the primary event of each message and the parts of aggregates; gives disjoint classes that add up to
//! the chunk headers and body bytes of all messages handed in (`Σ header_bytes + received`), whole or cut by
//! a hole. The further tracks of a message claim nothing: the first covers it. Handshake, transport and what no message
//! claimed are not known here: the report adds them.
//!
//! | class | bytes |
//! |---|---|
//! | chunk headers | `header_bytes` of every message |
//! | control | bodies of types 1 to 6 |
//! | command | bodies of types 17 and 20, and of shared objects, 16 and 19 |
//! | metadata | bodies of types 15 and 18 |
//! | media payload | coded bytes of types 8 and 9, alone or in an aggregate |
//! | media header | the rest of those bodies: tag headers, sequence headers, and all of an aggregate but its coded bytes |
//! | other | bodies of any other type, and of media messages that were not decoded; what was not kept of an aggregate |

use crate::rtmp::message::kind::{MessageHeader, MessageType};
use crate::session::event::{Event, Kind, MediaMessage};

/// Bytes by class.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "the unit is in the name, as in the report")]
pub(crate) struct LedgerBytes {
    pub(crate) chunk_header_bytes: u64,
    pub(crate) control_bytes: u64,
    pub(crate) command_bytes: u64,
    pub(crate) metadata_bytes: u64,
    pub(crate) media_header_bytes: u64,
    pub(crate) media_payload_bytes: u64,
    pub(crate) other_bytes: u64,
}

impl LedgerBytes {
    /// All classes together.
    #[cfg(test)]
    pub(crate) const fn sum(&self) -> u64 {
        self.chunk_header_bytes
            + self.control_bytes
            + self.command_bytes
            + self.metadata_bytes
            + self.media_header_bytes
            + self.media_payload_bytes
            + self.other_bytes
    }
}

/// Keeps [`LedgerBytes`] of one direction.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Ledger {
    bytes: LedgerBytes,
    /// Bytes of the last aggregate that no part has claimed as payload.
    aggregate: u32,
}

impl Ledger {
    /// Takes any event of this direction.
    pub(crate) fn event(&mut self, event: &Event<'_>) {
        match (event.message, &event.kind) {
            (Some(header), kind) if kind.is_primary() => self.message(header, kind),
            (None, Kind::Media(part)) => self.part(part),
            _ => {}
        }
    }

    /// The classes so far.
    pub(crate) const fn bytes(&self) -> &LedgerBytes {
        &self.bytes
    }

    fn message(&mut self, header: &MessageHeader, kind: &Kind<'_>) {
        let body = u64::from(header.received);
        self.bytes.chunk_header_bytes += u64::from(header.header_bytes);
        self.aggregate = 0;
        match (header.kind, kind) {
            (_, Kind::Media(media)) => {
                let payload = u64::from(media.payload_bytes).min(body);
                self.bytes.media_payload_bytes += payload;
                self.bytes.media_header_bytes += body - payload;
            }
            (_, Kind::Aggregate(aggregate)) => {
                let seen = header.received.saturating_sub(aggregate.undecoded);
                self.bytes.media_header_bytes += u64::from(seen);
                self.bytes.other_bytes += body - u64::from(seen);
                self.aggregate = seen;
            }
            (kind, _) if kind.is_control() => self.bytes.control_bytes += body,
            (
                MessageType::COMMAND_AMF0
                | MessageType::COMMAND_AMF3
                | MessageType::SHARED_OBJECT_AMF0
                | MessageType::SHARED_OBJECT_AMF3,
                _,
            ) => self.bytes.command_bytes += body,
            (MessageType::DATA_AMF0 | MessageType::DATA_AMF3, _) => self.bytes.metadata_bytes += body,
            _ => self.bytes.other_bytes += body,
        }
    }

    /// A part's bytes stand under media header already; its payload moves over.
    fn part(&mut self, part: &MediaMessage) {
        let payload = part.payload_bytes.min(self.aggregate);
        self.aggregate -= payload;
        self.bytes.media_header_bytes -= u64::from(payload);
        self.bytes.media_payload_bytes += u64::from(payload);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::pos::Dir;
    use crate::metrics::testing::{Random, event, video};
    use crate::session::event::{Aggregate, MediaRole};

    fn put(ledger: &mut Ledger, header: &MessageHeader, kind: Kind<'_>) {
        ledger.event(&Event { message: Some(header), ..event(0, Dir::ClientToServer, kind) });
    }

    fn part(ledger: &mut Ledger, header_bytes: u32, payload_bytes: u32) {
        let media = MediaMessage { header_bytes, payload_bytes, ..video(MediaRole::Frame, 0) };
        ledger.event(&event(0, Dir::ClientToServer, Kind::Media(&media)));
    }

    #[test]
    fn one_of_each_class() {
        let mut ledger = Ledger::default();
        put(
            &mut ledger,
            &MessageHeader::whole(MessageType::SET_CHUNK_SIZE, 4),
            Kind::SetChunkSize { size: 4096, previous: 128 },
        );
        put(&mut ledger, &MessageHeader::whole(MessageType::COMMAND_AMF0, 100), Kind::Other);
        put(&mut ledger, &MessageHeader::whole(MessageType::SHARED_OBJECT_AMF3, 10), Kind::Other);
        put(&mut ledger, &MessageHeader::whole(MessageType::DATA_AMF0, 300), Kind::Other);
        put(&mut ledger, &MessageHeader::whole(MessageType(77), 9), Kind::Other);
        put(&mut ledger, &MessageHeader::whole(MessageType::VIDEO, 1), Kind::Other);
        let media = MediaMessage { header_bytes: 5, payload_bytes: 995, ..video(MediaRole::Frame, 0) };
        put(&mut ledger, &MessageHeader::whole(MessageType::VIDEO, 1000), Kind::Media(&media));
        put(&mut ledger, &MessageHeader::whole(MessageType::VIDEO, 1000), Kind::TcpFin); // no message's own event
        let expected = LedgerBytes {
            chunk_header_bytes: 7 * 12,
            control_bytes: 4,
            command_bytes: 110,
            metadata_bytes: 300,
            media_header_bytes: 5,
            media_payload_bytes: 995,
            other_bytes: 10,
        };
        assert_eq!(*ledger.bytes(), expected);
        assert_eq!(expected.sum(), 84 + 1424);
    }

    #[test]
    fn an_aggregate_splits_into_its_parts() {
        let mut ledger = Ledger::default();
        put(
            &mut ledger,
            &MessageHeader::whole(MessageType::AGGREGATE, 200),
            Kind::Aggregate(Aggregate { parts: 2, ..Aggregate::default() }),
        );
        part(&mut ledger, 5, 80);
        part(&mut ledger, 2, 60);
        let b = *ledger.bytes();
        assert_eq!((b.media_payload_bytes, b.media_header_bytes), (140, 60));
        part(&mut ledger, 2, 6000); // more than the aggregate held
        assert_eq!(ledger.bytes().media_payload_bytes, 200);
        assert_eq!(ledger.bytes().sum(), 212);
        put(
            &mut ledger,
            &MessageHeader::whole(MessageType::AGGREGATE, 100),
            Kind::Aggregate(Aggregate { parts: 1, ..Aggregate::default() }),
        );
        put(&mut ledger, &MessageHeader::whole(MessageType::DATA_AMF0, 50), Kind::Other);
        part(&mut ledger, 5, 95); // of no aggregate
        assert_eq!(ledger.bytes().media_payload_bytes, 200);
    }

    #[test]
    fn what_was_not_kept_of_an_aggregate_is_no_media() {
        let mut ledger = Ledger::default();
        let aggregate = Aggregate { parts: 2, undecoded: 150, ..Aggregate::default() };
        put(&mut ledger, &MessageHeader::whole(MessageType::AGGREGATE, 200), Kind::Aggregate(aggregate));
        part(&mut ledger, 5, 80); // more than there was of it
        let b = *ledger.bytes();
        assert_eq!((b.media_payload_bytes, b.media_header_bytes, b.other_bytes), (50, 0, 150));
        assert_eq!(b.sum(), 212);
    }

    #[test]
    fn classes_add_up_whatever_comes() {
        let mut random = Random(7);
        let mut random = |below| u32::try_from(random.below(below)).unwrap();
        for _ in 0..50 {
            let (mut ledger, mut expected) = (Ledger::default(), 0);
            for _ in 0..200 {
                let kind = MessageType(u8::try_from(random(24)).unwrap());
                let (length, lost) = (random(5000), random(3));
                let head = MessageHeader::whole(kind, length);
                let head = MessageHeader { header_bytes: random(40), complete: lost == 0, lost, ..head };
                expected += u64::from(head.received + head.header_bytes);
                let payload_bytes = random(6000);
                let media = MediaMessage { payload_bytes, ..video(MediaRole::Frame, 0) };
                match kind {
                    MessageType::AUDIO | MessageType::VIDEO => put(&mut ledger, &head, Kind::Media(&media)),
                    MessageType::AGGREGATE => put(
                        &mut ledger,
                        &head,
                        Kind::Aggregate(Aggregate { parts: 3, ..Aggregate::default() }),
                    ),
                    _ => put(&mut ledger, &head, Kind::Other),
                }
                (0..random(4)).for_each(|_| part(&mut ledger, 1, random(3000)));
            }
            assert_eq!(ledger.bytes().sum(), expected);
        }
    }
}

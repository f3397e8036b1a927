//! What the timestamp fields of one direction were like where they are extended or can be read in two ways.
//!
//! Takes the header of each message once (of its primary event), gives counts. It reads no field itself: the chunk
//! decoder has said what each was taken for.

use crate::base::time::short_step;
use crate::rtmp::message::kind::{MessageHeader, MessageType, TimeReading};

/// Follows the messages of one direction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timestamps {
    /// The newest media timestamp.
    newest: Option<u32>,
    /// Made with the first thing to count: in most directions there is nothing.
    counts: Option<Box<Counts>>,
}

/// Counts of one direction.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Messages whose last header of format 0 to 2 had an extended timestamp.
    pub(crate) extended_messages: u64,
    /// Format 3 chunks behind such a header with an extended timestamp, and without.
    pub(crate) type3_repeated: u64,
    pub(crate) type3_omitted: u64,
    /// Extended fields that were deltas, and that were absolute.
    pub(crate) deltas_extended: u64,
    pub(crate) deltas_absolute: u64,
    /// Messages with a delta of 2^31 or more, which is a step back.
    pub(crate) negative_deltas: u64,
    /// Messages begun by format 3 behind format 0: those that added the timestamp, and those at the same time.
    pub(crate) type3_after_type0_added: u64,
    pub(crate) type3_after_type0_same: u64,
    /// Times the media timestamps went through 2^32, or through 2^31 to 0.
    pub(crate) wraps: u64,
}

/// A step on of no more than this, in ms, is taken for one.
const STEP_MS: u32 = 0x0100_0000;

impl Timestamps {
    /// Counts one message.
    pub(crate) fn add(&mut self, header: &MessageHeader) {
        let timing = header.timing;
        let ordinary = timing.reading == TimeReading::Plain && !timing.is_back;
        if !ordinary || header.extended || timing.repeated > 0 || timing.omitted > 0 {
            self.counts.get_or_insert_default().add(header);
        }
        if matches!(header.kind, MessageType::AUDIO | MessageType::VIDEO | MessageType::AGGREGATE) {
            self.media(header.timestamp);
        }
    }

    /// What was counted, if anything.
    pub(crate) fn counts(&self) -> Option<&Counts> {
        self.counts.as_deref()
    }

    /// Chunk streams go through a wrap one behind the other: the newest of all timestamps does it once.
    fn media(&mut self, time: u32) {
        let Some(newest) = self.newest else {
            self.newest = Some(time);
            return;
        };
        let step = time.wrapping_sub(newest);
        let short = short_step(newest, time);
        let wraps_short = short.is_some_and(|step| step > 0);
        if wraps_short || (time < newest && step <= STEP_MS) {
            self.counts.get_or_insert_default().wraps += 1;
        }
        // One that is late is in front of the wrap of 31 bits again.
        let wraps = self.counts().map_or(0, |counts| counts.wraps);
        let is_late = short.is_some_and(|step| step < 0) && wraps > 0;
        let is_on = step.cast_signed() > 0 || step.wrapping_neg() > STEP_MS;
        if wraps_short || (is_on && !is_late) {
            self.newest = Some(time);
        }
    }
}

impl Counts {
    fn add(&mut self, header: &MessageHeader) {
        let timing = header.timing;
        self.extended_messages += u64::from(header.extended);
        self.type3_repeated += u64::from(timing.repeated);
        self.type3_omitted += u64::from(timing.omitted);
        self.negative_deltas += u64::from(timing.is_back);
        match timing.reading {
            TimeReading::Plain => {}
            TimeReading::Delta => self.deltas_extended += 1,
            TimeReading::Absolute => self.deltas_absolute += 1,
            TimeReading::AddsTimestamp => self.type3_after_type0_added += 1,
            TimeReading::SameTime => self.type3_after_type0_same += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtmp::message::kind::Timing;

    fn wraps(times: &[u32]) -> u64 {
        let mut counts = Timestamps::default();
        for time in times {
            counts.add(&MessageHeader { timestamp: *time, ..MessageHeader::whole(MessageType::VIDEO, 9) });
        }
        counts.counts().map_or(0, |counts| counts.wraps)
    }

    #[test]
    fn a_wrap_is_counted_once_for_all_chunk_streams() {
        assert_eq!(wraps(&[0xFFFF_FFF0, 0xFFFF_FFF8, 4, 0xFFFF_FFFE, 12, 0xFFFF_FFFF, 20]), 1);
        assert_eq!(wraps(&[0x7FFF_FFF0, 0x7FFF_FFF8, 4, 0x7FFF_FFFE, 12, 0x7FFF_FFFF, 20]), 1);
        assert_eq!(wraps(&[0x7FFF_FFF0, 0x8000_0000, 0x8000_0010]), 0, "2^31 is no wrap for 32 bits");
        assert_eq!(wraps(&[0, 0x7FFF_F448, 0x7FFF_F470]), 0, "a jump from 0");
        assert_eq!(wraps(&[50_000, 0, 40, 80]), 0, "a new beginning");
        assert_eq!(wraps(&[5000, 4000, 5040]), 0, "a step back");
    }

    /// Timestamps of commands and of control messages say nothing of the media's.
    #[test]
    fn only_media_wraps() {
        let mut counts = Timestamps::default();
        for (kind, timestamp) in [(MessageType::VIDEO, 0xFFFF_FFF0), (MessageType::COMMAND_AMF0, 0)] {
            counts.add(&MessageHeader { timestamp, ..MessageHeader::whole(kind, 9) });
        }
        assert_eq!(counts.counts(), None);
    }

    #[test]
    fn each_reading_has_its_count() {
        let mut counts = Timestamps::default();
        let of = |reading| Timing {
            reading,
            before: 0,
            is_back: reading == TimeReading::Delta,
            repeated: 2,
            omitted: 1,
        };
        let readings = [
            (TimeReading::Plain, 1),
            (TimeReading::Delta, 2),
            (TimeReading::Absolute, 3),
            (TimeReading::AddsTimestamp, 4),
            (TimeReading::SameTime, 5),
        ];
        for (reading, times) in readings {
            let header = MessageHeader {
                timing: of(reading),
                extended: true,
                ..MessageHeader::whole(MessageType::AUDIO, 9)
            };
            (0..times).for_each(|_| counts.add(&header));
        }
        let want = Counts {
            extended_messages: 15,
            type3_repeated: 30,
            type3_omitted: 15,
            deltas_extended: 2,
            deltas_absolute: 3,
            negative_deltas: 2,
            type3_after_type0_added: 4,
            type3_after_type0_same: 5,
            wraps: 0,
        };
        assert_eq!(counts.counts(), Some(&want));
    }
}

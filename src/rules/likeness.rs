//! Messages like those before them.
//!
//! Most of a connection is frames that differ in their bytes and times alone, and most rules look at neither: a rule that
//! says so ([`super::rule::Rule::skips_alike`]) hears of these only the first. Any event that may change what a message
//! means makes all that follow it first ones again.

use crate::base::pos::Dir;
use crate::media::units::{Extent, Units};
use crate::rtmp::message::kind::{Inferred, MessageHeader};
use crate::session::event::{Event, Kind, MediaKind, MediaMessage};

use super::seen::Seen;
use super::topic::Topic;

/// What an event is like.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Alike {
    /// It is a frame, and may be like others.
    recurs: bool,
    /// It is like one, in all but its bytes and times.
    frame: bool,
    /// The header of its message is like one.
    header: bool,
}

impl Alike {
    /// What is in all like others.
    pub(super) const FRAME: Self = Self { recurs: true, frame: true, header: true };

    /// Whether what a rule hears with a group is like something before it.
    pub(super) const fn in_topic(self, topic: Topic) -> bool {
        match topic {
            Topic::Media | Topic::Audio | Topic::Video | Topic::Enhanced => self.frame,
            Topic::Message => self.header,
            _ => false,
        }
    }

    /// Whether others like it may come, so that a rule which found something in it has to hear them.
    pub(super) const fn may_recur(self) -> bool {
        self.recurs
    }
}

/// What came since the last event that was neither audio nor video.
#[derive(Debug, Default)]
pub(super) struct Likeness(Option<Box<Came>>);

#[derive(Debug, Default)]
struct Came {
    frames: Known<Look>,
    headers: Known<Form>,
}

impl Likeness {
    /// Takes the next event; tells what it is like.
    pub(super) fn event(&mut self, event: &Event<'_>, seen: &Seen) -> Alike {
        match (&event.kind, event.message) {
            (Kind::Media(media), Some(header)) if media.role.is_coded() => {
                let Came { frames, headers } = &mut **self.0.get_or_insert_default();
                Alike {
                    recurs: true,
                    frame: Look::of(event, media, header, seen).is_some_and(|look| frames.knows(look)),
                    header: Form::of(event, header, seen).is_some_and(|form| headers.knows(form)),
                }
            }
            (Kind::Mark { .. } | Kind::Acknowledgement { .. }, _) => Alike::default(),
            _ => {
                if let Some(came) = &mut self.0 {
                    (came.frames.count, came.headers.count) = (0, 0);
                }
                Alike::default()
            }
        }
    }
}

/// How many different things are remembered; of more each is like none.
const MOST: usize = 8;

#[derive(Debug, Default)]
struct Known<T> {
    all: [T; MOST],
    count: u8,
}

impl<T: Copy + PartialEq> Known<T> {
    /// Whether it came before; from now on it has.
    fn knows(&mut self, it: T) -> bool {
        let count = usize::from(self.count);
        if self.all.iter().take(count).any(|known| *known == it) {
            return true;
        }
        if let Some(free) = self.all.get_mut(count) {
            *free = it;
            self.count += 1;
        }
        false
    }
}

/// What rules look at of a frame: each thing in bits of its own.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
struct Look {
    /// Message stream id, and the code of the codec.
    ids: [u32; 2],
    /// Index of the stream, 32 bits; the first byte, which has the codec and the kind of frame; the rest.
    rest: u64,
}

impl Look {
    /// That of a whole frame of the only track of its message; none where more is to be looked at.
    fn of(event: &Event<'_>, media: &MediaMessage, header: &MessageHeader, seen: &Seen) -> Option<Self> {
        let whole = media.complete && !media.unfinished && media.payload_bytes > 0 && media.problem.is_none();
        let plain = media.share.is_none() && media.track == 0 && media.extensions.count == 0;
        if !whole || !plain || header.inferred != Inferred::default() || is_framed(event, media) {
            return None;
        }
        let units = media.units.as_ref().map_or(Some(0), content)?;
        let is_video = media.media == MediaKind::Video;
        let bits = [*event.body.first()?, units, standing(event, seen) << 1 | u8::from(is_video)];
        let rest = bits.into_iter().fold(u64::from(media.stream), |all, bits| all << 8 | u64::from(bits));
        Some(Self { ids: [header.stream_id, media.four_cc.map_or(0, u32::from_be_bytes)], rest })
    }
}

/// Whether a frame may begin with a header that does not belong there: of ADTS or LOAS.
fn is_framed(event: &Event<'_>, media: &MediaMessage) -> bool {
    let at = usize::try_from(media.header_bytes).unwrap_or(usize::MAX);
    media.media == MediaKind::Audio && matches!(event.body.get(at), Some(0xFF | 0x56))
}

/// What is in a frame; none where that is unusual.
fn content(units: &Units) -> Option<u8> {
    let usual = units.extent == Extent::Whole && units.total > 0 && units.empty == 0;
    if !usual || units.has_parameter_sets() {
        return None;
    }
    let bits = [units.is_random_access(), units.has_slice(), units.has_idr(), units.recovery_point];
    Some(bits.into_iter().fold(1, |all, bit| all << 1 | u8::from(bit)))
}

/// What the timestamp field holds when the value follows behind the header.
const EXTENDED: u32 = 0xFF_FFFF;

/// What rules look at of a header: each thing in bits of its own.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
struct Form(u64);

impl Form {
    /// That of a usual header; none where more is to be looked at.
    fn of(event: &Event<'_>, header: &MessageHeader, seen: &Seen) -> Option<Self> {
        let delta = header.extended && matches!(header.fmt, 1 | 2);
        let odd = header.long_ids > 0 || header.timing.is_back || delta || header.unfinished;
        if odd || header.inferred != Inferred::default() {
            return None;
        }
        let fits = header.extended && header.timestamp_field < EXTENDED;
        let (repeated, omitted) = (header.timing.repeated > 0, header.timing.omitted > 0);
        let bits = [header.extended, fits, header.chunks > 1, repeated, omitted];
        let bits = bits.into_iter().fold(0, |all, bit| all << 1 | u8::from(bit));
        let bytes = [header.kind.0, header.fmt, standing(event, seen), bits];
        Some(Self(bytes.into_iter().fold(u64::from(header.csid), |all, byte| all << 8 | u64::from(byte))))
    }
}

/// What an event may mean: its direction, and whether anything came in each.
fn standing(event: &Event<'_>, seen: &Seen) -> u8 {
    u8::from(event.dir == Dir::ClientToServer) | u8::from(seen.heard.c2s) << 1 | u8::from(seen.heard.s2c) << 2
}

//! The units of the video frames of one chunk stream: takes each message as it comes in, gives what is in its frames.
//!
//! A frame is read from the first bytes that are kept of its message on, and as its other bytes pass by. Nothing is
//! held for a chunk stream without video. How long the lengths of units are is known for the whole direction: a
//! configuration may come on another chunk stream than its frames, or in an aggregate.

use crate::base::list;
use crate::media;
use crate::media::tag::Tag;
use crate::media::units::message::MessageScanner;
use crate::media::units::scanner::records;
use crate::media::units::{LengthSizes, TrackUnits};
use crate::rtmp::message::aggregate::Tags;
use crate::rtmp::message::kind::MessageType;

/// What the header says of a message.
#[derive(Copy, Clone, Debug)]
pub(super) struct Announced {
    pub(super) kind: MessageType,
    pub(super) stream_id: u32,
    pub(super) len: u32,
}

#[derive(Debug, Default)]
pub(super) struct FrameUnits(Option<Box<MessageScanner>>);

impl FrameUnits {
    /// Memory held.
    pub(super) fn held_bytes(&self) -> usize {
        self.0.as_ref().map_or(0, |scanner| size_of::<MessageScanner>() + scanner.held_bytes())
    }

    /// Another message begins, or nothing is to be known of this one.
    pub(super) fn reset(&mut self) {
        if let Some(scanner) = &mut self.0 {
            scanner.reset();
        }
    }

    /// `tag` was read from the first bytes of a message, `head`.
    pub(super) fn start(
        &mut self,
        message: Announced,
        tag: Option<&Tag<'_>>,
        head: &[u8],
        sizes: &TrackSizes,
    ) {
        if let (MessageType::VIDEO, Some(tag)) = (message.kind, tag) {
            let sizes = |track| sizes.of(message.stream_id, track);
            self.0.get_or_insert_default().start(tag, head, message.len, sizes);
        }
    }

    /// Takes the bytes behind them.
    pub(super) fn feed(&mut self, message: Announced, bytes: &[u8], sizes: &TrackSizes) {
        if let Some(scanner) = &mut self.0 {
            scanner.feed(bytes, |track| sizes.of(message.stream_id, track));
        }
    }

    /// How many of the next bytes are of no interest.
    pub(super) fn idle(&self) -> u32 {
        self.0.as_ref().map_or(u32::MAX, |scanner| scanner.idle())
    }

    /// Passes over `len` bytes, no more than [`Self::idle`].
    pub(super) fn pass(&mut self, len: u32) {
        if let Some(scanner) = &mut self.0 {
            scanner.pass(len);
        }
    }

    /// Passes over `len` bytes if they are of no interest; gives whether they are.
    pub(super) fn passes(&mut self, len: u32) -> bool {
        let idle = len <= self.idle();
        if idle {
            self.pass(len);
        }
        idle
    }

    /// A message has ended, completely if `whole`. Where it has not been started it is short, brings configurations, or
    /// is no frame; `body` is what was kept of it.
    pub(super) fn end(&mut self, message: Announced, body: &[u8], whole: bool, sizes: &mut TrackSizes) {
        match message.kind {
            MessageType::VIDEO if self.0.as_ref().is_some_and(|scanner| scanner.has_begun()) => {}
            MessageType::VIDEO => {
                let tag = media::read(media::VIDEO, body);
                self.start(message, tag.as_ref(), body, sizes);
                if let Some(tag) = tag.filter(|_| whole) {
                    sizes.learn(message.stream_id, &tag, body);
                }
            }
            MessageType::AGGREGATE => sizes.learn_parts(message.stream_id, body),
            _ => {}
        }
    }

    /// What was found in the message that has ended: for each of its tracks, or for the one frame.
    pub(super) fn found(&mut self) -> &TrackUnits {
        self.0.as_mut().map(|scanner| scanner.end()).unwrap_or_default()
    }
}

/// Tracks of which more is remembered than that they were there.
const MOST_TRACKS: usize = 256;

/// How long the lengths in front of units are, in each video track of a direction.
#[derive(Debug, Default)]
pub(super) struct TrackSizes {
    /// Message stream id and number of the track, in order of first sight.
    tracks: Vec<((u32, u8), LengthSizes)>,
    /// By the last records of any track: for one of which no record was seen.
    last: LengthSizes,
}

impl TrackSizes {
    /// Memory held.
    pub(super) const fn held_bytes(&self) -> usize {
        self.tracks.capacity() * size_of::<((u32, u8), LengthSizes)>()
    }

    fn of(&self, stream_id: u32, track: u8) -> LengthSizes {
        let found = self.tracks.iter().find(|(key, _)| *key == (stream_id, track));
        found.map_or(self.last, |(_, sizes)| *sizes)
    }

    /// Takes the configurations of a video message that is there as a whole.
    fn learn(&mut self, stream_id: u32, tag: &Tag<'_>, message: &[u8]) {
        records(tag, message, |track, codec, record| {
            self.last.learn(codec, record);
            let key = (stream_id, track);
            if let Some((_, sizes)) = self.tracks.iter_mut().find(|(known, _)| *known == key) {
                sizes.learn(codec, record);
            } else if self.tracks.len() < MOST_TRACKS {
                let mut sizes = LengthSizes::default();
                sizes.learn(codec, record);
                list::push(&mut self.tracks, (key, sizes));
            }
        });
    }

    /// The same of the parts of an aggregate, whose own message stream ids mean nothing.
    fn learn_parts(&mut self, stream_id: u32, body: &[u8]) {
        for part in Tags::new(body).filter(|part| part.kind == MessageType::VIDEO && part.complete) {
            if let Some(tag) = media::read(media::VIDEO, part.body) {
                self.learn(stream_id, &tag, part.body);
            }
        }
    }
}

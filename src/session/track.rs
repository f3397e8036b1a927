//! The tracks of one kind of a stream: what is remembered of each, and its turning points.

use crate::base::time::MediaClock;
use crate::media::tag::VideoCommand;
use crate::media::units::LengthSizes;

use super::config::{SeenConfig, SeenFrame};
use super::event::{Coding, Mark, MediaMessage, MediaRole};

/// A step ahead longer than this is a jump.
const JUMP_MS: i64 = 5000;

/// The tracks of one kind.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    /// The one with number 0, as of all messages that name none.
    default: Option<Box<Track>>,
    /// Any others, in order of first sight.
    others: Vec<(u8, Box<Track>)>,
}

impl Tracks {
    /// Whether there was no message of this kind.
    pub(super) const fn is_empty(&self) -> bool {
        self.default.is_none() && self.others.is_empty()
    }

    /// The track with a number.
    pub(super) fn find(&mut self, id: u8) -> Option<&mut Track> {
        if id == 0 {
            return self.default.as_deref_mut();
        }
        self.others.iter_mut().find(|(other, _)| *other == id).map(|(_, track)| &mut **track)
    }

    /// Makes a track; false when it is one beside the default one and there are `max` of these.
    pub(super) fn add(&mut self, id: u8, max: usize) -> bool {
        let is_first = self.is_empty();
        let track = Box::new(Track { id, is_first, clock: self.clock(), ..Track::default() });
        if id == 0 {
            self.default = Some(track);
        } else if self.others.len() < max {
            self.others.push((id, track));
        } else {
            return false;
        }
        true
    }

    /// A clock for another track, in the same turn of the 32-bit clock as those there are.
    pub(super) fn clock(&self) -> MediaClock {
        let track = self.default.as_deref().or(self.others.first().map(|(_, track)| &**track));
        track.map(|track| track.clock).unwrap_or_default()
    }
}

/// What is remembered of one track.
#[derive(Debug, Default)]
pub(super) struct Track {
    id: u8,
    /// Whether it was the first of its kind.
    is_first: bool,
    pub(super) clock: MediaClock,
    last_dts_ms: Option<i64>,
    stage: Stage,
    silent: bool,
    coding: Option<Coding>,
    pub(super) config: Option<SeenConfig>,
    pub(super) frame: SeenFrame,
    /// By its configurations, for frames in aggregates.
    pub(super) length_sizes: LengthSizes,
}

/// How far a track has come; each stage includes those before.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    #[default]
    Nothing,
    Message,
    CodedMessage,
    KeyFrame,
}

impl Track {
    /// Whether `stage` is reached for the first time.
    fn reaches(&mut self, stage: Stage) -> bool {
        let first = self.stage < stage;
        self.stage = self.stage.max(stage);
        first
    }

    /// Tells what `message` begins or ends.
    pub(super) fn turning_points(&mut self, message: &MediaMessage, mark: &mut dyn FnMut(Mark)) {
        let media = message.media;
        if self.reaches(Stage::Message) {
            if self.is_first {
                mark(Mark::FirstMessage(media));
            }
            if self.id != 0 {
                mark(Mark::TrackAdded { media, codec: message.codec });
            }
        }
        if message.role.is_coded() || message.role == MediaRole::SequenceHeader {
            self.codec(message, mark);
        }
        if message.role.is_coded() {
            if self.reaches(Stage::CodedMessage) {
                mark(Mark::First(media));
            }
            self.step(message, mark);
        }
        match (message.role, message.command) {
            (MediaRole::KeyFrame, _) => {
                let first = self.reaches(Stage::KeyFrame);
                mark(if first { Mark::FirstKeyFrame } else { Mark::KeyFrame });
            }
            (MediaRole::SequenceEnd, _) => mark(Mark::End(media)),
            (MediaRole::Silence, _) if !self.silent => mark(Mark::Silence),
            (_, Some(VideoCommand::SeekStart)) => mark(Mark::SeekStart),
            (_, Some(VideoCommand::SeekEnd)) => mark(Mark::SeekEnd),
            _ => {}
        }
        self.silent = message.role == MediaRole::Silence;
    }

    /// The codec, against that of the message before. A header cut before its codec tells nothing.
    fn codec(&mut self, message: &MediaMessage, mark: &mut dyn FnMut(Mark)) {
        if message.codec.is_none() {
            return;
        }
        let to = Coding::of(message.codec, message.sound);
        if let Some(from) = self.coding.replace(to).filter(|from| *from != to) {
            mark(Mark::CodecChange { media: message.media, from, to });
        }
    }

    /// The step of the media clock from the coded message before.
    fn step(&mut self, message: &MediaMessage, mark: &mut dyn FnMut(Mark)) {
        let media = message.media;
        let by_ms = self.last_dts_ms.map_or(0, |before| message.dts_ms - before);
        if by_ms < 0 {
            mark(Mark::TimestampBackward { media, by_ms: -by_ms });
        } else if by_ms > JUMP_MS {
            mark(Mark::TimestampJump { media, by_ms });
        }
        self.last_dts_ms = Some(message.dts_ms);
    }
}

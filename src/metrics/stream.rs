//! One published or played stream: its tracks, and how they were delivered.
//!
//! Takes the events of one stream index; gives its [`Track`]s and the summaries of synchrony, pacing and
//! latency. State is made when it is first needed: a stream without media costs a few hundred bytes.
//!
//! The extended clocks of audio and video may be whole turns of 2^32 ms apart when a stream began near a
//! wrap. Here the track that comes second is moved by whole turns next to the first, for synchrony and pacing
//! only. Of several tracks of a kind (multitrack) these two are about the one whose coded frames came first.

use super::Depth;
use super::commands::clipped;
use super::latency::{ConnectionLatency, LatencySummary, StreamLatency};
use super::num::wrapped;
use super::pacing::{Pacing, PacingSummary};
use super::sync::{Sync, SyncSummary};
use super::track::Track;
use crate::base::pos::PacketRef;
use crate::media::config::Description;
use crate::session::event::{MediaKind, MediaMessage, MediaRole, StreamRole, TrackConfig};

/// Bytes kept of a stream's name.
pub(super) const NAME_BYTES: usize = 1024;

/// Memory of a track and what its frames say, of which the text is short. Its configuration is that of the session.
const TRACK_HELD: usize = size_of::<Track>() + size_of::<Description>() + 128;

/// Memory of a stream's two default tracks, and of its timing.
pub(super) const HELD: usize = 2 * TRACK_HELD + size_of::<Timing>() + 128;

/// What is kept of a stream.
#[derive(Debug)]
pub(crate) struct StreamMetrics {
    /// Index within the connection.
    index: u32,
    role: StreamRole,
    message_stream_id: Option<u32>,
    /// As on the wire.
    name: Option<Box<str>>,
    started: PacketRef,
    stopped: Option<PacketRef>,
    last_media: Option<PacketRef>,
    audio: Option<Box<Track>>,
    video: Option<Box<Track>>,
    /// Tracks beside the default ones, video before audio, by number.
    others: Vec<Other>,
    /// A message named its track.
    multitrack: bool,
    timing: Option<Box<Timing>>,
    /// How long its steps took.
    pub(super) latency: StreamLatency,
}

/// A track beside the default one.
#[derive(Debug)]
struct Other {
    media: MediaKind,
    id: u8,
    track: Box<Track>,
}

impl Other {
    /// What tracks are in order of.
    const fn key(&self) -> (bool, u8) {
        (matches!(self.media, MediaKind::Audio), self.id)
    }
}

impl StreamMetrics {
    /// The stream with this index, first seen at `started`.
    pub(super) fn new(index: u32, role: StreamRole, started: PacketRef) -> Self {
        Self {
            index,
            role,
            message_stream_id: None,
            name: None,
            started,
            stopped: None,
            last_media: None,
            audio: None,
            video: None,
            others: Vec::new(),
            multitrack: false,
            timing: None,
            latency: StreamLatency::default(),
        }
    }

    /// What the event that began it says.
    pub(super) fn begin(&mut self, role: StreamRole, name: Option<&str>, message_stream_id: u32) {
        self.role = role;
        self.name = name.map(|name| clipped(name, NAME_BYTES));
        self.message_stream_id = Some(message_stream_id);
    }

    /// It is seen for the first time, on this message stream.
    pub(super) const fn joined(&mut self, role: StreamRole, message_stream_id: Option<u32>) {
        self.role = role;
        self.message_stream_id = message_stream_id;
    }

    /// It stopped.
    pub(super) const fn stop(&mut self, at: PacketRef) {
        self.stopped = Some(at);
    }

    /// The next frame may be of another time: paused, or another place was asked for.
    pub(super) fn cut(&mut self) {
        if let Some(timing) = &mut self.timing {
            timing.pacing.cut();
        }
    }

    /// Takes a media message, alone or in an aggregate, or one track of one; gives by how much the memory held has
    /// grown beyond [`HELD`]. Beside the default tracks there are `most_tracks` of a kind.
    pub(super) fn media(
        &mut self,
        media: &MediaMessage,
        at: PacketRef,
        most_tracks: usize,
        depth: Depth,
    ) -> usize {
        self.last_media = Some(at);
        self.latency.media(self.role, media, at.ts);
        self.multitrack |= media.share.is_some();
        let tracks = self.others.len();
        let track = self.track_mut(media.media, media.track, most_tracks);
        let of_track = track.map_or(0, |track| match depth {
            Depth::Full => track.message(media, at.ts),
            Depth::Verdict => track.time(media, at.ts),
        });
        let grown = of_track + (self.others.len() - tracks) * (TRACK_HELD + 2 * size_of::<Other>());
        if media.role.is_coded() && !media.unfinished {
            return grown + self.timing.get_or_insert_with(Box::default).frame(media, at, depth);
        }
        grown
    }

    /// About the memory of what there is to tell of it.
    pub(super) fn told_bytes(&self) -> usize {
        let timing = self.timing.as_ref().map_or(0, |_| size_of::<Timing>());
        let track = size_of::<Track>() + size_of::<TrackConfig>();
        size_of::<Self>() + self.tracks().count() * track + timing
    }

    /// A track, made when there is none and not more than `most` beside the default one.
    pub(super) fn track_mut(&mut self, kind: MediaKind, id: u8, most: usize) -> Option<&mut Track> {
        if id == 0 {
            return Some(match kind {
                MediaKind::Audio => self.audio.get_or_insert_default(),
                MediaKind::Video => self.video.get_or_insert_default(),
            });
        }
        let key = (kind == MediaKind::Audio, id);
        let at = match self.others.binary_search_by_key(&key, Other::key) {
            Ok(at) => at,
            Err(_) if self.others.iter().filter(|other| other.media == kind).count() >= most => return None,
            Err(at) => {
                self.others.insert(at, Other { media: kind, id, track: Box::default() });
                at
            }
        };
        self.others.get_mut(at).map(|other| &mut *other.track)
    }

    /// Index within the connection.
    pub(crate) const fn index(&self) -> u32 {
        self.index
    }

    /// What it is for.
    pub(crate) const fn role(&self) -> StreamRole {
        self.role
    }

    /// Message stream id.
    pub(crate) const fn message_stream_id(&self) -> Option<u32> {
        self.message_stream_id
    }

    /// Name, unmasked, at most 1024 bytes of it.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where it began: the command, or its first media.
    pub(crate) const fn started(&self) -> PacketRef {
        self.started
    }

    /// Where it stopped; `None` when it did not before the connection's end.
    pub(crate) const fn stopped(&self) -> Option<PacketRef> {
        self.stopped
    }

    /// Its last media message.
    pub(crate) const fn last_media(&self) -> Option<PacketRef> {
        self.last_media
    }

    /// The default track of a kind with its number, or the first of the others; `None` when no message of this kind
    /// came.
    pub(crate) fn track(&self, kind: MediaKind) -> Option<(u8, &Track)> {
        self.tracks().find(|(media, ..)| *media == kind).map(|(_, id, track)| (id, track))
    }

    /// Whether any message was one of numbered tracks.
    pub(crate) const fn is_multitrack(&self) -> bool {
        self.multitrack
    }

    /// All tracks, video before audio, by number.
    pub(crate) fn tracks(&self) -> impl Iterator<Item = (MediaKind, u8, &Track)> {
        [(MediaKind::Video, &self.video), (MediaKind::Audio, &self.audio)].into_iter().flat_map(
            |(kind, default)| {
                let others = self.others.iter().filter(move |other| other.media == kind);
                let others = others.map(|other| (other.media, other.id, &*other.track));
                default.as_deref().map(|track| (kind, 0, track)).into_iter().chain(others)
            },
        )
    }

    /// Audio against video.
    pub(crate) fn sync(&self) -> Option<SyncSummary> {
        self.timing.as_ref()?.sync.summary()
    }

    /// Media against wall time.
    pub(crate) fn pacing(&self) -> Option<PacingSummary> {
        self.timing.as_ref()?.pacing.summary()
    }

    /// Steps of setting up, those of its connection included.
    pub(crate) fn latency(&self, connection: &ConnectionLatency) -> LatencySummary {
        self.latency.summary(self.role, connection)
    }
}

/// Audio and video over time.
#[derive(Debug)]
struct Timing {
    audio: Turn,
    video: Turn,
    sync: Sync,
    pacing: Pacing,
}

impl Default for Timing {
    fn default() -> Self {
        Self { audio: Turn::default(), video: Turn::default(), sync: Sync::new(), pacing: Pacing::default() }
    }
}

/// The last DTS of a track and the whole turns that bring it next to the other's.
#[derive(Copy, Clone, Debug, Default)]
struct Turn {
    /// The track whose frames count.
    track: Option<u8>,
    last: Option<i64>,
    moved: i64,
}

impl Timing {
    fn frame(&mut self, media: &MediaMessage, at: PacketRef, depth: Depth) -> usize {
        let (own, other) = match media.media {
            MediaKind::Audio => (&mut self.audio, self.video),
            MediaKind::Video => (&mut self.video, self.audio),
        };
        if *own.track.get_or_insert(media.track) != media.track {
            return 0;
        }
        if let (None, Some(other)) = (own.last, other.last) {
            let apart = media.dts_ms.saturating_sub(other);
            own.moved = wrapped(apart).saturating_sub(apart);
        }
        let dts = media.dts_ms.saturating_add(own.moved);
        own.last = Some(dts);
        let key = media.media == MediaKind::Video && media.role == MediaRole::KeyFrame;
        let burst = self.pacing.frame(media.media, key, dts, at.ts);
        if depth == Depth::Verdict {
            return 0;
        }
        if burst {
            self.sync.restart_drift();
        }
        self.sync.frame(media.media, dts, media.composition_ms, at.ts)
    }
}

//! One published or played stream: its tracks, and how they were delivered.
//!
//! Takes the events of one stream index; gives its [`Track`]s and the summaries of synchrony, pacing and
//! latency. State is made when it is first needed: a stream without media costs a few hundred bytes.
//!
//! The extended clocks of audio and video may be whole turns of 2^32 ms apart when a stream began near a
//! wrap. Here the track that comes second is moved by whole turns next to the first, for synchrony and pacing
//! only.

use super::commands::clipped;
use super::latency::{ConnectionLatency, LatencySummary, StreamLatency};
use super::num::wrapped;
use super::pacing::{Pacing, PacingSummary};
use super::sync::{Sync, SyncSummary};
use super::track::Track;
use super::units::UnitCounts;
use crate::base::pos::PacketRef;
use crate::media::config::Description;
use crate::session::event::{MediaKind, MediaMessage, MediaRole, StreamRole, TrackConfig};

/// Bytes kept of a stream's name.
pub(super) const NAME_BYTES: usize = 1024;

/// Memory of a track with its configuration and what its frames say; their texts are short.
const TRACK_HELD: usize = size_of::<Track>() + size_of::<TrackConfig>() + size_of::<Description>() + 256;

/// Memory of a stream's tracks with the counts of units, and of its timing.
pub(super) const HELD: usize = 2 * TRACK_HELD + size_of::<UnitCounts>() + size_of::<Timing>() + 128;

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
    timing: Option<Box<Timing>>,
    /// How long its steps took.
    pub(super) latency: StreamLatency,
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

    /// Takes a media message, alone or in an aggregate; gives by how much the memory held has grown beyond [`HELD`].
    pub(super) fn media(&mut self, media: &MediaMessage, at: PacketRef) -> usize {
        self.last_media = Some(at);
        self.latency.media(self.role, media, at.ts);
        self.track_mut(media.media).message(media, at.ts);
        if media.role.is_coded() && media.track == 0 {
            return self.timing.get_or_insert_with(Box::default).frame(media, at);
        }
        0
    }

    /// The track of this kind, made when there is none.
    pub(super) fn track_mut(&mut self, kind: MediaKind) -> &mut Track {
        match kind {
            MediaKind::Audio => self.audio.get_or_insert_default(),
            MediaKind::Video => self.video.get_or_insert_default(),
        }
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

    /// A track; `None` when no message of this kind came.
    pub(crate) fn track(&self, kind: MediaKind) -> Option<&Track> {
        match kind {
            MediaKind::Audio => self.audio.as_deref(),
            MediaKind::Video => self.video.as_deref(),
        }
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

/// Both tracks over time.
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
    last: Option<i64>,
    moved: i64,
}

impl Timing {
    fn frame(&mut self, media: &MediaMessage, at: PacketRef) -> usize {
        let (own, other) = match media.media {
            MediaKind::Audio => (&mut self.audio, self.video),
            MediaKind::Video => (&mut self.video, self.audio),
        };
        if let (None, Some(other)) = (own.last, other.last) {
            let apart = media.dts_ms.saturating_sub(other);
            own.moved = wrapped(apart).saturating_sub(apart);
        }
        let dts = media.dts_ms.saturating_add(own.moved);
        own.last = Some(dts);
        let key = media.media == MediaKind::Video && media.role == MediaRole::KeyFrame;
        if self.pacing.frame(media.media, key, dts, at.ts) {
            self.sync.restart_drift();
        }
        self.sync.frame(media.media, dts, media.composition_ms, at.ts)
    }
}

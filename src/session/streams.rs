//! The streams of a connection: what was published or played on which message stream id, and its tracks.

use crate::base::list;
use crate::base::pos::{Dir, PacketRef, Span};
use crate::media::config::Description;

use super::Out;
use super::event::{Kind, MediaKind, StreamRole, TrackConfig};
use super::track::{Track, Tracks};

/// A stream, from its publish or play command (or its first media) to its end.
#[derive(Debug)]
pub(super) struct Stream {
    /// Its message stream id.
    id: u32,
    pub(super) role: StreamRole,
    /// Number of the packet with which it began.
    began: u64,
    /// Of one that began with a status: the bytes of the client that its sender had received.
    answers: u64,
    active: bool,
    audio: Tracks,
    video: Tracks,
}

/// Memory of a track with what its configuration and its frames say.
const TRACK_HELD: usize = size_of::<Track>() + size_of::<TrackConfig>() + size_of::<Description>() + 256;

/// All streams of a connection, in order of first sight.
#[derive(Debug, Default)]
pub(super) struct Streams {
    all: Vec<Stream>,
    /// Streams not followed because there were too many.
    pub(super) dropped: u64,
    /// Tracks beside the default ones.
    other_tracks: usize,
    /// Messages of tracks not followed because there were too many.
    pub(super) dropped_tracks: u64,
}

impl Streams {
    /// Memory held beside the structure itself, or more.
    pub(super) fn held_bytes(&self) -> usize {
        let tracks = self.all.len() * 2 + self.other_tracks;
        self.all.capacity() * size_of::<Stream>() + tracks * TRACK_HELD
    }

    /// The tracks of a kind of the stream at an index.
    pub(super) fn tracks(&mut self, stream: u32, kind: MediaKind) -> Option<&mut Tracks> {
        let stream = self.get_mut(stream)?;
        Some(match kind {
            MediaKind::Audio => &mut stream.audio,
            MediaKind::Video => &mut stream.video,
        })
    }

    /// The track with a number, made when it is first asked for; none when there are `max` others already.
    pub(super) fn track(&mut self, stream: u32, kind: MediaKind, id: u8, max: usize) -> Option<&mut Track> {
        let tracks = self.tracks(stream, kind)?;
        if tracks.find(id).is_none() {
            if !tracks.add(id, max) {
                self.dropped_tracks += 1;
                return None;
            }
            self.other_tracks += usize::from(id != 0);
        }
        self.tracks(stream, kind)?.find(id)
    }

    /// The stream at an index.
    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut Stream> {
        self.all.get_mut(usize::try_from(index).ok()?)
    }

    /// The stream in use on a message stream id, whatever its role.
    pub(super) fn active(&self, stream_id: u32) -> Option<u32> {
        self.find(|s| s.active && s.id == stream_id)
    }

    /// The stream that a message of `dir` belongs to: the one in use, or the last that was.
    pub(super) fn of_message(&self, stream_id: u32, dir: Dir) -> Option<u32> {
        let fits = |s: &Stream| s.id == stream_id && s.role.dir() == dir;
        self.find(|s| s.active && fits(s)).or_else(|| self.find(fits))
    }

    /// A stream in use for `role` that has had no media yet, if there is just one: some servers send media on
    /// another message stream id than that of the play command.
    pub(super) fn waiting(&self, role: StreamRole) -> Option<u32> {
        let waits = |s: &Stream| s.active && s.role == role && s.audio.is_empty() && s.video.is_empty();
        let stream = self.find(waits)?;
        (self.all.iter().filter(|s| waits(s)).count() == 1).then_some(stream)
    }

    /// Media of a stream comes on another message stream id than it began on.
    pub(super) fn moved(&mut self, stream: u32, stream_id: u32) {
        if let Some(entry) = self.get_mut(stream) {
            entry.id = stream_id;
        }
    }

    fn find(&self, matches: impl Fn(&Stream) -> bool) -> Option<u32> {
        self.all.iter().rposition(matches).and_then(|i| u32::try_from(i).ok())
    }

    /// A command begins a stream, in place of one in use on the same id.
    pub(super) fn start(
        &mut self,
        stream_id: u32,
        role: StreamRole,
        name: Option<&str>,
        span: Span,
        max: usize,
        out: &mut Out<'_>,
    ) -> Option<u32> {
        if let Some(previous) = self.active(stream_id) {
            // Its answer was decoded first, or stands in front of it in the capture, and began it.
            let answered = |s: &Stream| s.began > span.last.no || s.answers >= span.end;
            let stream = self.get_mut(previous);
            if stream.is_some_and(|s| s.role == role && answered(s)) {
                return Some(previous);
            }
            self.stop(previous, None, span.last, out);
        }
        self.begin(stream_id, role, name, span, max, out)
    }

    /// A status begins a stream whose command was not captured, or is captured later.
    pub(super) fn start_answered(
        &mut self,
        stream_id: u32,
        role: StreamRole,
        span: Span,
        max: usize,
        out: &mut Out<'_>,
    ) -> Option<u32> {
        let stream = self.start(stream_id, role, None, span, max, out)?;
        if let Some(entry) = self.get_mut(stream) {
            entry.answers = span.first.acked;
        }
        Some(stream)
    }

    /// A stream begins beside those in use.
    pub(super) fn begin(
        &mut self,
        stream_id: u32,
        role: StreamRole,
        name: Option<&str>,
        span: Span,
        max: usize,
        out: &mut Out<'_>,
    ) -> Option<u32> {
        if self.all.len() >= max {
            self.dropped += 1;
            return None;
        }
        let stream = u32::try_from(self.all.len()).ok()?;
        let began = span.last.no;
        let (audio, video) = (Tracks::default(), Tracks::default());
        let entry = Stream { id: stream_id, role, began, answers: 0, active: true, audio, video };
        list::push(&mut self.all, entry);
        out.at(role.dir(), span, Kind::StreamStarted { stream, role, name, stream_id });
        Some(stream)
    }

    /// A stream ends.
    pub(super) fn stop(&mut self, stream: u32, by: Option<Dir>, at: PacketRef, out: &mut Out<'_>) {
        if let Some(entry) = self.get_mut(stream)
            && std::mem::replace(&mut entry.active, false)
        {
            let dir = by.unwrap_or(entry.role.dir());
            out.plain(dir, at, Kind::StreamStopped { stream, by });
        }
    }

    /// The connection ends.
    pub(super) fn stop_all(&mut self, at: PacketRef, out: &mut Out<'_>) {
        for index in 0..self.all.len() {
            let stream = u32::try_from(index).unwrap_or(u32::MAX);
            self.stop(stream, None, at, out);
        }
    }
}

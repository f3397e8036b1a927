//! What the rules of this group share: which messages have a time that counts, states of tracks, what explains a step of
//! the clock.

use crate::base::pos::{Dir, PerDir};
use crate::base::time::CaptureTime;
use crate::rtmp::message::user_control::UserControl;
use crate::rules::context::Cx;
use crate::rules::per::Per;
use crate::session::event::{ConfigChange, Event, Kind, Mark, MediaKind, MediaMessage, StreamRole};

/// Media that pauses for longer stands still.
const STALL_NS: i64 = 1_000_000_000;
/// For so long the traces of that are seen.
const TRACES_NS: i64 = 10_000_000_000;

/// The coded frame that an event is, if it is one whose time is known.
pub(super) fn coded<'e>(event: &'e Event<'_>) -> Option<&'e MediaMessage> {
    let Kind::Media(m) = &event.kind else { return None };
    let told = event.message.is_none_or(|header| !header.inferred.timestamp);
    (m.role.is_coded() && m.complete && !m.unfinished && told).then_some(m)
}

/// One of several tracks.
pub(super) type Key = (u32, MediaKind, u8);

/// The states of tracks.
pub(super) struct Tracks<T>(Per<Key, T>);

impl<T> Default for Tracks<T> {
    fn default() -> Self {
        Self(Per::default())
    }
}

impl<T: Default> Tracks<T> {
    /// That of a message's track; none when there are too many.
    pub(super) fn of(&mut self, m: &MediaMessage) -> Option<&mut T> {
        self.at((m.stream, m.media, m.track))
    }

    /// That of a track.
    pub(super) fn at(&mut self, key: Key) -> Option<&mut T> {
        self.0.get(key)
    }

    /// All of them.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (Key, &mut T)> {
        self.0.all_mut().map(|(key, track)| (*key, track))
    }

    /// The states.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.all().map(|(_, track)| track)
    }

    /// Those whose clock may begin again.
    pub(super) fn restarted(&mut self, by: Restart) -> impl Iterator<Item = &mut T> {
        self.iter_mut().filter(move |((stream, ..), _)| by.is_of(*stream)).map(|(_, track)| track)
    }
}

impl<T> Tracks<T> {
    /// Memory held beside the structure itself.
    pub(super) const fn held_bytes(&self) -> usize {
        self.0.held_bytes()
    }
}

/// The number of a track among those of a connection, to tell findings apart.
pub(super) fn number(m: &MediaMessage) -> u64 {
    u64::from(m.stream) << 9 | u64::from(m.media == MediaKind::Video) << 8 | u64::from(m.track)
}

/// Streams whose clock may begin again.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Restart {
    All,
    One(u32),
}

impl Restart {
    fn is_of(self, stream: u32) -> bool {
        match self {
            Self::All => true,
            Self::One(n) => n == stream,
        }
    }
}

/// Whether an event explains a step of the clock: a new stream, a seek, a pause, another source, another configuration.
pub(super) fn restart(event: &Event<'_>) -> Option<Restart> {
    match &event.kind {
        Kind::StreamStarted { stream, .. }
        | Kind::Config { stream, change: ConfigChange::Changed, .. }
        | Kind::Mark { stream, mark: Mark::SeekStart | Mark::SeekEnd, .. } => Some(Restart::One(*stream)),
        Kind::UserControl(UserControl::StreamBegin { .. } | UserControl::StreamEof { .. }) => {
            Some(Restart::All)
        }
        Kind::Command(it) => {
            let explains = matches!(
                it.name,
                "ns.play"
                    | "ns.play2"
                    | "ns.play_start"
                    | "ns.play_reset"
                    | "ns.play_stop"
                    | "ns.publish_start"
                    | "ns.seek"
                    | "ns.pause"
                    | "ns.status"
            );
            explains.then(|| it.stream.map_or(Restart::All, Restart::One))
        }
        _ => None,
    }
}

/// When media of a direction stood still of late, in which a sender drops frames.
#[derive(Default)]
pub(super) struct Stalls {
    media: PerDir<Option<CaptureTime>>,
    stalled: PerDir<Option<CaptureTime>>,
}

impl Stalls {
    /// Takes every event.
    pub(super) fn event(&mut self, event: &Event<'_>) {
        let now = event.at.ts;
        match event.kind {
            Kind::Media(_) => {
                let before = self.media.get_mut(event.dir).replace(now);
                if before.is_some_and(|before| now.since(before) > STALL_NS) {
                    *self.stalled.get_mut(event.dir) = Some(now);
                }
            }
            Kind::TcpZeroWindowBegin | Kind::TcpZeroWindowEnd { .. } => {
                *self.stalled.get_mut(event.dir.opposite()) = Some(now);
            }
            _ => {}
        }
    }

    /// Whether that was so lately that its traces are to be expected.
    pub(super) fn is_near(&self, dir: Dir, now: CaptureTime) -> bool {
        self.stalled.get(dir).is_some_and(|at| now.since(at) <= TRACES_NS)
    }
}

/// Whether a stream is played and began so lately that the server still sends what it kept (a GOP cache).
pub(super) fn is_play_start(stream: u32, now: CaptureTime, ns: i64, cx: &Cx<'_>) -> bool {
    let seen = cx.seen.stream(stream).filter(|s| s.role == StreamRole::Play);
    seen.is_some_and(|s| now.since(s.began.last.ts) < ns)
}

/// Whether a step goes through the end of a clock of so many bits, from and to times as near to it as that.
pub(super) fn wraps(before: u32, now: u32, bits: u32, near: u32) -> bool {
    let end = 1_u64 << bits;
    let from = end - u64::from(near);
    (from..end).contains(&u64::from(before)) && now < near
}

//! What the rules of this group share: which messages have a time that counts, states of tracks, what explains a step of
//! the clock.

use crate::base::time::CaptureTime;
use crate::rules::clocks::Key;
use crate::rules::context::Cx;
use crate::rules::per::Per;
use crate::session::event::{MediaKind, MediaMessage, StreamRole};

pub(super) use crate::rules::clocks::coded;

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

    /// Those whose clock may begin again with the present event.
    pub(super) fn restarted(&mut self, cx: &Cx<'_>) -> impl Iterator<Item = &mut T> {
        let begun = cx.seen.clocks.restart().map(|by| {
            self.iter_mut().filter(move |((stream, ..), _)| by.is_of(*stream)).map(|(_, track)| track)
        });
        begun.into_iter().flatten()
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

//! What the rules of this group share: a state for each track, and words for tracks and codes.

use std::borrow::Cow;

use crate::media::codec::{Codec, FourCc, fourcc_text};
use crate::session::event::{MediaKind, MediaMessage};

/// Tracks followed at most; others are not judged.
const MOST_TRACKS: usize = 256;

/// A track: stream, kind, number.
pub(super) type TrackKey = (u32, MediaKind, u8);

/// A state for each track.
#[derive(Debug, Default)]
pub(super) struct PerTrack<T> {
    all: Vec<(TrackKey, T)>,
}

impl<T: Default> PerTrack<T> {
    /// That of a track; none when there are too many.
    pub(super) fn get(&mut self, key: TrackKey) -> Option<&mut T> {
        let index = self.all.iter().position(|(known, _)| *known == key);
        if index.is_none() && self.all.len() < MOST_TRACKS {
            self.all.push((key, T::default()));
        }
        let index = index.unwrap_or(self.all.len().wrapping_sub(1));
        self.all.get_mut(index).filter(|(known, _)| *known == key).map(|(_, state)| state)
    }

    /// That of the track of a message.
    pub(super) fn of(&mut self, message: &MediaMessage) -> Option<&mut T> {
        self.get(key(message))
    }

    /// Memory held.
    pub(super) const fn held_bytes(&self) -> usize {
        self.all.capacity() * size_of::<(TrackKey, T)>()
    }
}

/// The track of a message.
pub(super) const fn key(message: &MediaMessage) -> TrackKey {
    (message.stream, message.media, message.track)
}

/// The track as a number that tells it from the others of a connection.
pub(super) fn number((stream, media, track): TrackKey) -> u64 {
    u64::from(stream) << 9 | u64::from(media == MediaKind::Audio) << 8 | u64::from(track)
}

/// A code as a number that tells it from others.
pub(super) fn code_number(code: FourCc) -> u64 {
    u32::from_be_bytes(code).into()
}

/// The track in words: "video", or "video track 1".
pub(super) fn words((_, media, track): TrackKey) -> String {
    match track {
        0 => media.name().to_owned(),
        _ => format!("{} track {track}", media.name()),
    }
}

/// The code of a message, as text.
pub(super) fn code(message: &MediaMessage) -> Cow<'_, str> {
    message.four_cc.as_ref().map_or(Cow::Borrowed("no FourCC"), fourcc_text)
}

/// Whether frames of a codec say themselves what they are: nothing has to come before them.
pub(super) const fn describes_itself(codec: Codec) -> bool {
    matches!(codec, Codec::Mp3 | Codec::Ac3 | Codec::Eac3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_kept_apart_and_are_bounded() {
        let mut tracks = PerTrack::<u32>::default();
        for stream in 0..300 {
            if let Some(state) = tracks.get((stream, MediaKind::Video, 7)) {
                *state = stream + 1;
            }
        }
        assert_eq!(tracks.get((3, MediaKind::Video, 7)), Some(&mut 4));
        assert_eq!(tracks.get((3, MediaKind::Audio, 7)), None);
        assert_eq!(tracks.all.len(), MOST_TRACKS);
    }
}

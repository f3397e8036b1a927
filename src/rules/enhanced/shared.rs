//! What the rules of this group share: a state for each track, and words for tracks and codes.

use std::borrow::Cow;

use crate::media::codec::{Codec, FourCc, fourcc_text};
use crate::rules::per::Per;
use crate::session::event::{MediaKind, MediaMessage};

/// A track: stream, kind, number.
pub(super) type TrackKey = (u32, MediaKind, u8);

/// A state for each track.
pub(super) type PerTrack<T> = Per<TrackKey, T>;

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

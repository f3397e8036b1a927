//! How much of a message a decoder that skips media must keep.

use super::sieve::Sieve;
use super::tag::{Role, Tag};
use super::tracks::Layout;
use crate::base::limits::Limits;

/// Bytes kept of the head of a frame: every header without long extensions fits, and some bytes of the body.
pub(crate) const HEAD_LEN: usize = 64;

/// How much to keep.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The first [`HEAD_LEN`] bytes.
    Head,
    /// The first `list_at` bytes, and of the tracks behind them what a [`super::sieve::Sieve`] lets through.
    Tracks { layout: Layout, list_at: usize },
    /// Everything up to `Limits::command_bytes`.
    All,
}

impl Keep {
    /// The most bytes to keep.
    pub(crate) fn max_len(self, limits: &Limits) -> usize {
        match self {
            Self::Head => HEAD_LEN,
            Self::Tracks { .. } | Self::All => limits.command_bytes.max(HEAD_LEN),
        }
    }
}

/// The most tracks to tell of a message.
pub(crate) fn most_tracks(limits: &Limits) -> usize {
    limits.tracks.min(limits.command_bytes / Sieve::TRACK_LEN).max(1)
}

/// Whether `kept`, the head of a message that was kept by [`keep_len`], is cut down to the heads of its tracks.
pub(crate) fn is_sifted(type_id: u8, kept: &[u8]) -> bool {
    kept.get(..HEAD_LEN).is_some_and(|head| matches!(keep_len(type_id, head), Keep::Tracks { .. }))
}

/// How much to keep of a message of type `type_id` that begins with `head`.
///
/// Two bytes are enough to tell, except for an Enhanced tag with extensions or several tracks: as long as the bytes
/// do not reach the real packet type or the list of tracks the answer is [`Keep::All`], and asking again with more
/// bytes can only make it less. All that is not audio or video is kept.
pub(crate) fn keep_len(type_id: u8, head: &[u8]) -> Keep {
    keep_of(super::read(type_id, head).as_ref())
}

/// The same by the tag that was read from the head; none for what is neither audio nor video.
pub(crate) fn keep_of(tag: Option<&Tag<'_>>) -> Keep {
    let Some(tag) = tag else { return Keep::All };
    match tag.role {
        Role::Frame { .. } if matches!(tag.layout, Some(Layout::Many | Layout::ManyCodecs)) => {
            tag.track.map_or(Keep::All, |track| Keep::Tracks { layout: track.layout, list_at: track.list_at })
        }
        Role::Frame { .. }
        | Role::SequenceEnd
        | Role::Command(_)
        | Role::Silence
        | Role::Empty
        | Role::Reserved(_) => Keep::Head,
        Role::SequenceHeader | Role::TsSequenceHeader | Role::Metadata | Role::ChannelConfig | Role::Cut => {
            Keep::All
        }
    }
}

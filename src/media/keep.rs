//! How much of a message a decoder that skips media must keep.

use super::tag::{Role, Tag};
use crate::base::limits::Limits;

/// Bytes kept of the head of a frame: every header without long extensions fits, and some bytes of the body.
pub(crate) const HEAD_LEN: usize = 64;

/// How much to keep.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The first [`HEAD_LEN`] bytes.
    Head,
    /// Everything up to `Limits::command_bytes`.
    All,
}

impl Keep {
    /// The most bytes to keep.
    pub(crate) fn max_len(self, limits: &Limits) -> usize {
        match self {
            Self::Head => HEAD_LEN,
            Self::All => limits.command_bytes.max(HEAD_LEN),
        }
    }
}

/// How much to keep of a message of type `type_id` that begins with `head`.
///
/// Two bytes are enough to tell, except for an Enhanced tag with extensions: as long as the bytes do not reach the
/// real packet type the answer is [`Keep::All`], and asking again with more bytes can only make it less.
/// All that is not audio or video is kept.
pub(crate) fn keep_len(type_id: u8, head: &[u8]) -> Keep {
    keep_of(super::read(type_id, head).as_ref())
}

/// The same by the tag that was read from the head; none for what is neither audio nor video.
pub(crate) fn keep_of(tag: Option<&Tag<'_>>) -> Keep {
    match tag.map(|tag| tag.role) {
        Some(
            Role::Frame { .. }
            | Role::SequenceEnd
            | Role::Command(_)
            | Role::Silence
            | Role::Empty
            | Role::Reserved(_),
        ) => Keep::Head,
        Some(
            Role::SequenceHeader | Role::TsSequenceHeader | Role::Metadata | Role::ChannelConfig | Role::Cut,
        )
        | None => Keep::All,
    }
}

//! What rules about audio share.

use crate::rules::media::is_whole;
use crate::session::event::{Event, Kind, MediaKind, MediaMessage};

/// The audio message of an event, if all of it came by.
pub(super) fn audio<'e>(event: &'e Event<'_>) -> Option<&'e MediaMessage> {
    match &event.kind {
        Kind::Media(media) if media.media == MediaKind::Audio && is_whole(media) => Some(media),
        _ => None,
    }
}

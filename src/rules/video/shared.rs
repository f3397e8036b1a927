//! What rules about video share.

use crate::media::config::VideoFormat;
use crate::media::units::{Extent, Family, Units};
use crate::media::video::FrameType;
use crate::rules::media::{ByTrack, is_whole};
use crate::session::event::{Event, Kind, MediaKind, MediaMessage, MediaProblem, MediaRole};

/// The video message of an event, if all of it came by.
pub(super) fn video<'e>(event: &'e Event<'_>) -> Option<&'e MediaMessage> {
    match &event.kind {
        Kind::Media(media) if media.media == MediaKind::Video && is_whole(media) => Some(media),
        _ => None,
    }
}

/// The same of a track behind the first of its message too, which has no length of its own.
pub(super) fn track<'e>(event: &'e Event<'_>) -> Option<&'e MediaMessage> {
    match &event.kind {
        Kind::Media(media) if media.media == MediaKind::Video && media.complete && !media.unfinished => {
            Some(media)
        }
        _ => None,
    }
}

/// A frame of a track, all of it, whose tag could be read.
pub(super) fn frame<'e>(event: &'e Event<'_>) -> Option<&'e MediaMessage> {
    track(event).filter(|media| media.role.is_coded() && !matches!(media.problem, Some(MediaProblem::Tag(_))))
}

/// Whether a decoder can begin at a frame, as its sender says; by the units of the frame where the tag does not say.
pub(super) fn is_key(media: &MediaMessage) -> Option<bool> {
    match (media.role, media.frame_type) {
        (MediaRole::KeyFrame, _) => Some(true),
        (_, Some(FrameType::Reserved(_))) => {
            nal_units(media).filter(|units| units.extent == Extent::Whole).map(Units::is_random_access)
        }
        _ => Some(false),
    }
}

/// Whether a message is known to hold no picture: parameter sets alone, for instance.
pub(super) fn is_pictureless(media: &MediaMessage) -> bool {
    nal_units(media).is_some_and(|units| units.extent == Extent::Whole && !units.has_slice())
}

/// The NAL units of a frame of H.264, H.265 or H.266.
pub(super) fn nal_units(media: &MediaMessage) -> Option<&Units> {
    media.units.as_ref().filter(|units| units.family != Family::Av1)
}

/// The names of the first units of a frame.
pub(super) fn listed(units: &Units) -> String {
    let names: Vec<_> = units.names().collect();
    let shown = u32::try_from(names.len()).unwrap_or(0);
    let more = if shown < units.total { " …" } else { "" };
    if names.is_empty() { "no units".to_owned() } else { format!("{}{more}", names.join(" ")) }
}

/// A format in a few words.
pub(super) fn format(video: Option<&VideoFormat>) -> String {
    let Some(video) = video else { return "a record that is not read".to_owned() };
    let mut words = Vec::new();
    words.extend(video.profile.as_deref().map(str::to_owned));
    words.extend(video.level.as_ref().map(|level| format!("level {level}")));
    if let (Some(width), Some(height)) = (video.width, video.height) {
        words.push(format!("{width}x{height}"));
    }
    words.extend(video.fps.map(|fps| format!("{fps:.2} fps")));
    words.join(", ")
}

/// Bytes of the lengths in front of NAL units, by track, as the last record says that is sound.
#[derive(Default)]
pub(super) struct LengthSizes(ByTrack<Option<u8>>);

impl LengthSizes {
    /// Takes each event.
    pub(super) fn event(&mut self, event: &Event<'_>) {
        if let Kind::Config { stream, media: MediaKind::Video, track, config, .. } = event.kind
            && let Some(size) = self.0.of(stream, track)
        {
            let sound = config.description.as_ref().filter(|read| read.problem.is_none());
            *size = sound.and_then(|read| read.video()).and_then(|video| video.nal_length_bytes);
        }
    }

    /// That of a message's track.
    pub(super) fn get(&mut self, media: &MediaMessage) -> Option<u8> {
        self.0.of(media.stream, media.track).and_then(|size| *size)
    }

    /// Memory held.
    pub(super) const fn held_bytes(&self) -> usize {
        self.0.held_bytes()
    }
}

//! What came in band about single tracks: metadata of colour, and which channel is which loudspeaker.
//!
//! Takes events; keeps the last of each for each track of a stream, masked already, of at most as many tracks as there
//! may be streams.

use crate::base::limits::Limits;
use crate::session::event::{Event, Kind};

use super::mask::Masker;
use super::model::Object;
use super::reached::Reached;

/// What is kept of a track.
#[derive(Debug)]
struct Track {
    stream: u32,
    id: u8,
    color_info: Option<Object>,
    channel_layout: Option<String>,
}

/// What is kept of one connection.
#[derive(Debug, Default)]
pub(crate) struct InBand {
    tracks: Vec<Track>,
    /// Memory of what is kept, or more.
    held: usize,
}

impl InBand {
    /// Takes the next event.
    pub(super) fn event(
        &mut self,
        event: &Event<'_>,
        limits: &Limits,
        reached: &mut Reached,
        masker: &mut Masker,
    ) {
        match event.kind {
            Kind::ColorInfo { stream, track, info, .. } => {
                let mut text = Vec::new();
                masker.value(info, &mut text);
                let Some(new) = Object::from_json(&text) else { return };
                let Some(track) = self.track(stream, track, limits, reached) else { return };
                let len = |object: &Object| object.as_json().len();
                let (more, less) = (len(&new), track.color_info.as_ref().map_or(0, len));
                track.color_info = Some(new);
                self.held = (self.held + more).saturating_sub(less);
            }
            Kind::Channels { stream, track, config } => {
                let names = config.names().join(" ");
                let Some(track) = self.track(stream, track, limits, reached) else { return };
                let (more, less) = (names.len(), track.channel_layout.as_ref().map_or(0, String::len));
                track.channel_layout = Some(names).filter(|names| !names.is_empty());
                self.held = (self.held + more).saturating_sub(less);
            }
            _ => {}
        }
    }

    /// Memory held beside the structure itself, or more.
    pub(super) const fn held_bytes(&self) -> usize {
        self.held + self.tracks.capacity() * (size_of::<Track>() + 32)
    }

    /// The last metadata of colour of a video track.
    pub(super) fn color_info(&self, stream: u32, id: u8) -> Option<&Object> {
        self.find(stream, id)?.color_info.as_ref()
    }

    /// The loudspeakers of the channels of an audio track, in order.
    pub(super) fn channel_layout(&self, stream: u32, id: u8) -> Option<&String> {
        self.find(stream, id)?.channel_layout.as_ref()
    }

    fn find(&self, stream: u32, id: u8) -> Option<&Track> {
        self.tracks.iter().find(|track| (track.stream, track.id) == (stream, id))
    }

    fn track(&mut self, stream: u32, id: u8, limits: &Limits, reached: &mut Reached) -> Option<&mut Track> {
        if self.find(stream, id).is_none() {
            if self.tracks.len() >= limits.streams {
                reached.add("streams");
                return None;
            }
            self.tracks.push(Track { stream, id, color_info: None, channel_layout: None });
        }
        self.tracks.iter_mut().find(|track| (track.stream, track.id) == (stream, id))
    }
}

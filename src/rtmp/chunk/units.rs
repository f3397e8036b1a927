//! The units of the video frames of one chunk stream: takes each message as it comes in, gives what is in its frames.
//!
//! A frame is read from the first bytes that are kept of its message on, and as its other bytes pass by. Nothing is
//! held for a chunk stream without video.

use crate::media;
use crate::media::tag::Tag;
use crate::media::units::TrackUnits;
use crate::media::units::message::MessageScanner;
use crate::rtmp::message::kind::MessageType;

#[derive(Debug, Default)]
pub(super) struct FrameUnits(Option<Box<MessageScanner>>);

impl FrameUnits {
    /// Memory held.
    pub(super) fn held_bytes(&self) -> usize {
        self.0.as_ref().map_or(0, |scanner| size_of::<MessageScanner>() + scanner.held_bytes())
    }

    /// Another message begins, or nothing is to be known of this one.
    pub(super) fn reset(&mut self) {
        if let Some(scanner) = &mut self.0 {
            scanner.reset();
        }
    }

    /// `tag` was read from the first bytes of a message of `len` bytes, `head`.
    pub(super) fn start(&mut self, kind: MessageType, tag: Option<&Tag<'_>>, head: &[u8], len: u32) {
        if let (MessageType::VIDEO, Some(tag)) = (kind, tag) {
            self.0.get_or_insert_default().start(tag, head, len);
        }
    }

    /// Takes the bytes behind them.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        if let Some(scanner) = &mut self.0 {
            scanner.feed(bytes);
        }
    }

    /// A message of `len` bytes has ended, completely if `whole`. Where it has not been started it is short, brings a
    /// configuration, or is no frame; `body` is what was kept of it.
    pub(super) fn end(&mut self, kind: MessageType, body: &[u8], len: u32, whole: bool) {
        if kind != MessageType::VIDEO || self.0.as_ref().is_some_and(|scanner| scanner.has_begun()) {
            return;
        }
        let tag = media::read(kind.0, body);
        self.start(kind, tag.as_ref(), body, len);
        if whole && let (Some(scanner), Some(tag)) = (&mut self.0, &tag) {
            scanner.learn(tag, body);
        }
    }

    /// What was found in the message that has ended: for each of its tracks, or for the one frame.
    pub(super) fn found(&mut self) -> &TrackUnits {
        self.0.as_mut().map(|scanner| scanner.end()).unwrap_or_default()
    }
}

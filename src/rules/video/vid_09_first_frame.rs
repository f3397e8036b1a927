//! VID-09 first-frame
//!
//! ## What it does
//! The first video frame after the first sequence header should be a key frame. Each track is judged by itself. The
//! finding's count is the number of frames until a key frame comes.
//!
//! ## Why it matters
//! Nothing can be shown before the first key frame: viewers see black, or broken pictures, and many servers drop all
//! until then.
//!
//! ## Spec
//! FLV 10.1, E.4.3.1; Enhanced RTMP v2
//!
//! ## Tolerance
//! Only streams whose beginning was captured are judged. Towards a player it is an info: a server without a cache of
//! the last group lets players join anywhere (nginx-rtmp with `wait_key off`).
//!
//! ## How to fix
//! Let the encoder make a key frame when the stream is published. On a server turn on the cache of the last group
//! (SRS `gop_cache`, nginx-rtmp `wait_key`).

use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::media::ByTrack;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{ConfigChange, Event, Kind, MediaKind, StreamRole};

use super::shared::{frame, is_key, is_pictureless};

pub(super) static RULE: Rule = Rule {
    code: "VID-09",
    name: "first-frame",
    severity: Severity::Warning,
    spec: "FLV E.4.3.1; Enhanced RTMP v2",
    subject: "sequence headers with frames after them",
    help: "begin a stream with a key frame: let the encoder make one when it is published",
    guards: &[Guard::Clear, Guard::Fresh],
    hears: &[Topic::Video, Topic::Enhanced, Topic::Config],
    skips_alike: true,
    source: include_str!("vid_09_first_frame.rs"),
    new: || Box::new(FirstFrame::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct FirstFrame {
    /// Whether each track has a header and no key frame yet.
    waiting: ByTrack<bool>,
}

impl Check for FirstFrame {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Kind::Config { stream, media: MediaKind::Video, track, change: ConfigChange::First, .. } =
            event.kind
        {
            if !cx.seen.stream(stream).is_some_and(|stream| stream.fresh) {
                return cx.doubt(Doubt::MidStream);
            }
            if let Some(waiting) = self.waiting.of(stream, track) {
                *waiting = true;
            }
            return;
        }
        let Some(media) = frame(event) else { return };
        let Some(waiting) = self.waiting.of(media.stream, media.track).filter(|waiting| **waiting) else {
            return;
        };
        if is_key(media) != Some(false) {
            *waiting = false;
            return cx.judged();
        }
        if is_pictureless(media) {
            return;
        }
        let plays = cx.seen.stream(media.stream).is_some_and(|stream| stream.role == StreamRole::Play);
        let found = Found::at(event).of(media.stream);
        let found = if plays { found.case("joined").info() } else { found.case("publish") };
        cx.find(found, |_| {
            Said::new("the first frame after the sequence header is no key frame")
                .expected("a key frame")
                .actual("another frame")
        });
    }

    fn held_bytes(&self) -> usize {
        self.waiting.held_bytes()
    }
}

//! MSG-05 empty-media
//!
//! ## What it does
//! Counts audio and video messages without any payload.
//!
//! ## Why it matters
//! They do not mean the same to everybody. Receivers that read the first byte of each media message have to expect that
//! there is none.
//!
//! ## Spec
//! Enhanced RTMP v2, "Enhanced Audio": an empty audio message stands for silence
//!
//! ## Tolerance
//! Always an info: old Flash encoders send empty video messages to keep a stream alive.
//!
//! ## How to fix
//! Send empty messages only where silence is meant.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind};

pub(super) static RULE: Rule = Rule {
    code: "MSG-05",
    name: "empty-media",
    severity: Severity::Info,
    spec: "E-RTMP v2, Enhanced Audio",
    subject: "audio and video messages",
    help: "send empty messages only where silence is meant",
    guards: &[Guard::Clear],
    hears: &[Topic::Media],
    skips_alike: true,
    source: include_str!("msg_05_empty_media.rs"),
    new: || Box::new(EmptyMedia),
    ..Rule::BASE
};

struct EmptyMedia;

impl Check for EmptyMedia {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Media(it) = &event.kind else { return };
        cx.judged();
        // Further tracks of a message name none.
        let empty = match event.message {
            Some(header) => header.length == 0 && !header.inferred.length,
            None => event.part.is_some() && it.complete && event.body.is_empty(),
        };
        if !empty {
            return;
        }
        let (case, of) = match it.media {
            MediaKind::Audio => ("audio", "silence"),
            MediaKind::Video => ("video", "nothing"),
        };
        cx.find(Found::at(event).case(case), |_| {
            Said::new(format!("{case} messages without payload come, which stand for {of}"))
        });
    }
}

//! VID-11 header-change
//!
//! ## What it does
//! Reports a video sequence header that changes without a key frame, or comes again without need. One with other
//! content must come right before a key frame; the same again is an info, with its count; frames after an end of
//! sequence want a new header first.
//!
//! ## Why it matters
//! Frames that were coded for another configuration are broken until the next key frame, or stop the decoder. Each
//! header makes SRS begin a new segment of HLS with a discontinuity.
//!
//! ## Spec
//! FLV 10.1, E.4.3.2; Enhanced RTMP v2
//!
//! ## Tolerance
//! Servers repeat the header when a stream is published again or at the next item of a list, and some encoders before
//! each key frame: a repeated header is an info. OBS and ffmpeg send the end of sequence last.
//!
//! ## How to fix
//! Begin each change of size or settings with the new sequence header and a key frame right after it; where a service
//! forbids such changes (Facebook), publish anew. Send the header once.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::media::ByTrack;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{ConfigChange, Event, Kind, MediaKind, MediaRole, TrackConfig};

use super::shared::{format, frame, is_key, is_pictureless, track};

pub(super) static RULE: Rule = Rule {
    code: "VID-11",
    name: "header-change",
    severity: Severity::Error,
    spec: "FLV E.4.3.2; Enhanced RTMP v2",
    subject: "sequence headers",
    help: "send a changed sequence header right in front of a key frame, and the same one only once",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Video, Topic::Enhanced, Topic::Config],
    skips_alike: true,
    source: include_str!("vid_11_header_change.rs"),
    new: || Box::new(HeaderChange::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct HeaderChange {
    tracks: ByTrack<Track>,
}

#[derive(Default)]
struct Track {
    /// A changed header came, and no frame behind it: what it changed.
    changed: Option<(String, String)>,
    /// An end of sequence came, and no header behind it.
    ended: bool,
}

impl Check for HeaderChange {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Kind::Config { stream, media: MediaKind::Video, track, config, change, previous } = event.kind
        {
            let Some(track) = self.tracks.of(stream, track) else { return };
            cx.judged();
            let ended = std::mem::take(&mut track.ended);
            match change {
                ConfigChange::First => {}
                ConfigChange::Changed => track.changed = Some(difference(previous, config)),
                ConfigChange::Repeated if ended => {}
                ConfigChange::Repeated => {
                    cx.find(Found::at(event).case("repeated").of(stream).info(), |_| {
                        Said::new("the same sequence header comes again")
                            .expected("one header, and another only with a change")
                            .actual(format(config.video()))
                            .help("send the header once; SRS begins a new HLS segment with each")
                    });
                }
            }
            return;
        }
        let Some(media) = track(event) else { return };
        let Some(track) = self.tracks.of(media.stream, media.track) else { return };
        if media.role == MediaRole::SequenceEnd {
            track.ended = true;
        }
        let is_key = is_key(media);
        if frame(event).is_none() || (is_key == Some(false) && is_pictureless(media)) {
            return;
        }
        if track.ended {
            cx.find(Found::at(event).case("after-end").of(media.stream).warning(), |_| {
                Said::new("frames come after the end of the sequence, without a new header")
                    .expected("a sequence header")
                    .actual("a frame")
                    .help("send the end of sequence last, or a sequence header in front of what follows it")
            });
        }
        if let Some((from, to)) = track.changed.take()
            && is_key == Some(false)
        {
            cx.find(Found::at(event).case("no-key-frame").of(media.stream), |_| {
                Said::new("the configuration changes in front of a frame that is no key frame")
                    .expected("a key frame right after a changed sequence header")
                    .actual(format!("another frame; from {from} to {to}"))
            });
        }
    }

    fn held_bytes(&self) -> usize {
        let texts = |track: &Track| track.changed.as_ref().map_or(0, |(from, to)| from.len() + to.len());
        self.tracks.held_bytes() + self.tracks.all().map(|(_, track)| texts(track)).sum::<usize>()
    }
}

/// What the headers say, where that is not the same.
fn difference(from: Option<&TrackConfig>, to: &TrackConfig) -> (String, String) {
    let (before, now) = (format(from.and_then(TrackConfig::video)), format(to.video()));
    if before != now {
        return (before, now);
    }
    let bytes = |config: &TrackConfig| format!("{now} in {} bytes", config.bytes);
    (from.map(bytes).unwrap_or_default(), format!("others in {} bytes", to.bytes))
}

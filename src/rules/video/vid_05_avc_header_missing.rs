//! VID-05 avc-header-missing
//!
//! ## What it does
//! Reports H.264 pictures that come before any sequence header of their stream. H.265 as codec 12 is judged too, each
//! track by itself. Where the stream brings its parameter sets among the pictures, that is a warning. The finding's
//! count is the number of pictures until a header comes.
//!
//! ## Why it matters
//! Nothing can be decoded without the configuration record: servers drop the pictures or store what no player opens,
//! and players stay black.
//!
//! ## Spec
//! FLV 10.1, E.4.3.2
//!
//! ## Tolerance
//! Only streams whose beginning was captured are judged. Enhanced headers are judged by ERTMP-04.
//!
//! ## How to fix
//! Send the AVC sequence header once before the first picture (ffmpeg: `-flags +global_header`). A server sends the
//! stored one to each new player first.

use crate::media::codec::Codec;
use crate::media::units::Units;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::media::ByTrack;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, MediaRole};

use super::shared::{frame, is_pictureless, nal_units, video};

pub(super) static RULE: Rule = Rule {
    code: "VID-05",
    name: "avc-header-missing",
    severity: Severity::Error,
    spec: "FLV E.4.3.2",
    subject: "pictures of H.264 or H.265 without an Enhanced header",
    help: "send the AVC sequence header before the first picture (ffmpeg: -flags +global_header)",
    guards: &[Guard::Clear, Guard::Fresh],
    hears: &[Topic::Video],
    skips_alike: true,
    source: include_str!("vid_05_avc_header_missing.rs"),
    new: || Box::new(AvcHeaderMissing::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct AvcHeaderMissing {
    tracks: ByTrack<Track>,
}

#[derive(Default)]
struct Track {
    header: bool,
    /// Parameter sets that came among the pictures.
    sps: bool,
    pps: bool,
    /// Whether both came before the first picture; nothing before that picture.
    in_band: Option<bool>,
}

impl Track {
    fn note(&mut self, units: &Units) {
        for set in units.parameter_sets() {
            self.sps |= set.kind() == "SPS";
            self.pps |= set.kind() == "PPS";
        }
    }
}

impl Check for AvcHeaderMissing {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(media) = video(event).filter(|media| !media.enhanced) else { return };
        if !matches!(media.codec, Some(Codec::H264 | Codec::Hevc)) {
            return;
        }
        let Some(track) = self.tracks.of(media.stream, media.track) else { return };
        track.header |= media.role == MediaRole::SequenceHeader;
        if frame(event).is_none() {
            return;
        }
        if track.header {
            return cx.judged();
        }
        if !cx.seen.stream(media.stream).is_some_and(|stream| stream.fresh) {
            return cx.doubt(Doubt::MidStream);
        }
        if let Some(units) = nal_units(media) {
            track.note(units);
        }
        if track.in_band.is_none() && is_pictureless(media) {
            return;
        }
        let both = track.sps && track.pps;
        if *track.in_band.get_or_insert(both) {
            cx.find(Found::at(event).case("in-band").of(media.stream).warning(), |_| {
                Said::new("video comes without a sequence header, its parameter sets among the pictures")
                    .expected("an AVC sequence header first")
                    .actual("SPS and PPS before the first picture")
            });
        } else {
            cx.find(Found::at(event).case("missing").of(media.stream), |_| {
                Said::new("pictures come before any sequence header")
                    .expected("an AVC sequence header first")
                    .actual("a picture")
            });
        }
    }

    fn held_bytes(&self) -> usize {
        self.tracks.held_bytes()
    }
}

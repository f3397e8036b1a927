//! VID-08 key-frame-content
//!
//! ## What it does
//! Reports frames marked as key frames that hold none, and key frames that are not marked. Compares the frame type of a
//! message with the NAL units in it: a key frame (1) holds an IDR picture, or its like in H.265 and H.266; another
//! frame (2, 3) that holds an IDR picture is an error. This holds for legacy and Enhanced headers alike.
//!
//! ## Why it matters
//! Servers begin their caches, segments and recordings at key frames by the frame type alone. At one that is none,
//! players show broken pictures; one that is not marked is missed, and players wait for the next.
//!
//! ## Spec
//! FLV 10.1, E.4.3.1
//!
//! ## Tolerance
//! Recovery points (periodic intra refresh, open groups of x264) and gradual refresh pictures of H.266 are no IDR, but
//! decoders can begin there: an info. CRA pictures of H.265 and H.266 count as key frames. Enhanced messages of frame
//! type 0 (mediamtx) and messages of several tracks, which have one frame type for all, are not judged; neither are
//! frames before the first record, or after one that is broken.
//!
//! ## How to fix
//! Take the frame type from the encoder's own flag of a key frame or from the NAL units; with x264 do without open
//! groups (open-gop=0).

use crate::media::tracks::Layout;
use crate::media::units::{Extent, Family, Units};
use crate::media::video::FrameType;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{LengthSizes, frame, listed, nal_units};

pub(super) static RULE: Rule = Rule {
    code: "VID-08",
    name: "key-frame-content",
    severity: Severity::Warning,
    spec: "FLV E.4.3.1",
    subject: "frames of H.264, H.265 or H.266",
    help: "mark as key frames the pictures that a decoder can begin at, and no others",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Video, Topic::Enhanced, Topic::Config],
    skips_alike: true,
    source: include_str!("vid_08_key_frame_content.rs"),
    new: || Box::new(KeyFrameContent::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct KeyFrameContent {
    sizes: LengthSizes,
}

impl Check for KeyFrameContent {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.sizes.event(event);
        let Some(media) = frame(event) else { return };
        let Some(units) = nal_units(media).filter(|units| units.extent == Extent::Whole) else { return };
        if self.sizes.get(media).is_none()
            || units.total == 0
            || media.share.is_some_and(|share| share.layout != Layout::One)
        {
            return;
        }
        let at = |case| Found::at(event).case(case).of(media.stream);
        match media.frame_type {
            Some(FrameType::Key) if units.is_random_access() => cx.judged(),
            Some(FrameType::Key) if refreshes(units) => cx.find(at("recovery-point").info(), |_| {
                Said::new("key frames are recovery points, no IDR pictures")
                    .expected("an IDR picture")
                    .actual(listed(units))
                    .help("decoders can begin here, but show the first pictures broken; set open-gop=0 and no intra refresh for IDR pictures")
            }),
            Some(FrameType::Key) => cx.find(at("no-idr"), |_| {
                let kin = if units.family == Family::H264 { "" } else { ", or one of its kin (CRA, BLA)" };
                Said::new("a frame is marked as a key frame, but decoders cannot begin at it")
                    .expected(format!("an IDR picture{kin}"))
                    .actual(listed(units))
            }),
            Some(FrameType::Inter | FrameType::Disposable) if units.has_idr() => {
                cx.find(at("unmarked").error(), |_| {
                    Said::new("a frame with an IDR picture is not marked as a key frame")
                        .expected("frame type 1")
                        .actual(format!("another, with {}", listed(units)))
                });
            }
            Some(FrameType::Inter | FrameType::Disposable) => cx.judged(),
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        self.sizes.held_bytes()
    }
}

/// Whether decoders can begin at a frame all the same.
fn refreshes(units: &Units) -> bool {
    /// Gradual decoding refresh of H.266.
    const GDR: u8 = 10;
    units.recovery_point || units.family == Family::Vvc && units.counts().any(|(kind, _)| kind == GDR)
}

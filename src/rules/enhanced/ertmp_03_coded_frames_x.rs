//! ERTMP-03 coded-frames-x
//!
//! ## What it does
//! Reports `CodedFramesX` for a codec that never has a composition time. This packet type (3) is there to leave out a
//! composition time of zero, which only `avc1`, `hvc1` and `vvc1` have.
//!
//! ## Why it matters
//! Frames of AV1 and VP9 never have a composition time, and `CodedFrames` (1) is their packet type. Receivers that keep
//! to the specification may not know what to do with them as `CodedFramesX`.
//!
//! ## Spec
//! Enhanced RTMP v2, `ExVideoTagBody`
//!
//! ## Tolerance
//! A warning: gortmplib (mediamtx) sends AV1 and VP9 so, and what it means is clear. A `FourCC` that is not listed is
//! judged by ERTMP-01.
//!
//! ## How to fix
//! Send frames of `av01`, `vp08` and `vp09` as `CodedFrames`, with the frame right after the `FourCC`.

use crate::media::codec::Codec;
use crate::media::tag::Packet;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::{code, code_number};

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-03",
    name: "coded-frames-x",
    severity: Severity::Warning,
    spec: "E-RTMP v2, ExVideoTagBody",
    subject: "CodedFramesX messages",
    help: "send frames of codecs without composition time as CodedFrames (1)",
    guards: &[Guard::Clear],
    hears: &[Topic::Enhanced],
    source: include_str!("ertmp_03_coded_frames_x.rs"),
    new: || Box::new(CodedFramesX),
    ..Rule::BASE
};

struct CodedFramesX;

impl Check for CodedFramesX {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Media(it) = &event.kind else { return };
        let (Some(Packet::CodedFramesX), Some(codec)) = (it.packet, it.codec) else { return };
        cx.judged();
        if matches!(codec, Codec::H264 | Codec::Hevc | Codec::Vvc | Codec::Other(_)) {
            return;
        }
        let of = it.four_cc.map_or(0, code_number);
        cx.find(Found::at(event).of(of), |_| {
            Said::new(format!("frames of {} as CodedFramesX", codec.name()))
                .expected("CodedFrames (1): this codec has no composition time to leave out")
                .actual(format!("CodedFramesX (3) of {}", code(it)))
        });
    }
}

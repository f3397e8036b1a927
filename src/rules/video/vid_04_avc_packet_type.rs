//! VID-04 avc-packet-type
//!
//! ## What it does
//! Looks at packet type and composition time of H.264 messages. So it does with H.265 and AV1 as codecs 12 and 13.
//! There are packet types 0, 1 and 2; only that of pictures, 1, has a composition time other than 0.
//!
//! ## Why it matters
//! A receiver cannot tell what a message of another packet type is for. A composition time in a sequence header mostly
//! means that the five bytes were copied from those of a picture.
//!
//! ## Spec
//! FLV 10.1, E.4.3.1 and E.4.3.2
//!
//! ## Tolerance
//! Nothing mainstream writes either.
//!
//! ## How to fix
//! Write packet type 0 for the configuration, 1 for pictures and 2 for the end of the sequence, and a composition
//! time of 0 in all but pictures.

use crate::media::tag::Packet;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::video;

pub(super) static RULE: Rule = Rule {
    code: "VID-04",
    name: "avc-packet-type",
    severity: Severity::Error,
    spec: "FLV E.4.3.1, E.4.3.2",
    subject: "video messages of H.264, H.265 or AV1 without an Enhanced header",
    help: "write packet type 0 for the configuration, 1 for pictures, 2 for the end of the sequence",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Video],
    skips_alike: true,
    source: include_str!("vid_04_avc_packet_type.rs"),
    new: || Box::new(AvcPacketType),
    ..Rule::BASE
};

struct AvcPacketType;

impl Check for AvcPacketType {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(media) = video(event).filter(|media| !media.enhanced) else { return };
        let Some(packet) = media.packet else { return };
        cx.judged();
        match packet {
            Packet::Reserved(number) => cx.find(Found::at(event).case("reserved"), |_| {
                Said::new(format!("a video message has packet type {number}"))
                    .expected("0, 1 or 2")
                    .actual(number.to_string())
            }),
            Packet::CodedFrames | Packet::CodedFramesX => {}
            _ if media.composition_ms != 0 => {
                cx.find(Found::at(event).case("composition-time").warning(), |_| {
                    Said::new("a message without a picture has a composition time")
                        .expected("0")
                        .actual(format!("{} ms", media.composition_ms))
                });
            }
            _ => {}
        }
    }
}

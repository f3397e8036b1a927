//! AUD-03 aac-packet
//!
//! ## What it does
//! Reports AAC messages that are too short, or of an unknown packet type. Without an Enhanced header they have two
//! bytes in front, the second being packet type 0 (configuration) or 1 (a frame). A frame without any data is a
//! warning.
//!
//! ## Why it matters
//! A receiver reads beyond a message that is too short, and cannot tell what one of another packet type is for.
//!
//! ## Spec
//! FLV 10.1, E.4.2.1 and E.4.2.2
//!
//! ## Tolerance
//! Messages without any byte are left to MSG-05. A configuration without data is judged by AUD-05.
//!
//! ## How to fix
//! Write the sound byte, packet type 0 or 1, and the configuration or one frame after it; send nothing where the
//! encoder gave nothing.

use crate::media::codec::Codec;
use crate::media::tag::Packet;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::media::{hex, length};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::audio;

pub(super) static RULE: Rule = Rule {
    code: "AUD-03",
    name: "aac-packet",
    severity: Severity::Error,
    spec: "FLV E.4.2.1, E.4.2.2",
    subject: "audio messages of AAC",
    help: "write the sound byte, packet type 0 or 1, and the configuration or one frame after it",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Audio],
    skips_alike: true,
    source: include_str!("aud_03_aac_packet.rs"),
    new: || Box::new(AacPacket),
    ..Rule::BASE
};

struct AacPacket;

impl Check for AacPacket {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(media) = audio(event).filter(|media| !media.enhanced) else { return };
        if media.codec != Some(Codec::Aac) {
            return;
        }
        cx.judged();
        let at = |case| Found::at(event).case(case).of(media.stream);
        match media.packet {
            _ if length(media) < 2 => cx.find(at("short"), |_| {
                Said::new("an AAC message ends before its packet type")
                    .expected("at least 2 bytes")
                    .actual(hex(event.body))
            }),
            Some(Packet::Reserved(number)) => cx.find(at("packet-type"), |_| {
                Said::new(format!("an AAC message has packet type {number}"))
                    .expected("0 or 1")
                    .actual(number.to_string())
            }),
            Some(Packet::CodedFrames) if media.payload_bytes == 0 => {
                cx.find(at("empty").warning(), |_| {
                    Said::new("an AAC frame has no data").expected("a frame").actual(hex(event.body))
                });
            }
            _ => {}
        }
    }
}

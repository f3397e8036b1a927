//! VID-02 frame-type
//!
//! ## What it does
//! Reports frame types of video messages that have no meaning: 0, 6 and 7. A command frame (5) holds one byte, 0 or 1;
//! a key frame made by a server (4) should not come from a client.
//!
//! ## Why it matters
//! Receivers find by the frame type where a decoder can begin. A frame of a type without meaning is dropped by some
//! of them.
//!
//! ## Spec
//! FLV 10.1, E.4.3.1; Enhanced RTMP v2, Enhanced Video
//!
//! ## Tolerance
//! In an Enhanced header a type without meaning is a warning, and metadata may have any. mediamtx (gortmplib) writes 0
//! into every Enhanced message: an info, once for each stream.
//!
//! ## How to fix
//! Write frame type 1 for key frames and 2 for all others, also in sequence headers and ends of sequence.

use crate::base::pos::Dir;
use crate::media::tag::Packet;
use crate::media::video::FrameType;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::media::{counted, length};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, MediaMessage};

use super::shared::video;

pub(super) static RULE: Rule = Rule {
    code: "VID-02",
    name: "frame-type",
    severity: Severity::Error,
    spec: "FLV E.4.3.1; Enhanced RTMP v2, Enhanced Video",
    subject: "video messages",
    help: "write frame type 1 for key frames and 2 for all others",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Video, Topic::Enhanced],
    skips_alike: true,
    source: include_str!("vid_02_frame_type.rs"),
    new: || Box::new(FrameTypes),
    ..Rule::BASE
};

struct FrameTypes;

impl Check for FrameTypes {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(media) = video(event) else { return };
        let Some(frame) = media.frame_type else { return };
        cx.judged();
        match frame {
            FrameType::Reserved(number) if media.enhanced => reserved(event, media, number, cx),
            FrameType::Reserved(number) => cx.find(Found::at(event).case("reserved"), |_| {
                Said::new(format!("a video frame is of type {number}, which has no meaning"))
                    .expected("1 to 5")
                    .actual(number.to_string())
            }),
            FrameType::Command if !media.enhanced => command(event, length(media), cx),
            FrameType::GeneratedKey if event.dir == Dir::ClientToServer => {
                cx.find(Found::at(event).case("generated").info(), |_| {
                    Said::new("a client sends key frames of the type that servers make")
                        .expected("1")
                        .actual("4")
                });
            }
            _ => {}
        }
    }
}

/// A type without meaning in an Enhanced header.
fn reserved(event: &Event<'_>, media: &MediaMessage, number: u8, cx: &mut Cx<'_>) {
    if matches!(media.packet, None | Some(Packet::Metadata)) {
        return;
    }
    let found = Found::at(event).of(media.stream);
    let found = if number == 0 {
        found.case("enhanced-none").info()
    } else {
        found.case("enhanced-reserved").warning()
    };
    cx.find(found, |_| {
        Said::new(format!("Enhanced video messages are of frame type {number}, which has no meaning"))
            .expected("1 for key frames, 2 for others")
            .actual(number.to_string())
    });
}

/// A command frame of so many bytes.
fn command(event: &Event<'_>, length: u32, cx: &mut Cx<'_>) {
    let byte = event.body.get(1).copied();
    if length < 2 || (length == 2 && byte.is_none_or(|byte| byte <= 1)) {
        return;
    }
    cx.find(Found::at(event).case("command").warning(), |_| {
        Said::new("a command frame is not one byte of 0 or 1")
            .expected("1 byte: 0 at the start of a seek, 1 at its end")
            .actual(format!("{}, the first {}", counted(length - 1, "byte"), byte.unwrap_or(0)))
            .help("send frame type 5 with one byte, or do not send it: players do without")
    });
}

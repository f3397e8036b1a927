//! VID-01 video-tag-length
//!
//! ## What it does
//! Reports video messages that are too short for their header, or longer than they may be. Judges those without an
//! Enhanced header. H.264, and H.265 and AV1 as codecs 12 and 13, have a header of five bytes, any other codec one byte
//! and at least one of the picture; a command frame is two bytes. An end of sequence is its header alone: what follows
//! it is an info.
//!
//! ## Why it matters
//! A receiver that trusts the length reads beyond the message, or drops the connection.
//!
//! ## Spec
//! FLV 10.1, E.4.3.1 and E.4.3.2
//!
//! ## Tolerance
//! Messages without any byte are left to MSG-05: old Flash encoders send them to keep a connection alive.
//!
//! ## How to fix
//! Write the whole header of the tag in front of the picture, and do not send messages for pictures that were
//! dropped.

use crate::media::codec::Codec;
use crate::media::video::FrameType;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::media::{counted, length};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, MediaRole};

use super::shared::video;

pub(super) static RULE: Rule = Rule {
    code: "VID-01",
    name: "video-tag-length",
    severity: Severity::Error,
    spec: "FLV E.4.3.1, E.4.3.2",
    subject: "video messages",
    help: "write the whole header of the tag in front of the picture",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Video],
    skips_alike: true,
    source: include_str!("vid_01_video_tag_length.rs"),
    new: || Box::new(VideoTagLength),
    ..Rule::BASE
};

struct VideoTagLength;

/// Frame type and codec, packet type, composition time.
const AVC_HEADER: u32 = 5;

impl Check for VideoTagLength {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(media) = video(event).filter(|media| !media.enhanced) else { return };
        cx.judged();
        let command = media.frame_type == Some(FrameType::Command);
        let headed = !command && matches!(media.codec, Some(Codec::H264 | Codec::Hevc | Codec::Av1));
        let (length, least) = (length(media), if headed { AVC_HEADER } else { 2 });
        if length < least {
            cx.find(Found::at(event).case("short"), |_| {
                Said::new("a video message ends inside its header")
                    .expected(format!("at least {least} bytes"))
                    .actual(counted(length, "byte"))
            });
        } else if headed && media.role == MediaRole::SequenceEnd && length > AVC_HEADER {
            cx.find(Found::at(event).case("end").info(), |_| {
                Said::new("an end of sequence has something after its header")
                    .expected(format!("{AVC_HEADER} bytes"))
                    .actual(counted(length, "byte"))
                    .help("send the header alone; receivers ignore what follows it")
            });
        }
    }
}

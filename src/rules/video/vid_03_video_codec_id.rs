//! VID-03 video-codec-id
//!
//! ## What it does
//! Reports codec numbers of video messages that have no meaning, or none in the specification. Judges messages without
//! an Enhanced header. 0, 1, 10, 11, 14 and 15 have no meaning. 8 (H.263), 9 (MPEG-4 part 2), 12 (H.265) and 13 (AV1)
//! are in use, but in no specification. A number that changes inside a stream is a warning too.
//!
//! ## Why it matters
//! Receivers refuse codecs they do not know, most often by closing the connection at the first video message.
//!
//! ## Spec
//! FLV 10.1, E.4.3.1
//!
//! ## Tolerance
//! SRS, ffmpeg and many encoders use 12 for H.265, SRS 13 for AV1: a warning, and they are read so. Enhanced RTMP has
//! codes for both.
//!
//! ## How to fix
//! Choose H.264 for an ingest that knows nothing newer; move H.265 and AV1 from codec 12 and 13 to Enhanced RTMP
//! where the server has it. Publish anew to change the codec.

use crate::media::codec::Codec;
use crate::media::video::FrameType;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::media::ByTrack;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::video;

pub(super) static RULE: Rule = Rule {
    code: "VID-03",
    name: "video-codec-id",
    severity: Severity::Error,
    spec: "FLV E.4.3.1",
    subject: "video messages",
    help: "send H.264 (codec 7) to a server that knows nothing newer; send H.265 and AV1 as Enhanced RTMP (hvc1, av01)",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Video],
    skips_alike: true,
    source: include_str!("vid_03_video_codec_id.rs"),
    new: || Box::new(VideoCodecId::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct VideoCodecId {
    /// The last of each stream.
    last: ByTrack<Option<u8>>,
}

impl Check for VideoCodecId {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(media) = video(event).filter(|media| !media.enhanced) else { return };
        if media.frame_type == Some(FrameType::Command) {
            return;
        }
        let Some(id) = event.body.first().map(|byte| byte & 0x0F) else { return };
        cx.judged();
        let before = self.last.of(media.stream, 0).and_then(|last| last.replace(id));
        if let Some(before) = before.filter(|before| *before != id) {
            cx.find(Found::at(event).case("changed").of(media.stream).warning(), |_| {
                Said::new("the codec of the video changes inside a stream")
                    .expected(format!("codec {before}, as before"))
                    .actual(format!("codec {id}"))
                    .help("end the stream and publish anew to change the codec")
            });
        }
        match id {
            0 | 1 | 10 | 11 | 14 | 15 => cx.find(Found::at(event).case("reserved").of(id), |_| {
                Said::new(format!("video has codec {id}, which has no meaning"))
                    .expected("2 to 7")
                    .actual(id.to_string())
            }),
            8 | 9 | 12 | 13 => cx.find(Found::at(event).case("unspecified").of(id).warning(), |_| {
                let name = media.codec.map(Codec::name).unwrap_or_default();
                Said::new(format!("video has codec {id}, which is in no specification but taken for {name}"))
                    .expected("2 to 7, or an Enhanced header")
                    .actual(id.to_string())
            }),
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        self.last.held_bytes()
    }
}

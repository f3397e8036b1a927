//! PC-01 control-channel
//!
//! ## What it does
//! Protocol control messages have to come on message stream 0 and chunk stream 2. These are Set Chunk Size, Abort,
//! Acknowledgement, Window Acknowledgement Size and Set Peer Bandwidth, which belong to the connection.
//!
//! ## Why it matters
//! Receivers that look for them only there ignore them elsewhere. When they miss a chunk size, they cannot read the
//! rest of the stream.
//!
//! ## Spec
//! RTMP 1.0, 5.4
//!
//! ## Tolerance
//! Their timestamps mean nothing: ffmpeg puts the time of media there.
//!
//! ## How to fix
//! Send them with message stream id 0 on chunk stream 2, and nothing else there but user control messages.

use crate::rtmp::message::kind::MessageType;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::seen::CONTROL_CSID;
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "PC-01",
    name: "control-channel",
    severity: Severity::Error,
    spec: "RTMP 5.4",
    subject: "protocol control messages",
    help: "send control messages with message stream id 0 on chunk stream 2",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Control],
    source: include_str!("pc_01_control_channel.rs"),
    new: || Box::new(ControlChannel),
    ..Rule::BASE
};

struct ControlChannel;

impl Check for ControlChannel {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message.filter(|header| header.kind != MessageType::USER_CONTROL) else {
            return;
        };
        cx.judged();
        let (kind, csid, stream) = (header.kind, header.csid, header.stream_id);
        if csid != CONTROL_CSID {
            cx.find(Found::at(event).case("chunk-stream"), |_| {
                Said::new(format!("a {kind} message came on another chunk stream than 2"))
                    .expected("chunk stream 2")
                    .actual(format!("chunk stream {csid}, message stream {stream}"))
            });
        } else if stream != 0 && !header.inferred.stream_id {
            cx.find(Found::at(event).case("message-stream"), |_| {
                Said::new(format!("a {kind} message belongs to a message stream"))
                    .expected("message stream 0")
                    .actual(format!("message stream {stream}"))
            });
        }
    }
}

//! ERTMP-11 command-and-end
//!
//! ## What it does
//! Reports Enhanced video commands and ends of sequence with the wrong bytes in them. A message of frame type 5 is a
//! command: one byte after the header, 0 or 1 (a seek starts or ends), no `FourCC`. `SequenceEnd` is the header alone.
//!
//! ## Why it matters
//! A receiver that finds a `FourCC` where the command should be takes its first letter for an unknown command and drops
//! the message: frames that were sent so are lost.
//!
//! ## Spec
//! Enhanced RTMP v2, `ExVideoTagHeader`
//!
//! ## Tolerance
//! Frame type 5 in a message of the packet type `Metadata` is ffmpeg's way, and is ignored there. A body after
//! `SequenceEnd` is a warning.
//!
//! ## How to fix
//! Give coded frames the frame type 1 or 2. Write commands in two bytes, and nothing after the `FourCC` of
//! `SequenceEnd`.

use crate::media::tag::{Packet, VideoCommand};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaMessage, MediaProblem};

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-11",
    name: "command-and-end",
    severity: Severity::Error,
    spec: "E-RTMP v2, ExVideoTagHeader",
    subject: "Enhanced commands or ends of sequences",
    help: "give coded frames the frame type 1 or 2; write commands in two bytes, and nothing after the FourCC of \
           SequenceEnd",
    guards: &[Guard::Clear],
    hears: &[Topic::Enhanced],
    source: include_str!("ertmp_11_command_and_end.rs"),
    new: || Box::new(CommandAndEnd),
    ..Rule::BASE
};

struct CommandAndEnd;

impl Check for CommandAndEnd {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Media(it) = &event.kind else { return };
        if !it.enhanced || !it.complete {
            return;
        }
        match (it.command, it.packet, it.problem) {
            (_, _, Some(MediaProblem::Tag(cut))) if cut.what == "video command" => {
                cx.find(Found::at(event).case("command"), |_| {
                    Said::new("a video command frame without a command").expected("0 or 1").actual("no byte")
                });
            }
            (Some(command), ..) => self::command(it, command, event, cx),
            (_, Some(Packet::SequenceEnd), None) => end(it, event, cx),
            _ => {}
        }
    }
}

fn command(it: &MediaMessage, command: VideoCommand, event: &Event<'_>, cx: &mut Cx<'_>) {
    cx.judged();
    if let VideoCommand::Other(byte) = command {
        cx.find(Found::at(event).case("command"), |_| {
            Said::new("a video message of frame type 5 does not hold a command")
                .expected("0 (seek starts) or 1 (seek ends)")
                .actual(byte.to_string())
        });
    } else if it.extensions.count == 0 && it.header_bytes > 2 {
        cx.find(Found::at(event).case("command-long"), |_| {
            Said::new("bytes follow the command of a video command frame")
                .expected("2 bytes")
                .actual(format!("{} bytes", it.header_bytes))
        });
    }
}

fn end(it: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
    cx.judged();
    let body = match it.share {
        None if it.extensions.count == 0 => it.header_bytes.saturating_sub(5),
        Some(share) => share.bytes,
        None => 0,
    };
    if body > 0 {
        cx.find(Found::at(event).case("end-body").warning(), |_| {
            Said::new(format!("SequenceEnd of {} has a body", it.media.name()))
                .expected("nothing after the header")
                .actual(format!("{body} bytes"))
        });
    }
}

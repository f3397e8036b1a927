//! AMF-05 format-byte
//!
//! ## What it does
//! Messages of types 15, 16 and 17 have a byte in front of their values, which is 0. Another value, or none, is a warning.
//! A data message of type 18 with nothing but four bytes, of which the first is 0, is an info: no AMF, but a time code.
//!
//! ## Why it matters
//! Receivers skip that byte without looking: where it is missing, they lose the first byte of the values, and with it the
//! command.
//!
//! ## Spec
//! Errata 7.2; Enhanced RTMP v2, "AMF0 and AMF3"
//!
//! ## Tolerance
//! ffmpeg sends the time code track of a file as data messages of four bytes (SRS issue 3803).
//!
//! ## How to fix
//! Write a byte 0 in front of the values of types 15, 16 and 17, or send types 18, 19 and 20.

use super::shared;
use crate::rtmp::message::form::{Form, FormatByte};
use crate::rtmp::message::kind::MessageType;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "AMF-05",
    name: "format-byte",
    severity: Severity::Warning,
    spec: "Errata 7.2; E-RTMP v2, AMF0 and AMF3",
    subject: "messages of types 15 to 18",
    help: "write a byte 0 in front of the values of types 15, 16 and 17, or send types 18, 19 and 20",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Command, Topic::Data, Topic::SharedObject, Topic::Other],
    source: include_str!("amf_05_format_byte.rs"),
    new: || Box::new(ByteInFront),
    ..Rule::BASE
};

struct ByteInFront;

impl Check for ByteInFront {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message.filter(|header| header.complete) else { return };
        match header.kind {
            MessageType::DATA_AMF0 => {
                cx.judged();
                if header.length == 4 && shared::is_timecode(header.kind, event.body) {
                    cx.find(Found::at(event).case("time-code").info(), |_| {
                        Said::new("a data message is a time code of four bytes and no AMF")
                            .help("leave out the time code track, with -dn in ffmpeg")
                    });
                }
            }
            MessageType::DATA_AMF3 | MessageType::SHARED_OBJECT_AMF3 | MessageType::COMMAND_AMF3 => {
                cx.judged();
                in_front(event, header.kind, cx);
            }
            _ => {}
        }
    }
}

fn in_front(event: &Event<'_>, kind: MessageType, cx: &mut Cx<'_>) {
    let Some(first) = event.body.first() else { return };
    let actual = format!("0x{first:02x}");
    match Form::of(kind, event.body).format_byte {
        FormatByte::Usual => {}
        FormatByte::Other(_) => {
            cx.find(Found::at(event).case("other").of(kind.0), |_| {
                Said::new(format!("a message of type {} has another format byte than 0", kind.0))
                    .expected("0x00")
                    .actual(actual)
            });
        }
        FormatByte::Absent => {
            cx.find(Found::at(event).case("missing").of(kind.0), |_| {
                Said::new(format!("a message of type {} lacks the format byte in front of its values", kind.0))
                    .expected("0x00")
                    .actual(actual)
            });
        }
    }
}

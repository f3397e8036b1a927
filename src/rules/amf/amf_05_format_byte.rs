//! AMF-05 format-byte
//!
//! ## What it does
//! Reports messages of types 15, 16 and 17 without the byte 0 that belongs in front of their values. Another byte than
//! 0, or none, is a warning. A data message of type 18 with nothing but four bytes, of which the first is 0, is an
//! info: no AMF, but a time code.
//!
//! ## Why it matters
//! Receivers skip that byte without looking: where it is missing, they lose the first byte of the values, and with it
//! the command.
//!
//! ## Spec
//! RTMP Errata and Addenda, 7.2; Enhanced RTMP v2, "AMF0 and AMF3"
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
use crate::rules::held::{Held, Told};
use crate::rules::rule::{Check, End, Guard, Rule};
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
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("amf_05_format_byte.rs"),
    new: || Box::new(ByteInFront::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct ByteInFront(Held);

impl Check for ByteInFront {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.0.next(event, cx);
        let Some(header) = event.message.filter(|header| header.complete) else { return };
        match header.kind {
            MessageType::DATA_AMF0 => {
                cx.judged();
                if header.length == 4 && shared::is_timecode(header.kind, event.body) {
                    let said = Said::new("a data message is a time code of four bytes and no AMF")
                        .help("leave out the time code track, with -dn in ffmpeg");
                    self.0.told(event.dir).push((Found::at(event).case("time-code").info(), said));
                }
            }
            MessageType::DATA_AMF3 | MessageType::SHARED_OBJECT_AMF3 | MessageType::COMMAND_AMF3 => {
                cx.judged();
                in_front(event, header.kind, self.0.told(event.dir));
            }
            _ => {}
        }
        self.0.rest(cx);
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        self.0.finish(cx);
    }

    fn held_bytes(&self) -> usize {
        self.0.held_bytes()
    }
}

fn in_front(event: &Event<'_>, kind: MessageType, told: &mut Told) {
    let Some(first) = event.body.first() else { return };
    let (case, what) = match Form::of(kind, event.body).format_byte {
        FormatByte::Usual => return,
        FormatByte::Other(_) => ("other", "has another format byte than 0"),
        FormatByte::Absent => ("missing", "lacks the format byte in front of its values"),
    };
    let said = Said::new(format!("a message of type {} {what}", kind.0))
        .expected("0x00")
        .actual(format!("0x{first:02x}"));
    told.push((Found::at(event).case(case).of(kind.0), said));
}

//! MSG-04 aggregate-layout
//!
//! ## What it does
//! Looks whether the parts of aggregate messages fit together. Each has a header of 11 bytes, a body and a back pointer
//! that says the length of both. Errors are parts that do not fill the message, back pointers that say something else,
//! and an aggregate in an aggregate. A part that is not audio, video or data is a warning, and so are times in the byte
//! order of RTMP 6.1.1. A last part without back pointer, and a first part whose time is not that of the message, are
//! infos.
//!
//! ## Why it matters
//! A receiver that loses its place in an aggregate loses all audio and video in it, or takes media for headers.
//!
//! ## Spec
//! RTMP 1.0, 7.1.6
//!
//! ## Tolerance
//! Parts are laid out as FLV tags: nginx-rtmp, ffmpeg, librtmp, `GStreamer` and Wireshark all do that. Their message
//! stream ids are ignored, and their times count from the first one's.
//!
//! ## How to fix
//! Write the parts as FLV tags with their back pointers, the last one too; or send audio and video as messages of their
//! own.

use crate::rtmp::message::aggregate::{Tag, Tags};
use crate::rtmp::message::kind::MessageType;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::held::{Held, Told};
use crate::rules::rule::{Check, End, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Aggregate, Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "MSG-04",
    name: "aggregate-layout",
    severity: Severity::Error,
    spec: "RTMP 7.1.6",
    subject: "aggregates",
    help: "write the parts as FLV tags with their back pointers, the last one too; or send audio and video as messages of \
           their own",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("msg_04_aggregate_layout.rs"),
    new: || Box::new(AggregateLayout::default()),
    ..Rule::BASE
};

/// Findings of a message at most, more or less.
const MOST: usize = 16;

#[derive(Default)]
struct AggregateLayout(Held);

impl Check for AggregateLayout {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.0.next(event, cx);
        let Kind::Aggregate(it) = &event.kind else { return };
        cx.judged();
        if it.undecoded > 0 {
            cx.doubt(Doubt::TooLittle);
        }
        let told = self.0.told(event.dir);
        times(it, event, told);
        let odd = it.back_pointer_errors > 0 || it.other_parts > 0 || it.cut || it.trailing_bytes > 0;
        if odd && !parts(event, it, told) {
            fill(event, it, told);
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

/// The parts one by one, up to the first that is not in its place; whether there is one.
fn parts(event: &Event<'_>, it: &Aggregate, told: &mut Told) -> bool {
    for (index, tag) in (1_u32..).zip(Tags::new(event.body)) {
        kind(&tag, index, event, told);
        if tag.back_pointer == Some(false) {
            let said = Said::new(format!("the back pointer of part {index} does not say its length"))
                .expected((u64::from(tag.size) + 11).to_string());
            told.push((Found::at(event).case("back-pointer"), said));
            return true;
        }
        let last = tag.complete && tag.back_pointer.is_none() && it.trailing_bytes == 0;
        if last && it.undecoded == 0 {
            let said = Said::new("the last part of an aggregate has no back pointer");
            told.push((Found::at(event).case("last-back-pointer").info(), said));
        }
    }
    false
}

fn kind(tag: &Tag<'_>, index: u32, event: &Event<'_>, told: &mut Told) {
    use MessageType as Type;
    let usual = matches!(tag.kind, Type::AUDIO | Type::VIDEO | Type::DATA_AMF0 | Type::DATA_AMF3);
    if usual || told.len() >= MOST {
        return;
    }
    let found = Found::at(event);
    match tag.kind {
        MessageType::AGGREGATE => {
            let said = Said::new(format!("part {index} of an aggregate is an aggregate"));
            told.push((found.case("nested"), said));
        }
        kind => {
            let said = Said::new(format!("part {index} of an aggregate is of type {}", kind.0))
                .expected("8, 9, 15 or 18")
                .actual(kind.0.to_string());
            told.push((found.case("part-type").warning().of(kind.0), said));
        }
    }
}

/// Whether the parts fill the message.
fn fill(event: &Event<'_>, it: &Aggregate, told: &mut Told) {
    let actual = match it.trailing_bytes {
        _ if it.cut => format!("the message ends inside of part {}", it.parts),
        0 => return,
        bytes => format!("{bytes} bytes after {} parts", it.parts),
    };
    let said = Said::new("the parts of an aggregate do not fill it exactly").actual(actual);
    told.push((Found::at(event).case("length"), said));
}

fn times(it: &Aggregate, event: &Event<'_>, told: &mut Told) {
    let (base, Some(first)) = (it.base_timestamp, it.first_part_timestamp) else { return };
    if first == base {
        return;
    }
    // The highest byte is the last one of the field: in the plain order it would come first.
    if first.rotate_left(8) == base {
        let said = Said::new("the times in an aggregate are written highest byte first, as in RTMP 6.1.1")
            .expected("three lower bytes, then the highest, as in FLV");
        told.push((Found::at(event).case("time-order").warning(), said));
        return;
    }
    let said = Said::new("the first part of an aggregate has another time than the aggregate")
        .expected(format!("{base} ms"))
        .actual(format!("{first} ms"));
    told.push((Found::at(event).case("first-time").info(), said));
}

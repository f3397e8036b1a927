//! META-04 fields
//!
//! ## What it does
//! Reports figures in `onMetaData` that are no numbers, negative, or in the wrong unit. Width, height, frame rate,
//! duration, sample rate and bit rates have to be numbers that are not negative, and bit rates are in kilobits per
//! second.
//!
//! ## Why it matters
//! Servers and players compute with these figures. Text in place of a number reads as 0, and a rate in bits as a
//! thousand times the real one.
//!
//! ## Spec
//! FLV 10.1, E.5
//!
//! ## Tolerance
//! A duration of 0 is normal for live streams, and a field that is null or undefined counts as absent. Whether a
//! kilobit is 1000 or 1024 bits is not judged.
//!
//! ## How to fix
//! Write the fields as AMF numbers, and `videodatarate` and `audiodatarate` in kilobits per second.

use crate::amf::Value;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::facts;

pub(super) static RULE: Rule = Rule {
    code: "META-04",
    name: "fields",
    severity: Severity::Warning,
    spec: "FLV 10.1, E.5",
    subject: "onMetaData messages",
    help: "write the fields as AMF numbers, and bit rates in kilobits per second",
    guards: &[Guard::Clear],
    thresholds: &[
        Threshold { name: "video_kbps", default: 100_000.0, about: "highest video bit rate to believe" },
        Threshold { name: "audio_kbps", default: 3_000.0, about: "highest audio bit rate to believe" },
    ],
    hears: &[Topic::Data],
    source: include_str!("meta_04_fields.rs"),
    new: || Box::new(Fields),
    ..Rule::BASE
};

const FIELDS: [&str; 7] =
    ["width", "height", "framerate", "duration", "audiosamplerate", "videodatarate", "audiodatarate"];

struct Fields;

impl Check for Fields {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Data(it) = &event.kind else { return };
        let Some(facts) = facts(it) else { return };
        cx.judged();
        for (name, of) in FIELDS.into_iter().zip(0_u32..) {
            if let Some(value) = facts.get(name) {
                field(name, value, Found::at(event).of(of), cx);
            }
        }
    }
}

fn field(name: &'static str, value: &Value, found: Found, cx: &mut Cx<'_>) {
    let limit = match name {
        "videodatarate" => Some(cx.threshold("video_kbps")),
        "audiodatarate" => Some(cx.threshold("audio_kbps")),
        _ => None,
    };
    match value {
        Value::Null | Value::Undefined => {}
        Value::Number(number) if !number.is_finite() || *number < 0.0 => {
            cx.find(found.case("number"), |_| {
                Said::new(format!("{name} in the metadata is not a figure to compute with"))
                    .expected("0 or more")
                    .actual(number.to_string())
            });
        }
        Value::Number(number) => {
            if let Some(limit) = limit.filter(|limit| number > limit) {
                cx.find(found.case("unit"), |_| {
                    Said::new(format!("{name} in the metadata seems to be in bits in place of kilobits"))
                        .expected(format!("{limit} kbit/s at most"))
                        .actual(number.to_string())
                });
            }
        }
        other => cx.find(found.case("type"), |words| {
            let actual = other.as_str().map_or_else(
                || "another value".to_owned(),
                |text| format!("the text \"{}\"", words.text(text)),
            );
            Said::new(format!("{name} in the metadata is no number")).expected("a number").actual(actual)
        }),
    }
}

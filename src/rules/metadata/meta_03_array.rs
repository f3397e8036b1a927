//! META-03 array
//!
//! ## What it does
//! `onMetaData` is followed by exactly one value, and that is an ECMA array (AMF0 marker 0x08).
//!
//! ## Why it matters
//! Readers that keep to the letter look for the array and skip everything else, and then have no metadata at all.
//!
//! ## Spec
//! Enhanced RTMP v2, Enhancing onMetaData; FLV 10.1, E.4.4 and E.5
//!
//! ## Tolerance
//! nginx-rtmp, SRS and gortmplib take an object as well: a warning. Towards players an object is accepted: nginx-rtmp,
//! SRS and Node-Media-Server all write one, nginx-rtmp also when it pushes to another server. Messages in AMF3 are not
//! judged, since AMF3 has no such array.
//!
//! ## How to fix
//! Write the facts as an ECMA array: marker 0x08, the number of facts in four bytes, then names and values as in an
//! object.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "META-03",
    name: "array",
    severity: Severity::Warning,
    spec: "E-RTMP v2, Enhancing onMetaData; FLV 10.1, E.5",
    subject: "onMetaData messages",
    help: "write the facts as one ECMA array (marker 0x08)",
    guards: &[Guard::Clear],
    hears: &[Topic::Data],
    source: include_str!("meta_03_array.rs"),
    new: || Box::new(Array),
    ..Rule::BASE
};

struct Array;

impl Check for Array {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Data(it) = &event.kind else { return };
        if it.handler != Some("onMetaData") || it.amf3 || it.error.is_some() {
            return;
        }
        cx.judged();
        let found = Found::at(event);
        let (found, actual) = match it.values {
            [Value::EcmaArray(_)] => return,
            // Of the wrapper without a value there is a rule of its own.
            [] if it.set_data_frame => return,
            [] => (found.case("none"), "nothing".to_owned()),
            [Value::Object(_)] if event.dir == Dir::ServerToClient || is_signed(it.values) => return,
            [Value::Object(_)] => (found.case("object"), "an object".to_owned()),
            [_] => (found.case("other"), "another value".to_owned()),
            more => (found.case("several"), format!("{} values", more.len())),
        };
        cx.find(found, |_| {
            Said::new("onMetaData is not followed by one ECMA array")
                .expected("one ECMA array")
                .actual(actual)
        });
    }
}

/// Whether nginx-rtmp wrote it.
fn is_signed(values: &[Value]) -> bool {
    let server = values.first().and_then(|facts| facts.get("Server")).and_then(Value::as_str);
    server.is_some_and(|server| server.starts_with("NGINX RTMP"))
}

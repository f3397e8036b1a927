//! The schema of timeline lines and the lines of all these messages: no line has a field that the schema does not
//! describe, and the schema describes no field that no line has.

use std::collections::BTreeSet;

use rtmpscope::model::TimelineLine;
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::common::Dir;
use crate::common::capture::Capture;
use crate::common::impair::{self, Pick};
use crate::common::media::{self, Av};
use crate::common::message as msg;
use crate::common::ready;
use crate::common::talk::Talk;
use crate::harness::{self, Run};
use crate::{aggregate, connect, handshake, properties, timestamps, units};

/// Lines of every layout, of all handshakes and dialects, and of captures that lack something.
fn lines() -> Vec<Value> {
    let zoo = harness::talk(&properties::zoo());
    let talks: Vec<Talk> = [zoo, harness::talk(&[aggregate::long()])]
        .into_iter()
        .chain(handshake::talks())
        .chain(timestamps::talks())
        .chain(connect::talks())
        .collect();
    let mut lines = Run::of(&talks).lines;
    let whole = ready::publish_av(4).packets();
    // Key frames of many packets, so that a hole is inside of one; then a header of format 3 on a new chunk stream.
    let large = ready::publish_of(&Av { sizes: [90_000, 900, 400], ..Av::seconds(4) }.frames()).packets();
    let inside = large.iter().position(|packet| packet.payload.len() > 1_000).unwrap() + 20;
    let unread = harness::opened().raw(Dir::Up, &[0xFC, 1, 2, 3]).wait(5).close().packets();
    // A frame of two units, of which the end of the capture hides the second.
    let units = units::sized(&[vec![0x65; 9_000], vec![0x65; 20]]);
    let frame = msg::video(0, media::avc(true, 1, 0, &units)).msid(1);
    let cut = harness::opened().up(&frame).packets();
    let last = cut.iter().rposition(|packet| packet.payload.len() > 1_000).unwrap();
    let cut = impair::until(&cut, Pick::Index(last - 1));
    for capture in [
        Capture::of(&impair::from(&whole, Pick::Index(60))),
        Capture::of(&impair::until(&whole, impair::down(0))),
        Capture::of(&impair::drop(&large, Pick::Index(inside))),
        Capture::of(&unread),
        Capture::of(&cut),
        Capture::of(&whole).snap(200),
    ] {
        lines.extend(Run::of_file(&capture.bytes()).lines);
    }
    lines
}

fn schema() -> Value {
    let text = harness::output(&["schema", "timeline"]).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_line_is_described() {
    let mut schema = schema();
    schema["additionalProperties"] = json!(false);
    let schema = jsonschema::validator_for(&schema).unwrap();
    let mut problems = BTreeSet::new();
    for line in lines() {
        problems.extend(schema.iter_errors(&line).map(|error| format!("{}: {error}", line["event"])));
        if let Err(error) = TimelineLine::deserialize(&line) {
            problems.insert(format!("{}: {error}", line["event"]));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn every_field_occurs() {
    let schema = schema();
    let mut fields: BTreeSet<&str> = BTreeSet::new();
    let described = schema["properties"].as_object().unwrap();
    fields.extend(described.keys().map(String::as_str));
    for line in lines() {
        fields.retain(|field| line.get(*field).is_none());
    }
    assert!(fields.is_empty(), "no line has {fields:?}");
}

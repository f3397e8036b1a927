//! Lines of a timeline are what their schema says: over every capture, no field is without a description, none has
//! another type, and the published type reads each line without losing a field.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail wherever it stands")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use rtmpscope::model::TimelineLine;
use serde::Deserialize as _;
use serde_json::{Value, json};

#[test]
fn every_line_is_as_the_schema_says() {
    let mut schema: Value = serde_json::from_str(&output(&["schema", "timeline"])).expect("a schema");
    schema["additionalProperties"] = json!(false);
    let schema = jsonschema::validator_for(&schema).expect("a valid schema");
    let (mut shapes, mut events) = (BTreeSet::new(), BTreeMap::<String, usize>::new());
    let mut problems = BTreeSet::new();
    for capture in captures() {
        for line in output(&["timeline", "--quiet", "--format", "ndjson", &capture]).lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            *events.entry(line["event"].as_str().expect("an event").to_owned()).or_default() += 1;
            if !shapes.insert(shape(&line)) {
                continue;
            }
            problems.extend(schema.iter_errors(&line).map(|e| format!("{}: {e}", line["event"])));
            let read = TimelineLine::deserialize(&line).map(|read| json!(read));
            match read {
                Ok(read) => problems.extend(lost(&line, &read)),
                Err(error) => _ = problems.insert(format!("{}: {error}", line["event"])),
            }
        }
    }
    let problems: Vec<_> = problems.into_iter().collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(events.len() > 40, "few kinds of events: {events:?}");
}

/// What makes lines differ for a schema: the event, the names of the fields and the types of their values.
fn shape(line: &Value) -> String {
    let fields = line.as_object().expect("an object").iter();
    let types = fields.map(|(name, value)| {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Number(n) if n.is_f64() => "float",
            Value::Number(n) if n.is_i64() && !n.is_u64() => "negative",
            Value::Number(_) => "whole",
            Value::String(_) => "text",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        format!("{name}:{kind}")
    });
    format!("{} {}", line["event"], types.collect::<Vec<_>>().join(" "))
}

/// The fields of `line` that are not in `read`, or are another value there.
fn lost(line: &Value, read: &Value) -> Vec<String> {
    let same = |a: &Value, b: &Value| a == b || a.as_f64().is_some_and(|a| Some(a) == b.as_f64());
    let fields = line.as_object().expect("an object").iter();
    let lost = fields.filter(|(name, value)| !same(value, &read[name.as_str()]));
    lost.map(|(name, value)| format!("{}: {name} = {value} is lost", line["event"])).collect()
}

fn captures() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut captures = Vec::new();
    for entry in walk(&folder) {
        let name = entry.to_str().expect("a name in UTF-8").to_owned();
        if [".pcap", ".pcapng", ".pcap.gz", ".pcap.zst"].iter().any(|end| name.ends_with(end)) {
            captures.push(name);
        }
    }
    captures.sort();
    assert!(captures.len() > 30, "few captures in testdata");
    captures
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files
}

fn output(arguments: &[&str]) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_rtmpscope")).args(arguments).output().expect("the command");
    assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("text")
}

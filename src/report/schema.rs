//! The JSON Schemas of the report, of a timeline's lines and of a check, made from the model.

use std::io::{self, Write};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::model::{CheckReport, Report, SCHEMA_VERSION, TimelineLine};

/// The schema of the report (draft 2020-12): fields that are always written are required, further ones are allowed.
pub(crate) fn report() -> Schema {
    of::<Report>("report")
}

/// The schema of a line of a timeline.
pub(crate) fn timeline() -> Schema {
    of::<TimelineLine>("timeline")
}

/// The schema of the report of a check.
pub(crate) fn check() -> Schema {
    of::<CheckReport>("check")
}

fn of<T: JsonSchema>(name: &str) -> Schema {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), format!("urn:rtmpscope:{name}:{SCHEMA_VERSION}").into());
    schema.insert("title".to_owned(), format!("rtmpscope {name}, version {SCHEMA_VERSION}").into());
    schema
}

/// Writes a schema.
pub(crate) fn write(schema: &Schema, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, schema)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::report::sample;

    #[test]
    fn the_sample_is_valid_and_a_wrong_one_is_not() {
        let schema = serde_json::to_value(report()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let mut report: Value = serde_json::from_str(sample::JSON).unwrap();
        let problems: Vec<String> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
        assert_eq!(problems, [""; 0]);
        let empty = serde_json::to_value(Report::default()).unwrap();
        assert!(validator.is_valid(&empty));
        report["added_later"] = json!(1);
        assert!(validator.is_valid(&report));
        report["connections"][0]["closing"] = json!("gone");
        assert!(!validator.is_valid(&report));
    }

    /// The fields of a line stand in one flat list, where none can lean on another.
    #[test]
    fn a_description_of_a_line_makes_sense_alone() {
        let schema = serde_json::to_value(timeline()).unwrap();
        for (name, field) in schema["properties"].as_object().unwrap() {
            let text = field["description"].as_str().unwrap();
            let leans = ["Its ", "The same", "Of these", "These ", "Which ", "How: "];
            assert!(!leans.iter().any(|start| text.starts_with(start)), "{name}: {text}");
            assert!(text.split_whitespace().count() > 2, "{name}: {text}");
        }
    }

    /// Also in the forms that one of several kinds has, and in a line.
    #[test]
    fn every_field_is_described() {
        fn described(at: &str, value: &Value) {
            for (name, field) in value["properties"].as_object().into_iter().flatten() {
                assert!(field["description"].is_string(), "{at}.{name} has no description");
            }
            for list in ["oneOf", "anyOf", "allOf"] {
                for form in value[list].as_array().into_iter().flatten() {
                    described(at, form);
                }
            }
            for (name, definition) in value["$defs"].as_object().into_iter().flatten() {
                described(name, definition);
            }
        }
        described("Line", &serde_json::to_value(timeline()).unwrap());
        described("CheckReport", &serde_json::to_value(check()).unwrap());
        let schema = serde_json::to_value(report()).unwrap();
        described("Report", &schema);
        assert_eq!(schema["$id"], "urn:rtmpscope:report:1");
        assert!(schema["required"].as_array().unwrap().contains(&json!("summary")));
        assert!(schema["$defs"]["Capture"]["required"].as_array().unwrap().iter().all(|f| f != "start"));
    }
}

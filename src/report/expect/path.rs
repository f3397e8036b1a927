//! Paths into a report: parsed, held against its schema, followed.

use std::fmt;

use serde_json::Value;

use crate::report::schema;
use crate::rules::nearest::hint;
use crate::rules::profile::Expectation;

/// A path.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    /// It begins at the report, not at a connection.
    pub(super) of_report: bool,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    /// All entries of a list.
    Each,
    /// One entry.
    Entry(usize),
}

/// A path that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathError {
    /// The file and line it stands in.
    at: String,
    metric: String,
    what: String,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "profile {}: metric '{}': {}", self.at, self.metric, self.what)
    }
}

impl Path {
    /// The path of an expectation, if the report can have it, and what is asked can be said of what is there.
    pub(super) fn parse(expectation: &Expectation) -> Result<Self, PathError> {
        let Expectation { at, metric, .. } = expectation;
        let error = |what: String| PathError { at: at.clone(), metric: metric.clone(), what };
        let mut steps = Vec::new();
        for part in metric.split('.') {
            let (name, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
            if name.is_empty() {
                return Err(error("a name is missing".to_owned()));
            }
            steps.push(Step::Field(name.to_owned()));
            while let Some(inner) = rest.strip_prefix('[') {
                let Some((index, behind)) = inner.split_once(']') else {
                    return Err(error("a ']' is missing".to_owned()));
                };
                steps.push(match index {
                    "*" => Step::Each,
                    _ => Step::Entry(
                        index.parse().map_err(|_| error(format!("'[{index}]' is no place in a list")))?,
                    ),
                });
                rest = behind;
            }
            if !rest.is_empty() {
                return Err(error(format!("'{rest}' is not understood")));
            }
        }
        let of_report =
            matches!(steps.first(), Some(Step::Field(name)) if name == "capture" || name == "summary");
        let root = serde_json::to_value(schema::report()).unwrap_or_default();
        let start = if of_report { &root } else { definition(&root, "Connection") };
        let end = walk(&root, start, &steps).map_err(error)?;
        let of_streams = matches!(steps.first(), Some(Step::Field(name)) if name == "streams");
        if expectation.role.is_some() && !of_streams {
            return Err(error("it is of no stream, so 'role' says nothing".to_owned()));
        }
        if let (Some(kind), false) = (end.and_then(kind), expectation.bound.is_empty()) {
            return Err(error(format!("{kind}, and can only be 'required'")));
        }
        Ok(Self { of_report, steps })
    }

    /// The values it leads to, with their own paths; none where it leads into something that lacks them. Of the streams,
    /// those of `role` that had media.
    pub(super) fn find(&self, value: &Value, role: Option<&str>) -> Vec<(String, Option<Value>)> {
        let mut found = Vec::new();
        follow(&self.steps, value, String::new(), role, &mut found);
        found
    }
}

fn follow(
    steps: &[Step],
    value: &Value,
    at: String,
    role: Option<&str>,
    found: &mut Vec<(String, Option<Value>)>,
) {
    let Some((step, rest)) = steps.split_first() else {
        return found.push((at, Some(value.clone()).filter(|value| !value.is_null())));
    };
    match step {
        Step::Field(name) => {
            let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            match value.get(name) {
                Some(value) => follow(rest, value, at, role, found),
                None => found.push((at, None)),
            }
        }
        Step::Each => {
            for (n, entry) in value.as_array().into_iter().flatten().enumerate() {
                if counts(entry, role) {
                    follow(rest, entry, format!("{at}[{n}]"), role, found);
                }
            }
        }
        Step::Entry(n) => {
            if let Some(entry) = value.get(*n).filter(|entry| counts(entry, role)) {
                follow(rest, entry, format!("{at}[{n}]"), role, found);
            }
        }
    }
}

/// Whether an entry of a list is looked at: all but streams without media, and streams of another role.
fn counts(entry: &Value, role: Option<&str>) -> bool {
    let Some(of) = entry.get("role").and_then(Value::as_str) else { return true };
    role.is_none_or(|role| role == of) && ["audio", "video"].iter().any(|media| entry.get(media).is_some())
}

/// What has no value of its own: a list, or a part of the report with names in it.
fn kind(at: &Value) -> Option<&'static str> {
    if at.get("items").is_some() {
        Some("it is a list: [*] stands for its entries; the list has no figure")
    } else if ["properties", "additionalProperties"].iter().any(|key| at.get(*key).is_some()) {
        Some("there are figures below it; itself it has none")
    } else {
        None
    }
}

/// Where such a path leads in the schema; nothing where anything may be.
fn walk<'r>(root: &'r Value, start: &'r Value, steps: &[Step]) -> Result<Option<&'r Value>, String> {
    let mut at = start;
    for step in steps {
        at = resolved(root, at);
        match step {
            Step::Field(name) => {
                let fields = at.get("properties").and_then(Value::as_object);
                if let Some(field) = fields.and_then(|fields| fields.get(name)) {
                    at = field;
                } else if let Some(any) = at.get("additionalProperties").filter(|any| any.is_object()) {
                    at = any;
                } else if at.get("additionalProperties") == Some(&Value::Bool(true)) {
                    // What peers say, such as metadata: it may hold anything.
                    return Ok(None);
                } else {
                    let known = fields.into_iter().flat_map(|fields| fields.keys().map(String::as_str));
                    return Err(format!("the report has no '{name}' there{}", hint(name, known)));
                }
            }
            Step::Each | Step::Entry(_) => match at.get("items") {
                Some(items) => at = items,
                None => return Err("there is no list where '[' stands".to_owned()),
            },
        }
    }
    Ok(Some(resolved(root, at)))
}

/// What a reference stands for, and of what may be absent what is there.
fn resolved<'r>(root: &'r Value, mut at: &'r Value) -> &'r Value {
    for _ in 0..8 {
        if let Some(name) = at.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/$defs/")) {
            at = definition(root, name);
            continue;
        }
        let forms = at.get("anyOf").and_then(Value::as_array);
        match forms.and_then(|forms| forms.iter().find(|form| form["type"] != "null")) {
            Some(form) => at = form,
            None => break,
        }
    }
    at
}

/// A definition of the schema.
fn definition<'r>(root: &'r Value, name: &str) -> &'r Value {
    root.get("$defs").and_then(|all| all.get(name)).unwrap_or(&Value::Null)
}

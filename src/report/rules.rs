//! The rules there are: a table or JSON of all, and the documentation of one.

use std::io::{self, Write};

use serde::Serialize;

use super::Style;
use super::json::pretty;
use super::model::Severity;
use super::page::{Page, Tone, plural};
use crate::rules::registry;
use crate::rules::rule::Rule;

/// Headings of a rule's documentation, in order.
const HEADINGS: [&str; 5] = ["What it does", "Why it matters", "Spec", "Tolerance", "How to fix"];
/// Columns of text to the right of its margin.
const MAX_WIDTH: usize = 100;

/// A rule as JSON.
#[derive(Serialize)]
struct Listed {
    code: &'static str,
    name: &'static str,
    severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity_strict: Option<Severity>,
    /// What it judges.
    subject: &'static str,
    what: String,
    why: String,
    spec: String,
    tolerance: String,
    fix: String,
    guards: Vec<&'static str>,
    thresholds: Vec<Figure>,
}

#[derive(Serialize)]
struct Figure {
    name: &'static str,
    default: f64,
    about: &'static str,
}

impl From<&'static Rule> for Listed {
    fn from(rule: &'static Rule) -> Self {
        let [what, why, spec, tolerance, fix] =
            HEADINGS.map(|heading| rule.section(heading).unwrap_or_default());
        Self {
            code: rule.code,
            name: rule.name,
            severity: rule.severity.into(),
            severity_strict: rule.strict.map(Into::into),
            subject: rule.subject,
            what,
            why,
            spec,
            tolerance,
            fix,
            guards: rule.guards.iter().map(|guard| guard.sentence()).collect(),
            thresholds: rule
                .thresholds
                .iter()
                .map(|it| Figure { name: it.name, default: it.default, about: it.about })
                .collect(),
        }
    }
}

/// The rules whose codes begin with one of these prefixes, in any case of letters; all without a prefix. The error is a
/// prefix that no code has.
pub(crate) fn chosen(prefixes: &[String]) -> Result<Vec<&'static Rule>, String> {
    let has = |rule: &Rule, prefix: &str| {
        rule.code.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    if let Some(nobodys) = prefixes.iter().find(|prefix| !registry::all().any(|rule| has(rule, prefix))) {
        return Err(nobodys.clone());
    }
    let wanted = |rule: &&Rule| prefixes.is_empty() || prefixes.iter().any(|prefix| has(rule, prefix));
    Ok(registry::all().filter(wanted).collect())
}

/// The rule with this code or name, in any case of letters.
pub(crate) fn find(wanted: &str) -> Option<&'static Rule> {
    let named = || registry::all().find(|it| it.name.eq_ignore_ascii_case(wanted));
    registry::find(&wanted.to_uppercase()).or_else(named)
}

/// The codes of all rules, then their names.
pub(crate) fn known() -> impl Iterator<Item = &'static str> {
    registry::all().map(|rule| rule.code).chain(registry::all().map(|rule| rule.name))
}

/// What their codes begin with.
pub(crate) fn groups() -> impl Iterator<Item = &'static str> {
    registry::all().filter_map(|rule| rule.code.split('-').next())
}

/// Writes rules as one JSON array.
pub(crate) fn write_json(rules: &[&'static Rule], out: &mut dyn Write) -> io::Result<()> {
    pretty(&rules.iter().map(|rule| Listed::from(*rule)).collect::<Vec<_>>(), out)
}

/// Writes rules as a table.
pub(crate) fn write_table(rules: &[&'static Rule], style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, style);
    let row = |rule: &&'static Rule| {
        let what = rule.section("What it does").unwrap_or_default();
        vec![
            rule.code.to_owned(),
            rule.name.to_owned(),
            Severity::from(rule.severity).name().to_owned(),
            rule.strict.map_or("", |strict| Severity::from(strict).name()).to_owned(),
            first_sentence(&what).to_owned(),
            rule.spec.to_owned(),
        ]
    };
    let n = u64::try_from(rules.len()).unwrap_or(u64::MAX);
    page.heading(&format!("{}; 'rtmpscope rule CODE' explains one", plural(n, "rule")))?;
    page.grid(
        &["=code", "=name", "=severity", "=strict", "what it does", "spec"],
        rules.iter().map(row).collect(),
    )
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.')
}

/// Writes the documentation of a rule.
pub(crate) fn write_one(rule: &'static Rule, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let width = usize::from(style.width).min(MAX_WIDTH);
    let mut page = Page::new(out, style);
    page.heading(&format!("{} {}", rule.code, rule.name))?;
    page.line("")?;
    let tone = match Severity::from(rule.severity) {
        Severity::Error => Tone::Error,
        Severity::Warning => Tone::Warning,
        Severity::Info => Tone::Plain,
    };
    let strict = rule.strict.map(|strict| format!(", in a strict profile {}", Severity::from(strict).name()));
    let severity = Severity::from(rule.severity).name();
    page.toned(tone, &format!("severity: {severity}{}", strict.unwrap_or_default()))?;
    page.line(&format!("judges:   {}", rule.subject))?;
    page.line(&format!("spec:     {}", rule.spec))?;
    for line in body(&rule.doc(), width) {
        match line {
            Line::Heading(text) => {
                page.line("")?;
                page.heading(&text)?;
            }
            Line::Text(text) => page.line(&text)?,
        }
    }
    page.line("")?;
    page.heading("When it judges")?;
    if rule.guards.is_empty() {
        page.line("  Always.")?;
    }
    for guard in rule.guards {
        wrapped(guard.sentence(), width, "  - ").iter().try_for_each(|line| page.line(line))?;
    }
    if !rule.thresholds.is_empty() {
        page.line("")?;
        page.heading("Thresholds")?;
    }
    for it in rule.thresholds {
        let text = format!("{} = {}: {}", it.name, it.default, it.about);
        wrapped(&text, width, "  - ").iter().try_for_each(|line| page.line(line))?;
    }
    Ok(())
}

/// A line of the documentation.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    Heading(String),
    Text(String),
}

/// The sections of a rule's documentation, its paragraphs wrapped anew.
fn body(doc: &str, width: usize) -> Vec<Line> {
    fn flush(paragraph: &mut String, width: usize, lines: &mut Vec<Line>) {
        let (mark, text) = match paragraph.strip_prefix("- ") {
            Some(item) => ("  - ", item),
            None => ("  ", paragraph.as_str()),
        };
        lines.extend(wrapped(text, width, mark).into_iter().map(Line::Text));
        paragraph.clear();
    }
    let (mut lines, mut paragraph) = (Vec::new(), String::new());
    for line in doc.lines().skip_while(|line| !line.starts_with("## ")) {
        if line.trim().is_empty() || line.starts_with("## ") || line.trim_start().starts_with("- ") {
            flush(&mut paragraph, width, &mut lines);
        }
        if let Some(heading) = line.strip_prefix("## ") {
            lines.push(Line::Heading(heading.to_owned()));
            continue;
        }
        if !paragraph.is_empty() {
            paragraph.push(' ');
        }
        paragraph.push_str(line.trim());
    }
    flush(&mut paragraph, width, &mut lines);
    lines
}

/// Text in lines of at most `width`, the first behind `mark`, the others as far in.
fn wrapped(text: &str, width: usize, mark: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = mark.to_owned();
    let mut used = mark.len();
    let mut fresh = true;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !fresh && used + 1 + length > width {
            lines.push(std::mem::replace(&mut line, " ".repeat(mark.len())));
            (used, fresh) = (mark.len(), true);
        }
        if !fresh {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
        fresh = false;
    }
    if !fresh {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_wrapped_and_items_hang() {
        let doc = "X-01 name\n\n## One\nword word\nword\n\n- an item of\n  words\n- two\n\n## Two\nend\n";
        let text = |text: &str| Line::Text(text.to_owned());
        let heading = |text: &str| Line::Heading(text.to_owned());
        let expected = [
            heading("One"),
            text("  word word"),
            text("  word"),
            text("  - an item"),
            text("    of words"),
            text("  - two"),
            heading("Two"),
            text("  end"),
        ];
        assert_eq!(body(doc, 13), expected);
    }

    #[test]
    fn every_rule_can_be_shown() {
        for rule in registry::all() {
            let mut out = Vec::new();
            write_one(rule, Style { width: 80, color: false }, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            let long = text.lines().filter(|line| line.chars().count() > 80);
            let long: Vec<_> = long.filter(|line| !line.starts_with("spec: ")).collect();
            assert!(long.is_empty(), "{}: {long:?}", rule.code);
            for heading in HEADINGS {
                assert!(text.lines().any(|line| line == heading), "{} lacks {heading}", rule.code);
            }
        }
        assert_eq!(find("net-01").unwrap().code, find("Capture-Incomplete").unwrap().code);
    }

    #[test]
    fn rules_are_chosen_by_prefix() {
        assert_eq!(chosen(&[]).unwrap().len(), registry::all().count());
        assert!(chosen(&["net".to_owned()]).unwrap().iter().all(|rule| rule.code.starts_with("NET-")));
        assert_eq!(chosen(&["NET".to_owned(), "nothing".to_owned()]).err().as_deref(), Some("nothing"));
    }
}

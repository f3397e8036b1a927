//! The registry: every rule is documented in the same form, and codes are in order.

use std::collections::BTreeSet;
use std::path::Path;

use super::members::Members;
use super::registry;
use super::rule::Rule;

/// Headings of a rule's documentation, in order.
const HEADINGS: [&str; 5] = ["What it does", "Why it matters", "Spec", "Tolerance", "How to fix"];

fn each(check: impl Fn(&Rule) -> Result<(), String>) {
    let problems: Vec<_> =
        registry::all().filter_map(|rule| check(rule).err().map(|e| format!("{}: {e}", rule.code))).collect();
    assert_eq!(problems, [""; 0]);
}

#[test]
fn every_rule_is_documented() {
    each(|rule| {
        let doc = rule.doc();
        let title = doc.lines().next().unwrap_or_default();
        if title != format!("{} {}", rule.code, rule.name) {
            return Err(format!("the first line is {title:?}"));
        }
        let found: Vec<_> = doc.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        if found != HEADINGS {
            return Err(format!("the headings are {found:?}"));
        }
        for heading in HEADINGS {
            if rule.section(heading).is_none_or(|text| text.len() < 5) {
                return Err(format!("nothing below {heading:?}"));
            }
        }
        Ok(())
    });
}

#[test]
fn every_rule_is_described_by_its_fields() {
    each(|rule| {
        let name = rule.name;
        let kebab = name.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        let texts = [rule.spec, rule.subject, rule.help];
        match () {
            () if !kebab => Err(format!("{name:?} is not in kebab case")),
            () if texts.iter().any(|text| text.is_empty() || text.ends_with('.')) => {
                Err("a text is empty, or ends with a full stop".to_owned())
            }
            () if rule.help.starts_with(char::is_uppercase) && !rule.help.starts_with("OBS") => {
                Err("the help begins with a capital".to_owned())
            }
            () if rule.strict.is_some_and(|strict| strict <= rule.severity) => {
                Err("strict is not stricter".to_owned())
            }
            () if rule.thresholds.iter().any(|t| t.about.is_empty() || t.name.is_empty()) => {
                Err("a threshold says not what it is".to_owned())
            }
            () => Ok(()),
        }
    });
}

#[test]
fn rules_hear_nothing_twice() {
    each(|rule| {
        let all: Vec<_> = rule.hears.iter().chain(rule.on_call).collect();
        let twice =
            all.iter().enumerate().any(|(n, topic)| all.iter().skip(n + 1).any(|other| other == topic));
        if twice { Err(format!("{all:?}")) } else { Ok(()) }
    });
    assert!(registry::all().count() <= Members::MOST, "more rules than a set counts");
}

#[test]
fn codes_are_in_order_and_stand_for_one_rule_each() {
    let mut codes = BTreeSet::new();
    let mut last = ("", 0);
    for rule in registry::all() {
        assert!(codes.insert(rule.code), "{} is there twice", rule.code);
        let (group, number) = rule.code.split_once('-').unwrap();
        assert_eq!(number.len(), 2, "{}", rule.code);
        let number: u32 = number.parse().unwrap();
        assert!(group != last.0 || number > last.1, "{} comes too late", rule.code);
        last = (group, number);
    }
    assert!(registry::find("NET-01").is_some());
    assert!(registry::find("NET-99").is_none());
}

/// A file is named by code and name, and stands in the list of its group.
#[test]
fn every_file_is_a_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut files = BTreeSet::new();
    for group in std::fs::read_dir(&root).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
        for file in std::fs::read_dir(group.path()).unwrap().map(Result::unwrap) {
            let name = file.file_name().into_string().unwrap();
            let stem = name.trim_end_matches(".rs");
            let code = stem.split('_').nth(1).is_some_and(|number| number.parse::<u32>().is_ok());
            if code {
                files.insert(stem.to_owned());
            }
        }
    }
    let rules: BTreeSet<_> = registry::all()
        .map(|rule| format!("{}_{}", rule.code.to_lowercase().replace('-', "_"), rule.name.replace('-', "_")))
        .collect();
    assert_eq!(files, rules);
}

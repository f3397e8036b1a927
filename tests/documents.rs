//! What the documents say is so: the README's output is real, its commands are those of the checks, the changelog goes
//! on.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail wherever it stands")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};

/// Stands for lines left out.
const ELLIPSIS: &str = "[…]";

#[test]
fn the_output_in_the_readme_is_real() {
    let readme = read("README.md");
    let shown = marked_blocks(&readme, "output: ");
    assert!(shown.len() >= 3, "the README shows no output");
    for (arguments, block) in shown {
        let output = output(arguments);
        if let Err(line) = contains_in_order(&output, block) {
            panic!(
                "README.md shows for {arguments}:\n{line}\nwhich is not in the output, or not there:\n{output}"
            );
        }
    }
}

#[test]
fn the_readme_has_the_two_commands_of_the_checks() {
    let (readme, script) = (read("README.md"), read(".ci/run"));
    for name in ["the main job", "the tests"] {
        let mark = format!("command: {name}");
        let [(_, command)] = marked_blocks(&readme, &mark)[..] else {
            panic!("not one block marked '{mark}'")
        };
        assert_eq!(command.lines().count(), 1, "{command}");
        assert!(script.contains(&format!("run_readme_command \"{mark}\"")), ".ci/run does not run '{name}'");
    }
}

#[test]
fn the_changelog_has_an_unreleased_part() {
    let changelog = read("CHANGELOG.md");
    let first = changelog.lines().find(|line| line.starts_with("## "));
    assert_eq!(first, Some("## [Unreleased]"));
    let version = env!("CARGO_PKG_VERSION");
    let released = changelog.lines().filter(|line| line.starts_with("## [")).nth(1);
    assert!(
        released.is_none_or(|line| line.starts_with(&format!("## [{version}] - "))),
        "the newest release in the changelog is not {version}"
    );
}

#[test]
fn links_between_documents_lead_somewhere() {
    for name in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions.md"] {
        let text = read(name);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !target.contains("://") && !target.starts_with('#') {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).with_file_name(target);
                assert!(path.exists(), "{name} links to {target}");
            }
        }
    }
}

#[test]
fn every_decision_has_its_parts() {
    let text = read("docs/decisions.md");
    let mut decisions = text.split("\n## ").skip(1).peekable();
    assert!(decisions.peek().is_some());
    for decision in decisions {
        for part in ["- **Question:** ", "- **Choice:** ", "- **Why:** "] {
            assert_eq!(decision.matches(part).count(), 1, "{part}in {decision}");
        }
    }
}

#[test]
fn a_wrong_document_is_found() {
    assert_eq!(contains_in_order("a\nb\nc\n", "a\n[…]\nc\n"), Ok(()));
    assert_eq!(contains_in_order("a\nb\nc\n", "a\nc\n"), Err("c"), "lines are left out without a mark");
    assert_eq!(contains_in_order("a\nb\nc\n", "[…]\nb\n[…]\na\n"), Err("a"));
    assert_eq!(contains_in_order("a\nb\n", "[…]\nb\n"), Ok(()));
    let text = "<!-- output: x y -->\n```text\none\ntwo\n```\n";
    assert_eq!(marked_blocks(text, "output: "), [("x y", "one\ntwo\n")]);
}

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fenced blocks behind comments `<!-- MARK… -->`, with what follows the mark.
fn marked_blocks<'t>(text: &'t str, mark: &str) -> Vec<(&'t str, &'t str)> {
    let comments = text.split("<!-- ").skip(1).filter_map(|rest| rest.split_once(" -->\n```"));
    comments
        .filter_map(|(comment, rest)| {
            let block = rest.split_once('\n')?.1.split("```").next()?;
            Some((comment.strip_prefix(mark)?, block))
        })
        .collect()
}

/// Whether `output` has the lines of `shown`, one behind the other except where the ellipsis stands; else the line it
/// does not have. Spaces at the end do not count.
fn contains_in_order<'s>(output: &str, shown: &'s str) -> Result<(), &'s str> {
    let mut lines = output.lines().map(str::trim_end);
    let mut skipping = false;
    for line in shown.lines().map(str::trim_end) {
        if line == ELLIPSIS {
            skipping = true;
            continue;
        }
        let found = if skipping { lines.any(|other| other == line) } else { lines.next() == Some(line) };
        if !found {
            return Err(line);
        }
        skipping = false;
    }
    Ok(())
}

/// What the command writes for these arguments; with `| FIELD…` behind them, these fields of each of its objects.
fn output(arguments: &str) -> String {
    let (arguments, fields) = arguments.split_once(" | ").map_or((arguments, None), |(a, f)| (a, Some(f)));
    let run = Command::new(env!("CARGO_BIN_EXE_rtmpscope"))
        .args(arguments.split_whitespace())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the command starts");
    // A check that found something says so by its exit code.
    let done = run.status.success() || (arguments.starts_with("check ") && run.status.code() == Some(1));
    assert!(done, "{arguments}: {}", String::from_utf8_lossy(&run.stderr));
    let text = String::from_utf8(run.stdout).expect("the output is UTF-8");
    let Some(fields) = fields else { return text };
    text.lines().map(|line| pick(line, fields) + "\n").collect()
}

/// What `jq -c '{a, b}'` makes of a line.
fn pick(line: &str, fields: &str) -> String {
    let object: Map<String, Value> = serde_json::from_str(line).expect("a line is an object");
    let picked = fields
        .split_whitespace()
        .map(|name| (name.to_owned(), object.get(name).cloned().unwrap_or_default()));
    Value::Object(picked.collect()).to_string()
}

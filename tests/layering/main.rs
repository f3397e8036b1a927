//! Holds `src/` to the layers: a module imports only modules of lower rank. Also to its form: every file says at its
//! top what it does, and stays short.
//!
//! The code is read without comments, strings and what is compiled for tests only; `crate::x::…` and `super::…`
//! paths are resolved, grouped imports too. Macros are not expanded.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail wherever it stands")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use source::{Token, code, tokens};

mod source;

/// The ranks of the modules. `lib.rs` and `main.rs` are the two roots and have none.
const RANKS: &[(&str, u32)] = &[
    ("base", 0),
    ("capture", 1),
    ("amf", 1),
    ("media", 1),
    ("link", 2),
    ("tcp", 3),
    ("tunnel", 4),
    ("rtmp", 5),
    ("session", 6),
    ("metrics", 7),
    ("rules", 7),
    ("export", 7),
    ("report", 8),
    ("analyze", 9),
    ("check", 10),
    ("fuzzing", 11),
    ("benching", 11),
    ("cli", 11),
];

/// Most lines of a file before its tests.
const MAX_LINES: usize = 400;

/// Files that are longer, and why. An entry whose file has become shorter fails the test: delete it then.
const LONG_FILES: &[(&str, &str)] = &[];

/// A source file: its path from the crate's root, with `/`, and its text.
type File = (String, String);

#[test]
fn a_module_imports_only_lower_ones() {
    let found = violations(&source_files());
    assert!(found.is_empty(), "the layers are broken:\n{}", found.join("\n"));
}

/// Files for tests only need it not: `tests.rs` says what it is by its name.
#[test]
fn every_file_opens_with_its_purpose() {
    let files = source_files();
    let tests = test_files(&files);
    let silent = files.iter().filter(|(path, text)| !tests.contains(path) && !text.starts_with("//! "));
    let silent: Vec<_> = silent.map(|(path, _)| path.as_str()).collect();
    assert!(silent.is_empty(), "no //! at the top of: {}", silent.join(", "));
}

#[test]
fn files_stay_short() {
    let files = source_files();
    let tests = test_files(&files);
    let mut long = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| !tests.contains(path)) {
        let lines = lines_before_tests(text);
        if lines > MAX_LINES {
            long.insert(path.as_str(), lines);
        }
    }
    for (path, _) in LONG_FILES {
        assert!(long.remove(path).is_some(), "{path} is no longer too long: delete it from LONG_FILES");
    }
    assert!(long.is_empty(), "over {MAX_LINES} lines before the tests: {long:?}");
}

#[test]
fn a_violation_is_found() {
    let files = [
        file(
            "src/lib.rs",
            "mod base; mod link; mod tcp; mod rules; mod metrics; mod odd;\npub use tcp::connection::Connection;",
        ),
        file(
            "src/base/mod.rs",
            "//! See [`crate::tcp`].\nconst A: &str = \"crate::tcp\"; // crate::tcp\n/* crate::tcp /* */ crate::tcp */\n\
             const R: &str = r#\"\" crate::tcp\"#;\nconst Q: char = '\"';\nfn f<'a>(x: &'a crate::tcp::X) {}",
        ),
        file(
            "src/link/mod.rs",
            "use crate::{base::pos::Dir,\n    tcp::{self, seq}};\npub(in crate::link) fn f() {}",
        ),
        file("src/link/deep.rs", "use super::super::rules::Rule;\nuse super::sibling::crate_tcp;"),
        file("src/tcp/mod.rs", "use crate::base;\nuse crate::link::segment::Segment;\nmod connection;"),
        file(
            "src/tcp/connection.rs",
            "#[cfg(test)]\nuse crate::metrics::M;\n#[cfg(test)]\nmod tests {\n    use crate::rules::Rule;\n}\n\
             #[cfg(test)]\nmod bench;\nuse crate::Connection;\nuse crate::*;",
        ),
        file("src/tcp/connection/bench.rs", "use crate::rules::Rule;"),
        file("src/tcp/tests.rs", "use crate::rules::Rule;"),
        file("src/rules/mod.rs", "fn f() -> crate::metrics::M { $crate::base::x!() }"),
        file("src/metrics.rs", "use crate::rules;"),
        file("src/odd.rs", "//! Not listed."),
    ];
    let expected = [
        "src/base/mod.rs:6: base (rank 0) imports tcp (rank 3)",
        "src/link/mod.rs:2: link (rank 2) imports tcp (rank 3)",
        "src/link/deep.rs:1: link (rank 2) imports rules (rank 7)",
        "src/tcp/connection.rs:9: tcp (rank 3) imports crate::Connection, which is no module",
        "src/tcp/connection.rs:10: tcp (rank 3) imports all of the crate",
        "src/rules/mod.rs:1: rules (rank 7) imports metrics (rank 7)",
        "src/metrics.rs:1: metrics (rank 7) imports rules (rank 7)",
        "src/odd.rs:1: odd has no rank",
    ];
    assert_eq!(violations(&files), expected);
}

#[test]
fn lines_are_counted_up_to_the_tests() {
    assert_eq!(lines_before_tests("a\n#[cfg(test)]\nuse x;\nb\n#[cfg(test)]\nmod tests {\n}\n"), 4);
    assert_eq!(lines_before_tests("a\n#[cfg(test)]\nmod tests;\nb\n"), 4);
}

fn file(path: &str, text: &str) -> File {
    (path.to_owned(), text.to_owned())
}

/// All files below `src/`, sorted.
fn source_files() -> Vec<File> {
    fn walk(dir: &Path, name: &str, files: &mut Vec<File>) {
        for entry in fs::read_dir(dir).expect("the folder is readable") {
            let entry = entry.expect("the folder is readable");
            let name = format!("{name}/{}", entry.file_name().to_str().expect("names are UTF-8"));
            if entry.path().is_dir() {
                walk(&entry.path(), &name, files);
            } else if entry.path().extension().is_some_and(|end| end == "rs") {
                files.push((name, fs::read_to_string(entry.path()).expect("sources are UTF-8")));
            }
        }
    }
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "src", &mut files);
    files.sort();
    assert!(!files.is_empty(), "no source file was found");
    files
}

fn lines_before_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    lines
        .windows(2)
        .position(
            |pair| matches!(pair, ["#[cfg(test)]", next] if next.starts_with("mod ") && next.ends_with('{')),
        )
        .unwrap_or(lines.len())
}

fn rank(module: &str) -> Option<u32> {
    RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank)
}

/// Every path that leads to a module that is not lower, and every module without a rank.
fn violations(files: &[File]) -> Vec<String> {
    let tests = test_files(files);
    let mut found = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| !tests.contains(path)) {
        let module = module_path(path);
        let Some(from) = module.first() else { continue };
        let Some(own) = rank(from) else {
            found.push(format!("{path}:1: {from} has no rank"));
            continue;
        };
        for (line, to) in imports(&tokens(&code(text)), module.len()) {
            let problem = match rank(&to) {
                _ if to == *from => continue,
                Some(rank) if rank < own => continue,
                Some(rank) => format!("{to} (rank {rank})"),
                None if to == "*" => "all of the crate".to_owned(),
                None => format!("crate::{to}, which is no module"),
            };
            found.push(format!("{path}:{line}: {from} (rank {own}) imports {problem}"));
        }
    }
    found
}

/// `src/tcp/connection.rs` is `[tcp, connection]`, `src/tcp/mod.rs` is `[tcp]`, the roots are empty.
fn module_path(path: &str) -> Vec<&str> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module: Vec<&str> = inner.split('/').collect();
    if module.last() == Some(&"mod") {
        module.pop();
    }
    if matches!(module.as_slice(), ["lib" | "main"]) {
        module.clear();
    }
    module
}

/// The files that are compiled for tests only: `tests.rs`, what is in a folder `tests`, and every module that its
/// parent declares under `#[cfg(test)]`.
fn test_files(files: &[File]) -> BTreeSet<String> {
    let mut modules: BTreeSet<String> = BTreeSet::new();
    for (path, text) in files {
        let parent = module_path(path).join("/");
        modules.extend(source::test_modules(text).into_iter().map(|name| format!("{parent}/{name}")));
    }
    let is_test = |path: &str| {
        let module = module_path(path);
        (1..=module.len()).any(|end| {
            let part = module.get(..end).unwrap_or_default();
            part.last() == Some(&"tests") || modules.contains(&part.join("/"))
        })
    };
    files.iter().map(|(path, _)| path).filter(|path| is_test(path)).cloned().collect()
}

/// The first names behind the crate's root, with their lines, in a file whose module is `depth` below it.
fn imports(tokens: &[Token], depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        let root = match token.text.as_str() {
            "crate" => is_path(tokens, at).then_some(at),
            "super" => {
                // `super::super::x`: as many as the module is deep lead to the root.
                let mut supers = 1;
                while is_path(tokens, at) && tokens.get(at + 1).is_some_and(|next| next.text == "super") {
                    (supers, at) = (supers + 1, at + 2);
                }
                (supers >= depth && is_path(tokens, at)).then_some(at)
            }
            _ => None,
        };
        if let Some(root) = root {
            found.extend(first_names(tokens.get(root + 1..).unwrap_or_default()));
        }
    }
    found
}

fn is_path(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.text == "::")
}

/// The first name of a path, or those of a group: `{a, b::c, d::{e, f}}` has `a`, `b` and `d`.
fn first_names(tokens: &[Token]) -> Vec<(usize, String)> {
    let Some(first) = tokens.first() else { return Vec::new() };
    if first.text != "{" {
        return vec![(first.line, first.text.clone())];
    }
    let (mut names, mut depth, mut fresh) = (Vec::new(), 0, true);
    for token in tokens {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," if depth == 1 => fresh = true,
            name if fresh => {
                let name = if name == "self" { "*" } else { name };
                names.push((token.line, name.to_owned()));
                fresh = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

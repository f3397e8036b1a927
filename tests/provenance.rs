//! No capture of unknown origin: `testdata/README.md` lists every file with its hash and how it was made.
//!
//! The list is a Markdown table `| file | sha256 | made by | what it shows |`; the file is a path inside `testdata/`
//! or inside `testdata/captures/`.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail wherever it stands")]

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Endings of captures and recorded media. Anything else is no test data of its own: a witness stands beside its
/// capture and has its name.
const LISTED: &[&str] = &["pcap", "pcapng", "cap", "gz", "zst", "flv", "bin"];

/// Most bytes of all listed files together: a clone stays small.
const MAX_BYTES: u64 = 15_000_000;

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    sha256: String,
    made_by: String,
    shows: String,
}

#[test]
fn every_file_is_listed_with_its_hash() {
    let dir = testdata();
    let table = fs::read_to_string(dir.join("README.md")).unwrap_or_default();
    let files: BTreeMap<String, String> =
        data_files(&dir).into_iter().map(|(name, path)| (name, sha256(&path))).collect();
    let found = problems(&files, &table);
    assert!(found.is_empty(), "testdata/README.md and testdata/ differ:\n{}", found.join("\n"));
}

#[test]
fn the_data_stays_small() {
    let bytes: u64 = data_files(&testdata())
        .values()
        .map(|path| fs::metadata(path).expect("the file is there").len())
        .sum();
    assert!(bytes < MAX_BYTES, "testdata/ has {bytes} bytes, at most {MAX_BYTES} are wanted");
}

#[test]
fn no_table_and_no_file_agree() {
    assert_eq!(problems(&BTreeMap::new(), ""), Vec::<String>::new());
    assert_eq!(problems(&BTreeMap::new(), HEAD), Vec::<String>::new());
}

#[test]
fn each_difference_is_found() {
    let files = ["a.pcap", "b.pcap", "c/d.flv", "captures/f.pcap", "e.pcap"]
        .map(|name| (name.to_owned(), "1".repeat(64)));
    let (good, other) = ("1".repeat(64), "2".repeat(64));
    let table = format!(
        "# Test data\n\n{HEAD}| `a.pcap` | `{good}` | tcpdump \\| tee | a publish |\n| [c/d.flv](c/d.flv) | {other} | ffmpeg | media |\n| f.pcap | {good} | hand | short |\n\
         | e.pcap | {good} |  | nothing |\n| gone.pcap | {good} | hand | nothing |\n| a.pcap | {good} | hand | twice |\n\n\
         | option | meaning |\n|---|---|\n| x | y |\n"
    );
    let expected = [
        "a.pcap: listed twice".to_owned(),
        "b.pcap: not listed; its row: | b.pcap | ".to_owned() + &good + " | made by | what it shows |",
        format!("c/d.flv: listed with {other}, is {good}"),
        "e.pcap: the list does not say how it was made and what it shows".to_owned(),
        "gone.pcap: listed, but not there".to_owned(),
    ];
    assert_eq!(problems(&files.into(), &table), expected);
}

#[test]
fn the_hash_is_sha256() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("LICENSE-MIT");
    assert_eq!(sha256(&path).len(), 64);
    assert_eq!(
        hex(&Sha256::digest(b"abc")),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

const HEAD: &str = "| file | sha256 | made by | what it shows |\n|---|---|---|---|\n";

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// What is wrong between the files, name and hash of each, and the table; sorted.
fn problems(files: &BTreeMap<String, String>, table: &str) -> Vec<String> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut found = Vec::new();
    for (name, row) in rows_of(table) {
        let in_captures = format!("captures/{name}");
        let name = if files.contains_key(&in_captures) { in_captures } else { name };
        match rows.entry(name) {
            Entry::Occupied(row) => found.push(format!("{}: listed twice", row.key())),
            Entry::Vacant(place) => {
                place.insert(row);
            }
        }
    }
    for (name, sha256) in files {
        match rows.get(name) {
            None => found.push(format!(
                "{name}: not listed; its row: | {name} | {sha256} | made by | what it shows |"
            )),
            Some(row) if row.sha256 != *sha256 => {
                found.push(format!("{name}: listed with {}, is {sha256}", row.sha256));
            }
            Some(row) if row.made_by.is_empty() || row.shows.is_empty() => {
                found.push(format!("{name}: the list does not say how it was made and what it shows"));
            }
            Some(_) => {}
        }
    }
    found.extend(
        rows.keys()
            .filter(|name| !files.contains_key(*name))
            .map(|name| format!("{name}: listed, but not there")),
    );
    found.sort();
    found
}

/// The rows of every table with these four columns: name of the file, and the rest.
fn rows_of(table: &str) -> Vec<(String, Row)> {
    let mut rows = Vec::new();
    let mut inside = false;
    for line in table.lines() {
        let cells = cells(line);
        let [file, sha256, made_by, shows] = cells.as_slice() else {
            inside = false;
            continue;
        };
        if [file, sha256, made_by, shows].map(String::as_str)
            == ["file", "sha256", "made by", "what it shows"]
        {
            inside = true;
        } else if inside && !file.trim_matches(['-', ':']).is_empty() {
            let row = Row { sha256: plain(sha256), made_by: made_by.clone(), shows: shows.clone() };
            rows.push((plain(file), row));
        }
    }
    rows
}

/// The cells of a table's line; none for any other line. `\|` is no border.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim().replace("\\|", "\0");
    let Some(inner) = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) else {
        return Vec::new();
    };
    inner.split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
}

/// A cell without code marks, or the text of a link.
fn plain(cell: &str) -> String {
    let text = cell.strip_prefix('[').and_then(|link| link.split_once("](")).map_or(cell, |(text, _)| text);
    text.trim_matches('`').to_owned()
}

/// The files to be listed, by their path inside `dir`.
fn data_files(dir: &Path) -> BTreeMap<String, PathBuf> {
    fn walk(dir: &Path, prefix: &str, files: &mut BTreeMap<String, PathBuf>) {
        // A folder that is not there has no files.
        let Ok(entries) = fs::read_dir(dir) else { return };
        for entry in entries {
            let path = entry.expect("the folder is readable").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("names are UTF-8");
            let name = format!("{prefix}{name}");
            if path.is_dir() {
                walk(&path, &format!("{name}/"), files);
            } else if path
                .extension()
                .is_some_and(|end| LISTED.iter().any(|listed| end.eq_ignore_ascii_case(listed)))
            {
                files.insert(name, path);
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(dir, "", &mut files);
    files
}

fn sha256(path: &Path) -> String {
    hex(&Sha256::digest(fs::read(path).expect("the file is readable")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes everything");
        hex
    })
}

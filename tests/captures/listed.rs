//! Every file of `testdata/captures` is listed with how it was made, and every listed one is there.

use std::path::Path;

use crate::corpus::{files, is_capture, testdata, witness_of};
use crate::witness;

#[test]
fn every_capture_is_listed_with_how_it_was_made() {
    let readme = std::fs::read_to_string(testdata().join("README.md")).unwrap();
    for capture in files(&testdata().join("captures")).iter().filter(|path| is_capture(path)) {
        let name = capture.file_name().unwrap().to_string_lossy();
        let row = readme.lines().find(|line| line.starts_with(&format!("| {name} |")));
        let row = row.unwrap_or_else(|| panic!("{name} has no row in testdata/README.md"));
        let known = witness::read(&witness_of(capture));
        assert!(!known.made_by.is_empty() && !known.shows.is_empty(), "{name}: nothing says how it was made");
        let cells = row.split('|').map(str::trim).filter(|cell| !cell.is_empty()).count();
        assert_eq!(cells, 4, "{name}: file, sha256, made by, what it shows: {row}");
    }
}

#[test]
fn every_row_and_every_witness_has_its_capture() {
    let folder = testdata().join("captures");
    let readme = std::fs::read_to_string(testdata().join("README.md")).unwrap();
    for row in readme.lines().filter(|line| line.contains(".pcap") && line.starts_with("| ")) {
        let name = row.split('|').nth(1).unwrap().trim();
        assert!(folder.join(name).is_file(), "{name} is listed in testdata/README.md and is not there");
    }
    for path in files(&folder).iter().filter(|path| !is_capture(path)) {
        assert!(has_capture(path), "{} has no capture", path.display());
    }
}

#[test]
fn testdata_stays_small() {
    let size: u64 =
        files(&testdata().join("captures")).iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(size < 15_000_000, "testdata/captures has grown to {size} bytes");
}

/// Whether a witness stands beside a capture of its name.
fn has_capture(path: &Path) -> bool {
    files(path.parent().unwrap()).iter().any(|other| is_capture(other) && witness_of(other) == *path)
}

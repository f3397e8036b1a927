//! Several files, directories, compression, and what cannot be opened.

use std::fs;
use std::path::Path;

use super::build::Out;
use super::*;

/// A directory that is removed at the end.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("rtmpscope-capture-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open_all(paths: &[PathBuf]) -> Result<Capture, String> {
    Capture::open(paths, &Limits::default(), 1).map_err(|e| e.to_string())
}

fn file(second: u32, packets: &[&[u8]]) -> Vec<u8> {
    let start = Out::pcap(Order::Little, 0xA1B2_C3D4, 1);
    packets.iter().fold(start, |f, p| f.record(second, 0, p.len(), p)).bytes
}

fn names(capture: &mut Capture) -> Vec<String> {
    let name = |i: &InputInfo| Path::new(&i.path).file_name().unwrap().to_str().unwrap().to_owned();
    capture.inputs().iter().map(name).collect()
}

#[test]
fn files_are_ordered_by_their_first_packet() {
    let folder = Folder::new("order");
    let late = folder.write("a", &file(30, &[b"e"]));
    let early = folder.write("b", &file(10, &[b"a", b"b"]));
    let middle = Out::new(Order::Big).section().interface(1, 0, &[]).enhanced(0, 20_000_000, 1, b"c");
    let middle = folder.write("c", &middle.enhanced(0, 99_000_000, 1, b"d").bytes);
    let empty = folder.write("d", &file(0, &[]));
    let untimed = Out::new(Order::Big).section().interface(1, 0, &[]).simple(1, b"f");
    let untimed = folder.write("e", &untimed.bytes);
    let mut capture = open_all(&[late, untimed, empty, early, middle]).unwrap();
    assert_eq!(names(&mut capture), ["b", "c", "a", "e", "d"]);
    let total = capture.total().unwrap();
    assert!(capture.inputs().iter().all(|i| !i.complete && i.packets == 0));
    let packets = all(&mut capture);
    let seen: Vec<_> = packets.iter().map(|p| (p.no, p.data.as_slice())).collect();
    assert_eq!(seen, [(1, &b"a"[..]), (2, b"b"), (3, b"c"), (4, b"d"), (5, b"e"), (6, b"f")]);
    let firsts: Vec<_> = capture.inputs().iter().map(|i| (i.first_packet, i.packets, i.complete)).collect();
    let expected =
        [(Some(1), 2, true), (Some(3), 2, true), (Some(5), 1, true), (Some(6), 1, true), (None, 0, true)];
    assert_eq!(firsts, expected);
    assert_eq!(capture.position(), total);
}

#[test]
fn a_directory_is_its_captures() {
    let folder = Folder::new("directory");
    folder.write("2.anything", &file(1, &[b"a"]));
    folder.write("1.txt", &file(1, &[b"b"]));
    folder.write("notes.pcap", b"these are notes");
    folder.write("zero.pcap", b"");
    fs::create_dir_all(folder.0.join("inner")).unwrap();
    fs::write(folder.0.join("inner/3.pcap"), file(0, &[b"c"])).unwrap();
    let mut capture = open_all(std::slice::from_ref(&folder.0)).unwrap();
    assert_eq!(names(&mut capture), ["1.txt", "2.anything"]);
    let skipped: Vec<_> = capture.skipped().iter().map(|s| s.why.as_str()).collect();
    assert_eq!(skipped, ["not a pcap or pcapng capture", "the file is empty"]);
    assert_eq!(all(&mut capture).len(), 2);
}

#[test]
fn damage_ends_one_file_only() {
    let folder = Folder::new("damage");
    let mut cut = file(1, &[b"abcd", b"efgh"]);
    cut.pop();
    let first = folder.write("1", &cut);
    let second = folder.write("2", &file(2, &[b"ijkl"]));
    let gone = folder.write("3", &file(3, &[b"mnop"]));
    let changed = folder.write("4", &file(4, &[b"qrst"]));
    let mut capture = open_all(&[first, second, gone.clone(), changed.clone()]).unwrap();
    fs::remove_file(gone).unwrap();
    fs::write(changed, b"something else").unwrap();
    let packets = all(&mut capture);
    assert_eq!(packets.iter().map(|p| p.no).collect::<Vec<_>>(), [1, 2]);
    let problems: Vec<_> = capture.inputs().iter().map(|i| i.problem.as_deref().unwrap_or("")).collect();
    let expected = [
        "packet 2 is cut off at byte 63: the record needs 20 bytes, 19 are there",
        "",
        "the file cannot be opened again: no such file or directory",
        "the file has changed since it was first looked at: not a pcap or pcapng capture",
    ];
    assert_eq!(problems, expected);
}

#[test]
fn refusals_name_the_file() {
    let folder = Folder::new("refusals");
    let missing = folder.0.join("missing.pcap");
    let expected = format!("{}: no such file or directory", missing.display());
    assert_eq!(open_all(&[missing]).err(), Some(expected));
    let expected = format!("{}: no capture in this directory", folder.0.display());
    assert!(open_all(std::slice::from_ref(&folder.0)).err().unwrap().starts_with(&expected));
    let text = folder.write("notes", b"these are notes");
    let expected = format!("{}: not a pcap or pcapng capture", text.display());
    assert_eq!(open_all(&[text]).err(), Some(expected));
    assert_eq!(open_all(&[]).err().unwrap(), "no capture is given");
}

//! What holds the packets: file formats, compression, several files, standard input.

use crate::common::capture::Capture;
use crate::common::file::{Block, Format, NG, Ng, gzip};
use crate::common::wire::Frame;
use crate::support::run::Input;

use super::compare::{Times, check};

/// A variant of the file.
fn file(name: &str, times: Times, format: Format) {
    check(name, times, |s| Capture::of(&s.packets).format(format).bytes().into());
}

fn ng(name: &str, times: Times, change: impl FnOnce(&mut Ng)) {
    let mut ng = NG;
    change(&mut ng);
    file(name, times, Format::Ng(ng));
}

#[test]
fn pcap() {
    file("big-endian", Times::Same, Format::PcapBe);
    file("nanoseconds", Times::Same, Format::PcapNano);
    file("nanoseconds, big-endian", Times::Same, Format::PcapNanoBe);
    file("modified", Times::Same, Format::PcapModified);
}

#[test]
fn pcapng() {
    file("pcapng", Times::Same, Format::PcapNg);
    file("pcapng, big-endian", Times::Same, Format::PcapNgBe);
    ng("old packet blocks", Times::Same, |ng| ng.block = Block::Old);
    ng("old packet blocks, big-endian", Times::Same, |ng| (ng.block, ng.big_endian) = (Block::Old, true));
    ng("simple packet blocks", Times::Other, |ng| ng.block = Block::Simple);
    ng("sections", Times::Same, |ng| ng.section = Some(50));
}

#[test]
fn pcapng_times() {
    ng("nanoseconds", Times::Same, |ng| ng.resolution = Some(9));
    ng("picoseconds of a later epoch", Times::Same, |ng| {
        (ng.resolution, ng.offset) = (Some(12), 1_767_225_000);
    });
    ng("milliseconds", Times::Other, |ng| ng.resolution = Some(3));
    ng("binary fractions", Times::Other, |ng| ng.resolution = Some(0x94));
    ng("offset", Times::Same, |ng| (ng.offset, ng.big_endian) = (1_000_000_000, true));
    ng("negative offset", Times::Same, |ng| ng.offset = -86_400);
}

#[test]
fn interfaces() {
    ng("two interfaces", Times::Same, |ng| ng.two_interfaces = true);
    let both = Format::Ng(Ng { two_interfaces: true, ..NG });
    check("every packet on both of two interfaces", Times::Same, |s| {
        let twice = |f: Frame| [f.clone(), Frame { dir: f.dir.back(), time: f.time + 2_000, ..f }];
        let frames: Vec<Frame> = Capture::of(&s.packets).frames().into_iter().flat_map(twice).collect();
        both.file(&frames, 1, 262_144).into()
    });
}

#[test]
fn compressed() {
    check("gzip", Times::Same, |s| Capture::of(&s.packets).gzip().bytes().into());
    check("zstd", Times::Same, |s| Capture::of(&s.packets).zstd().bytes().into());
    check("pcapng in gzip", Times::Same, |s| {
        Capture::of(&s.packets).format(Format::PcapNg).gzip().bytes().into()
    });
    check("gzip in two members", Times::Same, |s| {
        let plain = Capture::of(&s.packets).bytes();
        let (a, b) = plain.split_at(plain.len() / 3);
        [gzip(a), gzip(b)].concat().into()
    });
}

#[test]
fn standard_input() {
    check("stdin", Times::Same, |s| Input::Stdin(Capture::of(&s.packets).bytes()));
    check("stdin, pcapng", Times::Same, |s| {
        Input::Stdin(Capture::of(&s.packets).format(Format::PcapNg).bytes())
    });
    check("stdin, zstd", Times::Same, |s| Input::Stdin(Capture::of(&s.packets).zstd().bytes()));
}

/// Files of 100 packets with names that sort the wrong way round.
fn parts(capture: &Capture) -> Vec<(String, Vec<u8>)> {
    let parts = capture.split(100);
    assert!(parts.len() > 3);
    let count = parts.len();
    parts.into_iter().enumerate().map(|(n, part)| (format!("part-{:03}", count - n), part)).collect()
}

#[test]
fn several_files() {
    check("files in wrong order", Times::Same, |s| {
        let mut parts = parts(&Capture::of(&s.packets));
        parts.rotate_left(1);
        parts.reverse();
        Input::Named(parts)
    });
    check("files of different kinds", Times::Same, |s| {
        let capture = Capture::of(&s.packets);
        let others = [capture.clone().format(Format::PcapNgBe), capture.clone().gzip(), capture.zstd()];
        let lists: Vec<_> = others.iter().map(parts).collect();
        let count = lists[0].len();
        Input::Named((0..count).rev().map(|n| lists[n % lists.len()][n].clone()).collect())
    });
    check("a directory", Times::Same, |s| {
        let mut files = parts(&Capture::of(&s.packets));
        files.push(("notes.txt".to_owned(), b"not a capture\n".to_vec()));
        Input::Directory(files)
    });
}

//! Threads that read ahead: they change nothing, and end when nobody reads.

use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::build::Out;
use super::damage::{gzip, zstd};
use super::files::Folder;
use super::*;
use crate::capture::ahead::ReadAhead;
use crate::capture::memory::{EARLY_BYTES, Memory};

/// A pcap of `count` packets, from `second` on.
fn long(second: u32, count: u32) -> Vec<u8> {
    let start = Out::pcap(Order::Little, 0xA1B2_C3D4, 1);
    let data = |n: u32| n.wrapping_mul(0x9E37_79B9).to_le_bytes().repeat(300);
    (0..count).fold(start, |file, n| file.record(second, n, 1200, &data(n))).bytes
}

/// A Zstandard frame of stored blocks that asks for a window of 2 to the power of `window` bytes.
fn stored(window: u8, bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0, (window - 10) << 3];
    for block in bytes.chunks(100_000) {
        frame.extend(&((block.len() as u32) << 3).to_le_bytes()[..3]);
        frame.extend(block);
    }
    frame.extend([1, 0, 0]);
    frame
}

/// All there is to know of a capture, with the memory held at each packet.
fn everything(paths: &[PathBuf], threads: usize) -> (Vec<(Kept, u64, usize)>, Vec<InputInfo>) {
    let mut capture = Capture::open(paths, &Limits::default(), threads).unwrap();
    let mut packets = Vec::new();
    while let Some(packet) = capture.next_packet() {
        let (kept, offset) = (packet.into(), packet.offset);
        packets.push((kept, offset, capture.held_bytes()));
    }
    (packets, capture.inputs().to_vec())
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = Folder::new("threads");
    let flipped = |mut bytes: Vec<u8>| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
        bytes
    };
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() * 2 / 3].to_vec();
    let windows = [stored(17, &long(50, 300)), stored(22, &long(50, 1500)[24..])].concat();
    let files = [
        ("plain", long(10, 700)),
        ("gzip", gzip(&long(20, 1500))),
        ("gzip cut", cut(gzip(&long(30, 1500)))),
        ("gzip flipped", flipped(gzip(&long(31, 1500)))),
        ("zstd", zstd(&long(40, 1500))),
        ("zstd cut", cut(zstd(&long(41, 1500)))),
        ("zstd flipped", flipped(zstd(&long(42, 1500)))),
        ("windows", windows),
        ("large window", stored(23, &long(60, 900))),
        ("gzip last", gzip(&long(70, 1))),
    ];
    let paths: Vec<_> = files.iter().map(|(name, bytes)| folder.write(name, bytes)).collect();
    let (packets, infos) = everything(&paths, 1);
    assert!(packets.len() > 7000, "{}", packets.len());
    assert_eq!(infos.iter().filter(|info| !info.complete).count(), 4);
    for threads in [2, 3, 8, 100] {
        let (same, same_infos) = everything(&paths, threads);
        assert_eq!(same_infos, infos, "{threads} threads");
        assert!(same == packets, "{threads} threads");
    }
    for path in &paths {
        let lone = std::slice::from_ref(path);
        assert!(everything(lone, 1) == everything(lone, 2), "{}", path.display());
    }
}

#[test]
fn a_file_that_is_gone_before_its_turn_is_told_all_the_same() {
    let folder = Folder::new("gone");
    let paths: Vec<_> = (0..4).map(|n| folder.write(&format!("{n}"), &gzip(&long(n, 10)))).collect();
    let mut capture = Capture::open(&paths, &Limits::default(), 3).unwrap();
    paths.iter().skip(1).for_each(|path| fs::remove_file(path).unwrap());
    assert_eq!(all(&mut capture).len(), 10);
    let problem = capture.inputs()[1].problem.clone().unwrap();
    assert_eq!(problem, "the file cannot be opened again: no such file or directory");
}

/// A source of zeros that tells when it is dropped, and needs memory if it is told to.
struct Zeros {
    left: usize,
    fails: bool,
    needs: Option<Arc<Memory>>,
    _alive: SyncSender<()>,
}

impl Zeros {
    fn new(left: usize) -> (Self, Receiver<()>) {
        let (alive, dropped) = sync_channel(1);
        (Self { left, fails: false, needs: None, _alive: alive }, dropped)
    }
}

impl Read for Zeros {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some(memory) = &self.needs {
            memory.need(0, EARLY_BYTES + 1);
        }
        if self.left == 0 && self.fails {
            return Err(io::Error::other("worn out"));
        }
        let len = into.len().min(self.left).min(10_000);
        into[..len].fill(0);
        self.left -= len;
        Ok(len)
    }
}

fn start(source: Zeros, memory: &Arc<Memory>) -> ReadAhead {
    ReadAhead::start(Box::new(source), Arc::clone(memory)).ok().unwrap()
}

fn has_ended(dropped: &Receiver<()>) -> bool {
    dropped.recv_timeout(Duration::from_secs(60)) == Err(RecvTimeoutError::Disconnected)
}

#[test]
fn a_thread_ends_when_its_reader_is_gone() {
    let memory = Arc::new(Memory::default());
    let (source, dropped) = Zeros::new(usize::MAX);
    let mut ahead = start(source, &memory);
    ahead.read_exact(&mut [0; 1000]).unwrap();
    drop(ahead);
    assert!(has_ended(&dropped));
}

#[test]
fn a_decoder_that_needs_much_waits_for_its_turn() {
    let memory = Arc::new(Memory::default());
    let (mut source, dropped) = Zeros::new(1000);
    source.needs = Some(Arc::clone(&memory));
    memory.be_early();
    let mut ahead = start(source, &memory);
    assert_eq!(dropped.recv_timeout(Duration::from_millis(50)), Err(RecvTimeoutError::Timeout));
    memory.begin();
    let mut bytes = Vec::new();
    assert_eq!(ahead.read_to_end(&mut bytes).unwrap(), 1000);
    assert_eq!((memory.held_bytes(0), memory.held_bytes(1)), (0, EARLY_BYTES + 1));

    let (mut source, dropped) = Zeros::new(1000);
    source.needs = Some(Arc::clone(&memory));
    memory.be_early();
    drop(start(source, &memory));
    assert!(has_ended(&dropped), "its turn never comes");
}

#[test]
fn a_failure_comes_behind_all_bytes() {
    let (mut source, _dropped) = Zeros::new(600_000);
    source.fails = true;
    let mut ahead = start(source, &Arc::new(Memory::default()));
    let mut bytes = Vec::new();
    assert_eq!(ahead.read_to_end(&mut bytes).unwrap_err().to_string(), "worn out");
    assert_eq!(bytes.len(), 600_000);
    assert_eq!(ahead.read(&mut [0; 10]).unwrap(), 0);
}

//! Tests of the whole layer, over files built byte by byte.
#![expect(clippy::cast_possible_truncation, reason = "test numbers are small, or cut on purpose")]

mod ahead;
mod build;
mod damage;
mod files;
mod pcap;
mod pcapng;

use std::io::{Cursor, Read};
use std::path::PathBuf;

use super::{Capture, InputInfo, Packet};
use crate::base::limits::Limits;
use build::Out;

use super::order::Order;

const ORDERS: [Order; 2] = [Order::Little, Order::Big];

/// A packet with its own copy of the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    no: u64,
    ts: Option<i64>,
    link: u32,
    interface: u32,
    wire_len: u32,
    data: Vec<u8>,
}

impl From<Packet<'_>> for Kept {
    fn from(p: Packet<'_>) -> Self {
        let Packet { no, ts, link, interface, wire_len, data, .. } = p;
        Self { no, ts: ts.map(|t| t.0), link: link.0, interface, wire_len, data: data.to_vec() }
    }
}

fn all(capture: &mut Capture) -> Vec<Kept> {
    let mut packets = Vec::new();
    while let Some(packet) = capture.next_packet() {
        packets.push(packet.into());
    }
    assert!(capture.next_packet().is_none(), "the end stays the end");
    packets
}

fn open(bytes: &[u8]) -> Result<Capture, String> {
    Capture::from_reader("test", Cursor::new(bytes.to_vec()), &Limits::default()).map_err(|e| e.to_string())
}

fn read(bytes: &[u8]) -> (Vec<Kept>, InputInfo) {
    let mut capture = open(bytes).unwrap();
    let packets = all(&mut capture);
    (packets, capture.inputs()[0].clone())
}

/// The packets of a file in which nothing is wrong.
fn packets(bytes: &[u8]) -> Vec<Kept> {
    let (packets, info) = read(bytes);
    assert_eq!(info.problem, None);
    assert!(info.complete);
    assert_eq!(info.packets, packets.len() as u64);
    packets
}

fn problem(bytes: &[u8]) -> (usize, String) {
    let (packets, info) = read(bytes);
    assert!(!info.complete);
    (packets.len(), info.problem.unwrap())
}

/// A source that gives one byte at a time, and is interrupted before each.
struct Slow(Cursor<Vec<u8>>, bool);

impl Read for Slow {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        let one = into.len().min(1);
        self.0.read(&mut into[..one])
    }
}

/// One file of each shape.
fn samples() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for order in ORDERS {
        let plain = Out::pcap(order, 0xA1B2_C3D4, 1);
        files.push(plain.record(1, 2, 9, b"abcdefghi").record(3, 4, 100, b"jkl").record(5, 6, 0, b"").bytes);
        let modified = Out::pcap(order, 0xA1B2_CD34, 113);
        files.push(modified.modified_record(1, 2, 4, b"abcd").modified_record(3, 4, 9, b"efg").bytes);
        let tsresol = (9, vec![9]);
        let ng = Out::new(order).section().interface(1, 0, &[(1, b"a comment".to_vec()), tsresol]);
        let ng = ng.enhanced(0, 5, 6, b"abcdef").secrets(0x544C_534B, b"CLIENT_RANDOM 1 2\n");
        let ng = ng.interface(276, 3, &[]).obsolete(1, 77, 3, b"ghi").simple(8, b"jklmnopq");
        files.push(ng.section().interface(101, 0, &[]).enhanced(0, 1, 40, b"rs").bytes);
    }
    files
}

#[test]
fn one_byte_at_a_time_gives_the_same() {
    for file in samples() {
        let (whole, info) = read(&file);
        let slow = Slow(Cursor::new(file), false);
        let mut capture = Capture::from_reader("test", slow, &Limits::default()).unwrap();
        assert_eq!(all(&mut capture), whole);
        assert_eq!(capture.inputs()[0], info);
        assert_eq!(capture.position(), info.bytes);
    }
}

#[test]
fn more_than_a_buffer() {
    let mut file = Out::pcap(Order::Little, 0xA1B2_C3D4, 1);
    for n in 0..2000_u32 {
        file = file.record(n, 0, 1000, &vec![n as u8; n as usize]);
    }
    // One record larger than the buffer, so that it has to grow, and one after it.
    file = file.record(7, 0, 900_000, &vec![7; 900_000]).record(8, 0, 3, b"abc");
    let packets = packets(&file.bytes);
    assert_eq!(packets.len(), 2002);
    assert!(packets.iter().take(2000).enumerate().all(|(n, p)| p.data == vec![n as u8; n]));
    assert!(packets[2000].data == vec![7; 900_000]);
    assert_eq!(packets[2001].data, b"abc");
}

//! A second opinion on TCP counters: a map of every stream byte, filled packet by packet.
//!
//! Slow and simple on purpose. What depends on round-trip times (whether a filled hole was reordering or a
//! retransmission) it does not tell apart.

use crate::common::Dir;
use crate::common::tcp::{FIN, Packet, RST, SYN, stream};

/// What one direction should count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub segments: u64,
    pub payload_bytes: u64,
    pub unique_bytes: u64,
    pub retransmitted_bytes: u64,
    pub keep_alives: u64,
    pub duplicate_packets: u64,
    /// Segments that repeat bytes, keep-alives aside.
    pub repeating: u64,
    /// Other segments that bring bytes from before the newest one.
    pub filling: u64,
    pub zero_windows: u64,
}

/// What `packets` should count in `dir`; zero windows are those that `dir` announces.
pub fn count(packets: &[Packet], dir: Dir) -> Counted {
    let (base, bytes) = stream(packets, dir);
    let mut seen = vec![false; bytes.len()];
    let mut counted = Counted::default();
    let mut newest = 0;
    let mut closed_window = false;
    let mut recent: Vec<&Packet> = Vec::new();
    for packet in packets.iter().filter(|p| p.dir == dir) {
        if is_copy(&recent, packet) {
            counted.duplicate_packets += 1;
            continue;
        }
        recent.push(packet);
        counted.segments += 1;
        counted.payload_bytes += packet.payload.len() as u64;
        if !packet.has(SYN) && !packet.has(RST) {
            counted.zero_windows += u64::from(packet.window == 0 && !closed_window);
            closed_window = packet.window == 0;
        }
        let at = packet.seq.wrapping_add(u32::from(packet.has(SYN))).wrapping_sub(base) as usize;
        let probe = packet.payload.len() <= 1 && !packet.has(SYN) && !packet.has(FIN) && !packet.has(RST);
        let keep_alive = probe && newest > 0 && at + 1 == newest;
        counted.keep_alives += u64::from(keep_alive);
        if packet.payload.is_empty() {
            continue;
        }
        let end = at + packet.payload.len();
        let old = seen[at..end].iter().filter(|s| **s).count() as u64;
        let fresh = (end - at) as u64 - old;
        seen[at..end].fill(true);
        counted.unique_bytes += fresh;
        counted.retransmitted_bytes += old;
        if !keep_alive {
            counted.repeating += u64::from(old > 0);
            counted.filling += u64::from(old == 0 && at < newest);
        }
        newest = newest.max(end);
    }
    counted
}

/// The same packet within a millisecond: captured twice.
fn is_copy(before: &[&Packet], packet: &Packet) -> bool {
    let same = |p: &&&Packet| Packet { time: packet.time, ..(**p).clone() } == *packet;
    before.iter().rev().take(8).filter(same).any(|p| packet.time - p.time <= 1_000_000)
}

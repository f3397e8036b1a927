//! Capture files: packets in order, however little the source gives at a time, up to a proper end or a reason.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Cursor, Read};

use super::input::Input;
use crate::base::limits::Limits;
use crate::capture::Capture;

/// Packets and bytes after which an input is left: compressed, it can stand for very many.
const MAX_PACKETS: u64 = 5000;
const MAX_BYTES: u64 = 1 << 20;

/// The input is a file.
pub(super) fn run(bytes: &[u8]) {
    let bytes = Input::new(bytes).rest();
    let at_once = read(Cursor::new(bytes.to_vec()));
    let slow = read(Slow { inner: Cursor::new(bytes.to_vec()), step: 1 });
    assert_eq!(slow, at_once, "from a source that gives a few bytes at a time (left), and at once (right)");
}

/// Gives a few bytes at a time.
struct Slow {
    inner: Cursor<Vec<u8>>,
    step: usize,
}

impl Read for Slow {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.step = self.step * 5 % 997;
        let len = into.len().min(self.step);
        self.inner.read(into.get_mut(..len).unwrap_or(&mut []))
    }
}

/// Reads all packets; gives what they were as numbers, and how the file ended.
fn read(source: impl Read + Send + 'static) -> (u64, u64, String) {
    let limits = Limits { block_bytes: 256 << 10, ..Limits::default() };
    let mut capture = match Capture::from_reader("input", source, &limits) {
        Ok(capture) => capture,
        Err(error) => return (0, 0, error.to_string()),
    };
    let (mut packets, mut bytes) = (0, 0);
    let mut hasher = DefaultHasher::new();
    while packets < MAX_PACKETS && bytes < MAX_BYTES {
        let Some(packet) = capture.next_packet() else { break };
        packets += 1;
        bytes += packet.data.len() as u64;
        assert_eq!(packet.no, packets, "packets are counted from 1");
        assert!(packet.data.len() <= limits.block_bytes, "a packet of {} bytes", packet.data.len());
        (packet.ts.map(|ts| ts.0), packet.link.0, packet.interface).hash(&mut hasher);
        (packet.wire_len, packet.data).hash(&mut hasher);
    }
    let Some(info) = capture.inputs().first() else { return (packets, hasher.finish(), String::new()) };
    assert_eq!(info.packets, packets, "{info:?}");
    assert!(info.packets == 0 || info.bytes >= bytes, "{bytes} bytes of packets: {info:?}");
    assert_eq!(info.first_packet, (packets > 0).then_some(1), "{info:?}");
    assert!(info.untimed_packets <= packets && info.truncated_packets <= packets, "{info:?}");
    assert!(!(info.complete && info.problem.is_some()), "{info:?}");
    let ended = packets < MAX_PACKETS && bytes < MAX_BYTES;
    assert!(!ended || info.complete || info.problem.is_some(), "the end has a reason: {info:?}");
    (packets, hasher.finish(), format!("{info:?}"))
}

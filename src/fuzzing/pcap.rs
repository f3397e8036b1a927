//! Writes TCP segments as the bytes of a capture file.

use crate::base::pos::Dir;

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;
/// Ethernet, IPv4 and TCP header.
const HEADERS: usize = 14 + 20 + 20;
/// The longest payload of a segment.
pub(super) const MAX_PAYLOAD: usize = 60_000;

/// A connection between two made-up hosts, from its opening on.
pub(super) struct Pcap {
    bytes: Vec<u8>,
    next: [u32; 2],
    micros: u32,
}

impl Pcap {
    /// A capture that begins with the opening of the connection.
    pub(super) fn new() -> Self {
        let mut bytes = Vec::new();
        for field in [0xA1B2_C3D4_u32, 0x0002_0004, 0, 0, 0x0004_0000, 1] {
            bytes.extend_from_slice(&field.to_be_bytes());
        }
        let mut this = Self { bytes, next: [1000, 5000], micros: 0 };
        for (dir, flags) in
            [(Dir::ClientToServer, SYN), (Dir::ServerToClient, SYN | ACK), (Dir::ClientToServer, ACK)]
        {
            this.frame(dir, flags, &[]);
            if flags & SYN != 0 {
                *this.next_of(dir) += 1;
            }
        }
        this
    }

    /// Time passes.
    pub(super) fn wait(&mut self, micros: u32) {
        self.micros += micros;
    }

    /// One side sends bytes; `captured` tells whether the capture has them.
    pub(super) fn send(&mut self, dir: Dir, bytes: &[u8], captured: bool) {
        for payload in bytes.chunks(MAX_PAYLOAD) {
            if captured {
                self.frame(dir, ACK, payload);
            }
            let len = u32::try_from(payload.len()).unwrap_or(0);
            let next = self.next_of(dir);
            *next = next.wrapping_add(len);
        }
    }

    /// The file.
    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    const fn next_of(&mut self, dir: Dir) -> &mut u32 {
        let [up, down] = &mut self.next;
        match dir {
            Dir::ClientToServer => up,
            Dir::ServerToClient => down,
        }
    }

    fn frame(&mut self, dir: Dir, flags: u8, payload: &[u8]) {
        let client = ([10, 0, 0, 1], 40_000_u16);
        let server = ([10, 0, 0, 2], 1935_u16);
        let (from, to) = if dir == Dir::ClientToServer { (client, server) } else { (server, client) };
        let (seq, ack) = (*self.next_of(dir), *self.next_of(dir.opposite()));
        let len = u32::try_from(HEADERS + payload.len()).unwrap_or(0);
        for field in [1_600_000_000 + self.micros / 1_000_000, self.micros % 1_000_000, len, len] {
            self.bytes.extend_from_slice(&field.to_be_bytes());
        }
        self.bytes.extend_from_slice(&[0; 12]);
        self.bytes.extend_from_slice(&[8, 0, 0x45, 0]);
        self.bytes.extend_from_slice(&u16::try_from(len - 14).unwrap_or(u16::MAX).to_be_bytes());
        self.bytes.extend_from_slice(&[0, 0, 0, 0, 64, 6, 0, 0]);
        self.bytes.extend_from_slice(&from.0);
        self.bytes.extend_from_slice(&to.0);
        self.bytes.extend_from_slice(&from.1.to_be_bytes());
        self.bytes.extend_from_slice(&to.1.to_be_bytes());
        self.bytes.extend_from_slice(&seq.to_be_bytes());
        self.bytes.extend_from_slice(&ack.to_be_bytes());
        self.bytes.extend_from_slice(&[0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]);
        self.bytes.extend_from_slice(payload);
        self.micros += 100;
    }
}

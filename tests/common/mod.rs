//! The script builder: any RTMP conversation, good or broken, as the bytes of a capture file.
//!
//! Three stages with plain data between them; each can be used alone.
//!
//! ```text
//! Talk    (talk, dialog, ready)   what both sides say: Vec<Write>, and Vec<Sent> as the truth to compare with
//!   │      amf, amf3, message, shared_object, chunk, handshake, digest, media, enhanced, records: the bytes of it
//! Tcp     (tcp, sim)              writes and a path → Vec<Packet>; `impair` does damage to that list
//!   │
//! Capture (capture)               packets → frames (wire, ip) → file bytes (file)
//! ```
//!
//! Everything is deterministic: no wall clock, and one seeded generator.
#![allow(dead_code, unreachable_pub, reason = "each test crate compiles this module and uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::missing_panics_doc,
    reason = "a builder that is asked for the impossible must fail its test at once; lengths are the test's own"
)]

pub mod amf;
pub mod amf3;
pub mod bits;
pub mod capture;
pub mod chunk;
pub mod codec;
pub mod dialog;
pub mod digest;
pub mod enhanced;
pub mod file;
pub mod handshake;
pub mod impair;
pub mod ip;
pub mod media;
pub mod message;
pub mod ready;
pub mod records;
pub mod shared_object;
pub mod sim;
pub mod talk;
pub mod tcp;
pub mod wire;

/// Nanoseconds: since the talk's start in a script, since 1970 in a packet.
pub type Ns = u64;

/// One millisecond.
pub const MS: Ns = 1_000_000;
/// One second.
pub const S: Ns = 1_000_000_000;

/// Who speaks to whom.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dir {
    /// Client to server.
    Up,
    /// Server to client.
    Down,
}

impl Dir {
    /// The other direction.
    pub fn back(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }

    /// 0 for up, 1 for down: the place in a pair.
    pub fn i(self) -> usize {
        usize::from(self == Self::Down)
    }
}

/// A small seeded generator (xorshift64*), the only source of chance here.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// The same seed gives the same sequence.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `n`; `n` is at least 1.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() >> 11) as usize % n
    }

    /// True in `percent` of 100 calls.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// `n` bytes.
    pub fn bytes(&mut self, n: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(n + 8);
        while out.len() < n {
            out.extend(self.next().to_be_bytes());
        }
        out.truncate(n);
        out
    }
}

//! The RTMP handshake (RTMP 1.0 section 5.2): plain, in the variants real peers show, and broken ones.
//!
//! No digest and no encryption here.

use super::Rng;

/// Length of C1, S1, C2 and S2.
pub const PART: usize = 1536;

/// How the two sides shake hands.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// As specified: the echo carries the time at which it was read.
    Simple,
    /// C2 and S2 are plain copies of S1 and C1.
    Copy,
    /// C0 and S0 say this version.
    Version(u8),
    /// C2 is random: it echoes nothing.
    BadEcho,
    /// Bytes 4 to 7 of C1 and S1 are not zero, as digest peers do, but there is no digest.
    NoZero,
    /// The client stops after so many bytes of C0 and C1; the server says nothing.
    Truncated(usize),
}

/// What is said, in order: C0 C1, then S0 S1 S2, then C2. An empty one is not said.
pub fn parts(kind: Handshake, seed: u64) -> [Vec<u8>; 3] {
    let mut rng = Rng::new(seed);
    let version = if let Handshake::Version(v) = kind { v } else { 3 };
    let filler = if kind == Handshake::NoZero { [9, 0, 124, 2] } else { [0; 4] };
    let mut one = |time: u32| {
        let mut part = time.to_be_bytes().to_vec();
        part.extend(filler);
        part.extend(rng.bytes(PART - 8));
        part
    };
    let (c1, s1) = (one(0), one(1_000));
    let echo = |part: &[u8], read_at: u32| {
        let mut copy = part.to_vec();
        if kind != Handshake::Copy {
            copy[4..8].copy_from_slice(&read_at.to_be_bytes());
        }
        copy
    };
    let (s2, mut c2) = (echo(&c1, 1_001), echo(&s1, 41));
    if kind == Handshake::BadEcho {
        c2 = rng.bytes(PART);
    }
    let mut c0c1 = [&[version][..], &c1].concat();
    if let Handshake::Truncated(n) = kind {
        c0c1.truncate(n);
        return [c0c1, Vec::new(), Vec::new()];
    }
    [c0c1, [&[version][..], &s1, &s2].concat(), c2]
}

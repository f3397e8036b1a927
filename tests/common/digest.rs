//! The handshake with digests and signatures that Flash peers use (`HMAC-SHA256` with two public keys).

use sha2::{Digest as _, Sha256};

use super::Rng;
use super::handshake::PART;

/// The public half of the client's key: a digest in C1 is made with it.
pub const CLIENT_KEY: &[u8] = b"Genuine Adobe Flash Player 001";
/// The public half of the server's key: a digest in S1 is made with it.
pub const SERVER_KEY: &[u8] = b"Genuine Adobe Flash Media Server 001";
/// What follows either in the full key, with which signatures begin.
const TAIL: [u8; 32] = [
    0xF0, 0xEE, 0xC2, 0x4A, 0x80, 0x68, 0xBE, 0xE8, 0x2E, 0x00, 0xD0, 0xD1, 0x02, 0x9E, 0x7E, 0x57, 0x6E,
    0xEC, 0x5D, 0x2D, 0x29, 0x80, 0x6F, 0xAB, 0x93, 0xB8, 0xE6, 0x36, 0xCF, 0xEB, 0x31, 0xAE,
];
const LEN: usize = 32;

/// HMAC (RFC 2104) with SHA-256.
pub fn hmac(key: &[u8], data: &[u8]) -> [u8; LEN] {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..LEN].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let with = |pad: u8, data: &[u8]| -> [u8; LEN] {
        let padded: Vec<u8> = block.iter().map(|byte| byte ^ pad).collect();
        Sha256::digest([&padded, data].concat()).into()
    };
    with(0x5C, &with(0x36, data))
}

/// Where the digest of C1 or S1 stands, told by the four bytes at `base`: 8 or 772.
pub fn offset(hello: &[u8], base: usize) -> usize {
    let sum: usize = hello[base..base + 4].iter().map(|byte| usize::from(*byte)).sum();
    base + 4 + sum % 728
}

/// C1 or S1: time, the program's version, and random bytes with the digest among them, found by way of `base`.
pub fn hello(key: &[u8], base: usize, time: u32, version: [u8; 4], rng: &mut Rng) -> Vec<u8> {
    let mut hello = [time.to_be_bytes().to_vec(), version.to_vec(), rng.bytes(PART - 8)].concat();
    sign_hello(key, base, &mut hello);
    hello
}

/// Puts the digest into 1536 bytes, at the place that the four bytes at `base` say.
pub fn sign_hello(key: &[u8], base: usize, hello: &mut [u8]) {
    let at = offset(hello, base);
    let digest = hmac(key, &[&hello[..at], &hello[at + LEN..]].concat());
    hello[at..at + LEN].copy_from_slice(&digest);
}

/// The digest of C1 or S1.
pub fn digest_of(hello: &[u8], base: usize) -> &[u8] {
    let at = offset(hello, base);
    &hello[at..at + LEN]
}

/// S2 (by the server's key, over the digest of C1) or C2 (by the client's, over the digest of S1): random bytes,
/// and their signature at the end.
pub fn signed(key: &[u8], peer_digest: &[u8], rng: &mut Rng) -> Vec<u8> {
    let random = rng.bytes(PART - LEN);
    let key = hmac(&[key, &TAIL].concat(), peer_digest);
    let signature = hmac(&key, &random);
    [random, signature.to_vec()].concat()
}

//! Digests in hellos and signatures of echoes, verified by HMAC-SHA256.
//!
//! Takes whole hellos and echoes; tells where a digest stands that fits, and whether a signature is right. Both keys
//! are public: they prove that a peer knows the form, not who it is.
//!
//! ```text
//! hello: time 4, program 4, then two halves of 764 bytes; the four bytes that say where the digest is
//!        begin at 8 (the half in front) or at 772 (the half behind)
//! echo:  1504 bytes, signature 32
//! ```

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Hello;
use crate::base::pos::Dir;

/// Bytes of a digest, and of a signature.
const DIGEST_BYTES: usize = 32;
/// A digest stands at one of so many offsets.
const OFFSETS: u16 = 728;
/// What a signature covers.
const SIGNED_BYTES: usize = 1536 - DIGEST_BYTES;

/// The text at the front of both keys of a client, and of a server: it alone is the key of a hello's digest.
const CLIENT_KEY: &[u8] = b"Genuine Adobe Flash Player 001";
const SERVER_KEY: &[u8] = b"Genuine Adobe Flash Media Server 001";
/// What comes behind it in the key of a signature.
const KEY_TAIL: [u8; 32] = [
    0xF0, 0xEE, 0xC2, 0x4A, 0x80, 0x68, 0xBE, 0xE8, 0x2E, 0x00, 0xD0, 0xD1, 0x02, 0x9E, 0x7E, 0x57, 0x6E,
    0xEC, 0x5D, 0x2D, 0x29, 0x80, 0x6F, 0xAB, 0x93, 0xB8, 0xE6, 0x36, 0xCF, 0xEB, 0x31, 0xAE,
];

/// Where the four bytes are that say where the digest is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    At8,
    At772,
}

impl Place {
    /// The name used in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::At8 => "digest@8",
            Self::At772 => "digest@772",
        }
    }

    const fn at(self) -> u16 {
        match self {
            Self::At8 => 8,
            Self::At772 => 772,
        }
    }
}

/// A digest that fits its hello.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digest {
    /// What says where it is.
    pub(crate) place: Place,
    /// Its first byte in the 1536 bytes.
    pub(crate) offset: u16,
}

/// The digest of a hello from one side, if one fits. The place that most programs look at first comes first.
pub(super) fn find(hello: &Hello, from: Dir) -> Option<Digest> {
    [Place::At772, Place::At8]
        .into_iter()
        .filter_map(|place| Some(Digest { place, offset: offset(hello, place)? }))
        .find(|digest| fits(hello, *digest, from).is_some())
}

/// The signature of an echo beside the right one; of both the first bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// All bytes are right.
    pub(crate) fits: bool,
    pub(crate) right: [u8; SHOWN_BYTES],
    pub(crate) found: [u8; SHOWN_BYTES],
}

/// Bytes of a signature that are told.
const SHOWN_BYTES: usize = 8;

/// The signature of an echo from one side, for the digest of its peer's hello.
pub(super) fn signature(echo: &Hello, peer: &Hello, digest: Digest, from: Dir) -> Option<Signature> {
    let digest = peer.get(usize::from(digest.offset)..)?.first_chunk::<DIGEST_BYTES>()?;
    let mut full_key = key(from)?;
    full_key.update(digest);
    let mut mac = hmac(&full_key.finalize().into_bytes())?;
    let (signed, found) = echo.split_at_checked(SIGNED_BYTES)?;
    mac.update(signed);
    let right = mac.finalize().into_bytes();
    Some(Signature {
        fits: right.as_slice() == found,
        right: *right.first_chunk()?,
        found: *found.first_chunk()?,
    })
}

/// Where a hello says that its digest is, by way of either place.
pub(super) fn offsets(hello: &Hello) -> Option<[u16; 2]> {
    Some([offset(hello, Place::At8)?, offset(hello, Place::At772)?])
}

fn offset(hello: &Hello, place: Place) -> Option<u16> {
    let at = usize::from(place.at());
    let sum: u16 = hello.get(at..at + 4)?.iter().map(|byte| u16::from(*byte)).sum();
    Some(place.at() + 4 + sum % OFFSETS)
}

fn fits(hello: &Hello, digest: Digest, from: Dir) -> Option<()> {
    let (front, rest) = hello.split_at_checked(usize::from(digest.offset))?;
    let (digest, behind) = rest.split_at_checked(DIGEST_BYTES)?;
    let mut mac = hmac(short_key(from))?;
    mac.update(front);
    mac.update(behind);
    mac.verify_slice(digest).ok()
}

const fn short_key(from: Dir) -> &'static [u8] {
    match from {
        Dir::ClientToServer => CLIENT_KEY,
        Dir::ServerToClient => SERVER_KEY,
    }
}

/// An HMAC under the long key of a side.
fn key(from: Dir) -> Option<Hmac<Sha256>> {
    let mut key = [0; SERVER_KEY.len() + KEY_TAIL.len()];
    let short = short_key(from);
    for (to, byte) in key.iter_mut().zip(short.iter().chain(&KEY_TAIL)) {
        *to = *byte;
    }
    hmac(key.get(..short.len() + KEY_TAIL.len())?)
}

/// A key of HMAC may have any length.
fn hmac(key: &[u8]) -> Option<Hmac<Sha256>> {
    Hmac::new_from_slice(key).ok()
}

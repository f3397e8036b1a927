//! The public key of a Diffie-Hellman exchange in a hello that announces encryption.
//!
//! Takes a whole hello and where its digest is, which tells where the key is; says whether the key is one that makes the
//! secret known to everyone (RFC 2409, 6.2 has the prime).

use super::Hello;
use super::digest::{Digest, Place};

/// Bytes of a key.
const KEY_BYTES: usize = 128;
/// A key stands at one of so many offsets.
const OFFSETS: u16 = 632;

/// The prime of the exchange, 1024 bits.
const PRIME: [u8; KEY_BYTES] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC9, 0x0F, 0xDA, 0xA2, 0x21, 0x68, 0xC2, 0x34, 0xC4,
    0xC6, 0x62, 0x8B, 0x80, 0xDC, 0x1C, 0xD1, 0x29, 0x02, 0x4E, 0x08, 0x8A, 0x67, 0xCC, 0x74, 0x02, 0x0B,
    0xBE, 0xA6, 0x3B, 0x13, 0x9B, 0x22, 0x51, 0x4A, 0x08, 0x79, 0x8E, 0x34, 0x04, 0xDD, 0xEF, 0x95, 0x19,
    0xB3, 0xCD, 0x3A, 0x43, 0x1B, 0x30, 0x2B, 0x0A, 0x6D, 0xF2, 0x5F, 0x14, 0x37, 0x4F, 0xE1, 0x35, 0x6D,
    0x6D, 0x51, 0xC2, 0x45, 0xE4, 0x85, 0xB5, 0x76, 0x62, 0x5E, 0x7E, 0xC6, 0xF4, 0x4C, 0x42, 0xE9, 0xA6,
    0x37, 0xED, 0x6B, 0x0B, 0xFF, 0x5C, 0xB6, 0xF4, 0x06, 0xB7, 0xED, 0xEE, 0x38, 0x6B, 0xFB, 0x5A, 0x89,
    0x9F, 0xA5, 0xAE, 0x9F, 0x24, 0x11, 0x7C, 0x4B, 0x1F, 0xE6, 0x49, 0x28, 0x66, 0x51, 0xEC, 0xE6, 0x53,
    0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
];

/// A public key.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    /// Its first byte in the 1536 bytes.
    pub(crate) offset: u16,
    /// It is 0 or 1, or as large as the prime less 1, or larger.
    pub(crate) is_trivial: bool,
}

/// The key of a hello whose digest is known.
pub(super) fn find(hello: &Hello, digest: Digest) -> Option<PublicKey> {
    let (says, from) = match digest.place {
        Place::At8 => (1532, 772),
        Place::At772 => (768, 8),
    };
    let sum: u16 = hello.get(says..says + 4)?.iter().map(|byte| u16::from(*byte)).sum();
    let offset = from + sum % OFFSETS;
    let key = hello.get(usize::from(offset)..)?.first_chunk::<KEY_BYTES>()?;
    Some(PublicKey { offset, is_trivial: is_trivial(key) })
}

fn is_trivial(key: &[u8; KEY_BYTES]) -> bool {
    let [front @ .., last] = key;
    let [most @ .., of_prime] = PRIME;
    // The prime is odd.
    let large = match front.cmp(&most) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => *last >= of_prime - 1,
        std::cmp::Ordering::Greater => true,
    };
    large || (front.iter().all(|byte| *byte == 0) && *last <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_without_a_secret_are_known() {
        let small = |last| {
            let mut key = [0; KEY_BYTES];
            key[KEY_BYTES - 1] = last;
            key
        };
        let large = |last| {
            let mut key = PRIME;
            key[KEY_BYTES - 1] = last;
            key
        };
        assert!(is_trivial(&small(0)) && is_trivial(&small(1)) && !is_trivial(&small(2)));
        assert!(!is_trivial(&large(0xFD)) && is_trivial(&large(0xFE)) && is_trivial(&large(0xFF)));
        let mut above = small(0);
        above.fill(0xFF);
        assert!(is_trivial(&above));
    }

    #[test]
    fn the_place_of_the_digest_tells_where_the_key_is() {
        let mut hello: Hello = Box::new([7; 1536]);
        hello[768..772].copy_from_slice(&[255, 255, 255, 255]);
        hello[1532..].copy_from_slice(&[0, 0, 0, 9]);
        let at = |place| find(&hello, Digest { place, offset: 0 }).map(|key| (key.offset, key.is_trivial));
        assert_eq!(at(Place::At8), Some((781, false)));
        assert_eq!(at(Place::At772), Some((8 + 1020 % 632, false)));
    }
}

//! Changes to an input, as damage and malice make them.

use crate::common::Rng;

/// Bytes that mean something to some layer.
const DICTIONARY: [&[u8]; 30] = [
    // Chunk headers: set chunk size, abort, audio, a long csid, extended timestamps, an unknown chunk stream.
    &[0x02, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 16, 0],
    &[0x02, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 1],
    &[0x02, 0, 0, 0, 0, 0, 4, 2, 0, 0, 0, 0, 0, 0, 0, 4],
    &[0x04, 0, 0, 40, 0, 0, 3, 8, 1, 0, 0, 0],
    &[0x44, 0, 0, 23, 0, 0, 3, 9],
    &[0x84, 0, 0, 0],
    &[0xC4],
    &[0x00, 0xFF],
    &[0x01, 0xFF, 0xFF],
    &[0xC1, 1, 0],
    &[0x04, 0xFF, 0xFF, 0xFF, 0, 0, 9, 9, 1, 0, 0, 0, 1, 0, 0, 0],
    &[0x03, 0, 0, 0, 0xFF, 0xFF, 0xFF, 20, 0, 0, 0, 0],
    // AMF0: object, array, reference, typed object, AMF3, object end.
    &[3, 0, 1, b'a', 5, 0, 0, 9],
    &[8, 0xFF, 0xFF, 0xFF, 0xFF],
    &[10, 0, 0, 0, 3, 5, 5, 5],
    &[7, 0, 0],
    &[16, 0, 1, b'c'],
    &[17],
    &[0, 0, 9],
    b"\x02\0\x07connect",
    b"\x02\0\x07publish",
    b"\x02\0\x08onStatus",
    b"\x02\0\x0AonMetaData",
    // Characters no output may carry, in UTF-8.
    "\u{1b}[2J\u{9b}31m\u{202e}\u{85}\u{7f}".as_bytes(),
    "=1+1|\u{2066}<b>&\"".as_bytes(),
    // Media tags: AVC and AAC sequence headers, Enhanced video and audio, multitrack.
    &[0x17, 0, 0, 0, 0, 1, 0x64, 0, 0x1E, 0xFF, 0xE1, 0, 4, 0x67],
    &[0xAF, 0, 0x12, 0x10],
    &[0x90, b'h', b'v', b'c', b'1'],
    &[0x96, 0x10, b'a', b'v', b'c', b'1', 0, 0, 0, 9],
    &[0x95, 0x21, b'm', b'p', b'4', b'a', 1, 0, 0, 4],
];

const BYTES: [u8; 12] = [0, 1, 2, 3, 9, 0x10, 0x20, 0x7F, 0x80, 0xC0, 0xFE, 0xFF];
const WORDS: [u32; 12] =
    [0, 1, 2, 127, 128, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0xFF_FFFF, 0x7FFF_FFFF, 0xFFFF_FFFF];

/// The longest input that is made.
const MAX: usize = 64 << 10;

/// One to four changes; `other` is where spliced parts come from.
pub(crate) fn mutate(input: &[u8], other: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=rng.below(4) {
        change(&mut bytes, other, rng);
    }
    bytes.truncate(MAX);
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    // Most of what decides is at the front.
    let reach = if rng.chance(50) { bytes.len() } else { bytes.len().min(100) };
    let at = rng.below(reach + 1);
    let longest = if rng.chance(80) { 16 } else { 2000 };
    let end = (at + 1 + rng.below(longest)).min(bytes.len());
    match rng.below(11) {
        0 => flip(bytes, at, 1 << rng.below(8)),
        1 => set(bytes, at, &[BYTES[rng.below(BYTES.len())]]),
        2 => set(bytes, at, &rng.bytes(1)),
        3 => {
            let word = WORDS[rng.below(WORDS.len())].to_be_bytes();
            set(bytes, at, &word[rng.below(3)..]);
        }
        4 => {
            // A length field a little larger or smaller.
            let step = 1 + rng.below(4) as u8;
            if let Some(byte) = bytes.get_mut(at) {
                *byte = if rng.chance(50) { byte.wrapping_add(step) } else { byte.wrapping_sub(step) };
            }
        }
        5 => drop(bytes.splice(at..at, DICTIONARY[rng.below(DICTIONARY.len())].iter().copied())),
        6 => set(bytes, at, DICTIONARY[rng.below(DICTIONARY.len())]),
        7 => drop(bytes.drain(at..end.max(at))),
        8 => {
            let part = bytes.get(at..end).unwrap_or(&[]).to_vec();
            for _ in 0..=rng.below(4) {
                bytes.splice(at..at, part.iter().copied());
            }
        }
        9 => {
            let from = rng.below(other.len() + 1);
            let part = &other[from..(from + 1 + rng.below(200)).min(other.len()).max(from)];
            if rng.chance(50) {
                set(bytes, at, part);
            } else {
                drop(bytes.splice(at..at, part.iter().copied()));
            }
        }
        _ => bytes.truncate(at),
    }
}

fn flip(bytes: &mut [u8], at: usize, mask: u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= mask;
    }
}

fn set(bytes: &mut [u8], at: usize, values: &[u8]) {
    for (byte, value) in bytes.iter_mut().skip(at).zip(values) {
        *byte = *value;
    }
}

//! Elementary streams that real decoders accept: H.264 pictures of plain grey and silent AAC frames.
//!
//! The parameter sets are an encoder's (High@3.1, 640x360, 25 fps, CAVLC). Key frames are 920 macroblocks of Intra
//! 16x16 DC without residual, the others skip every macroblock. Both kinds are filled up to any wanted size with
//! random bytes in an SEI or in fill elements, so sizes look real.

use super::Rng;
use super::bits::{Bits, escape};

/// Sequence parameter set.
pub const SPS: [u8; 26] = [
    0x67, 0x64, 0x00, 0x1F, 0xAC, 0xD3, 0x02, 0x80, 0xBF, 0xE5, 0xC0, 0x44, 0x00, 0x00, 0x03, 0x00, 0x04,
    0x00, 0x00, 0x03, 0x00, 0xC8, 0x3C, 0x60, 0xC4, 0xE0,
];
/// Picture parameter set.
pub const PPS: [u8; 5] = [0x68, 0xCE, 0x0F, 0x2C, 0x8B];
/// `AudioSpecificConfig`: AAC LC, 44 100 Hz, one channel.
pub const ASC: [u8; 2] = [0x12, 0x08];

/// What a picture is to the others.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// IDR: decoding can start here.
    Key,
    /// Predicted, and a reference.
    P,
    /// Between two others, no reference.
    B,
}

/// Macroblocks of a 640x368 picture.
const MACROBLOCKS: u32 = 40 * 23;

/// The slice NAL unit of one picture. `frame_num` counts reference pictures since the key frame, `shown` is the
/// place in display order since then.
pub fn slice(picture: Picture, frame_num: u32, shown: u32, idr_id: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    let (nal, slice_type) = match picture {
        Picture::Key => (0x65, 7),
        Picture::P => (0x41, 5),
        Picture::B => (0x01, 6),
    };
    bits.ue(0); // first macroblock
    bits.ue(slice_type);
    bits.ue(0); // picture parameter set
    bits.put(frame_num % 16, 4);
    if picture == Picture::Key {
        bits.ue(idr_id);
    }
    bits.put(shown * 2 % 32, 5);
    match picture {
        Picture::Key => bits.put(0, 2), // keep no earlier output, no long-term reference
        Picture::P => bits.put(0, 3),   // default references, sliding window
        Picture::B => bits.put(0b1000, 4), // spatial direct, default references
    }
    bits.ue(0); // quantizer as in the parameter set
    bits.ue(1); // no deblocking
    if picture == Picture::Key {
        for _ in 0..MACROBLOCKS {
            bits.put(0b0010_0111, 8); // Intra 16x16 DC, chroma DC, same quantizer, no coefficients
        }
    } else {
        bits.ue(MACROBLOCKS); // skipped
    }
    bits.put(1, 1);
    let mut out = vec![nal];
    out.extend(escape(&bits.out));
    out
}

/// An SEI NAL unit (user data) of exactly `len` bytes, at least 24.
pub fn sei(len: usize, rng: &mut Rng) -> Vec<u8> {
    let total = |payload: usize| 4 + payload / 255 + payload;
    let mut payload = len - 4;
    while total(payload) > len {
        payload -= 1;
    }
    let odd = total(payload) < len; // a length no single message gives
    payload -= usize::from(odd);
    let mut out = vec![0x06, 0x05];
    out.extend(vec![0xFF; payload / 255]);
    out.push((payload % 255) as u8);
    out.extend(rng.bytes(payload).iter().map(|b| b | 0x10)); // no zeros: nothing to escape
    if odd {
        out.extend([0x03, 0x00]); // an empty filler message
    }
    out.push(0x80);
    out
}

/// A silent AAC frame of exactly `len` bytes (6, or 21 and more).
pub fn silence(len: usize, rng: &mut Rng) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0, 7); // single channel element, tag 0
    bits.put(100, 8); // gain
    bits.put(0, 14); // long window, no bands, no tools
    let mut fills = 0;
    let mut left;
    loop {
        let head = (32 + 15 * fills) / 8 + usize::from((32 + 15 * fills) % 8 != 0);
        left = len.saturating_sub(head);
        if len == 6 || left <= fills * 269 {
            break;
        }
        fills += 1;
    }
    for i in 0..fills {
        let n = left / (fills - i);
        left -= n;
        assert!((15..=269).contains(&n), "no fill element of {n} bytes");
        bits.put(0b110, 3);
        bits.put(15, 4);
        bits.put(n as u32 - 14, 8);
        for (at, byte) in rng.bytes(n).into_iter().enumerate() {
            bits.put(u32::from(if at == 0 { byte & 0x0F } else { byte }), 8);
        }
    }
    bits.put(0b111, 3);
    bits.out.resize(len, 0);
    bits.out
}

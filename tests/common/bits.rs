//! Bit fields, most significant bit first, and the Exp-Golomb codes of H.264 and its successors.

/// Bits on their way to bytes; the last byte is filled up with zeros.
#[derive(Clone, Debug, Default)]
pub struct Bits {
    pub out: Vec<u8>,
    used: usize,
}

impl Bits {
    pub fn new() -> Self {
        Self::default()
    }

    /// The low `n` bits of `value`.
    pub fn put(&mut self, value: u32, n: usize) {
        for i in (0..n).rev() {
            if self.used.is_multiple_of(8) {
                self.out.push(0);
            }
            let bit = (u64::from(value) >> i & 1) as u8;
            *self.out.last_mut().unwrap() |= bit << (7 - self.used % 8);
            self.used += 1;
        }
    }

    /// Several fields of (value, bits).
    pub fn all(mut self, fields: &[(u32, usize)]) -> Self {
        for (value, n) in fields {
            self.put(*value, *n);
        }
        self
    }

    /// Unsigned Exp-Golomb.
    pub fn ue(&mut self, value: u32) {
        let n = (value + 1).ilog2() as usize;
        self.put(0, n);
        self.put(value + 1, n + 1);
    }

    /// Several unsigned Exp-Golomb codes.
    pub fn ues(mut self, values: &[u32]) -> Self {
        for value in values {
            self.ue(*value);
        }
        self
    }

    /// The stop bit of a raw byte sequence payload, and zeros up to a whole byte.
    pub fn stop(mut self) -> Vec<u8> {
        self.put(1, 1);
        self.out
    }
}

/// `fields` of (value, bits) as bytes.
pub fn bits(fields: &[(u32, usize)]) -> Vec<u8> {
    Bits::new().all(fields).out
}

/// Emulation prevention: no 00 00 00 to 00 00 03 inside a NAL unit.
pub fn escape(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    for &byte in raw {
        if byte <= 3 && out.ends_with(&[0, 0]) {
            out.push(3);
        }
        out.push(byte);
    }
    out
}

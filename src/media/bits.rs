//! A bit cursor for codec configurations, plain or over a NAL unit with its emulation prevention bytes.

use crate::base::read::Truncated;

/// Finds the emulation prevention bytes of a NAL unit: of `00 00 03` the `03` (H.264, 7.4.1).
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Emulation {
    /// Zero bytes just before the next one.
    zeros: u8,
}

impl Emulation {
    /// At the start of a unit.
    pub(super) const NEW: Self = Self { zeros: 0 };

    /// Takes the next byte; gives whether it is one of the payload.
    pub(super) fn passes(&mut self, byte: u8) -> bool {
        if self.zeros >= 2 && byte == 3 {
            self.zeros = 0;
            return false;
        }
        self.zeros = if byte == 0 { self.zeros.saturating_add(1) } else { 0 };
        true
    }
}

/// Reads bits, most significant first.
#[derive(Copy, Clone, Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// Index of the byte being read.
    at: usize,
    /// Bits of it already read, 0 to 7.
    used: u32,
    /// What has passed before it, when emulation prevention bytes are to be left out.
    emulation: Option<Emulation>,
}

impl<'a> Bits<'a> {
    /// The bits of `bytes`.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, used: 0, emulation: None }
    }

    /// The bits of a NAL unit's payload, without emulation prevention bytes.
    pub(super) const fn nal(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, used: 0, emulation: Some(Emulation::NEW) }
    }

    /// Bits left, emulation prevention bytes counted.
    pub(super) fn left(&self) -> usize {
        let bits = self.bytes.len().saturating_sub(self.at).saturating_mul(8);
        bits.saturating_sub(usize::try_from(self.used).unwrap_or(0))
    }

    /// One bit.
    pub(super) fn bit(&mut self, what: &'static str) -> Result<bool, Truncated> {
        let Some(&byte) = self.bytes.get(self.at) else {
            return Err(Truncated { what, at: self.at, need: 1, have: 0 });
        };
        let bit = byte >> (7 - self.used) & 1 == 1;
        self.used += 1;
        if self.used == 8 {
            self.used = 0;
            self.at += 1;
            self.skip_prevention(byte);
        }
        Ok(bit)
    }

    fn skip_prevention(&mut self, last: u8) {
        let Some(emulation) = &mut self.emulation else { return };
        emulation.passes(last);
        let mut with_next = *emulation;
        if self.bytes.get(self.at).is_some_and(|&next| !with_next.passes(next)) {
            *emulation = with_next;
            self.at += 1;
        }
    }

    /// An unsigned number of up to 32 bits.
    pub(super) fn u(&mut self, count: u32, what: &'static str) -> Result<u32, Truncated> {
        let mut value = 0_u32;
        for _ in 0..count {
            value = value << 1 | u32::from(self.bit(what)?);
        }
        Ok(value)
    }

    /// A small unsigned number of up to 8 bits.
    pub(super) fn u8(&mut self, count: u32, what: &'static str) -> Result<u8, Truncated> {
        let [.., low] = self.u(count.min(8), what)?.to_be_bytes();
        Ok(low)
    }

    /// An Exp-Golomb number (H.264, 9.1); none when it has more than 31 leading zeros.
    pub(super) fn ue(&mut self, what: &'static str) -> Result<Option<u32>, Truncated> {
        let mut zeros = 0;
        while !self.bit(what)? {
            zeros += 1;
            if zeros > 31 {
                return Ok(None);
            }
        }
        let suffix = self.u(zeros, what)?;
        Ok(Some(((1_u32 << zeros) - 1).saturating_add(suffix)))
    }

    /// Passes over `count` bits.
    pub(super) fn skip(&mut self, count: u32, what: &'static str) -> Result<(), Truncated> {
        (0..count).try_for_each(|_| self.bit(what).map(drop))
    }

    /// Moves to the next byte boundary.
    pub(super) fn align(&mut self) {
        while self.used != 0 && self.bit("alignment").is_ok() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_across_bytes() {
        let mut bits = Bits::new(&[0b1010_0000, 0b0000_0011, 0xFF]);
        assert_eq!(bits.u(3, "a"), Ok(5));
        assert_eq!(bits.u(12, "b"), Ok(1));
        assert_eq!(bits.left(), 9);
        bits.align();
        assert_eq!(bits.u8(8, "c"), Ok(0xFF));
        assert!(bits.bit("d").is_err());
    }

    #[test]
    fn exp_golomb() {
        // 1, 010, 011, 00100, then 31 zeros and 32 ones.
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0000]);
        let got: Vec<_> = (0..4).map(|_| bits.ue("n").unwrap().unwrap()).collect();
        assert_eq!(got, [0, 1, 2, 3]);
        assert_eq!(Bits::new(&[0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]).ue("n"), Ok(Some(u32::MAX - 1)));
        assert_eq!(Bits::new(&[0, 0, 0, 0, 0xFF]).ue("n"), Ok(None));
    }

    #[test]
    fn emulation_prevention_is_left_out() {
        let mut bits = Bits::nal(&[0, 0, 3, 1, 0, 0, 3, 0, 0, 3]);
        let got: Vec<_> = (0..6).map(|_| bits.u8(8, "b").unwrap()).collect();
        assert_eq!(got, [0, 0, 1, 0, 0, 0]);
        assert_eq!(bits.u8(8, "b"), Ok(0));
        assert!(bits.bit("end").is_err());
        assert_eq!(Bits::new(&[0, 0, 3]).u(24, "plain"), Ok(3));
    }
}

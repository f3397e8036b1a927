//! A cursor that cannot run over the end, and names the field at which the bytes ended.

/// There were fewer bytes than a field needs.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Truncated {
    /// The field that was being read.
    pub(crate) what: &'static str,
    /// Offset of the field from the reader's start.
    pub(crate) at: usize,
    /// Bytes the field needs.
    pub(crate) need: usize,
    /// Bytes that were left.
    pub(crate) have: usize,
}

impl std::fmt::Display for Truncated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at byte {} needs {} bytes, {} left", self.what, self.at, self.need, self.have)
    }
}

/// A big-endian cursor over a slice; each getter names the field for the error.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, at: 0 }
    }

    /// Offset of the next byte from the start.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// Bytes left.
    pub(crate) const fn left(&self) -> usize {
        self.rest.len()
    }

    /// All that is left, without moving.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `len` bytes.
    #[inline]
    pub(crate) fn take(&mut self, len: usize, what: &'static str) -> Result<&'a [u8], Truncated> {
        let Some((head, rest)) = self.rest.split_at_checked(len) else {
            return Err(Truncated { what, at: self.at, need: len, have: self.rest.len() });
        };
        self.rest = rest;
        self.at += len;
        Ok(head)
    }

    /// The next `N` bytes as an array.
    #[inline]
    pub(crate) fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Truncated> {
        let Some((head, rest)) = self.rest.split_first_chunk::<N>() else {
            return Err(Truncated { what, at: self.at, need: N, have: self.rest.len() });
        };
        self.rest = rest;
        self.at += N;
        Ok(*head)
    }

    /// One byte.
    #[inline]
    pub(crate) fn u8(&mut self, what: &'static str) -> Result<u8, Truncated> {
        self.array::<1>(what).map(|[b]| b)
    }

    /// A 16-bit number.
    pub(crate) fn u16(&mut self, what: &'static str) -> Result<u16, Truncated> {
        self.array(what).map(u16::from_be_bytes)
    }

    /// A 24-bit number.
    pub(crate) fn u24(&mut self, what: &'static str) -> Result<u32, Truncated> {
        self.array(what).map(|[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    /// A signed 24-bit number.
    pub(crate) fn i24(&mut self, what: &'static str) -> Result<i32, Truncated> {
        self.array(what).map(|[a, b, c]| i32::from_be_bytes([a, b, c, 0]) >> 8)
    }

    /// A 32-bit number.
    pub(crate) fn u32(&mut self, what: &'static str) -> Result<u32, Truncated> {
        self.array(what).map(u32::from_be_bytes)
    }

    /// A 64-bit IEEE 754 number.
    pub(crate) fn f64(&mut self, what: &'static str) -> Result<f64, Truncated> {
        self.array(what).map(f64::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_signs_and_stops_at_the_end() {
        let mut r = Reader::new(&[0xFF, 0xFF, 0xFE, 0x01, 0x02]);
        assert_eq!(r.i24("ct"), Ok(-2));
        assert_eq!(r.u16("n"), Ok(0x0102));
        assert_eq!(r.u8("x"), Err(Truncated { what: "x", at: 5, need: 1, have: 0 }));
    }
}

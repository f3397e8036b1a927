//! Sequence arithmetic (RFC 9293, 3.4; RFC 1982): 32-bit wire numbers to 64-bit stream offsets.

/// Turns sequence numbers of one direction into stream offsets; offset 0 is the byte after the SYN, or the first
/// byte seen when the SYN was not captured.
#[derive(Copy, Clone, Debug)]
pub(crate) struct SeqBase(u32);

impl SeqBase {
    /// `first` is the sequence number of stream offset 0.
    pub(crate) const fn new(first: u32) -> Self {
        Self(first)
    }

    /// The sequence number of a stream offset.
    pub(crate) const fn seq(self, offset: u64) -> u32 {
        self.0.wrapping_add(low_half(offset))
    }

    /// The offset of `seq` nearest to the offset `near`; negative for bytes before the start.
    pub(crate) const fn offset(self, seq: u32, near: u64) -> i64 {
        near.cast_signed() + seq.wrapping_sub(self.seq(near)).cast_signed() as i64
    }
}

#[expect(clippy::cast_possible_truncation, reason = "sequence numbers are the low half of the offset")]
const fn low_half(offset: u64) -> u32 {
    offset as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_many_times() {
        let base = SeqBase::new(0xFFFF_FF00);
        assert_eq!(base.offset(0xFFFF_FF00, 0), 0);
        assert_eq!(base.offset(0x0000_0010, 0), 0x110);
        assert_eq!(base.offset(0xFFFF_FEFF, 0), -1);
        let far = 5 * (1_u64 << 32) + 77;
        assert_eq!(base.offset(0xFFFF_FF00_u32.wrapping_add(77), far - 1000), far.cast_signed());
    }
}

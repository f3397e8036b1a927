//! H.264 (ITU-T H.264): the names of NAL unit types (table 7-1), the start of a slice header (7.3.3) and SEI messages
//! (7.3.2.3), byte by byte and without emulation prevention bytes (7.4.1).

use super::SliceType;
use crate::media::bits::Emulation;

pub(super) const IDR: u8 = 5;
pub(super) const SEI: u8 = 6;

pub(super) const NAMES: [&str; 32] = [
    "nal_0",
    "slice",
    "partition_a",
    "partition_b",
    "partition_c",
    "idr",
    "sei",
    "sps",
    "pps",
    "aud",
    "end_sequence",
    "end_stream",
    "filler",
    "sps_ext",
    "nal_14",
    "nal_15",
    "nal_16",
    "nal_17",
    "nal_18",
    "nal_19",
    "nal_20",
    "nal_21",
    "nal_22",
    "nal_23",
    "nal_24",
    "nal_25",
    "nal_26",
    "nal_27",
    "nal_28",
    "nal_29",
    "nal_30",
    "nal_31",
];

/// Whether a unit begins with a slice header.
pub(super) const fn has_slice_header(kind: u8) -> bool {
    matches!(kind, 1 | 2 | IDR)
}

/// What reading one more byte gave.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Read<T> {
    /// More bytes are needed.
    More,
    Found(T),
    /// It is not there.
    Absent,
}

/// The start of a slice header: `first_mb_in_slice` and `slice_type`.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Slice {
    /// Its bytes so far; the last is the lowest.
    bits: u64,
    count: u32,
    emulation: Emulation,
}

/// Leading zeros of a macroblock address: far more than any level allows, and both numbers still fit into 64 bits.
const MAX_ZEROS: u32 = 24;

impl Slice {
    pub(super) fn push(&mut self, byte: u8) -> Read<SliceType> {
        if self.emulation.passes(byte) {
            self.bits = self.bits << 8 | u64::from(byte);
            self.count += 8;
        }
        self.read()
    }

    /// Two Exp-Golomb numbers (9.1).
    fn read(&self) -> Read<SliceType> {
        let bits = self.bits.checked_shl(64_u32.saturating_sub(self.count)).unwrap_or(0);
        let zeros = bits.leading_zeros();
        if zeros >= self.count {
            return if self.count > MAX_ZEROS { Read::Absent } else { Read::More };
        }
        let first_len = 2 * zeros + 1;
        if zeros > MAX_ZEROS {
            return Read::Absent;
        }
        let left = self.count.saturating_sub(first_len);
        let bits = bits << first_len;
        let zeros = bits.leading_zeros();
        // The greatest slice type, 9, is 000 1010.
        if zeros > 3 && left > 3 {
            return Read::Absent;
        }
        let len = 2 * zeros + 1;
        if len > left {
            return Read::More;
        }
        match (bits >> (64 - len)) - 1 {
            0 | 5 => Read::Found(SliceType::P),
            1 | 6 => Read::Found(SliceType::B),
            2 | 7 => Read::Found(SliceType::I),
            3 | 8 => Read::Found(SliceType::Sp),
            4 | 9 => Read::Found(SliceType::Si),
            _ => Read::Absent,
        }
    }
}

/// Walks over the messages of an SEI unit to the first recovery point.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Sei {
    field: SeiField,
    emulation: Emulation,
    walked: u16,
    kind: u32,
    size: u32,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
enum SeiField {
    #[default]
    Type,
    Size,
    Payload,
}

/// SEI payload type of a recovery point (D.1).
const RECOVERY_POINT: u32 = 6;
/// Most bytes looked at in one SEI unit.
const MAX_WALKED: u16 = 4096;

impl Sei {
    pub(super) fn push(&mut self, byte: u8) -> Read<()> {
        self.walked += 1;
        if self.walked >= MAX_WALKED {
            return Read::Absent;
        }
        if !self.emulation.passes(byte) {
            return Read::More;
        }
        match self.field {
            SeiField::Type => {
                self.kind += u32::from(byte);
                if byte != 0xFF {
                    self.field = SeiField::Size;
                }
            }
            SeiField::Size => {
                self.size += u32::from(byte);
                match (byte, self.kind) {
                    (0xFF, _) => {}
                    (_, RECOVERY_POINT) => return Read::Found(()),
                    _ => self.field = SeiField::Payload,
                }
            }
            SeiField::Payload => self.size = self.size.saturating_sub(1),
        }
        if self.field == SeiField::Payload && self.size == 0 {
            (self.field, self.kind) = (SeiField::Type, 0);
        }
        Read::More
    }
}

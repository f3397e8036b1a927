//! Numbers as text.
//!
//! A line of a timeline is numbers for the most part, and most of them are short. So digits are made eight at a time,
//! all in one word, and appended as one word; what is too much of that is cut off again.

use serde::Serialize;

use crate::amf::whole;
use crate::base::time::ns_to_s;

/// The first number of more than eight digits.
const NINE_DIGITS: u64 = 100_000_000;
/// Nanoseconds in a second.
const SECOND: u64 = 1_000_000_000;

/// Appends a number or a flag; what is no number is null.
pub(in crate::report) fn push_number<T: Serialize>(number: T, out: &mut Vec<u8>) {
    let before = out.len();
    // Writing to memory does not fail, and neither do these values.
    if serde_json::to_writer(&mut *out, &number).is_err() {
        out.truncate(before);
        out.extend_from_slice(b"null");
    }
}

/// Appends a number without decimals where it has none.
pub(in crate::report) fn push_float(number: f64, out: &mut Vec<u8>) {
    match whole(number) {
        Some(whole) => push_int(whole, out),
        None => push_number(number, out),
    }
}

/// Appends a whole number.
#[inline]
pub(in crate::report) fn push_int(number: i64, out: &mut Vec<u8>) {
    match u64::try_from(number) {
        Ok(number) => push_uint(number, out),
        Err(_) => push_negative(number, out),
    }
}

fn push_negative(number: i64, out: &mut Vec<u8>) {
    out.push(b'-');
    push_digits(number.unsigned_abs(), out);
}

/// Appends a whole number that is not negative.
#[inline]
pub(in crate::report) fn push_uint(number: u64, out: &mut Vec<u8>) {
    if number < 10 { push_digit(number, out) } else { push_digits(number, out) }
}

/// Appends a number that is not 0; apart, so that one digit costs little wherever it is appended.
#[inline(never)]
fn push_digits(number: u64, out: &mut Vec<u8>) {
    if number >= NINE_DIGITS {
        return push_many_digits(number, out);
    }
    let digits = Digits::of(number);
    digits.push(digits.leading_zeros(), 8, out);
}

#[inline(never)]
fn push_many_digits(number: u64, out: &mut Vec<u8>) {
    push_digits(number / NINE_DIGITS, out);
    Digits::of(number % NINE_DIGITS).push(0, 8, out);
}

/// Appends nanoseconds as seconds: the shortest text that is read back as the nearest number of 64 bits.
pub(in crate::report) fn push_seconds(ns: i64, out: &mut Vec<u8>) {
    /// No two decimals of up to 15 digits are near the same number of 64 bits, so these are the decimals themselves.
    /// Below, they have an exponent.
    const EXACT: std::ops::Range<u64> = 10_000..1_000_000_000_000_000;
    let Some(ns) = u64::try_from(ns).ok().filter(|ns| EXACT.contains(ns)) else {
        return push_float(ns_to_s(ns), out);
    };
    push_uint(ns / SECOND, out);
    let (first, others) = split(ns % SECOND);
    if first > 0 || !others.is_zero() {
        out.push(b'.');
        push_digit(first, out);
        others.push(0, 8 - others.trailing_zeros(), out);
    }
}

/// Appends nine digits: nanoseconds within their second.
pub(in crate::report) fn push_nanos(ns: u64, out: &mut Vec<u8>) {
    let (first, others) = split(ns);
    push_digit(first, out);
    others.push(0, 8, out);
}

/// The first of nine digits, and the others.
fn split(ns: u64) -> (u64, Digits) {
    (ns / NINE_DIGITS, Digits::of(ns % NINE_DIGITS))
}

fn push_digit(digit: u64, out: &mut Vec<u8>) {
    out.push(b'0' + u8::try_from(digit % 10).unwrap_or(0));
}

/// Eight digits, a byte each, the first in the lowest.
#[derive(Copy, Clone)]
struct Digits(u64);

impl Digits {
    /// Those of a number below [`NINE_DIGITS`]. It is parted in two halves, each of them in two, and these again, all
    /// parts beside each other; a multiplication and a shift divide small numbers.
    const fn of(number: u64) -> Self {
        let fours = (number / 10_000) | (number % 10_000) << 32;
        let hundreds = ((fours * 10_486) >> 20) & 0x0000_007F_0000_007F;
        let twos = hundreds | (fours - 100 * hundreds) << 16;
        let tens = ((twos * 103) >> 10) & 0x000F_000F_000F_000F;
        Self(tens | (twos - 10 * tens) << 8)
    }

    const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Zeros in front; 8 if there is nothing else.
    const fn leading_zeros(self) -> usize {
        self.0.trailing_zeros() as usize / 8
    }

    /// Zeros at the end; 8 if there is nothing else.
    const fn trailing_zeros(self) -> usize {
        self.0.leading_zeros() as usize / 8
    }

    /// Appends the digits of a range.
    fn push(self, from: usize, to: usize, out: &mut Vec<u8>) {
        const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);
        let end = out.len() + to - from;
        out.extend_from_slice(&((self.0 | ZEROS) >> (8 * from)).to_le_bytes());
        out.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        push(&mut out);
        String::from_utf8(out).unwrap()
    }

    /// Numbers with few and many digits, of all lengths, and their neighbours.
    fn numbers() -> impl Iterator<Item = u64> {
        let lengths = (0..20).map(|zeros| 10_u64.pow(zeros));
        let seeds = [1, 7, 9, 12, 99, 123, 909, 12_345_678, 90_000_009, 1_234_567_890_123_456_789, u64::MAX];
        let scaled = lengths.flat_map(move |scale| seeds.map(|seed| seed.wrapping_mul(scale)));
        scaled.flat_map(|number| [number.wrapping_sub(1), number, number.wrapping_add(1)]).chain(0..20_000)
    }

    #[test]
    fn whole_numbers() {
        for number in numbers() {
            assert_eq!(text(|out| push_uint(number, out)), number.to_string());
            let signed = number.cast_signed();
            assert_eq!(text(|out| push_int(signed, out)), signed.to_string());
        }
    }

    /// A time is the same text as the number of 64 bits it stands for.
    #[test]
    fn seconds() {
        let of = |ns| text(|out| push_seconds(ns, out));
        for ns in numbers().map(u64::cast_signed) {
            assert_eq!(of(ns), text(|out| push_float(ns_to_s(ns), out)), "{ns} ns");
        }
        // Steps that are prime come by all digits.
        for ns in (0..3_000_000_000).step_by(12_347) {
            assert_eq!(of(ns), text(|out| push_float(ns_to_s(ns), out)), "{ns} ns");
        }
        assert_eq!([of(0), of(1_000), of(20_110_000)], ["0", "1e-6", "0.02011"]);
        assert_eq!([of(-1_500_000_000), of(60_000_000_000)], ["-1.5", "60"]);
    }

    #[test]
    fn nanoseconds_of_a_second() {
        for ns in [0, 1, 10, 99_999_999, 100_000_000, 123_456_789, 999_999_999] {
            assert_eq!(text(|out| push_nanos(ns, out)), format!("{ns:09}"));
        }
    }
}

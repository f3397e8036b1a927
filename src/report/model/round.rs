//! Rounding at the moment of writing: as many decimals as a unit deserves, the same on every run.
//!
//! Times in seconds keep nanoseconds, milliseconds keep microseconds, ratios and rates six decimals. A value that
//! is no number is left out like one that is not known.

use serde::Serializer;

/// `f64` and `Option<f64>` alike.
pub(super) trait Figure {
    fn figure(&self) -> Option<f64>;
}

impl Figure for f64 {
    fn figure(&self) -> Option<f64> {
        Some(*self)
    }
}

impl Figure for Option<f64> {
    fn figure(&self) -> Option<f64> {
        *self
    }
}

/// Seconds, nine decimals.
pub(super) fn s<T: Figure, S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
    write(value, 1e9, out)
}

/// Milliseconds, three decimals.
pub(super) fn ms<T: Figure, S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
    write(value, 1e3, out)
}

/// Ratios and rates, six decimals.
pub(super) fn ratio<T: Figure, S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
    write(value, 1e6, out)
}

/// A number that is mostly whole: without decimals when it is.
pub(super) fn whole<T: Figure, S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
    match value.figure() {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        Some(v) if v.fract() == 0.0 && v.abs() < MAX_EXACT => out.serialize_i64(v as i64),
        _ => write(value, 1e6, out),
    }
}

/// Whether there is nothing to write.
#[expect(clippy::ref_option, reason = "the shape serde asks for")]
pub(super) fn absent(value: &Option<f64>) -> bool {
    !value.is_some_and(f64::is_finite)
}

/// Whether a count is zero.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
pub(super) const fn zero(value: &u64) -> bool {
    *value == 0
}

/// 2^53: above it not every whole number is an `f64`.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

fn write<T: Figure, S: Serializer>(value: &T, scale: f64, out: S) -> Result<S::Ok, S::Error> {
    match value.figure() {
        Some(v) => out.serialize_f64(rounded(v, scale)),
        None => out.serialize_none(),
    }
}

fn rounded(value: f64, scale: f64) -> f64 {
    let scaled = value * scale;
    // Adding 0 turns a negative zero into a plain one.
    if scaled.abs() < MAX_EXACT { scaled.round() / scale + 0.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_decimals_of_the_unit() {
        assert_eq!(rounded(0.1 + 0.2, 1e9).to_string(), "0.3");
        assert_eq!(rounded(1.234_567_891_6, 1e9).to_string(), "1.234567892");
        assert_eq!(rounded(-0.000_01, 1e3).to_string(), "0");
        assert_eq!(rounded(1e12, 1e9).to_string(), "1000000000000");
        assert!(rounded(f64::NAN, 1e3).is_nan());
    }

    #[test]
    fn no_number_is_absent() {
        assert!(absent(&Some(f64::NAN)) && absent(&Some(f64::INFINITY)) && absent(&None));
        assert!(!absent(&Some(0.0)));
    }
}

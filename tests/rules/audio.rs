//! Cases of the rules in `src/rules/audio`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

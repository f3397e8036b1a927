//! Cases of the rules in `src/rules/tunnel`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

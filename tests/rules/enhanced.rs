//! Cases of the rules in `src/rules/enhanced`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

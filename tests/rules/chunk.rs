//! Cases of the rules in `src/rules/chunk`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

//! Cases of the rules in `src/rules/timestamps`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

//! Cases of the rules in `src/rules/video`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

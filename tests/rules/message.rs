//! Cases of the rules in `src/rules/message`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

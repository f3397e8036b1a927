//! Cases of the rules in `src/rules/security`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

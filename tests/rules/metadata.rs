//! Cases of the rules in `src/rules/metadata`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

//! Cases of the rules in `src/rules/user_control`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

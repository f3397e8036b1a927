//! Cases of the rules in `src/rules/ack`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

//! Cases of the rules in `src/rules/amf`.

use crate::harness::Case;

pub const CASES: &[Case] = &[];

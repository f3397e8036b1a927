//! Cases of the rules in `src/rules/net`.

use crate::common::impair::{self, up};
use crate::common::ready::publish_av;
use crate::harness::Case;

pub const CASES: &[Case] = &[Case::new(
    "NET-01",
    "",
    || impair::drop(&publish_av(1).packets(), up(30)).into(),
    || publish_av(1).into(),
)];

//! What a rule came to with one connection.

use super::context::{Doubt, Tally};
use super::rule::{Guard, Guards};
use super::seen::Seen;

/// What a rule came to with one connection.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// It judged, and found nothing.
    Pass,
    /// It found something; how bad that is stands with the findings.
    Found,
    /// There was nothing to judge.
    NotApplicable,
    /// It could not tell.
    Inconclusive(Doubt),
}

impl Outcome {
    /// That of a rule with these guards and without findings; `done` when it heard all it wants, whatever is missing behind that.
    pub(super) fn silent(guards: Guards, tally: Tally, done: bool, seen: &Seen, one_sided: bool) -> Self {
        if done && tally.judged && tally.doubt.is_none() {
            return Self::Pass;
        }
        match doubt(guards, tally, seen, one_sided) {
            Some(doubt) => Self::Inconclusive(doubt),
            None if tally.judged => Self::Pass,
            None => Self::NotApplicable,
        }
    }
}

/// Why it could not tell, if it could not. After a hole a rule that saw nothing has not passed.
fn doubt(guards: Guards, tally: Tally, seen: &Seen, one_sided: bool) -> Option<Doubt> {
    if guards.has(Guard::Clear) && seen.unreadable {
        return Some(Doubt::Unreadable);
    }
    if guards.has(Guard::Both) && one_sided {
        return Some(Doubt::OneSided);
    }
    if tally.withheld.is_some() || tally.doubt.is_some() {
        return tally.withheld.or(tally.doubt);
    }
    if guards.has(Guard::Syn) && !seen.is_open() {
        return Some(if one_sided { Doubt::OneSided } else { Doubt::MidStream });
    }
    if guards.has(Guard::Holes) {
        return None;
    }
    seen.any_doubt()
}

//! What a rule came to with one connection.

use super::context::{Doubt, Tally};
use super::rule::{Guard, Rule};
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
    /// That of a rule without findings; `done` when it heard all it wants, whatever is missing behind that.
    pub(super) fn silent(rule: &Rule, tally: Tally, done: bool, seen: &Seen, one_sided: bool) -> Self {
        if done && tally.judged && tally.doubt.is_none() {
            return Self::Pass;
        }
        match doubt(rule, tally, seen, one_sided) {
            Some(doubt) => Self::Inconclusive(doubt),
            None if tally.judged => Self::Pass,
            None => Self::NotApplicable,
        }
    }
}

/// Why it could not tell, if it could not. After a hole a rule that saw nothing has not passed.
fn doubt(rule: &Rule, tally: Tally, seen: &Seen, one_sided: bool) -> Option<Doubt> {
    if rule.is_guarded(Guard::Clear) && seen.unreadable {
        return Some(Doubt::Unreadable);
    }
    if rule.is_guarded(Guard::Both) && one_sided {
        return Some(Doubt::OneSided);
    }
    if tally.withheld.is_some() || tally.doubt.is_some() {
        return tally.withheld.or(tally.doubt);
    }
    if rule.is_guarded(Guard::Syn) && !seen.is_open() {
        return Some(if one_sided { Doubt::OneSided } else { Doubt::MidStream });
    }
    if rule.is_guarded(Guard::Holes) {
        return None;
    }
    seen.any_doubt()
}

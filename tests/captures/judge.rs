//! Gathers what held and what did not, so that one run shows everything.

use crate::corpus::Case;
use crate::known;

/// All comparisons of a run.
#[derive(Default)]
pub(crate) struct Verdicts {
    rows: Vec<[String; 6]>,
    wrong: Vec<String>,
    excused: Vec<String>,
    held: usize,
}

impl Verdicts {
    /// A statement that must be true.
    pub(crate) fn must(&mut self, case: &Case, holds: bool, otherwise: impl FnOnce() -> String) {
        if holds {
            self.held += 1;
            return;
        }
        let text = format!("{}: {}", case.witness.name, otherwise());
        match known::excuse(&text) {
            Some(why) => self.excused.push(format!("{text} (known: {why})")),
            None => self.wrong.push(text),
        }
    }

    /// Two values that must be equal.
    pub(crate) fn equal(&mut self, case: &Case, what: &str, ours: u64, theirs: u64) {
        let holds = ours == theirs;
        self.must(case, holds, || format!("{what}: {ours}, but it should be {theirs}"));
    }

    /// One line of the table: a count of ours beside one of a witness.
    pub(crate) fn row(
        &mut self,
        case: &Case,
        about: [&str; 3],
        ours: u64,
        theirs: &str,
        by: &str,
        holds: bool,
    ) {
        let [client, direction, kind] = about;
        let state = if holds { "ok" } else { "WRONG" };
        self.rows.push([
            case.witness.name.clone(),
            format!("{client} {direction}"),
            kind.to_owned(),
            ours.to_string(),
            format!("{theirs} by {by}"),
            state.to_owned(),
        ]);
        self.must(case, holds, || {
            format!("{client} {direction} {kind}: {ours} messages, {by} says {theirs}")
        });
    }

    /// Prints the table and fails if anything did not hold, if nothing was compared, or if something that is known
    /// to be wrong about these captures is right by now.
    pub(crate) fn conclude(self, cases: &[Case]) {
        for [name, connection, kind, ours, theirs, state] in &self.rows {
            println!("{name:<28} {connection:<40} {kind:<20} {ours:>6}  {theirs:<44} {state}");
        }
        for line in &self.excused {
            println!("{line}");
        }
        println!("{} counts, {} statements held, {} did not", self.rows.len(), self.held, self.wrong.len());
        assert!(!self.rows.is_empty(), "nothing was compared");
        let repaired = known::repaired(cases, &self.excused);
        assert!(repaired.is_empty(), "repaired, so take it from known.rs: {repaired:?}");
        assert!(self.wrong.is_empty(), "{} did not hold:\n{}", self.wrong.len(), self.wrong.join("\n"));
    }
}

//! Explains every difference, says which explanations are no longer true, and prints the tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::compare::{Count, Difference, Outcome};
use crate::differences::{NOT_PLAIN, RULES, Right, Rule};

/// What all captures of one run came to.
pub(crate) struct Verdict {
    table: String,
    wrong: Vec<String>,
}

/// How often each rule explained something, by capture.
type Seen<'a> = BTreeMap<usize, BTreeMap<&'a str, usize>>;

/// Judges the outcomes of one run.
pub(crate) fn judge(version: &str, outcomes: &[Outcome]) -> Verdict {
    let mut seen: Seen<'_> = BTreeMap::new();
    let mut wrong = Vec::new();
    for outcome in outcomes {
        for (what, messages) in &outcome.others {
            if !NOT_PLAIN.contains(&(&outcome.capture, what)) {
                wrong.push(format!("{}: tshark has {messages} messages in what is {what}", outcome.capture));
            }
        }
        for difference in &outcome.differences {
            match RULES.iter().position(|rule| (rule.is)(difference)) {
                Some(rule) => *seen.entry(rule).or_default().entry(&outcome.capture).or_default() += 1,
                None => wrong.push(format!("{}: not explained: {}", outcome.capture, text(difference))),
            }
        }
    }
    // Where each is seen is known of the version that the list was made with.
    if version.starts_with("4.0.") {
        let present: Vec<&str> = outcomes.iter().map(|outcome| outcome.capture.as_str()).collect();
        for (i, rule) in RULES.iter().enumerate() {
            wrong.extend(misplaced(rule, seen.get(&i), &present));
        }
    }
    Verdict { table: table(version, outcomes, &seen), wrong }
}

/// Where a rule is seen and should not be, or the other way round.
fn misplaced(rule: &Rule, seen: Option<&BTreeMap<&str, usize>>, present: &[&str]) -> Vec<String> {
    let here = |capture: &str| seen.is_some_and(|seen| seen.contains_key(capture));
    let name = rule.name;
    let gone = rule.seen_in.iter().filter(|capture| present.contains(capture) && !here(capture));
    let new = present.iter().filter(|capture| here(capture) && !rule.seen_in.contains(capture));
    gone.map(|capture| format!("{capture}: \"{name}\" explains nothing here any more"))
        .chain(new.map(|capture| format!("{capture}: \"{name}\" is not known to be seen here")))
        .collect()
}

fn text(difference: &Difference) -> String {
    let Difference { kind, way: (connection, up), ours, theirs, said, .. } = difference;
    let way = if *up { "client to server" } else { "server to client" };
    let none = || "nothing".to_owned();
    let ours = ours.as_ref().map_or_else(none, ToString::to_string);
    let theirs = theirs.as_ref().map_or_else(none, |theirs| {
        let printed = theirs.calculated.map_or_else(String::new, |time| format!(", computed time {time}"));
        format!("{} ({}{printed})", theirs.message, theirs.shown.title)
    });
    let said = said.as_ref().map_or_else(String::new, |(ours, theirs)| format!(", {ours} and {theirs}"));
    format!("{kind:?}, connection {connection} {way}: rtmpscope {ours}; tshark {theirs}{said}")
}

fn table(version: &str, outcomes: &[Outcome], seen: &Seen<'_>) -> String {
    let mut out = format!("tshark {version}\n");
    let width = outcomes.iter().map(|outcome| outcome.capture.len()).max().unwrap_or_default();
    let heads = ["ways", "rtmpscope", "tshark", "both", "equal", "facts"];
    let row = |out: &mut String, name: &str, cells: &[String]| {
        write!(out, "{name:width$}").unwrap();
        for cell in cells {
            write!(out, "{cell:>10}").unwrap();
        }
        out.push('\n');
    };
    row(&mut out, "capture", &heads.map(str::to_owned));
    let mut all = Count::default();
    for Outcome { capture, count, others, .. } in outcomes {
        row(&mut out, capture, &cells(count));
        for (what, messages) in others {
            writeln!(out, "{:width$}  not compared: {messages} messages of tshark in {what}", "").unwrap();
        }
        all.add(count);
    }
    row(&mut out, &format!("{} captures", outcomes.len()), &cells(&all));
    for (i, captures) in seen {
        let Rule { name, right, why, .. } = &RULES[*i];
        let right = match right {
            Right::Rtmpscope => "rtmpscope is right",
            Right::Tshark => "tshark is right",
            Right::Both => "both are right",
        };
        writeln!(out, "\n{} differences: {name}; {right}: {why}", captures.values().sum::<usize>()).unwrap();
        let places: Vec<_> = captures.iter().map(|(capture, n)| format!("{capture} {n}")).collect();
        writeln!(out, "    {}", places.join(", ")).unwrap();
    }
    out
}

fn cells(count: &Count) -> [String; 6] {
    let Count { ways, rtmpscope, tshark, paired, equal, facts } = count;
    [ways, rtmpscope, tshark, paired, equal, facts].map(ToString::to_string)
}

impl Verdict {
    /// Something outside the comparison that must hold.
    pub(crate) fn must(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(otherwise());
        }
    }

    /// Prints the table, and fails with what is wrong.
    pub(crate) fn conclude(self) {
        println!("{}", self.table);
        let shown: Vec<_> = self.wrong.iter().take(40).map(String::as_str).collect();
        assert!(self.wrong.is_empty(), "{} are wrong:\n{}", self.wrong.len(), shown.join("\n"));
    }
}

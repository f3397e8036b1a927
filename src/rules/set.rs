//! The rules of a profile, and their states for one connection.
//!
//! Takes the events of a connection in capture order and passes each to the rules that hear its group, as far as their
//! guards let it through; gives the findings, and at the end an outcome for each rule. The state of a rule is made when
//! it hears something for the first time: connections on which nothing happens cost little.

use crate::base::limits::Limits;
use crate::base::pos::Dir;
use crate::session::event::Event;

use super::context::{Cx, Doubt, Tally, Words};
use super::finding::{Finding, Findings};
use super::outcome::Outcome;
use super::profile::{Profile, Settings};
use super::rule::{Check, End, Guard, Rule};
use super::seen::Seen;
use super::topic::Topic;

/// The enabled rules of a profile.
pub(crate) struct RuleSet {
    strict: bool,
    rules: Vec<(&'static Rule, Settings)>,
    /// Indexes into `rules`, by group of events.
    by_topic: [Vec<usize>; Topic::COUNT],
}

impl RuleSet {
    /// Those of a profile.
    pub(crate) fn new(profile: &Profile) -> Self {
        let enabled = profile.rules().filter(|(_, settings)| settings.enabled);
        let rules: Vec<_> = enabled.map(|(rule, settings)| (rule, settings.clone())).collect();
        let mut by_topic: [Vec<usize>; Topic::COUNT] = std::array::from_fn(|_| Vec::new());
        for (index, (rule, _)) in rules.iter().enumerate() {
            for topic in rule.hears {
                if let Some(list) = by_topic.get_mut(*topic as usize) {
                    list.push(index);
                }
            }
        }
        Self { strict: profile.strict, rules, by_topic }
    }

    /// The rules, in the order of the registry.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        self.rules.iter().map(|(rule, _)| *rule)
    }

    fn hearing(&self, topic: Topic) -> &[usize] {
        self.by_topic.get(topic as usize).map_or(&[], Vec::as_slice)
    }
}

/// The rules of one connection.
pub(crate) struct ConnectionRules {
    slots: Vec<Slot>,
    seen: Seen,
    findings: Findings,
    /// Events so far, and what the states of the rules held when that was last counted.
    events: u32,
    held: usize,
}

/// One rule.
#[derive(Default)]
struct Slot {
    check: Option<Box<dyn Check>>,
    tally: Tally,
}

/// What the rules came to.
#[derive(Default)]
pub(crate) struct Judged {
    /// In order of first sight.
    pub(crate) findings: Vec<Finding>,
    /// Those that there was no room for.
    pub(crate) omitted: u64,
    /// One for each rule of the set, in its order.
    pub(crate) outcomes: Vec<Outcome>,
}

/// What the state of a rule costs, more or less.
const CHECK_BYTES: usize = 64;
/// Events between two counts of what the states hold: each is bounded and grows slowly, and there are many.
const COUNT_EVERY: u32 = 256;

impl ConnectionRules {
    /// Those of a connection; `unreadable` when its bytes are encrypted or tunnelled.
    pub(crate) fn new(set: &RuleSet, unreadable: bool) -> Self {
        Self {
            slots: set.rules.iter().map(|_| Slot::default()).collect(),
            seen: Seen::new(unreadable),
            findings: Findings::default(),
            events: 0,
            held: 0,
        }
    }

    /// Takes the next event.
    pub(crate) fn event(&mut self, set: &RuleSet, event: &Event<'_>, limits: &Limits, words: &mut dyn Words) {
        self.seen.event(event);
        self.tell(set, Topic::of(event), event, limits, words);
        if event.message.is_some() && event.kind.is_primary() {
            self.tell(set, Topic::Message, event, limits, words);
        }
        self.events = self.events.wrapping_add(1);
        if self.events.is_power_of_two() || self.events.is_multiple_of(COUNT_EVERY) {
            let checks = self.slots.iter().filter_map(|slot| slot.check.as_ref());
            self.held = checks.map(|check| CHECK_BYTES + check.held_bytes()).sum();
        }
    }

    fn tell(
        &mut self,
        set: &RuleSet,
        topic: Topic,
        event: &Event<'_>,
        limits: &Limits,
        words: &mut dyn Words,
    ) {
        let Self { slots, seen, findings, .. } = self;
        let nothing_missing = seen.lacks_nothing();
        for index in set.hearing(topic) {
            let (Some(slot), Some((rule, settings))) = (slots.get_mut(*index), set.rules.get(*index)) else {
                continue;
            };
            if !nothing_missing && let Some(why) = withheld(rule, event.dir, seen) {
                slot.tally.withheld.get_or_insert(why);
                continue;
            }
            let Slot { check, tally } = slot;
            let (check, strict) = (check.get_or_insert_with(rule.new), set.strict);
            check.event(event, &mut Cx { rule, settings, strict, tally, findings, words, limits, seen });
        }
    }

    /// The connection has ended; `one_sided` when one direction was not captured.
    pub(crate) fn finish(
        mut self,
        set: &RuleSet,
        end: &End<'_>,
        one_sided: bool,
        limits: &Limits,
        words: &mut dyn Words,
    ) -> Judged {
        let Self { slots, seen, findings, .. } = &mut self;
        for (slot, (rule, settings)) in slots.iter_mut().zip(&set.rules) {
            let Some(check) = &mut slot.check else { continue };
            let guarded = rule.is_guarded(Guard::Both) && one_sided;
            if guarded || is_cut(rule, seen) {
                continue;
            }
            let (tally, strict) = (&mut slot.tally, set.strict);
            check.end(end, &mut Cx { rule, settings, strict, tally, findings, words, limits, seen });
        }
        let outcome = |(slot, (rule, _)): (&Slot, &(&'static Rule, Settings))| {
            if self.findings.has(rule) {
                return Outcome::Found;
            }
            Outcome::silent(rule, slot.tally, &self.seen, one_sided)
        };
        let outcomes = self.slots.iter().zip(&set.rules).map(outcome).collect();
        let (findings, omitted) = self.findings.take();
        Judged { findings, omitted, outcomes }
    }

    /// Memory held, or more; of the states, as of a few events ago.
    pub(crate) const fn held_bytes(&self) -> usize {
        size_of::<Self>()
            + self.slots.capacity() * size_of::<Slot>()
            + self.held
            + self.seen.held_bytes()
            + self.findings.held_bytes()
    }
}

/// Why a rule does not get to hear what comes in a direction.
fn withheld(rule: &Rule, dir: Dir, seen: &Seen) -> Option<Doubt> {
    rule.guards.iter().find_map(|guard| match guard {
        Guard::Syn => (!seen.is_open()).then_some(Doubt::MidStream),
        Guard::NoGap | Guard::Fresh => seen.doubt(dir),
        Guard::NoGapEither => seen.any_doubt(),
        Guard::Both => (!seen.heard.get(dir.opposite())).then_some(Doubt::OneSided),
        Guard::Clear | Guard::Order | Guard::Tail | Guard::Holes => None,
    })
}

/// Whether what a rule waits for may be among what is missing: it is not asked at the end.
fn is_cut(rule: &Rule, seen: &Seen) -> bool {
    let cut = rule.is_guarded(Guard::NoGapEither) && seen.any_doubt().is_some();
    cut || (rule.is_guarded(Guard::Syn) && !seen.is_open())
}

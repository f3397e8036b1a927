//! The rules of a profile, and their states for one connection.
//!
//! Takes the events of a connection in capture order and passes each to the rules that hear its group, as far as their
//! guards let it through; gives the findings, and at the end an outcome for each rule.

use crate::base::limits::Limits;
use crate::base::pos::Dir;
use crate::session::event::Event;

use super::context::{Attention, Cx, Doubt, Enabled, Tally, Words};
use super::finding::{Finding, Findings};
use super::likeness::{Alike, Likeness};
use super::members::Members;
use super::outcome::Outcome;
use super::profile::Profile;
use super::rule::{End, Guard, Guards, Rule};
use super::seen::Seen;
use super::states::States;
use super::topic::Topic;

/// The enabled rules of a profile.
pub(crate) struct RuleSet {
    strict: bool,
    rules: Vec<Enabled>,
    /// Those that hear a group of events, and those that hear it when it is like others before.
    first: [Hearing; Topic::COUNT],
    again: [Hearing; Topic::COUNT],
    /// Those that hear a frame like others before, by its form.
    frames: [Hearing; FORMS.len()],
    /// Step of a clock that is long to the rule that looks for them.
    long_step_ms: i64,
}

impl RuleSet {
    /// Those of a profile.
    pub(crate) fn new(profile: &Profile) -> Self {
        let rules = seated(profile);
        let (mut first, mut again) = ([Hearing::default(); Topic::COUNT], [Hearing::default(); Topic::COUNT]);
        for (index, rule) in rules.iter().enumerate() {
            for topic in rule.is.hears {
                let topic = *topic as usize;
                if let (Some(first), Some(again)) = (first.get_mut(topic), again.get_mut(topic)) {
                    first.always.add(index);
                    let when = if rule.is.skips_alike { &mut again.alert } else { &mut again.always };
                    when.add(index);
                }
            }
            for topic in rule.is.on_call {
                for table in [&mut first, &mut again] {
                    if let Some(hearing) = table.get_mut(*topic as usize) {
                        hearing.awake.add(index);
                    }
                }
            }
        }
        let mut steps = rules.iter().filter_map(|rule| rule.settings.threshold_ns(rule.is, "step_ms"));
        let long_step_ms = steps.next().unwrap_or(i64::MAX) / 1_000_000;
        let mut set =
            Self { strict: profile.strict, rules, first, again, frames: Default::default(), long_step_ms };
        set.frames = FORMS.map(|form| set.heard_by([Topic::Media, form, Topic::Message], Alike::FRAME));
        set
    }

    /// The rules, in the order of the registry.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        self.rules.iter().map(|rule| rule.is)
    }

    /// The places of rules.
    fn members(&self, rules: impl Iterator<Item = &'static Rule>) -> Members {
        let mut members = Members::default();
        for rule in rules {
            let index = self.rules.iter().position(|other| std::ptr::eq(other.is, rule));
            if let Some(index) = index {
                members.add(index);
            }
        }
        members
    }

    /// What its rules have at hand; none if there are none.
    fn cx<'c>(
        &'c self,
        findings: &'c mut Findings,
        words: &'c mut dyn Words,
        limits: &'c Limits,
        seen: &'c Seen,
    ) -> Option<Cx<'c>> {
        let (rule, tally) = (self.rules.first()?, Tally::default());
        let strict = self.strict;
        Some(Cx { rule, strict, tally, findings, words, limits, seen, attention: None, found: false })
    }

    /// Those that hear an event which is like others before; of those on call, those that are awake, and of those that
    /// skip what is alike, those that are alert or awake.
    fn hearing(
        &self,
        event: &Event<'_>,
        alike: Alike,
        seen: &Seen,
        (awake, alert): (Members, Members),
    ) -> Members {
        let topics = Topic::all_of(event, seen);
        if alike == Alike::FRAME
            && let [Some(Topic::Media), Some(form), Some(Topic::Message), None, None] = topics
            && let Some(at) = FORMS.iter().position(|known| *known == form)
            && let Some(hearing) = self.frames.get(at)
        {
            return hearing.of(awake, alert);
        }
        self.heard_by(topics.into_iter().flatten(), alike).of(awake, alert)
    }

    /// Those that hear an event of some groups.
    fn heard_by(&self, topics: impl IntoIterator<Item = Topic>, alike: Alike) -> Hearing {
        let mut all = Hearing::default();
        for topic in topics {
            let table = if alike.in_topic(topic) { &self.again } else { &self.first };
            if let Some(hearing) = table.get(topic as usize) {
                all.always = all.always.or(hearing.always);
                all.alert = all.alert.or(hearing.alert);
                all.awake = all.awake.or(hearing.awake);
            }
        }
        all
    }
}

/// The enabled rules of a profile. Those that hear each frame have the first seats: what is touched with each frame lies
/// side by side.
fn seated(profile: &Profile) -> Vec<Enabled> {
    let enabled = || profile.rules().filter(|(_, settings)| settings.enabled);
    let mut front = 0..;
    let mut back = enabled().filter(|(is, _)| is.hears_each_frame()).count()..;
    let mut seat = |is: &Rule| if is.hears_each_frame() { front.next() } else { back.next() };
    enabled().map(|(is, settings)| Enabled::new(is, settings, seat(is).unwrap_or(usize::MAX))).collect()
}

/// Those that hear a group of events.
#[derive(Copy, Clone, Default)]
struct Hearing {
    always: Members,
    /// While they are alert.
    alert: Members,
    /// While they are awake.
    awake: Members,
}

impl Hearing {
    /// Of these, with those that are awake and those that are alert.
    #[inline]
    fn of(&self, awake: Members, alert: Members) -> Members {
        self.always.or(self.alert.and(alert.or(awake))).or(self.awake.and(awake))
    }
}

/// The forms of frames.
const FORMS: [Topic; 3] = [Topic::Audio, Topic::Video, Topic::Enhanced];

/// The rules of one connection.
pub(crate) struct ConnectionRules {
    states: States,
    /// Those that need to hear no more.
    done: Members,
    /// Those that hear what they hear on call.
    awake: Members,
    /// Those that found something in a frame, and hear all that are like others from then on.
    alert: Members,
    seen: Seen,
    likeness: Likeness,
    findings: Findings,
    /// Events so far, and what the states of the rules held when that was last counted.
    events: u32,
    held: usize,
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

/// Events between two counts of what the states hold: each is bounded and grows slowly, and there are many.
const COUNT_EVERY: u32 = 256;

impl ConnectionRules {
    /// Those of a connection; `unreadable` when its bytes are encrypted or tunnelled.
    pub(crate) fn new(set: &RuleSet, unreadable: bool) -> Self {
        Self {
            states: States::new(set.rules.len()),
            done: Members::default(),
            awake: Members::default(),
            alert: Members::default(),
            seen: Seen::new(unreadable, set.long_step_ms),
            likeness: Likeness::default(),
            findings: Findings::default(),
            events: 0,
            held: 0,
        }
    }

    /// Takes the next event.
    pub(crate) fn event(&mut self, set: &RuleSet, event: &Event<'_>, limits: &Limits, words: &mut dyn Words) {
        self.seen.event(event);
        let alike = self.likeness.event(event, &self.seen);
        let Self { states, done, awake, alert, seen, findings, .. } = self;
        let hearing = set.hearing(event, alike, seen, (*awake, *alert)).but(*done);
        let Some(mut cx) = set.cx(findings, words, limits, seen) else { return };
        let nothing_missing = seen.lacks_nothing();
        for index in hearing.indexes() {
            let Some(rule) = set.rules.get(index) else { continue };
            let Some(kept) = states.seat(rule.seat) else { continue };
            if !nothing_missing && let Some(why) = withheld(rule.is, event.dir, seen) {
                // Of the opening one side comes first; whether the other never came is told at the end.
                let has_bytes = event.span.end > event.span.start;
                if why != Doubt::OneSided || has_bytes {
                    kept.tally.withheld.get_or_insert(why);
                }
                continue;
            }
            cx.begin(rule, kept.tally);
            kept.check(rule.is.new).event(event, &mut cx);
            kept.tally = cx.tally;
            if cx.found && alike.may_recur() && rule.is.skips_alike {
                alert.add(index);
            }
            match cx.attention {
                None => {}
                Some(Attention::Done) => done.add(index),
                Some(Attention::Awake) => awake.add(index),
                Some(Attention::Asleep) => awake.remove(index),
            }
        }
        self.events = self.events.wrapping_add(1);
        if self.events.is_power_of_two() || self.events.is_multiple_of(COUNT_EVERY) {
            self.held = self.states.count_bytes();
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
        let Self { states, seen, findings, .. } = &mut self;
        if let Some(mut cx) = set.cx(findings, words, limits, seen) {
            for rule in &set.rules {
                let guarded = rule.guards.has(Guard::Both) && one_sided;
                let Some(kept) = states.seat(rule.seat).filter(|kept| kept.has_heard()) else { continue };
                if guarded || is_cut(rule.guards, seen) {
                    continue;
                }
                cx.begin(rule, kept.tally);
                kept.check(rule.is.new).end(end, &mut cx);
                kept.tally = cx.tally;
            }
        }
        let found = set.members(self.findings.rules());
        let left_out = set.members(self.findings.left_out());
        let outcome = |(index, rule): (usize, &Enabled)| {
            if found.has(index) {
                return Outcome::Found;
            }
            if left_out.has(index) {
                return Outcome::Inconclusive(Doubt::NoRoom);
            }
            Outcome::silent(
                rule.guards,
                self.states.tally(rule.seat),
                self.done.has(index),
                &self.seen,
                one_sided,
            )
        };
        let outcomes = set.rules.iter().enumerate().map(outcome).collect();
        let (findings, omitted) = self.findings.take();
        Judged { findings, omitted, outcomes }
    }

    /// Memory held, or more; of the states, as of a few events ago.
    pub(crate) const fn held_bytes(&self) -> usize {
        size_of::<Self>()
            + self.states.held_bytes()
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
fn is_cut(guards: Guards, seen: &Seen) -> bool {
    let cut = guards.has(Guard::NoGapEither) && seen.any_doubt().is_some();
    cut || (guards.has(Guard::Syn) && !seen.is_open())
}

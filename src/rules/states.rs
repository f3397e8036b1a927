//! What the rules of one connection remember, each at its seat. A state is made when its rule hears something for the first
//! time; one with nothing in it takes no memory: connections on which little happens cost little.

use super::context::Tally;
use super::rule::Check;

/// What the state of a rule costs beside itself and what it holds, more or less.
const BOX_BYTES: usize = 16;

/// The seats of the rules, in the order of [`super::context::Enabled::seat`].
pub(super) struct States(Vec<Seat>);

/// What is kept of a rule.
#[derive(Default)]
pub(super) struct Seat {
    check: Option<Box<dyn Check>>,
    pub(super) tally: Tally,
}

impl Seat {
    /// The state of the rule, which `new` makes.
    #[inline]
    pub(super) fn check(&mut self, new: fn() -> Box<dyn Check>) -> &mut dyn Check {
        &mut **self.check.get_or_insert_with(new)
    }

    /// Whether the rule heard anything.
    pub(super) const fn has_heard(&self) -> bool {
        self.check.is_some()
    }
}

impl States {
    /// Those of so many rules.
    pub(super) fn new(rules: usize) -> Self {
        let mut seats = Vec::new();
        seats.resize_with(rules, Seat::default);
        Self(seats)
    }

    /// That of a rule.
    pub(super) fn seat(&mut self, seat: usize) -> Option<&mut Seat> {
        self.0.get_mut(seat)
    }

    /// What a rule came to.
    pub(super) fn tally(&self, seat: usize) -> Tally {
        self.0.get(seat).map_or_else(Tally::default, |seat| seat.tally)
    }

    /// What the states hold; looks at each.
    pub(super) fn count_bytes(&self) -> usize {
        let made = self.0.iter().filter_map(|seat| seat.check.as_ref());
        let sizes = made.map(|check| (size_of_val(&**check), &**check)).filter(|(size, _)| *size > 0);
        sizes.map(|(size, check)| size + BOX_BYTES + check.held_bytes()).sum()
    }

    /// Memory held beside that.
    pub(super) const fn held_bytes(&self) -> usize {
        self.0.capacity() * size_of::<Seat>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::context::Cx;
    use crate::session::event::Event;

    struct Nothing;

    impl Check for Nothing {
        fn event(&mut self, _: &Event<'_>, _: &mut Cx<'_>) {}
    }

    struct Holds(usize);

    impl Check for Holds {
        fn event(&mut self, _: &Event<'_>, _: &mut Cx<'_>) {}

        fn held_bytes(&self) -> usize {
            self.0
        }
    }

    #[test]
    fn a_state_is_made_once_and_only_counted_with_something_in_it() {
        let mut states = States::new(3);
        let news: [fn() -> Box<dyn Check>; 2] = [|| Box::new(Nothing), || Box::new(Holds(5))];
        for _ in 0..2 {
            for (seat, (new, held)) in news.into_iter().zip([0, 5]).enumerate() {
                assert_eq!(states.seat(seat).map(|seat| seat.check(new).held_bytes()), Some(held));
            }
        }
        let heard = [0, 1, 2].map(|seat| states.seat(seat).map(|seat| seat.has_heard()));
        assert_eq!(heard, [Some(true), Some(true), Some(false)]);
        assert_eq!(
            (states.seat(3).is_none(), states.count_bytes()),
            (true, size_of::<Holds>() + BOX_BYTES + 5)
        );
    }
}

//! The states of the rules of one connection. Each is made when its rule hears something for the first time; what has
//! nothing in it is not kept: connections on which little happens cost little.

use super::rule::Check;

/// States for which room is made at a time.
const ROOM: usize = 16;

/// What the state of a rule costs beside what it holds, more or less.
const CHECK_BYTES: usize = 64;

/// The states, by the index of their rule.
pub(super) struct States {
    slots: Vec<Slot>,
    made: Vec<Box<dyn Check>>,
}

/// Where the state of a rule is.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
enum Slot {
    /// It heard nothing so far.
    #[default]
    Unheard,
    /// It needs none.
    Nothing,
    At(u8),
}

impl States {
    /// Those of so many rules.
    pub(super) fn new(rules: usize) -> Self {
        Self { slots: vec![Slot::default(); rules], made: Vec::new() }
    }

    /// Whether a rule heard anything.
    pub(super) fn has_heard(&self, index: usize) -> bool {
        self.slots.get(index).is_some_and(|slot| *slot != Slot::Unheard)
    }

    /// Calls the state of a rule, of which `new` makes one.
    #[inline]
    pub(super) fn call(
        &mut self,
        index: usize,
        new: fn() -> Box<dyn Check>,
        call: impl FnOnce(&mut dyn Check),
    ) {
        let Some(slot) = self.slots.get_mut(index) else { return };
        if let Slot::At(place) = *slot {
            if let Some(check) = self.made.get_mut(usize::from(place)) {
                call(&mut **check);
            }
            return;
        }
        let mut check = new();
        call(&mut *check);
        *slot = match u8::try_from(self.made.len()) {
            Ok(place) if size_of_val(&*check) > 0 => {
                if self.made.len() == self.made.capacity() {
                    self.made.reserve_exact(ROOM);
                }
                self.made.push(check);
                Slot::At(place)
            }
            _ => Slot::Nothing,
        };
    }

    /// What the states hold; looks at each.
    pub(super) fn count_bytes(&self) -> usize {
        self.made.iter().map(|check| CHECK_BYTES + check.held_bytes()).sum()
    }

    /// Memory held beside that.
    pub(super) const fn held_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>() + self.made.capacity() * size_of::<Box<dyn Check>>()
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
    fn a_state_is_made_once_and_only_kept_with_something_in_it() {
        let mut states = States::new(3);
        for _ in 0..2 {
            states.call(0, || Box::new(Nothing), |_| {});
            states.call(1, || Box::new(Holds(5)), |check| assert_eq!(check.held_bytes(), 5));
        }
        assert_eq!([0, 1, 2].map(|index| states.has_heard(index)), [true, true, false]);
        assert_eq!((states.made.len(), states.count_bytes()), (1, CHECK_BYTES + 5));
    }
}

//! Findings about a message that are held back until the next message of its direction has come.
//!
//! Where chunk boundaries are lost, the last thing taken for a message is garbage: what is odd in it says nothing about its
//! sender.

use crate::base::pos::{Dir, PerDir};
use crate::session::event::Event;

use super::context::{Cx, Doubt};
use super::finding::{Found, Said};

/// Things kept of a message; a few say as much as many.
const MOST: usize = 32;

/// What was found in a message.
#[derive(Default)]
pub(super) struct Told(Vec<(Found, Said)>);

impl Told {
    /// Adds what was found, if there is room.
    pub(super) fn push(&mut self, found: (Found, Said)) {
        // Of messages that break off, one after the other, nothing is told before a whole one comes.
        if self.0.len() < MOST {
            self.0.push(found);
        }
    }

    const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many things.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }
}

/// What was found in the last message of each direction.
#[derive(Default)]
pub(super) struct Held(PerDir<Told>);

impl Held {
    /// Where the next message of a direction has come as a whole, the one before it was one.
    pub(super) fn next(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if event.message.is_some_and(|header| header.complete) {
            self.tell(event.dir, cx);
        }
        self.rest(cx);
    }

    /// The rule hears the next message of any kind while something is held back, for which it is on call.
    pub(super) fn rest(&self, cx: &mut Cx<'_>) {
        if self.0.c2s.is_empty() && self.0.s2c.is_empty() { cx.sleep() } else { cx.wake() }
    }

    fn tell(&mut self, dir: Dir, cx: &mut Cx<'_>) {
        for (found, said) in self.0.get_mut(dir).0.drain(..) {
            cx.find(found, |_| said);
        }
    }

    /// Where to put what is found in the present one.
    pub(super) const fn told(&mut self, dir: Dir) -> &mut Told {
        self.0.get_mut(dir)
    }

    /// Nothing more comes.
    pub(super) fn finish(&mut self, cx: &mut Cx<'_>) {
        for dir in Dir::BOTH {
            let told = self.0.get_mut(dir);
            let lost = cx.seen.doubt(dir).filter(|doubt| *doubt != Doubt::Hole);
            if let Some(doubt) = lost.filter(|_| !told.0.is_empty()) {
                cx.doubt(doubt);
                told.0.clear();
            }
            self.tell(dir, cx);
        }
    }

    /// Memory held beside the structure itself, or more: two short texts for each.
    pub(super) const fn held_bytes(&self) -> usize {
        let told = self.0.c2s.0.capacity() + self.0.s2c.0.capacity();
        told * (size_of::<(Found, Said)>() + 512)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_a_message_is_bounded() {
        let mut held = Held::default();
        for _ in 0..1000 {
            held.told(Dir::ClientToServer).push((Found::default(), Said::new("again")));
        }
        assert_eq!(held.told(Dir::ClientToServer).len(), MOST);
        assert_eq!(held.told(Dir::ServerToClient).len(), 0);
    }
}

//! Which connection a segment belongs to.
//!
//! Takes the endpoints of a segment, gives the slot of its connection. It holds no connection itself: the slots
//! are the caller's. The last flow asked for is found without a lookup, since packets come in runs.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::base::endpoint::Endpoint;

/// Both ends of a connection, whichever way a packet goes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FlowKey {
    low: Endpoint,
    high: Endpoint,
}

impl FlowKey {
    /// The key of packets between `a` and `b`. Their ports are nearly always enough to put them in order.
    #[inline]
    pub(crate) fn new(a: Endpoint, b: Endpoint) -> Self {
        if (a.port, a) <= (b.port, b) { Self { low: a, high: b } } else { Self { low: b, high: a } }
    }
}

/// Slots by flow.
#[derive(Debug, Default)]
pub(crate) struct Table {
    slots: HashMap<FlowKey, usize, FixedState>,
    last: Option<(FlowKey, usize)>,
}

impl Table {
    /// The slot of a flow.
    #[inline]
    pub(crate) fn find(&mut self, key: FlowKey) -> Option<usize> {
        match self.last {
            Some((last, slot)) if last == key => Some(slot),
            _ => self.look_up(key),
        }
    }

    #[inline(never)]
    fn look_up(&mut self, key: FlowKey) -> Option<usize> {
        let slot = *self.slots.get(&key)?;
        self.last = Some((key, slot));
        Some(slot)
    }

    /// Puts a flow into a slot, in place of the one it had.
    pub(crate) fn insert(&mut self, key: FlowKey, slot: usize) {
        self.slots.insert(key, slot);
        self.last = Some((key, slot));
    }

    /// Forgets a flow.
    pub(crate) fn remove(&mut self, key: FlowKey) {
        self.slots.remove(&key);
        self.last = None;
    }

    /// Flows known.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_are_one_flow() {
        let (a, b) = (Endpoint::v4([10, 0, 0, 1], 1935), Endpoint::v4([10, 0, 0, 2], 40000));
        let mut table = Table::default();
        table.insert(FlowKey::new(a, b), 7);
        assert_eq!(table.find(FlowKey::new(b, a)), Some(7));
        assert_eq!(table.find(FlowKey::new(a, a)), None);
        table.remove(FlowKey::new(b, a));
        assert_eq!(table.find(FlowKey::new(a, b)), None);
    }
}

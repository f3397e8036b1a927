//! Which connection a segment belongs to.
//!
//! Takes the endpoints of a segment, gives the slot of its connection. It holds no connection itself: the slots
//! are the caller's. The flows asked for lately are found without a lookup: packets come in runs, and many captures
//! are of a few connections.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::base::endpoint::Endpoint;

/// Both ends of a connection, whichever way a packet goes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FlowKey {
    low: Endpoint,
    high: Endpoint,
}

impl FlowKey {
    /// The key of packets between `a` and `b`.
    pub(crate) fn new(a: Endpoint, b: Endpoint) -> Self {
        let (low, high) = in_order(&a, &b);
        Self { low: *low, high: *high }
    }

    /// Where it is in [`Table::recent`]: connections to the same server differ in their clients' ports.
    fn place(low: &Endpoint, high: &Endpoint) -> usize {
        usize::from(low.port ^ high.port) % RECENT
    }
}

/// The ends of a flow in an order of their own. The ports are nearly always enough to tell it.
#[inline]
fn in_order<'e>(a: &'e Endpoint, b: &'e Endpoint) -> (&'e Endpoint, &'e Endpoint) {
    if (a.port, a) <= (b.port, b) { (a, b) } else { (b, a) }
}

/// Slots by flow.
#[derive(Debug, Default)]
pub(crate) struct Table {
    slots: HashMap<FlowKey, usize, RandomState>,
    /// The flows asked for lately.
    recent: [Option<(FlowKey, usize)>; RECENT],
}

const RECENT: usize = 16;

impl Table {
    /// The slot of the flow between two ends.
    #[inline]
    pub(crate) fn find(&mut self, a: &Endpoint, b: &Endpoint) -> Option<usize> {
        let (low, high) = in_order(a, b);
        match self.recent.get(FlowKey::place(low, high)) {
            Some(Some((key, slot))) if key.low == *low && key.high == *high => Some(*slot),
            _ => self.look_up(FlowKey { low: *low, high: *high }),
        }
    }

    #[inline(never)]
    fn look_up(&mut self, key: FlowKey) -> Option<usize> {
        let slot = *self.slots.get(&key)?;
        self.note(&key, Some(slot));
        Some(slot)
    }

    /// Puts a flow into a slot, in place of the one it had.
    pub(crate) fn insert(&mut self, key: FlowKey, slot: usize) {
        self.slots.insert(key, slot);
        self.note(&key, Some(slot));
    }

    /// Forgets a flow.
    pub(crate) fn remove(&mut self, key: FlowKey) {
        self.slots.remove(&key);
        self.note(&key, None);
    }

    fn note(&mut self, key: &FlowKey, slot: Option<usize>) {
        if let Some(recent) = self.recent.get_mut(FlowKey::place(&key.low, &key.high)) {
            *recent = slot.map(|slot| (*key, slot));
        }
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
        assert_eq!(table.find(&b, &a), Some(7));
        assert_eq!(table.find(&a, &a), None);
        // Another flow in the same place of the recent ones.
        let c = Endpoint::v4([10, 0, 0, 3], 40000);
        table.insert(FlowKey::new(a, c), 8);
        assert_eq!((table.find(&a, &b), table.find(&c, &a), table.find(&b, &a)), (Some(7), Some(8), Some(7)));
        table.remove(FlowKey::new(b, a));
        assert_eq!(table.find(&a, &b), None);
    }
}

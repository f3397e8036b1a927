//! What goes when there are too many connections, or when they hold too much memory.
//!
//! Takes what [`Flows`] holds of open connections and makes it less, as little as possible of it at the cost of what
//! is known. Each step goes well below the limit, so that a walk over all connections is rare.

use std::cmp::Reverse;

use crate::base::time::CaptureTime;

use super::flows::Flows;

impl Flows<'_> {
    /// Makes room: the sixteenth part that has been idle for longest is ended.
    pub(super) fn evict(&mut self) {
        let count = (self.table.len() / 16).max(1);
        for (_, serial, slot) in self.idle().into_iter().take(count) {
            self.forget(slot, serial);
            self.done.limit_hit("connections", 1);
        }
    }

    /// All connections, the one idle for longest first.
    fn idle(&self) -> Vec<(CaptureTime, u64, usize)> {
        let mut idle: Vec<(CaptureTime, u64, usize)> = Vec::with_capacity(self.table.len());
        for (slot, live) in self.live.iter().enumerate() {
            let waiting = self.backlog.latest(slot);
            idle.extend(live.as_ref().map(|live| {
                let last = waiting.unwrap_or(live.tcp.packets().1.ts);
                (last, live.serial, slot)
            }));
        }
        idle.sort_unstable();
        idle
    }

    /// Too much is held: gets well below the limit, so that the next time is far off and the walk over all
    /// connections costs little per packet. First closed connections go, then what others wait for, those with most
    /// of it first. Then those idle for longest are left: they end in the report, and what still comes of them is
    /// dropped, so that it is no other connection. At last they are forgotten.
    pub(super) fn relieve(&mut self, limit: usize) {
        let target = limit - limit / 8;
        while self.shared.held > target
            && let Some(closed) = self.closed.pop_front()
        {
            let live = self.live.get(closed.slot).and_then(Option::as_ref);
            let cut = live.is_some_and(|live| live.serial == closed.serial && !live.has_ended());
            self.done.limit_hit("memory_bytes", u64::from(cut));
            self.forget(closed.slot, closed.serial);
        }
        if self.shared.held > target {
            self.shed(target);
        }
        for last in [false, true] {
            if self.shared.held <= target {
                return;
            }
            for (_, serial, slot) in self.idle() {
                if self.shared.held <= target {
                    return;
                }
                self.let_in(slot);
                let Some(live) = self.live.get_mut(slot).and_then(Option::as_mut) else { continue };
                self.done.limit_hit("memory_bytes", u64::from(!live.is_left()));
                if last {
                    self.forget(slot, serial);
                } else {
                    self.done.take(live, &mut self.shared);
                    live.account(&mut self.shared);
                }
            }
        }
    }

    /// Connections give up early data and unfinished messages, until no more than `target` is held.
    fn shed(&mut self, target: usize) {
        let mut waiting: Vec<(Reverse<usize>, u64, usize)> = Vec::new();
        for (slot, live) in self.live.iter().enumerate() {
            let waits = live.as_ref().map(|live| (Reverse(live.waiting_bytes()), live.serial, slot));
            waiting.extend(waits.filter(|(bytes, ..)| bytes.0 > 0));
        }
        waiting.sort_unstable();
        for (_, _, slot) in waiting {
            if self.shared.held <= target {
                break;
            }
            if let Some(live) = self.live.get_mut(slot).and_then(Option::as_mut) {
                live.shed(&mut self.shared);
                live.account(&mut self.shared);
                self.done.limit_hit("memory_bytes", 1);
            }
        }
    }
}

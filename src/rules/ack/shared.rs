//! One acknowledgement against what came before.

use crate::base::pos::{Dir, PerDir};
use crate::session::event::{Event, Kind};

/// Bytes of the handshake, which some count and some do not.
pub(super) const HANDSHAKE: u64 = 3073;

/// An acknowledgement.
#[derive(Copy, Clone)]
pub(super) struct Ack {
    /// Direction of the bytes it is about.
    pub(super) of: Dir,
    pub(super) value: u32,
    /// Bytes sent by then, and those that its sender's TCP had acknowledged.
    pub(super) sent: u64,
    pub(super) acked: u64,
    /// The same of the one before.
    pub(super) before: Option<Before>,
}

/// The one before.
#[derive(Copy, Clone)]
pub(super) struct Before {
    pub(super) value: u32,
    pub(super) acked: u64,
}

impl Ack {
    /// Bytes that came since the one before.
    pub(super) fn since(&self) -> Option<u64> {
        self.before.map(|before| self.acked.saturating_sub(before.acked))
    }

    /// Whether the value is what came since the one before, to a share: bytes of a step, not of all.
    pub(super) fn is_step(&self, share: f64) -> bool {
        self.since().is_some_and(|since| is_near(self.value.into(), since, share))
    }

    /// What had come of the bytes that it does not count, handshake included; modulo 2^32.
    pub(super) const fn lag(&self) -> i32 {
        low_half(self.acked).wrapping_sub(self.value).cast_signed()
    }
}

/// The acknowledgements of both sides.
#[derive(Default)]
pub(super) struct Acks {
    last: PerDir<Option<Before>>,
}

impl Acks {
    /// The acknowledgement that an event is, if it is one.
    pub(super) fn next(&mut self, event: &Event<'_>) -> Option<Ack> {
        let Kind::Acknowledgement { value, sent } = event.kind else { return None };
        let acked = event.at.acked;
        let before = self.last.get_mut(event.dir).replace(Before { value, acked });
        Some(Ack { of: event.dir.opposite(), value, sent: sent.max(acked), acked, before })
    }
}

/// Whether two counts differ by a share of the second at most.
#[expect(clippy::cast_precision_loss, reason = "a share")]
fn is_near(a: u64, b: u64, share: f64) -> bool {
    b > 0 && a.abs_diff(b) as f64 <= b as f64 * share
}

/// A count modulo 2^32, as acknowledgements have it.
#[expect(clippy::cast_possible_truncation, reason = "acknowledgements hold the low half")]
pub(super) const fn low_half(n: u64) -> u32 {
    n as u32
}

/// The side that receives a direction.
pub(super) const fn receiver(of: Dir) -> &'static str {
    sender(of.opposite())
}

/// The side that sends a direction.
pub(super) const fn sender(of: Dir) -> &'static str {
    match of {
        Dir::ClientToServer => "client",
        Dir::ServerToClient => "server",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_go_on_over_4_gib() {
        let ack = |acked: u64, value: u32| Ack {
            of: Dir::ClientToServer,
            value,
            sent: acked,
            acked,
            before: Some(Before { value: 0, acked: acked - 1_000 }),
        };
        assert_eq!(ack((1 << 32) + 500, 400).lag(), 100);
        assert_eq!(ack((1 << 32) + 500, u32::MAX - 99).lag(), 600);
        assert_eq!(ack(5_000, 6_000).lag(), -1_000);
        assert!(ack(5_000, 1_040).is_step(0.05) && !ack(5_000, 1_060).is_step(0.05));
    }
}

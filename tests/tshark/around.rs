//! What is known of a direction at one of its messages, going through both lists in step.

use std::collections::BTreeMap;

use crate::inherit::Filled;
use crate::message::Message;

/// What is known where two messages differ.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around {
    /// The connection was captured from its first packet on.
    pub opened: bool,
    /// rtmpscope has no message in this direction.
    pub silent: bool,
    /// Bytes were missed at or before this packet, as rtmpscope says.
    pub hole: bool,
    /// tshark's TCP missed a segment of this direction too, or says that the capture kept only a part of a packet.
    pub lost: bool,
    /// At or before this packet came a header that cannot be, as rtmpscope says.
    pub broken: bool,
    /// A message on the same chunk stream before was never completed.
    pub given_up: bool,
    /// A message in several chunks came, in this place or before, that leaves out the extended timestamp in all but
    /// the first.
    pub omitted: bool,
    /// A message that begins with a type 3 header and an extended timestamp came, in this place or before.
    pub extended_type_3: bool,
    /// The timestamp that a decoder arrives at which sets its clock to an extended delta, as if it were a timestamp.
    pub set_clock: Option<u32>,
}

/// The state between the steps.
#[derive(Default)]
pub(crate) struct Walk {
    base: Around,
    given_up: BTreeMap<u32, bool>,
    clocks: BTreeMap<u32, Clock>,
}

/// A clock that takes an extended delta as a timestamp.
#[derive(Clone, Copy, Default)]
struct Clock {
    time: u32,
    delta: u32,
    /// It did so since the last absolute timestamp.
    set: bool,
}

impl Clock {
    fn step(&mut self, theirs: &Filled) {
        let shown = &theirs.shown;
        match (shown.timestamp, shown.delta, shown.extended) {
            (Some(_), _, _) => {
                let time = theirs.message.timestamp;
                *self = Self { time, delta: time, set: false };
            }
            // The delta of before stays.
            (None, Some(_), Some(extended)) => *self = Self { time: extended, set: true, ..*self },
            (None, delta, _) => {
                self.delta = delta.unwrap_or(self.delta);
                self.time = self.time.wrapping_add(self.delta);
            }
        }
    }
}

impl Walk {
    pub(crate) fn new(base: Around) -> Self {
        Self { base, ..Self::default() }
    }

    /// What is known at this step.
    pub(crate) fn step(&mut self, ours: Option<&Message>, theirs: Option<&Filled>) -> Around {
        let mut around = self.base;
        if let Some(ours) = ours {
            self.base.omitted |= ours.omits_extended();
            self.base.extended_type_3 |= ours.fmt == 3 && ours.extended;
            around.omitted = self.base.omitted;
            around.extended_type_3 = self.base.extended_type_3;
            let given_up = self.given_up.entry(ours.csid).or_default();
            // An absolute timestamp does not depend on what came before.
            *given_up &= ours.fmt > 0;
            around.given_up = *given_up;
            *given_up |= !ours.complete;
        }
        if let Some(theirs) = theirs {
            let clock = self.clocks.entry(theirs.message.csid).or_default();
            clock.step(theirs);
            around.set_clock = Some(clock.time).filter(|_| clock.set);
        }
        around
    }
}

//! Calls waiting for their answers, matched by transaction id (RTMP 1.0, 7.2).

use crate::base::list;
use crate::base::pos::{Dir, PacketRef};
use crate::base::text::clip;

/// A call that has not been answered.
#[derive(Clone, Debug)]
pub(super) struct Call {
    dir: Dir,
    transaction_id: f64,
    pub(super) name: String,
    pub(super) at: PacketRef,
}

/// The open calls of a connection, both ways.
#[derive(Debug, Default)]
pub(super) struct Calls {
    open: Vec<Call>,
    /// Calls forgotten because there were too many.
    pub(super) dropped: u64,
}

/// Open calls remembered; the oldest is forgotten first.
const OPEN_CALLS: usize = 64;
/// Bytes kept of a name.
const NAME_BYTES: usize = 128;

impl Calls {
    /// Memory held beside the structure itself, or more.
    pub(super) const fn held_bytes(&self) -> usize {
        self.open.capacity() * (size_of::<Call>() + NAME_BYTES)
    }

    /// A call was made. Transaction id 0 asks for no answer.
    pub(super) fn made(&mut self, dir: Dir, transaction_id: f64, name: &str, at: PacketRef) {
        if transaction_id == 0.0 {
            return;
        }
        if self.open.len() == OPEN_CALLS {
            self.open.remove(0);
            self.dropped += 1;
        }
        let name = clip(name, NAME_BYTES).to_owned();
        list::push(&mut self.open, Call { dir, transaction_id, name, at });
    }

    /// An answer came from `dir`: the newest call with its transaction id, taken out.
    pub(super) fn answered(&mut self, dir: Dir, transaction_id: f64) -> Option<Call> {
        let matches = |call: &Call| {
            call.dir == dir.opposite() && call.transaction_id.to_bits() == transaction_id.to_bits()
        };
        let index = self.open.iter().rposition(matches)?;
        Some(self.open.remove(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_find_the_newest_call_of_the_other_side() {
        let mut calls = Calls::default();
        let at = PacketRef::default();
        calls.made(Dir::ClientToServer, 1.0, "connect", at);
        calls.made(Dir::ServerToClient, 1.0, "onBWDone", at);
        calls.made(Dir::ClientToServer, 2.0, "createStream", at);
        calls.made(Dir::ClientToServer, 0.0, "publish", at);
        assert_eq!(calls.answered(Dir::ServerToClient, 2.0).unwrap().name, "createStream");
        assert_eq!(calls.answered(Dir::ServerToClient, 1.0).unwrap().name, "connect");
        assert!(calls.answered(Dir::ServerToClient, 1.0).is_none());
        assert!(calls.answered(Dir::ServerToClient, 0.0).is_none());
        assert_eq!(calls.answered(Dir::ClientToServer, 1.0).unwrap().name, "onBWDone");
    }
}

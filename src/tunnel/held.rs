//! A signal of a connection that is kept until it is known what the connection is.

use crate::base::pos::{Dir, PacketRef};
use crate::tcp::assembler::Delivery;
use crate::tcp::connection::Signal;

/// A signal, with its data copied.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) dir: Dir,
    pub(super) at: PacketRef,
    what: What,
}

#[derive(Debug)]
enum What {
    Signal(Signal<'static>),
    Data { pos: u64, bytes: Vec<u8> },
}

impl Held {
    pub(super) fn new(dir: Dir, at: PacketRef, signal: Signal<'_>) -> Self {
        let what = match signal {
            Signal::Stream(Delivery::Data { pos, bytes, .. }) => What::Data { pos, bytes: bytes.into() },
            Signal::Stream(Delivery::Gap { pos, len, snapped, at }) => {
                What::Signal(Signal::Stream(Delivery::Gap { pos, len, snapped, at }))
            }
            Signal::Syn => What::Signal(Signal::Syn),
            Signal::SynAck => What::Signal(Signal::SynAck),
            Signal::Established { rtt_ns } => What::Signal(Signal::Established { rtt_ns }),
            Signal::Fin => What::Signal(Signal::Fin),
            Signal::Rst => What::Signal(Signal::Rst),
            Signal::ZeroWindowBegin => What::Signal(Signal::ZeroWindowBegin),
            Signal::ZeroWindowEnd { duration_ns } => What::Signal(Signal::ZeroWindowEnd { duration_ns }),
        };
        Self { dir, at, what }
    }

    /// The signal as it came.
    pub(super) fn signal(&self) -> Signal<'_> {
        match &self.what {
            What::Signal(signal) => *signal,
            What::Data { pos, bytes } => Signal::Stream(Delivery::Data { pos: *pos, bytes, at: self.at }),
        }
    }

    /// Data or a hole, with its direction.
    pub(super) fn delivery(&self) -> Option<(Dir, Delivery<'_>)> {
        match self.signal() {
            Signal::Stream(delivery) => Some((self.dir, delivery)),
            _ => None,
        }
    }

    /// Takes the data of the next signal in, if both are data of one direction.
    pub(super) fn join(&mut self, next: &Self) -> bool {
        let same = self.dir == next.dir;
        let (What::Data { bytes, .. }, What::Data { bytes: more, .. }) = (&mut self.what, &next.what) else {
            return false;
        };
        if same {
            bytes.extend_from_slice(more);
            self.at = next.at;
        }
        same
    }
}

//! What becomes of the streams of a connection: found out, and then followed or only counted.
//!
//! Takes what TCP signals. A connection of which no more is shown than that there was one is not decoded.

use crate::base::pos::{Dir, PacketRef};
use crate::report::model::Transport;
use crate::tcp::assembler::Delivery;
use crate::tcp::connection::{Connection, Signal};
use crate::tunnel::detect::{Detector, Hints, Other, Verdict};

use super::flows::Shared;
use super::followed::{Aside, Rtmp};
use super::probe;

/// What the streams are taken for.
pub(super) enum App {
    /// Nothing yet; with the number it will have, if it is known to be one for the report.
    Unknown(Box<Detector>, Option<u32>),
    Rtmp(Box<Rtmp>),
    /// One of the report, of which it only tells how many there are.
    Counted(Counted),
    Other(Other),
    /// It is in the report already.
    Left,
}

/// A connection of the report beyond those that are listed.
pub(super) struct Counted {
    id: u32,
    transport: Transport,
    /// Client and server have to change places in what TCP still says.
    flipped: bool,
    /// The first packet behind a hole.
    first_gap: Option<u64>,
}

/// The longest handshake of one direction.
const HANDSHAKE_BYTES: u64 = 3073;

impl App {
    /// Memory held beside the structure itself, or more.
    pub(super) fn held_bytes(&self) -> usize {
        match self {
            Self::Rtmp(rtmp) => rtmp.held_bytes(),
            Self::Unknown(detector, _) => size_of::<Detector>() + detector.held_bytes(),
            Self::Counted(_) | Self::Other(_) | Self::Left => 0,
        }
    }

    /// Of this: what a segment can make grow without an event that is more than a frame.
    pub(super) fn held_at_once(&self) -> usize {
        match self {
            Self::Rtmp(rtmp) => rtmp.held_at_once(),
            Self::Unknown(detector, _) => size_of::<Detector>() + detector.held_bytes(),
            Self::Counted(_) | Self::Other(_) | Self::Left => 0,
        }
    }

    /// Whether there was an event that is more than a frame since that was asked last.
    pub(super) const fn take_told(&mut self) -> bool {
        match self {
            Self::Rtmp(rtmp) => rtmp.take_told(),
            Self::Unknown(..) | Self::Counted(_) | Self::Other(_) | Self::Left => false,
        }
    }

    /// Whether client and server have to change places in what TCP says from now on.
    pub(super) const fn take_flipped(&mut self) -> bool {
        match self {
            Self::Rtmp(rtmp) => rtmp.take_flipped(),
            Self::Counted(counted) => std::mem::replace(&mut counted.flipped, false),
            Self::Unknown(..) | Self::Other(_) | Self::Left => false,
        }
    }

    /// Takes what TCP signals if it is the middle of a long message, as most of it is; gives whether it is. There is
    /// nothing to be told or accounted for then.
    #[inline]
    pub(super) fn pass(&mut self, dir: Dir, signal: Signal<'_>) -> bool {
        match (self, signal) {
            (Self::Rtmp(rtmp), Signal::Stream(Delivery::Data { pos, bytes, at })) => {
                rtmp.pass(dir, pos, bytes, at)
            }
            _ => false,
        }
    }

    /// Takes a signal of the connection.
    pub(super) fn signal(
        &mut self,
        dir: Dir,
        at: PacketRef,
        signal: Signal<'_>,
        hints: Hints,
        shared: &mut Shared<'_>,
    ) {
        match self {
            Self::Rtmp(rtmp) => rtmp.signal(dir, at, signal, shared),
            Self::Counted(counted) => counted.signal(signal),
            Self::Unknown(detector, id) => {
                if hints.port && !hints.from_start && matches!(signal, Signal::Stream(_)) {
                    id.get_or_insert_with(|| shared.next_id());
                }
                let mut verdict = detector.push(dir, at, signal, hints);
                if verdict == Verdict::Undecided && detector.is_due(hints) {
                    verdict = detector.hear(probe::ask(detector, false, shared.limits()), hints);
                }
                *self = match (verdict, transport(verdict)) {
                    (Verdict::Undecided, _) => return,
                    (_, None) => Self::Other(detector.other()),
                    (_, Some(transport)) => {
                        Self::begin(std::mem::take(&mut **detector), *id, transport, hints, shared)
                    }
                };
            }
            Self::Other(_) | Self::Left => {}
        }
    }

    /// The connection is one for the report: takes what was held so far.
    pub(super) fn begin(
        detector: Detector,
        id: Option<u32>,
        transport: Transport,
        hints: Hints,
        shared: &mut Shared<'_>,
    ) -> Self {
        let flipped = detector.flips(hints);
        let id = id.unwrap_or_else(|| shared.next_id());
        if !shared.may_list(id) && shared.listener.is_none() {
            let mut counted = Counted { id, transport, flipped, first_gap: None };
            detector.replay(flipped, &mut |_, _, signal| counted.signal(signal));
            return Self::Counted(counted);
        }
        let mut rtmp = Rtmp::new(id, transport, &detector, hints, shared);
        detector.replay(flipped, &mut |dir, at, signal| rtmp.take(dir, at, signal, shared));
        Self::Rtmp(rtmp)
    }
}

/// What carries RTMP, where the connection is of the report.
pub(super) const fn transport(verdict: Verdict) -> Option<Transport> {
    match verdict {
        Verdict::Undecided | Verdict::Other => None,
        Verdict::Rtmp => Some(Transport::Rtmp),
        Verdict::Rtmpe => Some(Transport::Rtmpe),
        Verdict::Rtmpt => Some(Transport::Rtmpt),
        Verdict::Rtmps => Some(Transport::Rtmps),
    }
}

impl Counted {
    /// Takes a signal.
    const fn signal(&mut self, signal: Signal<'_>) {
        if let Signal::Stream(Delivery::Gap { snapped: false, at, .. }) = signal
            && self.first_gap.is_none()
        {
            self.first_gap = Some(at.no);
        }
    }

    /// What the capture needs of it.
    pub(super) fn aside(&self, tcp: &Connection) -> Aside {
        Aside {
            id: self.id,
            followed: false,
            transport: self.transport,
            encrypted: Dir::BOTH.iter().any(|dir| tcp.stats(*dir).unique_bytes > HANDSHAKE_BYTES),
            first_gap: self.first_gap,
            broken: [false; 2],
            commands_omitted: false,
            judged: None,
        }
    }
}

//! Why not all of a direction could be decoded.
//!
//! Takes the gaps and the losses of sync of one direction, in order; keeps the first loss and what was behind it.

use crate::base::pos::PacketRef;
use crate::rtmp::chunk::fact::LossCause;

/// What is known of one direction.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Losses {
    /// The first loss of sync.
    first: Option<Loss>,
    /// Whether bytes are missing, and whether the snap length cut off the last ones that are.
    cut: Option<bool>,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
struct Loss {
    packet: u64,
    why: Why,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Why {
    /// The capture lacks packets.
    Missing,
    /// The capture lacks the ends of packets.
    CutOff,
    /// The capture begins behind the connection's beginning.
    MidStream,
    /// The bytes are there and are no chunks.
    NotRtmp,
}

impl Losses {
    /// Bytes are missing, cut off by the snap length or not captured.
    pub(super) const fn gap(&mut self, snapped: bool) {
        self.cut = Some(snapped);
    }

    /// Chunk boundaries were lost.
    pub(super) fn lost(&mut self, at: PacketRef, cause: LossCause) {
        let why = match cause {
            LossCause::Hole if self.cut == Some(true) => Why::CutOff,
            LossCause::Hole => Why::Missing,
            LossCause::MidStream => Why::MidStream,
            LossCause::UnknownChunkStream | LossCause::ImplausibleHeader => Why::NotRtmp,
        };
        self.first.get_or_insert(Loss { packet: at.no, why });
    }

    /// Whether bytes are missing.
    pub(crate) const fn is_cut(&self) -> bool {
        self.cut.is_some()
    }

    /// Whether sync was lost.
    pub(crate) const fn is_lost(&self) -> bool {
        self.first.is_some()
    }

    /// Whether all bytes are there and still could not be decoded.
    pub(crate) fn is_broken(&self) -> bool {
        self.cut.is_none() && self.first.is_some_and(|loss| loss.why == Why::NotRtmp)
    }

    /// The reason, to be put behind a colon.
    pub(super) fn reason(&self) -> Option<String> {
        let Loss { packet, why } = self.first?;
        match why {
            Why::Missing => Some(format!("bytes are missing in front of packet {packet}")),
            Why::CutOff => Some(format!("the snap length cut off the end of packet {packet}")),
            Why::NotRtmp => Some(format!("at packet {packet} the bytes are no valid RTMP any more")),
            Why::MidStream => None,
        }
    }
}

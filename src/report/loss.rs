//! What of a direction could not be decoded, and why.
//!
//! Takes the gaps, the losses of sync and the returns to it of one direction, in order; gives the entry of the report
//! and the words of the verdict. A capture that begins inside the connection loses nothing by that, once chunks are
//! found.

use std::collections::VecDeque;

use crate::base::pos::{Dir, PerDir, Span};
use crate::base::time::ns_to_ms;
use crate::rtmp::chunk::fact::{Fact, LossCause};

use super::model::{LossReason, LostSync};

/// What is known of one direction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Losses {
    /// The first loss of sync.
    first: Option<Loss>,
    /// The loss that nothing was found behind yet.
    open: Option<LossReason>,
    entry: LostSync,
    /// The last gaps: the packet behind each, and whether it is of the snap length.
    gaps: VecDeque<(u64, bool)>,
}

/// What most directions lost.
static NOTHING: Losses = Losses {
    first: None,
    open: None,
    entry: LostSync {
        reason: LossReason::MidStream,
        times: 0,
        bytes: 0,
        duration_ms: 0.0,
        until_end: false,
        first_packet: None,
        chunk_size_at_least: None,
    },
    gaps: VecDeque::new(),
};

/// What is known of both directions; made with the first thing to keep, which most connections never have.
#[derive(Clone, Debug, Default)]
pub(crate) struct BothLosses(Option<Box<PerDir<Losses>>>);

impl BothLosses {
    /// What a direction lost.
    pub(crate) fn get(&self, dir: Dir) -> &Losses {
        self.0.as_ref().map_or(&NOTHING, |both| both.get(dir))
    }

    /// Bytes are missing in front of a packet, cut off by the snap length or not captured.
    pub(super) fn gap(&mut self, dir: Dir, packet: u64, snapped: bool) {
        self.0.get_or_insert_default().get_mut(dir).gap(packet, snapped);
    }

    /// A fact of the chunk stream.
    pub(super) fn fact(&mut self, dir: Dir, fact: &Fact, span: Span) {
        if matches!(fact, Fact::LostSync { .. } | Fact::Resync { .. } | Fact::ChunkSizeInferred { .. }) {
            self.0.get_or_insert_default().get_mut(dir).fact(fact, span);
        }
    }

    /// Memory held beside the structure itself, or more.
    pub(super) const fn held_bytes(&self) -> usize {
        match self.0 {
            Some(_) => size_of::<PerDir<Losses>>() + 2 * 2 * GAPS * size_of::<(u64, bool)>(),
            None => 0,
        }
    }
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
struct Loss {
    packet: u64,
    why: LossReason,
}

/// Gaps that a loss, which is told later, may be of.
const GAPS: usize = 64;

impl Losses {
    /// Bytes are missing in front of a packet, cut off by the snap length or not captured.
    fn gap(&mut self, packet: u64, snapped: bool) {
        if self.gaps.len() == GAPS {
            self.gaps.pop_front();
        }
        self.gaps.push_back((packet, snapped));
    }

    /// A fact of the chunk stream.
    fn fact(&mut self, fact: &Fact, span: Span) {
        match fact {
            Fact::LostSync { why, .. } => self.lost(span.first.no, *why),
            Fact::Resync { chunk_size, chunk_size_known, .. } => {
                let reason = self.open.take();
                if reason != Some(LossReason::MidStream) {
                    self.entry.bytes += span.end.saturating_sub(span.start);
                    self.entry.duration_ms += ns_to_ms(span.last.ts.since(span.first.ts).max(0));
                }
                self.entry.chunk_size_at_least = (!chunk_size_known).then_some(*chunk_size);
            }
            Fact::ChunkSizeInferred { .. } => self.entry.chunk_size_at_least = None,
            _ => {}
        }
    }

    fn lost(&mut self, packet: u64, cause: LossCause) {
        let of_this = self.gaps.iter().rev().find(|(at, _)| *at == packet).or(self.gaps.back());
        let snapped = of_this.is_some_and(|(_, snapped)| *snapped);
        let why = match cause {
            LossCause::Hole if snapped => LossReason::CutOff,
            LossCause::Hole => LossReason::Missing,
            LossCause::MidStream => LossReason::MidStream,
            LossCause::UnknownChunkStream | LossCause::ImplausibleHeader => LossReason::NotRtmp,
        };
        self.open = Some(why);
        let joined = self.first.is_none_or(|first| first.why == LossReason::MidStream);
        if joined {
            self.first = Some(Loss { packet, why });
        }
        self.entry.times += u64::from(why != LossReason::MidStream);
    }

    /// Whether bytes are missing.
    pub(crate) fn is_cut(&self) -> bool {
        !self.gaps.is_empty()
    }

    /// Whether something behind the beginning of the capture could not be decoded.
    pub(crate) fn is_lost(&self) -> bool {
        self.entry.times > 0 || self.open.is_some()
    }

    /// Whether all bytes are there and still could not be decoded.
    pub(crate) fn is_broken(&self) -> bool {
        self.gaps.is_empty() && self.first.is_some_and(|loss| loss.why == LossReason::NotRtmp)
    }

    /// The entry of the report, if there is anything to tell.
    pub(super) fn entry(&self) -> Option<LostSync> {
        let first = self.first?;
        let inside = first.why != LossReason::MidStream;
        Some(LostSync {
            reason: first.why,
            first_packet: inside.then_some(first.packet),
            until_end: self.open.is_some(),
            ..self.entry
        })
    }

    /// How much was lost and where first, to be put behind a name of the whole.
    pub(super) fn words(&self) -> Option<String> {
        let first = self.first.filter(|_| self.is_lost())?;
        let place = match first.why {
            LossReason::Missing => format!("bytes are missing in front of packet {}", first.packet),
            LossReason::CutOff => format!("the snap length cut off the end of packet {}", first.packet),
            LossReason::NotRtmp => format!("at packet {} the bytes are no valid RTMP any more", first.packet),
            LossReason::MidStream => return Some("nothing could be decoded".to_owned()),
        };
        let bytes = self.entry.bytes;
        Some(match (self.open, self.entry.times) {
            (Some(_), 0 | 1) => format!("the rest could not be decoded: {place}"),
            (Some(_), 2) => {
                format!("{bytes} bytes, and later the rest, could not be decoded: first, {place}")
            }
            (Some(_), n) => format!(
                "{bytes} bytes in {} places, and later the rest, could not be decoded: first, {place}",
                n - 1
            ),
            (None, 1) => format!("{bytes} bytes could not be decoded: {place}"),
            (None, n) => format!("{bytes} bytes in {n} places could not be decoded: first, {place}"),
        })
    }
}

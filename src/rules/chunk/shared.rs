//! A chunk header that cannot be one, told by the last message in front of it.

use crate::base::pos::{Dir, PacketRef, PerDir};
use crate::rtmp::chunk::fact::{Fact, LossCause};
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::End;
use crate::rules::seen::LastMessage;
use crate::session::event::{Event, Kind};

/// Follows both directions, each up to its first chunk header that cannot be one.
#[derive(Debug, Default)]
pub(super) struct Trail(PerDir<Side>);

#[derive(Copy, Clone, Debug, Default)]
struct Side {
    /// Sync was lost already, or what comes now follows from something that was told.
    explained: bool,
    lost: Option<Lost>,
}

/// A chunk header that cannot be one, the first of its direction.
#[derive(Copy, Clone, Debug)]
pub(super) struct Lost {
    pub(super) csid: u32,
    pub(super) fmt: u8,
    pub(super) why: LossCause,
    pos: u64,
    at: PacketRef,
    last: Option<LastMessage>,
    chunk_size: u32,
}

/// The size of chunks until another is announced.
const DEFAULT_CHUNK_SIZE: u32 = 128;

impl Trail {
    /// Takes an event. What follows from something else, a hole or what another finding tells, is no loss of its own.
    pub(super) fn event(&mut self, event: &Event<'_>, cx: &Cx<'_>) {
        let side = self.0.get_mut(event.dir);
        match event.kind {
            Kind::Fact(Fact::LostSync { csid, fmt, why }) => {
                let is_first = !std::mem::replace(&mut side.explained, true);
                let is_senders = is_open(event, cx) && cx.seen.doubt(event.dir) == Some(Doubt::LostSync);
                let chunk_size = cx.seen.chunk_size.get(event.dir).unwrap_or(DEFAULT_CHUNK_SIZE);
                let (pos, at, last) = (event.span.start, event.at, *cx.seen.last.get(event.dir));
                if is_first && is_senders {
                    side.lost = Some(Lost { csid, fmt, why, pos, at, last, chunk_size });
                }
            }
            Kind::Fact(
                Fact::HeaderMidMessage { same_message: false, .. } | Fact::TooManyChunkStreams { .. },
            )
            | Kind::ChunkSizeInvalid { .. } => side.explained = true,
            _ => {}
        }
    }

    /// Whether nothing came in the direction of an event that explains what is odd now.
    pub(super) const fn is_clear(&self, event: &Event<'_>) -> bool {
        !self.0.get(event.dir).explained
    }

    /// Tells of the losses that `is_mine` takes, with how the header is to be called. It waits for the end, since it may
    /// show only then that bytes were damaged.
    pub(super) fn end(
        &self,
        case: &'static str,
        is_mine: impl Fn(&Lost) -> bool,
        (message, expected, read_as): (&str, &str, &str),
        end: &End<'_>,
        cx: &mut Cx<'_>,
    ) {
        for dir in Dir::BOTH {
            let Some(lost) = self.0.get(dir).lost.filter(&is_mine) else { continue };
            let tcp = end.tcp.stats(dir);
            let is_damaged = tcp.rare().retransmitted_segments > 0 || tcp.rare().conflicting_bytes > 0;
            let found = Found::in_place(Place::packet(dir, lost.at)).case(case);
            let found = if is_damaged { found.warning() } else { found };
            cx.find(found, |_| {
                let said = Said::new(message).expected(expected).actual(lost.actual(read_as));
                said.help(if is_damaged { DAMAGED } else { lost.help() })
            });
        }
    }
}

/// Whether the opening was captured. What seems to be a handshake elsewhere may be none.
pub(super) const fn is_open(event: &Event<'_>, cx: &Cx<'_>) -> bool {
    *cx.seen.opening.get(event.dir)
}

const DAMAGED: &str = "bytes of this direction were sent again, so what was captured first may be damaged: try                        --verify-checksums; if that changes nothing, look at the chunk size";

impl Lost {
    /// What it is, where it is, and behind what.
    fn actual(&self, read_as: &str) -> String {
        let Self { csid, fmt, pos, chunk_size, .. } = self;
        let behind = match self.last {
            None => "in front of any message".to_owned(),
            Some(LastMessage { kind, csid, packet, missing: 0, .. }) => {
                format!("after a whole {kind} message on chunk stream {csid} that ends in packet {packet}")
            }
            Some(LastMessage { kind, csid, missing, .. }) => format!(
                "inside a {kind} message on chunk stream {csid} that lacks {missing} bytes, at a chunk size of \
                 {chunk_size}"
            ),
        };
        format!("{read_as}format {fmt} on chunk stream {csid} at stream offset {pos}, {behind}")
    }

    /// What to look for.
    const fn help(&self) -> &'static str {
        match self.last {
            Some(LastMessage { missing: 1.., extended: true, .. }) => {
                "look at the chunk size and at extended timestamps: each format 3 chunk repeats the one of its message, \
                 and a changed chunk size is announced before it is used"
            }
            Some(LastMessage { missing: 1.., .. }) => {
                "look at the chunk size: send Set Chunk Size before using another, and let it hold for that direction \
                 alone"
            }
            _ => {
                "compare the chunk size in use with the one announced, and the length in the header of the message in \
                 front with what was written; look for writes of two threads that got mixed"
            }
        }
    }
}

//! Details of what the chunk decoder tells: sync lost and found, sizes inferred, how timestamps are read.

use super::{Sink, key, ms, uint};
use crate::rtmp::chunk::fact::{Fact, LossCause};
use crate::session::event::Event;

/// Facts without a name in a timeline have nothing to say there.
pub(super) fn describe(fact: Fact, event: &Event<'_>, out: &mut dyn Sink) {
    match fact {
        Fact::LostSync { csid, fmt, why } => {
            let cause = match why {
                LossCause::Hole => "hole",
                LossCause::UnknownChunkStream => "unknown_chunk_stream",
                LossCause::ImplausibleHeader => "implausible_header",
                LossCause::MidStream => "mid_stream",
            };
            out.text(key!("cause"), cause);
            if csid > 0 {
                out.int(key!("chunk_csid"), i64::from(csid));
                out.int(key!("chunk_fmt"), i64::from(fmt));
            }
        }
        Fact::Resync { skipped, chunk_size, chunk_size_known } => {
            uint(out, key!("skipped_bytes"), skipped);
            uint(out, key!("stream_bytes"), event.span.end - event.span.start);
            ms(out, key!("lost_ms"), event.span.last.ts.since(event.span.first.ts));
            if chunk_size_known {
                out.int(key!("chunk_size"), i64::from(chunk_size));
            } else {
                out.int(key!("chunk_size_at_least"), i64::from(chunk_size));
            }
        }
        Fact::ChunkSizeInferred { size } => out.int(key!("chunk_size"), i64::from(size)),
        Fact::TimestampDialect { csid, choice } => {
            out.text(key!("aspect"), choice.aspect());
            out.text(key!("reading"), choice.reading());
            out.int(key!("csid"), i64::from(csid));
        }
        _ => {}
    }
}

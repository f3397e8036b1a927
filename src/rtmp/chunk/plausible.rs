//! Whether bytes at a chunk boundary can be a chunk header at all.
//!
//! One odd field alone is believed: unknown message types exist, and so do large ids and lengths. Only an unknown
//! type together with another odd field means that the boundary is lost.

use super::fact::LossCause;
use super::header::ChunkHeader;

/// A message stream id up to this is plausible without having been announced.
const STREAM_ID: u32 = 255;
/// Longer messages are not plausible on a header that is doubtful for another reason.
const LENGTH: u32 = (16 << 20) - 1 - 65_536;

/// Why this cannot be a chunk header, if it cannot; `known` tells whether its chunk stream had a header before.
pub(super) fn implausible(header: &ChunkHeader, known: bool) -> Option<LossCause> {
    if header.fmt >= 2 {
        return (!known).then_some(LossCause::UnknownChunkStream);
    }
    let odd_stream = header.fmt == 0 && header.stream_id > STREAM_ID;
    let odd = odd_stream || header.length > LENGTH || (!known && header.fmt != 0);
    (!header.kind.is_known() && odd).then_some(LossCause::ImplausibleHeader)
}

//! What the chunk decoder gives.

use crate::base::pos::Span;
use crate::media::units::TrackUnits;
use crate::rtmp::message::kind::MessageHeader;

use super::fact::Fact;

/// A message, a changed chunk size, or a fact.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Output<'a> {
    /// A message ended; `body` is the kept part from its start, `units` are those of a video frame, or of
    /// the frame of each track.
    Message { header: &'a MessageHeader, body: &'a [u8], units: &'a TrackUnits },
    /// A Set Chunk Size took effect; comes right behind its message.
    ChunkSize { size: u32, previous: u32, header: &'a MessageHeader },
    /// An Abort took effect, and threw away `dropped` bytes of a message in the making; comes right behind its message.
    Aborted { csid: u32, dropped: u32, header: &'a MessageHeader },
    /// Something worth knowing at these stream bytes.
    Fact { fact: Fact, span: Span },
}

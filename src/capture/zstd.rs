//! Zstandard streams of any number of frames.
//!
//! Takes compressed bytes, gives the contents of the frames one after another; skippable frames are skipped, checksums
//! checked. Dictionaries are not supported. A frame that wants a window of more than 128 MiB is refused, as the `zstd`
//! command refuses it. Spec: RFC 8878. The frames are decoded by the `ruzstd` crate.

use std::io::{self, Read};
use std::sync::Arc;

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::memory::Memory;

/// Whether a stream beginning so is Zstandard: a frame, or a skippable frame.
pub(super) const fn is_zstd(start: [u8; 4]) -> bool {
    matches!(start, [0x28, 0xB5, 0x2F, 0xFD] | [0x50..=0x5F, 0x2A, 0x4D, 0x18])
}

/// Decompresses all frames of a stream. The source should be buffered.
pub(super) struct ZstdReader<R> {
    source: R,
    decoder: FrameDecoder,
    in_frame: bool,
    /// What ended the decoding, while bytes decoded before it are still given out.
    failure: Option<io::Error>,
    /// Bytes given out.
    given: u64,
    memory: Arc<Memory>,
}

impl<R: Read> ZstdReader<R> {
    /// A reader that tells `memory` how much it takes.
    pub(super) fn new(source: R, memory: Arc<Memory>) -> Self {
        Self { source, decoder: FrameDecoder::new(), in_frame: false, failure: None, given: 0, memory }
    }

    /// Starts the next frame; false at the end of the stream.
    fn next_frame(&mut self) -> io::Result<bool> {
        let mut first = [0];
        loop {
            if self.source.read(&mut first)? == 0 {
                return Ok(false);
            }
            let mut header = Recorded { source: (&first[..]).chain(&mut self.source), seen: Vec::new() };
            match self.decoder.init(&mut header) {
                Ok(()) => {
                    let window = window(&header.seen).unwrap_or_else(|| self.decoder.content_size());
                    let room = usize::try_from(window).unwrap_or(usize::MAX).saturating_add(1);
                    // The decoder's buffer is a power of two and is kept for the next frame.
                    self.memory.need(self.given, room.checked_next_power_of_two().unwrap_or(room));
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    let skipped = io::copy(&mut (&mut self.source).take(length), &mut io::sink())?;
                    if skipped < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(e) => return Err(io::Error::other(e)),
            }
        }
    }

    /// Ends a frame that was read to its end.
    fn check(&self) -> io::Result<()> {
        match (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum()) {
            (Some(wanted), Some(found)) if wanted != found => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum of a frame is wrong"))
            }
            _ => Ok(()),
        }
    }
}

impl<R: Read> Read for ZstdReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.in_frame && !self.next_frame()? {
                return Ok(0);
            }
            self.in_frame = true;
            if self.decoder.can_collect() > 0 {
                let len = self.decoder.read(into)?;
                self.given += len as u64;
                return Ok(len);
            }
            if let Some(failure) = self.failure.take() {
                self.in_frame = false;
                return Err(failure);
            }
            if self.decoder.is_finished() {
                self.check()?;
                self.in_frame = false;
                continue;
            }
            if let Err(e) = self.decoder.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1))
            {
                self.give_up(io::Error::other(e));
            }
        }
    }
}

/// Remembers what is read of a frame header, of which there are at most 18 bytes.
struct Recorded<R> {
    source: R,
    seen: Vec<u8>,
}

impl<R: Read> Read for Recorded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(into)?;
        self.seen.extend_from_slice(into.get(..n).unwrap_or_default());
        Ok(n)
    }
}

/// The window that a frame header asks for; none where the window is the content (RFC 8878, 3.1.1.1.2).
fn window(header: &[u8]) -> Option<u64> {
    let [_, _, _, _, descriptor, window, ..] = *header else { return None };
    let base = 1_u64 << (10 + (window >> 3));
    (descriptor & 0x20 == 0).then(|| base + base / 8 * u64::from(window & 7))
}

/// An empty last block, and room for a checksum.
const LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

impl<R> ZstdReader<R> {
    /// Ends the frame at a failure. The decoder holds back a whole window of bytes until it has seen the last block;
    /// it is given one, so that what was decoded before the failure is not lost.
    fn give_up(&mut self, failure: io::Error) {
        self.failure = Some(match self.decoder.decode_blocks(&LAST_BLOCK[..], BlockDecodingStrategy::All) {
            Ok(_) => failure,
            Err(second) => io::Error::other(second),
        });
    }
}

//! Zstandard streams of any number of frames.
//!
//! Takes compressed bytes, gives the contents of the frames one after another; skippable frames are skipped, checksums
//! checked. Dictionaries are not supported. A frame that wants a window of more than 128 MiB is refused, as the `zstd`
//! command refuses it. Spec: RFC 8878. The frames are decoded by the `ruzstd` crate.

use std::io::{self, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

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
}

impl<R: Read> ZstdReader<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, decoder: FrameDecoder::new(), in_frame: false, failure: None }
    }

    /// Starts the next frame; false at the end of the stream.
    fn next_frame(&mut self) -> io::Result<bool> {
        let mut first = [0];
        loop {
            if self.source.read(&mut first)? == 0 {
                return Ok(false);
            }
            match self.decoder.init((&first[..]).chain(&mut self.source)) {
                Ok(()) => return Ok(true),
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
                return self.decoder.read(into);
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

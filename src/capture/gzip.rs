//! gzip streams of any number of members.
//!
//! Takes compressed bytes, gives the contents of the members one after another; checksums are checked. All that was
//! decoded before a failure is given out first, however the source cuts its bytes: a reader that decodes straight
//! into its caller's buffer loses what the failing call had already written there. Spec: RFC 1952. The members are
//! decoded by the `flate2` crate.

use std::io::{self, BufRead, ErrorKind, Read, Write};

use flate2::write::MultiGzDecoder;

/// Decompresses all members of a stream.
pub(super) struct GzipReader<R> {
    source: R,
    /// Writes what it decodes into a buffer, little more than 32 KiB at a time.
    decoder: MultiGzDecoder<Vec<u8>>,
    /// Bytes of that buffer given out.
    given: usize,
    /// How the stream ended, once nothing more is decoded.
    end: Option<io::Result<()>>,
}

impl<R: BufRead> GzipReader<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, decoder: MultiGzDecoder::new(Vec::new()), given: 0, end: None }
    }

    /// Decodes some bytes of the source; gives how many, or nothing at its end.
    fn decode(&mut self) -> io::Result<Option<usize>> {
        let bytes = self.source.fill_buf()?;
        if bytes.is_empty() {
            return self.decoder.try_finish().map(|()| None);
        }
        match self.decoder.write(bytes)? {
            0 => Err(io::Error::new(ErrorKind::InvalidData, "the stream cannot be decoded further")),
            used => Ok(Some(used)),
        }
    }
}

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let decoded = self.decoder.get_ref().get(self.given..).unwrap_or(&[]);
            if !decoded.is_empty() || into.is_empty() {
                let len = (&mut *into).write(decoded)?;
                self.given += len;
                return Ok(len);
            }
            self.decoder.get_mut().clear();
            self.given = 0;
            if let Some(end) = &mut self.end {
                return std::mem::replace(end, Ok(())).map(|()| 0);
            }
            match self.decode() {
                Ok(Some(used)) => self.source.consume(used),
                Ok(None) => self.end = Some(Ok(())),
                Err(e) if e.kind() == ErrorKind::Interrupted => return Err(e),
                Err(e) => self.end = Some(Err(e)),
            }
            if self.end.is_some() {
                // What was decoded last still waits inside; a second failure tells nothing new.
                let _ = self.decoder.flush();
            }
        }
    }
}

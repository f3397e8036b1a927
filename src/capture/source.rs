//! Where bytes come from: a file or standard input, decompressed when its first bytes say so.
//!
//! Takes a path or a reader, gives the capture's bytes, the name of the compression, and a count of raw bytes read for
//! a progress bar. It looks at no file name, and knows no capture format. Anything that is no regular file (a pipe,
//! standard input) is a stream: it can be opened once only.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ahead::ReadAhead;
use super::buffer::ByteSource;
use super::gzip::GzipReader;
use super::memory::Memory;
use super::zstd::{ZstdReader, is_zstd};

/// Compressed bytes read at a time.
const COMPRESSED_CHUNK: usize = 64 << 10;

/// What to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Stdin,
    File(PathBuf),
}

impl Place {
    /// "-" is standard input.
    pub(super) fn new(path: &Path) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path.to_owned()) }
    }

    /// The name for people.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// The size of a regular file; none for a stream.
    pub(super) fn size(&self) -> io::Result<Option<u64>> {
        match self {
            Self::Stdin => Ok(None),
            Self::File(path) => {
                let meta = path.metadata()?;
                Ok(meta.is_file().then_some(meta.len()))
            }
        }
    }

    pub(super) fn open(&self) -> io::Result<Source> {
        match self {
            Self::Stdin => Source::new(Box::new(io::stdin())),
            Self::File(path) => Source::new(Box::new(File::open(path)?)),
        }
    }
}

/// Bytes of a capture, ready to read.
pub(super) struct Source {
    pub(super) bytes: ByteSource,
    pub(super) compression: Option<&'static str>,
    /// Raw bytes read so far, before decompression.
    pub(super) read: Arc<AtomicU64>,
    /// What the decompression takes.
    pub(super) memory: Arc<Memory>,
}

impl Source {
    /// Finds the compression by the first bytes of `raw`.
    pub(super) fn new(raw: ByteSource) -> io::Result<Self> {
        let read = Arc::new(AtomicU64::new(0));
        let mut raw = Counted { inner: raw, read: Arc::clone(&read) };
        let mut start = Vec::with_capacity(4);
        (&mut raw).take(4).read_to_end(&mut start)?;
        let magic = start.first_chunk().copied().unwrap_or_default();
        let whole = Cursor::new(start).chain(raw);
        let chunked = |whole| BufReader::with_capacity(COMPRESSED_CHUNK, whole);
        let memory = Arc::new(Memory::default());
        let (bytes, compression): (ByteSource, _) = match magic {
            [0x1F, 0x8B, 8, _] => (Box::new(GzipReader::new(chunked(whole))), Some("gzip")),
            _ if is_zstd(magic) => {
                (Box::new(ZstdReader::new(chunked(whole), Arc::clone(&memory))), Some("zstd"))
            }
            _ => (Box::new(whole), None),
        };
        Ok(Self { bytes, compression, read, memory })
    }

    /// The same bytes, read and decompressed by a thread of their own, if one can be started.
    pub(super) fn read_ahead(self) -> Self {
        let bytes: ByteSource = match ReadAhead::start(self.bytes, Arc::clone(&self.memory)) {
            Ok(ahead) => Box::new(ahead),
            Err(bytes) => bytes,
        };
        Self { bytes, ..self }
    }
}

/// Counts what is read.
struct Counted {
    inner: ByteSource,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(into)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

//! Reading ahead: a thread of its own decompresses a file, while the packets in front are analysed.
//!
//! Takes a byte source, gives the same bytes and the same failure behind them. What was read and not yet asked for is
//! bounded: it is in blocks that go round between both sides. A thread whose reader is gone ends with the block it is
//! at. It knows no format.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::buffer::ByteSource;
use super::memory::Memory;

/// Bytes of a block: enough that handing it over costs nothing, few enough for the second-level cache.
const BLOCK: usize = 256 << 10;
/// Blocks of one file: one on each side, and one between them.
const BLOCKS: usize = 3;
/// What they take.
pub(super) const AHEAD_BYTES: usize = BLOCK * BLOCKS;

/// The reading end.
pub(super) struct ReadAhead {
    full: Receiver<Block>,
    empty: SyncSender<Vec<u8>>,
    block: Block,
    /// Bytes of the block that are given out.
    given: usize,
    memory: Arc<Memory>,
}

struct Block {
    bytes: Vec<u8>,
    /// How the source ended behind the bytes, if it did.
    end: Option<io::Result<()>>,
}

impl ReadAhead {
    /// Starts a thread that reads `source`, whose decompression takes `memory`; gives it back when none can be started.
    pub(super) fn start(source: ByteSource, memory: Arc<Memory>) -> Result<Self, ByteSource> {
        let (hand_over, handed) = sync_channel(1);
        let (empty, to_fill) = sync_channel(BLOCKS);
        let (filled, full) = sync_channel(BLOCKS);
        let thread = move || handed.recv().map(|source| read_blocks(source, &to_fill, &filled));
        if thread::Builder::new().name("read ahead".to_owned()).spawn(thread).is_err() {
            return Err(source);
        }
        hand_over.send(source).map_err(|unsent| unsent.0)?;
        for _ in 1..BLOCKS {
            // Those that cannot be sent belong to a thread that has ended already.
            let _ = empty.send(Vec::with_capacity(BLOCK));
        }
        let block = Block { bytes: Vec::with_capacity(BLOCK), end: None };
        Ok(Self { full, empty, block, given: 0, memory })
    }
}

/// The thread: fills what is empty, until the source or the reader has ended.
fn read_blocks(mut source: ByteSource, empty: &Receiver<Vec<u8>>, full: &SyncSender<Block>) {
    while let Ok(mut bytes) = empty.recv() {
        bytes.clear();
        let end = match (&mut source).take(BLOCK as u64).read_to_end(&mut bytes) {
            Ok(BLOCK) => None,
            Ok(_) => Some(Ok(())),
            Err(e) => Some(Err(e)),
        };
        let last = end.is_some();
        if full.send(Block { bytes, end }).is_err() || last {
            break;
        }
    }
}

impl Read for ReadAhead {
    fn read(&mut self, mut into: &mut [u8]) -> io::Result<usize> {
        loop {
            let rest = self.block.bytes.get(self.given..).unwrap_or_default();
            if !rest.is_empty() || into.is_empty() {
                let len = into.write(rest)?;
                self.given += len;
                return Ok(len);
            }
            if let Some(end) = &mut self.block.end {
                return std::mem::replace(end, Ok(())).map(|()| 0);
            }
            let spent = std::mem::take(&mut self.block.bytes);
            // A thread that has ended needs it no more.
            let _ = self.empty.send(spent);
            self.block = self.full.recv().map_err(io::Error::other)?;
            self.given = 0;
        }
    }
}

impl Drop for ReadAhead {
    fn drop(&mut self) {
        self.memory.begin();
    }
}

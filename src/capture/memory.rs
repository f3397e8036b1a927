//! What the decompression of one file takes.
//!
//! Takes the needs of a decoder, by the offset from which on it has them; gives what is needed at an offset, which is the
//! same however far ahead the file is read. A file whose turn has not come may take little only: its decoder waits.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What the decoder of a file may take before its turn: the windows of most files that `zstd` writes are no larger.
pub(super) const EARLY_BYTES: usize = 2 << 20;

/// Shared by a decoder and the reader of its file.
#[derive(Debug, Default)]
pub(super) struct Memory {
    state: Mutex<State>,
    turn: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Ever more bytes, each with the first decoded byte that needs so many.
    needs: Vec<(u64, usize)>,
    /// The file's turn has not come.
    early: bool,
}

impl Memory {
    /// The decoder is going to take `bytes` for what it decodes from `offset` on; returns when it may.
    pub(super) fn need(&self, offset: u64, bytes: usize) {
        let mut state = self.lock();
        if state.needs.last().is_none_or(|(_, most)| bytes > *most) {
            state.needs.push((offset, bytes));
        }
        while state.early && bytes > EARLY_BYTES {
            state = self.turn.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The file is read before its turn.
    pub(super) fn be_early(&self) {
        self.lock().early = true;
    }

    /// It is the file's turn.
    pub(super) fn begin(&self) {
        self.lock().early = false;
        self.turn.notify_all();
    }

    /// Memory held for the decoded bytes in front of `offset`, or more.
    pub(super) fn held_bytes(&self, offset: u64) -> usize {
        let state = self.lock();
        state.needs.iter().take_while(|(from, _)| *from < offset).last().map_or(0, |(_, bytes)| *bytes)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

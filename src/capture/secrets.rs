//! TLS key logs found inside captures (Decryption Secrets Blocks), kept for the tunnel layer.
//!
//! Takes the blocks' data, gives it back in order. It reads no line of them. Bounded in bytes; what does not fit is
//! counted.

/// The key logs of a capture.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    kept: Vec<Vec<u8>>,
    bytes: usize,
    dropped: u64,
}

impl Secrets {
    /// Keeps one block's key log, unless that makes it more than `limit` bytes in all.
    pub(super) fn keep(&mut self, key_log: &[u8], limit: usize) {
        // What a kept block costs beside its bytes, so that empty ones are bounded too.
        let cost = key_log.len().saturating_add(64);
        let bytes = self.bytes.saturating_add(cost);
        if bytes > limit {
            self.dropped = self.dropped.saturating_add(1);
            return;
        }
        // A capture merged from pieces repeats its key log in each of them.
        if !self.kept.iter().any(|k| k == key_log) {
            self.bytes = bytes;
            self.kept.push(key_log.to_vec());
        }
    }

    pub(super) fn kept(&self) -> &[Vec<u8>] {
        &self.kept
    }

    /// Memory held, or more.
    pub(super) const fn held_bytes(&self) -> usize {
        self.bytes
    }

    /// Blocks that did not fit.
    pub(super) const fn dropped(&self) -> u64 {
        self.dropped
    }
}

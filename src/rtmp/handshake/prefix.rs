//! The prefix of a proxy in front of C0, byte by byte.
//!
//! Takes the first bytes of a client's stream; says how many belong to the prefix, and what it told. Bytes that turn
//! out to be none are given back.

use crate::tunnel::proxy::{HEAD, MARK, prefix_len};

/// Bytes kept: mark, length, and the client's address.
const KEPT: usize = HEAD + 4;

/// What a proxy said in front of C0.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proxied {
    /// All bytes of the prefix.
    pub(crate) bytes: u16,
    /// IPv4 address of the client.
    pub(crate) client: Option<[u8; 4]>,
}

/// Reads the prefix.
#[derive(Copy, Clone, Debug)]
pub(super) struct Prefix {
    /// It may begin, or goes on.
    open: bool,
    kept: [u8; KEPT],
    got: u16,
    /// All of it, once the length has come.
    len: Option<u16>,
    holed: bool,
}

/// What becomes of the next bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// So many are of the prefix.
    Prefix(usize),
    /// There is no prefix, or it has ended.
    Nothing,
}

impl Prefix {
    /// One that may come; only clients send it.
    pub(super) const fn new(possible: bool) -> Self {
        Self { open: possible, kept: [0; KEPT], got: 0, len: None, holed: false }
    }

    /// Takes bytes from the front, at most up to the end of the prefix or of its length.
    pub(super) fn data(&mut self, bytes: &[u8]) -> Taken {
        if self.got == 0 && bytes.first() != Some(&MARK) {
            self.open = false;
        }
        if !self.open {
            return Taken::Nothing;
        }
        let at = usize::from(self.got);
        let take = bytes.len().min(self.left());
        for (kept, byte) in self.kept.iter_mut().skip(at).zip(bytes.iter().take(take)) {
            *kept = *byte;
        }
        self.advance(take);
        Taken::Prefix(take)
    }

    /// Skips missing bytes of a prefix whose length is known.
    pub(super) fn gap(&mut self, len: u64) -> u64 {
        if !self.open || self.len.is_none() {
            self.open = false;
            return 0;
        }
        let take = usize::try_from(len).unwrap_or(usize::MAX).min(self.left());
        self.holed |= usize::from(self.got) < KEPT;
        self.advance(take);
        take as u64
    }

    /// The bytes that were taken for a prefix and are none.
    pub(super) fn given_back(&self) -> &[u8] {
        let none = !self.open && self.len.is_none();
        self.kept.get(..usize::from(self.got)).filter(|_| none).unwrap_or(&[])
    }

    /// Bytes of it that have gone by.
    pub(super) fn passed(&self) -> u16 {
        if self.open || self.len.is_some() { self.got } else { 0 }
    }

    /// What it told, once it is over.
    pub(super) fn told(&self) -> Option<Proxied> {
        let bytes = self.len.filter(|_| !self.open)?;
        let [_, _, _, client @ ..] = self.kept;
        Some(Proxied { bytes, client: (usize::from(bytes) >= KEPT && !self.holed).then_some(client) })
    }

    fn left(&self) -> usize {
        self.len.map_or(HEAD, usize::from).saturating_sub(usize::from(self.got))
    }

    fn advance(&mut self, take: usize) {
        self.got = self.got.saturating_add(u16::try_from(take).unwrap_or(u16::MAX));
        if usize::from(self.got) == HEAD && self.len.is_none() {
            let [mark, high, low, ..] = self.kept;
            self.len = prefix_len([mark, high, low]);
            self.open = self.len.is_some();
        }
        if self.len == Some(self.got) {
            self.open = false;
        }
    }
}

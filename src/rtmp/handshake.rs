//! The handshake of one direction: 1 + 1536 + 1536 bytes (RTMP 1.0, 5.2).
//!
//! ```text
//! Version --1 byte--> Hello --1536 bytes--> Echo --1536 bytes--> Done
//! ```
//!
//! Takes stream bytes however they are cut, and holes; gives a [`Step`] when a part is complete, and hands the
//! bytes behind the handshake back. Digests and signatures are not verified here.

use crate::base::pos::PacketRef;
use crate::rtmp::message::kind::MessageType;

/// Bytes of the handshake per direction.
pub(crate) const HANDSHAKE_BYTES: u16 = 1 + HELLO_BYTES + HELLO_BYTES;
const HELLO_BYTES: u16 = 1536;
const HELLO_END: u16 = 1 + HELLO_BYTES;
/// The random part of a hello, which the peer's echo repeats, begins here.
const RANDOM_AT: usize = 8;

/// The 1536 bytes of C1 or S1.
pub(crate) type Hello = Box<[u8; HELLO_BYTES as usize]>;

/// Whether the first bytes of a captured stream are those of a handshake, and not a chunk header with a message
/// type and message stream id that can be; at least 12 bytes are needed to tell.
pub(crate) fn begins_hello(bytes: &[u8]) -> bool {
    match bytes {
        [3, _, _, _, _, _, _, kind, _, _, stream, high, ..] => {
            let chunk = MessageType(*kind).is_known() && *stream == 0 && *high == 0;
            !chunk
        }
        _ => false,
    }
}

/// A part of the handshake is complete.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// C0 and C1, or S0 and S1; what was not captured of it is absent.
    Hello { version: Option<u8>, time: Option<u32>, program: Option<u32> },
    /// S2 or C2; whether its random part is that of the peer's hello, if both were captured whole.
    Echo { copied: Option<bool> },
}

/// The handshake decoder of one direction.
#[derive(Debug)]
pub(crate) struct Handshake {
    got: u16,
    version: Option<u8>,
    hello: Hello,
    /// Bytes of the hello captured in front of any hole.
    whole_to: u16,
    /// Still equal to the peer's hello; `None` when that cannot be said.
    equal: Option<bool>,
    /// Packet of the first byte.
    first: Option<PacketRef>,
}

impl Default for Handshake {
    fn default() -> Self {
        Self {
            got: 0,
            version: None,
            hello: Box::new([0; HELLO_BYTES as usize]),
            whole_to: 0,
            equal: Some(true),
            first: None,
        }
    }
}

impl Handshake {
    /// Whether all of it has come.
    pub(crate) const fn is_done(&self) -> bool {
        self.got == HANDSHAKE_BYTES
    }

    /// Packet of the first byte.
    pub(crate) const fn first(&self) -> Option<PacketRef> {
        self.first
    }

    /// The hello, once all of it has been captured.
    pub(crate) fn hello(&self) -> Option<&Hello> {
        (self.whole_to == HELLO_BYTES).then_some(&self.hello)
    }

    /// Takes bytes up to the end of the present part; gives how many, and the part if it is complete now.
    pub(crate) fn data(
        &mut self,
        bytes: &[u8],
        at: PacketRef,
        peer: Option<&Hello>,
    ) -> (usize, Option<Step>) {
        self.first.get_or_insert(at);
        let before = usize::from(self.got);
        let take = bytes.len().min(usize::from(self.part_left()));
        let part = bytes.get(..take).unwrap_or(bytes);
        if self.got == 0 {
            self.version = part.first().copied();
        } else if let Some(from) = before.checked_sub(usize::from(HELLO_END)) {
            self.compare(from, part, peer);
        } else if let Some(kept) = self.hello.get_mut(before - 1..before - 1 + take) {
            kept.copy_from_slice(part);
            if self.whole_to == self.got - 1 {
                self.whole_to += u16::try_from(take).unwrap_or(0);
            }
        }
        (take, self.advance(take))
    }

    /// Skips missing bytes up to the end of the present part; gives how many.
    pub(crate) fn gap(&mut self, len: u64) -> (u64, Option<Step>) {
        let take = len.min(u64::from(self.part_left()));
        if self.got >= HELLO_END {
            self.equal = None;
        }
        (take, self.advance(usize::try_from(take).unwrap_or(0)))
    }

    fn part_left(&self) -> u16 {
        match self.got {
            0 => 1,
            got if got < HELLO_END => HELLO_END - got,
            got => HANDSHAKE_BYTES - got,
        }
    }

    fn advance(&mut self, take: usize) -> Option<Step> {
        self.got += u16::try_from(take).unwrap_or(0);
        match self.got {
            HELLO_END if take > 0 => {
                let whole = self.hello.get(..usize::from(self.whole_to)).unwrap_or(&[]);
                let word = |at: usize| Some(u32::from_be_bytes(*whole.get(at..)?.first_chunk::<4>()?));
                Some(Step::Hello { version: self.version, time: word(0), program: word(4) })
            }
            HANDSHAKE_BYTES if take > 0 => Some(Step::Echo { copied: self.equal }),
            _ => None,
        }
    }

    fn compare(&mut self, from: usize, part: &[u8], peer: Option<&Hello>) {
        let Some(peer) = peer else {
            self.equal = None;
            return;
        };
        let theirs = peer.get(from..).unwrap_or(&[]);
        let skip = RANDOM_AT.saturating_sub(from);
        let same = theirs.iter().zip(part).skip(skip).all(|(a, b)| a == b);
        self.equal = self.equal.map(|equal| equal && same);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(bytes: &[u8], cut: usize, peer: Option<&Hello>) -> (Vec<Step>, usize) {
        let mut handshake = Handshake::default();
        let mut steps = Vec::new();
        let mut left = 0;
        for mut piece in bytes.chunks(cut) {
            while !piece.is_empty() {
                let (used, step) = handshake.data(piece, PacketRef::default(), peer);
                steps.extend(step);
                piece = &piece[used..];
                if used == 0 {
                    left += piece.len();
                    break;
                }
            }
        }
        (steps, left)
    }

    #[test]
    fn any_cut_gives_the_same_steps() {
        let mut bytes = vec![3, 0, 0, 0, 9, 1, 2, 3, 4];
        bytes.resize(1537, 7);
        let mut peer: Hello = Box::new([5; 1536]);
        peer[0] = 1;
        let mut echo = peer.to_vec();
        echo[4] = 99; // The peer's read time is not part of the random bytes.
        bytes.extend(&echo);
        bytes.extend([0xAA; 10]);
        let hello = Step::Hello { version: Some(3), time: Some(9), program: Some(0x0102_0304) };
        for cut in [1, 7, 100, 1537, 5000] {
            let (steps, left) = run(&bytes, cut, Some(&peer));
            assert_eq!(steps, [hello, Step::Echo { copied: Some(true) }], "cut {cut}");
            assert_eq!(left, 10);
        }
        bytes[1537 + 900] ^= 1;
        assert_eq!(run(&bytes, 333, Some(&peer)).0[1], Step::Echo { copied: Some(false) });
        assert_eq!(run(&bytes, 333, None).0[1], Step::Echo { copied: None });
    }

    #[test]
    fn holes_leave_the_verdict_open() {
        let mut handshake = Handshake::default();
        assert_eq!(handshake.data(&[3], PacketRef::default(), None).0, 1);
        assert_eq!(handshake.data(&[0, 0, 0, 9, 1], PacketRef::default(), None).0, 5);
        let hello = Step::Hello { version: Some(3), time: Some(9), program: None };
        assert_eq!(handshake.gap(9999), (1531, Some(hello)));
        assert!(handshake.hello().is_none());
        assert_eq!(handshake.gap(9999), (1536, Some(Step::Echo { copied: None })));
        assert!(handshake.is_done());
        assert_eq!(handshake.gap(9999), (0, None));
    }
}

//! What the bytes of a connection tell whose beginning may not have been captured.
//!
//! Takes the first captured bytes of both sides; tells handshakes of RTMP, and which side is the client by who said
//! hello when. Chunks are found by the chunk layer, which ranks higher: it says what it found as [`Heard`].

use crate::base::pos::{Dir, PerDir};

use super::hello::HELLO;

/// What the chunk layer found in the held streams.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// It was asked.
    pub(crate) asked: bool,
    /// How much speaks for RTMP: points of messages that make sense.
    pub(crate) points: u32,
    /// The direction in which things were said that only a client says, or opposite to what only a server says.
    pub(crate) client: Option<Dir>,
}

/// Points that are beyond chance.
pub(crate) const ENOUGH: u32 = 8;

/// The beginnings of both sides, as parts of a handshake.
///
/// A client sends 1537 bytes (C0, C1) and waits. The server answers with 3073 (S0, S1, S2), in one piece or in two,
/// and the client goes on with C2, which repeats S1 unless it is signed. A capture may begin in front of any of them.
#[derive(Copy, Clone, Debug)]
pub(super) struct Hellos<'h> {
    pub(super) heads: PerDir<&'h [u8]>,
    /// The side that sent first.
    pub(super) first: Option<Dir>,
    /// How much it had sent when the other side's first byte came.
    pub(super) asked: Option<usize>,
}

/// Bytes that tell a hello from a chunk header.
const FIRST_BYTES: usize = 12;
/// The random bytes of C1 and S1, and of what repeats them, begin so far behind their first byte; and as many of
/// them are compared at least.
const RANDOM_AT: usize = 8;
const RANDOM_BYTES: usize = 32;

impl<'h> Hellos<'h> {
    /// Whether these are the two sides of a handshake, and nothing else.
    pub(super) fn are_rtmp(self) -> bool {
        let Some((first, second)) = self.in_order() else { return false };
        let answered = begins(first, &[3]) && begins(second, &[3]) && self.asked == Some(HELLO);
        is_whole(first) && (answered || repeats(first, second))
    }

    /// The same with a version that announces encryption.
    pub(super) fn are_rtmpe(self) -> bool {
        let Some((first, second)) = self.in_order() else { return false };
        let versions = begins(first, &[6, 8, 9]) && begins(second, &[3, 6, 8, 9]);
        versions && is_whole(first) && self.asked == Some(HELLO)
    }

    /// Whether both sides began with what looks like a hello of full length.
    pub(super) fn are_both(self) -> bool {
        [self.heads.c2s, self.heads.s2c].iter().all(|head| is_whole(head) && begins(head, &[3]))
    }

    /// The client's direction, if the order of the hellos tells.
    pub(super) fn client(self) -> Option<Dir> {
        let from = self.first?;
        let (first, second) = self.in_order()?;
        if !is_whole(first) || !begins(first, &[3, 6, 8, 9]) || second.len() < FIRST_BYTES {
            return None;
        }
        // What comes behind S0 and S1 alone is C2.
        let first_is_server = repeats(first, second) || !begins(second, &[3, 6, 8, 9]);
        Some(if first_is_server { from.opposite() } else { from })
    }

    fn in_order(self) -> Option<(&'h [u8], &'h [u8])> {
        let from = self.first?;
        Some((self.heads.get(from), self.heads.get(from.opposite())))
    }
}

fn is_whole(head: &[u8]) -> bool {
    head.len() >= HELLO
}

/// Whether a head begins with one of these versions, and not with a chunk header that can be.
fn begins(head: &[u8], versions: &[u8]) -> bool {
    let chunk = matches!(head, [_, _, _, _, _, _, _, 1..=22, _, 0, 0, 0, ..]);
    head.len() >= FIRST_BYTES && !chunk && head.first().is_some_and(|version| versions.contains(version))
}

/// Whether `echo` repeats the random bytes of a hello.
fn repeats(hello: &[u8], echo: &[u8]) -> bool {
    let said = hello.get(1 + RANDOM_AT..HELLO).unwrap_or(&[]);
    let repeated = echo.get(RANDOM_AT..echo.len().min(HELLO - 1)).unwrap_or(&[]);
    let varied = repeated.windows(2).any(|pair| matches!(pair, [a, b] if a != b));
    repeated.len() >= RANDOM_BYTES && varied && said.starts_with(repeated)
}

//! TCP options: maximum segment size, window scale, selective acknowledgement, timestamps.
//!
//! Takes the raw options of a header. Gives what they say, unknown kinds are stepped over.
//! Does not judge: a scale above 14, or an option in a segment where it has no meaning, is given as it is.
//! RFC 9293 (3.1), RFC 7323, RFC 2018.

/// What the options of one segment say.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TcpOptions<'a> {
    /// Maximum segment size (kind 2).
    pub(crate) mss: Option<u16>,
    /// Window scale shift (kind 3), as sent; RFC 7323 has values above 14 taken as 14.
    pub(crate) window_scale: Option<u8>,
    /// Selective acknowledgement is permitted (kind 4).
    pub(crate) sack_permitted: bool,
    /// Timestamp value and echo reply (kind 8).
    pub(crate) timestamps: Option<(u32, u32)>,
    /// An option with an impossible length, or cut off; those after it are not read.
    pub(crate) malformed: bool,
    sack: &'a [u8],
}

impl<'a> TcpOptions<'a> {
    /// Reads raw options.
    pub(crate) fn parse(raw: &'a [u8]) -> Self {
        let mut found = Self::default();
        let mut rest = raw;
        while let [kind, after @ ..] = rest {
            if *kind == 0 {
                break;
            }
            if *kind == 1 {
                rest = after;
                continue;
            }
            let Some((body, next)) = split_body(after) else {
                found.malformed = true;
                break;
            };
            found.note(*kind, body);
            rest = next;
        }
        found
    }

    /// Blocks of received bytes beyond the acknowledgement number: left edge, right edge.
    pub(crate) fn sack_blocks(&self) -> impl Iterator<Item = (u32, u32)> + 'a {
        self.sack.chunks_exact(8).filter_map(two_words)
    }

    /// The bytes that came although they were there already (RFC 2883): a first block that is acknowledged, or lies in
    /// the second.
    pub(crate) fn needless(&self, ack: u32) -> Option<u32> {
        let mut blocks = self.sack_blocks();
        let (left, right) = blocks.next()?;
        let len = right.wrapping_sub(left);
        let before = |a: u32, b: u32| b.wrapping_sub(a).cast_signed() >= 0;
        let again = before(right, ack)
            || blocks.next().is_some_and(|(from, to)| before(from, left) && before(right, to));
        (again && len.cast_signed() > 0).then_some(len)
    }

    fn note(&mut self, kind: u8, body: &'a [u8]) {
        match (kind, body) {
            (2, &[a, b]) => _ = self.mss.get_or_insert(u16::from_be_bytes([a, b])),
            (3, &[shift]) => _ = self.window_scale.get_or_insert(shift),
            (4, []) => self.sack_permitted = true,
            (5, [_, ..]) if body.len().is_multiple_of(8) => self.sack = body,
            (8, _) if body.len() == 8 => self.timestamps = self.timestamps.or_else(|| two_words(body)),
            (2 | 3 | 4 | 5 | 8, _) => self.malformed = true,
            _ => {}
        }
    }
}

/// What follows the kind: the length byte counts itself and the kind.
fn split_body(after: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = after.split_first()?;
    rest.split_at_checked(usize::from(*len).checked_sub(2)?)
}

fn two_words(bytes: &[u8]) -> Option<(u32, u32)> {
    let (a, rest) = bytes.split_first_chunk::<4>()?;
    let (b, _) = rest.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*a), u32::from_be_bytes(*b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_syn() {
        let raw = [2, 4, 0x05, 0xB4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9, 1, 3, 3, 8];
        let got = TcpOptions::parse(&raw);
        assert_eq!((got.mss, got.window_scale, got.sack_permitted), (Some(1460), Some(8), true));
        assert_eq!((got.timestamps, got.malformed), (Some((7, 9)), false));
        assert_eq!(got.sack_blocks().count(), 0);
    }

    #[test]
    fn reads_sack_blocks_and_stops_at_the_end_mark() {
        let raw = [1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 2, 4, 9, 9];
        let got = TcpOptions::parse(&raw);
        assert_eq!(got.sack_blocks().collect::<Vec<_>>(), [(1, 2), (3, 4)]);
        assert_eq!((got.mss, got.malformed), (None, false));
    }

    #[test]
    fn a_block_that_says_what_is_known_is_a_needless_one() {
        let blocks = |blocks: &[u32]| {
            let edges = blocks.iter().flat_map(|edge| edge.to_be_bytes());
            let raw: Vec<u8> =
                [5, u8::try_from(2 + 4 * blocks.len()).unwrap()].into_iter().chain(edges).collect();
            TcpOptions::parse(&raw).needless(100)
        };
        assert_eq!(blocks(&[80, 100]), Some(20));
        assert_eq!(blocks(&[120, 130]), None);
        assert_eq!(blocks(&[120, 130, 110, 140]), Some(10));
        assert_eq!(blocks(&[120, 130, 140, 150]), None);
        assert_eq!(blocks(&[u32::MAX, 4]), Some(5));
        assert_eq!(blocks(&[90, 90]), None);
    }

    #[test]
    fn impossible_lengths_end_the_reading() {
        for raw in
            [&[2][..], &[2, 0, 5, 5], &[2, 1, 5, 5], &[2, 5, 1, 1], &[8, 10, 1], &[3, 4, 1, 1], &[5, 4, 1, 1]]
        {
            let got = TcpOptions::parse(raw);
            assert!(got.malformed, "{raw:?}");
            assert_eq!((got.mss, got.window_scale), (None, None), "{raw:?}");
        }
        assert!(TcpOptions::parse(&[253, 4, 1, 1, 4, 2]).sack_permitted);
    }
}

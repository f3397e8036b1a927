//! Puts IP datagrams back together from their fragments.
//!
//! Takes fragments in any order. Gives the payload of a datagram when its last piece is there, with the sums of what
//! its frames and headers measured. Where fragments overlap, the bytes that came first stay; duplicates are harmless.
//! Bytes that the snap length cut are missing from the datagram from there on, while its length stays true.
//!
//! **Bounds**: [`Limits::fragmented_datagrams`] at a time (the oldest is given up), [`Limits::datagram_bytes`] each
//! (neither IP version can state more than 128 KiB), and 30 seconds of capture time, or 4096 fragments where there
//! are no times. Does not tell apart datagrams of different networks that use the same addresses. RFC 791 (3.2),
//! RFC 815, RFC 8200 (4.5), RFC 1122 (3.3.2).

use std::collections::BTreeMap;

use crate::base::limits::Limits;
use crate::base::time::CaptureTime;

use super::ip::IpHead;
use super::tcp::Frames;

const MAX_AGE_NS: u64 = 30_000_000_000;
const MAX_AGE_FRAGMENTS: u64 = 4096;

/// What makes fragments belong together.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) src: u128,
    pub(super) dst: u128,
    pub(super) id: u32,
    /// The protocol of an IPv4 datagram; one number for all of IPv6.
    pub(super) kind: u8,
}

/// One fragment.
#[derive(Copy, Clone, Debug)]
pub(super) struct Fragment<'a> {
    pub(super) key: Key,
    /// What the datagram holds, as this fragment says.
    pub(super) protocol: u8,
    pub(super) offset: u32,
    pub(super) more: bool,
    /// The captured part.
    pub(super) bytes: &'a [u8],
    /// Length on the wire.
    pub(super) len: u32,
    pub(super) ip: IpHead,
    pub(super) frames: Frames,
    /// Headers read on the way here.
    pub(super) headers: u8,
}

/// A datagram that is whole on the wire.
#[derive(Debug)]
pub(super) struct Datagram {
    /// The payload up to the first byte that was not captured.
    pub(super) bytes: Vec<u8>,
    /// Length of the payload on the wire.
    pub(super) len: u32,
    pub(super) protocol: u8,
    pub(super) ip: IpHead,
    pub(super) frames: Frames,
    pub(super) headers: u8,
}

/// What became of a fragment.
pub(super) enum Added {
    /// Waits for the rest.
    Held,
    /// Completed its datagram.
    Whole(Datagram),
    /// Ends beyond the longest datagram that is put together.
    TooLong,
}

/// What became of the fragments.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FragmentStats {
    /// Fragments of datagrams that may hold TCP.
    pub(crate) fragments: u64,
    /// Datagrams put together.
    pub(crate) reassembled: u64,
    /// Datagrams given up: too old, too many at a time, too long, or not whole at the end.
    pub(crate) given_up: u64,
    /// Those of them that held TCP.
    pub(crate) given_up_tcp: u64,
    /// Original lengths of the frames of the datagrams given up.
    pub(crate) given_up_bytes: u64,
    /// Those of them that made room for others: a limit was reached.
    pub(crate) evicted: u64,
    /// Fragments that end beyond the longest datagram that is put together.
    pub(crate) too_long: u64,
}

/// The datagrams being put together.
#[derive(Debug)]
pub(super) struct Pool {
    max_datagrams: usize,
    max_bytes: u32,
    open: BTreeMap<Key, Open>,
    /// The same, by the number of their first fragment: oldest first.
    by_age: BTreeMap<u64, Key>,
    /// Memory of `open`.
    held: usize,
    stats: FragmentStats,
}

#[derive(Debug)]
struct Open {
    /// Number of the first fragment that came.
    number: u64,
    since: Option<CaptureTime>,
    /// Stretches that have come, in order, neither overlapping nor touching.
    covered: Vec<(u32, u32)>,
    bytes: Vec<u8>,
    /// First byte that came in a fragment but was not captured.
    cut_at: u32,
    total: Option<u32>,
    protocol: u8,
    ip: IpHead,
    frames: Frames,
    headers: u8,
}

impl Pool {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            max_datagrams: limits.fragmented_datagrams,
            max_bytes: u32::try_from(limits.datagram_bytes).unwrap_or(u32::MAX),
            open: BTreeMap::new(),
            by_age: BTreeMap::new(),
            held: 0,
            stats: FragmentStats::default(),
        }
    }

    pub(super) const fn stats(&self) -> FragmentStats {
        self.stats
    }

    /// Memory held, or more.
    pub(super) const fn held_bytes(&self) -> usize {
        self.held
    }

    /// Datagrams that wait.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// Takes one fragment.
    pub(super) fn add(&mut self, fragment: &Fragment<'_>, at: Option<CaptureTime>) -> Added {
        let number = self.stats.fragments;
        self.stats.fragments += 1;
        self.expire(&fragment.key, number, at);
        if fragment.offset.checked_add(fragment.len).is_none_or(|end| end > self.max_bytes) {
            self.give_up(&fragment.key);
            self.stats.too_long += 1;
            return Added::TooLong;
        }
        let Some(mut open) = self.take(&fragment.key) else {
            return self.start(fragment, number, at);
        };
        if !open.join(fragment) {
            self.hold(fragment.key, open);
            self.give_up(&fragment.key);
            self.stats.too_long += 1;
            return Added::TooLong;
        }
        if open.is_whole() {
            self.by_age.remove(&open.number);
            self.stats.reassembled += 1;
            return Added::Whole(open.into_datagram());
        }
        self.hold(fragment.key, open);
        Added::Held
    }

    fn take(&mut self, key: &Key) -> Option<Open> {
        let open = self.open.remove(key)?;
        self.held = self.held.saturating_sub(open.cost());
        Some(open)
    }

    fn hold(&mut self, key: Key, open: Open) {
        self.held += open.cost();
        self.open.insert(key, open);
    }

    /// The end of the capture: what still waits is given up.
    pub(super) fn finish(&mut self) {
        while self.give_up_oldest() {}
    }

    fn start(&mut self, fragment: &Fragment<'_>, number: u64, at: Option<CaptureTime>) -> Added {
        let mut open = Open::new(fragment, number, at);
        open.place(fragment);
        while self.open.len() >= self.max_datagrams.max(1) {
            if !self.give_up_oldest() {
                break;
            }
            self.stats.evicted += 1;
        }
        self.by_age.insert(number, fragment.key);
        self.hold(fragment.key, open);
        Added::Held
    }

    /// Gives up what is too old: the datagram of `key`, and the oldest ones.
    fn expire(&mut self, key: &Key, number: u64, at: Option<CaptureTime>) {
        if self.open.get(key).is_some_and(|open| open.is_old(number, at)) {
            self.give_up(key);
        }
        while let Some((_, oldest)) = self.by_age.first_key_value()
            && self.open.get(oldest).is_none_or(|open| open.is_old(number, at))
        {
            self.give_up_oldest();
        }
    }

    /// False if none waits.
    fn give_up_oldest(&mut self) -> bool {
        let oldest = self.by_age.pop_first();
        if let Some((_, key)) = &oldest {
            self.give_up(key);
        }
        oldest.is_some()
    }

    fn give_up(&mut self, key: &Key) {
        let Some(open) = self.take(key) else { return };
        self.by_age.remove(&open.number);
        self.stats.given_up += 1;
        self.stats.given_up_tcp += u64::from(open.protocol == super::ip::TCP);
        self.stats.given_up_bytes += u64::from(open.frames.wire);
    }
}

impl Open {
    fn new(first: &Fragment<'_>, number: u64, since: Option<CaptureTime>) -> Self {
        Self {
            number,
            since,
            covered: Vec::new(),
            bytes: Vec::new(),
            cut_at: u32::MAX,
            total: None,
            protocol: first.protocol,
            ip: first.ip,
            frames: first.frames,
            headers: first.headers,
        }
    }

    fn is_old(&self, number: u64, at: Option<CaptureTime>) -> bool {
        match (self.since, at) {
            // Either way: a capture put together from several may go back in time.
            (Some(since), Some(at)) => at.since(since).unsigned_abs() > MAX_AGE_NS,
            _ => number.saturating_sub(self.number) > MAX_AGE_FRAGMENTS,
        }
    }

    /// Takes another fragment; false if the sum of the frames' lengths cannot be held.
    fn join(&mut self, fragment: &Fragment<'_>) -> bool {
        let (Some(wire), Some(ip_bytes)) = (
            self.frames.wire.checked_add(fragment.frames.wire),
            self.ip.bytes.checked_add(fragment.ip.bytes),
        ) else {
            return false;
        };
        self.frames.wire = wire;
        self.frames.count = self.frames.count.saturating_add(fragment.frames.count);
        self.frames.short |= fragment.frames.short;
        self.ip.bytes = ip_bytes;
        self.ip.length_unknown |= fragment.ip.length_unknown;
        self.headers = self.headers.max(fragment.headers);
        self.place(fragment);
        true
    }

    /// Puts the bytes where they belong, as far as no other fragment brought them.
    fn place(&mut self, fragment: &Fragment<'_>) {
        let start = fragment.offset;
        let end = start.saturating_add(fragment.len);
        if !fragment.more {
            // The first end counts; what lies beyond it is cut off when the datagram is whole.
            self.total = self.total.or(Some(end));
        }
        if start == 0 {
            self.protocol = fragment.protocol;
        }
        if start >= end {
            return;
        }
        let (bytes, cut_at) = (&mut self.bytes, &mut self.cut_at);
        cover(&mut self.covered, start, end, |from, to| {
            let skip = (from - start) as usize;
            let want = (to - from) as usize;
            let have = fragment.bytes.get(skip..).unwrap_or(&[]);
            let have = have.get(..want).unwrap_or(have);
            if have.len() < want {
                let kept = u32::try_from(have.len()).unwrap_or(u32::MAX);
                *cut_at = (*cut_at).min(from.saturating_add(kept));
            }
            put(bytes, from as usize, have);
        });
    }

    /// Memory of it, and of its places in the maps.
    fn cost(&self) -> usize {
        self.bytes.capacity() + self.covered.capacity() * size_of::<(u32, u32)>() + 2 * size_of::<Self>()
    }

    fn is_whole(&self) -> bool {
        matches!((self.total, self.covered.first()), (Some(total), Some((0, end))) if *end >= total)
    }

    fn into_datagram(self) -> Datagram {
        let len = self.total.unwrap_or(0);
        let mut bytes = self.bytes;
        bytes.truncate(self.cut_at.min(len) as usize);
        // The IP headers, and what frames hold besides IP, are outside of the payload.
        let outside = self.frames.wire.saturating_sub(len);
        let frames = Frames { outside, ..self.frames };
        Datagram { bytes, len, protocol: self.protocol, ip: self.ip, frames, headers: self.headers }
    }
}

/// Adds `start..end` to the stretches, and reports each part of it that was not there.
fn cover(stretches: &mut Vec<(u32, u32)>, start: u32, end: u32, mut fresh: impl FnMut(u32, u32)) {
    let first = stretches.partition_point(|(_, e)| *e < start);
    let last = stretches.partition_point(|(s, _)| *s <= end);
    let (mut from, mut low, mut high) = (start, start, end);
    for (s, e) in stretches.get(first..last).unwrap_or(&[]) {
        if from < *s {
            fresh(from, *s);
        }
        from = *e;
        low = low.min(*s);
        high = high.max(*e);
    }
    if from < end {
        fresh(from, end);
    }
    stretches.splice(first..last, [(low, high)]);
}

/// Copies to `at`, and lengthens the buffer with zeros up to there.
fn put(buffer: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at.saturating_add(bytes.len());
    if buffer.len() < end {
        buffer.resize(end, 0);
    }
    if let Some(place) = buffer.get_mut(at..end) {
        place.copy_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_maps_hold_the_same_datagrams() {
        let mut pool = Pool::new(&Limits { fragmented_datagrams: 3, ..Limits::default() });
        let mut whole = 0;
        for n in 0..20_000_u32 {
            let fragment = Fragment {
                key: Key { src: 1, dst: 2, id: n * n % 7, kind: 6 },
                protocol: 6,
                offset: if n % 19 == 0 { u32::MAX } else { n * n % 3 * 8 },
                more: n % 3 != 2,
                bytes: &[1; 8],
                len: 8,
                ip: IpHead::default(),
                frames: Frames::one(30),
                headers: 2,
            };
            let at = (n % 5 != 0).then(|| CaptureTime(i64::from(n) * 1_000_000_000));
            whole += u32::from(matches!(pool.add(&fragment, at), Added::Whole(_)));
            let open: Vec<_> = pool.open.iter().map(|(key, open)| (open.number, *key)).collect();
            let mut by_age: Vec<_> = pool.by_age.iter().map(|(n, key)| (*n, *key)).collect();
            by_age.sort_by_key(|(_, key)| *key);
            assert_eq!(open, by_age);
        }
        assert!(whole > 100, "{whole}");
        pool.finish();
        assert!(pool.open.is_empty() && pool.by_age.is_empty());
    }

    #[test]
    fn stretches_report_only_what_is_new() {
        let mut stretches = Vec::new();
        let mut add = |from, to| {
            let mut new = Vec::new();
            cover(&mut stretches, from, to, |a, b| new.push((a, b)));
            (new, stretches.clone())
        };
        assert_eq!(add(8, 16), (vec![(8, 16)], vec![(8, 16)]));
        assert_eq!(add(24, 32), (vec![(24, 32)], vec![(8, 16), (24, 32)]));
        assert_eq!(add(10, 12), (vec![], vec![(8, 16), (24, 32)]));
        assert_eq!(add(0, 8), (vec![(0, 8)], vec![(0, 16), (24, 32)]));
        assert_eq!(add(12, 40), (vec![(16, 24), (32, 40)], vec![(0, 40)]));
    }
}

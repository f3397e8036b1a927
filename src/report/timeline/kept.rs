//! Entries of a timeline as they are kept while their connection is open: packed one behind the other.
//!
//! ```text
//! time since the entry before, in ns; packet, as difference to that before it, and direction; name; details; 0
//! ```
//!
//! Differences are zigzag numbers, and all numbers have seven bits a byte, the lowest first. A name is its number in
//! [`COMMON`], or behind those in a list of the connection. Details are JSON, in which no byte is 0.

use std::borrow::Cow;
use std::ffi::CStr;

use super::details;
use crate::base::list;
use crate::base::pos::Dir;
use crate::base::time::{CaptureTime, ns_to_s};
use crate::report::mask::Masker;
use crate::report::model::{Object, TimelineEntry};
use crate::session::event::Event;

/// Names that most timelines have.
const COMMON: [&str; 48] = [
    "media.keyframe",
    "media.first_message",
    "ctl.set_chunk_size",
    "ctl.ack",
    "tcp.syn",
    "tcp.synack",
    "tcp.established",
    "hs.c0c1",
    "hs.s0s1",
    "hs.s2",
    "hs.c2",
    "hs.done",
    "nc.connect",
    "ctl.window_ack_size",
    "ctl.set_peer_bandwidth",
    "nc.connect_result",
    "ns.release_stream",
    "ns.fc_publish",
    "ns.create_stream",
    "ns.create_stream_result",
    "ns.started",
    "ns.publish",
    "ns.play",
    "ns.publish_start",
    "ns.play_start",
    "data.metadata",
    "media.video_header",
    "media.audio_header",
    "media.first_audio",
    "media.first_video",
    "media.first_keyframe",
    "ns.delete_stream",
    "ns.fc_unpublish",
    "ns.stopped",
    "tcp.fin",
    "session.end",
    "tcp.rst",
    "tcp.gap",
    "uc.stream_begin",
    "uc.stream_eof",
    "uc.set_buffer_length",
    "uc.ping",
    "uc.pong",
    "ns.play_reset",
    "nc.result",
    "nc.call",
    "data.other",
    "media.header_repeat",
];

/// Entries of one connection.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    packed: Vec<u8>,
    /// Names besides the common ones.
    names: Vec<&'static str>,
    len: usize,
    last: Place,
}

/// Time and packet of an entry.
#[derive(Copy, Clone, Debug, Default)]
struct Place {
    ns: i64,
    packet: u64,
}

impl Kept {
    /// Adds the event; tells whether a timeline shows it.
    pub(crate) fn add(&mut self, event: &Event<'_>, start: CaptureTime, masker: &mut Masker) -> bool {
        let Some(name) = event.kind.name(event.dir) else { return false };
        let details = details(event, masker);
        let place = Place { ns: event.at.ts.since(start), packet: event.at.no };
        let name = self.number(name);
        self.make_room(details.len());
        let steps = place.packet.wrapping_sub(self.last.packet).cast_signed();
        push(zigzag(place.ns.wrapping_sub(self.last.ns)), &mut self.packed);
        push(zigzag(steps) << 1 | u64::from(event.dir == Dir::ServerToClient), &mut self.packed);
        push(u64::try_from(name).unwrap_or(0), &mut self.packed);
        self.packed.extend_from_slice(&details);
        self.packed.push(0);
        self.last = place;
        self.len += 1;
        true
    }

    /// The number of a name, which the list of the connection has from now on if it is not a common one.
    fn number(&mut self, name: &'static str) -> usize {
        let place = |names: &[&str]| names.iter().position(|known| *known == name);
        if let Some(common) = place(&COMMON) {
            return common;
        }
        let other = place(&self.names).unwrap_or_else(|| {
            list::push(&mut self.names, name);
            self.names.len() - 1
        });
        COMMON.len() + other
    }

    /// The name with a number.
    fn name(&self, number: usize) -> Option<&'static str> {
        let other = || self.names.get(number.checked_sub(COMMON.len())?);
        COMMON.get(number).or_else(other).copied()
    }

    /// Grows by a part of what there is, as there are many connections with little to keep.
    fn make_room(&mut self, details: usize) {
        /// Bytes around the details at most.
        const AROUND: usize = 32;
        let needed = details + AROUND;
        if self.packed.capacity() - self.packed.len() < needed {
            self.packed.reserve_exact(needed.max(self.packed.len() / 4));
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Memory held beside the structure itself.
    pub(crate) const fn held_bytes(&self) -> usize {
        self.packed.capacity() + self.names.capacity() * size_of::<&str>()
    }

    /// The entries, in order.
    pub(crate) fn entries(&self) -> Vec<TimelineEntry> {
        let mut entries = Vec::with_capacity(self.len);
        let (mut rest, mut last) = (self.packed.as_slice(), Place::default());
        while let Some(entry) = self.next(&mut rest, &mut last) {
            entries.push(entry);
        }
        entries
    }

    fn next(&self, rest: &mut &[u8], last: &mut Place) -> Option<TimelineEntry> {
        last.ns = last.ns.wrapping_add(unzigzag(pull(rest)?));
        let steps = pull(rest)?;
        last.packet = last.packet.wrapping_add(unzigzag(steps >> 1).cast_unsigned());
        let dir = if steps & 1 == 1 { Dir::ServerToClient } else { Dir::ClientToServer };
        let name = self.name(usize::try_from(pull(rest)?).ok()?)?;
        let details = CStr::from_bytes_until_nul(rest).ok()?;
        *rest = rest.get(details.count_bytes() + 1..)?;
        Some(TimelineEntry {
            time_s: ns_to_s(last.ns),
            packet: last.packet,
            direction: dir.into(),
            event: Cow::Borrowed(name),
            detail: Object::from_json(details.to_bytes()).unwrap_or_default(),
        })
    }
}

const fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

const fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

fn push(mut number: u64, out: &mut Vec<u8>) {
    loop {
        let low = u8::try_from(number & 0x7F).unwrap_or(0);
        number >>= 7;
        if number == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

fn pull(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        let mut kept = Kept::default();
        let names = ["so.event", "tcp.syn", "so.message", "so.event", "media.header_repeat"];
        let numbers = names.map(|name| kept.number(name));
        assert_eq!(numbers, [COMMON.len(), 4, COMMON.len() + 1, COMMON.len(), COMMON.len() - 1]);
        assert_eq!(numbers.map(|number| kept.name(number)), names.map(Some));
        assert_eq!(kept.name(COMMON.len() + 2), None);
    }

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, -1, 63, 64, -64, -65, 1 << 40, i64::MAX, i64::MIN] {
            let mut packed = Vec::new();
            push(zigzag(number), &mut packed);
            packed.push(7);
            let mut rest = packed.as_slice();
            assert_eq!((pull(&mut rest).map(unzigzag), rest), (Some(number), &[7][..]));
        }
    }
}

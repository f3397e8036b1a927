//! What a connection is, told by its first bytes.
//!
//! Takes the signals of a TCP connection from its start and holds them (some kilobytes at most) until it can tell; then
//! gives a [`Verdict`] and the held signals back, to be taken by whoever understands them.
//!
//! RTMP begins, perhaps behind the prefix of a proxy, with a version byte of 3 from both sides and 1536 bytes behind it
//! (RTMP 1.0, 5.2). On a port that is known for RTMP the client's version byte is enough; elsewhere both sides have to
//! look like it, since other protocols begin with a 3 as well.
//!
//! Where the beginning was not captured, any bytes are as good as others: [`super::joined`] knows parts of a handshake,
//! and the chunk layer is asked whether it finds chunks in what is held ([`Detector::is_due`], [`Detector::hear`]).

use crate::base::pos::{Dir, PacketRef, PerDir};
use crate::tcp::assembler::Delivery;
use crate::tcp::connection::Signal;

use super::held::Held;
use super::hello::{self, FIRST_HEADER, HANDSHAKE, HELLO, Part, speaks_rtmp};
use super::joined::{ENOUGH, Heard, Hellos};
use super::proxy::behind_prefix;
use super::signs;

/// What a connection turned out to be.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Not enough bytes yet.
    Undecided,
    /// Plain RTMP.
    Rtmp,
    /// RTMP whose handshake announces encryption (version 6, 8 or 9).
    Rtmpe,
    /// HTTP requests of the RTMPT scheme.
    Rtmpt,
    /// TLS on a port that is known for RTMP.
    Rtmps,
    /// Something else.
    Other,
}

/// What a connection is that is no RTMP, by its first bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    /// Neither side sent a byte.
    Silent,
    Http,
    Tls,
    Ssh,
    Unknown,
}

/// What is known of a connection besides its bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is known or not, whatever the others are")]
pub(crate) struct Hints {
    /// One of its ports is known for RTMP.
    pub(crate) port: bool,
    /// The user says it is RTMP.
    pub(crate) certain: bool,
    /// Its opening was captured.
    pub(crate) from_start: bool,
    /// Which side is the client is known, by the SYN or by a port.
    pub(crate) roles: bool,
}

/// Holds the first signals of a connection.
#[derive(Debug, Default)]
pub(crate) struct Detector {
    held: Vec<Held>,
    /// Bytes of data in `held`.
    held_bytes: usize,
    heads: PerDir<Head>,
    /// The direction of a segment that began with a request of RTMPT.
    tunnel: Option<Dir>,
    /// The side that sent data first.
    first: Option<Dir>,
    /// How much it had sent when the other side's first byte came.
    asked: Option<usize>,
    /// What the chunk layer said last, and what has to be held before it is asked again.
    heard: Heard,
    ask_at: usize,
    /// What was held when it was asked last.
    asked_at: usize,
    /// What spoke for RTMP in what has been given up.
    before: u32,
    /// Times that what was held has been given up, and how much of each direction.
    given_up: u32,
    passed: PerDir<u64>,
}

/// The stream of one direction as far as it is held without a hole.
#[derive(Debug, Default)]
struct Head {
    bytes: Vec<u8>,
    holed: bool,
}

/// Held per direction; a connection that is not told by then is something else.
const MAX_HEAD: usize = 8192;
/// Held signals from which on data is joined, so that tiny segments cost no more than their bytes.
const JOIN_FROM: usize = 256;
/// Held signals at most: beyond, nothing but turning points of TCP has come for long.
const MAX_HELD: usize = 2048;
/// Memory for what is held at most, data of both directions and what comes with it.
const MAX_COST: usize = 32 << 10;
/// Held data that the chunk layer is asked about first; then it is asked whenever there is so many times as much.
const ASK_FROM: usize = 1024;
const ASK_AGAIN: usize = 4;
/// Times that what is held of a connection joined in the middle is given up for what follows: a large message may
/// have no chunk header for long.
const MOST_GIVEN_UP: u32 = 15;

impl Detector {
    /// Takes a signal; the answer holds for all signals so far.
    pub(crate) fn push(&mut self, dir: Dir, at: PacketRef, signal: Signal<'_>, hints: Hints) -> Verdict {
        match signal {
            Signal::Stream(Delivery::Data { bytes, .. }) => self.data(dir, bytes, hints),
            Signal::Stream(Delivery::Gap { .. }) => self.heads.get_mut(dir).holed = true,
            _ => {}
        }
        self.hold(Held::new(dir, at, signal));
        match self.verdict(hints) {
            Verdict::Undecided if self.is_full(hints) && !self.is_due(hints) => self.at_full(hints),
            verdict => verdict,
        }
    }

    /// Whether the chunk layer is to be asked about what is held, which it then says to [`Self::hear`].
    pub(crate) fn is_due(&self, hints: Hints) -> bool {
        let enough = self.given_up == 0 && self.held_bytes >= self.ask_at.max(ASK_FROM);
        let more = enough || self.is_full(hints);
        self.searches(hints) && more && self.held_bytes > self.asked_at
    }

    /// What the chunk layer found in all that is held.
    pub(crate) fn hear(&mut self, heard: Heard, hints: Hints) -> Verdict {
        self.heard = Heard { client: heard.client.or(self.heard.client), ..heard };
        self.asked_at = self.held_bytes;
        self.ask_at = self.held_bytes * ASK_AGAIN;
        match self.verdict(hints) {
            Verdict::Undecided if self.is_full(hints) => self.at_full(hints),
            verdict => verdict,
        }
    }

    /// Nothing more will come. The chunk layer has been asked.
    pub(crate) fn end(&self, hints: Hints) -> Verdict {
        match self.verdict(hints) {
            Verdict::Undecided if self.has_chunks() || self.hellos().are_both() => Verdict::Rtmp,
            Verdict::Undecided if hints.from_start => match self.odd_hello() {
                Some(Part::Whole) if hints.port => Verdict::Rtmp,
                _ if self.hellos().are_rtmpe() => Verdict::Rtmpe,
                _ => Verdict::Undecided,
            },
            verdict => verdict,
        }
    }

    /// Whether client and server are to change places.
    pub(crate) fn flips(&self, hints: Hints) -> bool {
        !hints.roles && self.client() == Some(Dir::ServerToClient)
    }

    /// Whether which side is the client is known, not only guessed.
    pub(crate) fn knows_roles(&self, hints: Hints) -> bool {
        hints.roles || self.client().is_some()
    }

    /// Bytes of a direction that were given up, in front of what is held.
    pub(crate) const fn passed(&self, dir: Dir) -> u64 {
        *self.passed.get(dir)
    }

    /// The held data and holes in order.
    pub(crate) fn stream(&self) -> impl Iterator<Item = (Dir, Delivery<'_>)> {
        self.held.iter().filter_map(Held::delivery)
    }

    /// Memory held beside the structure itself.
    pub(crate) fn held_bytes(&self) -> usize {
        let heads = self.heads.c2s.bytes.capacity() + self.heads.s2c.bytes.capacity();
        self.held_bytes + heads + self.held.capacity() * size_of::<Held>()
    }

    fn data(&mut self, dir: Dir, bytes: &[u8], hints: Hints) {
        self.held_bytes += bytes.len();
        let first = *self.first.get_or_insert(dir);
        if dir != first {
            self.asked = self.asked.or(Some(self.heads.get(first).bytes.len()));
        }
        if signs::is_rtmpt_request(bytes) {
            self.tunnel = Some(dir);
        }
        let head = self.heads.get_mut(dir);
        let most = if hints.from_start { MAX_HEAD } else { HANDSHAKE };
        if !head.holed && head.bytes.len() < most {
            head.bytes.extend_from_slice(bytes);
        }
    }

    fn hold(&mut self, new: Held) {
        if self.held.len() >= JOIN_FROM
            && let Some(last) = self.held.last_mut()
            && last.join(&new)
        {
            return;
        }
        self.held.push(new);
    }

    /// Gives the held signals in order; with `flip`, with the directions exchanged.
    pub(crate) fn replay(self, flip: bool, take: &mut impl FnMut(Dir, PacketRef, Signal<'_>)) {
        for held in self.held {
            let dir = if flip { held.dir.opposite() } else { held.dir };
            take(dir, held.at, held.signal());
        }
    }

    /// Client and server change places.
    pub(crate) fn flip(&mut self) {
        std::mem::swap(&mut self.heads.c2s, &mut self.heads.s2c);
        std::mem::swap(&mut self.passed.c2s, &mut self.passed.s2c);
        self.first = self.first.map(Dir::opposite);
        self.tunnel = self.tunnel.map(Dir::opposite);
        self.heard.client = self.heard.client.map(Dir::opposite);
        for held in &mut self.held {
            held.dir = held.dir.opposite();
        }
    }

    /// Whether the client began an encrypted handshake; or the server did, if nothing of the client was captured.
    pub(crate) fn asks_for_encryption(&self) -> bool {
        let client = behind_prefix(&self.heads.c2s.bytes);
        let server = self.heads.s2c.bytes.as_slice();
        let begins = |bytes: &[u8]| matches!(bytes.first(), Some(6 | 8 | 9));
        let whole = |head: &Head, bytes: &[u8]| head.holed || bytes.len() >= HELLO;
        if begins(client) {
            whole(&self.heads.c2s, client) || begins(server)
        } else {
            client.is_empty() && begins(server) && whole(&self.heads.s2c, server)
        }
    }

    /// What it is, if not RTMP.
    pub(crate) fn other(&self) -> Other {
        let (client, server) = (self.heads.c2s.bytes.as_slice(), self.heads.s2c.bytes.as_slice());
        let either = |known: fn(&[u8]) -> bool| known(client) || known(server);
        match (client, server) {
            _ if self.given_up == 0 && self.held_bytes == 0 => Other::Silent,
            ([0x16, 0x03, 0..=4, ..], _) => Other::Tls,
            _ if signs::is_http_request(client) => Other::Http,
            _ if either(|bytes| bytes.starts_with(b"SSH-")) => Other::Ssh,
            _ if either(signs::is_http_answer) => Other::Http,
            _ if either(signs::is_tls_record) || self.is_tls_inside() => Other::Tls,
            _ => Other::Unknown,
        }
    }

    fn verdict(&self, hints: Hints) -> Verdict {
        let (all, server) = (self.heads.c2s.bytes.as_slice(), self.heads.s2c.bytes.as_slice());
        let client = behind_prefix(all);
        let encrypted = hints.from_start && matches!(client.first(), Some(6 | 8 | 9));
        if hints.certain && !encrypted && !(all.is_empty() && server.is_empty()) {
            return Verdict::Rtmp;
        }
        if let Some(verdict) = signs::tunnelled(client, hints) {
            return verdict;
        }
        if self.has_chunks() && self.knows_roles(hints) {
            return Verdict::Rtmp;
        }
        if !hints.from_start {
            return self.joined(hints);
        }
        let asked = self.asked.filter(|_| self.first == Some(Dir::ClientToServer));
        let asked = asked.and_then(|asked| asked.checked_sub(all.len() - client.len()));
        let known = hints.port || hints.certain;
        // A client waits behind its hello for the server's; other protocols that begin like this do not.
        let told = asked == Some(HELLO) || (known && client.len() >= HELLO);
        match (client.first(), server.first()) {
            (Some(3), _) if hints.port => Verdict::Rtmp,
            // What follows the handshake tells whether it is encrypted although the server does not name that.
            (Some(6 | 8 | 9), Some(3)) if told => match speaks_rtmp(client) || speaks_rtmp(server) {
                true => Verdict::Rtmp,
                false if client.len() >= HANDSHAKE + FIRST_HEADER => Verdict::Rtmpe,
                false => Verdict::Undecided,
            },
            (Some(6 | 8 | 9), Some(6 | 8 | 9)) if told => Verdict::Rtmpe,
            (Some(3), Some(3)) if asked == Some(HELLO) || speaks_rtmp(client) => Verdict::Rtmp,
            (Some(3), None) if speaks_rtmp(client) => Verdict::Rtmp,
            (None, Some(3)) if hints.port || speaks_rtmp(server) => Verdict::Rtmp,
            // A version that does not exist, in a hello of just the right length.
            (Some(_), Some(_)) if hints.port && told && self.odd_hello().is_some() => Verdict::Rtmp,
            (Some(_), None) if hints.port && self.odd_hello().is_some() => Verdict::Undecided,
            (client, server) => {
                let possible = |first: Option<&u8>| first.is_none_or(|b| matches!(b, 3 | 6 | 8 | 9));
                if possible(client) && possible(server) { Verdict::Undecided } else { Verdict::Other }
            }
        }
    }

    /// A hello whose version does not exist.
    fn odd_hello(&self) -> Option<Part> {
        let head = Some(&self.heads.c2s).filter(|head| !head.holed);
        head.and_then(|head| hello::odd(behind_prefix(&head.bytes)))
    }

    /// Whether the client said something that is no hello, and nobody answered.
    pub(crate) fn is_stranger(&self, hints: Hints) -> bool {
        hints.from_start && !hints.certain && self.odd_hello() == Some(Part::Begin)
    }

    /// The capture begins inside the connection.
    fn joined(&self, hints: Hints) -> Verdict {
        let heads = [self.heads.c2s.bytes.as_slice(), self.heads.s2c.bytes.as_slice()];
        if heads.into_iter().any(signs::is_tls_record) || (self.heard.asked && self.is_tls_inside()) {
            return if hints.port { Verdict::Rtmps } else { Verdict::Other };
        }
        if self.tunnel.is_some() || heads.into_iter().any(signs::is_rtmpt_answer) {
            return Verdict::Rtmpt;
        }
        if self.hellos().are_rtmp() {
            return Verdict::Rtmp;
        }
        if self.hellos().are_rtmpe() {
            return Verdict::Rtmpe;
        }
        let open = heads.into_iter().any(signs::may_be_rtmpt_answer);
        if !hints.port && !open && matches!(self.other(), Other::Http | Other::Ssh) {
            return Verdict::Other;
        }
        Verdict::Undecided
    }

    /// Whether there are chunks, beyond doubt.
    const fn has_chunks(&self) -> bool {
        self.before + self.heard.points >= ENOUGH
    }

    /// Whether records of TLS follow each other somewhere in what is held.
    fn is_tls_inside(&self) -> bool {
        Dir::BOTH.into_iter().any(|of| {
            let stream = self.stream().filter(|(dir, _)| *dir == of).map(|(_, delivery)| delivery);
            signs::has_tls_records(stream)
        })
    }

    /// Whether chunks are to be searched for: the beginning of a stream is not there.
    pub(crate) fn searches(&self, hints: Hints) -> bool {
        let holed = self.heads.c2s.holed || self.heads.s2c.holed;
        !hints.certain && (!hints.from_start || holed)
    }

    fn is_full(&self, hints: Hints) -> bool {
        let cost = self.held_bytes + self.held.len() * size_of::<Held>();
        let full = |head: &Head| !self.searches(hints) && head.bytes.len() >= MAX_HEAD;
        full(&self.heads.c2s) || full(&self.heads.s2c) || self.held.len() >= MAX_HELD || cost >= MAX_COST
    }

    fn at_full(&mut self, hints: Hints) -> Verdict {
        let known = hints.port || hints.certain;
        if known && hints.from_start && self.asks_for_encryption() {
            return Verdict::Rtmpe;
        }
        if known || self.has_chunks() {
            return Verdict::Rtmp;
        }
        if !self.searches(hints) || self.given_up == MOST_GIVEN_UP {
            return Verdict::Other;
        }
        self.given_up += 1;
        self.before += std::mem::take(&mut self.heard.points);
        for (dir, delivery) in self.held.iter().filter_map(Held::delivery) {
            if let Delivery::Data { bytes, .. } = delivery {
                *self.passed.get_mut(dir) += bytes.len() as u64;
            }
        }
        self.held.retain(|held| held.delivery().is_none());
        self.held.truncate(JOIN_FROM);
        // From here on it is asked about all that can be held, once.
        (self.held_bytes, self.ask_at, self.asked_at) = (0, 0, 0);
        Verdict::Undecided
    }

    fn hellos(&self) -> Hellos<'_> {
        let all = PerDir { c2s: self.heads.c2s.bytes.as_slice(), s2c: self.heads.s2c.bytes.as_slice() };
        let heads = PerDir { c2s: behind_prefix(all.c2s), s2c: behind_prefix(all.s2c) };
        let prefix = self.first.map_or(0, |dir| all.get(dir).len() - heads.get(dir).len());
        Hellos { heads, first: self.first, asked: self.asked.and_then(|asked| asked.checked_sub(prefix)) }
    }

    /// The direction of what the client sends, as far as the bytes tell.
    fn client(&self) -> Option<Dir> {
        let answered = |dir: &Dir| signs::is_rtmpt_answer(&self.heads.get(dir.opposite()).bytes);
        let tunnel = self.tunnel.or_else(|| Dir::BOTH.into_iter().find(answered));
        tunnel.or(self.heard.client).or_else(|| self.hellos().client())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Hints = Hints { port: false, certain: false, from_start: true, roles: true };
    const HINTED: Hints = Hints { port: true, ..START };

    fn feed(parts: &[(Dir, &[u8])], hints: Hints) -> (Verdict, usize) {
        let mut detector = Detector::default();
        let mut verdict = Verdict::Undecided;
        let at = PacketRef::default();
        let mut sent = PerDir { c2s: 0, s2c: 0 };
        for (dir, bytes) in parts {
            let pos = *sent.get(*dir);
            *sent.get_mut(*dir) += bytes.len() as u64;
            verdict = detector.push(*dir, at, Signal::Stream(Delivery::Data { pos, bytes, at }), hints);
            if verdict != Verdict::Undecided {
                break;
            }
        }
        let mut held = 0;
        detector.replay(false, &mut |_, _, _| held += 1);
        (verdict, held)
    }

    const C: Dir = Dir::ClientToServer;
    const S: Dir = Dir::ServerToClient;

    #[test]
    fn both_hellos_tell_rtmp_on_any_port() {
        let hello = [3; 1537];
        assert_eq!(feed(&[(C, &hello)], START), (Verdict::Undecided, 1));
        assert_eq!(feed(&[(C, &hello), (S, &hello)], START), (Verdict::Rtmp, 2));
        assert_eq!(feed(&[(C, &hello[..1])], HINTED), (Verdict::Rtmp, 1));
        // Remote desktop begins with a 3 too, and is answered before a hello would be complete.
        let desktop: [(Dir, &[u8]); 3] = [(C, &[3, 0, 0, 19]), (S, &[3, 0, 0, 19]), (C, &[3; 4000])];
        assert_eq!(feed(&desktop, START).0, Verdict::Undecided);
        assert_eq!(feed(&[(C, &[3; 9000])], START).0, Verdict::Other);
        assert_eq!(feed(&[(C, &hello), (S, b"HTTP")], START).0, Verdict::Other);
    }

    #[test]
    fn one_direction_is_enough_with_a_command_behind_the_handshake() {
        let mut bytes = vec![3; 3073];
        bytes.extend([3, 0, 0, 0, 0, 0, 99, 20, 0, 0, 0, 0, 2]);
        assert_eq!(feed(&[(C, &bytes)], START).0, Verdict::Rtmp);
        bytes[3080] = 99;
        assert_eq!(feed(&[(C, &bytes)], START).0, Verdict::Undecided);
    }

    #[test]
    fn behind_the_prefix_of_a_proxy() {
        let prefix = [0xF3, 0, 4, 192, 0, 2, 7];
        let hello = [3; 1537];
        let both = [&prefix[..], &hello].concat();
        assert_eq!(feed(&[(C, &prefix)], HINTED).0, Verdict::Undecided);
        assert_eq!(feed(&[(C, &prefix), (C, &[3])], HINTED).0, Verdict::Rtmp);
        assert_eq!(feed(&[(C, &prefix), (C, &hello), (S, &hello)], START).0, Verdict::Rtmp);
        assert_eq!(feed(&[(C, &both), (S, &hello)], START).0, Verdict::Rtmp);
        assert_eq!(feed(&[(C, &prefix), (C, &[6; 1537]), (S, &[6; 10])], START).0, Verdict::Rtmpe);
        assert_eq!(feed(&[(C, &prefix), (C, b"GET ")], HINTED).0, Verdict::Other);
        assert_eq!(feed(&[(C, &[0xF3, 200, 0, 3])], START).0, Verdict::Other, "longer than any prefix");
        let joined = Hints { from_start: false, ..START };
        let hello: Vec<u8> = (0..1537_u32)
            .map(|n| if n == 0 { 3 } else { u8::try_from((n * 7 / 4) % 256).unwrap() | 32 })
            .collect();
        let both = [&prefix[..], &hello].concat();
        assert_eq!(feed(&[(C, &both), (S, &hello)], joined).0, Verdict::Rtmp);
    }

    /// Encryption is asked for: whatever else is known, the stream is not taken for plain RTMP.
    #[test]
    fn encryption_whatever_the_hints() {
        let certain = Hints { certain: true, ..START };
        for hints in [START, HINTED, certain] {
            assert_eq!(feed(&[(C, &[9; 1537]), (S, &[9; 10])], hints).0, Verdict::Rtmpe, "{hints:?}");
        }
        assert_eq!(feed(&[(C, &[6; 9000])], certain).0, Verdict::Rtmpe);
        assert_eq!(feed(&[(S, &[6; 9000])], HINTED).0, Verdict::Rtmpe, "of the server alone");
        let joined = Hints { from_start: false, ..certain };
        assert_eq!(feed(&[(C, &[6; 1537])], joined).0, Verdict::Rtmp, "a 6 may begin a chunk there");
    }

    #[test]
    fn a_server_that_does_not_name_the_encryption() {
        let mut plain = vec![3; 3073];
        plain.extend([2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0]);
        let mut client = plain.clone();
        client[0] = 6;
        let asked: (Dir, &[u8]) = (C, &client[..1537]);
        for hints in [START, HINTED] {
            assert_eq!(feed(&[asked, (S, &plain[..3073])], hints).0, Verdict::Undecided);
            assert_eq!(feed(&[asked, (S, &plain)], hints).0, Verdict::Rtmp);
            assert_eq!(feed(&[asked, (S, &plain[..3073]), (C, &client[1537..])], hints).0, Verdict::Rtmp);
            let noise: (Dir, &[u8]) = (C, &[0x5A; 2000]);
            assert_eq!(feed(&[asked, (S, &plain[..3073]), noise], hints).0, Verdict::Rtmpe);
        }
    }

    /// Where the port is known, a hello of the right length with a version that does not exist is one of RTMP.
    #[test]
    fn versions_that_do_not_exist() {
        let long = [0x5A; 3000];
        for version in [0, 2, 4, 31, 32, 255] {
            let mut hello = vec![7; 1537];
            hello[0] = version;
            let said: (Dir, &[u8]) = (C, &hello);
            assert_eq!(feed(&[said], HINTED).0, Verdict::Undecided);
            assert_eq!(feed(&[said, (S, &[3])], HINTED).0, Verdict::Rtmp, "{version}");
            assert_eq!(feed(&[said, (S, &[3])], START).0, Verdict::Other, "{version}");
            assert_eq!(feed(&[(C, &hello[..1536]), (S, b"x")], HINTED).0, Verdict::Other);
            assert_eq!(feed(&[said, (C, b"x")], HINTED).0, Verdict::Other);
            let mut detector = Detector::default();
            let data = |bytes| Signal::Stream(Delivery::Data { pos: 0, bytes, at: PacketRef::default() });
            detector.push(C, PacketRef::default(), data(&hello), HINTED);
            assert_eq!((detector.end(HINTED), detector.is_stranger(HINTED)), (Verdict::Rtmp, false));
            let mut detector = Detector::default();
            detector.push(C, PacketRef::default(), data(&hello[..100]), HINTED);
            assert_eq!((detector.end(HINTED), detector.is_stranger(HINTED)), (Verdict::Undecided, true));
        }
        assert_eq!(feed(&[(C, &long)], HINTED).0, Verdict::Other);
        assert_eq!(feed(&[(C, b"GET / HTTP/1.1")], HINTED).0, Verdict::Other);
    }

    #[test]
    fn tunnels_and_others() {
        assert_eq!(feed(&[(C, b"POST /open/1 HTTP/1.1")], START).0, Verdict::Rtmpt);
        assert_eq!(feed(&[(C, b"GET / HTTP/1.1")], HINTED).0, Verdict::Other);
        assert_eq!(feed(&[(C, &[0x16, 3, 1, 0])], HINTED).0, Verdict::Rtmps);
        assert_eq!(feed(&[(C, &[0x16, 3, 1, 0])], START).0, Verdict::Other);
        assert_eq!(feed(&[(C, &[6; 1537]), (S, &[6; 10])], HINTED).0, Verdict::Rtmpe);
        assert_eq!(feed(&[(S, b"220 mail")], START).0, Verdict::Other);
        assert_eq!(feed(&[(C, b"x")], Hints { certain: true, ..START }).0, Verdict::Rtmp);
    }
}

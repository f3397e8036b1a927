//! What a connection is, told by its first bytes.
//!
//! Takes the signals of a TCP connection from its start and holds them (a few kilobytes at most) until it can
//! tell; then gives a [`Verdict`] and the held signals back, to be taken by whoever understands them.
//!
//! RTMP begins with a version byte of 3 from both sides and 1536 bytes behind it (RTMP 1.0, 5.2). On a port that
//! is known for RTMP the client's version byte is enough; elsewhere both sides have to look like it, since other
//! protocols begin with a 3 as well.

use crate::base::pos::{Dir, PacketRef, PerDir};
use crate::tcp::assembler::Delivery;
use crate::tcp::connection::Signal;

/// What a connection turned out to be.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Not enough bytes yet.
    Undecided,
    /// Plain RTMP.
    Rtmp,
    /// Plain RTMP whose client is the side taken for the server.
    RtmpFlipped,
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

/// The methods of HTTP that a request may begin with.
const HTTP: [&[u8]; 7] = [b"GET ", b"POST ", b"HEAD ", b"PUT ", b"OPTIONS ", b"CONNECT ", b"DELETE "];

/// What is known of a connection besides its bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hints {
    /// One of its ports is known for RTMP.
    pub(crate) port: bool,
    /// The user says it is RTMP.
    pub(crate) certain: bool,
    /// Its opening was captured.
    pub(crate) from_start: bool,
}

/// Holds the first signals of a connection.
#[derive(Debug, Default)]
pub(crate) struct Detector {
    held: Vec<Held>,
    /// Bytes of data in `held`.
    held_bytes: usize,
    heads: PerDir<Head>,
    /// How much the client had sent when the server's first byte came.
    asked: Option<usize>,
}

/// A held signal, with its data copied.
#[derive(Debug)]
struct Held {
    dir: Dir,
    at: PacketRef,
    what: What,
}

#[derive(Debug)]
enum What {
    Signal(Signal<'static>),
    Data { pos: u64, bytes: Vec<u8> },
}

/// The stream of one direction as far as it is held without a hole.
#[derive(Debug, Default)]
struct Head {
    bytes: Vec<u8>,
    holed: bool,
}

/// Bytes that tell a hello from a chunk header.
const FIRST_BYTES: usize = 12;
/// Bytes of a whole hello: version, then C1 or S1.
const HELLO: usize = 1 + 1536;
/// Where the first chunk header stands.
const HANDSHAKE: usize = HELLO + 1536;
/// Held per direction; a connection that is not told by then is something else.
const MAX_HEAD: usize = 8192;
/// Held signals from which on data is joined, so that tiny segments cost no more than their bytes.
const JOIN_FROM: usize = 256;
/// Held signals at most: beyond, nothing but turning points of TCP has come for long.
const MAX_HELD: usize = 2048;
/// Bytes of held data at most, in front of and behind holes.
const MAX_HELD_BYTES: usize = 4 * MAX_HEAD;

impl Detector {
    /// Takes a signal; the answer holds for all signals so far.
    pub(crate) fn push(&mut self, dir: Dir, at: PacketRef, signal: Signal<'_>, hints: Hints) -> Verdict {
        let asked = Some(self.heads.c2s.bytes.len());
        let head = self.heads.get_mut(dir);
        let what = match signal {
            Signal::Stream(Delivery::Data { pos, bytes, .. }) => {
                self.held_bytes += bytes.len();
                if dir == Dir::ServerToClient {
                    self.asked = self.asked.or(asked);
                }
                if !head.holed && head.bytes.len() < MAX_HEAD {
                    head.bytes.extend_from_slice(bytes);
                }
                What::Data { pos, bytes: bytes.into() }
            }
            Signal::Stream(Delivery::Gap { pos, len, snapped, at }) => {
                head.holed = true;
                What::Signal(Signal::Stream(Delivery::Gap { pos, len, snapped, at }))
            }
            Signal::Syn => What::Signal(Signal::Syn),
            Signal::SynAck => What::Signal(Signal::SynAck),
            Signal::Established { rtt_ns } => What::Signal(Signal::Established { rtt_ns }),
            Signal::Fin => What::Signal(Signal::Fin),
            Signal::Rst => What::Signal(Signal::Rst),
            Signal::ZeroWindowBegin => What::Signal(Signal::ZeroWindowBegin),
            Signal::ZeroWindowEnd { duration_ns } => What::Signal(Signal::ZeroWindowEnd { duration_ns }),
        };
        self.hold(Held { dir, at, what });
        let verdict = self.verdict(hints);
        if verdict != Verdict::Undecided {
            return verdict;
        }
        let full = |head: &Head| head.bytes.len() >= MAX_HEAD;
        let full = full(&self.heads.c2s)
            || full(&self.heads.s2c)
            || self.held.len() >= MAX_HELD
            || self.held_bytes >= MAX_HELD_BYTES;
        if full {
            return if hints.port { Verdict::Rtmp } else { Verdict::Other };
        }
        Verdict::Undecided
    }

    fn hold(&mut self, new: Held) {
        if self.held.len() >= JOIN_FROM
            && let Some(last) = self.held.last_mut().filter(|last| last.dir == new.dir)
            && let (What::Data { bytes, .. }, What::Data { bytes: more, .. }) = (&mut last.what, &new.what)
        {
            bytes.extend_from_slice(more);
            last.at = new.at;
            return;
        }
        self.held.push(new);
    }

    /// Gives the held signals in order; with `flip`, with the directions exchanged.
    pub(crate) fn replay(self, flip: bool, take: &mut impl FnMut(Dir, PacketRef, Signal<'_>)) {
        for Held { dir, at, what } in self.held {
            let dir = if flip { dir.opposite() } else { dir };
            match what {
                What::Signal(signal) => take(dir, at, signal),
                What::Data { pos, bytes } => {
                    take(dir, at, Signal::Stream(Delivery::Data { pos, bytes: &bytes, at }));
                }
            }
        }
    }

    /// Client and server change places.
    pub(crate) fn flip(&mut self) {
        std::mem::swap(&mut self.heads.c2s, &mut self.heads.s2c);
        for held in &mut self.held {
            held.dir = held.dir.opposite();
        }
    }

    /// Whether the client asked for an encrypted handshake.
    pub(crate) fn asks_for_encryption(&self) -> bool {
        matches!(self.heads.c2s.bytes.first(), Some(6 | 8 | 9))
    }

    /// What it is, if not RTMP.
    pub(crate) fn other(&self) -> Other {
        match (self.heads.c2s.bytes.as_slice(), self.heads.s2c.bytes.as_slice()) {
            ([], []) => Other::Silent,
            ([0x16, 0x03, 0..=4, ..], _) => Other::Tls,
            (client, _) if HTTP.iter().any(|method| client.starts_with(method)) => Other::Http,
            (client, server) if client.starts_with(b"SSH-") || server.starts_with(b"SSH-") => Other::Ssh,
            _ => Other::Unknown,
        }
    }

    fn verdict(&self, hints: Hints) -> Verdict {
        let (client, server) = (&self.heads.c2s, &self.heads.s2c);
        if hints.certain && !(client.bytes.is_empty() && server.bytes.is_empty()) {
            return Verdict::Rtmp;
        }
        if let Some(verdict) = tunnelled(&client.bytes, hints) {
            return verdict;
        }
        if !hints.from_start {
            return self.joined(hints);
        }
        match (client.bytes.first(), server.bytes.first()) {
            (Some(3), _) if hints.port => Verdict::Rtmp,
            (Some(6 | 8 | 9), Some(3 | 6 | 8 | 9)) if hints.port && client.bytes.len() >= HELLO => {
                Verdict::Rtmpe
            }
            // A client waits behind its hello for the server's; other protocols that begin like this do not.
            (Some(6 | 8 | 9), Some(3 | 6 | 8 | 9)) if self.asked == Some(HELLO) => Verdict::Rtmpe,
            (Some(3), Some(3)) if self.asked == Some(HELLO) || speaks_rtmp(&client.bytes) => Verdict::Rtmp,
            (Some(3), None) if speaks_rtmp(&client.bytes) => Verdict::Rtmp,
            (None, Some(3)) if hints.port || speaks_rtmp(&server.bytes) => Verdict::Rtmp,
            (client, server) => {
                let possible = |first: Option<&u8>| first.is_none_or(|b| matches!(b, 3 | 6 | 8 | 9));
                if possible(client) && possible(server) { Verdict::Undecided } else { Verdict::Other }
            }
        }
    }

    /// The capture begins inside the connection.
    fn joined(&self, hints: Hints) -> Verdict {
        let (client, server) = (&self.heads.c2s.bytes, &self.heads.s2c.bytes);
        let hello = |bytes: &[u8]| bytes.first() == Some(&3) && bytes.len() >= HELLO;
        if hello(server) && client.is_empty() && !hints.port {
            return Verdict::RtmpFlipped;
        }
        if hints.port && [client, server].iter().any(|bytes| (1..FIRST_BYTES).contains(&bytes.len())) {
            return Verdict::Undecided;
        }
        let some = !client.is_empty() || !server.is_empty() || self.heads.c2s.holed || self.heads.s2c.holed;
        match some {
            true if hints.port || (hello(client) && hello(server)) => Verdict::Rtmp,
            true if client.first().is_some_and(|b| *b != 3) || server.first().is_some_and(|b| *b != 3) => {
                Verdict::Other
            }
            _ => Verdict::Undecided,
        }
    }
}

/// Whether a whole handshake is followed by a chunk that can be the first: format 0, a control or command message
/// on message stream 0.
fn speaks_rtmp(bytes: &[u8]) -> bool {
    match bytes.get(HANDSHAKE..HANDSHAKE + 12) {
        Some([basic, _, _, _, 0, _, _, kind, 0, 0, 0, 0]) => {
            basic >> 6 == 0 && matches!(kind, 1 | 4 | 5 | 6 | 17 | 20)
        }
        _ => false,
    }
}

/// HTTP or TLS, by the client's first bytes.
fn tunnelled(client: &[u8], hints: Hints) -> Option<Verdict> {
    const REQUESTS: [&[u8]; 5] =
        [b"POST /open/", b"POST /send/", b"POST /idle/", b"POST /close/", b"POST /fcs/ident"];
    if REQUESTS.iter().any(|request| client.starts_with(request)) {
        return Some(Verdict::Rtmpt);
    }
    match client {
        [0x16, 0x03, 0..=4, ..] => Some(if hints.port { Verdict::Rtmps } else { Verdict::Other }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Hints = Hints { port: false, certain: false, from_start: true };
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

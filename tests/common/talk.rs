//! A conversation: who writes which bytes when, and the list of messages that were said.
//!
//! A talk has a clock (`wait`, `until`) and two chunk writers. Each step appends a `Write`, that is bytes handed to
//! TCP at a time, and `Sent` entries, the truth a decoder's result is compared with. An `answer` waits until the
//! other side's bytes so far have arrived, however slow the path is. The named steps of RTMP are in `dialog`.

use super::chunk::{ChunkWriter, ExtendedOnType3, Open};
use super::message::{self, Message};
use super::tcp::{Packet, Tcp};
use super::{Dir, MS, Ns};

/// Bytes one side hands to TCP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Since the connection was open.
    pub at: Ns,
    pub dir: Dir,
    /// Not before so many bytes of the other direction have arrived.
    pub needs: u64,
    pub bytes: Vec<u8>,
}

/// A message that was sent, as the decoder should report it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub dir: Dir,
    pub csid: u32,
    pub kind: u8,
    pub timestamp: u32,
    pub msid: u32,
    pub body: Vec<u8>,
    /// Stream offset of its first header byte.
    pub start: u64,
    /// Stream offset after its last byte; other messages' chunks may lie between.
    pub end: u64,
    pub at: Ns,
}

impl Sent {
    /// The message's length.
    pub fn len(&self) -> usize {
        self.body.len()
    }

    /// Whether the message has no payload.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }
}

/// How the TCP connection ends.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Close {
    /// This side sends FIN first, the other one follows.
    Fin(Dir),
    /// This side resets.
    Rst(Dir),
    /// The capture ends before the connection does.
    Open,
}

/// One direction of a talk.
#[derive(Clone, Debug, Default)]
struct Side {
    writer: ChunkWriter,
    /// Stream bytes written.
    written: u64,
    /// Bytes of the other direction this side waits for before its next write.
    needs: u64,
}

/// The script of one connection.
#[derive(Clone, Debug)]
pub struct Talk {
    pub(super) now: Ns,
    /// Time from a request's sending to its answer, added by `answer`.
    pub(super) turn: Ns,
    sides: [Side; 2],
    writes: Vec<Write>,
    sent: Vec<Sent>,
    close: Close,
    tcp: Tcp,
    pub(super) transaction: f64,
    pub(super) msid: u32,
    pub(super) media_dir: Dir,
    pub(super) seed: u64,
    /// Send an Acknowledgement whenever so many bytes have come.
    pub(super) ack_every: Option<u64>,
    pub(super) acked: u64,
}

impl Default for Talk {
    fn default() -> Self {
        Self::new()
    }
}

impl Talk {
    pub fn new() -> Self {
        Self {
            now: 0,
            turn: 10 * MS,
            sides: [Side::default(), Side::default()],
            writes: Vec::new(),
            sent: Vec::new(),
            close: Close::Fin(Dir::Up),
            tcp: Tcp::default(),
            transaction: 0.0,
            msid: 1,
            media_dir: Dir::Up,
            seed: 1,
            ack_every: None,
            acked: 0,
        }
    }

    /// Seeds the handshake's random bytes.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Changes the connection below: addresses, segment size, sequence numbers, path.
    pub fn tcp(mut self, change: impl FnOnce(&mut Tcp)) -> Self {
        change(&mut self.tcp);
        self
    }

    /// Moves the clock.
    pub fn wait(mut self, ms: u64) -> Self {
        self.now += ms * MS;
        self
    }

    /// Moves the clock to `at` if it is not there yet.
    pub fn until(mut self, at: Ns) -> Self {
        self.now = self.now.max(at);
        self
    }

    /// The time an answer takes.
    pub fn turn(self, ms: u64) -> Self {
        Self { turn: ms * MS, ..self }
    }

    /// What `dir` writes next, it writes in answer to all the other side has said so far.
    pub fn answer(mut self, dir: Dir) -> Self {
        self.now += self.turn;
        self.sides[dir.i()].needs = self.sides[dir.back().i()].written;
        self
    }

    /// `dir` has received everything said so far before its next write; the clock stays.
    pub fn after_all(mut self, dir: Dir) -> Self {
        self.sides[dir.i()].needs = self.sides[dir.back().i()].written;
        self
    }

    /// Sends one message. A Set Chunk Size takes effect behind it.
    pub fn send(self, dir: Dir, message: &Message) -> Self {
        self.write(dir, |pen| pen.message(message))
    }

    /// Sends several messages in one write.
    pub fn send_all(self, dir: Dir, messages: &[Message]) -> Self {
        self.write(dir, |pen| {
            for message in messages {
                pen.message(message);
            }
        })
    }

    /// The client sends one message.
    pub fn up(self, message: &Message) -> Self {
        self.send(Dir::Up, message)
    }

    /// The server sends one message.
    pub fn down(self, message: &Message) -> Self {
        self.send(Dir::Down, message)
    }

    /// Sends messages of different chunk streams with their chunks in turn.
    pub fn interleave(self, dir: Dir, messages: &[Message]) -> Self {
        self.write(dir, |pen| {
            let mut open: Vec<Open> = messages.iter().cloned().map(Open::new).collect();
            while !open.is_empty() {
                for message in &mut open {
                    pen.chunk(message);
                }
                open.retain(|o| !o.finished());
            }
        })
    }

    /// Sends any bytes.
    pub fn raw(self, dir: Dir, bytes: &[u8]) -> Self {
        self.write(dir, |pen| pen.raw(bytes))
    }

    /// One write, chunk by chunk if wanted. An empty one is not made.
    pub fn write(mut self, dir: Dir, fill: impl FnOnce(&mut Pen<'_>)) -> Self {
        let side = &mut self.sides[dir.i()];
        let mut pen = Pen { dir, at: self.now, side, sent: &mut self.sent, out: Vec::new() };
        fill(&mut pen);
        let bytes = pen.out;
        if !bytes.is_empty() {
            let needs = self.sides[dir.i()].needs;
            self.writes.push(Write { at: self.now, dir, needs, bytes });
        }
        self
    }

    /// What a direction's type 3 headers carry of an extended timestamp.
    pub fn extended(mut self, dir: Dir, how: ExtendedOnType3) -> Self {
        self.sides[dir.i()].writer.extended = how;
        self
    }

    /// Off: only type 0 headers begin messages.
    pub fn compress(mut self, dir: Dir, on: bool) -> Self {
        self.sides[dir.i()].writer.compress = on;
        self
    }

    /// Uses another chunk size without a word about it.
    pub fn silent_chunk_size(mut self, dir: Dir, size: usize) -> Self {
        self.sides[dir.i()].writer.chunk_size = size;
        self
    }

    /// How the connection ends, at the clock's time or when all has arrived.
    pub fn close_with(mut self, close: Close) -> Self {
        self.close = close;
        self
    }

    /// The client closes in order.
    pub fn close(self) -> Self {
        self.close_with(Close::Fin(Dir::Up))
    }

    /// Bytes written so far in one direction.
    pub fn written(&self, dir: Dir) -> u64 {
        self.sides[dir.i()].written
    }

    /// The messages said so far, in the order of their last bytes per direction.
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// The writes so far.
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// One direction's whole byte stream.
    pub fn bytes(&self, dir: Dir) -> Vec<u8> {
        self.writes.iter().filter(|w| w.dir == dir).flat_map(|w| w.bytes.clone()).collect()
    }

    /// The clock.
    pub fn now(&self) -> Ns {
        self.now
    }

    /// The packets of the whole connection, as the capture point sees them.
    pub fn packets(&self) -> Vec<Packet> {
        self.tcp.packets(&self.writes, self.close, self.now)
    }
}

/// Writes the chunks of one `Write`.
pub struct Pen<'a> {
    dir: Dir,
    at: Ns,
    side: &'a mut Side,
    sent: &'a mut Vec<Sent>,
    out: Vec<u8>,
}

impl Pen<'_> {
    /// A whole message.
    pub fn message(&mut self, message: &Message) {
        self.rest(&mut Open::new(message.clone()));
    }

    /// What is left of a message.
    pub fn rest(&mut self, open: &mut Open) {
        while !open.finished() {
            self.chunk(open);
        }
    }

    /// One chunk; an open message may live on into another `write`.
    pub fn chunk(&mut self, open: &mut Open) {
        let at = self.side.written;
        let start = *open.start.get_or_insert(at);
        let Some(bytes) = self.side.writer.chunk(open) else { return };
        self.raw(&bytes);
        if !open.finished() {
            return;
        }
        let m = &open.message;
        if let (message::SET_CHUNK_SIZE, Ok(size)) = (m.kind, <[u8; 4]>::try_from(&m.body[..])) {
            self.side.writer.chunk_size = (u32::from_be_bytes(size) & 0x7FFF_FFFF).max(1) as usize;
        }
        self.sent.push(Sent {
            dir: self.dir,
            csid: m.csid,
            kind: m.kind,
            timestamp: m.timestamp,
            msid: m.msid,
            body: m.body.clone(),
            start,
            end: self.side.written,
            at: self.at,
        });
    }

    /// Any bytes.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.side.written += bytes.len() as u64;
        self.out.extend(bytes);
    }
}

//! Captures of ordinary streaming: connections that publish H.264 and AAC at the same time, as programs and networks
//! send them.
//!
//! Each takes the size of the capture in bytes, and is the same for the same size. Segments of all connections are
//! mixed by time, each message leaves at its time on the media clock, receivers acknowledge every second segment, and
//! what is lost on the way comes again. Sizes and layouts are those of an encoder; the pictures are noise.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io;

use super::kinds::{Make, noise};
use super::wire::{ACK, Conn, From, PUSH, SEGMENT, Wire, basic, chunk, command, number};

/// All kinds, as those of `kinds.rs`.
pub(crate) const KINDS: [(&str, &str, Make); 5] = [
    ("big", "bytes of 8 connections, 8 Mb/s each, chunk size 4096", |wire, bytes| {
        publish(wire, bytes, 8, &Shape { chunk: 4096, kbps: 8000, late_per_mille: 0 })
    }),
    ("many", "bytes of connections of 150 KB, chunk size 128", |wire, bytes| {
        publish(wire, bytes, bytes / 150_000, &Shape { chunk: 128, kbps: 300, late_per_mille: 0 })
    }),
    ("lossy", "bytes as `big`, of which 1 % are sent again and 1 % come late", |wire, bytes| {
        publish(wire, bytes, 8, &Shape { chunk: 4096, kbps: 8000, late_per_mille: 10 })
    }),
    ("few", "bytes of 10 connections at a low bit rate, chunk size 4096", |wire, bytes| {
        publish(wire, bytes, 10, &Shape { chunk: 4096, kbps: 150, late_per_mille: 0 })
    }),
    ("crowd", "bytes of connections of 15 KB at a low bit rate, chunk size 4096", |wire, bytes| {
        publish(wire, bytes, bytes / 15_000, &Shape { chunk: 4096, kbps: 150, late_per_mille: 0 })
    }),
];

/// What all connections of a capture have in common.
struct Shape {
    chunk: usize,
    /// Of the video.
    kbps: u64,
    /// Segments of a thousand that are sent again, and as many that come behind those after them.
    late_per_mille: u64,
}

/// Frames of video per second, and from one key frame to the next.
const FPS: u64 = 30;
const GROUP: u64 = 60;
/// Samples of audio per second, and in a frame.
const SAMPLE_RATE: u64 = 48_000;
const SAMPLES: u64 = 1024;
/// From one segment of a message to the next.
const PACE_US: u64 = 100;
/// From a segment to its acknowledgement.
const ACK_AFTER_US: u64 = 5;
/// The server sends an Acknowledgement after so many bytes.
const TELL_EVERY: u32 = 2_500_000;
/// The last segments that come late are there by then.
const QUIET_US: u64 = 60_000;

/// Writes about `bytes` bytes of `connections` that publish at the same time.
fn publish(wire: &mut Wire<'_>, bytes: u64, connections: u64, shape: &Shape) -> io::Result<()> {
    let pool = noise(1 << 20, 1);
    let count = u32::try_from(connections.max(1)).unwrap_or(u32::MAX);
    // They begin within a tenth of the time that the capture is to last.
    let spread_us = bytes * 8_000 / u64::from(count) / (shape.kbps + 150) / 10;
    let begin_us = wire.now_us;
    let mut sessions = Vec::new();
    let mut turns = BinaryHeap::new();
    for n in 0..count {
        let at_us = begin_us + spread_us * u64::from(n) / u64::from(count);
        turns.push(Reverse((at_us, sessions.len())));
        sessions.push(Session::new(n, at_us));
    }
    wire.step_us = 0;
    while let Some(Reverse((at_us, n))) = turns.pop() {
        let Some(session) = sessions.get_mut(n) else { break };
        wire.now_us = wire.now_us.max(at_us);
        let over = wire.bytes >= bytes;
        let next_us = session.act(wire, shape, &pool, over)?;
        turns.extend(next_us.map(|next_us| Reverse((next_us, n))));
    }
    Ok(())
}

/// One connection that publishes.
struct Session {
    conn: Conn,
    name: String,
    dice: Dice,
    stage: Stage,
    /// When something is done next, beside what is on its way.
    next_us: u64,
    /// When the media began.
    start_us: u64,
    video: Track,
    audio: Track,
    /// Segments on their way, by when they are captured and the order in which they were sent.
    due: BTreeMap<(u64, u64), Segment>,
    order: u64,
    /// When the last segment of the last message left.
    free_us: u64,
    /// Bytes of media sent.
    sent: u32,
    receiver: Receiver,
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Stage {
    Opening,
    Streaming,
    Closing,
}

/// One track of a stream.
#[derive(Copy, Clone, Default)]
struct Track {
    frames: u64,
    /// Timestamp of the message sent last.
    last_ms: u32,
}

struct Segment {
    /// In the stream of media.
    offset: u32,
    flags: u8,
    bytes: Vec<u8>,
}

/// The receiving TCP.
#[derive(Default)]
struct Receiver {
    /// All in front of it is there.
    have: u32,
    /// Ends of what came early, by offset.
    early: BTreeMap<u32, u32>,
    unacknowledged: u32,
    /// What the last Acknowledgement of RTMP told.
    told: u32,
}

impl Session {
    fn new(n: u32, at_us: u64) -> Self {
        Self {
            conn: Conn::new(n, 1935).over_ethernet(),
            name: format!("camera{n}"),
            dice: Dice(u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            stage: Stage::Opening,
            next_us: at_us,
            start_us: 0,
            video: Track::default(),
            audio: Track::default(),
            due: BTreeMap::new(),
            order: 0,
            free_us: 0,
            sent: 0,
            receiver: Receiver::default(),
        }
    }

    /// Does what is next: a segment is captured, or a message is made. Tells when to be asked again.
    fn act(
        &mut self,
        wire: &mut Wire<'_>,
        shape: &Shape,
        pool: &[u8],
        over: bool,
    ) -> io::Result<Option<u64>> {
        if let Some(first) = self.due.first_entry().filter(|first| first.key().0 <= self.next_us) {
            let segment = first.remove();
            self.capture(wire, &segment)?;
        } else {
            match self.stage {
                Stage::Opening => self.open(wire, shape)?,
                Stage::Streaming if over => {
                    self.stage = Stage::Closing;
                    self.next_us = self.free_us.max(self.next_us) + QUIET_US;
                }
                Stage::Streaming => self.make_message(shape, pool),
                Stage::Closing => return self.close(wire).map(|()| None),
            }
        }
        let due_us = self.due.first_key_value().map(|(key, _)| key.0);
        Ok(Some(due_us.map_or(self.next_us, |due_us| due_us.min(self.next_us))))
    }

    /// All that is said before the first frame.
    fn open(&mut self, wire: &mut Wire<'_>, shape: &Shape) -> io::Result<()> {
        wire.step_us = 20;
        wire.connect(&mut self.conn)?;
        wire.publish(&mut self.conn, &self.name)?;
        let size = u32::try_from(shape.chunk).unwrap_or(u32::MAX).to_be_bytes();
        wire.send(&mut self.conn, From::Client, &chunk(2, 0, 1, 0, &size))?;
        wire.packet(&mut self.conn, From::Server, ACK, &[])?;
        wire.step_us = 0;
        self.stage = Stage::Streaming;
        (self.start_us, self.next_us, self.free_us) = (wire.now_us, wire.now_us, wire.now_us);
        Ok(())
    }

    fn close(&mut self, wire: &mut Wire<'_>) -> io::Result<()> {
        let stop = command("deleteStream", 6.0, &[vec![5], number(1.0)]);
        self.conn.skip(From::Client, self.sent);
        wire.send(&mut self.conn, From::Client, &chunk(3, 0, 20, 0, &stop))?;
        wire.close(&mut self.conn)
    }

    /// The next frame of either track, as a message that leaves at its time.
    fn make_message(&mut self, shape: &Shape, pool: &[u8]) {
        let [audio_us, video_us] = self.due_us();
        let (track, csid, kind, at_us, body) = if audio_us <= video_us {
            let len = self.dice.between(250, 450);
            let body = [&[0xAF, 1, 0x21][..], self.dice.part(pool, len)].concat();
            (&mut self.audio, 4, 8, audio_us, body)
        } else {
            let is_key = self.video.frames.is_multiple_of(GROUP);
            let body = picture(&mut self.dice, pool, is_key, shape.kbps * 125 / FPS);
            (&mut self.video, 6, 9, video_us, body)
        };
        let now_ms = u32::try_from(at_us / 1000).unwrap_or(u32::MAX);
        let bytes = message(csid, now_ms.wrapping_sub(track.last_ms), kind, &body, shape.chunk);
        track.last_ms = now_ms;
        track.frames += 1;
        self.send(self.start_us + at_us, &bytes, shape);
        let [audio_us, video_us] = self.due_us();
        self.next_us = self.next_us.max(self.start_us + audio_us.min(video_us));
    }

    /// When the next frames of audio and video are due on the media clock.
    const fn due_us(&self) -> [u64; 2] {
        [self.audio.frames * SAMPLES * 1_000_000 / SAMPLE_RATE, self.video.frames * 1_000_000 / FPS]
    }

    /// Cuts a message into segments and sends them on their way.
    fn send(&mut self, at_us: u64, bytes: &[u8], shape: &Shape) {
        let mut at_us = self.free_us.max(at_us);
        let count = bytes.len().div_ceil(SEGMENT);
        for (n, part) in (1..).zip(bytes.chunks(SEGMENT)) {
            let flags = if n == count { ACK | PUSH } else { ACK };
            let mut lands = |at_us: u64| {
                self.order += 1;
                let segment = Segment { offset: self.sent, flags, bytes: part.to_vec() };
                self.due.insert((at_us, self.order), segment);
            };
            let fate = self.dice.between(0, 999);
            if fate < shape.late_per_mille {
                // Half of them were seen the first time.
                if fate.is_multiple_of(2) {
                    lands(at_us);
                }
                lands(at_us + self.dice.between(2_000, 40_000));
            } else if fate < 2 * shape.late_per_mille {
                lands(at_us + PACE_US * self.dice.between(1, 4) + PACE_US / 2);
            } else {
                lands(at_us);
            }
            self.sent = self.sent.wrapping_add(u32::try_from(part.len()).unwrap_or(0));
            at_us += PACE_US;
        }
        self.free_us = at_us;
    }

    /// Writes a segment, and the acknowledgement when one is to follow.
    fn capture(&mut self, wire: &mut Wire<'_>, segment: &Segment) -> io::Result<()> {
        let mut conn = self.conn.clone();
        conn.skip(From::Client, segment.offset);
        wire.packet(&mut conn, From::Client, segment.flags, &segment.bytes)?;
        if self.receiver.acknowledges(segment) {
            let mut conn = self.conn.clone();
            conn.skip(From::Client, self.receiver.have);
            wire.now_us += ACK_AFTER_US;
            wire.packet(&mut conn, From::Server, ACK, &[])?;
            if self.receiver.have - self.receiver.told >= TELL_EVERY {
                self.receiver.told = self.receiver.have;
                let told = chunk(2, 0, 3, 0, &conn.sent(From::Client).to_be_bytes());
                wire.send(&mut conn, From::Server, &told)?;
                self.conn.skip(From::Server, u32::try_from(told.len()).unwrap_or(0));
            }
        }
        Ok(())
    }
}

impl Receiver {
    /// Takes a segment; every second one is acknowledged, and any that is out of order.
    fn acknowledges(&mut self, segment: &Segment) -> bool {
        let in_order = segment.offset == self.have;
        let end = segment.offset + u32::try_from(segment.bytes.len()).unwrap_or(0);
        self.early.insert(segment.offset, end);
        while let Some(first) = self.early.first_entry().filter(|first| *first.key() <= self.have) {
            self.have = self.have.max(first.remove());
        }
        self.unacknowledged += 1;
        let now = self.unacknowledged == 2 || !in_order;
        if now {
            self.unacknowledged = 0;
        }
        now
    }
}

/// The tag of a picture of H.264: a key frame is six times as large as the mean, and has an SEI message in front.
fn picture(dice: &mut Dice, pool: &[u8], is_key: bool, mean: u64) -> Vec<u8> {
    let key = (6 * mean).min(200_000);
    let mut body = vec![if is_key { 0x17 } else { 0x27 }, 1, 0, 0, 0];
    let mut unit = |header: &[u8], data: &[u8]| {
        body.extend(u32::try_from(header.len() + data.len()).unwrap_or(0).to_be_bytes());
        body.extend(header);
        body.extend(data);
    };
    if is_key {
        unit(&[6, 5, 16], dice.part(pool, 17));
        let len = dice.between(key * 85 / 100, key);
        unit(&[0x65, 0x88, 0x84], dice.part(pool, len));
    } else {
        let mean = (mean * GROUP - key) / (GROUP - 1);
        let len = dice.between(mean / 5, mean * 9 / 5);
        unit(&[0x41, 0x9A], dice.part(pool, len));
    }
    body
}

/// A message in chunks: a header of format 1, then of format 3.
fn message(csid: u32, delta: u32, kind: u8, body: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = basic(1, csid);
    let [_, delta @ ..] = delta.to_be_bytes();
    let [_, len @ ..] = u32::try_from(body.len()).unwrap_or(0).to_be_bytes();
    bytes.extend(delta);
    bytes.extend(len);
    bytes.push(kind);
    for (n, part) in body.chunks(size).enumerate() {
        if n > 0 {
            bytes.extend(basic(3, csid));
        }
        bytes.extend_from_slice(part);
    }
    bytes
}

/// Numbers in no order, the same each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// One of the numbers from `low` to `high`.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + (self.next() >> 16) % (high - low + 1)
    }

    /// So many bytes of the pool.
    fn part<'p>(&mut self, pool: &'p [u8], len: u64) -> &'p [u8] {
        let len = usize::try_from(len).unwrap_or(usize::MAX).min(pool.len());
        let room = u64::try_from(pool.len() - len).unwrap_or(0);
        let at = usize::try_from(self.between(0, room)).unwrap_or(0);
        pool.get(at..at + len).unwrap_or_default()
    }
}

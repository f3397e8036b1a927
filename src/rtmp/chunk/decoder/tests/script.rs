//! Streams with what was sent in them, and what the decoder makes of them with holes or without their beginning.

use super::*;
use crate::rtmp::message::kind::Inferred;

/// A message as it was sent, or as it came out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Msg {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) csid: u32,
    pub(super) kind: u8,
    pub(super) time: u32,
    pub(super) length: u32,
}

/// A message that came out.
#[derive(Clone, Debug)]
pub(super) struct Got {
    pub(super) msg: Msg,
    pub(super) complete: bool,
    pub(super) received: u32,
    pub(super) lost: u32,
    pub(super) inferred: Inferred,
}

/// Writes chunks.
pub(super) struct Script {
    pub(super) bytes: Vec<u8>,
    pub(super) sent: Vec<Msg>,
    /// Where chunk headers begin.
    pub(super) headers: Vec<usize>,
    pub(super) size: usize,
    random: u64,
    times: [u32; 8],
}

pub(super) const AUDIO: u32 = 4;
pub(super) const VIDEO: u32 = 6;

impl Script {
    pub(super) fn new(size: usize) -> Self {
        Self {
            bytes: Vec::new(),
            sent: Vec::new(),
            headers: Vec::new(),
            size,
            random: 0x2545_F491_4F6C_DD1D,
            times: [0; 8],
        }
    }

    pub(super) fn random(&mut self) -> u8 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random.to_le_bytes()[4]
    }

    /// A body with a first byte, and bytes at random.
    pub(super) fn body(&mut self, lead: u8, len: usize) -> Vec<u8> {
        let mut body: Vec<u8> = (0..len).map(|_| self.random()).collect();
        body.iter_mut().take(2).zip([lead, 1]).for_each(|(to, from)| *to = from);
        body
    }

    /// Writes one chunk, and gives the rest of the body.
    pub(super) fn chunk<'a>(&mut self, header: &[u8], body: &'a [u8]) -> &'a [u8] {
        let (now, later) = body.split_at(self.size.min(body.len()));
        self.headers.push(self.bytes.len());
        self.bytes.extend(header);
        self.bytes.extend(now);
        later
    }

    /// Writes a message with this first header.
    pub(super) fn message(&mut self, header: &[u8], csid: u32, kind: u8, time: u32, body: &[u8]) {
        let start = self.bytes.len() as u64;
        let mut rest = self.chunk(header, body);
        while !rest.is_empty() {
            rest = self.chunk(&basic(3, csid), rest);
        }
        let (end, length) = (self.bytes.len() as u64, u32::try_from(body.len()).unwrap());
        self.sent.push(Msg { start, end, csid, kind, time, length });
    }

    /// A media message: with an absolute timestamp, or `step` behind the one before it in the shortest format that
    /// can say so, but for `fmt` at least.
    pub(super) fn media(&mut self, fmt: u8, csid: u32, step: u32, len: usize) {
        let (kind, lead) = if csid == AUDIO { (8, 0xAF) } else { (9, 0x27) };
        let body = self.body(lead, len);
        let time = self.times[csid as usize] + step;
        self.times[csid as usize] = time;
        let length = u24(u32::try_from(len).unwrap());
        let header = match fmt {
            0 => fmt0(csid, time, len, kind, 1),
            1 => cat(&[&basic(1, csid), &u24(step), &length, &[kind]]),
            2 => cat(&[&basic(2, csid), &u24(step)]),
            _ => basic(3, csid),
        };
        self.message(&header, csid, kind, time, &body);
    }

    /// Audio and video as programs send it: format 0 first, then 1.
    pub(super) fn av(&mut self, frames: usize, lens: &[usize]) {
        for n in 0..frames {
            let fmt = u8::from(self.times[VIDEO as usize] > 0);
            self.media(fmt, VIDEO, 40, lens[n % lens.len()]);
            self.media(fmt, AUDIO, 40, 90 + n % 7);
        }
    }

    pub(super) fn total(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Decodes all of it.
    pub(super) fn play(&self, holes: &[Hole]) -> Told {
        self.play_cut(holes, 0, self.bytes.len(), 1000)
    }

    /// Decodes what begins at `from`, without having seen what is in front.
    pub(super) fn join(&self, from: usize) -> Told {
        self.play_cut(&[], from, self.bytes.len(), 1000)
    }

    /// Decodes `from..to` in pieces of `cut` bytes.
    pub(super) fn play_cut(&self, holes: &[Hole], from: usize, to: usize, cut: usize) -> Told {
        let mut told = Told::default();
        let limits = Limits::default();
        let mut decoder = Decoder::default();
        if from > 0 {
            decoder.lose_sync(from as u64, AT, &mut |o| told.take(o));
        }
        let (mut pos, mut unseen) = (from, 0);
        let end = Hole { from: to, len: 0, snapped: false };
        for hole in holes.iter().chain([&end]) {
            for piece in self.bytes[pos..hole.from].chunks(cut) {
                decoder.data(pos as u64, piece, AT, &limits, &mut |o| told.take(o));
                pos += piece.len();
            }
            if hole.len > 0 {
                decoder.gap(pos as u64, hole.len as u64, hole.snapped, AT, &limits, &mut |o| told.take(o));
                pos += hole.len;
                unseen += if hole.snapped { 0 } else { hole.len as u64 };
            }
        }
        decoder.finish(pos as u64, AT, &limits, &mut |o| told.take(o));
        let received: u64 = told.got.iter().map(|got| u64::from(got.received)).sum();
        let accounted = decoder.header_bytes() + decoder.skipped_bytes() + received;
        assert_eq!(accounted + unseen, (to - from) as u64, "every byte of {from}..{to} with {holes:?}");
        told.skipped = decoder.skipped_bytes();
        told
    }
}

/// Bytes that are not in the capture, or of which only the packet is.
#[derive(Copy, Clone, Debug)]
pub(super) struct Hole {
    pub(super) from: usize,
    pub(super) len: usize,
    pub(super) snapped: bool,
}

pub(super) fn hole(from: usize, to: usize) -> Hole {
    Hole { from, len: to - from, snapped: false }
}

/// What the decoder told.
#[derive(Default)]
pub(super) struct Told {
    pub(super) got: Vec<Got>,
    pub(super) facts: Vec<(Fact, u64, u64)>,
    pub(super) skipped: u64,
}

impl Told {
    pub(super) fn take(&mut self, output: Output<'_>) {
        match output {
            Output::Message { header, .. } => self.got.push(Got {
                msg: Msg {
                    start: header.span.start,
                    end: header.span.end,
                    csid: header.csid,
                    kind: header.kind.0,
                    time: header.timestamp,
                    length: header.length,
                },
                complete: header.complete,
                received: header.received,
                lost: header.lost,
                inferred: header.inferred,
            }),
            Output::Fact { fact, span } => self.facts.push((fact, span.start, span.end)),
            Output::ChunkSize { .. } | Output::Aborted { .. } => {}
        }
    }

    pub(super) fn complete(&self) -> Vec<Msg> {
        self.got.iter().filter(|got| got.complete).map(|got| got.msg.clone()).collect()
    }

    pub(super) fn losses(&self) -> usize {
        self.facts.iter().filter(|(fact, ..)| matches!(fact, Fact::LostSync { .. })).count()
    }

    /// Span and skipped bytes of each resync.
    pub(super) fn resyncs(&self) -> Vec<(u64, u64, u64)> {
        let resync = |(fact, start, end): &(Fact, u64, u64)| match fact {
            Fact::Resync { skipped, .. } => Some((*start, *end, *skipped)),
            _ => None,
        };
        self.facts.iter().filter_map(resync).collect()
    }
}

/// Whether two are the same message, but for the timestamp.
pub(super) fn same(a: &Msg, b: &Msg) -> bool {
    Msg { time: 0, ..a.clone() } == Msg { time: 0, ..b.clone() }
}
